# ruff: noqa: E501, ISC004 - the programs keep their own line lengths and are written line by line
"""What runs inside the sandbox, with real Keras: captures, references, replay, training."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from corpus import CNN_DIFFERENT, CNN_EQUAL, program
from gradertools import BundleWithData, npy
from inside_runner import InsideRunner

from grader import Outcome, Phase, Run, Selection, check, gather_quick, gather_training
from grader.hostile import read_array

pytestmark = pytest.mark.process

HERE = Path(__file__).parent
EVERYTHING = Selection()
MODEL_ARGUMENTS = {"function": "build_model", "input_shape": [28, 28, 1], "input_dtype": "float32", "pins": {"seed": 1}}


def captured(inside: InsideRunner, source: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the description of the model that a program builds."""
    arguments = {**MODEL_ARGUMENTS, "weights": False, **more}
    result = inside.run(Run("model", "slot", "capture_model", arguments, {"student.py": source.encode()}, ("*.json",)))

    assert "finished" == result.ending, result.error_message
    described: dict[str, Any] = json.loads(result.artifacts["model.json"])
    return described


@pytest.mark.parametrize("title", ["article", "subclassed with tf", "custom block", "own activation with tf"])
def test_descriptions_are_those_of_the_corpus(inside: InsideRunner, title: str) -> None:
    """The stored descriptions that the fast tests read are what this Keras says today."""
    lines = (HERE / "descriptions" / "cnn.jsonl").read_text(encoding="ascii").splitlines()
    stored = next(case["model"] for case in map(json.loads, lines) if case["title"] == title)

    assert stored == captured(inside, program({**CNN_EQUAL, **CNN_DIFFERENT}[title]))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("x = 1", "missing_function"),
        ("def build_model(): pass", "returned_none"),
        ("def build_model(): return 3", "not_a_model"),
        ("build_model = 5", "missing_function"),
    ],
)
def test_what_is_no_model_is_named(inside: InsideRunner, body: str, problem: str) -> None:
    """A missing function, None and other values are problems with a word, not exceptions."""
    assert problem == captured(inside, body)["problem"]


def test_the_same_program_gives_the_same_weights(inside: InsideRunner) -> None:
    """Seeds are set before the student's code, so initial weights repeat to the bit."""
    files = {"student.py": program(CNN_EQUAL["article"]).encode()}
    runs = [inside.run(Run("m", "slot", "capture_model", MODEL_ARGUMENTS, files, ("*.npy",))) for _ in range(2)]

    assert 8 == len(runs[0].artifacts)
    assert runs[0].artifacts == runs[1].artifacts


def test_the_program_is_a_module_with_its_own_lines(inside: InsideRunner) -> None:
    """Dataclasses work, a coding cookie changes nothing, and tracebacks count in the student's own file."""
    source = (
        "# -*- coding: gbk -*-\nfrom __future__ import annotations\nimport dataclasses\n"
        "@dataclasses.dataclass\nclass Size:\n    units: int = 3\n"
        "名字 = 'ä'\ndef build_model():\n    assert 名字 == 'ä'\n    return Size().unts\n"
    )
    run = Run("m", "slot", "capture_model", MODEL_ARGUMENTS, {"student.py": source.encode()}, ("*.json",))
    result = inside.run(run)

    assert ("raised", "AttributeError") == (result.ending, result.error_type)
    assert ("student.py", 10) == (Path(result.error_frames[-1][0]).name, result.error_frames[-1][1])


def solution_of(bundle: BundleWithData) -> str:
    """Return the reference solution, through the student's door."""
    return bundle.source_of_file((bundle.solution or "").encode(), whole_file=False).text


@pytest.mark.training
def test_the_judge_trains_from_the_students_weights(
    inside: InsideRunner, course_bundle: Callable[..., BundleWithData]
) -> None:
    """A right model is rebuilt, trained on bright and dark pictures, and predicts every class of them."""
    classes = np.arange(80) % 10
    images = (classes[:, None, None] * 25 + np.zeros((80, 28, 28))).astype(np.uint8)
    data = {
        "data/train_images.npy": npy(images),
        "data/train_labels.npy": npy(classes.astype(np.uint8)),
        "data/test_images.npy": npy(images),
        "private/test_labels.npy": npy(classes.astype(np.uint8)),
    }
    bundle = course_bundle("cnn-digits", data)
    quick = inside.gather(gather_quick(bundle, solution_of(bundle), EVERYTHING))
    full = inside.gather(gather_training(bundle, solution_of(bundle), quick, EVERYTHING))
    again = inside.gather(gather_training(bundle, solution_of(bundle), quick, EVERYTHING))
    findings = check(bundle, full.evidence, EVERYTHING, Phase.TRAINING)

    assert [Outcome.PASSED] * 2 == [finding.outcome for finding in findings[:2]]
    (run,) = full.evidence["trained"]["model"]["runs"]
    assert 3 == len(run["history"]["loss"])
    assert full.evidence["trained"] == again.evidence["trained"]


TRAINING_HEAD = """
import keras, numpy as np, tensorflow as tf
def fit_and_predict(model, x, y, test):
"""
TRAINED = "    return np.argmax(model.predict(test, verbose=0), axis=1)\n"
COMPILED = (
    "    model.compile('adam' if 0 else keras.optimizers.Adam(1e-4), 'categorical_crossentropy', metrics=['acc'])\n"
)

UNKNOWN_LENGTH = """    def batches():
        for start in range(0, len(x), 32):
            yield x[start:start + 32], y[start:start + 32]
    shapes = (tf.TensorSpec((None, *x.shape[1:])), tf.TensorSpec((None, 2)))
    data = tf.data.Dataset.from_generator(batches, output_signature=shapes)
    model.fit(data, epochs=20, verbose=0)
"""

RIGHT_TRAININGS = {
    "data of unknown length": COMPILED + UNKNOWN_LENGTH,
    "Adam by another name": "    class Mine(keras.optimizers.Adam):\n        pass\n"
    "    model.compile(Mine(1e-4, weight_decay=0.0, loss_scale_factor=1.0), 'categorical_crossentropy')\n"
    "    model.fit(x, y, epochs=20, batch_size=32, verbose=0)\n",
    "fit": COMPILED + "    model.fit(x, y, epochs=20, batch_size=32, verbose=0)\n",
    "old words": "    model.compile(loss='categorical_crossentropy', optimizer=keras.optimizers.Adam(lr=0.0001, decay=0),"
    " metrics=['accu\\fracy'])\n    model.fit(x, y, epochs=20, batch_size=32, verbose=0)\n",
    "batches": COMPILED + "    for _ in range(20):\n        order = np.random.permutation(len(x))\n"
    "        for start in range(0, len(x), 32):\n            rows = order[start:start + 32]\n"
    "            model.train_on_batch(x[rows], y[rows])\n",
    "tf.data": COMPILED + "    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(100).batch(32)\n"
    "    model.fit(data, epochs=20, verbose=0)\n",
    "gradient tape": "    opt = keras.optimizers.Adam(learning_rate=0.0001)\n    loss = keras.losses.CategoricalCrossentropy()\n"
    "    for _ in range(20):\n        for start in range(0, len(x), 32):\n            with tf.GradientTape() as tape:\n"
    "                value = loss(y[start:start + 32], model(x[start:start + 32], training=True))\n"
    "            grads = tape.gradient(value, model.trainable_variables)\n"
    "            opt.apply_gradients(zip(grads, model.trainable_variables))\n",
    "sparse": "    model.compile(keras.optimizers.Adam(1e-4), 'sparse_categorical_crossentropy')\n"
    "    model.fit(x, np.argmax(y, axis=1), epochs=20, batch_size=32, verbose=0)\n",
    "several steps at once": COMPILED.replace("metrics=['acc']", "metrics=['acc'], steps_per_execution=2")
    + "    model.fit(x, y, epochs=20, batch_size=32, verbose=0)\n",
    "xla": COMPILED.replace("metrics=['acc']", "jit_compile=True")
    + "    model.fit(x, y, epochs=20, batch_size=32, verbose=0)\n",
    "own sequence": COMPILED + "    class Batches(keras.utils.PyDataset):\n"
    "        def __len__(self): return -(-len(x) // 32)\n"
    "        def __getitem__(self, i): return x[i * 32:i * 32 + 32], y[i * 32:i * 32 + 32]\n"
    "    model.fit(Batches(), epochs=20, verbose=0)\n",
    "own loss": "    def mine(y, p): return -tf.reduce_sum(y * tf.math.log(p), axis=-1)\n"
    "    model.compile(keras.optimizers.Adam(1e-4), mine)\n    model.fit(x, y, epochs=20, batch_size=32, verbose=0)\n",
}

WRONG_TRAININGS = {
    "wrong labels": ("training", COMPILED + "    model.fit(x, y[::-1], epochs=20, batch_size=32, verbose=0)\n"),
    "new optimizer every epoch": (
        "training",
        "    for _ in range(20):\n" + "    " + COMPILED + "        model.fit(x, y, batch_size=32, verbose=0)\n",
    ),
    "weights on rows": (
        "training",
        COMPILED + "    model.fit(x, y, epochs=20, batch_size=32, verbose=0, class_weight={0: 5.0, 1: 1.0})\n",
    ),
    "another model": (
        "compile",
        "    model = keras.models.clone_model(model)\n"
        + COMPILED
        + "    model.fit(x, y, epochs=20, batch_size=32, verbose=0)\n",
    ),
    "test pictures": (
        "training",
        COMPILED + "    model.fit(test, np.eye(2)[np.arange(len(test)) % 2], epochs=20, batch_size=32, verbose=0)\n",
    ),
    "binary": (
        "compile",
        "    model.compile(keras.optimizers.Adam(1e-4), 'binary_crossentropy')\n"
        "    model.fit(x, y, epochs=20, batch_size=32, verbose=0)\n",
    ),
    "rate that falls": (
        "compile",
        "    rate = keras.optimizers.schedules.ExponentialDecay(1e-4, 10, 0.5)\n"
        "    model.compile(keras.optimizers.Adam(rate), 'categorical_crossentropy')\n"
        "    model.fit(x, y, epochs=20, batch_size=32, verbose=0)\n",
    ),
}


def failed_checks(inside: InsideRunner, bundle: BundleWithData, body: str) -> list[str]:
    """Return the ids of the checks that a training function fails."""
    selection = Selection(only=frozenset({"compile", "training", "returns"}))
    gathered = inside.gather(gather_quick(bundle, TRAINING_HEAD + body + TRAINED, selection))
    findings = check(bundle, gathered.evidence, selection, Phase.QUICK)
    return [finding.id for finding in findings if finding.outcome is Outcome.FAILED]


@pytest.mark.training
@pytest.mark.parametrize("title", RIGHT_TRAININGS)
def test_right_trainings_are_recorded_and_replayed(
    inside: InsideRunner, course_bundle: Callable[..., BundleWithData], title: str
) -> None:
    """Whatever loop takes the same steps is accepted."""
    assert [] == failed_checks(inside, course_bundle("cats-vs-dogs"), RIGHT_TRAININGS[title])


@pytest.mark.training
@pytest.mark.parametrize("title", WRONG_TRAININGS)
def test_wrong_trainings_are_found(
    inside: InsideRunner, course_bundle: Callable[..., BundleWithData], title: str
) -> None:
    """Wrong labels, a fresh optimizer, weighted rows, another model, loss or rate: each fails its check."""
    kind, body = WRONG_TRAININGS[title]

    assert kind in failed_checks(inside, course_bundle("cats-vs-dogs"), body)


def test_pictures_are_read_as_the_exercise_says(inside: InsideRunner, tmp_path: Path) -> None:
    """The judge's references have the folder's size and order, and the two ways to divide differ only a little."""
    archive = tmp_path / "pictures.zip"
    make_pictures(inside, archive)
    run = Run("r", "judge", "judge_references", {"size": [32, 48]}, {"pictures.zip": archive.read_bytes()}, ("*",))
    result = inside.run(run)
    after, before = (read_array(result.artifacts, f"{name}.npy") for name in ("after", "before"))

    assert ["cat.1.jpg", "dog.1.jpg"] == json.loads(result.artifacts["names.json"])
    assert (2, 32, 48, 3) == after.shape == before.shape
    assert np.abs(after / 255 - before).max() < 0.01


def make_pictures(inside: InsideRunner, archive: Path) -> None:
    """Write two random pictures with the OpenCV of the sandbox."""
    source = (
        "import cv2, numpy as np, zipfile, keras\n"
        f"with zipfile.ZipFile({str(archive)!r}, 'w') as file:\n"
        "    for name in ('dog.1.jpg', 'cat.1.jpg'):\n"
        "        picture = np.random.default_rng(1).integers(0, 255, (60, 80, 3)).astype('uint8')\n"
        "        file.writestr(name, cv2.imencode('.jpg', picture)[1].tobytes())\n"
    )

    assert "missing_function" == captured(inside, source)["problem"]
