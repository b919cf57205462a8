"""Mutants: a reference solution with one thing made wrong, generated, to see whether the checks notice.

A *kind* says what is made wrong and how a node of the program's tree is rewritten; ``mutants_of`` applies every kind at
every place where its pattern occurs. What a check does not notice is a hole in the exercise, or changes nothing.
"""

from server.gate.mutants.generate import KINDS, Mutant, mutants_of
from server.gate.mutants.kind import Area, Kind

__all__ = ["KINDS", "Area", "Kind", "Mutant", "mutants_of"]
