"""The sentences of checks, in Chinese and English: short, in the student's own terms, and no hidden answer in them."""

import re
from collections.abc import Mapping

from exercises.text import Text
from grader.contract import Json

MOST = 300  #: characters of one sentence; what a student's code put into it is cut

#: Codes for terminals, also one that was cut: colours and the like, titles of windows.
TERMINAL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]?|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")


def both(zh: str, en: str, **values: Json) -> Text:
    """Fill values into a sentence in both languages."""
    shown = {key: value if isinstance(value, str) else show(value) for key, value in values.items()}
    return Text(zh=_short(zh.format(**shown)), en=_short(en.format(**shown)))


def counted(count: int, zh: str, one: str, more: str, **values: Json) -> Text:
    """Fill values into a sentence on ``count`` things; English has another sentence for a single one."""
    return both(zh, one if count == 1 else more, count=count, **values)


def joined(texts: list[Text], most: int = 6) -> Text:
    """Put sentences one after the other, the first ``most`` of them."""
    shown = texts[:most]
    zh, en = "".join(text.zh for text in shown), " ".join(text.en for text in shown)
    if len(texts) > most:
        zh, en = f"{zh}还有 {len(texts) - most} 处。", f"{en} And {len(texts) - most} more."
    return Text(zh=zh, en=en)


def show(value: Json) -> str:
    """Write a value as it would stand in Python code."""
    if isinstance(value, list):
        # The sizes of a shape have no separator between thousands, which would read as one size more.
        inner = ", ".join(str(item) if _is_whole(item) else show(item) for item in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, Mapping):
        return show_layer(value) if "layer" in value else str(value.get("class_name", dict(value)))
    if isinstance(value, str):
        return value if value.startswith("<") else repr(value)
    if _is_whole(value):
        return f"{value:,}" if value >= 10_000 else str(value)  # noqa: PLR2004 - from five digits on
    return repr(value)


def show_layer(layer: Mapping[str, Json]) -> str:
    """Write a layer as it would stand in Python code."""
    inner = ", ".join(f"{key}={show(value)}" for key, value in layer.items() if key != "layer")
    return f"{layer['layer']}({inner})"


def shape_text(shape: Json) -> str:
    """Write an array's shape."""
    return show(list(shape)) if isinstance(shape, (list, tuple)) else "?"


def _is_whole(value: Json) -> bool:
    """Tell whether a value is a whole number, and not a truth value."""
    return isinstance(value, int) and not isinstance(value, bool)


def _short(text: str) -> str:
    """Cut a sentence, and take out what a terminal or a page would not print."""
    printable = "".join(letter if letter.isprintable() else " " for letter in TERMINAL.sub("", text))
    return printable if len(printable) <= MOST else printable[: MOST - 1] + "…"
