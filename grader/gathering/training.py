"""Gather what accuracy needs: a training by the judge, or the student's own on real pictures."""

from exercises import Bundle
from exercises.schema import ModelCapture, RealRunCapture
from grader.canonical import described_network
from grader.contract import Gathered, Json, Selection
from grader.evidence import CannotTrain, answer_facts, capture_evidence, prediction_facts, starting_point
from grader.gathering.packing import Gathering, finished, our_own_failures, pack
from grader.runs import real_run, training_run, weights_run
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
        elif (
            isinstance(capture, ModelCapture)
            and exercise.training is not None
            and "network" in captures.get(capture.id, {})
        ):
            (result,) = yield (weights_run(bundle, source, capture, None),)
            try:
                start = starting_point(captures[capture.id], result, described_network(exercise, capture.id))
            except CannotTrain as problem:
                trained[capture.id] = {"problem": "cannot_train", "detail": str(problem)}
                continue
            (result,) = yield (training_run(bundle, exercise.training, start.network, start.weights),)
            with our_own_failures():
                trained[capture.id] = prediction_facts(finished(result), check.decide)
    return pack(captures, printed, trained=trained)
