"""Whether a function trained on the real pictures as it did on the stand-in, as far as that was recorded.

The record is a claim of the student's process, so it can only speak against its student; that the training was any good
is proven by the accuracy on hidden pictures. Where nothing was recorded nothing is said.
"""

import math
from collections.abc import Mapping, Sequence

from exercises.schema import AccuracyCheck, CompileCheck, RealRunCapture, TrainingCapture, TrainingCheck
from exercises.text import Text
from grader.checks.judgement import Context
from grader.contract import Json
from grader.messages import both
from grader.recipes import CLASSES

RATE_TOLERANCE = 1e-5  #: relative; Keras keeps rates as 32-bit numbers

HINT = Text(
    zh="训练方式不能随数据的多少而变：去掉与图片数量、大小有关的判断，也不要提前停止。",
    en="Train in the same way whatever the data: remove branches on the number or size of pictures, and do not stop "
    "early.",
)


def trained_otherwise(check: AccuracyCheck, context: Context) -> tuple[Text, Text] | None:
    """Return what was otherwise in the real run, and what to do; None if nothing was, or nothing was recorded."""
    real = next((one for one in context.bundle.code.captures if one.id == check.capture), None)
    if not isinstance(real, RealRunCapture):
        return None
    standins = {
        one.id
        for one in context.bundle.code.captures
        if isinstance(one, TrainingCapture) and one.function == real.function
    }
    runs: Sequence[Mapping[str, Json]] = context.evidence["trained"][check.capture]["runs"]
    records = [run["record"] for run in runs if run.get("record") is not None]
    for one in context.bundle.code.checks:
        if not isinstance(one, CompileCheck | TrainingCheck) or one.capture not in standins:
            continue
        for record in records:
            wrong = _wrong_steps(one, record) if isinstance(one, TrainingCheck) else _wrong_optimizer(one, record)
            if wrong is not None:
                return wrong, HINT
    return None


def _wrong_steps(check: TrainingCheck, record: Mapping[str, Json]) -> Text | None:
    """Return what is wrong with the rows of the steps."""
    rows = record["rows"]
    steps = check.epochs * math.ceil(rows / check.batch_size)
    if record["strangers"]:
        return Text(
            zh="用真实图片训练时，有的步骤用了不是给定图片的数据。",
            en="On the real pictures, some steps used pictures that are not the given ones.",
        )
    if record["wrong_labels"]:
        return Text(
            zh="用真实图片训练时，有的图片配上了别的标签。",
            en="On the real pictures, some were trained with the label of another.",
        )
    if record["steps"] != steps or record["longest_batch"] != min(check.batch_size, rows):
        return both(
            "用真实图片训练时走了 {found} 步，每批最多 {batch} 张；应为 {steps} 步，每批 {wanted} 张。",
            "On the real pictures there were {found} steps with batches of up to {batch}; {steps} steps with batches "
            "of {wanted} expected.",
            found=record["steps"],
            batch=record["longest_batch"],
            steps=steps,
            wanted=check.batch_size,
        )
    if record["uses"] != [check.epochs, check.epochs]:
        return both(
            "用真实图片训练时，各张图片用了 {least} 到 {most} 次；应当都是 {wanted} 次。",
            "On the real pictures, each was used {least} to {most} times; {wanted} times each expected.",
            least=record["uses"][0],
            most=record["uses"][1],
            wanted=check.epochs,
        )
    return None


def _wrong_optimizer(check: CompileCheck, record: Mapping[str, Json]) -> Text | None:
    """Return what is wrong with the optimizer that took the steps."""
    rates = record["rates"]
    wanted = check.optimizer.learning_rate
    # A class of another name was believed, or not, on the stand-in, where its steps were replayed.
    if record["optimizer"] in set(CLASSES.values()) - {CLASSES[check.optimizer.name]}:
        return both(
            "用真实图片训练时，优化器是 {found}，应为 {wanted}。",
            "On the real pictures the optimizer was {found}; {wanted} expected.",
            found=str(record["optimizer"]),
            wanted=str(CLASSES[check.optimizer.name]),
        )
    if record["optimizer_count"] > 1:
        return Text(
            zh="用真实图片训练时，中途换了优化器。",
            en="On the real pictures the optimizer changed during training.",
        )
    if rates is not None and any(abs(rate - wanted) > RATE_TOLERANCE * wanted for rate in rates):
        return both(
            "用真实图片训练时，学习率在 {least} 到 {most} 之间；应一直是 {wanted}。",
            "On the real pictures the learning rate went from {least} to {most}; always {wanted} expected.",
            least=f"{min(rates):g}",
            most=f"{max(rates):g}",
            wanted=f"{wanted:g}",
        )
    return None
