"""What the grader's tests share: the course's bundles with small data of their own, and a Python with TensorFlow."""

import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from gradertools import BundleWithData, npy
from hypothesis import settings
from inside_runner import InsideRunner, started_runner

from exercises import load_bundle
from sandbox.environment import prepare

#: The same examples in every run, however busy the machine is.
settings.register_profile("grader", deadline=None, derandomize=True)
settings.load_profile("grader")

ROOT = Path(__file__).resolve().parents[2]

#: What any run of a model may ask for: how long the reviews are.
OF_COURSE = {"data/train_reviews.npy": npy(np.zeros((4, 40), np.uint16))}


@pytest.fixture
def course_bundle() -> Callable[..., BundleWithData]:
    """Return a loader of the course's bundles, with data of the test's own."""

    def load(exercise: str, data: Mapping[str, bytes] | None = None) -> BundleWithData:
        bundle = load_bundle(ROOT / "exercises" / "bundles" / exercise, ROOT / "var" / "data")
        parts = {field.name: getattr(bundle, field.name) for field in dataclasses.fields(bundle)}
        return BundleWithData(**parts, data={**OF_COURSE, **(data or {})})

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
