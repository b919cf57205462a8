"""What becomes of a mutant: some check notices it, or it survives."""

from dataclasses import dataclass
from enum import StrEnum

from exercises import Bundle
from exercises.schema import EquivalentMutant
from grader.contract import Outcome, Selection
from server.gate.mutants import Mutant
from server.gate.promises import TRAINED, Judging, Training
from server.gate.reach import accuracy_check, kinds_noticing
from server.phase import PhaseResult


class Fate(StrEnum):
    """How a mutant ended."""

    KILLED = "killed"
    SURVIVED = "survived"  #: judged as right: a hole in the checks, or a mutant that is right
    EQUIVALENT = "equivalent"  #: judged as right, and the exercise says why
    OPEN = "open"  #: only a training could tell, and nothing was trained


@dataclass(frozen=True, slots=True)
class Fated:
    """A mutant and what became of it.

    Attributes:
        mutant: The mutant.
        fate: How it ended.
        by: What killed it: the id of the first check that failed, or the outcome of the whole.
        declared: What the exercise says about it, where it does.

    """

    mutant: Mutant
    fate: Fate
    by: str = ""
    declared: EquivalentMutant | None = None


def declaration(bundle: Bundle, mutant: Mutant) -> EquivalentMutant | None:
    """Return what the exercise says of a mutant that is right."""
    for one in bundle.code.equivalent_mutants:
        if one.kind == mutant.kind.id and any(one.line in line for line in (*mutant.after, *mutant.before)):
            return one
    return None


def judge_mutant(bundle: Bundle, judging: Judging, mutant: Mutant, training: Training) -> Fated:
    """Judge a mutant: first by the checks that can notice it, then by all, then, where that is asked for, by training.

    Args:
        bundle: The exercise.
        judging: What judges.
        mutant: The mutant.
        training: Whether a mutant that the quick checks let pass is trained.

    Raises:
        JudgingFault: A run could not be carried out.
        JudgingBroke: A check of ours raised.

    """
    quick = frozenset(check.kind for check in bundle.code.checks) - {TRAINED}
    touched = frozenset({mutant.function}) if mutant.function else None
    noticing = kinds_noticing(bundle, touched) & quick
    for only in dict.fromkeys(kinds for kinds in (noticing, quick) if kinds):
        if killer := _killer(judging(bundle, mutant.source, Selection(only=only))):
            return Fated(mutant, Fate.KILLED, killer)
    declared = declaration(bundle, mutant)
    if declared is not None:
        return Fated(mutant, Fate.EQUIVALENT, declared=declared)
    if accuracy_check(bundle) is None:
        return Fated(mutant, Fate.SURVIVED)
    if training is Training.NONE:
        return Fated(mutant, Fate.OPEN if mutant.kind.needs_training else Fate.SURVIVED)
    killer = _killer(judging(bundle, mutant.source, Selection()))
    return Fated(mutant, Fate.KILLED, killer) if killer else Fated(mutant, Fate.SURVIVED)


def _killer(result: PhaseResult) -> str:
    """Return what noticed the mutant; empty where nothing did."""
    outcome = result.verdict.outcome.value
    if outcome == "passed":
        return ""
    failed = next((finding.id for finding in result.findings if finding.outcome is Outcome.FAILED), None)
    return failed if outcome == "failed" and failed is not None else outcome
