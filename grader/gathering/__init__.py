"""Gather evidence: ask for runs, receive their results, distil them. Generators, so that nothing here runs anything.

Both generators yield batches of :class:`grader.contract.Run` whose members do not need each other, are sent a tuple of
:class:`grader.contract.RunResult` in the same order, and return :class:`grader.contract.Gathered`.
"""

from grader.gathering.quick import gather_quick
from grader.gathering.training import gather_training

__all__ = ["gather_quick", "gather_training"]
