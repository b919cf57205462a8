"""Read what a layer was told, from the class that Keras itself has under the layer's name."""

import inspect
import sys
from typing import Any

from .activations import describe_activation
from .kinds import Layer, Operation
from .plain import plain, type_name

#: Built-in classes that only run other code: they are followed inside instead of being taken for a layer.
FOLLOWED = frozenset({"Sequential", "Functional", "Model", "Lambda"})

#: Attributes of a ``keras.ops`` operation that are Keras' own bookkeeping.
BOOKKEEPING = frozenset({"name", "built"})


def is_builtin(operation: object) -> bool:
    """Tell whether an operation's class is the very object that Keras has under that name, with nothing replaced."""
    cls = type(operation)
    module = sys.modules.get(str(cls.__module__))
    if module is None or not str(cls.__module__).startswith("keras.src."):
        return False
    own_parts = set(getattr(operation, "__dict__", {}))
    return getattr(module, cls.__name__, None) is cls and not own_parts & {"call", "__call__", "get_config"}


def config_of(layer: Layer) -> dict[str, Any]:
    """Return a layer's configuration as plain data; where Keras cannot say it, the constructor's names are read."""
    try:
        config = type(layer).get_config(layer)
    except Exception:
        names = [name for name in inspect.signature(type(layer).__init__).parameters if name != "self"]
        config = {name: getattr(layer, name) for name in names if hasattr(layer, name)}
    plain_config: dict[str, Any] = plain(config)
    for attribute in ("activation", "recurrent_activation"):
        if attribute in config:
            plain_config[attribute] = describe_activation(getattr(layer, attribute, None))
    return plain_config


def operation_config(operation: Operation) -> dict[str, Any]:
    """Return what a ``keras.ops`` operation was told: its public attributes."""
    attributes = {key: value for key, value in vars(operation).items() if not key.startswith("_")}
    config: dict[str, Any] = plain({key: value for key, value in attributes.items() if key not in BOOKKEEPING})
    return config


def describe_cell(layer: Layer) -> dict[str, Any] | None:
    """Describe the cell of a generic recurrent layer; None for every other layer."""
    if type_name(layer) != "RNN":
        return None
    return {"class": type_name(layer.cell), "builtin": is_builtin(layer.cell), "config": config_of(layer.cell)}
