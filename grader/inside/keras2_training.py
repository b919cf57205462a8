"""Old words of optimizers, ``compile``, ``fit`` and ``predict``, where their meaning is plain."""

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .kinds import Value

Note = Callable[[str], None]

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
HALF = 0.5

#: Old arguments of ``fit`` that change nothing about what is learnt.
FIT_DROPPED = ("workers", "use_multiprocessing", "max_queue_size", "show_accuracy")
COMPILE_DROPPED = ("class_mode",)


def understand_optimizers(note: Note) -> None:
    """Teach this process's optimizers ``lr=``, ``decay=`` and ``epsilon=None``."""
    import keras

    for name in dir(keras.optimizers):
        candidate = getattr(keras.optimizers, name)
        if isinstance(candidate, type) and issubclass(candidate, keras.optimizers.Optimizer):
            init = vars(candidate).get("__init__")
            if init is not None:
                setattr(candidate, "__init__", _with_old_rates(init, note))  # noqa: B010 - a patch


def understand_training(note: Note) -> None:
    """Teach this process's models the old words of ``compile``, ``fit`` and ``predict``."""
    import keras

    trainer = next(base for base in keras.Model.__mro__ if base.__name__ == "Trainer")
    fitting = next(base for base in keras.Model.__mro__ if "fit" in vars(base))
    trainer.compile = _with_old_compile(trainer.compile, note)
    fitting.fit = _with_old_fit(fitting.fit, note)
    for old, function in _old_methods(note).items():
        setattr(keras.Model, old, function)


def _with_old_rates(init: Callable[..., None], note: Note) -> Callable[..., None]:
    """Wrap an optimizer's ``__init__``: ``lr`` is ``learning_rate``; ``decay`` and ``epsilon=None`` are dropped."""

    @functools.wraps(init)
    def wrapped(self: object, *args: Value, **kwargs: Value) -> None:
        if "lr" in kwargs and "learning_rate" not in kwargs:
            kwargs["learning_rate"] = kwargs.pop("lr")
            note("lr_is_learning_rate")
        if "decay" in kwargs:
            kwargs.pop("decay")
            note("decay_ignored")
        if "epsilon" in kwargs and kwargs["epsilon"] is None:
            kwargs.pop("epsilon")
            note("dropped:epsilon")
        init(self, *args, **kwargs)

    return wrapped


def _with_old_compile(compile_model: Callable[..., None], note: Note) -> Callable[..., None]:
    """Wrap ``compile``: one metric without a list, a metric with a control character in its name, ``class_mode=``."""

    @functools.wraps(compile_model)
    def wrapped(self: object, *args: Value, metrics: Value = None, **kwargs: Value) -> None:
        if isinstance(metrics, str):
            metrics = [metrics]
            note("metrics_in_a_list")
        if isinstance(metrics, (list, tuple)):
            metrics = list(_repaired(metrics, note))
        if metrics is not None:
            kwargs["metrics"] = metrics
        _drop(COMPILE_DROPPED, kwargs, note)
        compile_model(self, *args, **kwargs)

    return wrapped


def _repaired(metrics: Iterable[Any], note: Note) -> Iterable[Any]:
    """Yield the metrics with broken spellings of accuracy mended."""
    for metric in metrics:
        if isinstance(metric, str) and CONTROL.search(metric):
            pattern = "[a-z]*".join(re.escape(part) for part in CONTROL.split(metric))
            if re.fullmatch(pattern, "accuracy"):
                note("metric_read_as_accuracy")
                yield "accuracy"
                continue
        yield metric


def _with_old_fit(fit: Callable[..., Any], note: Note) -> Callable[..., Any]:
    """Wrap ``fit``: ``nb_epoch`` becomes ``epochs``; what changed only speed or printing is dropped."""

    @functools.wraps(fit)
    def wrapped(self: object, *args: Value, **kwargs: Value) -> Value:
        if "nb_epoch" in kwargs and "epochs" not in kwargs:
            kwargs["epochs"] = kwargs.pop("nb_epoch")
            note("renamed:nb_epoch=epochs")
        _drop(FIT_DROPPED, kwargs, note)
        return fit(self, *args, **kwargs)

    return wrapped


def _drop(names: Iterable[str], kwargs: dict[str, Any], note: Note) -> None:
    """Take arguments out, and note each."""
    for name in names:
        if name in kwargs:
            del kwargs[name]
            note(f"dropped:{name}")


def _old_methods(note: Note) -> dict[str, Callable[..., Any]]:
    """Return the methods that models had, in today's terms."""

    def predict_classes(self: Value, x: Value, batch_size: Value = None, verbose: Value = 0) -> Value:
        note("renamed:predict_classes=predict")
        probabilities = self.predict(x, batch_size=batch_size, verbose=verbose)
        if probabilities.shape[-1] > 1:
            return np.argmax(probabilities, axis=-1)
        return (probabilities > HALF).astype("int32")

    def under_new_name(old: str, new: str) -> Callable[..., Any]:
        def method(self: Value, *args: Value, **kwargs: Value) -> Value:
            note(f"renamed:{old}={new}")
            _drop(FIT_DROPPED, kwargs, note)
            return getattr(self, new)(*args, **kwargs)

        return method

    renamed = {"predict_proba": "predict", "predict_generator": "predict", "evaluate_generator": "evaluate"}
    return {
        "predict_classes": predict_classes,
        "fit_generator": _generator_fit(under_new_name("fit_generator", "fit")),
        **{old: under_new_name(old, new) for old, new in renamed.items()},
    }


def _generator_fit(fit: Callable[..., Any]) -> Callable[..., Any]:
    """Put the positions of ``fit_generator(generator, steps_per_epoch, epochs, verbose)`` where ``fit`` has them."""
    names = ("steps_per_epoch", "epochs", "verbose")

    def method(self: Value, generator: Value, *args: Value, **kwargs: Value) -> Value:
        return fit(self, generator, **{**dict(zip(names, args, strict=False)), **kwargs})

    return method
