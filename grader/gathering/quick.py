"""Gather the evidence that needs no training: what the student's functions return, claim and do."""

from collections.abc import Callable, Generator, Mapping

from exercises import Bundle
from exercises.schema import CompileCheck, FolderCapture, ModelCapture, TrainingCapture
from grader.contract import Json, Run, RunResult, Selection
from grader.evidence import capture_evidence, model_facts, replay_facts, training_facts
from grader.evidence.capture import without_run
from grader.evidence.folder import folder_facts, read_references
from grader.gathering.behaviour import behaviour_of
from grader.gathering.packing import Gathering, finished, our_own_failures, pack
from grader.hostile import BadArtifact, read_array
from grader.questions import described_answers_run
from grader.recipes import recipes_to_replay
from grader.runs import STANDIN_WEIGHTS, PlainCapture, reference_run, replay_run, student_run
from grader.selecting import wanted_captures


def gather_quick(bundle: Bundle, source: str, selection: Selection) -> Gathering:
    """Gather the evidence that needs no training.

    Raises:
        CheckBroke: A judge's run did not finish, or our own distilling failed.

    """
    captures = wanted_captures(bundle.code, selection)
    evidence: dict[str, Json] = {}
    printed: list[str] = []
    # One function first: if the program does not even import, nobody waits for the same failure again.
    for batch in (captures[:1], captures[1:]):
        if evidence and not all(one["imported"] for one in evidence.values()):
            failed = next(iter(evidence.values()))
            evidence |= {one.id: without_run(one.kind, one.function, failed) for one in batch}
            continue
        if not batch:
            continue
        runs = [student_run(bundle, source, capture) for capture in batch]
        judged = [run for capture in batch if (run := _beside(bundle, capture)) is not None]
        results = yield (*runs, *judged)
        ours = {run.id: finished(result) for run, result in zip(judged, results[len(runs) :], strict=True)}
        for capture, result in zip(batch, results, strict=False):
            with our_own_failures():
                evidence[capture.id] = _distilled(capture, result, source, ours)
            printed.append(result.stdout)
            if isinstance(capture, TrainingCapture):
                yield from _replayed(bundle, source, capture, result, evidence[capture.id])
            elif isinstance(capture, ModelCapture):
                yield from behaviour_of(bundle, source, capture, result, evidence=evidence[capture.id], ours=ours)
    return pack(evidence, printed)


def _beside(bundle: Bundle, capture: PlainCapture) -> Run | None:
    """Return the judge's run that a capture's evidence is compared with; it needs nothing of the student's."""
    if isinstance(capture, FolderCapture):
        return reference_run(bundle, capture)
    return described_answers_run(bundle, capture) if isinstance(capture, ModelCapture) else None


def _distilled(
    capture: PlainCapture, result: RunResult, source: str, references: Mapping[str, Mapping[str, bytes]]
) -> dict[str, Json]:
    """Return the evidence of one capture."""
    distil: Callable[[Mapping[str, bytes]], dict[str, Json]]
    if isinstance(capture, ModelCapture):
        distil = model_facts
    elif isinstance(capture, FolderCapture):
        known = read_references(references[f"{capture.id}-references"])
        distil = lambda artifacts: folder_facts(artifacts, known)  # noqa: E731 - bound to this folder's references
    else:
        distil = training_facts
    return capture_evidence(capture.kind, capture.function, result, source, distil)


def _replayed(
    bundle: Bundle, source: str, capture: TrainingCapture, result: RunResult, evidence: dict[str, Json]
) -> Generator[tuple[Run, ...], tuple[RunResult, ...], None]:
    """Have a recorded training replayed, and add what that shows to the capture's evidence."""
    if evidence["ending"] != "finished" or evidence["problem"] is not None:
        return
    wanted = [check for check in bundle.code.checks if isinstance(check, CompileCheck) and check.capture == capture.id]
    recipes = recipes_to_replay(wanted[0] if wanted else None, evidence)
    try:
        for index in range(STANDIN_WEIGHTS):
            read_array(result.artifacts, f"final.{index}.npy")
    except BadArtifact:
        evidence["problem"] = "unreadable"
        return
    (replayed,) = yield (replay_run(bundle, source, capture, result.artifacts, recipes),)
    with our_own_failures():
        evidence.update(replay_facts(finished(replayed), recipes))
