"""Kinds about which layers there are, and in which order; and about what is to be trained at all."""

import ast
from collections.abc import Iterator, Sequence

from server.gate.mutants.kind import Area, Change, Kind, Rewrite, kind
from server.gate.mutants.tree import (
    LAYERS,
    POOLS,
    WITH_WEIGHTS,
    called,
    calls,
    expression,
    replaced,
    text_of,
    with_argument,
    with_fields,
    with_function,
)

#: Layers that change nothing when they stand there twice.
NEUTRAL_TWICE = frozenset({"Flatten", "Activation", "Reshape"})


def _sequence(node: ast.AST) -> tuple[str, Sequence[ast.expr | ast.stmt]] | None:
    """Return the field of a node in which layers stand in a row: a function's or a block's body, or a list."""
    if isinstance(node, ast.List) and any(called(item) in LAYERS for item in node.elts):
        return "elts", node.elts
    if isinstance(node, ast.FunctionDef | ast.For | ast.If | ast.With):
        return "body", node.body
    return None


def _layer(item: ast.AST) -> ast.Call | None:
    """Return the one layer that a statement or an element of a list adds; None where it adds none, or several."""
    if not isinstance(item, ast.expr | ast.Expr | ast.Assign):
        return None
    found = list(calls(item, LAYERS))
    return found[0] if len(found) == 1 else None


def _with_items(node: ast.AST, field: str, items: Sequence[ast.AST]) -> ast.AST:
    """Return a copy of a node with other items; a body is never left empty."""
    return with_fields(node, **{field: list(items) or [ast.Pass()]})


def _dropped(node: ast.AST) -> Iterator[Change]:
    """Leave one layer out."""
    if (found := _sequence(node)) is None:
        return
    field, items = found
    for index, item in enumerate(items):
        if _layer(item) is not None:
            yield _with_items(node, field, [*items[:index], *items[index + 1 :]]), item.lineno


def _doubled(node: ast.AST) -> Iterator[Change]:
    """Add one layer twice."""
    if (found := _sequence(node)) is None:
        return
    field, items = found
    for index, item in enumerate(items):
        layer = _layer(item)
        if layer is not None and called(layer) not in NEUTRAL_TWICE:
            yield _with_items(node, field, [*items[:index], item, item, *items[index + 1 :]]), item.lineno


def _swapped(node: ast.AST) -> Iterator[Change]:
    """Let two neighbours change places."""
    if (found := _sequence(node)) is None:
        return
    field, items = found
    for index in range(len(items) - 1):
        first, second = items[index], items[index + 1]
        if _layer(first) is not None and _layer(second) is not None:
            yield _with_items(node, field, [*items[:index], second, first, *items[index + 2 :]]), first.lineno


def _inserted(text: str) -> Rewrite:
    """Add a layer behind each layer with weights."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if (found := _sequence(node)) is None:
            return
        field, items = found
        for index, item in enumerate(items):
            layer = _layer(item)
            if layer is not None and called(layer) in WITH_WEIGHTS:
                more = replaced(item, layer, expression(text))
                yield _with_items(node, field, [*items[: index + 1], more, *items[index + 1 :]]), item.lineno

    return rewrite


def _instead(classes: frozenset[str], text: str) -> Rewrite:
    """Put another layer in the place of one."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Call) and called(node) in classes:
            yield expression(text), node.lineno

    return rewrite


def _in_every_layer(name: str, value: str) -> Rewrite:
    """Give every layer with weights an argument, all in one mutant."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if not isinstance(node, ast.FunctionDef):
            return
        changed: ast.FunctionDef = node
        found = list(calls(node, WITH_WEIGHTS))
        for call in found:
            changed = replaced(changed, call, with_argument(call, name, expression(value)))
        if found:
            yield changed, found[0].lineno

    return rewrite


def _global_maximum(node: ast.AST) -> Iterator[Change]:
    """Pool over the whole picture instead of over windows."""
    if isinstance(node, ast.Call) and called(node) in POOLS:
        pooled = with_function(with_fields(node, args=[], keywords=[]), "keras.layers.GlobalMaxPooling2D")
        yield with_argument(pooled, "keepdims", expression("True")), node.lineno


def _wrapped(node: ast.AST) -> Iterator[Change]:
    """Apply a layer with weights to every row on its own."""
    if isinstance(node, ast.Call) and called(node) == "Flatten":
        yield expression(f"keras.layers.TimeDistributed({text_of(node)})"), node.lineno


M = Area.MODEL
STRUCTURE: tuple[Kind, ...] = (
    kind("layer-missing", M, _dropped, zh="少一层", en="A layer left out"),
    kind("layer-twice", M, _doubled, zh="重复一层", en="A layer twice"),
    kind("layers-swapped", M, _swapped, zh="两层换了顺序", en="Two layers swapped"),
    kind("dropout-added", M, _inserted("keras.layers.Dropout(0.5)"), zh="多了 Dropout", en="Dropout added"),
    kind("normalisation-added", M, _inserted("keras.layers.BatchNormalization()"),
         zh="多了 BatchNormalization", en="BatchNormalization added"),
    kind("noise-added", M, _inserted("keras.layers.GaussianNoise(0.1)"), zh="多了噪声层", en="Noise added"),
    kind("relu-added", M, _inserted("keras.layers.LeakyReLU()"), zh="多了 LeakyReLU", en="LeakyReLU added"),
    kind("average-for-flatten", M, _instead(frozenset({"Flatten"}), "keras.layers.GlobalAveragePooling2D()"),
         zh="用全局平均池化代替扁平层", en="Global average pooling for Flatten"),
    kind("pool-global", M, _global_maximum, zh="换成全局最大池化", en="Global maximum pooling"),
    kind("flatten-by-row", M, _wrapped, zh="逐行扁平", en="Flattened row by row"),
    kind("starts-from-zeros", M, _in_every_layer("kernel_initializer", "'zeros'"),
         zh="权重全部从 0 开始", en="All weights start at 0", needs_training=True),
    kind("everything-frozen", M, _in_every_layer("trainable", "False"), zh="全部冻结", en="Everything frozen"),
)  # fmt: skip
