"""The check ``layers``: the model is the described network, whatever Keras style it was written in."""

from collections.abc import Mapping

from exercises.schema import AccuracyCheck, LayersCheck, ModelCapture
from exercises.text import Text
from grader.behaviour import fault_of_own_code
from grader.canonical import expected_network
from grader.checks.judgement import Context, Judgement
from grader.checks.notes import with_notes
from grader.compare import differences
from grader.contract import Json
from grader.difference import Difference
from grader.difference_hints import hint_for
from grader.difference_messages import sentence
from grader.messages import both, joined
from grader.network import OPERATION, Network

RIGHT = Text(zh="网络结构正确。", en="The network is as described.")
RIGHT_BY_ANSWERS = Text(
    zh="模型里有你自己写的代码，按结果判断：与题目描述的网络相同。",
    en="The model holds code of your own and was judged by its answers: they are those of the described network.",
)

HINT_DEAD = Text(
    zh="去掉 kernel_initializer='zeros'，用 Keras 自己的随机初始值。",
    en="Leave out kernel_initializer='zeros': Keras starts with random weights by itself.",
)

SECOND_RESULT = f"{OPERATION}Output"  #: our own name for what no student wrote

MOST_TOLD = 5  #: differences in the message; a network that is altogether another one needs no longer list
MOST_KEPT = 60  #: differences in the finding


def check_layers(check: LayersCheck, context: Context) -> Judgement:
    """Compare the canonical networks."""
    capture = next(one for one in context.bundle.code.captures if one.id == check.capture)
    input_shape = capture.input_shape if isinstance(capture, ModelCapture) else ()
    facts = context.capture(check.capture)
    expected = expected_network(check.network)
    found = Network.from_json(facts["network"])
    different, pairs = differences(expected, found, input_shape, check.policy)
    actual: dict[str, Json] = {
        "network": _shown(found),
        "differences": [_plain(one) for one in different[:MOST_KEPT]],
        "alignment": [list(pair) for pair in pairs],
    }
    shown = {"network": _shown(expected), "input_shape": list(input_shape)}
    if not different and (dead := _dead_layer(found)) is not None and not _is_trained(check, context):
        return Judgement.wrong(shown, actual, dead, HINT_DEAD)
    if not different:
        return Judgement.right(shown, actual, with_notes(RIGHT, facts["notes"]))
    if found.is_opaque:
        return _of_own_code(found, facts, shown, actual)
    hint = hint_for(different, expected, found)
    return Judgement.wrong(shown, actual, joined([sentence(one) for one in different], MOST_TOLD), hint)


def _is_trained(check: LayersCheck, context: Context) -> bool:
    """Tell whether the model is trained: then its accuracy says what its initial weights are good for."""
    return any(isinstance(one, AccuracyCheck) and one.capture == check.capture for one in context.bundle.code.checks)


def _dead_layer(found: Network) -> Text | None:
    """Say which layer before the last starts with nothing but zeros: no gradient ever reaches what lies before it."""
    with_weights = [step for step in found.steps if step.weights]
    for step in with_weights[:-1]:
        if step.traits.get("kernel_initializer") == "zeros":
            return both(
                "第 {place} 步 {layer} 的权重全部从 0 开始，永远学不到东西。",
                "All weights of step {place}, {layer}, start at 0: it can never learn anything.",
                place=str(step.places[0] if step.places else "?"),
                layer=step.layer,
            )
    return None


def _of_own_code(found: Network, facts: Mapping[str, Json], shown: dict[str, Json], actual: Json) -> Judgement:
    """Judge a network with code that cannot be read as layers by what it answers."""
    fault = fault_of_own_code(facts)
    if fault is None:
        # What behaves as the described network is shown as it.
        same = [[number, number] for number in range(len(shown["network"]))]
        alike: dict[str, Json] = {"network": shown["network"], "differences": [], "alignment": same}
        return Judgement.right(shown, alike, with_notes(RIGHT_BY_ANSWERS, facts["notes"]))
    return Judgement.wrong(shown, actual, joined([*_unread(found), fault.message]), fault.hint)


def _unread(found: Network) -> list[Text]:
    """Say which code was not read; nothing where it is only that a layer has a second result."""
    names = [name for name in found.own_code if name != SECOND_RESULT]
    if found.own_code and not names:
        return []
    return [
        both(
            "{names} 是你自己写的代码，看不出相当于哪些层，因此按结果判断。",
            "{names} is code of your own and cannot be read as layers, so the model is judged by its answers.",
            names=", ".join(names) or "keras.ops",
        )
    ]


def _shown(network: Network) -> list[Json]:
    """Return a network's layers as plain data, in their order."""
    return [{"layer": step.layer, **step.arguments} for step in network.steps]


def _plain(difference: Difference) -> dict[str, Json]:
    """Return a difference as plain data, for pictures of the network with the wrong layer marked."""
    return {
        "kind": difference.kind,
        "step": difference.step,
        "place": difference.place,
        "layer": difference.layer,
        "after": difference.after,
        "argument": difference.argument,
        "expected": difference.expected,
        "found": difference.found,
    }
