"""What a new entry of ``exercise.toml`` begins as: every key that must be there, with a value that could be."""

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from exercises.text import Text
from server.authoring.forms import kind_of, models_of, plain_type
from server.authoring.manifests import inline
from server.errors import FormNotApplied

#: Keys whose type says too little about what could stand there.
LIKELY: Mapping[str, Any] = {
    "function": "build_model",
    "pictures": "data/pictures.zip",
    "train_pictures": "data/train.zip",
    "test_pictures": "data/test.zip",
    "train_inputs": "data/train_inputs.npy",
    "train_targets": "data/train_targets.npy",
    "test_inputs": "data/test_inputs.npy",
    "test_targets": "private/test_targets.npy",
    "network": [{"layer": "Dense", "units": 1}],
    "input_shape": [4],
    "size": [128, 128],
    "rows": 32,
    "test_rows": 8,
    "threshold": 0.8,
    "learning_rate": 0.001,
    "path": "data/file.npy",
    "sha256": "0" * 64,
    "source": "handwritten-digits",
}


def blank(table: Mapping[str, Any], section: str, kind: str, title: Text) -> str:
    """Return the lines of a new entry.

    Args:
        table: What the file says now; ids and captures are taken from there.
        section: Which list it goes into.
        kind: Which kind of entry.
        title: What it is called until its author says.

    Raises:
        FormNotApplied: There is no such section or kind.

    """
    model = next((one for one in models_of(table)[1].get(section, ()) if kind_of(one) == kind), None)
    if model is None:
        raise FormNotApplied
    entries = [one for one in table.get(section, []) if isinstance(one, dict)]
    captures = [str(one.get("id", "")) for one in table.get("captures", []) if isinstance(one, dict)] or ["model"]
    values: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        if not info.is_required():
            continue
        if name == "id":
            values[name] = _free_id(kind or "question", {str(one.get("id", "")) for one in entries})
        elif name in {"capture", "captures"}:
            values[name] = captures[:1] if name == "captures" else captures[0]
        else:
            values[name] = _value(name, info, title)
    if section == "questions":
        values |= {
            "options": [{"id": "a", "text": {"zh": "…", "en": "…"}}, {"id": "b", "text": {"zh": "…", "en": "…"}}]
        }
    return "".join(f"{name} = {inline(value)}\n" for name, value in values.items())


def _free_id(kind: str, taken: set[str]) -> str:
    """Return an id that no entry has."""
    word = kind.replace("_", "-")
    number = 2
    free = word
    while free in taken:
        free, number = f"{word}-{number}", number + 1
    return free


def _value(name: str, info: FieldInfo, title: Text) -> Any:  # noqa: ANN401 - any TOML value
    """Return a value that could stand there."""
    if name in LIKELY:
        return LIKELY[name]
    kind = plain_type(info.annotation)
    if kind is Text:
        return title.model_dump()
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {key: _value(key, inner, title) for key, inner in kind.model_fields.items() if inner.is_required()}
    return 1 if kind in {int, float} else "model"
