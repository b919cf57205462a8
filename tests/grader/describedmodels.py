"""The stored descriptions of the corpus, and what the grader says of each: shared by the tests that read them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from exercises.schema import Layer, LayersPolicy
from grader.canonical import expected_network
from grader.compare import differences
from grader.difference import Difference
from grader.difference_messages import sentence
from grader.evidence import model_facts
from grader.network import Network

HERE = Path(__file__).parent

CONVOLUTIONS = {"layer": "Conv2D", "filters": 32, "kernel_size": [3, 3], "activation": "relu"}

#: Corpus -> the layers that its exercise describes, and its input shape.
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
    "cats": (
        [
            CONVOLUTIONS,
            {"layer": "MaxPooling2D", "pool_size": [2, 2]},
            CONVOLUTIONS,
            {"layer": "MaxPooling2D"},
            {"layer": "Flatten"},
            {"layer": "Dense", "units": 96, "activation": "relu"},
            {"layer": "Dense", "units": 2, "activation": "softmax"},
        ],
        (128, 128, 3),
    ),
}

FREE = LayersPolicy()


@dataclass(frozen=True)
class DescribedModel:
    """One program of the corpus: its verdict and what real Keras said of its model."""

    corpus: str
    title: str
    verdict: str
    model: dict[str, Any]
    seen: dict[str, Any]

    @property
    def facts(self) -> dict[str, Any]:
        """Return the evidence, as it comes back from a database."""
        facts: dict[str, Any] = json.loads(json.dumps(model_facts({"model.json": json.dumps(self.model).encode()})))
        return facts

    @property
    def network(self) -> Network:
        """Return the canonical network."""
        return Network.from_json(self.facts["network"])


@cache
def described_models() -> tuple[DescribedModel, ...]:
    """Return all of them."""
    return tuple(
        DescribedModel(corpus, **json.loads(line))
        for corpus in NETWORKS
        for line in (HERE / "descriptions" / f"{corpus}.jsonl").read_text(encoding="ascii").splitlines()
    )


def model_named(corpus: str, title: str) -> DescribedModel:
    """Return one of them."""
    return next(one for one in described_models() if (one.corpus, one.title) == (corpus, title))


def expected_of(corpus: str, **more: dict[str, Any]) -> Network:
    """Return the described network of a corpus; ``more`` adds arguments to the layer of that number, as in ``_2=``."""
    layers = [dict(layer) for layer in NETWORKS[corpus][0]]
    for place, arguments in more.items():
        layers[int(place.removeprefix("_")) - 1] |= arguments
    return expected_network([Layer.model_validate(layer) for layer in layers])


def differences_of(one: DescribedModel, policy: LayersPolicy = FREE) -> tuple[Difference, ...]:
    """Return what the grader finds against a model that could be described."""
    return differences(expected_of(one.corpus), one.network, NETWORKS[one.corpus][1], policy)[0]


def mistakes(one: DescribedModel, policy: LayersPolicy = FREE) -> list[str]:
    """Return what the grader says against a model, in English; a problem of the description is its word."""
    facts = one.facts
    return [facts["problem"]] if facts.get("problem") else [sentence(each).en for each in differences_of(one, policy)]
