"""Changes of ``exercise.toml`` that leave all the rest of the file as its author wrote it, comments and all.

Every change is checked: the new text must say what the old one said and what was asked for, and nothing else.
"""

import copy
import tomllib
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item

from server.errors import FormNotApplied

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """One key that is to have another value, or to go.

    Attributes:
        place: Keys, and indices into arrays counted from 0.
        value: Plain data; None takes the key out.
        source: How the value is to be written, where the author's own way should stay (``0.90``, ``872_714``).

    """

    place: Place
    value: Any
    source: str | None = None


def read_table(text: str) -> dict[str, Any] | None:
    """Return what a text says as TOML; None where it is none."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return None


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """Return the text with these changes.

    Raises:
        FormNotApplied: They cannot be made without rewriting more than they say.

    """
    if not edits:
        return text
    wanted = read_table(text)
    if wanted is None:
        raise FormNotApplied
    wanted = copy.deepcopy(wanted)
    try:
        document = tomlkit.parse(text)
        for edit in edits:
            _put(document, edit.place, None if edit.value is None else _item(edit))
            _put(wanted, edit.place, edit.value)
        changed = tomlkit.dumps(document)
    except (TOMLKitError, KeyError, IndexError, TypeError, ValueError) as error:
        raise FormNotApplied from error
    if read_table(changed) != wanted:
        raise FormNotApplied
    return changed


def _put(table: Any, place: Place, value: Any) -> None:  # noqa: ANN401 - a document, or plain data of the same form
    """Give one key a value; tables on the way are made, None takes the key out."""
    here = table
    for step, following in pairwise(place):
        if isinstance(here, MutableMapping) and step not in here:
            if value is None:
                return
            if not isinstance(following, str):
                raise KeyError(following)
            here[step] = {} if isinstance(here, dict) and type(here) is dict else tomlkit.inline_table()
        here = here[step]
    last = place[-1]
    if value is None:
        if isinstance(here, MutableMapping):
            here.pop(last, None)
        return
    here[last] = value


def _item(edit: Edit) -> Item:
    """Return a value as it is to stand in the file."""
    if edit.source is not None:
        return _parsed(edit.source)
    if isinstance(edit.value, list) and edit.value and isinstance(edit.value[0], Mapping):
        rows = "".join(f"    {inline(row)},\n" for row in edit.value)
        return _parsed(f"[\n{rows}]")
    return _parsed(inline(edit.value))


def _parsed(written: str) -> Item:
    """Return a value with the white space that it was written with."""
    item = tomlkit.parse(f"value = {written}\n").item("value")
    if not isinstance(item, Item):
        raise FormNotApplied
    return item


def inline(value: Any) -> str:  # noqa: ANN401 - any value of TOML
    """Return a value on one line."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{tomlkit.key(name).as_string()} = {inline(one)}" for name, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return f"[{', '.join(inline(one) for one in value)}]"
    return str(tomlkit.item(value).as_string())
