"""Let the common raw TensorFlow operations be followed: on symbolic tensors they stand for their ``keras.ops`` twins.

Keras refuses to hand a symbolic tensor to ``tf.*``. A model that is right but says ``tf.nn.relu(x)`` could not be read
otherwise. The words are replaced only while a model is being read, and only symbolic tensors are treated differently.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .kinds import Tensor, Value

#: ``keras.ops`` name -> where TensorFlow has the same operation.
TWINS = {
    "relu": ("nn.relu",),
    "relu6": ("nn.relu6",),
    "softmax": ("nn.softmax", "math.softmax"),
    "sigmoid": ("nn.sigmoid", "math.sigmoid", "sigmoid"),
    "tanh": ("nn.tanh", "math.tanh", "tanh"),
    "maximum": ("maximum", "math.maximum"),
    "identity": ("identity",),
}


@contextmanager
def followed_tensorflow() -> Iterator[None]:
    """Replace the words for as long as the context lasts."""
    replaced = [(home, name, getattr(home, name)) for home, name, _ in _replacements()]
    for home, name, twin in _replacements():
        setattr(home, name, _either(getattr(home, name), twin))
    try:
        yield
    finally:
        for home, name, original in replaced:
            setattr(home, name, original)


def _replacements() -> list[tuple[Any, str, Callable[..., Any]]]:
    """List the modules and names to replace, each with its twin."""
    import keras
    import tensorflow as tf

    homes = {"": tf, "nn": tf.nn, "math": tf.math}
    found = []
    for twin, places in TWINS.items():
        for place in places:
            module, _, name = place.rpartition(".")
            found.append(
                (homes[module], name, _first_argument_of(getattr(keras.ops, twin, keras.ops.convert_to_tensor)))
            )
    found.append((tf, "reshape", _reshape))
    found.append((tf, "shape", lambda tensor, *_, **__: keras.ops.shape(tensor)))
    found.extend((tf.nn, name, _max_pool) for name in ("max_pool", "max_pool2d"))
    return found


def _either(original: Callable[..., Any], twin: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that takes the twin for symbolic tensors and the original for everything else."""
    import keras

    def chosen(*args: Value, **kwargs: Value) -> Value:
        parts = keras.tree.flatten((list(args), kwargs))
        symbolic = any(isinstance(part, keras.KerasTensor) for part in parts)
        return (twin if symbolic else original)(*args, **kwargs)

    return chosen


def _first_argument_of(twin: Callable[..., Any]) -> Callable[..., Any]:
    """Return the twin with TensorFlow's own names for its first argument understood, and ``name`` ignored."""

    def called(*args: Value, name: str | None = None, **kwargs: Value) -> Value:
        del name
        for word in ("features", "logits", "x"):
            if not args and word in kwargs:
                args = (kwargs.pop(word),)
        return twin(*args, **kwargs)

    return called


def _reshape(tensor: Tensor, shape: Sequence[int | None], name: str | None = None) -> Tensor:
    """Reshape; a batch size that is not known stands for the open axis."""
    import keras

    del name
    return keras.ops.reshape(tensor, [-1 if size is None else int(size) for size in shape])


def _max_pool(input: Tensor, ksize: Value, strides: Value, padding: str, **_: Value) -> Tensor:  # noqa: A002 - TensorFlow's own name
    """Pool with windows given as TensorFlow gives them: a number, two, or four with batch and channels."""
    import keras

    return keras.ops.max_pool(input, _window(ksize), _window(strides), padding.lower())


def _window(size: Value) -> tuple[int, int]:
    """Return height and width of a window."""
    sizes = [size] if isinstance(size, int) else list(size)
    if len(sizes) == 1:
        return sizes[0], sizes[0]
    return (sizes[1], sizes[2]) if len(sizes) == 4 else (sizes[0], sizes[1])  # noqa: PLR2004 - batch, height, width, channels
