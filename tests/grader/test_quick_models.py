"""What makes a quick look at a model cheap changes nothing that is judged, and nothing that is trained."""

import json

import numpy as np
import pytest
from behaving import RIGHT, body
from gradertools import npy
from inside_runner import InsideRunner

from grader import Run, RunResult
from grader.hostile import read_array

pytestmark = pytest.mark.process

ARGUMENTS = {"function": "build_model", "input_shape": [28, 28, 1], "input_dtype": "float32", "pins": {"seed": 1}}


def captured(inside: InsideRunner, source: str, *, weights: bool) -> RunResult:
    """Return what a run leaves that captured a program's model."""
    arguments = {**ARGUMENTS, "weights": weights}
    files = {"student.py": source.encode()}
    result = inside.run(Run("model", "slot", "capture_model", arguments, files, ("*.json", "*.npy")))

    assert "finished" == result.ending, result.error_message
    return result


def test_cheap_weights_change_nothing_that_is_described(inside: InsideRunner) -> None:
    """A quick run describes the same model; only a run that fetches weights draws them as the initializers say."""
    spread = "m.layers[0].kernel.numpy().std()"
    program = body(RIGHT + f"print(round(float({spread}), 4))")
    quick, full = (captured(inside, program, weights=weights) for weights in (False, True))
    kernel = read_array(full.artifacts, "weight.000.npy")

    assert json.loads(quick.artifacts["model.json"]) == json.loads(full.artifacts["model.json"])
    assert not [name for name in quick.artifacts if name.endswith(".npy")]
    assert float(full.stdout) == pytest.approx(kernel.std(), abs=1e-4)
    assert float(kernel.std()) == pytest.approx(np.sqrt(2 / (25 + 25 * 32)), rel=0.1)  # Glorot's
    assert quick.stdout != full.stdout


def test_initializers_of_the_students_own_are_called_all_the_same(inside: InsideRunner) -> None:
    """Only what Keras itself draws is replaced; a function of the student's own runs, and its mistakes show."""
    own = "def mine(shape, dtype=None):\n    print('called', tuple(shape))\n    return keras.ops.zeros(shape, dtype)\n"
    program = body(RIGHT.replace("Conv2D(64, 5,", "Conv2D(64, 5, kernel_initializer=mine,"), own)

    assert "called (5, 5, 32, 64)\n" == captured(inside, program, weights=False).stdout


def test_weights_that_no_exercise_needs_fail_as_they_always_did(inside: InsideRunner) -> None:
    """A billion numbers are not filled in: Keras' own refusal or the limit of memory is what a student reads."""
    huge = "Dense(10**9).build((None, 10**9))"
    tried = f"try:\n    {huge}\nexcept Exception as error:\n    print(type(error).__name__)\n"
    program = body(tried + RIGHT)
    printed = captured(inside, program, weights=False).stdout

    assert printed
    assert "MemoryError" not in printed


def test_operations_run_as_they_are(inside: InsideRunner) -> None:
    """TensorFlow's switch is there and is used: without it, each kind of operation is compiled when first met."""
    switch = "pywrap_tfe.TFE_ContextOptionsSetRunEagerOpAsFunction"
    asked = f"from tensorflow.python import pywrap_tfe\nprint({switch}.__module__)\n"

    assert "grader_inside.warming\n" == captured(inside, body(RIGHT, asked), weights=False).stdout


def test_a_judge_refuses_weights_of_other_shapes(inside: InsideRunner) -> None:
    """A bias may come as a row; any other shape is not what the network was judged with."""
    graph = {"steps": [{"layer": "Dense", "arguments": {"units": 3}, "inputs": [-1], "weights": ["k.npy", "b.npy"]}]}
    recipe = {"optimizer": "adam", "learning_rate": 0.001, "loss": "mean_squared_error", "epochs": 1, "batch_size": 4}
    arguments = {"graph": graph, "dtype": "float32", "recipe": {**recipe, "divide_by": 1, "add_channel": False}}
    data = {name: npy(np.ones((8, 2), "f")) for name in ("train_inputs.npy", "test_inputs.npy")}
    data["train_targets.npy"] = npy(np.ones((8, 3), "f"))
    left = []
    for bias in (np.zeros((1, 3), "f"), np.zeros((3, 1), "f")):
        files = {**data, "k.npy": npy(np.ones((2, 3), "f")), "b.npy": npy(bias)}
        run = Run("t", "judge", "judge_train", {**arguments, "pins": {"seed": 1}}, files, ("*.json", "*.npy"))
        left.append(set(inside.run(run).artifacts) & {"problem.json", "predictions.npy"})

    assert [{"predictions.npy"}, {"problem.json"}] == left
