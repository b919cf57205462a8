"""What the check of the layers says of code that it cannot read, and of text that is meant for terminals."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from gradertools import BundleWithData
from inside_runner import InsideRunner

from exercises.schema import LayersCheck
from grader import Run
from grader.canonical import expected_network
from grader.checks import Context
from grader.checks.layers import check_layers
from grader.compare import differences
from grader.difference_hints import hint_for
from grader.evidence import model_facts
from grader.messages import both
from grader.network import Network, Step

Loader = Callable[..., BundleWithData]

COLOURED = "Exception encountered when calling Rec.call().\n\n\x1b[1mslice index 12 out of bounds\x1b[0m"

LAYERS = (
    Step("Embedding", {"input_dim": 1000, "output_dim": 64}),
    Step("SimpleRNN", {"units": 30, "return_state": True}, (0,)),
    Step("Dense", {"units": 16, "activation": "relu"}, (1,)),
    Step("Dense", {"units": 1, "activation": "sigmoid"}, (2,)),
)


def message(load: Loader, last: Step) -> tuple[str, str]:
    """Return what is said of a network with a second output that nothing reads, in both languages."""
    bundle = load("rnn-reviews")
    by_kind: dict[str, Any] = {check.kind: check for check in bundle.code.checks}
    network = Network((*LAYERS, last), (3, 4), ((None, None),))
    behaviour = {"problem": "several_outputs", "detail": "2"}
    facts = {"network": network.to_json(), "notes": [], "behaviour": behaviour}
    told = check_layers(by_kind["layers"], Context(bundle, {"captures": {by_kind["layers"].capture: facts}})).message
    return told.en, told.zh


def test_a_second_result_is_no_code_of_the_students(course_bundle: Loader) -> None:
    """The step that stands for it has a name that no student wrote."""
    en, zh = message(course_bundle, Step("keras.ops Output", {"place": 1}, (1,)))

    assert "The model must have one output, but has 2." == en
    assert "模型应只有一个输出，实际有 2 个。" == zh


def test_code_that_cannot_be_read_is_named(course_bundle: Loader) -> None:
    """Of what was written, the names are told, without ours."""
    en, _ = message(course_bundle, Step("keras.ops Flip", {}, (1,)))

    assert "keras.ops Flip is code of your own and cannot be read as layers" in en
    assert en.endswith("The model must have one output, but has 2.")


def test_codes_for_terminals_leave_nothing_behind() -> None:
    """Neither the escape nor the letters behind it, also where a code was cut."""
    told = both("{detail}", "{detail}", detail=COLOURED + " \x1b[1;3")

    assert "Exception encountered when calling Rec.call().  slice index 12 out of bounds " == told.en == told.zh


@pytest.mark.parametrize(("exercise", "place", "right"), [
    ("cats-vs-dogs", 0, False),
    ("cats-vs-dogs", -1, True),
    ("cnn-digits", 0, True),
])  # fmt: skip
def test_a_layer_of_zeros_never_learns(course_bundle: Loader, exercise: str, place: int, right: bool) -> None:  # noqa: FBT001
    """Before the last one it is told where nothing trains the model; elsewhere its accuracy tells what it is worth."""
    bundle = course_bundle(exercise)
    (check,) = (one for one in bundle.code.checks if isinstance(one, LayersCheck))
    expected = expected_network(check.network)
    steps = [
        dataclasses.replace(step, weights=(number,), places=(number + 1,)) for number, step in enumerate(expected.steps)
    ]
    steps[place] = dataclasses.replace(steps[place], traits={"kernel_initializer": "zeros"})
    shape = (None, *next(one.input_shape for one in bundle.code.captures if one.id == check.capture))
    network = dataclasses.replace(expected, steps=tuple(steps), input_shapes=(shape,)).to_json()
    judged = check_layers(check, Context(bundle, {"captures": {check.capture: {"network": network, "notes": []}}}))

    assert right == judged.passed
    assert right or "step 1, Conv2D, start at 0" in judged.message.en


BODY = """
import keras

class Own(keras.layers.Layer):
    def call(self, x):
        raise ValueError("no")

def build_model():
    return keras.Sequential([{first}])
"""


def ended_with(inside: InsideRunner, first: str) -> dict[str, Any]:
    """Return the evidence of a model that cannot be built, with ``first`` as its layers."""
    arguments = {
        "function": "build_model", "input_shape": [None], "input_dtype": "int32", "weights": False,
        "pins": {"seed": 1},
    }  # fmt: skip
    files = {"student.py": BODY.format(first=first).encode()}
    result = inside.run(Run("model", "slot", "capture_model", arguments, files, ("*.json",)))
    return {"ending": result.ending, "kind": "model", "function": "build_model", **model_facts(result.artifacts)}


@pytest.mark.process
def test_colours_of_keras_stay_inside(inside: InsideRunner) -> None:
    """They are taken out where the text is read."""
    assert "Could not automatically infer" in (detail := ended_with(inside, "Own()")["detail"])
    assert "[1m" not in detail
    assert "\x1b" not in detail


@pytest.mark.process
def test_a_state_kept_between_batches_is_to_be_removed(inside: InsideRunner, course_bundle: Loader) -> None:
    """A model that keeps its state is built on one row, and told apart by what it was told."""
    layers = "keras.layers.Embedding(10, 4), keras.layers.SimpleRNN(3, stateful=True)"
    found = Network.from_json(ended_with(inside, layers)["network"])
    (check,) = (one for one in course_bundle("rnn-reviews").code.checks if isinstance(one, LayersCheck))
    expected = expected_network(check.network)
    different, _ = differences(expected, found, (None,))

    assert "stateful" in {one.argument for one in different}
    assert "stateful" in hint_for([one for one in different if one.argument == "stateful"], expected, found).en
