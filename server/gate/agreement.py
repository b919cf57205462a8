"""Whether statement and checks agree: every number that a check asks for must stand in both statements.

A student who is failed for a number that nobody told is failed unjustly. What is hidden on purpose says so:
``hidden = ["threshold"]``.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exercises import Bundle, Language
from exercises.schema import Check, JudgeTraining

#: Keys of a check or of the training whose numbers no student needs.
NOT_FOR_STUDENTS = frozenset(
    {"weight", "spread", "hidden", "kind", "id", "title", "hint", "depends_on", "required", "reveals"}
)

LANGUAGES: tuple[Language, Language] = ("zh", "en")

#: ``872,714``, ``0.0001``, ``1e-4``, ``90%``; not the 2 of ``Conv2D``.
NUMBER = re.compile(r"(?<![A-Za-z0-9_.])(\d+(?:,\d{3})*(?:\.\d+)?)(?:[eE]([-+]?\d+))?\s*(\\?%)?")
#: ``10^{-4}`` and ``5 \times 10^{-4}``, as formulas have it.
POWER_OF_TEN = re.compile(
    r"(?:(\d+(?:\.\d+)?)\s*(?:\\times|\\cdot|×|\*)\s*)?10\s*(?:\^|\*\*)\s*\{?\s*([-+−]?\d+)\s*\}?"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A number that a check asks for, and the key of ``exercise.toml`` that says so."""

    key: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A number that a check asks for and a statement does not tell."""

    stated: Stated
    language: Language


def numbers_asked(bundle: Bundle) -> tuple[Stated, ...]:
    """Return every number that checks and training ask for, as far as ``exercise.toml`` writes it and none hides it."""
    exercise = bundle.code
    parts: list[tuple[str, Check | JudgeTraining]] = [(f"checks.{check.id}", check) for check in exercise.checks]
    if exercise.training is not None:
        parts.append(("training", exercise.training))
    found: list[Stated] = []
    for key, part in parts:
        written = part.model_dump(exclude_unset=True)
        for name, value in written.items():
            if name not in NOT_FOR_STUDENTS and name not in part.hidden:
                found += _numbers(f"{key}.{name}", value)
    return tuple(found)


def disagreements(bundle: Bundle) -> tuple[Disagreement, ...]:
    """Return the numbers that are missing in a statement, each once for each language."""
    asked = numbers_asked(bundle)
    missing = []
    for language in LANGUAGES:
        told = numbers_told(bundle.statement.in_language(language))
        missing += [Disagreement(stated, language) for stated in asked if stated.value not in told]
    return tuple(missing)


def numbers_told(statement: str) -> frozenset[Decimal]:
    """Return every number that stands in a statement, in whatever way it is written."""
    text = unicodedata.normalize("NFKC", statement)
    text = re.sub(r"(?<=\d)\s*(?:x|×|\*|\\times)\s*(?=\d)", " × ", text)
    told: set[Decimal] = set()
    for factor, power in POWER_OF_TEN.findall(text):
        told.add(Decimal(factor or 1).scaleb(int(power.replace("−", "-"))))
    for digits, exponent, percent in NUMBER.findall(text):
        readings = {digits.replace(",", ""), *digits.split(",")}
        for reading in readings:
            number = Decimal(reading).scaleb(int(exponent or 0))
            told |= {number, number / 100} if percent else {number}
    return frozenset(told)


def _numbers(key: str, value: Any) -> Iterator[Stated]:  # noqa: ANN401 - any value of exercise.toml
    """Yield the numbers within a value; entries of a list are counted from 1, as authors do."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield Stated(key, Decimal(str(value)))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _numbers(f"{key}.{name}", inner)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value, 1):
            yield from _numbers(f"{key}.{index}", inner)
