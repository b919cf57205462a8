"""The check ``training``: every given row was seen in every epoch, and replaying the steps gives the same weights."""

import math
from collections.abc import Mapping

from exercises.schema import CompileCheck, TrainingCheck
from exercises.text import Text
from grader.checks.compile import check_compile
from grader.checks.judgement import Context, Judgement
from grader.contract import Json
from grader.messages import both
from grader.replaying import any_agrees

STRANGER = -2

RIGHT = Text(zh="训练过程正确。", en="The training is as asked.")
NEVER = Text(zh="给定的模型没有被训练。", en="The given model was never trained.")
HINT_NEVER = Text(
    zh="用传入的 model 训练，不要另建一个：model.fit(train_images, onehot, ...)。",
    en="Train the model that was passed in, not another one: model.fit(train_images, onehot, ...).",
)
OPTIMIZERS = Text(
    zh="训练中途换了优化器；编译一次，用同一个优化器训练到底。",
    en="The optimizer changed during training: compile once and keep one optimizer to the end.",
)
STRANGERS = Text(zh="有的步骤用了不是给定图片的数据。", en="Some steps used pictures that are not the given ones.")
HINT_STRANGERS = Text(
    zh="把 train_images 原样交给 model.fit，不要改动像素或补充图片。",
    en="Hand train_images to model.fit as they are: no changed pixels, no added pictures.",
)
OTHER_WEIGHTS = Text(
    zh="训练后的权重与这些步骤、这些标签不符。",
    en="The trained weights do not follow from these steps and labels.",
)
HINT_OTHER_WEIGHTS = Text(
    zh="图片和标签要一一对应：打乱时必须一起打乱；不要另加样本权重。",
    en="Pictures and labels belong together: shuffle them jointly, and add no weights to rows.",
)


def check_training(check: TrainingCheck, context: Context) -> Judgement:
    """Check the recorded steps, then the replay."""
    facts = context.capture(check.capture)
    steps, rows = facts["steps"], facts["rows"]
    per_epoch = math.ceil(rows / check.batch_size)
    expected = {"epochs": check.epochs, "batch_size": check.batch_size, "rows": rows, "steps": check.epochs * per_epoch}
    actual = {
        "steps": len(steps),
        "longest_batch": max(map(len, steps), default=0),
        "rows_seen": len({row for step in steps for row in step if row >= 0}),
        "optimizers": facts["optimizer_count"],
    }
    wrong = _wrong_steps(steps, rows, check) or _wrong_values(facts, context, check)
    if wrong is None:
        return Judgement.right(expected, actual, RIGHT)
    return Judgement.wrong(expected, actual, *wrong)


def _wrong_steps(steps: list[list[int]], rows: int, check: TrainingCheck) -> tuple[Text, Text] | None:
    """Return what is wrong with the rows of the steps."""
    if not steps:
        return NEVER, HINT_NEVER
    if any(row == STRANGER for step in steps for row in step):
        return STRANGERS, HINT_STRANGERS
    seen = {row for step in steps for row in step}
    if len(seen) < rows:
        message = both(
            "只用了 {rows} 行训练数据中的 {seen} 行。",
            "Only {seen} of the {rows} training rows were used.",
            rows=rows,
            seen=len(seen),
        )
        return message, Text(zh="训练要用全部数据。", en="Train on all the data.")
    sizes = sorted({len(step) for step in steps}, reverse=True)
    if sizes[0] != min(check.batch_size, rows):
        message = both(
            "每批应为 {wanted} 张，实际是 {found} 张。",
            "Batches of {wanted} expected, of {found} found.",
            wanted=check.batch_size,
            found=sizes[0],
        )
        return message, both("写 batch_size={size}。", "Write batch_size={size}.", size=check.batch_size)
    return _wrong_epochs(steps, rows, check)


def _wrong_epochs(steps: list[list[int]], rows: int, check: TrainingCheck) -> tuple[Text, Text] | None:
    """Return what is wrong with the epochs: their number, or that one does not see every row once."""
    per_epoch = math.ceil(rows / check.batch_size)
    if len(steps) != check.epochs * per_epoch:
        message = both(
            "应训练 {wanted} 轮（{steps} 步），实际是 {found} 步。",
            "{wanted} epochs ({steps} steps) expected, {found} steps found.",
            wanted=check.epochs,
            steps=check.epochs * per_epoch,
            found=len(steps),
        )
        return message, both("写 epochs={epochs}，只训练一次。", "Write epochs={epochs}, once.", epochs=check.epochs)
    everything = list(range(rows))
    for epoch in range(check.epochs):
        batch = [row for step in steps[epoch * per_epoch : (epoch + 1) * per_epoch] for row in step]
        if sorted(batch) != everything:
            message = both(
                "第 {epoch} 轮没有把每一行恰好用一次。", "Epoch {epoch} does not use every row once.", epoch=epoch + 1
            )
            return message, Text(zh="每一轮都要用全部数据。", en="Each epoch must go through all the data.")
    return None


def _wrong_values(facts: Mapping[str, Json], context: Context, check: TrainingCheck) -> tuple[Text, Text] | None:
    """Return what is wrong with the trained weights."""
    if facts["optimizer_count"] > 1:
        return OPTIMIZERS, HINT_NEVER
    if any_agrees(facts):
        return None
    # Where the optimizer or the loss is wrong in a way that no replay follows, that check has said so already.
    compiles = [
        one for one in context.bundle.code.checks if isinstance(one, CompileCheck) and one.capture == check.capture
    ]
    if any(not check_compile(one, context).passed for one in compiles):
        return None
    return OTHER_WEIGHTS, HINT_OTHER_WEIGHTS
