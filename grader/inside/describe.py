"""Write a Keras model down as plain data: its graph, what each layer was told, its weights.

The graph is read backwards from the model's outputs through Keras' own history of symbolic tensors. Built-in layers
become nodes. Everything else (nested models, subclassed models, a student's own layers, ``Lambda``) is followed
inside: a built Sequential or Functional has a history of its own; other code is called once more on symbolic tensors,
so that the built-in layers and ``keras.ops`` it uses appear. What cannot be followed becomes a node that says so: one
layer, or in the worst case the whole model.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .building import Sizes, build
from .calls import is_mask, plain_arguments, unwrapped, variables_among
from .configs import FOLLOWED, class_name, config_of, describe_cell, is_builtin, operation_config, wraps_own_code
from .kinds import Layer, Model, Operation, Tensor, Value
from .plain import type_name
from .probing import read_by_values
from .tensorflow_words import followed_tensorflow

MAX_NODES = 300
MAX_MET = 4 * MAX_NODES  #: those included that were forgotten again

#: Operations that the grader reads as layers; own code that needs others is better read by its values.
READABLE = frozenset({"Relu", "ReLU", "Softmax", "Sigmoid", "Tanh", "Identity", "Reshape", "MaxPool"})

Graph = dict[int, int]  #: id of a symbolic tensor -> index of the node that made it


class TooManyLayers(Exception):
    """The model has more layers than any exercise asks for."""


class _TooManySteps(Exception):
    """What is being followed has too many steps to write down; own code that has is better judged by its answers."""


class ModelReader:
    """Reads one model; nodes and weights are numbered in the order they are met."""

    def __init__(self) -> None:
        """Start with an empty description."""
        self.nodes: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.variables: list[Any] = []
        self._layer_ids: dict[int, int] = {}
        self._owners: list[str] = []  # the student's own classes that are being followed, the innermost last
        self._met = 0
        self._words = False
        self._kept: list[Any] = []  # symbolic tensors are told apart by id(), so they must stay alive

    def read(self, model: Model, input_shapes: Sequence[Sizes], dtype: str) -> dict[str, Any]:
        """Return the description of ``model``, which is built first if it is not.

        Args:
            model: A Keras model of any style.
            input_shapes: For models that have none of their own: the exercise's input shape without the batch axis,
                then the sizes that its rows really have.
            dtype: The exercise's input type, for the same.

        """
        import keras

        self._words = dtype.startswith("int")
        built_for = build(model, input_shapes, dtype)
        inputs = getattr(model, "inputs", None)
        if not inputs:
            inputs = [keras.Input(shape=tuple(built_for), dtype=dtype)]
        open_batch = _built_on_rows(model)
        graph: Graph = {id(tensor): self._input(tensor, open_batch=open_batch) for tensor in inputs}
        self._kept.extend(inputs)
        outputs = self._root(model, list(inputs), graph)
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

    def _root(self, model: Model, inputs: list[Any], graph: Graph) -> list[int]:
        """Follow the whole model; where that fails it becomes one piece of own code."""
        mark = self._mark()
        try:
            return self._inside(model, inputs, (inputs,), {}, graph)
        except TooManyLayers:
            raise
        except Exception as error:
            if isinstance(error, _TooManySteps) and _style(model) != "subclassed":
                raise TooManyLayers from error
            self._back_to(mark, model, error)
            made = self._symbolic_output(model, inputs)
            node = {"class": type_name(model), "kind": "opaque", "builtin": False, "config": {}, "shape": shape(made)}
            weights = [self._weight(variable) for variable in model.weights]
            return [self._add({**node, "inputs": list(graph.values()), "weights": weights})]

    def _symbolic_output(self, model: Model, inputs: list[Any]) -> Tensor | None:
        """Return what Keras itself says a model makes of its inputs; None where it cannot say, or it is not one."""
        import keras

        try:
            outputs = keras.tree.flatten(model(inputs[0] if len(inputs) == 1 else inputs))
        except Exception:
            return None
        return outputs[0] if len(outputs) == 1 else None

    def _mark(self) -> tuple[int, int]:
        """Return how far the description has come."""
        return len(self.nodes), len(self.variables)

    def _back_to(self, mark: tuple[int, int], followed: Layer, error: Exception) -> None:
        """Forget what was described since, because something could not be followed."""
        del self.nodes[mark[0] :], self.variables[mark[1] :]
        self.notes.append(f"untraceable {type_name(followed)}: {type_name(error)}")

    def _input(self, tensor: Tensor, *, open_batch: bool) -> int:
        """Add a node for an input of the whole model."""
        sizes = shape(tensor) or [None]
        sizes = [None, *sizes[1:]] if open_batch else sizes
        return self._add({"class": "InputLayer", "kind": "input", "builtin": True, "inputs": [], "shape": sizes})

    def _visit(self, tensor: Tensor, graph: Graph) -> int:
        """Return the node that makes ``tensor``, adding it and what it needs first."""
        if id(tensor) in graph:
            return graph[id(tensor)]
        history = tensor._keras_history  # noqa: SLF001 - the only door to a model's graph
        node = history.operation._inbound_nodes[history.node_index]  # noqa: SLF001
        arguments = node.arguments
        feeding = [item for item in arguments.keras_tensors if not is_mask(item, arguments.kwargs)]
        sources = [self._visit(item, graph) for item in feeding]
        made = self._operation(history.operation, feeding, sources, node)
        for place, output in enumerate(node.outputs):
            graph[id(output)] = made[place] if place < len(made) else self._further_output(output, made[0], place)
        self._kept.extend(node.outputs)
        return graph[id(tensor)]

    def _further_output(self, tensor: Tensor, made: int, place: int) -> int:
        """Add a node for a second or later output of one operation, such as the state of a recurrent layer."""
        node = {"class": "Output", "kind": "op", "builtin": True, "config": {"place": place}, "inputs": [made]}
        return self._add({**node, "shape": shape(tensor)})

    def _operation(self, operation: Operation, feeding: list[Any], sources: list[int], node: Value) -> list[int]:
        """Add what one call of an operation, a node of Keras, stands for; returns what is behind its outputs."""
        import keras

        if is_builtin(operation) and class_name(operation) not in FOLLOWED:
            return [self._leaf(operation, sources, node)]
        if isinstance(operation, keras.layers.Layer):
            graph: Graph = dict(zip(map(id, feeding), sources, strict=True))
            mark = self._mark()
            try:
                made = self._inside(operation, feeding, node.arguments.args, node.arguments.kwargs, graph)
            except TooManyLayers:
                raise
            except Exception as error:
                self._back_to(mark, operation, error)
            else:
                like = self._seen_through(operation, feeding, sources, mark)
                if like is None:
                    return made
                del self.nodes[mark[0] :]
                return [self._opaque(operation, sources, node, like)]
        return [self._opaque(operation, sources, node, self._like(operation, feeding, sources))]

    def _seen_through(
        self, operation: Operation, feeding: list[Any], sources: list[int], mark: tuple[int, int]
    ) -> dict[str, Any] | None:
        """Return what own code without weights is by its values, where the operations in it say little."""
        obscure = any(node["kind"] == "op" and node["class"] not in READABLE for node in self.nodes[mark[0] :])
        return self._like(operation, feeding, sources) if obscure else None

    def _like(self, operation: Operation, feeding: list[Any], sources: list[int]) -> dict[str, Any] | None:
        """Return what code without weights is by its values, if it is anything known."""
        if len(feeding) != 1 or getattr(operation, "weights", None):
            return None
        words = self._words and self.nodes[sources[0]]["kind"] == "input"
        return read_by_values(operation, feeding[0], words=words)

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
        if is_builtin(layer) and getattr(layer, "inputs", None) and class_name(layer) != "Lambda":
            inner = {id(own): graph[id(outer)] for own, outer in zip(layer.inputs, feeding, strict=True)}
            return [self._visit(tensor, inner) for tensor in tree.flatten(layer.outputs)]
        fresh = {id(outer): keras.Input(batch_shape=outer.shape, dtype=outer.dtype) for outer in feeding}
        inner = {id(fresh[key]): graph[key] for key in fresh}
        self._kept.extend(fresh.values())
        args = unwrapped(args)
        called = tree.map_structure(lambda item: fresh.get(id(item), item), (list(args), dict(kwargs)))
        with followed_tensorflow():
            outputs = layer.call(*called[0], **{key: value for key, value in called[1].items() if value is not None})
        self._kept.append(outputs)
        self._owners.append(class_name(layer))
        try:
            return [self._visit(tensor, inner) for tensor in tree.flatten(outputs)]
        finally:
            self._owners.pop()

    def _leaf(self, operation: Operation, sources: list[int], call: Value) -> int:
        """Add a node for a built-in layer or operation; weights that own code hands to an operation are its own."""
        import keras

        is_layer = isinstance(operation, keras.layers.Layer)
        node = {
            "class": class_name(operation),
            "kind": "layer" if is_layer else "op",
            "builtin": not (is_layer and wraps_own_code(operation)),
            "config": config_of(operation) if is_layer else operation_config(operation),
            "inputs": sources,
            "shape": shape(call.outputs[0]),
            "layer": self._layer_ids.setdefault(id(operation), len(self._layer_ids)),
            "arguments": plain_arguments(call.arguments),
            "weights": [self._weight(variable) for variable in _weights_of(operation, call)],
        }
        self._kept.append(operation)
        if self._owners and not is_layer:
            node["owner"] = self._owners[-1]
        if is_layer:
            node["trainable"] = bool(operation.trainable)
            node["cell"] = describe_cell(operation)
        return self._add(node)

    def _opaque(self, operation: Operation, sources: list[int], call: Value, like: dict[str, Any] | None) -> int:
        """Add a node for code that could not be followed; ``like`` is the layer that it equals by its values."""
        return self._add(
            {
                "class": type_name(operation),
                "kind": "opaque",
                "builtin": False,
                "config": {},
                "inputs": sources,
                "shape": shape(call.outputs[0]),
                "layer": self._layer_ids.setdefault(id(operation), len(self._layer_ids)),
                "weights": [self._weight(variable) for variable in getattr(operation, "weights", ())],
                "like": like,
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
        self._met += 1
        if self._met > MAX_MET:
            raise TooManyLayers
        if len(self.nodes) >= MAX_NODES:
            raise _TooManySteps
        self.nodes.append(node)
        return len(self.nodes) - 1


def weight_values(variables: Sequence[Any]) -> list[Any]:
    """Return the values of weights as float32 arrays."""
    # numpy() copies once; np.asarray(variable.value) goes through a conversion that takes ten times as long.
    return [np.asarray(variable.numpy()).astype("float32", copy=False) for variable in variables]


def shape(tensor: Tensor) -> list[int | None] | None:
    """Return a symbolic tensor's shape, batch axis first."""
    return None if tensor is None else [None if size is None else int(size) for size in tensor.shape]


def _built_on_rows(model: Model) -> bool:
    """Tell whether a Sequential got its input from the rows it was first called on, whose number fixes nothing."""
    import keras

    if not isinstance(model, keras.Sequential):
        return False
    first, *others = getattr(model, "_layers", None) or [None]
    if not isinstance(first, keras.layers.InputLayer) or not others:
        return False
    told = getattr(getattr(first, "_auto_config", None), "config", {})
    # Sequential.build gives its input layer these two and nothing else; nobody else names that type for no reason.
    given = {key for key in ("shape", "batch_size", "dtype", "batch_shape") if told.get(key) is not None}
    return given == {"batch_shape", "dtype"} and told["dtype"] == others[0].compute_dtype


def _style(model: Model) -> str:
    """Say in which of Keras' three styles a model is written."""
    import keras

    if isinstance(model, keras.Sequential):
        return "sequential"
    return "functional" if getattr(model, "inputs", None) else "subclassed"


def _weights_of(operation: Operation, call: Value) -> list[Any]:
    """Return the weights that one call of an operation uses."""
    return list(getattr(operation, "weights", ())) or variables_among(call.arguments)
