"""Old places of names: modules that were folded into others, optimizers in small letters."""

import sys
import types
from collections.abc import Callable
from typing import Any

from .kinds import Value

Note = Callable[[str], None]

LAYER_MODULES = (
    "core", "convolutional", "pooling", "recurrent", "embeddings", "normalization", "advanced_activations", "wrappers",
    "noise", "local",
)  # fmt: skip
OPTIMIZERS = {"adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop", "adagrad": "Adagrad", "adadelta": "Adadelta",
              "adamax": "Adamax", "nadam": "Nadam"}  # fmt: skip


class OldModule(types.ModuleType):
    """A module of an older Keras, whose names are those of today's."""

    def __init__(self, name: str, today: types.ModuleType, note: Note) -> None:
        super().__init__(name)
        self._today, self._note = today, note

    def __getattr__(self, name: str) -> Value:
        """Return today's object of that name.

        Raises:
            AttributeError: There is none.

        """
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(self._today, name)
        self._note("old_module")
        return found


def understand_modules(note: Note) -> None:
    """Let old imports find what they mean; each use of one is noted."""
    import keras

    for name in LAYER_MODULES:
        sys.modules.setdefault(f"keras.layers.{name}", OldModule(f"keras.layers.{name}", keras.layers, note))
    np_utils = OldModule("keras.utils.np_utils", keras.utils, note)
    sys.modules.setdefault("keras.utils.np_utils", np_utils)
    keras.utils.np_utils = np_utils
    for old, name in OPTIMIZERS.items():
        if not hasattr(keras.optimizers, old):
            setattr(keras.optimizers, old, _small_letters(old, getattr(keras.optimizers, name), note))


def _small_letters(old: str, optimizer: type, note: Note) -> Callable[..., Any]:
    """Return a function that makes an optimizer and notes that its name has a capital letter."""

    def make(*args: Value, **kwargs: Value) -> Value:
        note(f"renamed:{old}={optimizer.__name__}")
        return optimizer(*args, **kwargs)

    return make
