"""Look up messages of the Fluent catalogues, and choose the language of an answer."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import get_args

from fluent.runtime import FluentBundle, FluentResource

from exercises.text import Language, Text

LANGUAGES: tuple[Language, ...] = get_args(Language)

#: How each language is written in HTML's ``lang`` and asked of Fluent's number and date formats.
TAGS: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}


class UnknownMessage(Exception):
    """A template asks for a message that the catalogue does not have, or without a value it needs."""


class Speaker:
    """One language: its messages, and the right half of every bilingual text."""

    def __init__(self, language: Language) -> None:
        """Read the catalogue of ``language``."""
        self.language: Language = language
        self.tag = TAGS[language]
        self._bundle = FluentBundle([self.tag], use_isolating=False)
        catalogue = Path(__file__).with_name(f"{language}.ftl").read_text(encoding="utf-8")
        self._bundle.add_resource(FluentResource(catalogue))

    def __call__(self, key: str, **values: object) -> str:
        """Return the message called ``key``.

        Raises:
            UnknownMessage: There is none, or it could not be put together.

        """
        if not self._bundle.has_message(key):
            raise UnknownMessage(f"{self.language}.ftl has no message {key!r}")
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise UnknownMessage(f"{self.language}.ftl: {key!r} has no value")
        said, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            raise UnknownMessage(f"{self.language}.ftl: {key!r}: {errors[0]}")
        return str(said)

    def has(self, key: str) -> bool:
        """Tell whether there is a message called ``key``."""
        return bool(self._bundle.has_message(key))

    def of(self, text: Text | Mapping[str, str] | None) -> str:
        """Return this language's half of a bilingual text, or nothing for None."""
        if text is None:
            return ""
        return text.in_language(self.language) if isinstance(text, Text) else text.get(self.language, "")


@cache
def speaker(language: Language) -> Speaker:
    """Return the speaker of ``language``; each catalogue is read once."""
    return Speaker(language)


def pick_language(*wishes: str | None, accept: str | None = None) -> Language:
    """Choose the language of an answer.

    Args:
        wishes: Codes that were chosen by hand, most important first; None where nothing was chosen.
        accept: The ``Accept-Language`` header.

    Returns:
        The first wish we speak, else the best of ``accept``, else Chinese.

    """
    for wish in wishes:
        for language in LANGUAGES:
            if wish == language:
                return language
    return _best_accepted(accept or "") or "zh"


def _best_accepted(header: str) -> Language | None:
    """Return the language with the greatest weight in an ``Accept-Language`` header."""
    best: tuple[float, Language] | None = None
    for part in header.split(","):
        code, _, parameters = part.strip().partition(";")
        language = next((one for one in LANGUAGES if code.lower().split("-")[0] == one), None)
        weight = _weight(parameters)
        if language is not None and weight > 0 and (best is None or weight > best[0]):
            best = (weight, language)
    return best[1] if best else None


def _weight(parameters: str) -> float:
    """Return the ``q`` of one entry; 1 when it is missing, 0 when it is nonsense."""
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
