"""What the grader's tests share: the course's bundles with small data of their own, and a Python with TensorFlow."""

import dataclasses
import io
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from inside_runner import InsideRunner, started_runner
from numpy.typing import NDArray

from exercises import Bundle, load_bundle
from grader.contract import RunResult
from sandbox.environment import prepare

#: The same examples in every run, however busy the machine is.
settings.register_profile("grader", deadline=None, derandomize=True)
settings.load_profile("grader")

ROOT = Path(__file__).resolve().parents[2]


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


@pytest.fixture
def course_bundle() -> Callable[..., BundleWithData]:
    """Return a loader of the course's bundles, with data of the test's own."""

    def load(exercise: str, data: Mapping[str, bytes] | None = None) -> BundleWithData:
        bundle = load_bundle(ROOT / "exercises" / "bundles" / exercise, ROOT / "var" / "data")
        parts = {field.name: getattr(bundle, field.name) for field in dataclasses.fields(bundle)}
        return BundleWithData(**parts, data=data or {})

    return load


@pytest.fixture(scope="session")
def sandbox_python() -> Path:
    """Return a Python that has TensorFlow: from ``BEGINEND_SANDBOX_PYTHON``, else the process sandbox's own."""
    named = os.environ.get("BEGINEND_SANDBOX_PYTHON")
    return Path(named) if named else prepare(ROOT / "var", {}, print).python


@pytest.fixture(scope="session")
def inside(sandbox_python: Path) -> Iterator[InsideRunner]:
    """Return a runner of the code that runs inside the sandbox."""
    with started_runner(sandbox_python) as runner:
        yield runner
