"""Right models are accepted in any style, wrong ones are not: the corpus, described once by real Keras."""

import json
from pathlib import Path
from typing import Any

import pytest

from exercises.schema import Layer
from grader.canonical import expected_network
from grader.compare import differences
from grader.difference_messages import sentence
from grader.evidence import model_facts
from grader.network import Network

HERE = Path(__file__).parent

NETWORKS: dict[str, tuple[list[dict[str, Any]], tuple[int | None, ...]]] = {
    "cnn": (
        [
            {"layer": "Conv2D", "filters": 32, "kernel_size": [5, 5], "activation": "relu"},
            {"layer": "Conv2D", "filters": 64, "kernel_size": 5, "activation": "relu"},
            {"layer": "MaxPool2D", "pool_size": [2, 2]},
            {"layer": "Flatten"},
            {"layer": "Dense", "units": 128, "activation": "relu"},
            {"layer": "Dense", "units": 10, "activation": "softmax"},
        ],
        (28, 28, 1),
    ),
    "rnn": (
        [
            {"layer": "Embedding", "input_dim": 1000, "output_dim": 64},
            {"layer": "SimpleRNN", "units": 30},
            {"layer": "Dense", "units": 16, "activation": "relu"},
            {"layer": "Dense", "units": 1, "activation": "sigmoid"},
        ],
        (None,),
    ),
}


def described(corpus: str) -> list[dict[str, Any]]:
    """Return the described models of one corpus."""
    lines = (HERE / "descriptions" / f"{corpus}.jsonl").read_text(encoding="ascii").splitlines()
    return [json.loads(line) for line in lines]


def mistakes(corpus: str, model: dict[str, Any]) -> list[str]:
    """Return what the grader says against a described model, in English."""
    layers, shape = NETWORKS[corpus]
    facts = model_facts({"model.json": json.dumps(model).encode()})
    if facts.get("problem"):
        return [facts["problem"]]
    found = Network.from_json(json.loads(json.dumps(facts["network"])))
    expected = expected_network([Layer.model_validate(layer) for layer in layers])
    return [sentence(one).en for one in differences(expected, found, shape)[0]]


def cases(verdict: str) -> list[Any]:
    """Return the models of one kind as test parameters."""
    return [
        pytest.param(corpus, case["model"], id=f"{corpus}: {case['title']}")
        for corpus in NETWORKS
        for case in described(corpus)
        if case["verdict"] == verdict
    ]


def model_named(corpus: str, title: str) -> dict[str, Any]:
    """Return one described model."""
    return next(case["model"] for case in described(corpus) if case["title"] == title)


@pytest.mark.parametrize(("corpus", "model"), cases("equal"))
def test_equal_models_are_accepted(corpus: str, model: dict[str, Any]) -> None:
    """Whatever style a right model is written in, nothing is said against it."""
    assert [] == mistakes(corpus, model)


@pytest.mark.parametrize(("corpus", "model"), cases("different"))
def test_different_models_are_rejected(corpus: str, model: dict[str, Any]) -> None:
    """A model that differs in function or training is told so."""
    assert mistakes(corpus, model)


@pytest.mark.parametrize(
    ("corpus", "title", "sentences"),
    [
        ("cnn", "kernel", ["Step 2, Conv2D: kernel_size (5, 5) expected, (3, 3) found."]),
        ("cnn", "no pool", ["Missing: MaxPooling2D(pool_size=(2, 2)) (after step 2, Conv2D)."]),
        ("cnn", "dropout", ["Step 6, Dropout(rate=0.5), is not asked for."]),
        ("cnn", "tanh", ["Step 2, Conv2D: activation relu expected, tanh found."]),
        ("cnn", "frozen", ["Step 2, Conv2D: its weights are frozen (trainable=False); they must be trained."]),
        ("cnn", "fixed batch", ["The input's batch size is fixed to 32; leave it open."]),
        ("cnn", "input shape", ["Input shape (28, 28, 1) expected, (28, 28, 3) found."]),
        ("rnn", "lstm", ["Step 2: SimpleRNN(units=30) expected, LSTM(units=30) found."]),
        ("rnn", "no dense", ["Missing: Dense(units=16, activation='relu') (after step 2, SimpleRNN)."]),
    ],
)
def test_messages_name_the_place(corpus: str, title: str, sentences: list[str]) -> None:
    """One mistake is one sentence, which names the step and what was found there."""
    assert sentences == mistakes(corpus, model_named(corpus, title))


def test_parameters_are_counted_from_shapes() -> None:
    """The counts of the course's models come out as its statements say."""
    cnn = model_facts({"model.json": json.dumps(model_named("cnn", "article")).encode()})
    rnn = model_facts({"model.json": json.dumps(model_named("rnn", "article")).encode()})

    assert (872_714, 67_363) == (cnn["parameters"], rnn["parameters"])
