"""Whatever a student's process leaves behind is read or refused; it never breaks the grader."""

import dataclasses
import io
import json
from typing import Any

import numpy as np
import pytest
from describedmodels import mistakes, model_named
from gradertools import npy
from hypothesis import given
from hypothesis import strategies as some

from grader.evidence import model_facts, real_run_facts, training_facts
from grader.evidence.folder import folder_facts
from grader.evidence.matching import References
from grader.hostile import BadArtifact, read_array, read_json

JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | some.text(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)

PICTURES = References(
    ("cat.jpg", "dog.jpg"),
    np.random.default_rng(1).random((2, 128, 128, 3)).astype(np.float32),
    np.random.default_rng(1).random((2, 128, 128, 3)).astype(np.float32),
)


def damaged(value: Any, path: list[int], instead: Any) -> Any:  # noqa: ANN401
    """Return a JSON value in which the part at ``path`` (as far as it leads) is replaced."""
    if not path or not isinstance(value, (dict, list)) or not value:
        return instead
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[path[0] % len(keys)]
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = damaged(value[key], path[1:], instead)  # type: ignore[index]
    return copy


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"a": NaN}',
        b"1e999",
        b"\xff\xfe",
        b'{"a":' * 30 + b"1" + b"}" * 30,
        b"[" + b"1," * 70_000 + b"1]",
        b" " * (3 << 20),
        b"9" * 5000,
    ],
)
def test_bad_json_is_refused(data: bytes) -> None:
    """Broken, deep, long and oversized JSON is refused before it can do harm."""
    with pytest.raises(BadArtifact):
        read_json({"a.json": data}, "a.json")


def lying_header(shape: tuple[int, ...]) -> bytes:
    """Return an array file whose header names a shape that its eight bytes do not have."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return file.getvalue() + b"\0" * 8


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x93NUMPY",
        b"\x93NUMPY\x01\x00\xff\xff" + b"(" * 65535,
        lying_header((10**12,)),
        lying_header((-1,)),
        lying_header((2**62, 4)),
        npy(np.array(["text"])),
        npy(np.array([1 + 2j])),
        npy(np.zeros((1,) * 9)),
    ],
)
def test_bad_arrays_are_refused(data: bytes) -> None:
    """Arrays that lie about their size or hold anything but numbers are refused."""
    with pytest.raises(BadArtifact):
        read_array({"a.npy": data}, "a.npy")


def test_pickled_arrays_are_refused() -> None:
    """An array of objects, which could run code when it is read, is never read."""
    file = io.BytesIO()
    np.save(file, np.array([{}], dtype=object), allow_pickle=True)

    with pytest.raises(BadArtifact):
        read_array({"a.npy": file.getvalue()}, "a.npy")


@given(path=some.lists(some.integers(0, 30), min_size=1, max_size=7), instead=JSON)
def test_damaged_descriptions_are_refused_or_read(path: list[int], instead: Any) -> None:  # noqa: ANN401
    """A description with any part replaced is either read as another model or refused."""
    right = model_named("cnn", "ops")
    try:
        said = mistakes(dataclasses.replace(right, model=damaged(right.model, path, instead)))
    except BadArtifact:
        return

    assert all(isinstance(sentence, str) for sentence in said)


@given(value=JSON)
def test_any_json_is_refused_or_read(value: Any) -> None:  # noqa: ANN401
    """Reports of any shape never raise anything but the refusal."""
    data = json.dumps(value).encode()
    artifacts = dict.fromkeys(("model.json", "folder.json", "training.json", "real.json"), data)
    readers = (
        model_facts,
        training_facts,
        lambda given: folder_facts(given, PICTURES),
        lambda given: real_run_facts(given, "classes"),
    )
    for reader in readers:
        try:
            assert isinstance(reader(artifacts), dict)
        except BadArtifact:
            continue


@given(
    shape=some.lists(some.integers(0, 5), max_size=5),
    kind=some.sampled_from(["<f4", "<f8", "|u1", "<i8", "|b1", "<f2"]),
    bad=some.booleans(),
)
def test_arrays_of_any_shape_are_judged(shape: list[int], kind: str, bad: bool) -> None:  # noqa: FBT001
    """Images and labels of any shape and type, NaN included, become facts."""
    array = np.full(shape, np.nan if bad and "f" in kind else 1).astype(kind)
    part = {"type": "ndarray", "array": True}
    artifacts = {
        "folder.json": json.dumps({"images": part, "onehot": part, "listed": ["x", 3]}).encode(),
        "images.npy": npy(array),
        "onehot.npy": npy(array),
    }
    facts = folder_facts(artifacts, PICTURES)

    assert ["cat.jpg", "dog.jpg"] == facts["pictures"]
    json.dumps(facts, allow_nan=False)


@given(shape=some.lists(some.integers(0, 6), max_size=4), kind=some.sampled_from(["<i2", "<f8", "|b1", "<i8"]))
def test_steps_and_answers_of_any_shape_are_judged(shape: list[int], kind: str) -> None:
    """Recorded steps and answers of any shape are read or refused."""
    array = np.ones(shape).astype(kind)
    artifacts = {
        "training.json": json.dumps({"answer": {"type": "ndarray", "array": True}, "rates": [1, "a"]}).encode(),
        "steps.npy": npy(array),
        "answer.npy": npy(array),
    }
    try:
        facts = training_facts(artifacts)
    except BadArtifact:
        return

    json.dumps(facts, allow_nan=False)
