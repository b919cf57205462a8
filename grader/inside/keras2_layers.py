"""Old arguments of layers, where their meaning is plain: renamed, taken apart or dropped before Keras sees them."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from .kinds import Value

Note = Callable[[str], None]

#: Old name -> new name; used where the layer knows the new one and not the old one.
RENAMED: Mapping[str, str] = {
    "border_mode": "padding",
    "subsample": "strides",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "U_constraint": "recurrent_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
    "pool_length": "pool_size",
    "filter_length": "kernel_size",
    "subsample_length": "strides",
    "nb_filter": "filters",
    "output_dim": "units",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "p": "rate",
}

#: The same where a layer knows neither the old name nor the usual new one.
OTHERWISE: Mapping[str, str] = {
    "init": "embeddings_initializer",
    "W_regularizer": "embeddings_regularizer",
    "W_constraint": "embeddings_constraint",
}

#: Old arguments that say what is the default today, or only how fast something runs -> the value they may have.
DROPPED: Mapping[str, tuple[Any, ...]] = {
    "dim_ordering": ("tf", "default"),
    "mode": (0,),
    "consume_less": ("cpu", "mem", "gpu"),
    "implementation": (0, 1, 2),
}

#: Old arguments that repeat what the data say -> a layer's argument by which the layers are known that had them.
REPEATED: Mapping[str, str] = {"input_length": "return_sequences"}

#: Arguments that Keras 1 alone has: with one of them, a second and third position are the kernel's rows and columns.
ONLY_KERAS1 = frozenset({"border_mode", "subsample", "init", "W_regularizer", "b_regularizer", "dim_ordering", "bias"})
POSITIONS = 3  #: filters, rows, columns

OLD = frozenset({*RENAMED, *DROPPED, *REPEATED, "nb_row", "nb_col", "batch_input_shape"})

LAYERS = (
    "Dense", "Conv1D", "Conv2D", "Conv3D", "SeparableConv2D", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D",
    "AveragePooling1D", "AveragePooling2D", "Dropout", "Embedding", "SimpleRNN", "LSTM", "GRU", "BatchNormalization",
    "Activation", "Flatten",
)  # fmt: skip


def understand_layers(note: Note) -> None:
    """Teach this process's layers their old arguments; each use of one is noted."""
    import keras

    for name in LAYERS:
        layer = getattr(keras.layers, name)
        setattr(layer, "__init__", _with_old_arguments(vars(layer)["__init__"], note))  # noqa: B010 - a patch


def _with_old_arguments(init: Callable[..., None], note: Note) -> Callable[..., None]:
    """Wrap a layer's ``__init__``."""
    signature = inspect.signature(init)
    known = frozenset(signature.parameters)

    def wrapped(self: object, *args: Value, **kwargs: Value) -> None:
        if not OLD.isdisjoint(kwargs):
            args, kwargs = _translated(args, kwargs, known, note)
        init(self, *args, **kwargs)

    # Keras reads signatures in two ways, of which only one follows what functools.wraps leaves.
    wrapped.__signature__ = signature  # type: ignore[attr-defined]
    return wrapped


def _translated(
    args: tuple[Any, ...], kwargs: dict[str, Any], known: frozenset[str], note: Note
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return positions and arguments in today's words; what is not certain is left for Keras to refuse."""
    new = dict(kwargs)
    if "kernel_size" in known:
        args = _kernel(args, new, note)
    for old in [name for name in kwargs if name not in known]:
        meant = next((word for word in (RENAMED.get(old), OTHERWISE.get(old)) if word in known), None)
        if meant is not None and meant not in new and old in new:
            new[meant] = new.pop(old)
            note(f"renamed:{old}={meant}")
        elif old in new and _says_nothing(old, new[old], known):
            del new[old]
            note(f"dropped:{old}")
    shape = new.get("batch_input_shape")
    if isinstance(shape, (tuple, list)) and shape and shape[0] is None and "input_shape" not in new:
        new["input_shape"] = tuple(new.pop("batch_input_shape"))[1:]
        note("renamed:batch_input_shape=input_shape")
    return args, new


def _says_nothing(old: str, value: Value, known: frozenset[str]) -> bool:
    """Tell whether an old argument may be dropped: its value is the default today, or the data say the same."""
    if old in REPEATED:
        return REPEATED[old] in known and isinstance(value, int)
    return isinstance(value, (str, int)) and value in DROPPED.get(old, ())


def _kernel(args: tuple[Any, ...], new: dict[str, Any], note: Note) -> tuple[Any, ...]:
    """Put the kernel's rows and columns together where they were given one by one."""
    if {"nb_row", "nb_col"} <= set(new) and "kernel_size" not in new:
        new["kernel_size"] = (new.pop("nb_row"), new.pop("nb_col"))
        note("kernel_in_two")
    sizes = args[1:POSITIONS]
    if len(args) == POSITIONS and all(type(size) is int for size in sizes) and ONLY_KERAS1 & set(new):
        note("kernel_in_two")
        return (args[0], sizes)
    return args
