"""The check ``parameters``: the model has as many parameters as the exercise says."""

from exercises.schema import ParametersCheck
from exercises.text import Text
from grader.checks.judgement import Context, Judgement
from grader.messages import both

HINT = Text(
    zh="参数个数由输入形状和每一层的大小决定：用 model.summary() 逐层对照。",
    en="The count follows from the input shape and each layer's size: compare layer by layer with model.summary().",
)


def check_parameters(check: ParametersCheck, context: Context) -> Judgement:
    """Compare the counts."""
    found = context.capture(check.capture)["parameters"]
    if found == check.expected:
        message = both("模型有 {found} 个参数，正确。", "The model has {found} parameters, as it should.", found=found)
        return Judgement.right(check.expected, found, message)
    message = both(
        "模型应有 {expected} 个参数，实际有 {found} 个。",
        "{expected} parameters expected, {found} found.",
        expected=check.expected,
        found=found,
    )
    return Judgement.wrong(check.expected, found, message, HINT)
