"""Call the student's training function on the stand-in and write down what it did, step by step."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import pins
from .configs import is_builtin
from .keras2 import understand_keras2
from .kinds import Model, Value
from .loading import MissingFunction, find_function, load_student
from .outbox import Outbox
from .plain import plain, type_name
from .recorder import Recorder
from .standin import make_standin, standin_model
from .summary import describe_optimizer, label_count, span

MAX_ANSWERS = 4096


def capture_training(arguments: Mapping[str, Any]) -> None:
    """Write ``training.json``, ``steps.npy``, ``clock.npy``, ``final.N.npy`` (the trained weights), ``answer.npy``.

    Args:
        arguments: ``function``, ``rows``, ``test_rows``, ``standin`` (its number), ``compat`` and ``pins``.

    """
    import tensorflow as tf

    outbox = Outbox()
    pins.prepare(arguments)
    # Each epoch of fit() makes iterators of small graphs; making those better costs more than the whole training.
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    notes = understand_keras2() if arguments.get("compat") == "keras2" else []
    standin = make_standin(arguments["standin"], arguments["rows"], arguments["test_rows"])
    pins.seed(arguments)
    module = load_student(outbox)
    try:
        function = find_function(module, arguments["function"])
    except MissingFunction:
        outbox.write_json("training.json", {"problem": "missing_function"})
        return
    model = standin_model(standin)
    recorder = Recorder(model, standin.train, standin.test)
    pins.seed(arguments)
    answer = function(model, standin.train.copy(), standin.onehot, standin.test.copy())
    report = {
        "compiled": _compiled(model),
        "optimizers": [describe_optimizer(optimizer) for optimizer in recorder.optimizers[:8]],
        "optimizer_count": len(recorder.optimizers),
        "rates": span(recorder.rates()),
        "labels": label_count(recorder, standin.classes),
        "weighted": recorder.weighted,
        "elsewhere": recorder.elsewhere,
        "answer": _answer(answer, outbox),
        "notes": [*notes, *_remarks(model)],
    }
    outbox.write_array("steps.npy", recorder.steps())
    outbox.write_array("clock.npy", recorder.clock())
    for index, weight in enumerate(model.get_weights()[:8]):
        outbox.write_array(f"final.{index}.npy", weight)
    outbox.write_json("training.json", report)


def _compiled(model: Model) -> dict[str, Any] | None:
    """Describe how the model was compiled; None if it was not."""
    if not getattr(model, "compiled", False):
        return None
    return {"optimizer": describe_optimizer(model.optimizer), "loss": _loss(model)}


def _loss(model: Model) -> dict[str, Any]:
    """Describe the loss as Keras resolves it: its name, its configuration, whether it is Keras' own."""
    import keras

    given = model.loss
    loss = given[0] if isinstance(given, (list, tuple)) and len(given) == 1 else given
    try:
        resolved = keras.losses.get(loss) if isinstance(loss, str) else loss
    except ValueError:
        return {"name": plain(str(loss)), "builtin": False, "config": {}}
    if isinstance(resolved, keras.losses.Loss):
        config = plain(type(resolved).get_config(resolved))
        return {"name": _snake(type_name(resolved)), "builtin": is_builtin(resolved), "config": config}
    name = str(getattr(resolved, "__name__", type_name(resolved)))
    builtin = getattr(keras.losses, name, None) is resolved
    return {"name": plain(name), "builtin": builtin, "config": {}}


def _remarks(model: Model) -> list[str]:
    """Return words for what is odd about the metrics, which are free."""
    import keras

    metrics = getattr(getattr(model, "_compile_metrics", None), "_user_metrics", None)
    given = metrics if isinstance(metrics, (list, tuple)) else [metrics]
    return ["metric_compares_numbers"] if any(type(one) is keras.metrics.Accuracy for one in given) else []


def _snake(name: str) -> str:
    """Return ``CategoricalCrossentropy`` as ``categorical_crossentropy``."""
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_")


def _answer(answer: Value, outbox: Outbox) -> dict[str, Any]:
    """Describe the returned answer and write it if it is an array of numbers."""
    report: dict[str, Any] = {"type": type_name(answer), "array": isinstance(answer, np.ndarray)}
    if answer is None:
        return {**report, "problem": "returned_none"}
    try:
        array = np.asarray(answer)
    except Exception:
        return {**report, "problem": "not_an_array"}
    report.update(shape=[int(size) for size in array.shape[:8]], dtype=str(array.dtype)[:40])
    if array.dtype.kind not in "fiub" or array.size > MAX_ANSWERS:
        return {**report, "problem": "not_numeric" if array.size <= MAX_ANSWERS else "too_large"}
    outbox.write_array("answer.npy", np.array(array))
    return report
