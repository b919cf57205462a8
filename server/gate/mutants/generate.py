"""Apply every kind at every place of a solution, and keep what is really another program."""

import ast
import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from server.gate.mutants.data import DATA
from server.gate.mutants.kind import Kind
from server.gate.mutants.settings import SETTINGS
from server.gate.mutants.structure import STRUCTURE
from server.gate.mutants.training import TRAINING
from server.gate.mutants.tree import replaced

#: Every kind of mutant there is.
KINDS: tuple[Kind, ...] = (*SETTINGS, *STRUCTURE, *DATA, *TRAINING)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A solution with one thing made wrong.

    Attributes:
        kind: What was made wrong.
        number: Counts the mutants of this kind, from 1.
        line: Where, in the solution's file.
        function: In which function of the file; None where it is outside of all.
        before: The changed lines of the solution, as Python writes them.
        after: What stands there in the mutant.
        source: The whole mutant.

    """

    kind: Kind
    number: int
    line: int
    function: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    source: str

    @property
    def id(self) -> str:
        """The mutant's name: its kind and number."""
        return f"{self.kind.id}-{self.number}"


def mutants_of(
    source: str, kinds: Sequence[Kind] = KINDS, *, lines: Collection[int] | None = None
) -> tuple[Mutant, ...]:
    """Return the mutants of a program, without those that are the same program, or one that is there already.

    Args:
        source: The reference solution.
        kinds: Which kinds to apply.
        lines: Lines that may change; None for all. Where students write between Begin and End only, what stands
            outside cannot become wrong.

    """
    tree = ast.parse(source)
    original = ast.unparse(tree)
    seen = {original}
    found: list[Mutant] = []
    for kind in kinds:
        number = 0
        for mutated, line in _changed(tree, kind):
            text = ast.unparse(ast.fix_missing_locations(mutated))
            if text in seen or (lines is not None and line not in lines):
                continue
            seen.add(text)
            number += 1
            before, after = _difference(original, text)
            whole = ast.unparse(_with_keras(mutated))
            found.append(Mutant(kind, number, line, _function_at(tree, line), before, after, whole + "\n"))
    return tuple(found)


def _changed(tree: ast.Module, kind: Kind) -> Iterator[tuple[ast.Module, int]]:
    """Yield the tree with one place made wrong, for every place and way."""
    for node in ast.walk(tree):
        for new, line in kind.rewrite(node):
            yield replaced(tree, node, new), line


def _difference(before: str, after: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines that went and those that came, without their indentation."""
    gone, come = [], []
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0):
        if line.startswith("-") and not line.startswith("---"):
            gone.append(line[1:].strip())
        elif line.startswith("+") and not line.startswith("+++"):
            come.append(line[1:].strip())
    return tuple(gone), tuple(come)


def _function_at(tree: ast.Module, line: int) -> str | None:
    """Return the function of the file in which a line stands."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or node.lineno):
            return node.name
    return None


def _with_keras(tree: ast.Module) -> ast.Module:
    """Import ``keras`` where a mutant names it and the solution did not need it."""
    imported = {
        alias.asname or alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    named = any(isinstance(node, ast.Name) and node.id == "keras" for node in ast.walk(tree))
    if not named or "keras" in imported:
        return tree
    start = 1 if ast.get_docstring(tree) is not None else 0
    body = [*tree.body[:start], ast.Import([ast.alias("keras")]), *tree.body[start:]]
    return ast.fix_missing_locations(ast.Module(body, tree.type_ignores))
