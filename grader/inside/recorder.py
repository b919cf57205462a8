"""Record training at the level of optimizer steps: which rows, at which rate, by which optimizer.

``fit``, ``train_on_batch``, generators, ``tf.data`` and own gradient loops all end in one call of an optimizer's
``apply``, right after the model looked at a batch. So two places are watched: the stand-in's first layer (what the
model saw last) and ``apply`` (a step was taken). Rows are told apart by their content.
"""

import functools
import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .kinds import Model, Optimizer, Value
from .standin import StandIn

MAX_STEPS = 4000
MAX_BATCH = 256
STRANGER = -2  #: a row that is none of the given pictures; -1 fills short batches up


class Recorder:
    """Watches one stand-in model being trained."""

    def __init__(self, standin: StandIn, model: Model) -> None:
        """Start to watch ``model``; every optimizer of this process is watched with it."""
        self.steps: list[list[int]] = []
        self.rates: list[float] = []
        self.optimizers: list[Any] = []
        self.too_many = False
        self._rows = {_digest(row): index for index, row in enumerate(standin.train)}
        self._seen: list[int] = []
        self._variables = {id(variable) for variable in model.trainable_variables}
        first = model.layers[0]
        first.call = self._watching_call(first.call)
        base = _optimizer_base()
        base.apply = self._watching_apply(base.apply)

    def steps_array(self) -> NDArray[np.int16]:
        """Return the row numbers per step, (steps, longest batch), filled up with -1."""
        width = max((len(step) for step in self.steps), default=1)
        array = np.full((len(self.steps), width), -1, dtype=np.int16)
        for index, step in enumerate(self.steps):
            array[index, : len(step)] = step
        return array

    def _watching_call(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap the first layer's call: remember which rows the model looks at."""

        @functools.wraps(call)
        def watched(inputs: Value, *args: Value, **kwargs: Value) -> Value:
            if hasattr(inputs, "numpy"):
                batch = np.asarray(inputs.numpy(), dtype=np.float32)
                self._seen = [self._rows.get(_digest(row), STRANGER) for row in batch[:MAX_BATCH]]
            return call(inputs, *args, **kwargs)

        return watched

    def _watching_apply(self, apply: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap ``apply``: a step on the stand-in's weights is written down."""

        @functools.wraps(apply)
        def watched(optimizer: Optimizer, grads: Value, trainable_variables: Value = None) -> Value:
            if trainable_variables is not None:
                trainable_variables = list(trainable_variables)
            aimed = (
                getattr(optimizer, "_trainable_variables", ()) if trainable_variables is None else trainable_variables
            )
            if any(id(variable) in self._variables for variable in aimed):
                self._step(optimizer)
            return apply(optimizer, grads, trainable_variables)

        return watched

    def _step(self, optimizer: Optimizer) -> None:
        """Write one step down."""
        if len(self.steps) >= MAX_STEPS:
            self.too_many = True
            return
        self.steps.append(self._seen)
        self.rates.append(float(np.asarray(optimizer.learning_rate)))
        if not any(known is optimizer for known in self.optimizers):
            self.optimizers.append(optimizer)


def _optimizer_base() -> Optimizer:
    """Return the class in which every Keras optimizer has its ``apply``."""
    import keras

    return next(base for base in keras.optimizers.Optimizer.__mro__ if "apply" in vars(base))


def _digest(row: NDArray[Any]) -> bytes:
    """Return a short digest of a picture."""
    return hashlib.blake2b(np.ascontiguousarray(row, dtype=np.float32).tobytes(), digest_size=16).digest()
