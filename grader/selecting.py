"""Which checks and captures a caller's selection asks for."""

from collections.abc import Sequence

from exercises.schema import AccuracyCheck, Check, CodeExercise, ImagesCheck, OneHotCheck, RealRunCapture
from grader.contract import Finding, Outcome, Selection
from grader.runs import PlainCapture

LEFT_OUT = "left_out"


def captures_of(check: Check) -> tuple[str, ...]:
    """Return the ids of the captures a check looks at."""
    return check.captures if isinstance(check, (ImagesCheck, OneHotCheck)) else (check.capture,)


def wanted_captures(exercise: CodeExercise, selection: Selection) -> tuple[PlainCapture, ...]:
    """Return the captures of the quick phase that the wanted checks need, in the exercise's order."""
    wanted = {name for check in exercise.checks if selection.includes(check.kind) for name in captures_of(check)}
    return tuple(
        capture for capture in exercise.captures if capture.id in wanted and not isinstance(capture, RealRunCapture)
    )


def accuracy_checks(exercise: CodeExercise, selection: Selection) -> tuple[AccuracyCheck, ...]:
    """Return the wanted checks that need a training phase."""
    return tuple(
        check for check in exercise.checks if isinstance(check, AccuracyCheck) and selection.includes(check.kind)
    )


def standing_in_the_way(check: Check, findings: Sequence[Finding]) -> str | None:
    """Return the id of the first check that had to pass before ``check`` and did not; left-out ones never stand."""
    by_id = {finding.id: finding for finding in findings}
    for other in check.depends_on:
        finding = by_id.get(other)
        if finding is None or finding.outcome is Outcome.PASSED or finding.because == LEFT_OUT:
            continue
        return other
    return None
