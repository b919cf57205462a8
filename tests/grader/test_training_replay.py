"""A recorded training is a claim: what was not trained as it says does not agree with the replay."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from inside_runner import InsideRunner
from numpy.typing import NDArray

from grader import Run
from grader.hostile import read_array
from grader.inside.judge_replay import report_on
from grader.inside.standin import StandIn, make_standin
from grader.inside.standin_math import Batch, replay
from grader.replaying import TOLERANCE

ADAM = {"class": "Adam", "learning_rate": 0.0001, "loss": "categorical_crossentropy"}
NUMBER, ROWS, TEST_ROWS, EPOCHS, BATCH = 7, 70, 24, 20, 32

Weights = Sequence[NDArray[Any]]


def plain_steps(standin: StandIn, epochs: int = EPOCHS) -> NDArray[np.int16]:
    """Return the steps of a training that goes through the rows in their order."""
    rows = len(standin.train)
    steps = np.full((epochs * -(-rows // BATCH), BATCH), -1, np.int16)
    for number in range(len(steps)):
        start = number % -(-rows // BATCH) * BATCH
        batch = np.arange(start, min(start + BATCH, rows))
        steps[number, : len(batch)] = batch
    return steps


def trained(standin: StandIn, steps: NDArray[np.int16], **recipe: Any) -> Weights:  # noqa: ANN401
    """Return the weights that these steps really give."""
    batches = [Batch(step[step >= 0], number) for number, step in enumerate(steps, start=1)]
    return replay(standin, batches, {**ADAM, **recipe})


def distance(standin: StandIn, steps: NDArray[np.int16], final: Weights) -> float | None:
    """Return how far claimed weights are from the replay of claimed steps."""
    report, _ = report_on(standin, steps, final, [ADAM])
    found: float | None = report["recipes"][0]["difference"]
    return found


STANDIN = make_standin(NUMBER, ROWS, TEST_ROWS)
STEPS = plain_steps(STANDIN)
FINAL = trained(STANDIN, STEPS)


def relabelled() -> StandIn:
    """Return the stand-in with its labels swapped."""
    return StandIn(STANDIN.weights, STANDIN.train, 1 - STANDIN.classes, STANDIN.test)


FORGERIES = {
    "weights that were never trained": list(STANDIN.weights),
    "one epoch claimed to be twenty": trained(STANDIN, plain_steps(STANDIN, 1)),
    "nineteen epochs claimed to be twenty": trained(STANDIN, plain_steps(STANDIN, 19)),
    "another rate": trained(STANDIN, STEPS, learning_rate=0.00011),
    "another optimizer": trained(STANDIN, STEPS, **{"class": "RMSprop"}),
    "another loss": trained(STANDIN, STEPS, loss="mean_squared_error"),
    "swapped labels": trained(relabelled(), STEPS),
    "half of the way": [(first + last) / 2 for first, last in zip(STANDIN.weights, FINAL, strict=True)],
    "a layer left as it was": [STANDIN.weights[0], STANDIN.weights[1], *FINAL[2:]],
    "huge": [one + np.float32(1e30) for one in FINAL],
    "not finite": [one * np.float32(np.nan) for one in FINAL],
}


@pytest.mark.parametrize("title", FORGERIES)
def test_forged_weights_do_not_agree(title: str) -> None:
    """Right steps beside weights that came about otherwise are no training."""
    found = distance(STANDIN, STEPS, FORGERIES[title])

    assert found is None or found > TOLERANCE


def test_the_weights_of_these_steps_agree() -> None:
    """Whoever computes the right training has done what was asked, in whatever way."""
    assert 0 == distance(STANDIN, STEPS, FINAL)


def test_another_order_of_the_rows_is_another_claim() -> None:
    """Steps in another order than the weights were trained in do not agree, so the recorded order must be the real."""
    shuffled = np.random.default_rng(1).permutation(STEPS)

    assert 1e-4 < (distance(STANDIN, shuffled, FINAL) or 0)


def test_nothing_prepared_for_one_standin_fits_another() -> None:
    """Weights, pictures and labels of another number lead elsewhere, even where all shapes are equal."""
    shapes = [one.shape for one in STANDIN.weights]
    numbers = range(NUMBER + 1, NUMBER + 200)
    other = next(
        one
        for one in (make_standin(number, ROWS, TEST_ROWS) for number in numbers)
        if [weight.shape for weight in one.weights] == shapes and len(one.train) == len(STANDIN.train)
    )

    assert TOLERANCE < (distance(other, STEPS, FINAL) or 0)


def test_standins_differ_in_shape_and_in_rows() -> None:
    """Model, pictures and row counts vary with the number; there are always two full batches and a short one."""
    several = [make_standin(number, ROWS, TEST_ROWS) for number in range(30)]

    assert 8 <= len({tuple(one.shape for one in standin.weights) for standin in several})
    assert 5 <= len({len(standin.train) for standin in several})
    assert all(2 * BATCH + 2 <= len(standin.train) <= ROWS for standin in several)


def told_with(clock: NDArray[Any]) -> float | None:
    """Return how far weights lie that were trained while the optimizer skipped counts, told of it by ``clock``."""
    skips = np.arange(len(STEPS)) // PER_EPOCH
    batches = [Batch(step[step >= 0], number + skips[number]) for number, step in enumerate(STEPS)]
    batches = [Batch(rows, number + 1) for rows, number in batches]
    report, _ = report_on(STANDIN, STEPS, replay(STANDIN, batches, ADAM), [ADAM], clock=clock)
    difference: float | None = report["recipes"][0]["difference"]
    return difference


PER_EPOCH = 3


def test_an_optimizer_may_count_a_step_where_data_end() -> None:
    """Keras does so where it does not know how long data are; the replay counts along, as far as that can be."""
    counted = np.arange(len(STEPS)) + np.arange(len(STEPS)) // PER_EPOCH
    impossible = np.arange(len(STEPS)) * 50

    assert 1e-6 > (told_with(counted) or 0)
    assert 1e-4 < (told_with(impossible) or 0)
    assert told_with(impossible) == told_with(np.arange(len(STEPS)))


def test_weights_that_are_not_finite_are_told() -> None:
    """The report says so, and says whether anything moved at all."""
    broken, _ = report_on(STANDIN, STEPS, FORGERIES["not finite"], [])
    still, _ = report_on(STANDIN, STEPS, STANDIN.weights, [])

    assert (False, True) == (broken["finite"], broken["moved"])
    assert (True, False) == (still["finite"], still["moved"])


@pytest.mark.process
@pytest.mark.parametrize(
    ("kind", "rate", "loss"),
    [
        ("Adam", 0.0001, "categorical_crossentropy"),
        ("SGD", 0.01, "binary_crossentropy"),
        ("RMSprop", 0.001, "mean_squared_error"),
    ],
)
def test_the_replay_is_keras_own_arithmetic(inside: InsideRunner, kind: str, rate: float, loss: str) -> None:
    """Weights that real Keras trained agree with the replay in numpy, for each optimizer and each loss."""
    source = (
        "import keras, numpy as np\n"
        "def fit_and_predict(model, x, y, test):\n"
        f"    model.compile(keras.optimizers.{kind}({rate}), {loss!r})\n"
        "    model.fit(x, y, epochs=20, batch_size=32, verbose=0)\n"
        "    return model.predict(test, verbose=0)\n"
    )
    arguments = {"standin": NUMBER, "rows": ROWS, "test_rows": TEST_ROWS, "pins": {"seed": 1}}
    run = Run(
        "s",
        "slot",
        "capture_training",
        {**arguments, "function": "fit_and_predict"},
        {"student.py": source.encode()},
        ("*.npy", "training.json"),
    )
    result = inside.run(run)
    steps = read_array(result.artifacts, "steps.npy")
    final = [read_array(result.artifacts, f"final.{index}.npy") for index in range(4)]
    recipe = {"class": kind, "learning_rate": rate, "loss": loss}
    report, answers = report_on(STANDIN, steps, final, [recipe])

    assert report["recipes"][0]["difference"] < TOLERANCE / 20
    assert np.abs(answers - read_array(result.artifacts, "answer.npy")).max() < 1e-5
    assert {"right": EPOCHS * len(STANDIN.train), "wrong": 0} == json.loads(result.artifacts["training.json"])["labels"]
