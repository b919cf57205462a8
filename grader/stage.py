"""Evidence of how far a program got: what ``stage.json`` claims, bounded; for messages only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from grader.contract import Json
from grader.hostile import BadArtifact, read_json

NAME = "stage.json"
MOST_WARNINGS = 12
MOST_TEXT = 400
MOST_LINES = 1_000_000

Word = Literal["importing", "calling", "returned"]

#: What the inside calls a stage -> what the program was doing from then on.
STAGES: Mapping[str, Word] = {"importing": "importing", "imported": "calling", "returned": "returned"}


@dataclass(frozen=True, slots=True)
class SeenError:
    """The exception that tells what went wrong; ``message`` is ``None`` where it has no text to give."""

    type: str
    message: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a program got, what it was warned of (text and line), and which exception ended it."""

    word: Word
    warnings: tuple[tuple[str, int | None], ...] = ()
    error: SeenError | None = None


def read_stage(artifacts: Mapping[str, bytes]) -> Stage:
    """Return what ``stage.json`` claims; a program that left none was still being imported."""
    if NAME not in artifacts:
        return Stage("importing")
    try:
        value = read_json(artifacts, NAME)
    except BadArtifact:
        return Stage("calling")
    if not isinstance(value, dict):
        return Stage("calling")
    word = value.get("stage")
    return Stage(
        STAGES.get(word, "calling") if isinstance(word, str) else "calling",
        _warnings(value.get("warnings")),
        _error(value.get("error")),
    )


def _warnings(value: Json) -> tuple[tuple[str, int | None], ...]:
    """Return the warnings that are ones."""
    if not isinstance(value, list):
        return ()
    told = [one for one in value[:MOST_WARNINGS] if isinstance(one, dict) and isinstance(one.get("text"), str)]
    return tuple((one["text"][:MOST_TEXT], _line(one.get("line"))) for one in told)


def _error(value: Json) -> SeenError | None:
    """Return the exception, if there is one."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return None
    message = value.get("message")
    kind = re.sub(r"[^\w.]", "", value["type"])[:80] or "Exception"
    return SeenError(kind, message if isinstance(message, str) else None, _line(value.get("line")))


def _line(value: Json) -> int | None:
    """Return the number of a line."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < MOST_LINES else None
