"""Reduce what a layer was told to what matters: no names, no defaults, one spelling for each value."""

import re
from collections.abc import Mapping

from grader import keras_words as words
from grader.contract import Json


def meaningful(layer: str, config: Mapping[str, Json]) -> dict[str, Json]:
    """Return the arguments of a layer that say something.

    Args:
        layer: The layer's class in Keras' own words.
        config: A full configuration, or the few arguments that an exercise's author wrote.

    """
    kept: dict[str, Json] = {}
    defaults = words.DEFAULTS.get(layer, {})
    for key, value in config.items():
        if key in words.NEUTRAL or key == "trainable" or key.endswith("_initializer"):
            continue
        plain = _spelled(layer, key, value)
        if plain is not None and plain != defaults.get(key):
            kept["wrapped" if key == "layer" else key] = plain
    if layer in words.DEFAULTS and "pool_size" in words.DEFAULTS[layer]:
        kept.setdefault("pool_size", words.DEFAULTS[layer]["pool_size"])
        if kept.get("strides") == kept["pool_size"]:
            del kept["strides"]
    return kept


def plain_dense(layer: str, arguments: Mapping[str, Json]) -> tuple[str, dict[str, Json]]:
    """Return an ``EinsumDense`` over the last axis as the ``Dense`` that it is; any other layer as it is."""
    found = re.fullmatch(
        r"(\w*|\.\.\.)(\w),(\w)(\w)->(\w*|\.\.\.)(\w)", str(arguments.get("equation", "")).replace(" ", "")
    )
    if layer != "EinsumDense" or found is None:
        return layer, dict(arguments)
    before, summed, row, column, behind, made = found.groups()
    letters = [*before.replace(".", ""), summed, made]
    over_last = (before, summed, column) == (behind, row, made) and len({*letters}) == len(letters)
    bias, shape = arguments.get("bias_axes"), arguments.get("output_shape")
    units = shape[-1] if isinstance(shape, list) and shape else shape
    if not over_last or bias not in {None, made} or not isinstance(units, int):
        return layer, dict(arguments)
    kept = {key: value for key, value in arguments.items() if key not in {"equation", "output_shape", "bias_axes"}}
    return "Dense", {**kept, "units": units, **({} if bias else {"use_bias": False})}


def activation_word(value: Json) -> str:
    """Return the name of an activation, described by the inside or written by an author."""
    if isinstance(value, Mapping):
        name = value.get("name")
        if isinstance(name, str):
            return words.ACTIVATION_ALIASES.get(name, name)
        return f"<{str(value.get('function', '?')).strip('<>')}>"[:80]
    if value is None:
        return "linear"
    word = str(value)[:80]
    return words.ACTIVATION_ALIASES.get(word, word)


def traits(layer: str, config: Mapping[str, Json], *, all_told: bool = False) -> dict[str, Json]:
    """Return what an author may ask for and nothing else looks at: a name and the initialisers.

    Args:
        layer: The layer's class in Keras' own words.
        config: A full configuration, or the few arguments that an exercise's author wrote.
        all_told: Keep what is as usual, too. Otherwise the initialisers that Keras takes anyway are left out, and so
            are names that Keras made up: they count the layers that a process has made before.

    """
    kept: dict[str, Json] = {}
    name = config.get("name")
    if isinstance(name, str) and (all_told or not re.fullmatch(rf"{_snake_case(layer)}(_\d+)?", name)):
        kept["name"] = name[:80]
    for key, usual in words.INITIALISERS.items():
        if key in config and ((word := initialiser_word(config[key])) != usual or all_told):
            kept[key] = word
    return kept


def initialiser_word(value: Json) -> str:
    """Return the name of an initialiser, with the arguments that differ from none at all, as one word."""
    config = value.get("config") if isinstance(value, Mapping) else None
    name = _snake_case(str(value.get("class_name") if isinstance(value, Mapping) else value)[:80])
    name = words.INITIALISER_ALIASES.get(name, name)
    usual: dict[str, Json] = {"seed": None, "mean": 0, "stddev": 0.05, "minval": -0.05, "maxval": 0.05, "gain": 1}
    told = config if isinstance(config, Mapping) else {}
    more = [f"{key}={told[key]}" for key in sorted(told) if key != "seed" and told[key] != usual.get(key)]
    return f"{name}({', '.join(more)})"[:120] if more else name


def _snake_case(name: str) -> str:
    """Return a class name as Keras writes it in the names it makes up; a name in small letters stays as it is."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _weighs_nothing(regulariser: Mapping[str, Json]) -> bool:
    """Tell whether a regulariser's factors are all zero."""
    config = regulariser.get("config")
    return isinstance(config, Mapping) and bool(config) and all(value == 0 for value in config.values())


def _spelled(layer: str, key: str, value: Json) -> Json:
    """Return one argument in its only spelling; None where it says nothing."""
    if key in {"activation", "recurrent_activation"}:
        spelled: Json = activation_word(value)
    elif key in {"dtype", "data_format"}:
        word = _dtype_name(value)
        spelled = None if word in {"float32", "channels_last"} else word
    elif key == "padding" and isinstance(value, str):
        spelled = value.lower()[:80]
    elif key.endswith("_regularizer") and isinstance(value, Mapping) and _weighs_nothing(value):
        spelled = None
    elif key == "axis" and isinstance(value, list) and len(value) == 1:
        spelled = value[0]
    elif key in words.PER_DIMENSION and isinstance(value, int) and not isinstance(value, bool):
        spelled = [value] * (1 if layer.endswith("1D") else 2)
    elif key in {"layer", "backward_layer", "forward_layer"} and isinstance(value, Mapping):
        spelled = _nested(value)
    else:
        spelled = list(value) if isinstance(value, tuple) else value
    return spelled


def _dtype_name(value: Json) -> str:
    """Return the name of a dtype policy, or a plain word as it is."""
    if isinstance(value, Mapping):
        config = value.get("config")
        return str(config.get("name") if isinstance(config, Mapping) else value.get("class_name"))[:80]
    return str(value)[:80]


def _nested(value: Mapping[str, Json]) -> Json:
    """Return the layer inside a wrapper, reduced in the same way."""
    config = value.get("config")
    name = str(value.get("class_name"))[:80]
    inner = meaningful(name, config if isinstance(config, Mapping) else {})
    return {"layer": name, **{key: item for key, item in inner.items() if key != "layer"}}
