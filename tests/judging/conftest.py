"""The real thing: bundles judged in the real sandbox, whose image is built once per run."""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from exercises import Bundle, load_catalogue
from exercises.schema import CodeExercise, Limits
from sandbox.contract import Sandbox
from server.judging import Judge
from server.workshop import open_workshop

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = ROOT / "var"


@pytest.fixture(scope="session")
def catalogue() -> Mapping[str, Bundle]:
    """Return the course's bundles; their data were built before the tests."""
    return load_catalogue(ROOT / "exercises" / "bundles", HOME / "data")


@pytest.fixture(scope="session")
def docker_sandbox() -> Iterator[Sandbox]:
    """Return a sandbox of locked-down containers, as a worker opens it."""
    sandbox = open_workshop("docker", HOME, print)
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="session")
def docker_judge(docker_sandbox: Sandbox) -> Judge:
    """Return a judge in locked-down containers."""
    return Judge(docker_sandbox)


@pytest.fixture(scope="session")
def process_judge() -> Iterator[Judge]:
    """Return a judge in the process sandbox."""
    judge = Judge(open_workshop("process", HOME, print))
    yield judge
    judge.close()


@pytest.fixture(scope="session")
def hasty(catalogue: Mapping[str, Bundle]) -> Bundle:
    """Return cnn-digits with a wall-clock limit that an endless loop reaches soon."""
    bundle = catalogue["cnn-digits"]
    exercise = bundle.exercise
    assert isinstance(exercise, CodeExercise)
    limits = Limits(wall_seconds=9, memory_mib=1024)
    return dataclasses.replace(bundle, exercise=exercise.model_copy(update={"limits": limits}))
