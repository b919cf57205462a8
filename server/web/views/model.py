"""The diagram of a network: the student's layers, with what differs from the described network marked in place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from grader.checks.layers import MOST_KEPT
from server.web.locale import Speaker
from server.web.views.flows import NO_FLOW, Flow, flows_of
from server.web.views.places import layer_lines, line_of
from server.web.views.words import shape

#: The order in which settings are written; any other stands before the activation.
_ORDER = ("filters", "units", "input_dim", "output_dim", "kernel_size", "pool_size", "strides", "padding", "activation")

GLYPHS: Mapping[str, str] = {
    "Conv2D": "conv",
    "MaxPooling2D": "pool",
    "AveragePooling2D": "pool",
    "Flatten": "flatten",
    "Dense": "dense",
    "SimpleRNN": "recurrent",
    "LSTM": "recurrent",
    "GRU": "recurrent",
    "Embedding": "embedding",
}

Status = Literal["right", "wrong", "missing", "extra"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a layer."""

    text: str
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class LayerView:
    """One layer of the diagram.

    Attributes:
        kind: Its class.
        glyph: Name of its small drawing.
        status: How it compares.
        settings: Its settings, the differing ones marked.
        corrections: What each differing setting, or the whole layer, should be.
        wanted: The described layer in a line; empty for one that is too many.
        line: In which line of the student's program it is made, if that can be told.
        flow: What stands on the arrow below it.

    """

    kind: str
    glyph: str
    status: Status
    settings: tuple[Setting, ...]
    corrections: tuple[str, ...] = ()
    wanted: str = ""
    line: int | None = None
    flow: Flow = NO_FLOW


@dataclass(frozen=True, slots=True)
class ModelView:
    """The whole network."""

    input_shape: str
    layers: tuple[LayerView, ...]
    is_right: bool
    found: int | None  #: parameters of the student's network
    wanted: int | None  #: parameters of the described one

    @property
    def first_line(self) -> int | None:
        """The line of the first layer that is not as it should be, if that can be told."""
        return next((layer.line for layer in self.layers if layer.status != "right" and layer.line), None)


def model_view(findings: Sequence[Mapping[str, Any]], say: Speaker, source: str | None = None) -> ModelView | None:
    """Return the diagram, or None where no network was found.

    Args:
        findings: Entries of ``checks`` of a verdict object.
        say: The language.
        source: The student's program, for the lines in which layers are made.

    """
    finding = next((one for one in findings if one["kind"] == "layers"), None)
    if finding is None or not (isinstance(finding["actual"], Mapping) and isinstance(finding["expected"], Mapping)):
        return None
    found, wanted = finding["actual"], finding["expected"]
    count = next((one for one in findings if one["kind"] == "parameters"), None)
    layers = []
    lines = layer_lines(source)
    flows = flows_of(finding, _whole(count["actual"]) if count else None)
    for (want, have), flow in zip(found["alignment"], flows, strict=True):
        wanted_layer = None if want is None else wanted["network"][want]
        found_layer = None if have is None else found["network"][have]
        if have is not None and want is None:
            layer = _without_partner(found["network"][have], found["differences"], have, say)
        else:
            layer = _layer(wanted_layer, found_layer, _changed(found["differences"], have), say)
        line = _line(found, have, lines) if layer.status != "right" else None
        wanted_words = "" if wanted_layer is None else _words(wanted_layer, say)
        layers.append(replace(layer, wanted=wanted_words, line=line, flow=flow))
    return ModelView(
        input_shape=shape(wanted["input_shape"]),
        layers=tuple(layers),
        is_right=finding["outcome"] == "passed",
        found=_whole(count["actual"]) if count else None,
        wanted=_whole(count["expected"]) if count else None,
    )


def _line(found: Mapping[str, Any], have: int | None, lines: list[tuple[str, int]]) -> int | None:
    """Return the line in which the student's step ``have`` is made, if a difference tells its place."""
    if have is None:
        return None
    told = next((one for one in found["differences"] if one["step"] == have + 1 and one["kind"] != "missing"), None)
    return None if told is None else line_of(lines, told.get("place") or 0, found["network"][have]["layer"])


def _whole(plain: object) -> int | None:
    """Return a whole number, or None for anything else."""
    return plain if isinstance(plain, int) and not isinstance(plain, bool) else None


def _changed(differences: Sequence[Mapping[str, Any]], have: int | None) -> dict[str, Any]:
    """Return the arguments that differ in the student's step ``have``, counted from 0, with what they should be."""
    if have is None:
        return {}
    return {
        one["argument"]: one["expected"] for one in differences if one["kind"] == "changed" and one["step"] == have + 1
    }


def _without_partner(
    found: Mapping[str, Any], differences: Sequence[Mapping[str, Any]], have: int, say: Speaker
) -> LayerView:
    """Return a layer that stands beside none of the described ones: one too many, or an activation apart.

    An activation behind a layer that should not be there is right once that one is gone; one that stands for another
    activation is told with the one that is wanted.
    """
    told = next((one for one in differences if one["step"] == have + 1), None)
    if told is not None and told["kind"] == "replaced":
        return replace(_drawn(found, "wrong", {}, say), corrections=(_text(told["expected"], say),))
    is_fine = told is None and found["layer"] == "Activation" and len(differences) < MOST_KEPT
    return _drawn(found, "right" if is_fine else "extra", {}, say)


def _layer(
    wanted: Mapping[str, Any] | None, found: Mapping[str, Any] | None, changed: Mapping[str, Any], say: Speaker
) -> LayerView:
    """Return one row of the alignment as a layer of the diagram."""
    if found is None or wanted is None:
        return _drawn(wanted or {"layer": "?"}, "missing", {}, say)
    if wanted["layer"] != found["layer"]:
        return replace(_drawn(found, "wrong", {}, say), corrections=(_words(wanted, say),))
    return _drawn(found, "wrong" if changed else "right", changed, say)


def _drawn(layer: Mapping[str, Any], status: Status, changed: Mapping[str, Any], say: Speaker) -> LayerView:
    """Return a layer with the ``changed`` settings marked; one that is missing altogether comes last."""
    keys = sorted((key for key in layer if key != "layer" and layer[key] is not None), key=_rank)
    settings = [Setting(_short(key, layer[key], say), wrong=key in changed) for key in keys]
    settings += [Setting(f"{key}: {say('nothing')}", wrong=True) for key in changed if key not in keys]
    corrections = tuple(f"{key} {_text(value, say)}" for key, value in changed.items())
    glyph = GLYPHS.get(layer["layer"], "layer")
    return LayerView(layer["layer"], glyph, status, tuple(settings), corrections)


def _words(layer: Mapping[str, Any], say: Speaker) -> str:
    """Return a whole layer in a line."""
    keys = sorted((key for key in layer if key != "layer" and layer[key] is not None), key=_rank)
    return " · ".join([layer["layer"], *(_short(key, layer[key], say) for key in keys)])


def _rank(key: str) -> int:
    """Return where a setting stands: JSON objects in the database keep no order."""
    return _ORDER.index(key) if key in _ORDER else len(_ORDER) - 1


def _short(key: str, plain: object, say: Speaker) -> str:
    """Return a setting as the diagram writes it; one that does not speak for itself comes with its name."""
    text = _text(plain, say)
    return text if key in _ORDER and key not in {"strides", "input_dim"} else f"{key} {text}"


def _text(plain: object, say: Speaker) -> str:
    """Return the value of a setting."""
    if isinstance(plain, Sequence) and not isinstance(plain, str):
        return shape(plain)
    return say("nothing") if plain is None else str(plain)
