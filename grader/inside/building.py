"""Give a model that is not built yet its weights, for input shapes that the exercise has."""

from collections.abc import Sequence

import numpy as np

from .kinds import Model

SOME_STEPS = 8  #: stands for an open length

Sizes = Sequence[int | None]  #: of a row; None where any will do


def build(model: Model, input_shapes: Sequence[Sizes], dtype: str) -> Sizes:
    """Give an unbuilt model its weights, for the first of some input shapes that it takes, and return that."""
    if getattr(model, "built", False) and (getattr(model, "inputs", None) or model.weights):
        return input_shapes[0]
    problems = []
    for input_shape in input_shapes:
        try:
            _build_for(model, input_shape, dtype)
        except Exception as problem:
            problems.append(problem)
        else:
            return input_shape
    # Own code may leave Keras without shapes and yet work on numbers; if it does not, the first error tells more.
    if not _runs(model, input_shapes[-1], dtype):
        raise problems[0]
    return input_shapes[-1]


def _build_for(model: Model, input_shape: Sizes, dtype: str) -> None:
    """Build a model in the way of its kind."""
    import keras

    if not isinstance(model, keras.Sequential):
        model(keras.Input(shape=tuple(input_shape), dtype=dtype))
        return
    before = len(model._layers)  # noqa: SLF001 - there is no public way to take an input layer out again
    try:
        model.build((None, *input_shape))
    except Exception:
        # Keras has put an input layer in front by then, and would take no other shape any more.
        del model._layers[: len(model._layers) - before]  # noqa: SLF001
        raise


def _runs(model: Model, input_shape: Sizes, dtype: str) -> bool:
    """Call a model on one row of zeros, which builds it; returns whether that worked."""
    try:
        model(np.zeros([1, *(SOME_STEPS if size is None else size for size in input_shape)], dtype))
    except Exception:
        return False
    return True
