"""Record training at the level of optimizer steps: which rows, with which labels, at which rate, by which optimizer.

``fit``, ``train_on_batch``, generators, ``tf.data`` and own gradient loops all end in one call of an optimizer's
``apply``, right after the model looked at a batch. So three places are watched: the model's first layer (what it saw
last), its ``compute_loss`` (with which labels, where a loop of the student's own does not compute them itself) and
``apply`` (a step was taken). What is watched is written down by TensorFlow into variables, so that it is the same
whether a step is taken eagerly, in a graph or by XLA. Rows are told apart by a hash of their pixels.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from .kinds import Model, Optimizer, Tensor, Value

MAX_STEPS = 2000
MAX_BATCH = 192
MAX_TRACES = 3  #: optimizers for which functions are compiled; who takes a fresh one each epoch would wait for each
MAX_PIXELS = 4096  #: of a row, that its hash is made of
STRANGER = -2  #: a row that is none of the given pictures; -1 fills short batches up
FORBIDDEN = -3  #: a row that is to be predicted, not trained on
UNKNOWN = -1  #: a label that nobody wrote down

Hashes = NDArray[np.int64]


class Recorder:
    """Watches one model being trained on rows that it is told beforehand."""

    def __init__(self, model: Model, train: NDArray[np.float32], test: NDArray[np.float32]) -> None:
        """Start to watch ``model``; every optimizer of this process is watched with it.

        Args:
            model: Built, with at least one layer that has weights.
            train: The rows that it is to be trained on.
            test: The rows that it is not.

        """
        import tensorflow as tf

        self.optimizers: list[Any] = []
        self.weighted = False  #: rows were given weights, equal ones perhaps
        self.elsewhere = False  #: an optimizer trained another model
        self.broken = False  #: something here failed; the training went on
        self._odd = _odd_numbers(train[0].size)
        self._hashes = {int(one): FORBIDDEN for one in _hashes(test, *self._odd)}
        self._hashes |= {int(one): row for row, one in enumerate(_hashes(train, *self._odd))}
        self._variables = {id(one) for variable in model.trainable_variables for one in (variable, variable.value)}
        kept: dict[str, tuple[tuple[int, ...], Any]] = {
            "count": ((), tf.int32),
            "batch": ((MAX_BATCH,), tf.int64),
            "size": ((), tf.int32),
            "labels": ((MAX_BATCH,), tf.int32),
            "batches": ((MAX_STEPS, MAX_BATCH), tf.int64),
            "sizes": ((MAX_STEPS,), tf.int32),
            "classes": ((MAX_STEPS, MAX_BATCH), tf.int32),
            "rates": ((MAX_STEPS,), tf.float32),
            "numbers": ((MAX_STEPS,), tf.int32),
            "clock": ((MAX_STEPS,), tf.int32),
        }
        self._kept = {
            name: tf.Variable(tf.zeros(shape, dtype), trainable=False) for name, (shape, dtype) in kept.items()
        }
        first = next(layer for layer in model.layers if layer.weights)
        first.call = self._watching_call(first.call)
        model.compute_loss = self._watching_loss(model.compute_loss)
        base = _optimizer_base()
        base.apply = self._watching_apply(base.apply)

    def steps(self) -> NDArray[np.int16]:
        """Return the row numbers per step, (steps, longest batch), filled up with -1."""
        sizes = np.minimum(self._read("sizes"), MAX_BATCH)
        table = np.full((len(sizes), max([1, *sizes.tolist()])), -1, dtype=np.int16)
        for step, (hashes, size) in enumerate(zip(self._read("batches"), sizes, strict=True)):
            table[step, :size] = [self._hashes.get(int(one), STRANGER) for one in hashes[:size]]
        return table

    def sizes(self) -> NDArray[np.int32]:
        """Return how many rows each step had, those beyond the recorder's width counted too."""
        return self._read("sizes")

    def labels(self) -> NDArray[np.int32]:
        """Return the class that each row of :meth:`steps` was trained with; -1 where nobody wrote it down."""
        return self._read("classes")[:, : self.steps().shape[1]]

    def rates(self) -> NDArray[np.float32]:
        """Return the learning rate of each step."""
        return self._read("rates")

    def numbers(self) -> NDArray[np.int32]:
        """Return which of :attr:`optimizers` took each step."""
        return self._read("numbers")

    def clock(self) -> NDArray[np.int32]:
        """Return how many steps the optimizer had counted before each: Keras counts one where data only ended, too."""
        return self._read("clock")

    @property
    def count(self) -> int:
        """How many steps were taken, those beyond the recorder's length counted too."""
        return int(self._kept["count"].numpy())

    def _read(self, name: str) -> NDArray[Any]:
        """Return what was kept of each step."""
        kept: NDArray[Any] = self._kept[name].numpy()[: min(self.count, MAX_STEPS)]
        return kept

    def _watching_call(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap the first layer's call: remember which rows the model looks at."""
        import keras

        @functools.wraps(call)
        def watched(inputs: Value, *args: Value, **kwargs: Value) -> Value:
            if not isinstance(inputs, keras.KerasTensor):
                with self._alone():
                    self._remember(inputs)
            return call(inputs, *args, **kwargs)

        return watched

    def _watching_loss(self, compute_loss: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap ``compute_loss``: remember the labels."""

        @functools.wraps(compute_loss)
        def watched(
            x: Value = None, y: Value = None, y_pred: Value = None, sample_weight: Value = None, **more: Value
        ) -> Value:
            self.weighted |= sample_weight is not None
            with self._alone():
                self._remember_labels(y)
            return compute_loss(x, y, y_pred, sample_weight, **more)

        return watched

    def _watching_apply(self, apply: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap ``apply``: a step on the model's weights is written down."""

        @functools.wraps(apply)
        def watched(optimizer: Optimizer, grads: Value, trainable_variables: Value = None) -> Value:
            if trainable_variables is not None:
                trainable_variables = list(trainable_variables)
            aimed = (
                getattr(optimizer, "_trainable_variables", ()) if trainable_variables is None else trainable_variables
            )
            if any(id(variable) in self._variables for variable in aimed):
                with self._alone(), _behind(grads):
                    self._step(optimizer)
            else:
                self.elsewhere = True
            return apply(optimizer, grads, trainable_variables)

        return watched

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep what goes wrong while recording from the training that is recorded."""
        try:
            yield
        except Exception:
            self.broken = True

    def _remember(self, inputs: Tensor) -> None:
        """Keep the hashes of the batch that the model looks at."""
        import tensorflow as tf

        pixels, factors = self._odd
        rows = tf.cast(inputs, tf.float32)
        size = tf.shape(rows)[0]
        flat = tf.reshape(rows[:MAX_BATCH], (tf.minimum(size, MAX_BATCH), -1))
        picked = tf.bitcast(tf.gather(flat, pixels, axis=1), tf.int32)
        hashes = tf.reduce_sum(tf.cast(picked, tf.int64) * factors, axis=1)
        self._kept["batch"].assign(_padded(hashes, 0))
        self._kept["size"].assign(size)
        self._kept["labels"].assign(tf.fill((MAX_BATCH,), UNKNOWN))

    def _remember_labels(self, labels: Tensor) -> None:
        """Keep the classes that the batch is trained with: one-hot rows, or class numbers as they are."""
        import tensorflow as tf

        columns = 2
        wide = len(labels.shape) == columns and labels.shape[1] == columns
        classes = tf.argmax(labels, axis=1) if wide else tf.reshape(labels, (-1,))
        self._kept["labels"].assign(_padded(tf.cast(classes[:MAX_BATCH], tf.int32), UNKNOWN))

    def _step(self, optimizer: Optimizer) -> None:
        """Write one step down."""
        import tensorflow as tf

        if not any(known is optimizer for known in self.optimizers):
            self.optimizers.append(optimizer)
            if len(self.optimizers) == MAX_TRACES:
                tf.config.run_functions_eagerly(True)  # noqa: FBT003 - TensorFlow's own signature
        number = next(index for index, known in enumerate(self.optimizers) if known is optimizer)
        kept = self._kept
        place = tf.minimum(kept["count"], MAX_STEPS - 1)
        values = {
            "batches": kept["batch"],
            "sizes": kept["size"],
            "classes": kept["labels"],
            "rates": tf.cast(tf.convert_to_tensor(optimizer.learning_rate), tf.float32),
            "numbers": tf.constant(number, tf.int32),
            "clock": tf.cast(tf.convert_to_tensor(optimizer.iterations), tf.int32),
        }
        for name, value in values.items():
            tf.raw_ops.ResourceScatterUpdate(
                resource=kept[name].handle, indices=place, updates=tf.convert_to_tensor(value)
            )
        kept["count"].assign_add(1)


def _behind(grads: Value) -> AbstractContextManager[Any]:
    """Have what is written down wait for the gradients: in a graph none are there where data of unknown length end."""
    import tensorflow as tf

    made = [getattr(one, "values", one) for one in tf.nest.flatten(grads) if one is not None]
    return cast("AbstractContextManager[Any]", tf.control_dependencies(made))


def _padded(values: Tensor, filling: int) -> Tensor:
    """Return a batch's numbers at the recorder's full width."""
    import tensorflow as tf

    return tf.pad(values, [[0, MAX_BATCH - tf.shape(values)[0]]], constant_values=filling)


def _optimizer_base() -> Optimizer:
    """Return the class in which every Keras optimizer has its ``apply``."""
    import keras

    return next(base for base in keras.optimizers.Optimizer.__mro__ if "apply" in vars(base))


def _odd_numbers(pixels: int) -> tuple[NDArray[np.int32], Hashes]:
    """Return which pixels a row's hash is made of, and by which odd numbers they are multiplied."""
    generator = np.random.default_rng(pixels)
    picked = np.arange(pixels) if pixels <= MAX_PIXELS else generator.choice(pixels, MAX_PIXELS, replace=False)
    odd = generator.integers(2**30, 2**31, len(picked), dtype=np.int64) * 2 + 1
    return np.sort(picked).astype(np.int32), odd


def _hashes(rows: NDArray[np.float32], pixels: NDArray[np.int32], factors: Hashes) -> Hashes:
    """Return the rows' hashes: whole numbers, so that the order of adding changes nothing."""
    flat = np.ascontiguousarray(rows.reshape(len(rows), -1)[:, pixels], dtype=np.float32)
    hashes: Hashes = (flat.view(np.int32).astype(np.int64) * factors).sum(axis=1)
    return hashes
