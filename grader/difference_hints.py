"""What to do about a network that differs: the mistakes that raise no error and are easily made, by their traces."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from exercises.text import Text
from grader.compare import Difference
from grader.messages import both
from grader.network import Network

HINT = Text(
    zh="从输入开始，把自己的每一层与题目列出的逐条对照。",
    en="Go through your layers from the input on and compare each with the list in the task.",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules below look at."""

    different: Sequence[Difference]
    expected: Network
    found: Network

    def changed(self, argument: str) -> list[Difference]:
        """Return the differences in one argument."""
        return [one for one in self.different if one.kind == "changed" and one.argument == argument]

    def of_layer(self, layer: str, *kinds: str) -> list[Difference]:
        """Return the differences of some kinds that are about one class."""
        return [one for one in self.different if one.kind in kinds and one.layer == layer]


def hint_for(different: Sequence[Difference], expected: Network, found: Network) -> Text:
    """Return the hint for the first mistake that is recognised, else that all be compared."""
    seen = Seen(different, expected, found)
    return next((text for rule in RULES if (text := rule(seen)) is not None), HINT)


def _stride_for_kernel(seen: Seen) -> Text | None:
    """Recognise ``Conv2D(64, 5, 5)``, a 5x5 kernel in Keras 1; today the second 5 is the stride."""
    for one in seen.changed("strides"):
        stride = one.found[0] if isinstance(one.found, list) and one.found else one.found
        if one.layer in {"Conv1D", "Conv2D"} and one.expected == [1] * len(one.expected or []) and stride != 1:
            return both(
                "{layer}(64, {n}, {n}) 中的第二个 {n} 是步幅；卷积核请写成 ({n}, {n})。",
                "In {layer}(64, {n}, {n}) the second {n} is the stride; write the kernel as ({n}, {n}).",
                layer=one.layer,
                n=stride,
            )
    return None


def _softmax_of_one(seen: Seen) -> Text | None:
    """Recognise softmax over one number, which is always 1."""
    for step in seen.found.steps:
        if step.arguments.get("units") == 1 and step.arguments.get("activation") == "softmax":
            return Text(
                zh="只有 1 个神经元时，softmax 的结果永远是 1；一个神经元的输出层请用 sigmoid。",
                en="Softmax over a single unit is always 1; an output layer of one unit needs sigmoid.",
            )
    return None


def _activation_twice(seen: Seen) -> Text | None:
    """Recognise a second softmax or sigmoid over what is squeezed already."""
    for one in seen.of_layer("Activation", "extra"):
        before = seen.found.steps[one.step - 2] if one.step > 1 else None
        told = one.found.get("activation") if isinstance(one.found, dict) else None
        if before is not None and before.arguments.get("activation") is not None and told in {"softmax", "sigmoid"}:
            return both(
                "输出层已经有激活函数了，再加一个 {word} 会把结果压缩两次；请只保留一个。",
                "The layer before has an activation already; another {word} squeezes its results a second time. "
                "Keep one of them.",
                word=str(told),
            )
    return None


def _flatten_in_place(seen: Seen) -> Text | None:
    """Recognise Dense before Flatten, which works on the last axis alone and raises nothing."""
    if seen.of_layer("Flatten", "missing", "moved", "swapped") or any(
        one.kind == "swapped" and one.after == "Flatten" for one in seen.different
    ):
        return Text(
            zh="Flatten 应在第一个 Dense 之前：否则 Dense 只作用在最后一个轴上，不会报错，但网络不同。",
            en="Flatten belongs before the first Dense: otherwise Dense works on the last axis only, which raises no "
            "error but is another network.",
        )
    return None


def _channel(seen: Seen) -> Text | None:
    """Recognise an input shape without its channels, or with others."""
    for one in seen.different:
        if one.kind == "input_shape" and isinstance(one.expected, list) and isinstance(one.found, list):
            if one.found == one.expected[:-1]:
                return both(
                    "输入形状要写上通道数：{expected}，灰度图的通道数是 1。",
                    "The input shape needs the channels too: {expected}; a grey picture has 1 channel.",
                    expected=one.expected,
                )
            if one.found[:-1] == one.expected[:-1]:
                return Text(
                    zh="输入形状的最后一个数是通道数：灰度图是 1，彩色图是 3。",
                    en="The last number of the input shape is the channels: 1 for grey pictures, 3 for colour.",
                )
    return None


def _no_activation(seen: Seen) -> Text | None:
    """Recognise a forgotten activation, which leaves a layer linear and raises nothing."""
    if any(one.found == "linear" for one in seen.changed("activation")):
        return Text(
            zh="没有写 activation 的层是线性的；请在这一层里写上 activation=...，或在它后面加一层 Activation(...)。",
            en="A layer without activation is linear: write activation=... in it, or put Activation(...) behind it.",
        )
    return None


def _units_at_the_end(seen: Seen) -> Text | None:
    """Recognise a wrong number of answers."""
    last = len(seen.found.steps)
    if any(one.step == last for one in seen.changed("units")):
        return Text(
            zh="最后一层的神经元个数由要回答的类别数决定，请再看一遍题目。",
            en="The last layer has as many units as there are answers to choose from: see the task again.",
        )
    return None


def _same_padding(seen: Seen) -> Text | None:
    """Recognise padding that nobody asked for."""
    if any(one.found == "same" for one in seen.changed("padding")):
        return Text(
            zh="padding='same' 会在边上补零，输出的大小就不同了；题目没有要求补零，请删去。",
            en="padding='same' adds zeros around the picture and changes the sizes; the task does not ask for it.",
        )
    return None


def _only_in_training(seen: Seen) -> Text | None:
    """Recognise dropout, normalisation and noise: other networks, however useful."""
    names = (
        "Dropout",
        "BatchNormalization",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "GaussianNoise",
        "LayerNormalization",
    )
    for name in names:
        if seen.of_layer(name, "extra"):
            return both(
                "{name} 常常有用，但这里要搭的是题目描述的网络，请把它删去。",
                "{name} is often useful, but the network is to be the one in the task: take it out.",
                name=name,
            )
    return None


def _count(seen: Seen) -> Text | None:
    """Recognise a wrong number of layers."""
    wanted, there = len(seen.expected.steps), len(seen.found.steps)
    if wanted == there or seen.found.is_opaque:
        return None
    return both(
        "题目列出 {wanted} 层，你的网络有 {there} 层（激活函数算在前一层里）；请逐条对照。",
        "The task lists {wanted} layers, your network has {there} (an activation counts as part of the layer before "
        "it); compare them one by one.",
        wanted=wanted,
        there=there,
    )


#: Tried in this order; the first that recognises its mistake speaks.
RULES: tuple[Callable[[Seen], Text | None], ...] = (
    _stride_for_kernel,
    _softmax_of_one,
    _activation_twice,
    _channel,
    _flatten_in_place,
    _no_activation,
    _same_padding,
    _only_in_training,
    _units_at_the_end,
    _count,
)
