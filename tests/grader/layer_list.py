"""What graders that walk ``model.layers`` see of a model, written down with real Keras for ``baselines.py``."""

from typing import Any


def layer_list(model: Any) -> dict[str, Any]:  # noqa: ANN401 - a keras.Model; Keras is not there when tests are checked
    """Return, per layer, class name, output shape, number of parameters and what the course comparator adds.

    Where such a grader would stop with an exception, the exception's name stands instead.
    """
    try:
        return {"layers": [_descriptors(layer) for layer in model.layers], "parameters": int(model.count_params())}
    except (AttributeError, ValueError, RuntimeError, TypeError) as error:
        return {"stopped": type(error).__name__}


def class_names(model: Any) -> list[str]:  # noqa: ANN401
    """Return the class names of the layers, which even a model that was never built has; inputs are left out."""
    names = [type(layer).__name__ for layer in model.layers]
    return [name for name in names if name != "InputLayer"]


def _descriptors(layer: Any) -> list[Any]:  # noqa: ANN401
    """Return what the comparator compares of one layer."""
    row: list[Any] = [type(layer).__name__, list(layer.output.shape), int(layer.count_params())]
    match row[0]:
        case "Conv2D":
            row += [layer.padding, layer.activation.__name__, type(layer.kernel_initializer).__name__]
        case "MaxPooling2D":
            row += [list(layer.pool_size), list(layer.strides), layer.padding]
        case "Dropout":
            row += [layer.rate]
        case "Dense":
            row += [layer.activation.__name__]
        case "SimpleRNN":
            row += [layer.return_sequences]
    return row
