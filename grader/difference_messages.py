"""One sentence per difference between two networks."""

from exercises.text import Text
from grader.compare import Difference
from grader.messages import both

#: Arguments whose name alone would not tell a student what to do.
TOLD = {
    "trainable": (
        "第 {step} 步 {layer} 的权重被冻结了(trainable=False)，它应当参加训练。",
        "Step {step}, {layer}: its weights are frozen (trainable=False); they must be trained.",
    ),
    "shares_weights": (
        "第 {step} 步 {layer} 与前面的一步用了同一个层对象，共享权重；请为每一步新建一个层。",
        "Step {step}, {layer} is the same layer object as an earlier step and shares its weights: make a new layer.",
    ),
    "dtype": (
        "第 {step} 步 {layer}：应当使用 float32，而不是 {found}。",
        "Step {step}, {layer}: float32 expected, {found} found.",
    ),
}


def sentence(difference: Difference) -> Text:
    """Say what one difference is and where."""
    values = {
        "step": str(difference.step),
        "layer": difference.layer,
        "after": difference.after,
        "argument": difference.argument,
        "expected": difference.expected,
        "found": difference.found,
    }
    zh, en = _template(difference)
    return both(zh, en, **values)


def _template(difference: Difference) -> tuple[str, str]:
    """Return the sentence for a kind of difference, with places to fill in."""
    match difference.kind:
        case "changed":
            return TOLD.get(
                difference.argument,
                (
                    "第 {step} 步 {layer}：{argument} 应为 {expected}，实际是 {found}。",
                    "Step {step}, {layer}: {argument} {expected} expected, {found} found.",
                ),
            )
        case "replaced":
            return (
                "第 {step} 步应为 {expected}，实际是 {found}。",
                "Step {step}: {expected} expected, {found} found.",
            )
        case "missing" if difference.step == 0:
            return "开头缺少 {expected}。", "Missing at the start: {expected}."
        case "missing":
            return (
                "缺少 {expected}(应在第 {step} 步 {after} 之后)。",
                "Missing: {expected} (after step {step}, {after}).",
            )
        case "extra":
            return "第 {step} 步 {found} 不在要求之中。", "Step {step}, {found}, is not asked for."
        case _:
            return _network_template(difference)


def _network_template(difference: Difference) -> tuple[str, str]:
    """Return the sentence for a difference of the network as a whole."""
    match difference.kind:
        case "input_shape" if difference.argument == "count":
            return "网络应有 1 个输入，实际有 {found} 个。", "One input expected, {found} found."
        case "input_shape":
            return "输入形状应为 {expected}，实际是 {found}。", "Input shape {expected} expected, {found} found."
        case "batch_size":
            return (
                "输入的批大小被固定为 {found}；请不要指定批大小。",
                "The input's batch size is fixed to {found}; leave it open.",
            )
        case "outputs":
            return "网络应有 {expected} 个输出，实际有 {found} 个。", "{expected} output expected, {found} found."
        case "unused":
            return (
                "有 {found} 个权重属于不在输入到输出路径上的层；请删去没有用到的层。",
                "{found} weights belong to layers that are not on the way from input to output; remove those layers.",
            )
        case _:
            return (
                "层是对的，但连接方式不同：每一层都应接在前一层之后。",
                "The layers are right, but they are connected differently: each one must follow the one before it.",
            )
