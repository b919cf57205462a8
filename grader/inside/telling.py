"""Tell of a training while it goes on: its epochs, its loss, its accuracy, for whoever waits and never for a verdict.

Telling changes nothing: the weights, the history and every random number are the same, bit by bit, as without it.
"""

import functools
import inspect
import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from .kinds import Model, Value

Tell = Callable[[Mapping[str, Any]], None]

PAUSE = 0.5  #: seconds between two events within an epoch

_monotonic = time.monotonic  # bound now: later, time belongs to the student


def _tell_nobody(_: Mapping[str, Any]) -> None:
    """Keep it to oneself."""


_tell: ContextVar[Tell] = ContextVar("tell", default=_tell_nobody)


def listen(tell: Tell) -> None:
    """Have ``tell`` told of every training of this process from now on.

    Args:
        tell: Takes an event: ``epoch`` (from 1) of ``epochs`` (null where nobody knows), ``loss`` and ``accuracy`` so
            far in this epoch (null where there is none), and within an epoch ``step`` of ``steps``.

    """
    _tell.set(tell)


def epoch_teller() -> Value:
    """Return a Keras callback that tells of each epoch when it ends, and of a long one twice a second."""
    import keras

    class EpochTeller(keras.callbacks.Callback):  # type: ignore[misc]
        """Reads what Keras logs, and keeps nothing but the time and the number of the epoch."""

        def __init__(self) -> None:
            super().__init__()
            self._epoch = 0
            self._told = _monotonic()

        def on_epoch_begin(self, epoch: int, logs: Value = None) -> None:
            del logs
            self._epoch = epoch

        def on_train_batch_end(self, batch: int, logs: Value = None) -> None:
            if _monotonic() - self._told >= PAUSE:
                self._say(logs, step=batch + 1, steps=self.params.get("steps"))

        def on_epoch_end(self, epoch: int, logs: Value = None) -> None:
            self._epoch = epoch
            self._say(logs)

        def _say(self, logs: Value, **more: Value) -> None:
            self._told = _monotonic()
            with suppress(Exception):  # whatever a student's model logs, its training goes on
                _tell.get()(_event(self._epoch + 1, self.params.get("epochs"), logs, more))

    return EpochTeller()


def tell_of(model: Model, rows: int) -> None:
    """Have the trainings of one model told, whether by ``fit`` or batch by batch.

    Args:
        model: Compiled or not; its ``fit`` and ``train_on_batch`` are wrapped.
        rows: How many training rows make an epoch where a loop of the student's own counts none.

    """
    model.fit = _fit_with_teller(model.fit)
    model.train_on_batch = _told_batches(model.train_on_batch, rows)


def _fit_with_teller(fit: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap ``fit``: one more callback, after those that it was given, whose list stays as it is."""
    import keras

    signature = inspect.signature(fit)

    @functools.wraps(fit)
    def wrapped(*args: Value, **kwargs: Value) -> Value:
        try:
            given = signature.bind(*args, **kwargs)
        except TypeError:
            return fit(*args, **kwargs)  # says in Keras' own words what is wrong with the call
        callbacks = given.arguments.get("callbacks")
        if not isinstance(callbacks, keras.callbacks.CallbackList):
            several = callbacks if isinstance(callbacks, (list, tuple)) else [callbacks] if callbacks else []
            given.arguments["callbacks"] = [*several, epoch_teller()]
        return fit(*given.args, **given.kwargs)

    return wrapped


def _told_batches(train_on_batch: Callable[..., Any], rows: int) -> Callable[..., Any]:
    """Wrap ``train_on_batch``: tell twice a second of what it returns."""
    signature = inspect.signature(train_on_batch)
    seen, told = 0, _monotonic()

    @functools.wraps(train_on_batch)
    def wrapped(*args: Value, **kwargs: Value) -> Value:
        nonlocal seen, told
        result = train_on_batch(*args, **kwargs)
        with suppress(Exception):
            seen += len(signature.bind(*args, **kwargs).arguments["x"])
            if _monotonic() - told >= PAUSE:
                told = _monotonic()
                logs = result if isinstance(result, Mapping) else {"loss": _first(result)}
                _tell.get()(_event((seen - 1) // rows + 1, None, logs, {}))
        return result

    return wrapped


def _event(epoch: int, epochs: Value, logs: Value, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event of plain, finite values."""
    logs = logs or {}
    accuracy = next((name for name in logs if name == "acc" or name.endswith("accuracy")), None)
    event = {
        "epoch": epoch,
        "epochs": epochs,
        "loss": _finite(logs.get("loss")),
        "accuracy": None if accuracy is None or accuracy.startswith("val_") else _finite(logs[accuracy]),
    }
    return event | {key: value for key, value in more.items() if value is not None}


def _first(result: Value) -> Value:
    """Return the loss of what ``train_on_batch`` returned: alone, or before the metrics."""
    return result[0] if isinstance(result, (list, tuple)) else result


def _finite(value: Value) -> float | None:
    """Return a number JSON can hold."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None
