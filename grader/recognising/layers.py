"""Mistakes with whole layers, and with what goes in and comes out."""

from exercises.text import Text
from grader.messages import both
from grader.recognising.seen import Seen


def flatten_in_place(seen: Seen) -> Text | None:
    """Recognise Dense before Flatten, which works on the last axis alone and raises nothing."""
    layers = [step.layer for step in seen.found.steps]
    missing = [one.layer for one in seen.different if one.kind == "missing"]
    moved = seen.of_layer("Flatten", "moved", "swapped") or [
        one for one in seen.different if one.kind == "swapped" and one.after == "Flatten"
    ]
    # What a global pooling leaves is flat already, and with more layers missing this is not the mistake.
    forgotten = missing == ["Flatten"] and not any(layer.startswith("Global") for layer in layers)
    if "Dense" in layers and (moved or forgotten):
        return Text(
            zh="Flatten 应在第一个 Dense 之前：否则 Dense 只作用在最后一个轴上，不会报错，但网络不同。",
            en="Flatten belongs before the first Dense: otherwise Dense works on the last axis only, which raises no "
            "error but is another network.",
        )
    return None


def channel(seen: Seen) -> Text | None:
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


def fixed_batch(seen: Seen) -> Text | None:
    """Recognise an input of so many rows and no others."""
    if any(one.kind == "batch_size" for one in seen.different):
        return Text(
            zh="请删去 batch_size=（或 batch_shape=），只写 keras.Input(shape=(...))。",
            en="Remove batch_size= (or batch_shape=) and write keras.Input(shape=(...)) alone.",
        )
    return None


def several_ends(seen: Seen) -> Text | None:
    """Recognise a second input or output."""
    for one in seen.different:
        if one.kind == "input_shape" and one.argument == "count":
            return Text(zh="只保留一个 Input。", en="Keep one Input alone.")
        if one.kind == "outputs":
            return Text(
                zh="只把最后一层的结果作为输出：Model(inputs, x)。",
                en="Make the last layer's result the only output: Model(inputs, x).",
            )
    return None


def only_in_training(seen: Seen) -> Text | None:
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


def count(seen: Seen) -> Text | None:
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
