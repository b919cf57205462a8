"""The check ``accuracy``: predictions on hidden rows are right often enough; only here are hidden labels read."""

from collections.abc import Mapping, Sequence

from exercises.schema import AccuracyCheck
from exercises.text import Text
from grader.checks.judgement import Context, Judgement
from grader.contract import Json
from grader.hostile import read_array
from grader.messages import both

HINT_TRAINING = Text(
    zh="检查初始化方式、网络和训练设置：它们决定能学到多少。",
    en="Look at initialisers, network and training settings: they decide how much is learnt.",
)
NO_CLASSES = Text(zh="没有得到每一行一个类别的预测。", en="There is no prediction with one class per row.")


def check_accuracy(check: AccuracyCheck, context: Context) -> Judgement:
    """Compare the decided classes with the hidden labels."""
    facts = _facts(check, context)
    expected = {"accuracy": check.threshold}
    if facts.get("problem") == "cannot_train":
        message = both("这个网络无法训练：{detail}", "This network cannot be trained: {detail}", detail=facts["detail"])
        return Judgement.wrong(expected, None, message, HINT_TRAINING)
    labels = read_array({"labels": context.bundle.read(check.test_targets)}, "labels").reshape(-1).tolist()
    classes = facts["classes"]
    if classes is None or len(classes) != len(labels):
        return Judgement.wrong(expected, {"accuracy": None}, NO_CLASSES, HINT_TRAINING)
    accuracy = _share(classes, labels)
    actual = {"accuracy": round(accuracy, 4), "rows": len(labels), "history": facts.get("history")}
    values = {"accuracy": f"{accuracy:.1%}", "threshold": f"{check.threshold:.0%}"}
    if accuracy >= check.threshold:
        message = both(
            "在没见过的数据上正确率 {accuracy}（要求 {threshold}）。",
            "{accuracy} right on hidden data ({threshold} asked for).",
            **values,
        )
        return Judgement.right(expected, actual, message)
    message = both(
        "在没见过的数据上正确率只有 {accuracy}，要求 {threshold}。",
        "Only {accuracy} right on hidden data; {threshold} asked for.",
        **values,
    )
    return Judgement.wrong(expected, actual, message, HINT_TRAINING)


def _facts(check: AccuracyCheck, context: Context) -> Mapping[str, Json]:
    """Return the predictions: the judge's where it trained the model, else the student's own run."""
    trained: Mapping[str, Mapping[str, Json]] = context.evidence.get("trained", {})
    return trained[check.capture] if check.capture in trained else context.capture(check.capture)


def _share(classes: Sequence[int], labels: Sequence[int]) -> float:
    """Return the share of rows whose class is the label."""
    return sum(one == other for one, other in zip(classes, labels, strict=True)) / max(1, len(labels))
