"""In which line of a program its n-th layer is made, as far as reading the program can tell."""

import ast

from grader.keras_words import ALIASES

#: More text than this is not read for its layers; no exercise comes near it.
LONGEST_READ = 100_000


def layer_lines(source: str | None) -> list[tuple[str, int]]:
    """Return class and line of each layer that a program makes, in the order of the text; nothing if it cannot be read.

    Inputs are none, as findings count their steps without them. A program that makes layers in loops, or in functions
    of its own, makes them in another order: whoever asks must compare the class.
    """
    if not source or len(source) > LONGEST_READ:
        return []
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    named = [(_name(call.func), call.lineno) for call in calls]
    return [(ALIASES.get(name, name), line) for name, line in named if name[:1].isupper() and name not in _NO_LAYERS]


def line_of(lines: list[tuple[str, int]], place: int, layer: str) -> int | None:
    """Return the line of the layer at a place, counted from 1, if it is of the class that is looked for."""
    if not 1 <= place <= len(lines):
        return None
    name, line = lines[place - 1]
    return line if name == layer else None


_NO_LAYERS = frozenset({"Input", "InputLayer", "Sequential", "Model", "Adam", "SGD", "RMSprop"})


def _name(called: ast.expr) -> str:
    """Return the last name of what is called: ``layers.Dense`` is ``Dense``."""
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""
