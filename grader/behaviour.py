"""The rule by which a model is judged from its answers; one for the checks of layers and of behaviour.

A model is accepted where its structure is the described one, or holds own code that cannot be read, and it answers as
the described network does when both are given the same weights, in training as in use.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from exercises.text import Text
from grader.contract import Json
from grader.messages import both

#: Greatest difference of two answers that are the same, as a share of the number wanted. Other ways to compute the same
#: stay far below it, wrong networks lie far above (docs/decisions/0026).
TOLERANCE = 5e-4


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a model is not accepted by its answers."""

    message: Text
    hint: Text


NO_ANSWERS: dict[str, tuple[str, str, str, str]] = {
    "raised": (
        "用随机数据试着调用模型时出错：{detail}",
        "Calling the model on random data failed: {detail}",
        "在 build_model() 里用随机数据调用一次自己的模型，看看哪里出错。",
        "Call your model once on random data and see where it fails.",
    ),
    "not_finite": (
        "模型的输出里有 NaN 或无穷大。",
        "The model's outputs hold NaN or infinity.",
        "检查自己写的运算里有没有除以零或对零取对数。",
        "Look for a division by zero or the logarithm of zero in your own code.",
    ),
    "several_inputs": (
        "模型应只有一个输入，实际有 {detail} 个。",
        "The model must have one input, but has {detail}.",
        "只保留题目要求的那个输入。",
        "Keep only the input that the task asks for.",
    ),
    "several_outputs": (
        "模型应只有一个输出，实际有 {detail} 个。",
        "The model must have one output, but has {detail}.",
        "只返回最后一层的结果。",
        "Return the last layer's result alone.",
    ),
    "other_shape": (
        "模型对每一行输入的输出形状是 {detail}，与题目描述的网络不同。",
        "For each row the model answers with shape {detail}, the described network with another one.",
        "检查最后几层，以及有没有多余的 reshape。",
        "Look at the last layers, and for a reshape too many.",
    ),
    "other_input": (
        "模型要求每一行输入的形状是 {detail}，与题目不同。",
        "The model wants rows of shape {detail}, which is not what the task gives it.",
        "按题目的输入形状搭建模型。",
        "Build the model for the task's input shape.",
    ),
    "too_large": (
        "模型太大，无法试算它的输出（{detail}）。",
        "The model is too large to try it out ({detail}).",
        "检查每一层的大小是否写多了零。",
        "Look for a layer that is far too large.",
    ),
    "unreadable": (
        "试着调用模型后留下的结果无法读取。",
        "What trying the model left behind cannot be read.",
        "请直接返回模型，不要改动运行环境。",
        "Return the model itself, and leave the environment alone.",
    ),
}

IN_USE = Fault(
    Text(
        zh="给它与题目描述的网络相同的权重和输入，模型算出的结果不同（相差 {share} 以上）。",
        en="Given the same weights and inputs as the described network, the model answers differently "
        "(by {share} or more).",
    ),
    Text(
        zh="检查每一层真正做的运算：激活函数、池化、层的先后，以及有没有改动 Keras 自己的函数。",
        en="Check what each layer really computes: activations, pooling, order, and whether Keras' own functions "
        "were changed.",
    ),
)
IN_TRAINING = Fault(
    Text(
        zh="模型在训练时（training=True）与使用时的行为不符合题目描述的网络（相差 {share} 以上）。",
        en="In training (training=True) the model behaves otherwise than the described network does "
        "(by {share} or more).",
    ),
    Text(
        zh="去掉题目没有要求的 Dropout、噪声，以及只在训练时才走的分支。",
        en="Remove dropout, noise and branches taken only in training that the task does not ask for.",
    ),
)
LOSSES = Fault(
    Text(
        zh="模型另外加了 {count} 项损失（正则化或 add_loss），题目没有要求。",
        en="The model adds {count} further loss terms (regularisers or add_loss) that the task does not ask for.",
    ),
    Text(zh="去掉正则化和 add_loss。", en="Remove regularisers and add_loss."),
)
OTHER_WEIGHTS = Fault(
    Text(
        zh="模型的权重（个数与形状）与题目描述的网络不同。",
        en="The model's weights differ from the described network's in number or shape.",
    ),
    Text(
        zh="对照每一层的权重形状：model.weights 会列出它们。",
        en="Compare the shapes of the weights of each layer: model.weights lists them.",
    ),
)
FROZEN = Fault(
    Text(
        zh="有 {count} 个权重不参加训练（trainable=False），它们都应当参加训练。",
        en="{count} weights are frozen (trainable=False); all of them must be trained.",
    ),
    Text(zh="去掉 trainable=False。", en="Remove trainable=False."),
)
BOUND = Fault(
    Text(
        zh="有 {count} 个权重带有约束，或不是 float32。",
        en="{count} weights have a constraint, or are not float32.",
    ),
    Text(zh="去掉 constraint，并使用默认的 float32。", en="Remove the constraint, and use the default float32."),
)
NOT_TRIED = Fault(
    Text(zh="没有试算过这个模型的输出。", en="The model's answers were not tried."),
    Text(zh="用 keras.layers 里的层代替自己写的代码。", en="Use layers of keras.layers instead of code of your own."),
)


def fault_of_answers(behaviour: Mapping[str, Json]) -> Fault | None:
    """Return why a model does not behave as the described network; None where it does.

    Args:
        behaviour: What :func:`grader.evidence.behaviour.behaviour_facts` found.

    """
    if behaviour["problem"] is not None:
        zh, en, hint_zh, hint_en = NO_ANSWERS[behaviour["problem"]]
        return Fault(both(zh, en, detail=behaviour["detail"] or "?"), both(hint_zh, hint_en))
    if behaviour["difference"] > TOLERANCE:
        return _filled(IN_USE, share=rough(behaviour["difference"]))
    training = behaviour["training_difference"]
    if training is not None and training > TOLERANCE:
        return _filled(IN_TRAINING, share=rough(training))
    return _filled(LOSSES, count=behaviour["losses"]) if behaviour["losses"] > 0 else None


def fault_of_own_code(facts: Mapping[str, Json]) -> Fault | None:
    """Return why a model with code that cannot be read is not accepted; None where it behaves as described.

    What trains otherwise without answering otherwise is looked at here, because no structure shows it.

    Args:
        facts: A model capture's evidence.

    """
    behaviour = facts.get("behaviour")
    if behaviour is None or behaviour["problem"] == "no_reference":
        return NOT_TRIED
    if behaviour["problem"] is None and not behaviour["same_weights"]:
        return OTHER_WEIGHTS
    fault = fault_of_answers(behaviour)
    if fault is not None:
        return fault
    if behaviour["frozen"]:
        return _filled(FROZEN, count=behaviour["frozen"])
    return _filled(BOUND, count=behaviour["bound"]) if behaviour["bound"] else None


def rough(share: float) -> str:
    """Return a difference by its size alone: a student learns how wrong a model is, and nobody an answer by trying."""
    return next((f"{step:.0%}" for step in (1, 0.1, 0.01) if share >= step), "0.1%")


def _filled(fault: Fault, **values: Json) -> Fault:
    """Return a fault with its figures."""
    return Fault(both(fault.message.zh, fault.message.en, **values), fault.hint)
