"""One sentence per difference between two networks."""

from collections.abc import Mapping

from exercises.text import Text
from grader.contract import Json
from grader.difference import Difference
from grader.keras_words import RECURRENT
from grader.messages import both

Sentence = tuple[str, str]  #: in Chinese and in English, with places to fill in

#: Arguments whose name alone would not tell a student what to do.
TOLD: Mapping[str, Sentence] = {
    "trainable": (
        "第 {place} 步 {layer} 的权重被冻结了（trainable=False），它应当参加训练。",
        "Step {place}, {layer}: its weights are frozen (trainable=False); they must be trained.",
    ),
    "shares_weights": (
        "第 {place} 步 {layer} 与第 {found} 步是同一个层对象，共享权重；请为每一步新建一个层。",
        "Step {place}, {layer}, is the same layer object as step {found} and shares its weights: make a new layer.",
    ),
    "dtype": (
        "第 {place} 步 {layer}：应当使用 float32，而不是 {found}。",
        "Step {place}, {layer}: float32 expected, {found} found.",
    ),
    "return_sequences": (
        "第 {place} 步 {layer}：return_sequences 应为 {expected}，实际是 {found}。False 只给最后一步，True 给每一步。",
        "Step {place}, {layer}: return_sequences {expected} expected, {found} found. Only False gives the last step.",
    ),
    "training": (
        "第 {place} 步 {layer}：请去掉 training=True，预测时它也会起作用。",
        "Step {place}, {layer}: leave out training=True, which makes it act on predictions too.",
    ),
}

NO_ACTIVATION: Sentence = (
    "第 {place} 步 {layer} 缺少激活函数，请加上 activation='{expected}'。",
    "Step {place}, {layer}: the activation is missing; add activation='{expected}'.",
)
ACTIVATION_TOO_MUCH: Sentence = (
    "第 {place} 步 {layer} 不应有激活函数，实际是 {found}。",
    "Step {place}, {layer}: no activation expected, {found} found.",
)
#: The same where the activation is a step of its own.
OWN_STEP: Sentence = (
    "第 {place} 步 Activation（属于第 {after_place} 步 {layer}）：应为 {expected}，实际是 {found}。",
    "Step {place}, Activation (of the {layer} in step {after_place}): {expected} expected, {found} found.",
)
OWN_STEP_TOO_MUCH: Sentence = (
    "第 {place} 步 Activation（属于第 {after_place} 步 {layer}）不应有，实际是 {found}。",
    "Step {place}, Activation (of the {layer} in step {after_place}): none expected, {found} found.",
)
NOT_ASKED_FOR: Sentence = (
    "第 {place} 步 {layer}：题目没有要求 {argument}，实际是 {found}，请删去。",
    "Step {place}, {layer}: {argument} is not asked for ({found} found); leave it out.",
)
CHANGED: Sentence = (
    "第 {place} 步 {layer}：{argument} 应为 {expected}，实际是 {found}。",
    "Step {place}, {layer}: {argument} {expected} expected, {found} found.",
)

OF_KIND: Mapping[str, Sentence] = {
    "replaced": (
        "第 {place} 步：应为 {expected}，实际是 {found}。",
        "Step {place}: {expected} expected, {found} found.",
    ),
    "missing": (
        "缺少 {expected}，它应在第 {place} 步 {after} 之后。",
        "Missing: {expected} (after step {place}, {after}).",
    ),
    "missing at the start": ("开头缺少 {expected}。", "Missing at the start: {expected}."),
    "extra": ("第 {place} 步 {found} 不在要求之中。", "Step {place}, {found}, is not asked for."),
    "extra again": (
        "第 {place} 步再次使用了第 {again} 步的 {layer}；请为它新建一个层。",
        "Step {place} uses the {layer} of step {again} again: make a layer of its own.",
    ),
    "moved": (
        "第 {place} 步 {found} 的位置不对，它应在第 {after_place} 步 {after} 之后。",
        "Step {place}, {found}, stands in the wrong place: it belongs after step {after_place}, {after}.",
    ),
    "moved from the start": (
        "第 {place} 步 {found} 的位置不对，它应在最前面。",
        "Step {place}, {found}, stands in the wrong place: it belongs at the start.",
    ),
    "swapped": (
        "第 {place} 步 {found} 与第 {after_place} 步 {after} 的顺序反了。",
        "Steps {place} and {after_place}, {found} and {after}: these two stand in the wrong order.",
    ),
    "uncounted": (
        "题目要求单独写一层 {layer}，没有找到。",
        "The task asks for {layer} as a layer of its own, which was not found.",
    ),
    "input_shape": ("输入形状应为 {expected}，实际是 {found}。", "Input shape {expected} expected, {found} found."),
    "input_shape count": ("网络应有 1 个输入，实际有 {found} 个。", "One input expected, {found} found."),
    "batch_size": (
        "输入的批大小被固定为 {found}；请不要指定批大小。",
        "The input's batch size is fixed to {found}; leave it open.",
    ),
    "outputs": (
        "网络应有 {expected} 个输出，实际有 {found} 个。",
        "{expected} output expected, {found} found.",
    ),
    "unused": (
        "有 {found} 个权重属于不在输入到输出路径上的层；请删去没有用到的层。",
        "Some layers are not on the way from input to output (weights there: {found}); remove those layers.",
    ),
    "branches": (
        "层是对的，但连接方式不同：每一层都应接在前一层之后。",
        "The layers are right, but they are connected differently: each one must follow the one before it.",
    ),
}

#: What an author may count -> the sentence where it is there.
COUNTED: Mapping[str, Sentence] = {
    "dropout_of_nothing": (
        "第 {place} 步 {layer} 的丢弃率为 0，什么也不做，请删去。",
        "Step {place}, {layer}, drops nothing; leave it out.",
    ),
    "relu_after_pooling": (
        "第 {place} 步 {layer}：激活函数应紧跟在它前面的卷积层之后，而不是池化之后。",
        "Step {place}, {layer}: the activation must follow its layer directly, before the pooling.",
    ),
    "extra_flatten": (
        "第 {place} 步 {layer} 是多余的，请删去。",
        "Step {place}, {layer}, changes nothing here; leave it out.",
    ),
    "repeated_activations": (
        "第 {place} 步 {layer} 重复了前面的激活函数，请删去。",
        "Step {place}, {layer}, repeats the activation before it; leave it out.",
    ),
}


def sentence(difference: Difference) -> Text:
    """Say what one difference is and where, counted as in the student's own program."""
    values = {
        "place": str(difference.place or difference.step),
        "layer": difference.layer,
        "after": difference.after,
        "after_place": str(difference.after_place),
        "argument": difference.argument,
        "expected": difference.expected,
        "found": difference.found,
        "again": _again(difference),
    }
    zh, en = _template(difference)
    return both(zh, en, **values)


def _template(difference: Difference) -> Sentence:
    """Return the sentence for a difference, with places to fill in."""
    if difference.kind == "changed":
        return _changed(difference)
    if difference.kind == "counted":
        return COUNTED[difference.argument]
    return OF_KIND[_case(difference)]


def _case(difference: Difference) -> str:
    """Return under which word the sentence for a difference of the network stands."""
    match difference.kind:
        case "missing" if difference.step == 0:
            return "missing at the start"
        case "extra" if _again(difference) is not None:
            return "extra again"
        case "moved" if not difference.after:
            return "moved from the start"
        case "input_shape" if difference.argument == "count":
            return "input_shape count"
        case kind:
            return kind


def _changed(difference: Difference) -> Sentence:
    """Return the sentence for one argument that differs."""
    argument = difference.argument
    # What a recurrent layer lacks was taken away: it has an activation of its own.
    if argument == "activation" and difference.found == "linear" and difference.layer not in RECURRENT:
        return NO_ACTIVATION
    if argument == "activation" and difference.expected == "linear":
        return OWN_STEP_TOO_MUCH if difference.after_place else ACTIVATION_TOO_MUCH
    if argument == "activation" and difference.after_place:
        return OWN_STEP
    return TOLD.get(argument, NOT_ASKED_FOR if difference.expected is None else CHANGED)


def _again(difference: Difference) -> Json:
    """Return the step whose layer object stands here once more; None where it is one of its own."""
    found = difference.found
    return found.get("shares_weights") if difference.kind == "extra" and isinstance(found, Mapping) else None
