"""The check ``layers``: the model is the described network, whatever Keras style it was written in."""

from exercises.schema import LayersCheck, ModelCapture
from exercises.text import Text
from grader.canonical import expected_network
from grader.checks.judgement import Context, Judgement
from grader.checks.notes import with_notes
from grader.compare import Difference, differences
from grader.contract import Json
from grader.difference_messages import sentence
from grader.messages import joined
from grader.network import Network

RIGHT = Text(zh="网络结构正确。", en="The network is as described.")
HINT = Text(
    zh="从输入开始，把自己的每一层与题目列出的逐条对照。",
    en="Go through your layers from the input on and compare each with the list in the task.",
)
OLD_STRIDE = Text(
    zh="Conv2D(64, 5, 5) 中第二个 5 是步幅；卷积核请写成 (5, 5)。",
    en="In Conv2D(64, 5, 5) the second 5 is the stride; write the kernel as (5, 5).",
)


def check_layers(check: LayersCheck, context: Context) -> Judgement:
    """Compare the canonical networks."""
    capture = next(one for one in context.bundle.code.captures if one.id == check.capture)
    input_shape = capture.input_shape if isinstance(capture, ModelCapture) else ()
    facts = context.capture(check.capture)
    expected = expected_network(check.network)
    found = Network.from_json(facts["network"])
    different, pairs = differences(expected, found, input_shape)
    actual: dict[str, Json] = {
        "network": _shown(found),
        "differences": [_plain(one) for one in different],
        "alignment": [list(pair) for pair in pairs],
    }
    shown = {"network": _shown(expected), "input_shape": list(input_shape)}
    if not different:
        return Judgement.right(shown, actual, with_notes(RIGHT, facts["notes"]))
    return Judgement.wrong(shown, actual, joined([sentence(one) for one in different]), _hint(different))


def _hint(different: tuple[Difference, ...]) -> Text:
    """Return what to do about the differences."""
    for one in different:
        if one.layer == "Conv2D" and one.argument == "strides" and isinstance(one.found, list) and max(one.found) > 1:
            return OLD_STRIDE
    return HINT


def _shown(network: Network) -> list[Json]:
    """Return a network's layers as plain data, in their order."""
    return [{"layer": step.layer, **step.arguments} for step in network.steps]


def _plain(difference: Difference) -> dict[str, Json]:
    """Return a difference as plain data, for pictures of the network with the wrong layer marked."""
    return {
        "kind": difference.kind,
        "step": difference.step,
        "layer": difference.layer,
        "after": difference.after,
        "argument": difference.argument,
        "expected": difference.expected,
        "found": difference.found,
    }
