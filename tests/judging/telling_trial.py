"""Train the same small model several times, told and untold, and print what came of each: run in the sandbox's Python.

Started by ``test_telling.py``. Each training has a process of its own, forked from one that has imported TensorFlow.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

import grader_inside
import keras
import numpy as np
from grader_inside import pins, telling

ROWS = 96
ARGUMENTS = {"pins": {"seed": 7, "op_determinism": True}}

Train = Callable[[Any, Any, Any], Any]


def model() -> Any:  # noqa: ANN401 - a keras.Model
    """Return a compiled model whose training draws random numbers."""
    made = keras.Sequential(
        [keras.Input((8,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dropout(0.3), keras.layers.Dense(2)]
    )
    made.compile(optimizer="adam", loss="mean_squared_error", metrics=["accuracy"])
    return made


def fitted(made: Any, rows: Any, wanted: Any) -> Any:  # noqa: ANN401 - arrays
    """Train as most do."""
    return made.fit(rows, wanted, epochs=3, batch_size=16, validation_split=0.25, verbose=0).history


def fitted_with_callbacks(made: Any, rows: Any, wanted: Any) -> Any:  # noqa: ANN401 - arrays
    """Train with callbacks of one's own, given by position; their list must stay as it is."""
    mine = [keras.callbacks.EarlyStopping(monitor="loss", patience=9)]
    history = made.fit(rows, wanted, 16, 3, 0, mine).history
    return [history, len(mine)]


def by_hand(made: Any, rows: Any, wanted: Any) -> Any:  # noqa: ANN401 - arrays
    """Train batch by batch."""
    return [
        [float(one) for one in made.train_on_batch(rows[start : start + 16], wanted[start : start + 16])]
        for _ in range(3)
        for start in range(0, ROWS, 16)
    ]


def trial(train: Train, *, told: bool, listening: bool, warmed: bool) -> dict[str, Any]:
    """Train once and say what came of it."""
    events: list[Any] = []
    telling.PAUSE = 0.0  # tell of every batch
    if listening:
        grader_inside.listen(events.append)
    if warmed:
        grader_inside.warm()
    pins.prepare(ARGUMENTS)
    pins.seed(ARGUMENTS)
    generator = np.random.default_rng(1)
    rows = generator.random((ROWS, 8), dtype="float32")
    wanted = generator.random((ROWS, 2), dtype="float32")
    made = model()
    names = [layer.name for layer in made.layers]
    if told:
        telling.tell_of(made, ROWS)
    history = train(made, rows, wanted)
    weights = hashlib.sha256(b"".join(weight.tobytes() for weight in made.get_weights())).hexdigest()
    predictions = hashlib.sha256(made.predict(rows, verbose=0).tobytes()).hexdigest()
    return {"result": [weights, predictions, history, names], "events": events}


def in_a_child(**how: Any) -> dict[str, Any]:  # noqa: ANN401 - passed on
    """Run one trial in a process of its own."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            os.write(writing, json.dumps(trial(**how)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        content: dict[str, Any] = json.loads(answer.read())
    os.wait()
    return content


def main() -> None:
    """Run every trial and print one JSON object."""
    grader_inside.preload()
    threads = len(os.listdir("/proc/self/task")) if sys.platform == "linux" else 1  # noqa: PTH208 - a count
    trials = {
        train.__name__: {
            "untold": in_a_child(train=train, told=False, listening=False, warmed=False),
            "told": in_a_child(train=train, told=True, listening=True, warmed=True),
        }
        for train in (fitted, fitted_with_callbacks, by_hand)
    }
    trials["fitted"]["told to nobody"] = in_a_child(train=fitted, told=True, listening=False, warmed=False)
    trials["fitted"]["warmed, untold"] = in_a_child(train=fitted, told=False, listening=False, warmed=True)
    print(json.dumps({"threads_after_preload": threads, "trials": trials}))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
