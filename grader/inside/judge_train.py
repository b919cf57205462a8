"""Rebuild a student's model from its canonical graph and initial weights, train it, and predict on hidden inputs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import pins
from .answers import kind_of_shape
from .builder import CannotBuild, build_graph
from .outbox import Outbox
from .telling import epoch_teller

OPTIMIZERS = {"adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop"}
CHANNELS_NDIM = 4


def judge_train(arguments: Mapping[str, Any]) -> None:
    """Write ``predictions.npy`` and ``history.json``, or ``problem.json`` where the graph cannot be built.

    Args:
        arguments: ``graph`` (canonical steps; ``weights`` names each step's files), ``dtype``, ``recipe``
            (``optimizer``, ``learning_rate``, ``loss``, ``epochs``, ``batch_size``, ``divide_by``, ``add_channel``)
            and ``pins``. Data lie in ``train_inputs.npy``, ``train_targets.npy``, ``test_inputs.npy``.

    """
    import keras

    outbox = Outbox()
    pins.prepare(arguments)
    recipe = arguments["recipe"]
    train, test = (_inputs(f"{part}_inputs.npy", recipe, arguments["dtype"]) for part in ("train", "test"))
    targets = np.load("train_targets.npy", allow_pickle=False)
    pins.seed(arguments)
    try:
        model, layers = build_graph(arguments["graph"], train.shape[1:], arguments["dtype"])
        _set_weights(layers, arguments["graph"]["steps"])
    except CannotBuild as problem:
        outbox.write_json("problem.json", {"problem": "cannot_build", "detail": str(problem)[:300]})
        return
    optimizer = getattr(keras.optimizers, OPTIMIZERS[recipe["optimizer"]])(learning_rate=recipe["learning_rate"])
    try:
        model.compile(optimizer=optimizer, loss=recipe["loss"], metrics=["accuracy"])
        history = model.fit(
            train,
            targets,
            epochs=recipe["epochs"],
            batch_size=recipe["batch_size"],
            callbacks=[epoch_teller()],
            verbose=0,
        )
        predictions = model.predict(test, batch_size=256, verbose=0)
    except ValueError as error:
        # The loss and the network's output do not fit together: the network is not the one the exercise trains.
        outbox.write_json("problem.json", {"problem": "cannot_train", "detail": str(error)[:300]})
        return
    outbox.write_array("predictions.npy", np.asarray(predictions, dtype=np.float32))
    outbox.write_json(
        "history.json", {name: [_finite(one) for one in values] for name, values in history.history.items()}
    )


def _inputs(name: str, recipe: Mapping[str, Any], dtype: str) -> NDArray[Any]:
    """Read inputs and bring them into the shape and scale the network is trained on."""
    inputs = np.load(name, allow_pickle=False)
    if recipe["divide_by"] != 1:
        inputs = inputs / np.float32(recipe["divide_by"])
    if recipe["add_channel"]:
        inputs = inputs[..., np.newaxis]
    typed: NDArray[Any] = inputs.astype(dtype)
    return typed


def _set_weights(layers: list[Any], steps: list[Mapping[str, Any]]) -> None:
    """Give each layer the initial weights that the student's own model had."""
    for number, (layer, step) in enumerate(zip(layers, steps, strict=True)):
        values = [np.load(name, allow_pickle=False) for name in step["weights"]]
        wanted = [tuple(weight.shape) for weight in layer.weights]
        # Own code may write a bias as (1, 128).
        if [kind_of_shape(value.shape) for value in values] != [kind_of_shape(shape) for shape in wanted]:
            raise CannotBuild(f"step {number + 1}, {step['layer']}: the weights have other shapes")
        layer.set_weights([value.reshape(shape) for value, shape in zip(values, wanted, strict=True)])


def _finite(value: float) -> float | None:
    """Return a number JSON can hold."""
    return float(value) if np.isfinite(value) else None
