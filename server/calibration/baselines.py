"""What an accuracy must lie above: answers and networks that have not learnt what an exercise is about.

``majority`` always answers the same; ``untrained`` is the described network as it begins; ``linear`` is one layer with
weights on the inputs as they come, trained like the solution. All but the first go the way of a submission.
"""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from exercises import Bundle
from exercises.schema import AccuracyCheck, Layer, LayersCheck, ModelCapture, RealRunCapture
from grader.hostile import read_array
from grader.trainings import accuracy_of, hidden_targets, run_evidence

UNTRAINED_ANSWER = """
def {function}(model, train_images, onehot, test_images):
    return model.predict(test_images, verbose=0).argmax(axis=1)
"""

BUILDING = """
from keras import Input, Sequential, layers


def {function}():
    return Sequential([Input({shape!r}, dtype={dtype!r}), {layers}])
"""


class NoBaseline(Exception):
    """An exercise is of a kind that no baseline is known for; the message says which."""


def majority_accuracy(bundle: Bundle, check: AccuracyCheck) -> float:
    """Return the share of hidden rows that one and the same answer gets right.

    Where numbers are asked for, that is the median of the training targets; else the most frequent class.
    """
    targets = hidden_targets(bundle, check)
    training = bundle.code.training
    if check.decide == "within" and training is not None:
        given = read_array({"targets": bundle.read(training.train_targets)}, "targets")
        answer = float(np.median(given))
    else:
        values, counts = np.unique(targets, return_counts=True)
        answer = int(values[counts.argmax()])
    run = run_evidence(bundle.code.seed, {"classes": [answer] * len(targets)}, check, targets)
    return accuracy_of(run, check, targets) or 0.0


def untrained(bundle: Bundle, check: AccuracyCheck) -> tuple[Bundle, str]:
    """Return an exercise and a submission to it: the described network, as it begins.

    Raises:
        NoBaseline: Nothing is trained for this check.

    """
    capture = _capture(bundle, check)
    if isinstance(capture, RealRunCapture):
        return bundle, UNTRAINED_ANSWER.format(function=capture.function)
    training = bundle.code.training
    if training is None:
        raise NoBaseline(f"{bundle.id} trains nothing")
    return _with(bundle, training=training.model_copy(update={"epochs": 0})), bundle.solution or ""


def linear(bundle: Bundle, check: AccuracyCheck) -> tuple[Bundle, str]:
    """Return an exercise and a submission to it: one layer with weights, trained like the solution.

    Raises:
        NoBaseline: Nothing is trained for this check, or its network does not end in a Dense layer.

    """
    capture = _capture(bundle, check)
    described = _network(bundle, capture)
    dense = next((layer for layer in reversed(described) if layer.layer == "Dense"), None)
    if dense is None:
        raise NoBaseline(f"the network of {bundle.id} has no Dense layer")
    last = [layer for layer in described if "activation" in _arguments(layer)][-1:]
    activation = _arguments(last[0])["activation"] if last else None
    answer = Layer.model_validate({"layer": "Dense", "units": _arguments(dense)["units"], "activation": activation})
    network = [Layer(layer="Flatten"), answer]
    if isinstance(capture, RealRunCapture):
        captures = tuple(
            one.model_copy(update={"network": network}) if one.id == capture.id else one for one in bundle.code.captures
        )
        return _with(bundle, captures=captures), bundle.solution or ""
    return bundle, _program(bundle, capture, network)


def _capture(bundle: Bundle, check: AccuracyCheck) -> RealRunCapture | ModelCapture:
    """Return what is trained for a check."""
    capture = next(one for one in bundle.code.captures if one.id == check.capture)
    if not isinstance(capture, RealRunCapture | ModelCapture):
        raise NoBaseline(f"{bundle.id} trains nothing for the check {check.id}")
    return capture


def _network(bundle: Bundle, capture: RealRunCapture | ModelCapture) -> Sequence[Layer]:
    """Return the network that an exercise describes."""
    if isinstance(capture, RealRunCapture):
        return capture.network
    for check in bundle.code.checks:
        if isinstance(check, LayersCheck) and check.capture == capture.id:
            return check.network
    raise NoBaseline(f"{bundle.id} describes no network")


def _program(bundle: Bundle, capture: ModelCapture, network: Sequence[Layer]) -> str:
    """Return a program that builds a network for the training data's own shape."""
    training = bundle.code.training
    if training is None:
        raise NoBaseline(f"{bundle.id} trains nothing")
    rows = read_array({"rows": bundle.read(training.train_inputs)}, "rows")
    shape = (*rows.shape[1:], 1) if training.add_channel else rows.shape[1:]
    written = (
        f"layers.{one.layer}({', '.join(f'{name}={value!r}' for name, value in _arguments(one).items())})"
        for one in network
    )
    return BUILDING.format(function=capture.function, shape=shape, dtype=capture.input_dtype, layers=", ".join(written))


def _arguments(layer: Layer) -> Mapping[str, object]:
    """Return a layer's arguments in Keras' own words."""
    return layer.model_extra or {}


def _with(bundle: Bundle, **changes: object) -> Bundle:
    """Return a bundle whose exercise says something else."""
    return dataclasses.replace(bundle, exercise=bundle.code.model_copy(update=changes))
