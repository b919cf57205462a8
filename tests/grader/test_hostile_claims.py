"""Claims that would cost the worker or the judge dearly are plain failures: bounded before anything believes them."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from gradertools import BundleWithData, described_answers, finished, npy
from inside_runner import InsideRunner
from numpy.typing import NDArray

from grader import Outcome, Phase, Run, Selection, check, gather_quick
from grader.draft import Draft
from grader.evidence import model_facts, real_run_facts
from grader.evidence.folder import folder_facts
from grader.evidence.matching import References
from grader.hostile import BadArtifact, read_array, read_json
from grader.inside.bounds import CannotBuild, argument

STRUCTURE = Selection(skip=frozenset({"accuracy"}))

Node = dict[str, Any]


def header(text: str) -> bytes:
    """Return an array file whose header is any text."""
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + bytes(8)


@pytest.mark.parametrize(
    "text",
    [
        "(",
        "'''",
        "[" * 180,
        "-" * 4000 + "1",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1L,), }\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 99999999999999999999), }\n",
        "{'descr': '<f99', 'fortran_order': False, 'shape': (1,), }\n",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n",
        "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1), }\n",
    ],
)
def test_headers_that_a_parser_would_choke_on_are_refused(text: str) -> None:
    """No header reaches Python's parser: what numpy itself would not write is no array."""
    with pytest.raises(BadArtifact):
        read_array({"a.npy": header(text)}, "a.npy")


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", ["<f4", ">f8", "|u1", "<i8", "|b1", "<f2"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3, 4)])
def test_what_numpy_writes_is_read(kind: str, shape: tuple[int, ...], order: Any) -> None:  # noqa: ANN401
    """Each shape, type and order comes back as it was written."""
    array = np.array(np.arange(int(np.prod(shape))).reshape(shape).astype(kind), order=order)
    found = read_array({"a.npy": npy(array)}, "a.npy")

    assert (array.shape, array.dtype, array.tolist()) == (found.shape, found.dtype, found.tolist())


@pytest.mark.parametrize("text", ["1" + "0" * 400, "-" + "9" * 30, "[1, 2, 99999999999999999999]"])
def test_integers_of_hundreds_of_digits_are_refused(text: str) -> None:
    """A number that no float can hold would break the first subtraction."""
    with pytest.raises(BadArtifact):
        read_json({"a.json": text.encode()}, "a.json")


PICTURES = References(("cat.jpg", "dog.jpg"), np.zeros((2, 128, 128, 3), "float32"), np.zeros((2, 128, 128, 3), "f"))


def test_small_numbers_in_large_arrays_are_not_widened() -> None:
    """Thirty-two megabytes of bytes would be gigabytes of floats: the array is too large, whatever its type."""
    part = {"type": "ndarray", "array": True}
    artifacts = {
        "folder.json": json.dumps({"images": part, "onehot": part}).encode(),
        "images.npy": npy(np.zeros((64, 500, 1000), np.uint8)),
        "onehot.npy": npy(np.zeros((2, 2))),
        "real.json": b"{}",
        "answer.npy": npy(np.zeros((3000, 10000), np.uint8)),
    }

    assert "too_large" == folder_facts(artifacts, PICTURES)["images"]["problem"]
    assert real_run_facts(artifacts, "classes")["classes"] is None


def chain(layers: list[tuple[str, Node]], shape: list[int | None]) -> dict[str, bytes]:
    """Return the claim of a network of layers one after the other."""
    nodes: list[Node] = [{"class": "InputLayer", "kind": "input", "builtin": True, "inputs": [], "shape": shape}]
    for name, config in layers:
        node = {"class": name, "kind": "layer", "builtin": True, "config": config, "inputs": [len(nodes) - 1]}
        nodes.append({**node, "shape": shape, "layer": len(nodes)})
    model = {"style": "sequential", "nodes": nodes, "outputs": [len(nodes) - 1], "weights": []}
    return {"model.json": json.dumps(model).encode()}


def test_hundreds_of_layers_are_brought_into_form() -> None:
    """The longest claim there is, made to be rewritten as often as possible, costs the worker no minutes."""
    words = ["sigmoid", "tanh"]
    activations = [("Activation", {"activation": words[number % 2]}) for number in range(149)]
    layers = [("MaxPooling2D", {}) for _ in range(150)] + activations
    with patch.object(Draft, "reads", autospec=True, side_effect=Draft.reads) as reads:
        steps = model_facts(chain(layers, [None, 28, 28, 1]))["network"]["steps"]

    assert ["Activation"] * 149 + ["MaxPooling2D"] * 150 == [one["layer"] for one in steps]
    assert reads.call_count <= 300  # each looks at the whole network, and the moves are 22,350


CLAIMS = {
    "a billion units": chain([("Dense", {"units": 10**9})], [None, 784]),
    "units of no number": chain([("Dense", {"units": "many"})], [None, 784]),
    "ten thousand layers": chain([("Flatten", {})] * 10_000, [None, 1]),
    "a tower": {"model.json": b'{"a":' * 100_000 + b"1" + b"}" * 100_000},
    "not a number": {"model.json": b'{"style": "sequential", "nodes": [], "outputs": [NaN], "weights": []}'},
    "a huge word": chain([("D" * 500_000, {})], [None, 1]),
    "weights of any size": {
        "model.json": json.dumps(
            {
                "style": "sequential",
                "nodes": [{"class": "InputLayer", "kind": "input", "builtin": True, "inputs": []}],
                "outputs": [0],
                "weights": [{"shape": [2**39] * 8, "trainable": True}] * 1000,
            }
        ).encode()
    },
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_monstrous_network_is_a_plain_failure(course_bundle: Callable[..., BundleWithData], claim: str) -> None:
    """Nothing is built, nothing is trained, and the findings are those of any wrong network."""
    bundle = course_bundle("cnn-digits")
    gathering = gather_quick(bundle, "", STRUCTURE)
    next(gathering)
    with pytest.raises(StopIteration) as stop:
        gathering.send((finished(CLAIMS[claim]), described_answers()))
    evidence = json.loads(json.dumps(stop.value.value.evidence, allow_nan=False))

    assert Outcome.FAILED == check(bundle, evidence, STRUCTURE, Phase.QUICK)[0].outcome


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("units", value) for value in (0, -1, 10**9, 64.0, True, "64", None, [64], {"a": 1})),
        *(("kernel_size", value) for value in ([], [5, 5, 5, 5], [65, 1], [5.0, 5], [True, 5], "5", [[5], 5], 10**6)),
        *(("padding", value) for value in ("causal", ["valid"], True)),
        *(("activation", value) for value in ("exp", {"class_name": "Lambda"}, 1, None)),
        *(("use_bias", value) for value in (1, 0, "yes")),
        *(("rate", value) for value in (float("nan"), float("inf"), -0.1, 2, "0.5", True)),
        *(("axis", value) for value in (9, 1.0, [1])),
        ("kernel_initializer", "zeros"),
        ("name", "x"),
    ],
)
def test_arguments_have_their_kind_and_range(key: str, value: Any) -> None:  # noqa: ANN401
    """No truth value is a number, no text is one, and nothing that merely equals a whole number is whole."""
    with pytest.raises(CannotBuild):
        argument(key, value)


def test_arguments_of_the_course_are_within_bounds() -> None:
    """What the exercises and their equal forms are told is let through, lists as Keras wants them."""
    fine = {"units": 128, "kernel_size": [5, 5], "strides": 2, "padding": "same", "use_bias": False, "axis": -1}

    assert {**fine, "kernel_size": (5, 5)} == {key: argument(key, value) for key, value in fine.items()}


RECIPE = {
    "optimizer": "adam", "learning_rate": 0.001, "loss": "mean_squared_error",
    "epochs": 1, "batch_size": 2, "divide_by": 1, "add_channel": False,
}  # fmt: skip


def step(layer: Any, inputs: Any = (-1,), **arguments: Any) -> Node:  # noqa: ANN401
    """Return one step of a canonical graph."""
    inputs = list(inputs) if isinstance(inputs, tuple) else inputs
    return {"layer": layer, "arguments": arguments, "inputs": inputs, "weights": []}


GRAPHS = {
    "no steps": [],
    "too many steps": [step("Flatten")] * 65,
    "a class that runs code": [step("Lambda", function="x")],
    "a class that is none": [step(["Dense"], units=1)],
    "a module": [step("Dense", units=1, module="os")],
    "too many parameters": [step("Dense", units=8192), step("Dense", (0,), units=8192)],
    "too many parameters of a kernel": [step("Conv2D", filters=8192, kernel_size=[64, 64])],
    "too many numbers": [step("Conv2D", filters=1024, kernel_size=[1, 1], padding="same")] * 3,
    "steps ahead": [step("Dense", (1,), units=1), step("Dense", (0,), units=1)],
    "no inputs": [step("Add", [])],
    "inputs that are none": [step("Add", "all")],
    "too many inputs": [step("Concatenate", (-1,) * 17)],
    "true is no place": [step("Dense", [True], units=1)],
    "shapes that do not fit": [step("SimpleRNN", units=3)],
    "a window larger than the picture": [step("MaxPooling2D", pool_size=[64, 64])],
}


@pytest.mark.process
@pytest.mark.parametrize("title", GRAPHS)
def test_the_judge_builds_nothing_beyond_its_bounds(inside: InsideRunner, title: str) -> None:
    """Each such graph ends as a problem in words: no layer is made, no memory taken, the judge's run finishes."""
    picture = npy(np.zeros((2, 48, 48, 1), np.float32))
    files = {"train_inputs.npy": picture, "test_inputs.npy": picture, "train_targets.npy": npy(np.zeros((2, 1)))}
    arguments = {"graph": {"steps": GRAPHS[title]}, "dtype": "float32", "recipe": RECIPE, "pins": {"seed": 1}}
    result = inside.run(Run("t", "judge", "judge_train", arguments, files, ("*.json", "*.npy")))

    assert ("finished", ["problem.json"]) == (result.ending, sorted(result.artifacts)), result.error_message
    assert "cannot_build" == json.loads(result.artifacts["problem.json"])["problem"]


STANDIN = {"standin": 7, "rows": 70, "test_rows": 24, "pins": {"seed": 1}}
ADAM = {"class": "Adam", "learning_rate": 0.0001, "loss": "categorical_crossentropy"}


@pytest.fixture(scope="module")
def untrained(inside: InsideRunner) -> Mapping[str, bytes]:
    """Return the stand-in's initial weights, as a program has them that never trains."""
    body = b"import numpy as np\ndef fit_and_predict(model, x, y, test):\n    return np.zeros(len(test))\n"
    arguments = {**STANDIN, "function": "fit_and_predict"}
    result = inside.run(Run("s", "slot", "capture_training", arguments, {"student.py": body}, ("final.*.npy",)))
    return result.artifacts


def replayed(inside: InsideRunner, files: Mapping[str, bytes]) -> Any:  # noqa: ANN401
    """Return what the judge reports of claimed steps and weights."""
    arguments = {**STANDIN, "recipes": [ADAM]}
    result = inside.run(Run("r", "judge", "judge_replay", arguments, files, ("*.json",)))

    assert "finished" == result.ending, result.error_message
    return json.loads(result.artifacts["replay.json"])


@pytest.mark.process
@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(np.full((3, 2), 30_000, np.int16), id="rows that are none"),
        pytest.param(np.full((3, 2), -2, np.int16), id="strangers only"),
        pytest.param(np.zeros((6000, 1), np.int16), id="thousands of steps"),
    ],
)
def test_steps_that_cannot_be_replayed_prove_nothing(
    inside: InsideRunner, untrained: Mapping[str, bytes], steps: NDArray[Any]
) -> None:
    """The judge's run finishes, and weights that were never trained do not agree with a replay that goes nowhere."""
    assert [{"difference": None}] == replayed(inside, {**untrained, "steps.npy": npy(steps)})["recipes"]


@pytest.mark.process
@pytest.mark.parametrize("shape", [(3,), (2_000_000, 1, 1, 1, 1)])
def test_weights_of_other_shapes_are_a_problem(
    inside: InsideRunner, untrained: Mapping[str, bytes], shape: tuple[int, ...]
) -> None:
    """They are never compared, so nothing is spread out to gigabytes."""
    files = {**untrained, "final.0.npy": npy(np.zeros(shape, np.float32)), "steps.npy": npy(np.zeros((1, 1), np.int16))}

    assert "problem" in replayed(inside, files)
