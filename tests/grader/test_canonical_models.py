"""Right models are accepted in any style, wrong ones are not: the corpus, described once by real Keras."""

from typing import Any

import pytest
from describedmodels import DescribedModel, described_models, differences_of, expected_of, mistakes, model_named

from grader.difference_hints import hint_for

MODELS = described_models()


def cases(verdict: str) -> list[Any]:
    """Return the models of one verdict as test parameters."""
    return [pytest.param(one, id=f"{one.corpus}: {one.title}") for one in MODELS if one.verdict == verdict]


@pytest.mark.parametrize("model", cases("equal"))
def test_equal_models_are_accepted(model: DescribedModel) -> None:
    """Whatever style a right model is written in, nothing is said against it."""
    assert [] == mistakes(model)


@pytest.mark.parametrize("model", cases("different"))
def test_different_models_are_rejected(model: DescribedModel) -> None:
    """A model that differs in function or training is told so."""
    assert mistakes(model)


@pytest.mark.parametrize("model", cases("equal by behaviour"))
def test_what_cannot_be_read_is_left_to_behaviour(model: DescribedModel) -> None:
    """Own code that no structure shows is a step that says so, with all of the model's weights on the way."""
    weights = {number for step in model.network.steps for number in step.weights}

    assert model.network.is_opaque
    assert set(range(len(model.model["weights"]))) == weights


@pytest.mark.parametrize(
    ("corpus", "title", "names"),
    [
        ("cnn", "convolution by hand", ("MyConv",)),
        ("cnn", "unknown tf operation", ("Block",)),
        ("cnn", "a whole model that cannot be followed", ("Net",)),
        ("rnn", "last step by reversing", ("keras.ops Flip", "keras.ops GetItem")),
        ("cats", "own linear layer", ("Linear",)),
    ],
)
def test_what_cannot_be_read_has_a_name(corpus: str, title: str, names: tuple[str, ...]) -> None:
    """Own code is called by its class, also where single operations of it were read."""
    assert names == model_named(corpus, title).network.own_code


@pytest.mark.parametrize("model", cases("different by behaviour"))
def test_what_structure_cannot_tell_is_left_to_behaviour(model: DescribedModel) -> None:
    """Code that lies, or branches when it trains, either cannot be read or looks right: behaviour decides."""
    assert model.network.is_opaque or not mistakes(model)


@pytest.mark.parametrize(
    ("corpus", "title", "sentences"),
    [
        ("cnn", "kernel", ["Step 2, Conv2D: kernel_size (5, 5) expected, (3, 3) found."]),
        ("cnn", "no pool", ["Missing: MaxPooling2D(pool_size=(2, 2)) (after step 2, Conv2D(64))."]),
        ("cnn", "dropout", ["Step 6, Dropout(rate=0.5), is not asked for."]),
        ("cnn", "tanh", ["Step 2, Conv2D: activation relu expected, tanh found."]),
        ("cnn", "no activation", ["Step 2, Conv2D: the activation is missing; add activation='relu'."]),
        ("cnn", "relu6", ["Step 3, Activation (of the Conv2D in step 2): relu expected, relu6 found."]),
        ("cnn", "own leaky", ["Step 2, Conv2D: activation relu expected, <lambda> found."]),
        ("cnn", "frozen", ["Step 2, Conv2D: its weights are frozen (trainable=False); they must be trained."]),
        ("cnn", "l2", ["Step 2, Conv2D: kernel_regularizer is not asked for (L2 found); leave it out."]),
        ("cnn", "fixed batch", ["The input's batch size is fixed to 32; leave it open."]),
        ("cnn", "input shape", ["Input shape (28, 28, 1) expected, (28, 28, 3) found."]),
        ("cnn", "order", ["Steps 2 and 3, MaxPooling2D and Conv2D(64): these two stand in the wrong order."]),
        ("cnn", "flatten after dense", ["Steps 4 and 5, Dense(128) and Flatten: these two stand in the wrong order."]),
        ("cnn", "pool stride", ["Step 3, MaxPooling2D: strides (2, 2) expected, (1, 1) found."]),
        ("rnn", "lstm", ["Step 2: SimpleRNN(units=30) expected, LSTM(units=30) found."]),
        ("rnn", "no dense", ["Missing: Dense(units=16, activation='relu') (after step 2, SimpleRNN(30))."]),
        ("cats", "pools first", ["Step 4, Conv2D(32), stands in the wrong place: it belongs at the start."]),
    ],
)
def test_messages_name_the_place(corpus: str, title: str, sentences: list[str]) -> None:
    """One mistake is one sentence, which names the step as the student counts it and what was found there."""
    assert sentences == mistakes(model_named(corpus, title))


@pytest.mark.parametrize(
    ("corpus", "title", "words"),
    [
        ("cnn", "keras 1 stride", "write the kernel as (5, 5)"),
        ("rnn", "softmax of one", "Softmax over a single unit is always 1"),
        ("rnn", "sigmoid twice", "remove the sigmoid of step 5"),
        ("cnn", "softmax twice", "remove the softmax of step 7"),
        ("cnn", "no activation", "is linear"),
        ("cnn", "flatten after dense", "Flatten belongs before the first Dense"),
        ("cnn", "flatten forgotten", "Flatten belongs before the first Dense"),
        ("cnn", "input shape", "1 for grey pictures"),
        ("cnn", "padding", "adds zeros"),
        ("cnn", "dropout", "take it out"),
        ("cnn", "nine classes", "as many units as there are answers"),
        ("cnn", "no dense", "your network has 5"),
    ],
)
def test_mistakes_that_raise_nothing_get_a_hint_of_their_own(corpus: str, title: str, words: str) -> None:
    """A mistake that Keras says nothing about is recognised by its traces."""
    model = model_named(corpus, title)
    hint = hint_for(differences_of(model), expected_of(corpus), model.network)

    assert words in hint.en


def test_parameters_are_counted_from_shapes() -> None:
    """The counts of the course's models come out as its statements say."""
    counts = [model_named(corpus, "article").facts["parameters"] for corpus in ("cnn", "rnn")]

    assert [872_714, 67_363, 2_775_234] == [*counts, model_named("cats", "given form").facts["parameters"]]
