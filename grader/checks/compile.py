"""The check ``compile``: the model was compiled with this optimizer and this loss.

The recorded configuration is a claim; the judge's replay of the recorded steps with the exercise's own optimizer and
loss is the proof. Where the way of writing is unknown but the replay agrees, the student has the benefit.
"""

from collections.abc import Mapping

from exercises.schema import CompileCheck
from exercises.text import Text
from grader.checks.judgement import Context, Judgement
from grader.checks.notes import with_notes
from grader.contract import Json
from grader.messages import both, joined
from grader.recipes import CLASSES, expected_recipe, loss_name
from grader.replaying import agrees

RIGHT = Text(zh="损失函数与优化器正确。", en="Loss and optimizer are right.")
NOT_COMPILED = Text(zh="模型没有编译。", en="The model was not compiled.")
HINT_COMPILE = Text(
    zh="在训练之前调用 model.compile(loss=..., optimizer=...)。",
    en="Call model.compile(loss=..., optimizer=...) before training.",
)
ANOTHER_COMPILED = Text(
    zh="编译的是另一个模型，传入的 model 没有编译。", en="Another model was compiled; the one passed in was not."
)
HINT_ANOTHER = Text(
    zh="不要新建或复制模型，对传入的 model 调用 compile。",
    en="Do not build or clone a model: call compile on the model that was passed in.",
)
OWN_LOOP = Text(
    zh="你自己写的循环走的不是 Adam 配分类交叉熵的步骤。",
    en="Your own loop does not take the steps of Adam with categorical cross-entropy.",
)
HINT_OWN_LOOP = Text(
    zh="检查损失函数，并把全部梯度原样交给优化器。",
    en="Check the loss, and give all gradients unchanged to the optimizer.",
)
NEITHER = Text(zh="模型既没有编译，也没有训练。", en="The model was neither compiled nor trained.")
HINT_NEITHER = Text(
    zh="调用 model.compile(loss=..., optimizer=...) 和 model.fit(...)；自己写循环时，把全部梯度交给一个 Keras 优化器。",
    en="Call model.compile(loss=..., optimizer=...) and model.fit(...); a loop of your own hands all gradients to one "
    "optimizer of Keras.",
)
HINT_LOGITS = Text(
    zh="网络的最后是 softmax，输出已经是概率：去掉 from_logits=True。",
    en="The network ends with softmax, so it answers with probabilities: remove from_logits=True.",
)
HINT_BINARY = Text(
    zh="两列 one-hot 配 softmax 时，用 loss='categorical_crossentropy'。",
    en="For softmax over two one-hot columns write loss='categorical_crossentropy'.",
)
HINT = Text(
    zh="检查 model.compile 的 loss、optimizer 和学习率；其余参数保持默认值。",
    en="Check loss, optimizer and learning rate in model.compile; leave everything else at its default.",
)
HINT_OPTIMIZER = Text(
    zh="检查优化器和学习率；其余参数保持默认值。",
    en="Check the optimizer and its learning rate; leave everything else at its default.",
)

#: What an optimizer is told when it is told nothing.
OPTIMIZER_DEFAULTS: dict[str, dict[str, Json]] = {
    "Adam": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False},
    "SGD": {"momentum": 0.0, "nesterov": False},
    "RMSprop": {"rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False},
}
SHARED_DEFAULTS: dict[str, Json] = {"use_ema": False, "ema_momentum": 0.99}

#: What says nothing, although Keras writes it otherwise when it is told nothing.
SAYS_NOTHING: dict[str, Json] = {"weight_decay": 0.0, "loss_scale_factor": 1.0}
LOSS_DEFAULTS: dict[str, Json] = {
    "from_logits": False,
    "label_smoothing": 0.0,
    "axis": -1,
    "reduction": "sum_over_batch_size",
}
SAME_REDUCTION = "mean"  #: gives the same values where rows have no weights
NOT_SETTINGS = frozenset({"name", "dtype", "learning_rate", "jit_compile"})
RATE_TOLERANCE = 1e-6


def check_compile(check: CompileCheck, context: Context) -> Judgement:
    """Compare optimizer and loss with what the exercise asks for."""
    facts = context.capture(check.capture)
    compiled = facts["compiled"]
    optimizer = facts["optimizer"] or (compiled["optimizer"] if compiled else None)
    same_values = agrees(facts, expected_recipe(check))
    expected = expected_recipe(check)
    actual = {"optimizer": optimizer, "loss": compiled["loss"] if compiled else None, "rates": facts["rates"]}
    if optimizer is None:
        return Judgement.wrong(expected, actual, *_no_optimizer(facts))
    wrong, notes = _optimizer_mistakes(check, optimizer, facts["rates"], same_values=same_values)
    if compiled is not None:
        more, more_notes = _loss_mistakes(check, compiled["loss"], same_values=same_values)
        wrong, notes = wrong + more, notes + more_notes
    if wrong:
        return Judgement.wrong(expected, actual, joined(wrong), _hint(compiled))
    if compiled is None and not same_values and not _is_told_by_training(facts):
        return Judgement.wrong(expected, actual, OWN_LOOP, HINT_OWN_LOOP)
    return Judgement.right(expected, actual, with_notes(RIGHT, [*facts["notes"], *notes]))


def _no_optimizer(facts: Mapping[str, Json]) -> tuple[Text, Text]:
    """Return what is wrong where the model has no optimizer and none took a step on it."""
    if facts.get("elsewhere"):
        return ANOTHER_COMPILED, HINT_ANOTHER
    if facts["steps"]:
        return NOT_COMPILED, HINT_COMPILE
    return (OWN_LOOP, HINT_OWN_LOOP) if facts.get("moved") else (NEITHER, HINT_NEITHER)


def _is_told_by_training(facts: Mapping[str, Json]) -> bool:
    """Tell whether a replay could say nothing of the loss, for a reason that the check of the training tells."""
    return facts["optimizer_count"] > 1 or any(row < 0 for step in facts["steps"] for row in step)


def _hint(compiled: Mapping[str, Json] | None) -> Text:
    """Return what to do about wrong settings."""
    if compiled is None:
        return HINT_OPTIMIZER
    loss = compiled["loss"]
    if loss["config"].get("from_logits") is True:
        return HINT_LOGITS
    return HINT_BINARY if loss_name(loss["name"]) == "binary_crossentropy" else HINT


def _optimizer_mistakes(
    check: CompileCheck, optimizer: Mapping[str, Json], rates: list[float] | None, *, same_values: bool
) -> tuple[list[Text], list[str]]:
    """Return what is wrong with the optimizer, and notes on it."""
    name, config = CLASSES[check.optimizer.name], optimizer["config"]
    if not optimizer["builtin"] and same_values:
        return [], ["equal_by_replay"]
    if not optimizer["builtin"]:
        message = both(
            "你自己的类 {found} 走的不是 Keras 的 {wanted} 的步骤：请用 keras.optimizers.{wanted}。",
            "Your own class {found} does not take the steps of Keras' {wanted}: use keras.optimizers.{wanted}.",
            wanted=name,
            found=str(optimizer["class"]),
        )
        return [message], []
    if optimizer["class"] != name:
        message = both(
            "优化器应为 {wanted}，实际是 {found}。",
            "Optimizer {wanted} expected, {found} found.",
            wanted=str(name),
            found=str(optimizer["class"]),
        )
        return [message], []
    rate = config.get("learning_rate")
    steady = rates is not None and all(_near(one, check.optimizer.learning_rate) for one in rates)
    wrong, notes = [], []
    if not _near(rate, check.optimizer.learning_rate) or (rates is not None and not steady):
        if steady:
            notes.append("equal_by_replay")
        else:
            wrong.append(_wrong_rate(check.optimizer.learning_rate, rate, rates))
    wrong += _settings(config, {**SHARED_DEFAULTS, **OPTIMIZER_DEFAULTS[name]})
    return wrong, notes


def _wrong_rate(wanted: float, rate: Json, rates: list[float] | None) -> Text:
    """Return what is wrong with the learning rate: another one, or one that changes."""
    if rates is not None and not _near(rates[0], rates[1]):
        return both(
            "学习率应一直是 {wanted}，实际在 {least} 到 {most} 之间变化。",
            "A learning rate of {wanted} throughout expected; it went from {least} to {most}.",
            wanted=f"{wanted:g}",
            least=f"{rates[0]:g}",
            most=f"{rates[1]:g}",
        )
    found = rates[0] if rates is not None else rate
    return both(
        "学习率应为 {wanted}，实际是 {found}。",
        "Learning rate {wanted} expected, {found} found.",
        wanted=f"{wanted:g}",
        found=f"{found:g}" if isinstance(found, (int, float)) else "?",
    )


def _loss_mistakes(check: CompileCheck, loss: Mapping[str, Json], *, same_values: bool) -> tuple[list[Text], list[str]]:
    """Return what is wrong with the loss, and notes on it."""
    if not loss["builtin"] and same_values:
        return [], ["equal_by_replay"]
    if not loss["builtin"] or loss_name(loss["name"]) != check.loss:
        message = both(
            "损失函数应为 {wanted}，实际是 {found}。",
            "Loss {wanted} expected, {found} found.",
            wanted=check.loss,
            found=loss["name"],
        )
        return [message], []
    config = dict(loss["config"])
    if config.get("reduction") == SAME_REDUCTION and same_values:
        config.pop("reduction")
    return _settings(config, LOSS_DEFAULTS), []


def _settings(config: Mapping[str, Json], defaults: Mapping[str, Json]) -> list[Text]:
    """Return a sentence for each setting that is not the default."""
    return [
        both(
            "{key} 应保持默认值，实际是 {found}。", "{key} must keep its default, {found} found.", key=key, found=value
        )
        for key, value in config.items()
        if key not in NOT_SETTINGS and value is not None and not _near(value, defaults.get(key, SAYS_NOTHING.get(key)))
    ]


def _near(value: Json, wanted: Json) -> bool:
    """Tell whether a setting is as wanted; Keras keeps rates as 32-bit numbers."""
    if (
        isinstance(value, (int, float))
        and isinstance(wanted, (int, float))
        and not isinstance(value, bool)
        and not isinstance(wanted, bool)
    ):
        return abs(value - wanted) <= RATE_TOLERANCE * max(abs(wanted), 1e-12)
    return bool(value == wanted)
