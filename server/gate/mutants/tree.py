"""Python's syntax tree, read and rebuilt: calls with their arguments by name, and copies with one node replaced."""

import ast
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TypeVar, cast

Node = TypeVar("Node", bound=ast.AST)

CONVOLUTIONS = frozenset({"Conv1D", "Conv2D", "Convolution2D"})
POOLS = frozenset({"MaxPool2D", "MaxPooling2D", "AveragePooling2D", "MaxPooling1D"})
RECURRENT = frozenset({"SimpleRNN", "LSTM", "GRU"})
DENSE = frozenset({"Dense"})
WITH_WEIGHTS = CONVOLUTIONS | RECURRENT | DENSE
LAYERS = WITH_WEIGHTS | POOLS | {"Activation", "BatchNormalization", "Dropout", "Embedding", "Flatten", "Reshape"}

#: The order in which Keras' layers, and the functions around them, take arguments without names.
POSITIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(CONVOLUTIONS, ("filters", "kernel_size", "strides", "padding")),
        **dict.fromkeys(POOLS, ("pool_size", "strides", "padding")),
        **dict.fromkeys(RECURRENT | DENSE, ("units", "activation")),
        "Activation": ("activation",),
        "Embedding": ("input_dim", "output_dim"),
        "Input": ("shape", "batch_size"),
        "Adam": ("learning_rate", "beta_1", "beta_2"),
        "SGD": ("learning_rate", "momentum"),
        "RMSprop": ("learning_rate", "rho"),
        "compile": ("optimizer", "loss"),
        "fit": ("x", "y", "batch_size", "epochs"),
        "predict": ("x", "batch_size"),
        "argmax": ("a", "axis"),
        "resize": ("src", "dsize"),
    }
)


def expression(text: str) -> ast.expr:
    """Return the expression that ``text`` is."""
    return ast.parse(text, mode="eval").body


def text_of(node: ast.AST) -> str:
    """Return a node as code."""
    return ast.unparse(node)


def called(node: ast.AST) -> str | None:
    """Return the last name of what is called: ``Dense`` of ``keras.layers.Dense(2)``; None where nothing is."""
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else None


def calls(tree: ast.AST, names: frozenset[str]) -> Iterator[ast.Call]:
    """Yield every call of one of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in names:
            yield node


def argument(call: ast.Call, name: str) -> ast.expr | None:
    """Return an argument of a call, whether it was given by name or by position."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    positions = POSITIONS.get(called(call) or "", ())
    index = positions.index(name) if name in positions else len(call.args)
    return call.args[index] if index < len(call.args) else None


def with_argument(call: ast.Call, name: str, value: ast.expr) -> ast.Call:
    """Return a copy of a call in which an argument has another value; it is added where it was not given."""
    positions = POSITIONS.get(called(call) or "", ())
    if name in positions and positions.index(name) < len(call.args):
        index = positions.index(name)
        return _copy(call, args=[*call.args[:index], value, *call.args[index + 1 :]])
    new = ast.keyword(arg=name, value=value)
    keywords = [new if keyword.arg == name else keyword for keyword in call.keywords]
    return _copy(call, keywords=keywords if new in keywords else [*keywords, new])


def without_argument(call: ast.Call, name: str) -> ast.Call:
    """Return a copy of a call without an argument; one given by position takes those behind it along."""
    positions = POSITIONS.get(called(call) or "", ())
    index = positions.index(name) if name in positions else len(call.args)
    return _copy(call, args=call.args[:index], keywords=[one for one in call.keywords if one.arg != name])


def with_function(call: ast.Call, text: str) -> ast.Call:
    """Return a copy of a call that calls something else."""
    return _copy(call, func=expression(text))


def with_fields(node: Node, **fields: object) -> Node:
    """Return a copy of a node in which some fields are others."""
    return _copy(node, **fields)


def replaced(tree: Node, target: ast.AST, new: ast.AST) -> Node:
    """Return a copy of ``tree`` in which the node ``target``, found by identity, is ``new``."""
    if tree is target:
        return cast("Node", new)  # whoever replaces a whole tree knows what it becomes
    fields = {name: _replaced_in(value, target, new) for name, value in ast.iter_fields(tree)}
    return _copy(tree, **fields)


def _replaced_in(value: object, target: ast.AST, new: ast.AST) -> object:
    """Replace a node within one field."""
    if isinstance(value, ast.AST):
        return replaced(value, target, new)
    if isinstance(value, list):
        return [replaced(item, target, new) if isinstance(item, ast.AST) else item for item in value]
    return value


def _copy(node: Node, **fields: object) -> Node:
    """Copy a node, keeping its place in the file."""
    made = type(node)(**{**dict(ast.iter_fields(node)), **fields})
    return ast.copy_location(made, node)
