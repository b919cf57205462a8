"""Turn evidence into findings: each wanted check once, in the exercise's order."""

from collections.abc import Mapping, Sequence

from exercises import Bundle
from exercises.schema import Check
from exercises.text import Text
from grader.causes import Cause, cause_of
from grader.checks import CHECKS, Context, Judgement
from grader.contract import CheckBroke, Finding, Json, Outcome, Phase, Selection
from grader.remarks import with_remarks
from grader.selecting import LEFT_OUT, accuracy_checks, captures_of, standing_in_the_way

LEFT_OUT_MESSAGE = Text(zh="这次没有检查。", en="Left out this time.")
BECAUSE_MESSAGE = Text(
    zh="前面的检查没有通过，这一项没有检查。", en="Not checked, because an earlier check did not pass."
)


def check(bundle: Bundle, evidence: Mapping[str, Json], selection: Selection, phase: Phase) -> tuple[Finding, ...]:
    """Check evidence against an exercise; needs no sandbox.

    Args:
        bundle: The exercise, with its references.
        evidence: What :func:`grader.gather_quick` or :func:`grader.gather_training` returned.
        selection: Which kinds of checks are wanted.
        phase: In the quick phase accuracy is left for the next one.

    Raises:
        CheckBroke: A check of ours raised.

    """
    context = Context(bundle, evidence)
    findings: list[Finding] = []
    reported: dict[str, str] = {}
    remarked: set[str] = set()
    for one in bundle.code.checks:
        if not selection.includes(one.kind):
            findings.append(_skipped(one, LEFT_OUT, LEFT_OUT_MESSAGE))
        elif one.kind != "accuracy" or phase is Phase.TRAINING:
            finding = _finding(one, context, findings, reported)
            findings.append(with_remarks(finding, one, evidence["captures"], remarked))
    return tuple(findings)


def needs_training(bundle: Bundle, findings: Sequence[Finding], selection: Selection) -> bool:
    """Tell whether a training phase must follow: accuracy is wanted, and what it depends on has passed."""
    return any(standing_in_the_way(one, findings) is None for one in accuracy_checks(bundle.code, selection))


def _finding(one: Check, context: Context, findings: Sequence[Finding], reported: dict[str, str]) -> Finding:
    """Return the finding of one wanted check.

    Args:
        one: The check.
        context: What it may look at.
        findings: The findings before it.
        reported: Capture (or the whole program) -> the check that has told its failure already; added to.

    """
    before = standing_in_the_way(one, findings)
    if before is not None:
        return _skipped(one, before, BECAUSE_MESSAGE)
    for name in captures_of(one):
        capture = context.evidence["captures"].get(name)
        cause = None if capture is None else cause_of(capture, context.bundle.code)
        if cause is None:
            continue
        place = name if capture["imported"] else "the whole program"
        if place in reported:
            return _skipped(one, reported[place], BECAUSE_MESSAGE)
        reported[place] = one.id
        return _failed_by(one, cause)
    try:
        judgement = CHECKS[one.kind](one, context)
    except Exception as error:
        raise CheckBroke(f"check {one.id} of {context.bundle.id} raised {type(error).__name__}: {error}") from error
    if _is_told(judgement, findings):
        return _skipped(one, str(judgement.told_by), BECAUSE_MESSAGE)
    return _judged(one, judgement)


def _is_told(judgement: Judgement, findings: Sequence[Finding]) -> bool:
    """Tell whether a mistake is one that an earlier check has failed for."""
    failed = {finding.id for finding in findings if finding.outcome is Outcome.FAILED}
    return not judgement.passed and judgement.told_by in failed


def _judged(one: Check, judgement: Judgement) -> Finding:
    """Dress a judgement as a finding; an author's own hint replaces ours."""
    hint = None if judgement.passed else one.hint or judgement.hint
    outcome = Outcome.PASSED if judgement.passed else Outcome.FAILED
    return _of(one, outcome, judgement.message, hint=hint, expected=judgement.expected, actual=judgement.actual)


def _failed_by(one: Check, cause: Cause) -> Finding:
    """Return the finding of a check that has nothing to look at."""
    return _of(one, Outcome.FAILED, cause.message, hint=cause.hint)


def _skipped(one: Check, because: str, message: Text) -> Finding:
    """Return the finding of a check that was not carried out."""
    return _of(one, Outcome.SKIPPED, message, because=because)


def _of(
    one: Check,
    outcome: Outcome,
    message: Text,
    *,
    hint: Text | None = None,
    expected: Json = None,
    actual: Json = None,
    because: str | None = None,
) -> Finding:
    """Return a finding of ``one``."""
    return Finding(
        id=one.id,
        kind=one.kind,
        title=one.title,
        outcome=outcome,
        weight=one.weight,
        required=one.required,
        expected=expected,
        actual=actual,
        message=message,
        hint=hint,
        because=because,
    )
