"""The check ``accuracy``: enough hidden rows are right, with one seed or, where that is close, on average of five."""

import math
from collections.abc import Mapping, Sequence

from exercises.schema import AccuracyCheck
from exercises.text import Text
from grader.checks.judgement import Context, Judgement
from grader.checks.real_run import trained_otherwise
from grader.contract import Json
from grader.hints import row_for
from grader.messages import both
from grader.revealing import revealed
from grader.seeds import RUNS, Decision, Rule
from grader.trainings import accuracies_of, hidden_targets

HINT_TRAINING = Text(
    zh="检查初始化方式、网络和训练设置：它们决定能学到多少。",
    en="Look at initialisers, network and training settings: they decide how much is learnt.",
)
#: Rows of the table of hints that hold for a training of ours too; others speak of the student's own call of fit.
HOLDING_HERE = frozenset({"no-gradients"})
NO_CLASSES = Text(zh="没有得到每一行一个类别的预测。", en="There is no prediction with one class per row.")
NO_VALUES = Text(zh="没有得到每一行一个数的预测。", en="There is no prediction with one number per row.")


def check_accuracy(check: AccuracyCheck, context: Context) -> Judgement:
    """Compare what was decided for each hidden row with the hidden labels; only here and before are those read."""
    runs: Sequence[Mapping[str, Json]] = context.evidence["trained"][check.capture]["runs"]
    rule = Rule.of(check)
    expected = {"accuracy": check.threshold, "clear_from": round(rule.clear_from, 4), "seeds": RUNS}
    if runs[0].get("problem") == "cannot_train":
        detail = runs[0]["detail"]
        message = both("这个网络无法训练：{detail}", "This network cannot be trained: {detail}", detail=detail)
        known = row_for("ValueError", detail, "")
        return Judgement.wrong(
            expected, None, message, known[1] if known is not None and known[0] in HOLDING_HERE else HINT_TRAINING
        )
    targets = hidden_targets(context.bundle, check)
    accuracies = accuracies_of(runs, check, targets)
    if accuracies[0] is None:
        no_answer = NO_VALUES if check.decide == "within" else NO_CLASSES
        return Judgement.wrong(expected, {"accuracy": None}, no_answer, HINT_TRAINING)
    decision = rule.decide([accuracy or 0.0 for accuracy in accuracies])
    actual: dict[str, Json] = {
        "accuracy": round(decision.accuracy, 4),
        "rows": len(targets),
        "history": runs[0].get("history"),
        "seeds": [run["seed"] for run in runs],
        "accuracies": [None if accuracy is None else round(accuracy, 4) for accuracy in accuracies],
        "decided_by": "first" if decision.alone else "mean",
    }
    actual |= revealed(runs[0], check, targets)
    otherwise = trained_otherwise(check, context)
    if otherwise is not None:
        return Judgement.wrong(expected, actual, *otherwise)
    message = _alone(check, decision) if decision.alone else _mean(check, decision, accuracies)
    if decision.passed:
        return Judgement.right(expected, actual, message)
    return Judgement.wrong(expected, actual, message, HINT_TRAINING)


def _alone(check: AccuracyCheck, decision: Decision) -> Text:
    """Tell the result of one training."""
    values = {"accuracy": percent(decision.accuracy), "threshold": percent(check.threshold)}
    if decision.passed:
        return both(
            "在没见过的数据上准确率 {accuracy}（要求 {threshold}）。",
            "{accuracy} right on hidden data ({threshold} asked for).",
            **values,
        )
    return both(
        "在没见过的数据上准确率只有 {accuracy}，要求 {threshold}。",
        "Only {accuracy} right on hidden data; {threshold} asked for.",
        **values,
    )


def _mean(check: AccuracyCheck, decision: Decision, accuracies: Sequence[float | None]) -> Text:
    """Tell the mean of five trainings and each of them, because one was too close to the threshold to decide."""
    values = {
        "accuracy": percent(decision.accuracy),
        "threshold": percent(check.threshold),
        "zh_each": "、".join("没有答案" if one is None else percent(one) for one in accuracies),
        "en_each": ", ".join("no answer" if one is None else percent(one) for one in accuracies),
        "runs": str(len(accuracies)),
    }
    if decision.passed:
        return both(
            "第一次训练离要求很近，所以用 {runs} 个随机种子各训练一次：在没见过的数据上平均准确率 {accuracy}"
            "（要求 {threshold}）。各次：{zh_each}。",
            "The first training came close to what is asked, so {runs} seeds were trained: {accuracy} right on hidden "
            "data on average ({threshold} asked for). Each: {en_each}.",
            **values,
        )
    return both(
        "第一次训练没有明显超过要求，所以用 {runs} 个随机种子各训练一次：在没见过的数据上平均准确率只有 {accuracy}，"
        "要求 {threshold}。各次：{zh_each}。",
        "The first training was not clearly above what is asked, so {runs} seeds were trained: only {accuracy} right "
        "on hidden data on average; {threshold} asked for. Each: {en_each}.",
        **values,
    )


def percent(share: float) -> str:
    """Write a share as a percentage, cut after one digit: what is below a threshold never reads like it."""
    tenths = math.floor(share * 1000 + 1e-6)
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10:.1f} %"
