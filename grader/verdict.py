"""Put findings together: one outcome, one score."""

from collections.abc import Mapping, Sequence

from grader.contract import Finding, Json, Outcome, SubmissionOutcome, Verdict
from grader.selecting import LEFT_OUT
from grader.student_errors import error_from_json


def verdict(findings: Sequence[Finding], evidence: Mapping[str, Json]) -> Verdict:
    """Return the verdict over findings.

    A submission has passed when every required check has. Otherwise its outcome is the way its first unfinished run
    ended, and ``failed`` where all runs finished.

    Args:
        findings: Of all checks; those left out on request count nowhere.
        evidence: Says how the runs ended and what error ended them; empty for a quiz.

    """
    counted = [finding for finding in findings if finding.because != LEFT_OUT]
    total = sum(finding.weight for finding in counted)
    earned = sum(finding.weight * (1 if finding.outcome is Outcome.PASSED else finding.partly) for finding in counted)
    required = [finding for finding in counted if finding.required]
    ending = evidence.get("ending", "finished")
    if all(finding.outcome is Outcome.PASSED for finding in required):
        outcome = SubmissionOutcome.PASSED
    elif ending != "finished":
        outcome = SubmissionOutcome(ending)
    else:
        outcome = SubmissionOutcome.FAILED
    score = round(earned / total, 6) if total else float(outcome is SubmissionOutcome.PASSED)
    return Verdict(outcome, score, tuple(findings), error_from_json(evidence.get("error")))
