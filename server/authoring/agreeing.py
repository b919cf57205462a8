"""The form and the text of ``exercise.toml`` kept in agreement: what was typed in either goes into the other.

A form that is sent carries the text that it was made from (``shown``), its fields, and the text as it is now. Fields
that differ from what they showed are changes, and are made in the text; the text's own changes stand there already. So
nothing is lost, whichever side was typed into, unless both changed which entries there are.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.authoring.forms import Field, Form, Widget, form_of
from server.authoring.manifests import Edit, apply_edits, read_table
from server.errors import FormNotApplied

_WHOLE = re.compile(r"[+-]?\d[\d_]*")
_NUMBER = re.compile(r"[+-]?\d[\d_]*(\.\d+)?([eE][+-]?\d+)?")
_BETWEEN = re.compile(r"[,，、\n]")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A field of which no value could be made."""

    field: Field
    line: int  #: within the field, from 1


class FieldsUnreadable(Exception):
    """Some fields hold what could not be written into any file."""

    def __init__(self, fields: tuple[Unreadable, ...]) -> None:
        self.fields = fields
        super().__init__(", ".join(one.field.name for one in fields))


def agreed(shown: str, sent: Mapping[str, str], text: str) -> str:
    """Return the text with the form's changes in it.

    Args:
        shown: The text that the form was made from.
        sent: The form's fields, by name.
        text: The text as it is now.

    Raises:
        FieldsUnreadable: A field holds what can be no value.
        FormNotApplied: Both sides changed in ways that do not go together.

    """
    table = read_table(shown)
    if table is None:  # there was no form then
        return text
    edits = edits_of(form_of(table), sent)
    if not edits:
        return text
    now = read_table(text)
    if now is None or _outline(now) != _outline(table):
        raise FormNotApplied
    return apply_edits(text, [edit for edit in edits if not _is_so(now, edit)])


def edits_of(form: Form, sent: Mapping[str, str]) -> list[Edit]:
    """Return what was changed in a form.

    Raises:
        FieldsUnreadable: A field holds what can be no value.

    """
    edits, unreadable = [], []
    for field in form.fields:
        given = sent.get(field.name)
        if given is None:
            continue
        given = given.replace("\r\n", "\n").strip()
        if given == field.shown.strip():
            continue
        try:
            edits.append(_edit(field, given))
        except _NoTable as problem:
            unreadable.append(Unreadable(field, problem.line))
    if unreadable:
        raise FieldsUnreadable(tuple(unreadable))
    return _whole_texts(edits)


class _NoTable(Exception):
    """A line of a field is no table."""

    def __init__(self, line: int) -> None:
        self.line = line


def _edit(field: Field, given: str) -> Edit:
    """Return a field's change. What is no number where one should be is kept as text, which the checks then name."""
    if not given:
        return Edit(field.place, None)
    if field.widget is Widget.NUMBER:
        pattern = _WHOLE if field.whole else _NUMBER
        if pattern.fullmatch(given) and (value := read_table(f"value = {given}")):
            return Edit(field.place, value["value"], given)
    elif field.widget is Widget.CHOICE and set(field.choices) == {"true", "false"}:
        return Edit(field.place, given == "true")
    elif field.widget is Widget.LIST:
        items = [item.strip() for item in _BETWEEN.split(given)]
        return Edit(field.place, [_scalar(item) for item in items if item])
    elif field.widget is Widget.TABLES:
        return Edit(field.place, list(_tables(given)))
    return Edit(field.place, given)


def _scalar(item: str) -> int | str:
    return int(item) if re.fullmatch(r"[+-]?\d+", item) else item


def _tables(given: str) -> Iterator[dict[str, Any]]:
    """Yield the tables of a field, one a line; the braces may be left out.

    Raises:
        _NoTable: A line is none.

    """
    for number, line in enumerate(given.split("\n"), start=1):
        inside = line.strip().rstrip(",")
        if not inside:
            continue
        if not inside.startswith("{"):
            inside = f"{{ {inside} }}"
        table = read_table(f"value = {inside}")
        if table is None or not isinstance(table["value"], dict):
            raise _NoTable(number)
        yield table["value"]


def _whole_texts(edits: list[Edit]) -> list[Edit]:
    """Return the changes with those first that make a table, so that its keys come in the schema's order."""
    return sorted(edits, key=lambda edit: edit.value is None)


def _outline(table: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Return which entries a file has; a form fits only a file with the same."""
    return {
        key: [(str(one.get("kind", "")), "") for one in value if isinstance(one, dict)]
        for key, value in table.items()
        if isinstance(value, list)
    }


def _is_so(table: Any, edit: Edit) -> bool:  # noqa: ANN401 - plain data
    """Tell whether a text says already what a change asks for."""
    here = table
    for step in edit.place:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return edit.value is None
    return edit.value is not None and bool(here == edit.value) and type(here) is type(edit.value)
