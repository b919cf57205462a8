"""What a calibration holds for: digests of everything that training passes through, and of nothing else.

Covered are the data, the solution, what ``exercise.toml`` says of training (not the threshold, nor titles and weights
of checks), the locked packages, the platform's pins, and the inside modules that build, train and predict. Of programs
only the code counts: comments, docstrings and blank lines may change. Left out are the image, whose digest differs from
base to base, and the inside modules that describe, record and tell, which leave a training as it is.
"""

import ast
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from exercises import Bundle
from exercises.schema import AccuracyCheck, Capture, RealRunCapture
from sandbox.contract import Pins
from sandbox.locks import FOLDER as LOCKS
from sandbox.pins import environment_of

INSIDE = Path(__file__).resolve().parents[2] / "grader" / "inside"

#: What a training of the judge passes through, and what a training of a student's own function does.
OF_EVERY_TRAINING = ("bounds.py", "builder.py", "pins.py")
OF_THE_JUDGE = (*OF_EVERY_TRAINING, "judge_train.py")
OF_A_REAL_RUN = (*OF_EVERY_TRAINING, "pictures.py", "real_run.py")

Digests = dict[str, str]


def digests_of(bundle: Bundle, check: AccuracyCheck) -> Digests:
    """Return what must be the same for a calibration to hold, by name.

    Args:
        bundle: The exercise; its data need not be built.
        check: What is calibrated.

    """
    exercise = bundle.code
    capture = next(one for one in exercise.captures if one.id == check.capture)
    is_real = isinstance(capture, RealRunCapture)
    inside = OF_A_REAL_RUN if is_real else OF_THE_JUDGE
    networks = [one.network for one in exercise.checks if one.kind == "layers"]
    recipe = {
        "seed": exercise.seed,
        "compat": exercise.compat,
        "capture": _stated(capture),
        "training": None if is_real or exercise.training is None else _stated(exercise.training),
        "networks": [[_stated(layer) for layer in network] for network in networks],
        "decide": [check.decide, check.tolerance, check.test_targets],
    }
    pins = {**environment_of(Pins()), "op_determinism": Pins().op_determinism}
    return {
        "data": _of_json(_data(bundle, check, capture)),
        "solution": _of(normalised(bundle.solution or "")),
        "recipe": _of_json(recipe),
        "packages": _of_json({lock.name: _of(lock.read_text()) for lock in sorted(LOCKS.glob("*.txt"))}),
        "pins": _of_json(pins),
        "inside": _of_json({name: _of(normalised((INSIDE / name).read_text("utf-8"))) for name in inside}),
    }


def normalised(program: str) -> str:
    """Return a program without comment lines, docstrings and blank lines, which change nothing that it does."""
    dropped = set(_docstring_lines(program))
    lines = (line.rstrip() for number, line in enumerate(program.splitlines(), start=1) if number not in dropped)
    return "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))


def _docstring_lines(program: str) -> Iterator[int]:
    """Yield the numbers of the lines, from 1, that docstrings take up."""
    for node in ast.walk(ast.parse(program)):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or not node.body:
            continue
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            yield from range(first.lineno, (first.end_lineno or first.lineno) + 1)


def _data(bundle: Bundle, check: AccuracyCheck, capture: Capture) -> Mapping[str, str]:
    """Return the digest of each file that is trained on or predicted: as ``exercise.toml`` names it, or of the file."""
    training = bundle.code.training
    if isinstance(capture, RealRunCapture):
        paths = [capture.train_pictures, capture.test_pictures]
    else:
        paths = [] if training is None else [training.train_inputs, training.train_targets, training.test_inputs]
    built = {file.path: file.sha256 for file in bundle.code.data}
    return {
        path: built[path] if path in built else hashlib.sha256((bundle.folder / path).read_bytes()).hexdigest()
        for path in (*paths, check.test_targets)
    }


def _stated(part: BaseModel) -> dict[str, Any]:
    """Return what a part of ``exercise.toml`` states; a key that the format gains one day changes nothing."""
    return part.model_dump(mode="json", exclude_defaults=True)


def _of(text: str) -> str:
    """Return the digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _of_json(value: Any) -> str:  # noqa: ANN401 - plain JSON
    """Return the digest of plain JSON data, whatever order its keys are in."""
    return _of(json.dumps(value, sort_keys=True, ensure_ascii=False))
