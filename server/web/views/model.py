"""The diagram of a network: the layers that were found beside the ones that were expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from server.web.locale import Speaker
from server.web.views.words import number, shape

#: What a layer object says beside its settings.
_NOT_SETTINGS = frozenset({"layer", "name", "output_shape", "parameters", "step", "note"})

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


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a layer."""

    text: str
    wrong: bool = False
    should_be: str = ""


@dataclass(frozen=True, slots=True)
class LayerView:
    """One layer of the diagram, and what flows out of it."""

    kind: str
    glyph: str
    status: Literal["right", "wrong", "missing", "extra"]
    settings: tuple[Setting, ...]
    shape: str
    parameters: str

    @property
    def corrections(self) -> tuple[Setting, ...]:
        """The settings that must change."""
        return tuple(setting for setting in self.settings if setting.wrong)


@dataclass(frozen=True, slots=True)
class ModelView:
    """The whole network."""

    layers: tuple[LayerView, ...]
    is_right: bool
    found: int | None  #: parameters of the student's network
    wanted: int | None  #: parameters of the described one


def model_view(findings: Sequence[Mapping[str, Any]], say: Speaker) -> ModelView | None:
    """Return the diagram, or None where no network was found."""
    finding = next((one for one in findings if one["kind"] == "layers"), None)
    if finding is None or finding["outcome"] not in {"passed", "failed"}:
        return None
    wanted, found = _layers(finding["expected"]), _layers(finding["actual"])
    if not found:
        return None
    count = next((one for one in findings if one["kind"] == "parameters"), None)
    layers = [_side_by_side(one, other, say) for one, other in _aligned(wanted or found, found)]
    return ModelView(
        layers=tuple(layers),
        is_right=finding["outcome"] == "passed",
        found=_whole(count["actual"]) if count else None,
        wanted=_whole(count["expected"]) if count else None,
    )


def _layers(plain: object) -> list[Mapping[str, Any]]:
    """Return a list of layer objects; nothing where the finding holds something else."""
    if not isinstance(plain, Sequence) or isinstance(plain, str):
        return []
    return [layer for layer in plain if isinstance(layer, Mapping) and isinstance(layer.get("layer"), str)]


def _whole(plain: object) -> int | None:
    return plain if isinstance(plain, int) and not isinstance(plain, bool) else None


def _aligned(
    wanted: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    """Lay the two networks side by side by the kinds of their layers."""
    matcher = SequenceMatcher(None, [one["layer"] for one in wanted], [one["layer"] for one in found], autojunk=False)
    pairs: list[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pairs += zip(wanted[a:b], found[c:d], strict=True)
        else:
            pairs += [(None, layer) for layer in found[c:d]]
            pairs += [(layer, None) for layer in wanted[a:b]]
    return pairs


def _side_by_side(wanted: Mapping[str, Any] | None, found: Mapping[str, Any] | None, say: Speaker) -> LayerView:
    """Return one layer of the diagram."""
    layer = found if found is not None else wanted or {}
    settings = tuple(_settings(layer, wanted if found is not None else None, say))
    status: Literal["right", "wrong", "missing", "extra"]
    if found is None:
        status = "missing"
    elif wanted is None:
        status = "extra"
    else:
        status = "wrong" if any(setting.wrong for setting in settings) else "right"
    sizes = layer.get("output_shape")
    parameters = _whole(layer.get("parameters"))
    return LayerView(
        kind=layer["layer"],
        glyph=GLYPHS.get(layer["layer"], "layer"),
        status=status,
        settings=settings,
        shape=shape(sizes) if isinstance(sizes, Sequence) and not isinstance(sizes, str) else "",
        parameters="" if parameters is None else number(parameters),
    )


def _settings(layer: Mapping[str, Any], wanted: Mapping[str, Any] | None, say: Speaker) -> list[Setting]:
    """Return the settings of a layer, the differing ones marked; the wanted ones that are missing come last."""
    settings = []
    for key in sorted(layer, key=_rank):
        given = layer[key]
        if key in _NOT_SETTINGS or given is None:
            continue
        differs = wanted is not None and key in wanted and wanted[key] != given
        should_be = f"{key} {_short(wanted[key], say)}" if differs and wanted else ""
        settings.append(Setting(_short(given, say), wrong=differs, should_be=should_be))
    for key, expected in (wanted or {}).items():
        if key not in _NOT_SETTINGS and layer.get(key) is None and expected is not None:
            settings.append(Setting(say("nothing"), wrong=True, should_be=f"{key} {_short(expected, say)}"))
    return settings


def _rank(key: str) -> int:
    """Return where a setting stands: JSON objects in the database keep no order."""
    return _ORDER.index(key) if key in _ORDER else len(_ORDER) - 1


def _short(plain: object, say: Speaker) -> str:
    """Return a setting as the diagram writes it."""
    if isinstance(plain, Sequence) and not isinstance(plain, str):
        return shape(plain)
    return say("nothing") if plain is None else str(plain)
