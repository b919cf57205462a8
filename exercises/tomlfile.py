"""Read a TOML file of a bundle into a model; whatever is wrong becomes one sentence with file, key and line."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from exercises.errors import BundleError, BundleFileMissing, BundleKeyWrong, BundleTomlBroken
from exercises.lines import normalise
from exercises.tomllines import line_of

Model = TypeVar("Model")

AT_LINE = re.compile(r"\(at line (\d+)")
TABLE = "should be a table"
LIST = "should be a list"
TEXT = "should be text"
NUMBER = "should be a number"
WHOLE_NUMBER = "should be a whole number"
SENTENCES: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that is known here",
    "string_type": TEXT,
    "string_too_short": "should not be empty",
    "string_too_long": "should have at most {max_length} characters",
    "string_pattern_mismatch": "does not have the form {pattern}",
    "bool_type": "should be true or false",
    "float_type": NUMBER,
    "int_type": WHOLE_NUMBER,
    "int_from_float": WHOLE_NUMBER,
    "finite_number": "should be a finite number",
    "greater_than": "should be greater than {gt:g}",
    "greater_than_equal": "should be at least {ge:g}",
    "less_than": "should be less than {lt:g}",
    "less_than_equal": "should be at most {le:g}",
    "literal_error": "should be {expected}",
    "list_type": LIST,
    "tuple_type": LIST,
    "too_short": "should have {min_length} or more entries",
    "too_long": "should have {max_length} or fewer entries",
    "dict_type": TABLE,
    "model_type": TABLE,
    "model_attributes_type": TABLE,
    "union_tag_invalid": "should be one of {expected_tags}",
    "union_tag_not_found": "is missing",
}


def read_toml(path: Path, shown: str, adapter: TypeAdapter[Model]) -> Model:
    """Read and validate a TOML file.

    Args:
        path: where it lies.
        shown: what to call it in a sentence.
        adapter: the model it must fit. Types are strict: ``"3"`` is no number.

    Raises:
        BundleFileMissing: there is no such file.
        BundleTomlBroken: it is not UTF-8 or not TOML.
        BundleKeyWrong: a key is unknown or missing, or its value cannot be; the first such place of the file.
    """
    text = read_text(path, shown)
    try:
        return _validated(_table_of(text, shown), adapter)
    except ValidationError as error:
        raise min(_keys_wrong(error, text, shown), key=_line) from error


def problems_of(text: str, shown: str, adapter: TypeAdapter[Model]) -> list[BundleError]:
    """Return everything that is wrong with the text of a TOML file, by line: for whoever is still writing it.

    Args:
        text: what the file says, line ends normalised.
        shown: what to call the file in a sentence.
        adapter: the model it must fit.
    """
    try:
        _validated(_table_of(text, shown), adapter)
    except BundleTomlBroken as error:
        return [error]
    except ValidationError as error:
        return sorted(_keys_wrong(error, text, shown), key=_line)
    except (ValueError, RecursionError, OverflowError):  # a number of a million digits, lists in lists in lists
        return [BundleError(shown, "cannot be read")]
    return []


def _table_of(text: str, shown: str) -> dict[str, Any]:
    """Return what a TOML file says.

    Raises:
        BundleTomlBroken: it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = AT_LINE.search(str(error))
        line = int(found[1]) if found else None
        raise BundleTomlBroken(shown, f"is not valid TOML: {error}", line=line) from error


def _validated(table: dict[str, Any], adapter: TypeAdapter[Model]) -> Model:
    """Return the model of a table. Through JSON because strict models then take a list where they keep a tuple."""
    return adapter.validate_json(json.dumps(table, default=_no_json), strict=True)


def _keys_wrong(error: ValidationError, text: str, shown: str) -> list[BundleKeyWrong]:
    """Translate everything that pydantic found."""
    table = tomllib.loads(text)
    return [_key_wrong(detail, table, text, shown) for detail in error.errors(include_url=False)]


def read_text(path: Path, shown: str) -> str:
    """Read a text file of a bundle, with normalised line ends.

    Raises:
        BundleFileMissing: there is no such file.
        BundleError: it is not UTF-8.
    """
    if not path.is_file():
        raise BundleFileMissing(shown)
    try:
        return normalise(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BundleError(shown, "is not UTF-8 text") from error


def _no_json(value: object) -> dict[str, str]:
    """Stand in for a date or time, which no key of ours takes: a table of one unknown key is refused everywhere."""
    return {"date-or-time": str(value)}


def _line(error: BundleError) -> float:
    """Order errors by line; those without a line come last."""
    return error.line if error.line is not None else float("inf")


def _key_wrong(detail: ErrorDetails, table: Mapping[str, Any], text: str, shown: str) -> BundleKeyWrong:
    """Translate what pydantic found into a sentence about a key of the file."""
    place = _place(detail["loc"], table)
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "value_error":  # a sentence of our own schema, which names its key itself
        key, separator, what = str(context["error"]).partition(": ")
        if not separator:
            key, what = _dotted(place), key
        return BundleKeyWrong(shown, what, key=key, line=line_of(text, _place_of_key(key, table) or place))
    if kind.startswith("union_tag"):
        place += ("kind",)
    what = SENTENCES[kind].format(**context) if kind in SENTENCES else _lowered(detail["msg"])
    return BundleKeyWrong(shown, what, key=_dotted(place), line=line_of(text, place), item=_item(place, table))


def _place(loc: tuple[int | str, ...], table: Any) -> tuple[int | str, ...]:  # noqa: ANN401 - any TOML value
    """Drop from pydantic's location the names of union members, which stand in no file."""
    place: list[int | str] = []
    for index, part in enumerate(loc):
        is_last = index == len(loc) - 1
        known = part in table if isinstance(table, Mapping) else isinstance(part, int)
        if known or is_last:
            place.append(part)
        if known:
            table = table[part]
    return tuple(place)


def _place_of_key(key: str, table: Mapping[str, Any]) -> tuple[int | str, ...]:
    """Find ``checks.layers.depends_on``, in which ``layers`` is the id of an entry, by the entry's index."""
    place: list[int | str] = []
    here: Any = table
    for part in key.split("."):
        if isinstance(here, list):
            ids = [entry.get("id") if isinstance(entry, Mapping) else None for entry in here]
            if part not in ids:
                break
            place.append(ids.index(part))
            here = here[ids.index(part)]
        elif isinstance(here, Mapping) and part in here:
            place.append(part)
            here = here[part]
        else:
            break
    return tuple(place)


def _item(place: tuple[int | str, ...], table: Any) -> str:  # noqa: ANN401 - any TOML value
    """Return the id of the innermost list entry on the way to ``place``."""
    item = ""
    for part in place[:-1]:
        table = table[part]
        if isinstance(part, int) and isinstance(table, Mapping):
            item = str(table.get("id", item))
    return item


def _dotted(place: tuple[int | str, ...]) -> str:
    """Return ``place`` as people write it."""
    return ".".join(str(part) for part in place)


def _lowered(sentence: str) -> str:
    """Return a sentence to continue another with."""
    return sentence[:1].lower() + sentence[1:]
