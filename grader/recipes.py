"""Which optimizer and loss the judge replays a recorded training with."""

from collections.abc import Mapping

from exercises.schema import CompileCheck
from grader.contract import Json

CLASSES = {"adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop"}
LOSSES = ("categorical_crossentropy", "binary_crossentropy", "mean_squared_error")

#: Names of the same loss; on the stand-in's labels sparse and categorical cross-entropy are one loss.
LOSS_ALIASES = {
    "sparse_categorical_crossentropy": "categorical_crossentropy",
    "mse": "mean_squared_error",
    "binary_cross_entropy": "binary_crossentropy",
}


def loss_name(name: str) -> str:
    """Return a loss under its only name."""
    return LOSS_ALIASES.get(name, name)


def expected_recipe(check: CompileCheck) -> dict[str, Json]:
    """Return the recipe that an exercise asks for."""
    return {
        "class": CLASSES[check.optimizer.name],
        "learning_rate": check.optimizer.learning_rate,
        "loss": check.loss,
    }


def claimed_recipe(evidence: Mapping[str, Json]) -> dict[str, Json] | None:
    """Return the recipe a recorded training claims, if the judge could follow it."""
    optimizer, compiled, rates = evidence["optimizer"], evidence["compiled"], evidence["rates"]
    if optimizer is None or rates is None or rates[0] != rates[1] or not 0 < rates[0] <= 10:  # noqa: PLR2004
        return None
    loss = None if compiled is None else loss_name(compiled["loss"]["name"])
    if not optimizer["builtin"] or optimizer["class"] not in CLASSES.values() or loss not in LOSSES:
        return None
    # Keras keeps rates as 32-bit numbers: 0.0001 comes back as 9.9999997e-05.
    return {"class": optimizer["class"], "learning_rate": float(f"{rates[0]:.6g}"), "loss": loss}


def recipes_to_replay(check: CompileCheck | None, evidence: Mapping[str, Json]) -> list[dict[str, Json]]:
    """Return the expected recipe and, where it is another one, the claimed.

    A training with the wrong optimizer can still have seen every row in every epoch: two mistakes are told apart by
    replaying both recipes.
    """
    recipes = [] if check is None else [expected_recipe(check)]
    claimed = claimed_recipe(evidence)
    if claimed is not None and claimed not in recipes:
        recipes.append(claimed)
    return recipes
