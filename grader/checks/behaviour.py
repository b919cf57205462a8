"""The check ``behaviour``: given the same weights, the model answers as the described network does."""

from exercises.schema import BehaviourCheck
from exercises.text import Text
from grader.behaviour import fault_of_answers
from grader.checks.judgement import Context, Judgement

RIGHT = Text(
    zh="给它相同的权重和输入，模型算出的结果与题目描述的网络相同。",
    en="Given the same weights and inputs, the model answers as the described network does.",
)


class NoReference(Exception):
    """The judge cannot build the network that the exercise describes, so nothing can be compared with it."""


def check_behaviour(check: BehaviourCheck, context: Context) -> Judgement:
    """Compare the answers.

    Raises:
        NoReference: The described network gave none.

    """
    behaviour = context.capture(check.capture)["behaviour"]
    if behaviour["problem"] == "no_reference":
        raise NoReference(behaviour["detail"])
    expected = {"difference": 0, "training_difference": 0}
    fault = fault_of_answers(behaviour)
    if fault is None:
        return Judgement.right(expected, expected, RIGHT)
    return Judgement.wrong(expected, {"problem": behaviour["problem"]}, fault.message, fault.hint)
