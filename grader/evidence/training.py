"""Evidence of a recorded training: the claimed steps, how they were compiled, and what the judge's replay says."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.contract import Json
from grader.evidence.model import problem_facts
from grader.evidence.real_run import rate_span
from grader.hostile import BadArtifact, read_array, read_json

MAX_CELLS = 12_000  #: of the table of steps
MAX_ANSWERS = 200
ANSWER_PROBLEMS = frozenset({"returned_none", "not_an_array", "not_numeric", "too_large"})


def training_facts(artifacts: Mapping[str, bytes]) -> dict[str, Json]:
    """Return what a recorded training claims.

    Raises:
        BadArtifact: It claims nothing.

    """
    report = read_json(artifacts, "training.json")
    if not isinstance(report, dict):
        raise BadArtifact("training.json is not an object")
    if report.get("problem") is not None:
        return problem_facts(report)
    return {
        "compiled": _compiled(report.get("compiled")),
        "optimizer": _optimizer(report.get("optimizers")),
        "optimizer_count": report["optimizer_count"] if isinstance(report.get("optimizer_count"), int) else 0,
        "rates": rate_span(report.get("rates")),
        "steps": _steps(artifacts),
        "labels": _labels(report.get("labels")),
        "weighted": report.get("weighted") is True,
        "elsewhere": report.get("elsewhere") is True,
        "answer": _answer(report.get("answer"), artifacts),
        "notes": _words(report.get("notes")),
    }


def replay_facts(artifacts: Mapping[str, bytes], recipes: list[dict[str, Json]]) -> dict[str, Json]:
    """Return what the judge's replay shows; the judge's own artifacts, so nothing here is a claim."""
    report = read_json(artifacts, "replay.json")
    if "problem" in report:
        return {"problem": "unreadable", "detail": report["problem"]}
    probabilities = read_array(artifacts, "probabilities.npy").astype(np.float64)
    top = np.sort(np.nan_to_num(probabilities), axis=1)
    return {
        "replays": [
            {"recipe": recipe, "difference": one["difference"]}
            for recipe, one in zip(recipes, report["recipes"], strict=True)
        ],
        "rows": report["rows"],
        "finite": report["finite"],
        "moved": report["moved"],
        "own_classes": np.nan_to_num(probabilities).argmax(axis=1).tolist(),
        "margins": [round(float(margin), 6) for margin in top[:, -1] - top[:, -2]],
    }


def _compiled(value: Json) -> dict[str, Json] | None:
    """Return the loss of the compiled model."""
    if not isinstance(value, dict) or not isinstance(value.get("loss"), dict):
        return None
    loss = value["loss"]
    config = loss.get("config")
    return {
        "loss": {
            "name": str(loss.get("name"))[:80],
            "builtin": loss.get("builtin") is True,
            "config": _plain_config(config),
        },
        "optimizer": _optimizer([value.get("optimizer")]),
    }


def _optimizer(value: Json) -> dict[str, Json] | None:
    """Return the first of the optimizers that took steps."""
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return None
    first = value[0]
    return {
        "class": str(first.get("class"))[:80],
        "builtin": first.get("builtin") is True,
        "config": _plain_config(first.get("config")),
    }


def _plain_config(value: Json) -> dict[str, Json]:
    """Return a configuration's numbers, words and truth values; anything else becomes a word for it."""
    if not isinstance(value, dict):
        return {}
    kept = {}
    for key, item in list(value.items())[:40]:
        simple = item is None or isinstance(item, (bool, int, float))
        kept[key[:80]] = item if simple else item[:80] if isinstance(item, str) else "<object>"
    return kept


def _labels(value: Json) -> dict[str, int]:
    """Return how many rows were trained with the right and with a wrong label, as far as that was seen."""
    given = value if isinstance(value, dict) else {}
    return {name: given[name] if type(given.get(name)) is int else 0 for name in ("right", "wrong")}


def _steps(artifacts: Mapping[str, bytes]) -> list[list[int]]:
    """Return the rows of each step; -2 stands for a row that is none of the given pictures, -3 for a test picture."""
    steps = _step_array(artifacts)
    return [[int(row) for row in step if row != -1] for step in steps]


def _step_array(artifacts: Mapping[str, bytes]) -> NDArray[Any]:
    """Return the table of steps."""
    steps = read_array(artifacts, "steps.npy")
    two = 2
    if steps.ndim != two or steps.dtype.kind != "i" or steps.size > MAX_CELLS:
        raise BadArtifact("steps.npy is not a table of steps")
    return steps


def _answer(report: Json, artifacts: Mapping[str, bytes]) -> dict[str, Json]:
    """Return the returned answer: its kind, its shape and its values."""
    if not isinstance(report, dict):
        raise BadArtifact("training.json says nothing of the answer")
    kind = report.get("type")
    facts: dict[str, Json] = {
        "type": kind[:80] if isinstance(kind, str) else "?",
        "array": report.get("array") is True,
        "problem": None,
    }
    if report.get("problem") is not None:
        facts["problem"] = report["problem"] if report["problem"] in ANSWER_PROBLEMS else "not_an_array"
        facts["dtype"] = str(report.get("dtype"))[:40] if "dtype" in report else None
        return facts
    answer = read_array(artifacts, "answer.npy")
    facts.update(shape=list(answer.shape), dtype=str(answer.dtype))
    if answer.size > MAX_ANSWERS:
        return {**facts, "problem": "too_large"}
    values = answer.astype(np.float64)
    whole = np.nan_to_num(values, nan=-1, posinf=-1, neginf=-1).reshape(-1).tolist()
    return {**facts, "finite": bool(np.isfinite(values).all()), "values": whole}


def _words(value: Json) -> list[str]:
    """Return a short list of words."""
    return [str(word)[:80] for word in value[:20]] if isinstance(value, list) else []
