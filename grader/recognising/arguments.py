"""Mistakes with the arguments of a layer."""

from exercises.text import Text
from grader import keras_words as words
from grader.contract import Json
from grader.difference import Difference
from grader.messages import both
from grader.recognising.seen import Seen

#: Arguments that are told in words of their own, or not by leaving them out.
TOLD_APART = frozenset(
    {"activation", "units", "filters", "kernel_size", "pool_size", "strides", "shares_weights", "training", "name"}
)


def strides(seen: Seen) -> Text | None:
    """Recognise ``Conv2D(64, 5, 5)``, a 5x5 kernel in Keras 1 whose second 5 is the stride today; or another stride."""
    for one in seen.changed("strides"):
        arguments = seen.found.steps[one.step - 1].arguments
        kernel, filters = arguments.get("kernel_size"), arguments.get("filters")
        if kernel == one.found and isinstance(kernel, list) and len(set(kernel)) == 1 and filters is not None:
            return both(
                "{layer}({filters}, {n}, {n}) 中的第二个 {n} 是步幅；卷积核请写成 {kernel}。",
                "In {layer}({filters}, {n}, {n}) the second {n} is the stride; write the kernel as {kernel}.",
                layer=one.layer,
                filters=filters,
                n=kernel[0],
                kernel=kernel,
            )
        return _other_stride(one, seen)
    return None


def _other_stride(one: Difference, seen: Seen) -> Text:
    """Tell which stride the task wants, and that it need not be written where Keras takes it by itself."""
    pools = [step.arguments.get("pool_size") for step in seen.expected.steps if step.layer == one.layer]
    if one.layer in words.WINDOW_POOLS and one.expected in pools:
        return Text(
            zh="请删去 strides：窗口每次移动它自己的大小。", en="Leave out strides: the window moves by its own size."
        )
    if one.expected == words.DEFAULTS.get(one.layer, {}).get("strides"):
        return Text(zh="请删去 strides：卷积核每次移动 1 格。", en="Leave out strides: the window moves by 1.")
    return both("请写 strides={wanted}。", "Write strides={wanted}.", wanted=one.expected)


def frozen(seen: Seen) -> Text | None:
    """Recognise layers that are kept from training."""
    if seen.changed("trainable"):
        return Text(zh="请删去 trainable=False。", en="Remove trainable=False.")
    return None


def number_type(seen: Seen) -> Text | None:
    """Recognise layers that count with other numbers than float32."""
    if seen.changed("dtype"):
        return Text(
            zh="请删去 dtype=，以及改动默认数值类型的语句：默认就是 float32。",
            en="Remove dtype= and whatever sets another default: without it, it is float32.",
        )
    return None


def swapped_sizes(seen: Seen) -> Text | None:
    """Recognise ``Embedding(64, 1000)`` for ``Embedding(1000, 64)``."""
    words_, sizes = ({one.step: one for one in seen.changed(key)} for key in ("input_dim", "output_dim"))
    for step in words_.keys() & sizes.keys():
        if (words_[step].expected, words_[step].found) == (sizes[step].found, sizes[step].expected):
            return Text(
                zh="两个参数写反了：先写词数，再写每个词的维数。",
                en="The two numbers are swapped: words first, then numbers per word.",
            )
    return None


def same_padding(seen: Seen) -> Text | None:
    """Recognise padding that nobody asked for."""
    if any(one.found == "same" for one in seen.changed("padding")):
        return Text(
            zh="padding='same' 会在边上补零，输出的大小就不同了；题目没有要求补零，请删去。",
            en="padding='same' adds zeros around the picture and changes the sizes; the task does not ask for it.",
        )
    return None


def not_asked_for(seen: Seen) -> Text | None:
    """Recognise an argument that is best left out: the task names none, or what Keras takes by itself."""
    for one in seen.different:
        if one.kind != "changed" or one.argument in TOLD_APART:
            continue
        # What a task names and Keras takes anyway was still named: leaving it out is right there, too.
        if one.expected is None or _same(one.expected, words.DEFAULTS.get(one.layer, {}).get(one.argument)):
            return both("请删去 {argument}=。", "Leave out {argument}=.", argument=one.argument)
    return None


def _same(value: Json, default: Json) -> bool:
    """Tell whether a value is the default; ``False`` is none of 0."""
    return default is not None and type(value) is type(default) and value == default


def units_at_the_end(seen: Seen) -> Text | None:
    """Recognise a wrong number of answers."""
    last = len(seen.found.steps)
    if any(one.step == last for one in seen.changed("units")):
        return Text(
            zh="最后一层的神经元个数由要回答的类别数决定，请再看一遍题目。",
            en="The last layer has as many units as there are answers to choose from: see the task again.",
        )
    return None
