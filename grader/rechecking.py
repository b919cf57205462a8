"""Check stored evidence again, and tell when it does not hold what the checks would need now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from exercises import Bundle
from exercises.schema import AccuracyCheck, QuizExercise
from grader.causes import cause_of
from grader.checking import check
from grader.contract import CheckBroke, Finding, Json, Phase, Selection, Verdict
from grader.gathering.packing import VERSION
from grader.quiz import check_quiz
from grader.selecting import accuracy_checks, standing_in_the_way, wanted_captures
from grader.trainings import accuracy_of, hidden_targets, more_runs_wanted
from grader.verdict import verdict

EVERYTHING = Selection()


class Lacking(StrEnum):
    """What stored evidence can lack."""

    OLDER_EVIDENCE = "older-evidence"
    CAPTURE_MISSING = "capture-missing"
    NEEDS_TRAINING = "needs-training"
    MORE_SEEDS = "more-seeds"


@dataclass(frozen=True, slots=True)
class EvidenceLacks(Exception):
    """The evidence does not hold what the checks need: something must be run."""

    what: Lacking


def recheck(bundle: Bundle, evidence: Mapping[str, Json]) -> Verdict:
    """Return the verdict of stored evidence by an exercise; nothing is run.

    Args:
        bundle: The exercise to judge by, of whatever version.
        evidence: What an earlier judging distilled.

    Raises:
        EvidenceLacks: Something must be run first.
        CheckBroke: A check of ours raised.

    """
    if isinstance(bundle.exercise, QuizExercise):
        return verdict(_quiz_findings(bundle, evidence), {})
    if evidence.get("version") != VERSION or not isinstance(evidence.get("captures"), Mapping):
        raise EvidenceLacks(Lacking.OLDER_EVIDENCE)
    if any(one.id not in evidence["captures"] for one in wanted_captures(bundle.code, EVERYTHING)):
        raise EvidenceLacks(Lacking.CAPTURE_MISSING)
    _must_be_trained(bundle, evidence)
    return verdict(check(bundle, evidence, EVERYTHING, Phase.TRAINING), evidence)


def _quiz_findings(bundle: Bundle, evidence: Mapping[str, Json]) -> tuple[Finding, ...]:
    """Check a quiz's stored answers."""
    if not isinstance(evidence.get("quiz"), Mapping):
        raise EvidenceLacks(Lacking.OLDER_EVIDENCE)
    return check_quiz(bundle, evidence["quiz"])


def _must_be_trained(bundle: Bundle, evidence: Mapping[str, Json]) -> None:
    """See to it that each accuracy that would be decided has the trainings that decide it.

    Raises:
        EvidenceLacks: It has not.

    """
    trained = evidence.get("trained", {})
    for one in accuracy_checks(bundle.code, EVERYTHING):
        runs: Sequence[Mapping[str, Json]] = trained.get(one.capture, {}).get("runs", ())
        if runs:
            _runs_must_do(bundle, one, runs)
        elif _would_be_decided(bundle, evidence, one):
            raise EvidenceLacks(Lacking.NEEDS_TRAINING)


def _would_be_decided(bundle: Bundle, evidence: Mapping[str, Json], one: AccuracyCheck) -> bool:
    """Tell whether nothing stands in the way of a training."""
    capture = evidence["captures"].get(one.capture)
    if capture is not None and cause_of(capture, bundle.code) is not None:
        return False
    return standing_in_the_way(one, check(bundle, evidence, EVERYTHING, Phase.QUICK)) is None


def _runs_must_do(bundle: Bundle, one: AccuracyCheck, runs: Sequence[Mapping[str, Json]]) -> None:
    """See to it that stored trainings are about the present hidden rows, and enough of them."""
    if runs[0].get("problem") == "cannot_train":
        return
    try:
        targets = hidden_targets(bundle, one)
        accuracy_of(runs[0], one, targets)
    except ValueError as error:  # other rows than there are now
        raise EvidenceLacks(Lacking.NEEDS_TRAINING) from error
    except CheckBroke:
        raise
    except Exception as error:
        raise CheckBroke(f"check {one.id} of {bundle.id} raised {type(error).__name__}: {error}") from error
    if len(runs) == 1 and more_runs_wanted(runs, one, targets):
        raise EvidenceLacks(Lacking.MORE_SEEDS)
