"""What the grader's tests build: a bundle with data of the test's own, arrays as files, results of runs."""

import dataclasses
import io
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
