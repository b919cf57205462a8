"""How far a change of the solution reaches: which functions differ, and which checks can notice.

A capture calls one function of the student's file. Where a file differs from the solution in one function only, and
nothing else names that function, the captures of the others see the very program that they see in the solution.
"""

import ast

from exercises import Bundle
from exercises.schema import CodeExercise
from grader.selecting import captures_of


def accuracy_check(bundle: Bundle) -> str | None:
    """Return the id of the check that needs the long training."""
    exercise = bundle.exercise
    if not isinstance(exercise, CodeExercise):
        return None
    return next((check.id for check in exercise.checks if check.kind == "accuracy"), None)


def functions_changed(solution: str, source: str) -> frozenset[str] | None:
    """Return the functions in which a program differs from the solution; None where more than functions differ.

    A function that is named anywhere else in either program counts as more: who calls it changes with it.
    """
    try:
        before, after = ast.parse(solution), ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    if [_outline(node) for node in before.body] != [_outline(node) for node in after.body]:
        return None
    pairs = zip(before.body, after.body, strict=True)
    changed = [(old, new) for old, new in pairs if ast.dump(old) != ast.dump(new)]
    names = frozenset(new.name for _, new in changed if isinstance(new, ast.FunctionDef))
    others = [node for node in (*before.body, *after.body) if getattr(node, "name", None) not in names]
    named = {inner.id for node in others for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return None if names & named else names


def _outline(node: ast.stmt) -> str:
    """Return what of a statement must be the same: all of it, but for a function what runs at import alone."""
    if isinstance(node, ast.FunctionDef) and not node.decorator_list:
        return f"def {node.name} {ast.dump(node.args)} {node.returns and ast.dump(node.returns)}"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return "text"
    return ast.dump(node)


def kinds_noticing(bundle: Bundle, functions: frozenset[str] | None) -> frozenset[str]:
    """Return the kinds of the checks that look at captures of these functions; all of them for None or for nothing."""
    exercise = bundle.code
    touched = {one.id for one in exercise.captures if not functions or one.function in functions}
    return frozenset(check.kind for check in exercise.checks if touched & set(captures_of(check)))


def kinds_deciding(bundle: Bundle, source: str, word: str) -> frozenset[str]:
    """Return the kinds of checks that decide whether a file's promise is kept, given that the solution passes.

    What cannot differ from the solution passes; and what comes after the check that must be the first to fail does not
    matter.
    """
    noticing = kinds_noticing(bundle, functions_changed(bundle.solution or "", source))
    ids = [check.id for check in bundle.code.checks]
    before = bundle.code.checks[: ids.index(word) + 1] if word in ids else bundle.code.checks
    return noticing & {check.kind for check in before} or noticing
