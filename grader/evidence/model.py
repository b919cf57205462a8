"""Evidence of a returned model: its canonical network and the number of its parameters."""

import math
from collections.abc import Mapping

from grader.canonical import canonical
from grader.causes import PROBLEMS
from grader.contract import Json
from grader.description import parse_description
from grader.hostile import BadArtifact, read_json


def model_facts(artifacts: Mapping[str, bytes]) -> dict[str, Json]:
    """Return what ``model.json`` shows.

    Raises:
        BadArtifact: It shows nothing.

    """
    value = read_json(artifacts, "model.json")
    if isinstance(value, dict) and value.get("problem") is not None:
        return problem_facts(value)
    description = parse_description(value)
    return {
        "network": canonical(description).to_json(),
        "parameters": sum(math.prod(weight.shape) for weight in description.weights),
        "style": description.style,
        "notes": list(description.notes),
    }


def problem_facts(value: Mapping[str, Json]) -> dict[str, Json]:
    """Return a problem that the inside named, if it is one we know.

    Raises:
        BadArtifact: It is none.

    """
    problem = value.get("problem")
    if not isinstance(problem, str) or problem not in PROBLEMS:
        raise BadArtifact("an unknown problem")
    found, detail = value.get("found", value.get("type")), value.get("detail")
    return {
        "problem": problem,
        "found": found[:120] if isinstance(found, str) else None,
        "detail": detail[:300] if isinstance(detail, str) else None,
    }
