"""The table of hints: rows of TOML files, checked when they are loaded, searched from top to bottom.

A row says which part of a message it fits (``match``, a regular expression over "Type: message"), what to write instead
in Chinese and English, and, where what to write depends on the program, which finder of :mod:`grader.hints.meant` fills
it in (``suggest``). A row whose finder finds nothing is passed over.
"""

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent

#: Topics in the order in which they are searched: the first row that fits wins, so the widest come last.
TOPICS = ("syntax", "imports", "tf1", "optimizers", "numbers", "layers", "training", "data", "names", "general")

KEYS = frozenset({"match", "zh", "en", "suggest"})


class BadHint(ValueError):
    """A row of the table cannot be used; the message names its file and its id."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One row: what it fits, and what to tell the student."""

    id: str
    pattern: re.Pattern[str]
    suggest: str | None
    zh: str
    en: str


def read_topic(topic: str, finders: Mapping[str, frozenset[str]]) -> Iterator[Hint]:
    """Yield the rows of one file.

    Args:
        topic: The file's name without ``.toml``.
        finders: Name of each finder -> the placeholders that it fills.

    Raises:
        BadHint: A row has unknown keys, lacks one, names no finder, or has a placeholder that nothing fills.

    """
    for name, row in tomllib.loads((HERE / f"{topic}.toml").read_text(encoding="utf-8")).items():
        where = f"{topic}.toml, [{name}]"
        if set(row) - KEYS or not {"match", "zh", "en"} <= set(row):
            raise BadHint(f"{where}: keys are match, zh, en and at most suggest")
        suggest = row.get("suggest")
        if suggest is not None and suggest not in finders:
            raise BadHint(f"{where}: there is no finder {suggest!r}")
        try:
            pattern = re.compile(row["match"])
        except re.error as error:
            raise BadHint(f"{where}: match: {error}") from error
        filled = set(pattern.groupindex) | (finders[suggest] if suggest else set())
        for language in ("zh", "en"):
            if placeholders(row[language]) - filled:
                raise BadHint(f"{where}: nothing fills {placeholders(row[language]) - filled} in {language}")
        yield Hint(name, pattern, suggest, row["zh"], row["en"])


def placeholders(sentence: str) -> set[str]:
    """Return the names in braces of a sentence."""
    return {field for _, field, _, _ in string.Formatter().parse(sentence) if field is not None}


def read_renamed() -> Mapping[str, str]:
    """Return old name -> new name of arguments."""
    renamed: dict[str, str] = tomllib.loads((HERE / "renamed.toml").read_text(encoding="utf-8"))
    return renamed
