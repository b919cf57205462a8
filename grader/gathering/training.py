"""Gather what accuracy needs: a training by the judge, or the student's own on real pictures."""

from collections.abc import Mapping

from exercises import Bundle
from exercises.schema import RealRunCapture
from grader.contract import Gathered, Json, Selection
from grader.evidence import answer_facts, capture_evidence, prediction_facts
from grader.gathering.packing import Gathering, finished, our_own_failures, pack
from grader.hostile import BadArtifact, read_array
from grader.network import Network
from grader.runs import real_run, training_run
from grader.selecting import accuracy_checks


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
            with our_own_failures():
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
            with our_own_failures():
                trained[capture.id] = prediction_facts(finished(result), check.decide)
    return pack(captures, {}, printed, trained=trained)


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
