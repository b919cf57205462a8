"""Kinds about compiling, training and predicting, and about what a function answers."""

import ast
from collections.abc import Callable, Iterator

from server.gate.mutants.kind import Area, Change, Kind, Rewrite, kind
from server.gate.mutants.tree import (
    argument,
    called,
    calls,
    expression,
    replaced,
    text_of,
    with_argument,
    with_fields,
    with_function,
    without_argument,
)

OPTIMIZERS = frozenset({"Adam", "SGD", "RMSprop"})
PREDICTING = frozenset({"predict"})


def _method(node: ast.AST, name: str) -> ast.Call | None:
    """Return a call of a method of this name."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    return node if node.func.attr == name else None


def _with(name: str, keyword: str, value: str, *, only_if_there: bool = False) -> Rewrite:
    """Give a method call another argument; ``{}`` is what it was."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        call = _method(node, name)
        before = None if call is None else argument(call, keyword)
        if call is None or (before is None and only_if_there):
            return
        text = value.format("None" if before is None else text_of(before))
        yield with_argument(call, keyword, expression(text)), call.lineno

    return rewrite


def _optimizer(change: Callable[[ast.Call], ast.Call | None]) -> Rewrite:
    """Change the optimizer."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Call) and called(node) in OPTIMIZERS:
            other = change(node)
            if other is not None:
                yield other, node.lineno

    return rewrite


def _rate(factor: str) -> Callable[[ast.Call], ast.Call | None]:
    def change(call: ast.Call) -> ast.Call | None:
        rate = argument(call, "learning_rate")
        return None if rate is None else with_argument(call, "learning_rate", expression(f"{text_of(rate)} * {factor}"))

    return change


def _default_rate(call: ast.Call) -> ast.Call | None:
    return None if argument(call, "learning_rate") is None else without_argument(call, "learning_rate")


def _class(name: str) -> Callable[[ast.Call], ast.Call | None]:
    return lambda call: None if called(call) == name else with_function(call, f"keras.optimizers.{name}")


def _extra(name: str, value: str) -> Callable[[ast.Call], ast.Call | None]:
    return lambda call: with_argument(call, name, expression(value)) if called(call) == "Adam" else None


def _statements(name: str, change: Callable[[ast.stmt, ast.Call], list[str]]) -> Rewrite:
    """Put other statements in the place of the one that calls a method; an empty list leaves it out."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if not isinstance(node, ast.FunctionDef):
            return
        for index, statement in enumerate(node.body):
            call = next((one for one in ast.walk(statement) if _method(one, name) is not None), None)
            if isinstance(call, ast.Call) and isinstance(statement, ast.Expr | ast.Assign):
                others = [part for text in change(statement, call) for part in ast.parse(text).body]
                body = [*node.body[:index], *others, *node.body[index + 1 :]] or [ast.Pass()]
                yield with_fields(node, body=body), statement.lineno

    return rewrite


def _model_of(call: ast.Call) -> str:
    """Return what a method is called on, as code."""
    return text_of(call.func.value) if isinstance(call.func, ast.Attribute) else "model"


def _before(name: str, template: str) -> Rewrite:
    """Put a statement in front of the one that calls a method; ``{}`` is what it is called on."""
    return _statements(name, lambda one, call: [template.format(_model_of(call)), text_of(one)])


def _predicted_first(node: ast.AST) -> Iterator[Change]:
    """Predict before training."""
    if not isinstance(node, ast.FunctionDef):
        return
    for index in range(len(node.body) - 1):
        first, second = node.body[index], node.body[index + 1]
        trains = any(_method(one, "fit") for one in ast.walk(first))
        if trains and any(_method(one, "predict") for one in ast.walk(second)):
            body = [*node.body[:index], second, first, *node.body[index + 2 :]]
            yield with_fields(node, body=body), first.lineno


def _predict_on_training(node: ast.AST) -> Iterator[Change]:
    """Predict the rows that were trained on."""
    if not isinstance(node, ast.FunctionDef):
        return
    trained = next((argument(call, "x") for call in calls(node, frozenset({"fit"}))), None)
    for call in calls(node, PREDICTING):
        if trained is not None:
            yield replaced(node, call, with_argument(call, "x", trained)), call.lineno


def _argmax(change: Callable[[ast.Call], ast.expr | None]) -> Rewrite:
    def rewrite(node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Call) and called(node) == "argmax":
            other = change(node)
            if other is not None:
                yield other, node.lineno

    return rewrite


def _answering(template: str) -> Rewrite:
    """Answer something else, in functions that predict; ``{}`` is the answer."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if not isinstance(node, ast.FunctionDef) or not any(calls(node, PREDICTING)):
            return
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return) and inner.value is not None:
                other = with_fields(inner, value=expression(template.format(f"({text_of(inner.value)})")))
                yield replaced(node, inner, other), inner.lineno

    return rewrite


def _return_missing(node: ast.AST) -> Iterator[Change]:
    """Return nothing."""
    if isinstance(node, ast.Return) and node.value is not None:
        yield ast.copy_location(ast.Expr(node.value), node), node.lineno


def _return_in_list(node: ast.AST) -> Iterator[Change]:
    """Return the answer within a list."""
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Tuple):
        yield with_fields(node, value=expression(f"[{text_of(node.value)}]")), node.lineno


def _renamed(node: ast.AST) -> Iterator[Change]:
    """Give a function another name."""
    if isinstance(node, ast.FunctionDef):
        yield with_fields(node, name=f"my_{node.name}"), node.lineno


T, A = Area.TRAINING, Area.ANSWER
TRAINING: tuple[Kind, ...] = (
    kind("loss-binary", T, _with("compile", "loss", "'binary_crossentropy'"),
         zh="二分类交叉熵", en="Binary cross-entropy"),
    kind("loss-squares", T, _with("compile", "loss", "'mean_squared_error'"), zh="均方误差", en="Mean squared error"),
    kind("loss-sparse", T, _with("compile", "loss", "'sparse_categorical_crossentropy'"),
         zh="稀疏交叉熵配 one-hot", en="Sparse loss with one-hot labels"),
    kind("loss-smoothed", T, _with("compile", "loss", "keras.losses.CategoricalCrossentropy(label_smoothing=0.1)"),
         zh="标签平滑", en="Smoothed labels"),
    kind("loss-weighted", T, _with("compile", "loss_weights", "[2.0]"), zh="损失加倍", en="Loss doubled"),
    kind("optimizer-sgd", T, _optimizer(_class("SGD")), zh="换成 SGD", en="SGD instead"),
    kind("optimizer-rmsprop", T, _optimizer(_class("RMSprop")), zh="换成 RMSprop", en="RMSprop instead"),
    kind("optimizer-word", T, _with("compile", "optimizer", "'adam'", only_if_there=True),
         zh="用默认设置的优化器", en="Optimizer with default settings"),
    kind("rate-larger", T, _optimizer(_rate("10")), zh="学习率乘 10", en="Learning rate times 10"),
    kind("rate-smaller", T, _optimizer(_rate("0.1")), zh="学习率除以 10", en="Learning rate divided by 10"),
    kind("rate-default", T, _optimizer(_default_rate), zh="默认学习率", en="Default learning rate"),
    kind("beta", T, _optimizer(_extra("beta_1", "0.5")), zh="改了 beta_1", en="Another beta_1"),
    kind("weight-decay", T, _optimizer(_extra("weight_decay", "0.01")), zh="加了权重衰减", en="Weight decay"),
    kind("clipped", T, _optimizer(_extra("clipnorm", "0.001")), zh="裁剪梯度", en="Clipped gradients"),
    kind("epochs-one", T, _with("fit", "epochs", "1"), zh="只训练 1 轮", en="One epoch"),
    kind("epochs-fewer", T, _with("fit", "epochs", "{} - 1", only_if_there=True), zh="少一轮", en="One epoch fewer"),
    kind("epochs-more", T, _with("fit", "epochs", "{} + 1", only_if_there=True), zh="多一轮", en="One epoch more"),
    kind("batch-half", T, _with("fit", "batch_size", "{} // 2", only_if_there=True),
         zh="批次减半", en="Half the batch"),
    kind("batch-double", T, _with("fit", "batch_size", "{} * 2", only_if_there=True),
         zh="批次加倍", en="Double the batch"),
    kind("held-back", T, _with("fit", "validation_split", "0.2"), zh="留出两成不训练", en="A fifth held back"),
    kind("class-weights", T, _with("fit", "class_weight", "{{0: 1.0, 1: 5.0}}"), zh="类别加权", en="Class weights"),
    kind("part-of-the-rows", T, _statements("fit", lambda one, call: [text_of(_halved(one, call))]),
         zh="只用一半数据", en="Half of the rows"),
    kind("labels-reversed", T, _with("fit", "y", "{}[::-1]", only_if_there=True),
         zh="标签倒序", en="Labels in reverse"),
    kind("labels-swapped", T, _with("fit", "y", "1 - {}", only_if_there=True), zh="标签对调", en="Labels swapped"),
    kind("pictures-shuffled", T, _with("fit", "x", "{0}[np.random.permutation(len({0}))]", only_if_there=True),
         zh="只打乱了图片", en="Only the pictures shuffled"),
    kind("inputs-scaled", T, _with("fit", "x", "{} / 255.0", only_if_there=True),
         zh="又除了一次", en="Scaled once more"),
    kind("compile-missing", T, _statements("compile", lambda *_: []), zh="没有编译", en="Not compiled"),
    kind("fit-missing", T, _statements("fit", lambda *_: []), zh="没有训练", en="Not trained"),
    kind("fit-twice", T, _statements("fit", lambda one, _: [text_of(one), text_of(one)]),
         zh="训练两次", en="Trained twice"),
    kind("another-model", T, _before("compile", "{0} = keras.models.clone_model({0})"),
         zh="训练了另一个模型", en="Trained another model"),
    kind("frozen-model", T, _before("compile", "{}.trainable = False"), zh="冻结后才训练", en="Frozen before training"),
    kind("predict-first", T, _predicted_first, zh="训练前就预测", en="Predicted before training"),
    kind("predict-on-training", A, _predict_on_training, zh="预测了训练图片", en="Predicted the training rows"),
    kind("argmax-axis", A, _argmax(lambda call: with_argument(call, "axis", expression("0"))),
         zh="argmax 的轴不对", en="argmax over the wrong axis"),
    kind("argmax-flat", A, _argmax(lambda call: without_argument(call, "axis")),
         zh="argmax 没有轴", en="argmax without an axis"),
    kind("argmax-missing", A, _argmax(lambda call: argument(call, "a")), zh="没有用 argmax", en="argmax left out"),
    kind("argmin", A, _argmax(lambda call: with_function(call, "np.argmin")), zh="用了 argmin", en="argmin instead"),
    kind("answer-constant", A, _answering("{} * 0"), zh="总是同一个答案", en="Always the same answer"),
    kind("answer-opposite", A, _answering("1 - {}"), zh="答案相反", en="The opposite answer"),
    kind("answer-shorter", A, _answering("{}[:-1]"), zh="少一个答案", en="One answer short"),
    kind("answer-reversed", A, _answering("{}[::-1]"), zh="答案倒序", en="Answers in reverse"),
    kind("answer-bool", A, _answering("{}.astype(bool)"), zh="返回布尔值", en="True and False"),
    kind("answer-column", A, _answering("{}[:, None]"), zh="返回一列", en="A column instead of a row"),
    kind("answer-list", A, _answering("[str(one) for one in {}]"), zh="返回文字", en="Words instead of numbers"),
    kind("return-missing", A, _return_missing, zh="没有返回", en="Nothing returned"),
    kind("return-in-list", A, _return_in_list, zh="返回值放进了列表", en="Returned within a list"),
    kind("name-changed", A, _renamed, zh="改了函数名", en="Another function name"),
)  # fmt: skip


def _halved(statement: ast.stmt, call: ast.Call) -> ast.stmt:
    """Return a statement that trains on the first half of its rows."""
    changed = call
    rows = argument(call, "x")
    for name in ("x", "y"):
        value = argument(call, name)
        if value is not None and rows is not None:
            half = expression(f"{text_of(value)}[:len({text_of(rows)}) // 2]")
            changed = with_argument(changed, name, half)
    return replaced(statement, call, changed)
