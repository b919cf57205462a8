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


#: What a subclass may have of its own and still be the layer it is derived from.
PLAIN_PARTS = frozenset(
    {"__module__", "__doc__", "__qualname__", "__init__", "__annotations__", "__annotate__", "__annotate_func__",
     "__annotations_cache__", "__firstlineno__", "__static_attributes__", "get_config", "from_config"}
)  # fmt: skip


def keras_class(operation: object) -> type | None:
    """Return the class of Keras' own that an operation is, or None.

    A class counts by identity: it is the very object that Keras has under its name, and nothing is replaced on the
    operation. A class derived from one only to be constructed in another way (``class Conv5(Conv2D)`` with nothing
    but an ``__init__``) does what that one does.
    """
    if {"call", "__call__"} & set(getattr(operation, "__dict__", {})):
        return None
    cls = type(operation)
    while not _is_kerass_own(cls):
        if len(cls.__bases__) != 1 or set(vars(cls)) - PLAIN_PARTS:
            return None
        (cls,) = cls.__bases__
    return cls


def _is_kerass_own(cls: type) -> bool:
    """Tell whether Keras has this very class under its name."""
    name = str(cls.__module__)
    return name.startswith("keras.src.") and getattr(sys.modules.get(name), cls.__name__, None) is cls


def is_builtin(operation: object) -> bool:
    """Tell whether an operation is one of Keras' own."""
    return keras_class(operation) is not None


def class_name(operation: object) -> str:
    """Return the name under which Keras has an operation's class, or the student has it."""
    cls = keras_class(operation)
    return type_name(operation) if cls is None else cls.__name__


def config_of(layer: Layer) -> dict[str, Any]:
    """Return a layer's configuration as plain data; where Keras cannot say it, the constructor's names are read."""
    cls = keras_class(layer) or type(layer)
    try:
        config = cls.get_config(layer)  # type: ignore[attr-defined]
    except Exception:
        names = [name for name in inspect.signature(cls.__init__).parameters if name != "self"]  # type: ignore[misc]
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
    """Describe the cell of a generic recurrent layer; None for every other layer. A stack of one cell is that cell."""
    if class_name(layer) != "RNN":
        return None
    cell = layer.cell
    if class_name(cell) == "StackedRNNCells" and is_builtin(cell) and len(cell.cells) == 1:
        (cell,) = cell.cells
    return {"class": class_name(cell), "builtin": is_builtin(cell), "config": config_of(cell)}


def wraps_own_code(layer: Layer) -> bool:
    """Tell whether a wrapper such as ``TimeDistributed`` holds a layer that is not Keras' own."""
    import keras

    held = [vars(layer).get(name) for name in ("layer", "forward_layer", "backward_layer")]
    return any(isinstance(inner, keras.layers.Layer) and not is_builtin(inner) for inner in held)
