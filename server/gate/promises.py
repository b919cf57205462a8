"""What a bundle promises: its solution passes, its stub does not, its known submissions end as their folders say.

The folder under ``submissions/`` is the promise: an outcome (``passed``, ``raised``, ``timed_out`` ...) or the id of
the check that must be the first to fail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from exercises import Bundle, extract
from exercises.errors import Refused
from exercises.text import Text
from grader.contract import Outcome, Selection, SubmissionOutcome
from server.gate.reach import accuracy_check, kinds_deciding
from server.phase import PhaseResult

#: Judges one submission from its text to its verdict.
Judging = Callable[[Bundle, str, Selection], PhaseResult]

#: In a submission's first line: this file is no stub with its regions changed, take it as it is.
WHOLE_FILE_MARK = "whole-file"

#: A check kind that needs the long training; left out for files whose promise does not depend on it.
TRAINED = "accuracy"

STUB = "not passed"
REJECTED = "rejected"
OUTCOMES = frozenset(outcome.value for outcome in SubmissionOutcome)


class Training(StrEnum):
    """Which files of a bundle are trained."""

    NONE = "none"  #: none; promises that only a training can show are left open
    SOME = "some"  #: the solution, and those whose promise is about accuracy
    ALL = "all"  #: every one that gets so far


@dataclass(frozen=True, slots=True)
class Promise:
    """A file of a bundle and the verdict it must get."""

    file: Path
    word: str


@dataclass(frozen=True, slots=True)
class Kept:
    """How a promise came out."""

    promise: Promise
    said: str
    kept: bool
    refusal: Text | None = None  #: why the file was not taken in, where it was not


def promises(bundle: Bundle) -> list[Promise]:
    """Return what a code bundle promises: solution passes, stub does not, submissions as their folders say."""
    submissions = sorted(bundle.folder.glob("submissions/*/*.py"))
    return [
        Promise(bundle.folder / "solution.py", "passed"),
        Promise(bundle.folder / "stub.py", STUB),
        *(Promise(file, file.parent.name) for file in submissions),
    ]


def is_trained(bundle: Bundle, promise: Promise, training: Training) -> bool:
    """Tell whether judging this file may end in a training."""
    needed = promise.word == accuracy_check(bundle) or promise.file.name == "solution.py"
    return training is Training.ALL or (training is Training.SOME and needed)


def is_open(bundle: Bundle, promise: Promise, training: Training) -> bool:
    """Tell whether nothing can be said of a promise, because only a training could show it."""
    return training is Training.NONE and promise.word == accuracy_check(bundle)


def keep(
    bundle: Bundle, judging: Judging, promise: Promise, training: Training, *, only_what_decides: bool = False
) -> Kept:
    """Judge one file and compare with its promise.

    Args:
        bundle: A code exercise.
        judging: What judges.
        promise: The file and its word.
        training: Which files are trained.
        only_what_decides: Leave checks out that cannot change how the promise comes out, given that the solution
            passes; for tests, which judge the solution anyway. The gate itself judges everything.

    Raises:
        JudgingFault: A run could not be carried out.
        JudgingBroke: A check of ours raised.

    """
    content = promise.file.read_bytes()
    whole_file = WHOLE_FILE_MARK.encode() in content.split(b"\n", 1)[0]
    try:
        source = extract(bundle.stub or "", content, whole_file=whole_file).text
    except Refused as refusal:
        return Kept(promise, f"rejected: {refusal.sentence.en}", promise.word == REJECTED, refusal.sentence)
    skip = frozenset() if is_trained(bundle, promise, training) else frozenset({TRAINED})
    only = kinds_deciding(bundle, source, promise.word) if only_what_decides else None
    result = judging(bundle, source, Selection(only=only, skip=skip))
    return _compared(promise, result)


def _compared(promise: Promise, result: PhaseResult) -> Kept:
    """Say what was said of a file, and whether that is what was promised."""
    failed = [finding.id for finding in result.findings if finding.outcome is Outcome.FAILED]
    outcome = result.verdict.outcome.value
    said = ", ".join([outcome, *failed])
    if promise.word == STUB:
        return Kept(promise, said, outcome != "passed")
    if promise.word in OUTCOMES:
        return Kept(promise, said, outcome == promise.word)
    return Kept(promise, said, failed[:1] == [promise.word])
