"""Let programs written for Keras 2 run where their meaning is plain: ``lr=``, ``decay=``, and a misprinted metric."""

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any

from .kinds import Value

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def understand_keras2() -> list[str]:
    """Teach this process's Keras the old words; returns the list to which a note is added when one is used."""
    import keras

    notes: list[str] = []
    for name in dir(keras.optimizers):
        candidate = getattr(keras.optimizers, name)
        if (
            isinstance(candidate, type)
            and issubclass(candidate, keras.optimizers.Optimizer)
            and "__init__" in vars(candidate)
        ):
            setattr(candidate, "__init__", _with_old_rates(vars(candidate)["__init__"], notes))  # noqa: B010 - a patch
    trainer = next(base for base in keras.Model.__mro__ if base.__name__ == "Trainer")
    trainer.compile = _with_readable_metrics(trainer.compile, notes)
    return notes


def _note(notes: list[str], word: str) -> None:
    """Add a note once."""
    if word not in notes:
        notes.append(word)


def _with_old_rates(init: Callable[..., None], notes: list[str]) -> Callable[..., None]:
    """Wrap an optimizer's ``__init__``: ``lr`` becomes ``learning_rate`` and ``decay`` is dropped."""

    @functools.wraps(init)
    def wrapped(self: object, *args: Value, **kwargs: Value) -> None:
        if "lr" in kwargs and "learning_rate" not in kwargs:
            kwargs["learning_rate"] = kwargs.pop("lr")
            _note(notes, "lr_is_learning_rate")
        if "decay" in kwargs:
            kwargs.pop("decay")
            _note(notes, "decay_ignored")
        init(self, *args, **kwargs)

    return wrapped


def _with_readable_metrics(compile_model: Callable[..., None], notes: list[str]) -> Callable[..., None]:
    """Wrap ``compile``: a metric name in which a control character replaced letters is read as accuracy."""

    @functools.wraps(compile_model)
    def wrapped(self: object, *args: Value, metrics: Value = None, **kwargs: Value) -> None:
        if isinstance(metrics, (list, tuple)):
            metrics = list(_repaired(metrics, notes))
        if metrics is not None:
            kwargs["metrics"] = metrics
        compile_model(self, *args, **kwargs)

    return wrapped


def _repaired(metrics: Iterable[Any], notes: list[str]) -> Iterable[Any]:
    """Yield the metrics with broken spellings of accuracy mended."""
    for metric in metrics:
        if isinstance(metric, str) and CONTROL.search(metric):
            pattern = "[a-z]*".join(re.escape(part) for part in CONTROL.split(metric))
            if re.fullmatch(pattern, "accuracy"):
                _note(notes, "metric_read_as_accuracy")
                yield "accuracy"
                continue
        yield metric
