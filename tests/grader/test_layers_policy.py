"""What an author may let pass or count in a ``layers`` check: every switch, both ways."""

import copy
import tomllib
from typing import Any

import pytest
from describedmodels import DescribedModel, expected_of, mistakes, model_named
from pydantic import ValidationError

from exercises.schema import LayersCheck, LayersPolicy
from grader.compare import differences

CNN_SHAPE = (28, 28, 1)


@pytest.mark.parametrize(
    ("title", "switch"),
    [
        ("l2", {"regularisers": "free"}),
        ("constraint", {"regularisers": "free"}),
        ("activity regulariser", {"regularisers": "free"}),
        ("frozen", {"frozen": "free"}),
        ("all frozen", {"frozen": "free"}),
        ("float16", {"dtype": "free"}),
        ("fixed batch", {"batch_size": "free"}),
    ],
)
def test_what_is_refused_can_be_let_pass(title: str, switch: dict[str, str]) -> None:
    """Refused by default, and nothing is said where the author lets it pass."""
    model = model_named("cnn", title)

    assert mistakes(model)
    assert [] == mistakes(model, LayersPolicy.model_validate(switch))


@pytest.mark.parametrize(
    ("title", "switch", "sentence"),
    [
        ("dropout of nothing", "dropout_of_nothing", "Step 4, Dropout, drops nothing; leave it out."),
        (
            "relu after pooling",
            "relu_after_pooling",
            "Step 4, Activation: the activation must follow its layer directly, before the pooling.",
        ),
        ("flatten twice", "extra_flatten", "Step 5, Flatten, changes nothing here; leave it out."),
        ("reshape there and back", "extra_flatten", "Step 4, Reshape, changes nothing here; leave it out."),
        ("relu twice", "repeated_activations", "Step 4, Activation, repeats the activation before it; leave it out."),
    ],
)
def test_what_changes_nothing_can_be_counted(title: str, switch: str, sentence: str) -> None:
    """Neutral by default, and named with its place in the student's own program where the author counts it."""
    model = model_named("cnn", title)

    assert [] == mistakes(model)
    assert sentence in mistakes(model, LayersPolicy.model_validate({switch: "counted"}))


@pytest.mark.parametrize(
    "switch", ["dropout_of_nothing", "relu_after_pooling", "extra_flatten", "repeated_activations"]
)
def test_counting_changes_nothing_for_a_plain_model(switch: str) -> None:
    """A model without such a layer passes whatever is counted."""
    assert [] == mistakes(model_named("cnn", "article"), LayersPolicy.model_validate({switch: "counted"}))


def with_policy(model: DescribedModel, policy: LayersPolicy, **more: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return what differs from a network in which the author names more: argument, expected, found."""
    different, _ = differences(expected_of("cnn", **more), model.network, CNN_SHAPE, policy)
    return [(one.argument, one.expected, one.found) for one in different]


@pytest.mark.parametrize(
    ("asked", "different"),
    [
        ("he_normal", []),
        ("HeNormal", []),
        ("glorot_uniform", [("kernel_initializer", "glorot_uniform", "he_normal")]),
    ],
)
def test_initialisers_that_the_exercise_names(asked: str, different: list[Any]) -> None:
    """An initialiser counts only where the exercise names it and its author wants it so."""
    model = model_named("cnn", "initialisers")
    named = {"_2": {"kernel_initializer": asked}}

    assert different == with_policy(model, LayersPolicy(initialisers="named"), **named)
    assert [] == with_policy(model, LayersPolicy(), **named)
    assert [] == with_policy(model, LayersPolicy(initialisers="named"))


def test_an_usual_initialiser_need_not_be_written() -> None:
    """Where the exercise names what Keras takes anyway, leaving it out is right."""
    named = {"_2": {"kernel_initializer": "glorot_uniform", "bias_initializer": "zeros"}}

    assert [] == with_policy(model_named("cnn", "article"), LayersPolicy(initialisers="named"), **named)


def test_names_that_the_exercise_gives() -> None:
    """A layer's name counts only where the exercise gives it and its author wants it so."""
    model = model_named("cnn", "explicit defaults")
    right, wrong = {"_2": {"name": "mine"}}, {"_2": {"name": "conv2"}}

    assert [] == with_policy(model, LayersPolicy(names="named"), **right)
    assert [("name", "conv2", "mine")] == with_policy(model, LayersPolicy(names="named"), **wrong)
    assert [] == with_policy(model, LayersPolicy(), **wrong)


TOML = """
kind = "layers"
id = "layers"
title = { zh = "网络", en = "Network" }
capture = "model"
network = [{ layer = "Flatten" }]

[policy]
dtype = "free"
extra_flatten = "counted"
"""


def test_a_policy_is_a_table_in_the_exercise() -> None:
    """It is written as a table of the check; what is left out is as this course has it, a misspelt switch an error."""
    written = tomllib.loads(TOML)
    misspelt = copy.deepcopy(written)
    misspelt["policy"]["extra_flaten"] = "counted"

    assert LayersPolicy(dtype="free", extra_flatten="counted") == LayersCheck.model_validate(written).policy
    with pytest.raises(ValidationError, match="extra_flaten"):
        LayersCheck.model_validate(misspelt)
