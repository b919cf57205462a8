"""Small pieces of text that several views share."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from markupsafe import Markup, escape

_CODE = re.compile(r"`([^`\n]+)`")

LONGEST_SHOWN = 400


def with_code(sentence: str) -> Markup:
    """Return a sentence as HTML, with what stands between backticks as code; everything is escaped."""
    parts = _CODE.split(sentence)
    html = [f"<code>{escape(part)}</code>" if index % 2 else str(escape(part)) for index, part in enumerate(parts)]
    return Markup("".join(html))  # noqa: S704 - every part was escaped above


def number(value: float) -> str:
    """Return a number for reading: thousands with commas, at most four digits after the point."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def shape(sizes: Sequence[int | None]) -> str:
    """Return a shape as the pages write shapes: ``28×28×1``, a dot where the size is free."""
    return "×".join("·" if size is None else str(size) for size in sizes)


def value(plain: object) -> str:
    """Return any expected or actual value as one line of text."""
    text = _value(plain)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _value(plain: object) -> str:
    """Return plain JSON data as text."""
    if isinstance(plain, bool):
        return "True" if plain else "False"
    if isinstance(plain, int | float):
        return number(plain)
    if isinstance(plain, Mapping):
        return "\n".join(f"{key}: {_inline(item)}" for key, item in plain.items())
    if isinstance(plain, Sequence) and not isinstance(plain, str):
        if plain and all(isinstance(item, Mapping) for item in plain):
            return "\n".join(_inline(item) for item in plain)
        return _inline(plain)
    return "" if plain is None else str(plain)


def _inline(plain: object) -> str:
    """Return plain JSON data within a line."""
    if isinstance(plain, Mapping):
        return ", ".join(f"{key}={_inline(item)}" for key, item in plain.items())
    if isinstance(plain, Sequence) and not isinstance(plain, str):
        return "(" + ", ".join(_inline(item) for item in plain) + ")"
    return "None" if plain is None else _value(plain)


def zone_of(at: datetime) -> str:
    """Return by which clock a time is told, where no course says it: ``UTC+08:00``."""
    offset = f"{at:%z}"
    return "UTC" if offset in {"", "+0000"} else f"UTC{offset[:3]}:{offset[3:5]}"
