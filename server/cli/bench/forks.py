"""Whether forking is safe after TensorFlow was imported: many forks that train, none hangs, all train alike."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

from sandbox.contract import Isolation
from server.cli.bench.figures import spread
from server.cli.bench.scene import MeasuredJudge, Scene

#: Trains what the program builds before it is handed over, and prints what came of it.
TRAINING = """

import json as _json

import numpy as _np

_build = build_model


def build_model():
    model = _build()
    generator = _np.random.default_rng(3)
    pictures = generator.random((128, 28, 28, 1), dtype="float32")
    labels = _np.eye(10, dtype="float32")[generator.integers(0, 10, 128)]
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(pictures, labels, batch_size=32, epochs=1, validation_split=0.25, verbose=0).history
    print(_json.dumps(history, sort_keys=True))
    print(_json.dumps([float(_np.abs(weight).sum(dtype="float64")) for weight in model.get_weights()]))
    return model
"""


def forks(scene: Scene, count: int, slots: int) -> dict[str, Any]:
    """Train in many children, one after another on each slot.

    Args:
        scene: What to train, and where.
        count: Children in all.
        slots: How many of them go at once.

    Returns:
        How they ended, how many distinct histories they printed, and how long they took.

    """
    source = scene.source + TRAINING
    with scene.judge(Isolation.WARM, slots) as judge:

        def train(number: int) -> tuple[str, str, float]:
            if number % max(1, count // 20) == 0:
                scene.say(f"fork {number} of {count}, with fit()")
            return _train(judge, source)

        with ThreadPoolExecutor(slots) as pool:
            outcomes = list(pool.map(train, range(1, count + 1)))
    endings = Counter(ending for ending, _, _ in outcomes)
    return {
        "forks": count,
        "hangs": endings["timed_out"],
        "endings": dict(endings),
        "distinct_histories": len({history for _, history, _ in outcomes}),
        "run": spread([seconds for _, _, seconds in outcomes]).to_json("s"),
    }


def _train(judge: MeasuredJudge, source: str) -> tuple[str, str, float]:
    """Train once; return how it ended, a digest of what it printed, and its seconds."""
    judge.begin()
    result = judge.result(source)
    history = sha256(result.stdout.encode()).hexdigest()
    return result.evidence["ending"], history, judge.sums()[0]
