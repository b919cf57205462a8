"""Kinds about the settings of one layer: how many, how large, which activation, what Keras would add."""

import ast
from collections.abc import Callable, Iterator

from server.gate.mutants.kind import Area, Change, Kind, Rewrite, kind
from server.gate.mutants.tree import (
    CONVOLUTIONS,
    POOLS,
    RECURRENT,
    WITH_WEIGHTS,
    argument,
    called,
    expression,
    text_of,
    with_argument,
    with_function,
    without_argument,
)

EMBEDDING = frozenset({"Embedding"})
INPUT = frozenset({"Input"})
ACTIVATED = WITH_WEIGHTS | {"Activation"}

#: Activation -> one that is easily mistaken for it.
CONFUSED = {"relu": "tanh", "softmax": "sigmoid", "sigmoid": "softmax", "tanh": "sigmoid", "linear": "relu"}


def setting(classes: frozenset[str], name: str, value: str) -> Rewrite:
    """Give layers of these classes an argument that they do not have."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Call) and called(node) in classes:
            yield with_argument(node, name, expression(value)), node.lineno

    return rewrite


def changing(classes: frozenset[str], name: str, change: Callable[[ast.expr], str | None]) -> Rewrite:
    """Change an argument that layers of these classes have; ``change`` returns None where it has nothing to offer."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if not isinstance(node, ast.Call) or called(node) not in classes:
            return
        value = argument(node, name)
        text = None if value is None else change(value)
        if text is not None:
            yield with_argument(node, name, expression(text)), node.lineno

    return rewrite


def renaming(classes: frozenset[str], name: str) -> Rewrite:
    """Call another class with the same arguments."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Call) and called(node) in classes - {name.rsplit(".", 1)[-1]}:
            yield with_function(node, name), node.lineno

    return rewrite


def plus(difference: int) -> Callable[[ast.expr], str | None]:
    """Add to a number; None where nothing positive would be left."""

    def change(value: ast.expr) -> str | None:
        number = _whole(value)
        return str(number + difference) if number is not None and number + difference > 0 else None

    return change


def each(difference: int, *, only_last: bool = False) -> Callable[[ast.expr], str | None]:
    """Add to a number or to each number of a pair; a single number becomes a pair where only the last changes."""

    def change(value: ast.expr) -> str | None:
        numbers = [_whole(item) for item in value.elts] if isinstance(value, ast.Tuple | ast.List) else [_whole(value)]
        if not numbers or any(number is None for number in numbers):
            return None
        sizes = [number for number in numbers if number is not None]
        sizes = [sizes[0], sizes[-1] + difference] if only_last else [size + difference for size in sizes]
        return None if min(sizes) < 1 else f"({', '.join(map(str, sizes))},)"

    return change


def _whole(value: ast.expr) -> int | None:
    """Return a whole number that stands in the code as such."""
    return value.value if isinstance(value, ast.Constant) and type(value.value) is int else None


def _other_activation(value: ast.expr) -> str | None:
    word = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
    return repr(CONFUSED[word]) if word in CONFUSED else None


def _relu_only(becomes: str) -> Callable[[ast.expr], str | None]:
    return lambda value: repr(becomes) if isinstance(value, ast.Constant) and value.value == "relu" else None


def _without_activation(node: ast.AST) -> Iterator[Change]:
    """Leave an activation out."""
    if isinstance(node, ast.Call) and called(node) in WITH_WEIGHTS and argument(node, "activation") is not None:
        yield without_argument(node, "activation"), node.lineno


def _with_activation(node: ast.AST) -> Iterator[Change]:
    """Put an activation where there was only the default."""
    if isinstance(node, ast.Call) and called(node) in WITH_WEIGHTS and argument(node, "activation") is None:
        yield with_argument(node, "activation", expression("'relu'")), node.lineno


def _size_without_pair(node: ast.AST) -> Iterator[Change]:
    """Write a kernel of k x k as ``Conv2D(n, k, k)``, where the second k has meant the stride since Keras 2."""
    if isinstance(node, ast.Call) and called(node) in CONVOLUTIONS and len(node.args) > 1:
        size = argument(node, "kernel_size")
        side = text_of(size.elts[0]) if isinstance(size, ast.Tuple) and size.elts else None
        if side is not None:
            widened = with_argument(node, "kernel_size", expression(side))
            yield with_argument(widened, "strides", expression(side)), node.lineno


def _both_directions(node: ast.AST) -> Iterator[Change]:
    """Wrap a recurrent layer so that it reads in both directions."""
    if isinstance(node, ast.Call) and called(node) in RECURRENT:
        yield expression(f"keras.layers.Bidirectional({text_of(node)})"), node.lineno


M = Area.MODEL
SETTINGS: tuple[Kind, ...] = (
    kind("units-more", M, changing(WITH_WEIGHTS, "units", plus(1)), zh="多一个神经元", en="One unit more"),
    kind("units-fewer", M, changing(WITH_WEIGHTS, "units", plus(-1)), zh="少一个神经元", en="One unit fewer"),
    kind("filters-more", M, changing(CONVOLUTIONS, "filters", plus(1)), zh="多一个卷积核", en="One filter more"),
    kind("filters-fewer", M, changing(CONVOLUTIONS, "filters", plus(-1)), zh="少一个卷积核", en="One filter fewer"),
    kind("kernel-larger", M, changing(CONVOLUTIONS, "kernel_size", each(2)), zh="卷积核变大", en="Larger kernel"),
    kind("kernel-smaller", M, changing(CONVOLUTIONS, "kernel_size", each(-2)), zh="卷积核变小", en="Smaller kernel"),
    kind("kernel-not-square", M, changing(CONVOLUTIONS, "kernel_size", each(-2, only_last=True)),
         zh="卷积核不是方的", en="Kernel not square"),
    kind("kernel-as-stride", M, _size_without_pair, zh="把卷积核的边长写成了步长", en="Side of the kernel as stride"),
    kind("strides", M, setting(CONVOLUTIONS, "strides", "2"), zh="步长为 2", en="Stride 2"),
    kind("padding", M, setting(CONVOLUTIONS, "padding", "'same'"), zh="补零", en="Padded"),
    kind("dilation", M, setting(CONVOLUTIONS, "dilation_rate", "2"), zh="空洞卷积", en="Dilated"),
    kind("separable", M, renaming(CONVOLUTIONS, "keras.layers.SeparableConv2D"),
         zh="换成可分离卷积", en="Separable convolution"),
    kind("pool-larger", M, changing(POOLS, "pool_size", each(1)), zh="池化窗口变大", en="Larger pooling window"),
    kind("pool-stride", M, setting(POOLS, "strides", "1"), zh="池化步长为 1", en="Pooling with stride 1"),
    kind("pool-average", M, renaming(POOLS, "keras.layers.AveragePooling2D"), zh="换成平均池化", en="Average pooling"),
    kind("activation-missing", M, _without_activation, zh="缺少激活函数", en="Activation left out"),
    kind("activation-added", M, _with_activation,
         zh="多出或换掉默认的激活函数", en="Activation instead of the default"),
    kind("activation-other", M, changing(ACTIVATED, "activation", _other_activation),
         zh="别的激活函数", en="Another activation"),
    kind("activation-leaky", M, changing(ACTIVATED, "activation", _relu_only("leaky_relu")),
         zh="relu 换成 leaky_relu", en="leaky_relu for relu"),
    kind("activation-relu6", M, changing(ACTIVATED, "activation", _relu_only("relu6")),
         zh="relu 换成 relu6", en="relu6 for relu"),
    kind("no-bias", M, setting(WITH_WEIGHTS, "use_bias", "False"), zh="没有偏置", en="No bias"),
    kind("regulariser", M, setting(WITH_WEIGHTS, "kernel_regularizer", "'l2'"), zh="加了正则化", en="Regularised"),
    kind("constraint", M, setting(WITH_WEIGHTS, "kernel_constraint", "'non_neg'"), zh="限制了权重", en="Constrained"),
    kind("frozen", M, setting(WITH_WEIGHTS | EMBEDDING, "trainable", "False"), zh="冻结了一层", en="A frozen layer"),
    kind("half-precision-layer", M, setting(WITH_WEIGHTS, "dtype", "'float16'"),
         zh="用半精度计算", en="Computed in half precision"),
    kind("input-larger", M, changing(INPUT, "shape", each(4)), zh="输入形状变大", en="Larger input shape"),
    kind("batch-fixed", M, setting(INPUT, "batch_size", "16"), zh="写死了批次大小", en="Fixed batch size"),
    kind("vocabulary", M, changing(EMBEDDING, "input_dim", plus(1)), zh="词表大小不对", en="Another vocabulary size"),
    kind("embedding-width", M, changing(EMBEDDING, "output_dim", plus(-1)),
         zh="词向量长度不对", en="Another embedding width"),
    kind("mask-zero", M, setting(EMBEDDING, "mask_zero", "True"), zh="忽略编号 0", en="Number 0 is masked"),
    kind("every-step", M, setting(RECURRENT, "return_sequences", "True"), zh="返回每一步", en="Every step returned"),
    kind("backwards", M, setting(RECURRENT, "go_backwards", "True"), zh="倒着读", en="Read backwards"),
    kind("stateful", M, setting(RECURRENT, "stateful", "True"), zh="记住上一批", en="Stateful"),
    kind("recurrent-dropout", M, setting(RECURRENT, "dropout", "0.2"), zh="循环层里有 dropout", en="Dropout inside"),
    kind("recurrent-lstm", M, renaming(RECURRENT, "keras.layers.LSTM"), zh="换成 LSTM", en="LSTM instead"),
    kind("recurrent-gru", M, renaming(RECURRENT, "keras.layers.GRU"), zh="换成 GRU", en="GRU instead"),
    kind("bidirectional", M, _both_directions, zh="双向读", en="Read in both directions"),
)  # fmt: skip
