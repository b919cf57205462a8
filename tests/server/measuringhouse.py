"""What the tests of calibrations in the queue share: a draft that trains, and a judge that knows what is accurate."""

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from serverhouse import FakeJudge, House, finding, phase_result, until

from exercises import Bundle
from exercises.text import Text
from grader.contract import Selection
from server.authoring import begin
from server.authoring.beginnings import of_template
from server.database.models import Calibration, CalibrationState, User, WorkingCopy
from server.errors import JudgingUnwanted
from server.phase import PhaseResult
from server.stopping import Stop

TRAINING = """
[training]
capture = "model"
train_inputs = "data/train_points.npy"
train_targets = "data/train_classes.npy"
test_inputs = "data/test_points.npy"
learning_rate = 0.03
loss = "sparse_categorical_crossentropy"
epochs = 15
batch_size = 16
hidden = ["learning_rate", "epochs", "batch_size"]

[[checks]]
kind = "accuracy"
id = "accuracy"
title = { zh = "准确率", en = "Accuracy" }
weight = 4
capture = "model"
depends_on = ["layers", "parameters"]
test_targets = "private/test_classes.npy"
decide = "argmax"
threshold = 0.99 # a guess
hidden = ["threshold"]
"""


def points() -> dict[str, bytes]:
    """Return the files of points in three rings, by four numbers each: a network learns them, a layer does not."""
    made, classes = {}, {}
    for name, rows, seed in (("train", 480, 1), ("test", 300, 2)):
        generator = np.random.default_rng(seed)
        which = np.arange(rows) % 3
        angles = generator.uniform(0, 2 * np.pi, rows)
        radius = which + generator.uniform(0.1, 0.9, rows)
        flat = np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1)
        made[name] = npy(np.concatenate([flat, flat @ [[1, 1], [1, -1]]], axis=1).astype(np.float32))
        classes[name] = npy(which.astype(np.int64))
    return {
        "data/train_points.npy": made["train"],
        "data/train_classes.npy": classes["train"],
        "data/test_points.npy": made["test"],
        "private/test_classes.npy": classes["test"],
    }


def npy(values: NDArray[Any]) -> bytes:
    """Return an array as the bytes of a ``.npy`` file."""
    file = io.BytesIO()
    np.save(file, values, allow_pickle=False)
    return file.getvalue()


def training_files(exercise_id: str = "two-moons") -> dict[str, bytes]:
    """Return the template's exercise with data, a training and a check of the accuracy."""
    files = of_template(exercise_id)
    files["exercise.toml"] += TRAINING.encode()
    return files | points()


async def training_draft(house: House, author: User, exercise_id: str = "two-moons") -> WorkingCopy:
    """Begin a working copy that trains."""
    async with house.database.unit_of_work() as session:
        return await begin(session, author, exercise_id, training_files(exercise_id), based_on=None)


async def calibration_row(house: House, copy_id: uuid.UUID) -> Calibration:
    """Return a calibration as it is now."""
    async with house.database.reading() as session:
        return await session.get_one(Calibration, copy_id)


async def calibration_ended(house: House, copy_id: uuid.UUID, within: float = 20) -> Calibration:
    """Wait until a calibration is over, and return it."""

    async def over() -> bool:
        return (await calibration_row(house, copy_id)).state is not CalibrationState.MEASURING

    await until(over, within)
    return await calibration_row(house, copy_id)


@dataclass
class MeasuringJudge(FakeJudge):
    """Finds the solution accurate, a linear layer less so, and an untrained network not at all.

    ``troubles`` come first: each is raised once. With ``blind`` no training gives an accuracy.
    """

    troubles: list[Exception] = field(default_factory=list)
    blind: bool = False
    told: Callable[[int], object] = lambda _number: None  #: called with the number of each training, from 1
    seeds: list[tuple[str, int]] = field(default_factory=list)  #: name and seed of each training
    stopped: int = 0  #: trainings that were ended

    def quick(
        self, bundle: Bundle, source: str, selection: Selection | None = None, *, stop: Stop | None = None
    ) -> PhaseResult:
        """Measure by what is to be trained."""
        assert selection is not None
        assert {"accuracy"} == selection.only
        training = bundle.code.training
        assert training is not None
        name = "untrained" if training.epochs == 0 else "reference" if source == bundle.solution else "linear"
        with self.lock:
            trouble = self.troubles.pop(0) if self.troubles else None
            self.seeds.append((name, bundle.code.seed))
            number = len(self.seeds)
        self.told(number)
        if trouble is not None:
            raise trouble
        if stop is not None and stop.is_set:
            self.stopped += 1
            raise JudgingUnwanted
        accuracy = {"untrained": 0.33, "linear": 0.6, "reference": 0.9}[name] + bundle.code.seed % 7 / 500
        actual = None if self.blind else {"accuracies": [accuracy]}
        why = Text(zh="这个网络无法训练。", en="This network cannot be trained.")
        found = finding("accuracy", actual=actual, message=why)
        return phase_result(findings=(found,), environment={"keras": "3.11", "seed": bundle.code.seed})
