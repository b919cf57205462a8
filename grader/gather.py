"""Gather evidence: ask for runs, receive their results, distil them. Generators, so that nothing here runs anything.

Both generators yield batches of :class:`grader.contract.Run` whose members do not need each other, are sent a tuple of
:class:`grader.contract.RunResult` in the same order, and return :class:`grader.contract.Gathered`.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from exercises import Bundle
from exercises.schema import CompileCheck, FolderCapture, ModelCapture, RealRunCapture, TrainingCapture
from grader.contract import CheckBroke, Gathered, Json, Run, RunResult, Selection
from grader.evidence import answer_facts, capture_evidence, model_facts, prediction_facts, replay_facts, training_facts
from grader.evidence.capture import without_run
from grader.evidence.folder import folder_facts, read_references
from grader.hostile import BadArtifact, read_array
from grader.network import Network
from grader.recipes import recipes_to_replay
from grader.runs import STANDIN_WEIGHTS, PlainCapture, real_run, reference_run, replay_run, student_run, training_run
from grader.selecting import accuracy_checks, wanted_captures
from grader.student_errors import error_from_json

Gathering = Generator[tuple[Run, ...], tuple[RunResult, ...], Gathered]

VERSION = 1
MAX_STDOUT = 64 << 10


def gather_quick(bundle: Bundle, source: str, selection: Selection) -> Gathering:
    """Gather the evidence that needs no training.

    Raises:
        CheckBroke: A judge's run did not finish, or our own distilling failed.

    """
    captures = wanted_captures(bundle.code, selection)
    evidence: dict[str, Json] = {}
    kept: dict[str, bytes] = {}
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
        judged = [reference_run(bundle, capture) for capture in batch if isinstance(capture, FolderCapture)]
        results = yield (*runs, *judged)
        ours = {run.id: _finished(result) for run, result in zip(judged, results[len(runs) :], strict=True)}
        for capture, result in zip(batch, results, strict=False):
            with _our_own_failures():
                evidence[capture.id] = _distilled(capture, result, source, ours)
            printed.append(result.stdout)
            if isinstance(capture, ModelCapture) and evidence[capture.id]["problem"] is None:
                kept |= {name: data for name, data in result.artifacts.items() if name.startswith("weight.")}
            if isinstance(capture, TrainingCapture):
                yield from _replayed(bundle, source, capture, result, evidence[capture.id])
    return _gathered(evidence, kept, printed)


def gather_training(bundle: Bundle, source: str, gathered_quick: Gathered, selection: Selection) -> Gathering:
    """Gather what accuracy needs, on top of the quick evidence.

    Raises:
        CheckBroke: A judge's run did not finish, or our own distilling failed.

    """
    exercise = bundle.code
    captures = dict(gathered_quick.evidence["captures"])
    trained: dict[str, Json] = {}
    printed = [gathered_quick.stdout]
    for check in accuracy_checks(exercise, selection):
        capture = next(one for one in exercise.captures if one.id == check.capture)
        if isinstance(capture, RealRunCapture):
            (result,) = yield (real_run(bundle, source, capture),)
            printed.append(result.stdout)
            with _our_own_failures():
                captures[capture.id] = capture_evidence(
                    capture.kind,
                    capture.function,
                    result,
                    source,
                    lambda artifacts, decide=check.decide: answer_facts(artifacts, decide),  # type: ignore[misc]
                )
        elif exercise.training is not None and "network" in captures.get(capture.id, {}):
            network = Network.from_json(captures[capture.id]["network"])
            weights, problem = _weights(network, gathered_quick.artifacts)
            if problem is not None:
                trained[capture.id] = problem
                continue
            (result,) = yield (training_run(bundle, exercise.training, network, weights),)
            with _our_own_failures():
                trained[capture.id] = prediction_facts(_finished(result), check.decide)
    return _gathered(captures, {}, printed, trained=trained)


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
    with _our_own_failures():
        evidence.update(replay_facts(_finished(replayed), recipes))


def _weights(network: Network, artifacts: Mapping[str, bytes]) -> tuple[dict[str, bytes], dict[str, Json] | None]:
    """Return the files of a network's initial weights, or the problem with them."""
    files = {}
    for step in network.steps:
        for index in step.weights:
            name = f"weight.{index:03d}.npy"
            try:
                read_array(artifacts, name)
            except BadArtifact as bad:
                return {}, {"problem": "cannot_train", "detail": str(bad)[:200]}
            files[name] = artifacts[name]
    return files, None


def _finished(result: RunResult) -> Mapping[str, bytes]:
    """Return the artifacts of a judge's run.

    Raises:
        CheckBroke: It did not finish; that is never the student's fault.

    """
    if result.ending != "finished":
        raise CheckBroke(f"a judge's run ended as {result.ending}: {result.error_type}: {result.error_message}")
    return result.artifacts


def _gathered(
    captures: Mapping[str, dict[str, Json]],
    artifacts: Mapping[str, bytes],
    printed: Sequence[str],
    **more: Any,  # noqa: ANN401 - further plain JSON
) -> Gathered:
    """Pack what was gathered; the first run that did not finish names the ending and the error of the whole."""
    first = next((one for one in captures.values() if one["ending"] != "finished"), None)
    evidence: dict[str, Json] = {
        "version": VERSION,
        "captures": dict(captures),
        "ending": "finished" if first is None else first["ending"],
        "error": None if first is None else first["error"],
        **more,
    }
    # Several runs of one program mostly print the same again.
    stdout = "".join(dict.fromkeys(text for text in printed if text))[:MAX_STDOUT]
    return Gathered(evidence, artifacts, stdout, error_from_json(evidence["error"]))


@contextmanager
def _our_own_failures() -> Iterator[None]:
    """Name whatever goes wrong while evidence is distilled as a fault of ours."""
    try:
        yield
    except CheckBroke:
        raise
    except Exception as error:
        raise CheckBroke(f"distilling evidence failed: {type(error).__name__}: {error}") from error
