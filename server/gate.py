"""The publishing gate: a bundle's solution, stub and known submissions must get the verdicts that were promised.

The folder under ``submissions/`` is the promise: an outcome (``passed``, ``raised``, ``timed_out`` ...) or the id of
the check that must be the first to fail.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from exercises import Bundle, extract
from exercises.errors import Refused
from exercises.schema import CodeExercise
from grader.contract import Outcome, Selection, SubmissionOutcome
from server.phase import PhaseResult

#: Judges one submission from its text to its verdict.
Judging = Callable[[Bundle, str, Selection], PhaseResult]

#: In a submission's first line: this file is no stub with its regions changed, take it as it is.
WHOLE_FILE_MARK = "whole-file"

#: A check kind that needs the long training; left out for files whose promise does not depend on it.
TRAINED = "accuracy"

STUB = "not passed"
OUTCOMES = frozenset(outcome.value for outcome in SubmissionOutcome)


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
    seconds: float


def promises(bundle: Bundle) -> list[Promise]:
    """Return what a code bundle promises: solution passes, stub does not, submissions as their folders say."""
    submissions = sorted(bundle.folder.glob("submissions/*/*.py"))
    return [
        Promise(bundle.folder / "solution.py", "passed"),
        Promise(bundle.folder / "stub.py", STUB),
        *(Promise(file, file.parent.name) for file in submissions),
    ]


def check_bundle(
    bundle: Bundle, judging: Judging, *, training: bool, chosen: Callable[[Promise], bool] = lambda _: True
) -> Iterator[Kept]:
    """Judge every promised file and yield how each came out.

    Args:
        bundle: A code exercise.
        judging: What judges.
        training: Whether every file is trained. Without it, only files whose promise is about accuracy are.
        chosen: Which promises to look at.

    Raises:
        JudgingFault: A run could not be carried out.
        JudgingBroke: A check of ours raised.

    """
    for promise in filter(chosen, promises(bundle)):
        started = time.perf_counter()
        wanted = training or promise.word == _accuracy_check(bundle)
        said, kept = _judge(bundle, judging, promise, Selection(skip=frozenset() if wanted else frozenset({TRAINED})))
        yield Kept(promise, said, kept, time.perf_counter() - started)


def _judge(bundle: Bundle, judging: Judging, promise: Promise, selection: Selection) -> tuple[str, bool]:
    """Return what was said of a file, and whether that is what was promised."""
    content = promise.file.read_bytes()
    whole_file = WHOLE_FILE_MARK.encode() in content.split(b"\n", 1)[0]
    try:
        source = extract(bundle.stub or "", content, whole_file=whole_file).text
    except Refused as refusal:
        return f"rejected: {refusal.sentence.en}", promise.word == "rejected"
    result = judging(bundle, source, selection)
    failed = [finding.id for finding in result.findings if finding.outcome is Outcome.FAILED]
    outcome = result.verdict.outcome.value
    said = ", ".join([outcome, *failed])
    if promise.word == STUB:
        return said, outcome != "passed"
    if promise.word in OUTCOMES:
        return said, outcome == promise.word
    return said, failed[:1] == [promise.word]


def _accuracy_check(bundle: Bundle) -> str | None:
    """Return the id of the check that needs the long training."""
    exercise = bundle.exercise
    if not isinstance(exercise, CodeExercise):
        return None
    return next((check.id for check in exercise.checks if check.kind == TRAINED), None)
