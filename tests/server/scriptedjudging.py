"""A real judge over a sandbox that plays a script: the article's network, trained in no time."""

import io
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from exercises import Bundle
from sandbox.contract import Json, Lane, RunOutcome, RunRequest, Stop, Tell
from sandbox.fake import ScriptedSandbox, Telling, outcome

DESCRIPTIONS = Path(__file__).resolve().parent.parent / "grader" / "descriptions" / "cnn.jsonl"
LABELS = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]

#: What a run of three epochs tells, with something that no run of ours tells between them.
EVENTS: tuple[Mapping[str, Json], ...] = (
    {"epoch": 1, "epochs": 3, "loss": 1.5, "accuracy": 0.5},
    {"hello": "there"},
    {"epoch": 2, "epochs": 3, "loss": 0.5, "accuracy": 0.75},
    {"epoch": 3, "epochs": 3, "loss": 0.25, "accuracy": 0.875},
)


def npy(values: Any) -> bytes:  # noqa: ANN401 - whatever numpy takes
    """Return values as the bytes of a ``.npy`` file."""
    file = io.BytesIO()
    np.save(file, np.asarray(values), allow_pickle=False)
    return file.getvalue()


def small_data(_bundle: Bundle, path: str) -> bytes:
    """Stand in for ``Bundle.read``: hidden labels of ten digits, and inputs that nobody looks at."""
    return npy(LABELS) if path.startswith("private/") else b"array"


def captured() -> RunOutcome:
    """Return the outcome of a run that captured the article's network."""
    lines = DESCRIPTIONS.read_text("ascii").splitlines()
    model = next(one["model"] for one in map(json.loads, lines) if one["title"] == "article")
    weights = {f"weight.{index:03d}.npy": npy(np.zeros(2, np.float32)) for index in range(8)}
    shapes = [one["shape"] for one in model["weights"]]
    claims = {"problem": None, "weights": shapes, "sizes": [28, 28, 1]}
    answers = {name: npy(np.full((4, 10), 0.5, np.float32)) for name in ("outputs.npy", "training_outputs.npy")}
    texts = {"stage.json": b"{}", "model.json": json.dumps(model).encode(), "probe.json": json.dumps(claims).encode()}
    return outcome(artifacts={**texts, **weights, **answers})


def answered() -> RunOutcome:
    """Return the outcome of a judge's run in which the described network answers as the captured one did."""
    shapes = json.loads(captured().artifacts["probe.json"])["weights"]
    report = {"problem": None, "sizes": [28, 28, 1], "tokens": 0, "losses": 0, "frozen": 0, "training": "same"}
    steps = [shapes[:2], shapes[2:4], [], [], shapes[4:6], shapes[6:]]
    outputs = npy(np.full((8, 1, 4, 10), 0.5, np.float32))
    written = json.dumps({**report, "steps": steps}).encode()
    return outcome(artifacts={"behaviour.json": written, "outputs.npy": outputs})


def quick_script() -> dict[str, list[Any]]:
    """Return a script of the quick phase in which every answer to cnn-digits is right."""
    return {"capture_model": [captured()], "judge_behaviour": [answered()]}


def trained(classes: list[int] = LABELS) -> RunOutcome:
    """Return the outcome of a judge's training that predicts these digits."""
    return outcome(artifacts={"predictions.npy": npy(np.eye(10)[classes]), "history.json": b'{"loss": [1.0]}'})


def digits_sandbox() -> ScriptedSandbox:
    """Return a sandbox in which every answer to cnn-digits is right."""
    return ScriptedSandbox({**quick_script(), "judge_train": [Telling(EVENTS, trained())]})


class SlottedSandbox(ScriptedSandbox):
    """Plays a script in one slot for each kind of run, as the smallest worker has; whoever finds it taken waits."""

    def __init__(self, script: Mapping[str, Any]) -> None:
        super().__init__(script)
        self._slots = {(trusted, lane): threading.Semaphore(1) for trusted in (False, True) for lane in Lane}

    def run(self, request: RunRequest, tell: Tell | None = None, *, stop: Stop | None = None) -> RunOutcome:
        """Wait for the slot and play the next reply in it."""
        with self._slots[request.trusted, request.lane]:
            return super().run(request, tell, stop=stop)
