"""Write a Keras model down as plain data: its graph, what each layer was told, its weights.

The graph is read backwards from the model's outputs through Keras' own history of symbolic tensors. Built-in layers
become nodes. Everything else (nested models, subclassed models, a student's own layers, ``Lambda``) is followed
inside: a built Sequential or Functional has a history of its own; other code is called once more on symbolic tensors,
so that the built-in layers and ``keras.ops`` it uses appear. What cannot be followed becomes a node that says so.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .activations import describe_activation
from .configs import FOLLOWED, config_of, describe_cell, is_builtin, operation_config
from .kinds import Layer, Model, Operation, Tensor, Value
from .plain import plain, type_name
from .probing import read_by_values
from .tensorflow_words import followed_tensorflow

MAX_NODES = 300

Graph = dict[int, int]  #: id of a symbolic tensor -> index of the node that made it


class TooManyLayers(Exception):
    """The model has more layers than any exercise asks for."""


class ModelReader:
    """Reads one model; nodes and weights are numbered in the order they are met."""

    def __init__(self) -> None:
        """Start with an empty description."""
        self.nodes: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.variables: list[Any] = []
        self._layer_ids: dict[int, int] = {}
        self._kept: list[Any] = []  # symbolic tensors are told apart by id(), so they must stay alive

    def read(self, model: Model, input_shape: Sequence[int | None], dtype: str) -> dict[str, Any]:
        """Return the description of ``model``, which is built first if it is not.

        Args:
            model: A Keras model of any style.
            input_shape: The exercise's input shape without the batch axis, for models that have none of their own.
            dtype: The exercise's input type, for the same.

        """
        import keras

        build(model, input_shape, dtype)
        inputs = getattr(model, "inputs", None)
        if not inputs:
            inputs = [keras.Input(shape=tuple(input_shape), dtype=dtype)]
        graph: Graph = {id(tensor): self._input(tensor) for tensor in inputs}
        self._kept.extend(inputs)
        outputs = self._inside(model, list(inputs), (list(inputs),), {}, graph)
        for variable in model.weights:
            self._weight(variable)
        return {
            "style": _style(model),
            "nodes": self.nodes,
            "outputs": outputs,
            "weights": [
                {"shape": [int(size) for size in variable.shape], "trainable": bool(variable.trainable)}
                for variable in self.variables
            ],
            "notes": self.notes,
        }

    def _input(self, tensor: Tensor) -> int:
        """Add a node for an input of the whole model."""
        return self._add(
            {"class": "InputLayer", "kind": "input", "builtin": True, "inputs": [], "shape": shape(tensor)}
        )

    def _visit(self, tensor: Tensor, graph: Graph) -> int:
        """Return the node that makes ``tensor``, adding it and what it needs first."""
        if id(tensor) in graph:
            return graph[id(tensor)]
        history = tensor._keras_history  # noqa: SLF001 - the only door to a model's graph
        node = history.operation._inbound_nodes[history.node_index]  # noqa: SLF001
        arguments = node.arguments
        feeding = [item for item in arguments.keras_tensors if not _is_mask(item, arguments.kwargs)]
        sources = [self._visit(item, graph) for item in feeding]
        made = self._operation(history.operation, feeding, sources, arguments)
        for output, index in zip(node.outputs, made, strict=False):
            graph[id(output)] = index
        self._kept.extend(node.outputs)
        return graph[id(tensor)]

    def _operation(self, operation: Operation, feeding: list[Any], sources: list[int], arguments: Value) -> list[int]:
        """Add the nodes of one operation; returns the node behind each of its outputs."""
        import keras

        builtin = is_builtin(operation)
        if builtin and type_name(operation) not in FOLLOWED:
            return [self._leaf(operation, sources, arguments)] * 16
        if isinstance(operation, keras.layers.Layer):
            graph: Graph = dict(zip(map(id, feeding), sources, strict=True))
            mark = len(self.nodes)
            try:
                return self._inside(operation, feeding, arguments.args, arguments.kwargs, graph)
            except TooManyLayers:
                raise
            except Exception as error:
                del self.nodes[mark:]
                self.notes.append(f"untraceable {type_name(operation)}: {type_name(error)}")
        return [self._opaque(operation, sources, feeding)] * 16

    def _inside(
        self,
        layer: Layer,
        feeding: list[Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        graph: Graph,
    ) -> list[int]:
        """Follow a layer or model inside; ``graph`` knows the nodes behind ``feeding``."""
        import keras

        tree = keras.tree
        if is_builtin(layer) and getattr(layer, "inputs", None) and type_name(layer) != "Lambda":
            inner = {id(own): graph[id(outer)] for own, outer in zip(layer.inputs, feeding, strict=True)}
            return [self._visit(tensor, inner) for tensor in tree.flatten(layer.outputs)]
        fresh = {id(outer): keras.Input(batch_shape=outer.shape, dtype=outer.dtype) for outer in feeding}
        inner = {id(fresh[key]): graph[key] for key in fresh}
        self._kept.extend(fresh.values())
        args = _unwrapped(args)
        called = tree.map_structure(lambda item: fresh.get(id(item), item), (list(args), dict(kwargs)))
        with followed_tensorflow():
            outputs = layer.call(*called[0], **{key: value for key, value in called[1].items() if value is not None})
        self._kept.append(outputs)
        return [self._visit(tensor, inner) for tensor in tree.flatten(outputs)]

    def _leaf(self, operation: Operation, sources: list[int], arguments: Value) -> int:
        """Add a node for a built-in layer or operation."""
        import keras

        is_layer = isinstance(operation, keras.layers.Layer)
        output = operation._inbound_nodes[-1].outputs[0] if operation._inbound_nodes else None  # noqa: SLF001
        node = {
            "class": type_name(operation),
            "kind": "layer" if is_layer else "op",
            "builtin": True,
            "config": config_of(operation) if is_layer else operation_config(operation),
            "inputs": sources,
            "shape": shape(output),
            "layer": self._layer_ids.setdefault(id(operation), len(self._layer_ids)),
            "arguments": _scalars(arguments),
        }
        self._kept.append(operation)
        if is_layer:
            node["trainable"] = bool(operation.trainable)
            node["weights"] = [self._weight(variable) for variable in operation.weights]
            node["cell"] = describe_cell(operation)
        return self._add(node)

    def _opaque(self, operation: Operation, sources: list[int], feeding: list[Any]) -> int:
        """Add a node for code that could not be followed; without weights it may be read by its values."""
        weights = list(getattr(operation, "weights", ()))
        output = operation._inbound_nodes[-1].outputs[0] if operation._inbound_nodes else None  # noqa: SLF001
        return self._add(
            {
                "class": type_name(operation),
                "kind": "opaque",
                "builtin": False,
                "config": {},
                "inputs": sources,
                "shape": shape(output),
                "layer": self._layer_ids.setdefault(id(operation), len(self._layer_ids)),
                "weights": [self._weight(variable) for variable in weights],
                "like": None if weights or len(feeding) != 1 else read_by_values(operation, feeding[0]),
            }
        )

    def _weight(self, variable: Tensor) -> int:
        """Return the number of a weight, counting each variable once."""
        for index, known in enumerate(self.variables):
            if known is variable:
                return index
        self.variables.append(variable)
        return len(self.variables) - 1

    def _add(self, node: dict[str, Any]) -> int:
        """Append a node and return its index."""
        if len(self.nodes) >= MAX_NODES:
            raise TooManyLayers
        self.nodes.append(node)
        return len(self.nodes) - 1


def build(model: Model, input_shape: Sequence[int | None], dtype: str) -> None:
    """Give an unbuilt model its weights, for the exercise's input shape."""
    import keras

    if getattr(model, "built", False) and (getattr(model, "inputs", None) or model.weights):
        return
    if isinstance(model, keras.Sequential):
        model.build((None, *input_shape))
    else:
        model(keras.Input(shape=tuple(input_shape), dtype=dtype))


def weight_values(variables: Sequence[Any]) -> list[Any]:
    """Return the values of weights as float32 arrays."""
    # numpy() copies once; np.asarray(variable.value) goes through a conversion that takes ten times as long.
    return [np.asarray(variable.numpy()).astype("float32", copy=False) for variable in variables]


def shape(tensor: Tensor) -> list[int | None] | None:
    """Return a symbolic tensor's shape, batch axis first."""
    return None if tensor is None else [None if size is None else int(size) for size in tensor.shape]


def _style(model: Model) -> str:
    """Say in which of Keras' three styles a model is written."""
    import keras

    if isinstance(model, keras.Sequential):
        return "sequential"
    return "functional" if getattr(model, "inputs", None) else "subclassed"


def _is_mask(tensor: Tensor, kwargs: Mapping[str, Any]) -> bool:
    """Tell whether a symbolic tensor came in as a mask, which is no step of the network."""
    return any(key.endswith("mask") and value is tensor for key, value in kwargs.items())


def _scalars(arguments: Value) -> dict[str, Any]:
    """Return the plain arguments of a call, tensors and empty ones left out."""
    import keras

    named: dict[str, Any] = {str(place): value for place, value in enumerate(arguments.args)}
    named.update(arguments.kwargs)
    scalars = {}
    for key, value in named.items():
        if key.endswith("mask") or any(isinstance(part, keras.KerasTensor) for part in keras.tree.flatten(value)):
            continue
        if value is not None:
            scalars[key] = describe_activation(value) if callable(value) else plain(value)
    return scalars


def _unwrapped(args: Sequence[Any]) -> Sequence[Any]:
    """Return call arguments with a lone input taken out of its list, as models are written to be called."""
    if len(args) == 1 and isinstance(args[0], list) and len(args[0]) == 1:
        return args[0]
    return args
