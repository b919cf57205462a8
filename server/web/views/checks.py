"""The rows of a verdict: one per check, with its mark, its share of the points and what to say about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from exercises.schema import CodeExercise, Exercise
from server.web.locale import Speaker
from server.web.views.compared import compared_layers
from server.web.views.model import ModelView
from server.web.views.words import value, with_code

Mark = Literal["pass", "fail", "follow", "left", "todo", "error"]

LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check as a row.

    Attributes:
        id: Id of the check.
        kind: Kind of the check.
        mark: Which mark it wears; ``follow`` is a consequence of another check, ``todo`` is not there yet.
        name: Title of the check.
        share: Its part of the whole bar, 0..1.
        earned: Points of a hundred that it brought.
        points: Points of a hundred that it could bring.
        message: What was found; empty when it passed without a note.
        hint: What to try.
        expected: Expected value as text, where comparing helps.
        actual: The student's value as text.
        is_open: Whether its details are open from the start.
        line: The line of the student's program that it speaks of, if that can be told.

    """

    id: str
    kind: str
    mark: Mark
    name: str
    share: float
    earned: str
    points: str
    message: Markup
    hint: Markup
    expected: str
    actual: str
    is_open: bool
    line: int | None = None

    @property
    def has_body(self) -> bool:
        """Whether there is anything to unfold."""
        return bool(self.message or self.hint or self.expected or self.actual)


def check_rows(
    findings: Sequence[Mapping[str, Any]],
    exercise: Exercise | None,
    say: Speaker,
    *,
    live: bool,
    model: ModelView | None = None,
) -> list[CheckRow]:
    """Return a row for every finding, and for every check whose finding is still to come.

    Args:
        findings: Entries of ``checks`` of a verdict object.
        exercise: The exercise, for the checks that are not there yet; not needed where none are to come.
        say: The language.
        live: Whether judging goes on; checks without a finding are then shown as coming.
        model: The diagram of the student's network, for the check of its layers.

    """
    coming = _coming(findings, exercise) if live else []
    total = sum(finding["weight"] for finding in findings if finding["because"] != LEFT_OUT)
    total += sum(check["weight"] for check in coming)
    rows = [_row(finding, total, say, model) for finding in findings]
    return rows + [_row({**check, "outcome": None}, total, say, None) for check in coming]


def _coming(findings: Sequence[Mapping[str, Any]], exercise: Exercise | None) -> list[dict[str, Any]]:
    """Return the checks that have no finding yet, as far as a row needs them."""
    if not isinstance(exercise, CodeExercise):
        return []
    there = {finding["id"] for finding in findings}
    blank = {"because": None, "expected": None, "actual": None, "message": None, "hint": None}
    return [
        {"id": check.id, "kind": check.kind, "title": check.title, "weight": check.weight, **blank}
        for check in exercise.checks
        if check.id not in there
    ]


def _row(finding: Mapping[str, Any], total: float, say: Speaker, model: ModelView | None) -> CheckRow:
    """Return one row."""
    mark = _mark(finding)
    share = finding["weight"] / total if total and mark != "left" else 0.0
    failed = mark == "fail"
    of_layers = model if failed and finding["kind"] == "layers" else None
    expected, actual = _compared(finding) if failed else ("", "")
    if of_layers is not None:
        expected, actual = compared_layers(of_layers, say)
    return CheckRow(
        id=finding["id"],
        kind=finding["kind"],
        mark=mark,
        name=say.of(finding.get("title")) or finding["id"],
        share=share,
        earned=_points(share * _earned(finding)),
        points=_points(share),
        message=with_code(say.of(finding["message"])) if mark != "todo" else Markup(),
        hint=with_code(say.of(finding["hint"])) if failed else Markup(),
        expected=expected,
        actual=actual,
        is_open=failed,
        line=of_layers.first_line if of_layers is not None else None,
    )


def _earned(finding: Mapping[str, Any]) -> float:
    """Return the share of its points that a finding earned."""
    return 1.0 if finding["outcome"] == "passed" else float(finding.get("partly") or 0)


def _compared(finding: Mapping[str, Any]) -> tuple[str, str]:
    """Return the expected value and the student's as text, where seeing both says more than the message."""
    expected, actual = finding["expected"], finding["actual"]
    if finding["kind"] == "parameters":
        return value(expected), value(actual)
    if finding["kind"] == "compile" and isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return value(expected), value(_recipe(actual))
    return "", ""


def _recipe(actual: Mapping[str, Any]) -> dict[str, Any]:
    """Return a recorded compile in the words of the expected one."""
    optimizer, loss, rates = actual.get("optimizer"), actual.get("loss"), actual.get("rates")
    return {
        "class": optimizer.get("class") if optimizer else None,
        "learning_rate": rates[0] if rates else None,
        "loss": loss.get("name") if loss else None,
    }


def _mark(finding: Mapping[str, Any]) -> Mark:
    """Return the mark of a finding."""
    outcome = finding["outcome"]
    if outcome is None:
        return "todo"
    if outcome == "skipped":
        return "left" if finding["because"] == LEFT_OUT else "follow"
    return {"passed": "pass", "failed": "fail"}.get(outcome, "error")  # type: ignore[return-value]


def _points(share: float) -> str:
    """Return a share of a hundred points, with one digit after the point where it needs one."""
    points = round(share * 100, 1)
    return f"{points:.0f}" if points == int(points) else f"{points:.1f}"
