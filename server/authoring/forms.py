"""The form over ``exercise.toml``, made from the schema: which fields there are, and what each shows.

The schema is the only list of keys; a key that it gains is in the form at once.
"""

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from exercises.schema import (
    BuiltFile,
    Capture,
    Check,
    CodeExercise,
    EquivalentMutant,
    Question,
    QuizExercise,
)
from exercises.text import Text
from server.authoring.manifests import Place, inline


class Widget(StrEnum):
    """How a value is shown and typed."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    LIST = "list"  #: values with commas between them
    TABLES = "tables"  #: one table a line


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form.

    Attributes:
        place: Where its value stands.
        key: The key, for its label.
        half: ``zh`` or ``en`` for one half of a bilingual text; else empty.
        widget: How it is shown.
        shown: What it shows for the text that the form was made from.
        default: What holds where it is left empty; empty where something must stand there.
        required: Whether something must stand there.
        choices: Of a choice.
        whole: Whether a number must be whole.
        help: What the schema says about it.

    """

    place: Place
    key: str
    half: str
    widget: Widget
    shown: str
    default: str
    required: bool
    choices: tuple[str, ...] = ()
    whole: bool = False
    help: str = ""

    @property
    def name(self) -> str:
        """What the field is called in the form that is sent."""
        return PREFIX + ".".join(map(str, self.place))


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together: those of one table."""

    key: str  #: empty for the entry's own
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One block of the file."""

    section: str
    index: int
    kind: str
    id: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A list of blocks, and which kinds may be added to it."""

    key: str
    entries: tuple[Entry, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """Everything that ``exercise.toml`` may say."""

    groups: tuple[Group, ...]  #: of the exercise itself
    sections: tuple[Section, ...]

    @property
    def fields(self) -> Iterator[Field]:
        """All fields."""
        for group in self.groups:
            yield from group.fields
        for section in self.sections:
            for entry in section.entries:
                for group in entry.groups:
                    yield from group.fields


PREFIX = "f:"

#: Keys that no form changes: what they say decides which other keys there are.
FIXED = frozenset({"schema", "kind"})

#: Section -> what its entries may be. Those with several models are told apart by ``kind``.
_OF_CODE: Mapping[str, tuple[type[BaseModel], ...]] = {
    "captures": get_args(get_args(Capture)[0]),
    "checks": get_args(get_args(Check)[0]),
    "equivalent_mutants": (EquivalentMutant,),
    "data": (BuiltFile,),
}
_OF_QUIZ: Mapping[str, tuple[type[BaseModel], ...]] = {"questions": (Question,)}


def models_of(table: Mapping[str, Any]) -> tuple[type[BaseModel], Mapping[str, tuple[type[BaseModel], ...]]]:
    """Return the model of an exercise, and those of its sections."""
    return (QuizExercise, _OF_QUIZ) if table.get("kind") == "quiz" else (CodeExercise, _OF_CODE)


def form_of(table: Mapping[str, Any]) -> Form:
    """Return the form that shows what a file says."""
    model, sections = models_of(table)
    return Form(
        groups=tuple(_groups(model, table, (), without=frozenset(sections))),
        sections=tuple(_section(key, models, table) for key, models in sections.items()),
    )


def kind_of(model: type[BaseModel]) -> str:
    """Return the word that tells a kind of entry from others; empty where there is only one kind."""
    field = model.model_fields.get("kind")
    choices = () if field is None else get_args(field.annotation)
    return str(choices[0]) if len(choices) == 1 else ""


def _section(key: str, models: Sequence[type[BaseModel]], table: Mapping[str, Any]) -> Section:
    by_kind = {kind_of(model): model for model in models}
    found = table.get(key)
    entries = []
    for index, entry in enumerate(found if isinstance(found, list) else []):
        if not isinstance(entry, Mapping):
            continue
        kind = str(entry.get("kind", "")) if "" not in by_kind else ""
        model = by_kind.get(kind)
        groups = tuple(_groups(model, entry, (key, index))) if model is not None else ()
        entries.append(Entry(key, index, str(entry.get("kind", "")), str(entry.get("id", "")), groups))
    return Section(key, tuple(entries), tuple(by_kind))


def _groups(
    model: type[BaseModel], table: Mapping[str, Any], place: Place, without: frozenset[str] = frozenset()
) -> Iterator[Group]:
    """Yield the fields of a table, then those of each table in it."""
    own: list[Field] = []
    inner: list[Group] = []
    for name, info in model.model_fields.items():
        key = info.alias or name
        fixed = key in FIXED and (key != "kind" or len(get_args(info.annotation)) == 1)
        if fixed or key in without:
            continue
        kind = plain_type(info.annotation)
        value = table.get(key)
        if kind is Text:
            own += _bilingual(key, info, value, (*place, key))
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            inside = value if isinstance(value, Mapping) else {}
            (group,) = _groups(kind, inside, (*place, key))
            inner.append(Group(key, group.fields))
        else:
            own.append(_field(key, info, kind, value, (*place, key)))
    yield Group("", tuple(own))
    yield from inner


def _bilingual(key: str, info: FieldInfo, value: Any, place: Place) -> list[Field]:  # noqa: ANN401 - any TOML value
    halves = value if isinstance(value, Mapping) else {}
    return [
        Field((*place, half), key, half, Widget.TEXT, shown(halves.get(half)), "", info.is_required(),
              help=info.description or "")
        for half in ("zh", "en")
    ]  # fmt: skip


def _field(key: str, info: FieldInfo, kind: Any, value: Any, place: Place) -> Field:  # noqa: ANN401 - a type, a value
    """Return the field of one value."""
    widget, choices = _widget(kind)
    default = "" if info.is_required() or info.default in (None, ()) else shown(_simple(info.default))
    return Field(
        place=place,
        key=key,
        half="",
        widget=widget,
        shown=shown(value),
        default=default,
        required=info.is_required(),
        choices=choices,
        whole=kind is int,
        help=info.description or "",
    )


def _widget(kind: Any) -> tuple[Widget, tuple[str, ...]]:  # noqa: ANN401 - a type
    """Return how values of a type are shown."""
    if kind is bool:
        return Widget.CHOICE, ("true", "false")
    if kind in {int, float}:
        return Widget.NUMBER, ()
    if get_origin(kind) is Literal:
        return Widget.CHOICE, tuple(map(str, get_args(kind)))
    if get_origin(kind) in {tuple, list}:
        item = plain_type(get_args(kind)[0])
        is_table = isinstance(item, type) and issubclass(item, BaseModel)
        return (Widget.TABLES if is_table else Widget.LIST), ()
    return Widget.TEXT, ()


def plain_type(annotation: Any) -> Any:  # noqa: ANN401 - a type
    """Return a type without what surrounds it: constraints, and that it may be left out."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in {Union, types.UnionType}:
            annotation = next(one for one in get_args(annotation) if one is not type(None))
        else:
            return annotation


def _simple(value: Any) -> Any:  # noqa: ANN401 - a default of the schema
    return list(value) if isinstance(value, tuple) else value


def shown(value: Any) -> str:  # noqa: ANN401 - any TOML value
    """Return a value as its field shows it; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        if value and all(isinstance(one, Mapping) for one in value):
            return "\n".join(inline(one)[2:-2] for one in value)
        return ", ".join(shown(one) for one in value)
    if isinstance(value, Mapping):
        return inline(value)
    return str(value)
