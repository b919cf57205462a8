"""The real run is recorded too: whoever trains otherwise there than on the stand-in is told so; no record, no blame."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from gradertools import BundleWithData, npy
from inside_runner import InsideRunner
from PIL import Image

from exercises.schema import Layer
from grader import Run
from grader.canonical import expected_network
from grader.checks import Context
from grader.checks.real_run import trained_otherwise
from grader.evidence import real_run_facts

RATE = 9.999999747378752e-05
RECORD = {
    "rows": 500,
    "steps": 320,
    "longest_batch": 32,
    "strangers": 0,
    "wrong_labels": 0,
    "optimizer_count": 1,
    "uses": [20, 20],
    "rates": [RATE, RATE],
    "optimizer": "Adam",
}


def said(bundle: BundleWithData, *records: Any) -> str | None:  # noqa: ANN401
    """Return what is said against runs with these records."""
    check = next(one for one in bundle.code.checks if one.kind == "accuracy")
    runs = [{"seed": seed, "record": record} for seed, record in enumerate(records)]
    wrong = trained_otherwise(check, Context(bundle, {"captures": {}, "trained": {"real": {"runs": runs}}}))
    return None if wrong is None else wrong[0].en


@pytest.mark.parametrize("record", [RECORD, None, {**RECORD, "optimizer": "Mine"}, {**RECORD, "rates": None}])
def test_what_was_asked_or_was_not_recorded_is_not_blamed(
    course_bundle: Callable[..., BundleWithData],
    record: Any,  # noqa: ANN401
) -> None:
    """Twenty epochs pass, and so does a run of which nothing is known: its accuracy decides."""
    assert said(course_bundle("cats-vs-dogs"), record) is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 16, "uses": [1, 1]}, "On the real pictures there were 16 steps"),
        ({"longest_batch": 64, "steps": 160}, "On the real pictures there were 160 steps"),
        ({"strangers": 3}, "On the real pictures, some steps used pictures that are not the given ones."),
        ({"wrong_labels": 3}, "On the real pictures, some were trained with the label of another."),
        ({"uses": [0, 40]}, "On the real pictures, each was used 0 to 40 times"),
        ({"optimizer": "SGD"}, "On the real pictures the optimizer was SGD"),
        ({"optimizer_count": 2}, "On the real pictures the optimizer changed during training."),
        ({"rates": [1e-6, RATE]}, "On the real pictures the learning rate went from 1e-06 to 0.0001"),
    ],
)
def test_another_training_in_the_real_run_is_told(
    course_bundle: Callable[..., BundleWithData], changes: dict[str, Any], message: str
) -> None:
    """Each way of training otherwise has its sentence, whichever of the runs it was."""
    found = said(course_bundle("cats-vs-dogs"), RECORD, {**RECORD, **changes})

    assert found is not None
    assert found.startswith(message)


@pytest.mark.parametrize(
    "claim",
    [None, [], {}, {**RECORD, "steps": "many"}, {**RECORD, "steps": True}, {**RECORD, "uses": [1]}, "x" * 10**6],
)
def test_a_record_that_is_none_is_no_record(claim: Any) -> None:  # noqa: ANN401
    """Whatever else stands there is dropped, and the answer is read all the same."""
    artifacts = {"real.json": json.dumps({"record": claim}).encode(), "answer.npy": npy(np.array([0.0, 1.0]))}

    assert {"classes": [0, 1], "record": None} == real_run_facts(artifacts, "classes")


NETWORK = [
    Layer(layer="Conv2D", filters=2, kernel_size=[3, 3]),
    Layer(layer="Flatten"),
    Layer(layer="Dense", units=2, activation="softmax"),
]
HEAD = "import keras, numpy as np\ndef train(model, x, y, test):\n"
COMPILED = "    model.compile(keras.optimizers.Adam(1e-4), 'categorical_crossentropy')\n"
ANSWER = "    return np.argmax(model.predict(test, verbose=0), axis=1)\n"


def pictures(names: list[str]) -> bytes:
    """Return a zip of small noisy pictures."""
    file, generator = io.BytesIO(), np.random.default_rng(len(names))
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            picture = io.BytesIO()
            Image.fromarray(generator.integers(0, 255, (16, 16, 3), np.uint8)).save(picture, "JPEG")
            archive.writestr(name, picture.getvalue())
    return file.getvalue()


def recorded(inside: InsideRunner, body: str) -> dict[str, Any]:
    """Return the record of a real run on forty small pictures."""
    names = [f"{animal}.{number}.jpg" for animal in ("cat", "dog") for number in range(20)]
    arguments = {
        "function": "train",
        "graph": expected_network(NETWORK).to_json(),
        "size": [12, 12],
        "pins": {"seed": 1},
    }
    files = {
        "student.py": (HEAD + body + ANSWER).encode(),
        "train.zip": pictures(names),
        "test.zip": pictures([f"{number:04}.jpg" for number in range(6)]),
    }
    result = inside.run(Run("real", "slot", "real_run", arguments, files, ("real.json", "answer.npy")))

    assert "finished" == result.ending, result.error_message
    facts = real_run_facts(result.artifacts, "classes")

    assert 6 == len(facts["classes"])
    record: dict[str, Any] = facts["record"]
    return record


@pytest.mark.process
def test_a_compiled_training_is_recorded(inside: InsideRunner) -> None:
    """Steps, rows, labels, rate and optimizer are known although the training runs as one graph."""
    body = COMPILED + "    model.fit(x, y, epochs=3, batch_size=16, verbose=0)\n    model.evaluate(x, y, verbose=0)\n"
    wanted = {**RECORD, "rows": 40, "steps": 9, "longest_batch": 16, "uses": [3, 3]}

    assert wanted == recorded(inside, body)


@pytest.mark.process
def test_strangers_labels_and_rates_are_recorded(inside: InsideRunner) -> None:
    """Pictures of one's own, labels of other pictures and a second optimizer are counted."""
    body = (
        COMPILED
        + "    model.train_on_batch(x[:8], y[:8])\n    model.train_on_batch(test, y[:6])\n"
        + "    model.compile(keras.optimizers.SGD(0.5), 'categorical_crossentropy')\n"
        + "    model.train_on_batch(x[:8], 1 - y[:8])\n"
    )
    record = recorded(inside, body)

    assert (3, 8, 6, 8) == tuple(record[name] for name in ("steps", "longest_batch", "strangers", "wrong_labels"))
    assert ([0, 2], 2, [RATE, 0.5]) == (record["uses"], record["optimizer_count"], record["rates"])
