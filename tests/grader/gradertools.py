"""What the grader's tests build: a bundle with data of the test's own, arrays as files, results of runs."""

import dataclasses
import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exercises import Bundle
from grader.contract import RunResult


@dataclasses.dataclass(frozen=True)
class BundleWithData(Bundle):
    """A bundle of the course whose built data are given by the test."""

    data: Mapping[str, bytes] = dataclasses.field(default_factory=dict)

    def read(self, path: str) -> bytes:
        """Return the test's own data."""
        return self.data[path]


def npy(array: NDArray[Any]) -> bytes:
    """Return an array as the bytes of a ``.npy`` file."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def finished(artifacts: Mapping[str, bytes] | None = None, stdout: str = "") -> RunResult:
    """Return the result of a run that finished."""
    return RunResult("finished", None, None, (), stdout, {"stage.json": b"{}", **(artifacts or {})}, 10)


def raised(kind: str, message: str, line: int, *, imported: bool = True) -> RunResult:
    """Return the result of a run that an exception in the student's file ended."""
    stage = {"stage.json": b"{}"} if imported else {}
    return RunResult("raised", kind, message, (("/box/student.py", line, "f"),), "", stage, 10)


#: The weights of cnn-digits' network, by step.
DIGITS_STEPS = [[[5, 5, 1, 32], [32]], [[5, 5, 32, 64], [64]], [], [], [[6400, 128], [128]], [[128, 10], [10]]]


def answers(value: float = 0.5, steps: list[list[list[int]]] | None = None, **claims: Any) -> dict[str, bytes]:  # noqa: ANN401
    """Return what a slot leaves of a model that answers with one value everywhere, as the described network does."""
    weights = [shape for step in steps or DIGITS_STEPS for shape in step]
    report = {"problem": None, "weights": weights, "sizes": [28, 28, 1], "tokens": 0, "losses": 0, "frozen": 0}
    outputs = npy(np.full((4, 10), value, np.float32))
    files = {"outputs.npy": outputs, "training_outputs.npy": outputs}
    return {**files, "probe.json": json.dumps({**report, "bound": 0, **claims}).encode()}


def described_answers(orders: int = 1, steps: list[list[list[int]]] | None = None, **report: Any) -> RunResult:  # noqa: ANN401
    """Return the judge's run in which the described network answers one half to every question."""
    told = {"problem": None, "sizes": [28, 28, 1], "tokens": 0, "losses": 0, "frozen": 0, "training": "same"}
    outputs = np.full((8, orders, 4, 10), 0.5, np.float32)
    behaviour = json.dumps({**told, "steps": steps or DIGITS_STEPS, **report}).encode()
    return finished({"behaviour.json": behaviour, "outputs.npy": npy(outputs)})
