"""Let raw TensorFlow operations be followed: on symbolic tensors they stand for their ``keras.ops`` twins.

Keras refuses to hand a symbolic tensor to ``tf.*``, so a model that is right but says ``tf.nn.relu(x)`` could not be
read. TensorFlow asks its dispatchers before it gives up on an argument it does not understand; while a model is being
read, one of ours is among them. So an operation is recognised however a program came by it (``tf.nn.relu``,
``from tensorflow.nn import relu``, ``tf.keras.backend.relu``), and nothing else changes.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from .kinds import Tensor, Value

#: TensorFlow's name -> ``keras.ops`` name, where the arguments are the same but for the first one's name.
TWINS: Mapping[str, str] = {
    **{
        name: name
        for name in (
            "relu", "relu6", "softmax", "log_softmax", "sigmoid", "tanh", "elu", "selu", "gelu", "silu", "softplus",
            "softsign", "maximum", "minimum", "add", "subtract", "multiply", "divide", "matmul", "expand_dims",
            "squeeze", "cast", "where", "abs", "exp", "sqrt", "square", "stack", "identity",
        )
    },
    "swish": "silu",
    "bias_add": "add",
    "truediv": "divide",
    "concat": "concatenate",
    "reduce_max": "max",
    "reduce_mean": "mean",
    "reduce_sum": "sum",
    "convert_to_tensor": "identity",
    "convert_to_tensor_v2_with_dispatch": "identity",
}  # fmt: skip

#: What TensorFlow calls the arguments that ``keras.ops`` takes by position, in their order.
POSITIONAL = ("features", "logits", "input", "x", "y", "tensor", "value", "values", "a", "b", "params", "indices")

#: TensorFlow's arguments that say nothing about values.
SILENT = frozenset({"name", "data_format", "validate_indices"})


@contextmanager
def followed_tensorflow() -> Iterator[None]:
    """Stand among TensorFlow's dispatchers for as long as the context lasts."""
    from tensorflow.python.util import dispatch

    class Follower(dispatch.GlobalOpDispatcher):  # type: ignore[misc]
        """Answers for an operation that met a symbolic tensor."""

        def handle(self, op: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Value:
            """Return what the twin makes of the arguments; where there is none, TensorFlow goes on complaining."""
            try:
                return _twin(op.__name__)(*args, **_spoken(kwargs))
            except (KeyError, TypeError, ValueError, AttributeError):
                return self.NOT_SUPPORTED

    follower = Follower()
    dispatchers = dispatch._GLOBAL_DISPATCHERS  # noqa: SLF001 - TensorFlow can register a dispatcher but not remove it
    dispatchers.insert(0, follower)
    try:
        yield
    finally:
        dispatchers.remove(follower)


def _twin(name: str) -> Callable[..., Any]:
    """Return the twin of an operation.

    Raises:
        KeyError: It has none.

    """
    import keras

    word = name.removesuffix("_v2")
    if word in OWN_FORM:
        return OWN_FORM[word]
    return _by_position(getattr(keras.ops, TWINS[word]))


def _spoken(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments that say something."""
    return {key: value for key, value in arguments.items() if key not in SILENT and value is not None}


def _by_position(twin: Callable[..., Any]) -> Callable[..., Any]:
    """Return the twin with TensorFlow's names for its tensors understood."""

    def called(*args: Value, **kwargs: Value) -> Value:
        named = [kwargs.pop(word) for word in POSITIONAL if word in kwargs]
        return twin(*args, *named, **kwargs)

    return called


def _shape(input: Tensor, *_: Value, **__: Value) -> Value:  # noqa: A002 - TensorFlow's own name
    """Return a symbolic tensor's shape; the open batch axis is None."""
    return input.shape


def _rank(input: Tensor) -> int:  # noqa: A002 - TensorFlow's own name
    """Return the number of axes."""
    return len(input.shape)


def _reshape(tensor: Tensor, shape: Sequence[Any]) -> Tensor:
    """Reshape; a batch size that is not known stands for the open axis, and what is left for the other."""
    import keras

    sizes = [None if size is None else int(size) for size in shape]
    inner = list(tensor.shape[1:])
    if sizes[0] is None and -1 in sizes and None not in inner:
        known = math.prod(size for size in sizes[1:] if size not in {None, -1})
        sizes = [math.prod(inner) // max(known, 1) if size == -1 else size for size in sizes]
    return keras.ops.reshape(tensor, [-1 if size is None else size for size in sizes])


def _transpose(a: Tensor, perm: Sequence[int] | None = None) -> Tensor:
    """Transpose."""
    import keras

    return keras.ops.transpose(a, axes=perm)


def _leaky_relu(features: Tensor, alpha: float = 0.2) -> Tensor:
    """Let a share of what is negative through."""
    import keras

    return keras.ops.leaky_relu(features, negative_slope=alpha)


def _max_pool(input: Tensor, ksize: Value, strides: Value = None, padding: str = "VALID") -> Tensor:  # noqa: A002
    """Pool, with windows given as TensorFlow gives them: a number, two, or four with batch and channels."""
    import keras

    return keras.ops.max_pool(input, _window(ksize), _window(strides or ksize), padding.lower())


def _average_pool(input: Tensor, ksize: Value, strides: Value = None, padding: str = "VALID") -> Tensor:  # noqa: A002
    """Pool by the mean, likewise."""
    import keras

    return keras.ops.average_pool(input, _window(ksize), _window(strides or ksize), padding.lower())


def _convolution(
    input: Tensor,  # noqa: A002 - TensorFlow's own name
    filters: Tensor,
    strides: Value = 1,
    padding: str = "VALID",
    dilations: Value = 1,
) -> Tensor:
    """Convolve."""
    import keras

    return keras.ops.conv(input, filters, _window(strides), padding.lower(), dilation_rate=_window(dilations))


def _window(size: Value) -> tuple[int, int]:
    """Return height and width of a window."""
    sizes = [size] if isinstance(size, int) else list(size)
    if len(sizes) == 1:
        return sizes[0], sizes[0]
    return (sizes[1], sizes[2]) if len(sizes) == 4 else (sizes[0], sizes[1])  # noqa: PLR2004 - batch, height, width, channels


#: Operations whose arguments need translating.
OWN_FORM: Mapping[str, Callable[..., Any]] = {
    "shape": _shape,
    "rank": _rank,
    "reshape": _reshape,
    "transpose": _transpose,
    "leaky_relu": _leaky_relu,
    "max_pool": _max_pool,
    "max_pool2d": _max_pool,
    "avg_pool": _average_pool,
    "avg_pool2d": _average_pool,
    "conv2d": _convolution,
}
