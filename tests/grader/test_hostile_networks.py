"""Descriptions as large and as crooked as they are allowed to be cost little and break nothing."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from describedmodels import NETWORKS, expected_of

from grader.canonical import canonical
from grader.compare import differences
from grader.description import parse_description
from grader.difference_hints import hint_for
from grader.difference_messages import sentence
from grader.network import Network

MOST = 300
MOST_CALLS = 500_000  #: of functions; what grows with the cube of the layers takes tens of millions

Node = dict[str, Any]


def layer(class_: str, place: int, **config: Any) -> Node:  # noqa: ANN401
    """Return one described layer that reads the one before it."""
    return {
        "class": class_,
        "kind": "layer",
        "builtin": True,
        "config": config,
        "inputs": [place - 1],
        "shape": [None, 8, 8, 8],
        "layer": place,
    }


def chain(make: Callable[[int], Node]) -> dict[str, Any]:
    """Return the description of a chain of as many layers as there may be."""
    first = {"class": "InputLayer", "kind": "input", "builtin": True, "inputs": [], "shape": [None, 8, 8, 8]}
    nodes = [first, *(make(place) for place in range(1, MOST))]
    return {"style": "functional", "nodes": nodes, "outputs": [MOST - 1], "weights": []}


@contextmanager
def counted_calls() -> Iterator[Counter[str]]:
    """Count the calls of Python functions, which say what something costs on any machine."""
    calls: Counter[str] = Counter()

    def count(_: object, event: str, __: object) -> None:
        calls[event] += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(None)


RELU = {"activation": {"name": "relu"}}

CHAINS: dict[str, Callable[[int], Node]] = {
    "pools, then activations": lambda place: (
        layer("MaxPooling2D", place, pool_size=[1, 1]) if place < MOST / 2 else layer("Activation", place, **RELU)
    ),
    "pools and activations in turn": lambda place: (
        layer("MaxPooling2D", place, pool_size=[1, 1]) if place % 2 else layer("Activation", place, **RELU)
    ),
    "different activations": lambda place: (
        layer("Flatten", place)
        if place % 3 == 0
        else layer("Activation", place, activation={"name": ("relu", "tanh")[place % 2]})
    ),
    "reshapes": lambda place: layer("Reshape", place, target_shape=[8, 8, 8]),
    "dropouts of nothing": lambda place: layer("Dropout", place, rate=0),
    "dense with activations": lambda place: (
        layer("Dense", place, units=1) if place % 2 else layer("Activation", place, **RELU)
    ),
    "states of states": lambda place: (
        layer("SimpleRNN", place, units=1, return_sequences=True, return_state=True)
        if place % 2
        else layer("Output", place) | {"kind": "op", "config": {"place": 1}}
    ),
    "own code": lambda place: layer("Net", place) | {"kind": "opaque", "builtin": False},
}


@pytest.mark.parametrize("make", CHAINS.values(), ids=CHAINS)
def test_the_longest_networks_are_compared_in_no_time(make: Callable[[int], Node]) -> None:
    """Canonical form, comparison and message of 300 layers take no cubic time, and their evidence stays bounded."""
    description = parse_description(chain(make))
    expected = expected_of("cnn")
    with counted_calls() as calls:
        network = canonical(description)
        different, _ = differences(expected, network, NETWORKS["cnn"][1])
        said = [sentence(one) for one in different]
        hint_for(different, expected, network)

    assert said
    assert calls.total() < MOST_CALLS
    assert len(json.dumps(network.to_json())) < 50_000
    assert network == Network.from_json(json.loads(json.dumps(network.to_json())))


CROOKED = [None, True, -1, 2**60, 1e300, "x" * 200, [], [[[]]], {}, {"class_name": 5, "config": [1]}, [None, "a"]]
ARGUMENTS = (
    "activation", "padding", "cropping", "pool_size", "strides", "rate", "dims", "size", "scale", "l1", "axis", "name",
    "kernel_initializer", "kernel_regularizer", "dtype", "layer", "return_sequences", "target_shape", "newshape",
)  # fmt: skip
CLASSES = (
    "Conv2D", "MaxPooling2D", "Dropout", "ZeroPadding2D", "Cropping2D", "Permute", "UpSampling2D", "Rescaling",
    "ActivityRegularization", "GaussianNoise", "Reshape", "Flatten", "SimpleRNN", "Activation", "LeakyReLU",
    "Bidirectional", "Softmax",
)  # fmt: skip


@pytest.mark.parametrize("crooked", CROOKED, ids=repr)
def test_arguments_of_any_kind_break_nothing(crooked: object) -> None:
    """Whatever a process claims its layers were told, there is a network and a sentence, never an exception."""
    expected = expected_of("cnn")
    for class_ in CLASSES:
        for kind in ("layer", "op"):
            for more in ({}, {"arguments": {"1": crooked, "training": crooked}}):
                node = layer(class_, 1, **dict.fromkeys(ARGUMENTS, crooked)) | {"kind": kind} | more
                before = chain(lambda place: layer("Flatten", place))["nodes"][:1]
                value = {"style": "functional", "nodes": [*before, node], "outputs": [1], "weights": []}
                network = canonical(parse_description(value))
                different, _ = differences(expected, network, NETWORKS["cnn"][1])

                assert all(sentence(one).en for one in different)
                assert hint_for(different, expected, network).en
