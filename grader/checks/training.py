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

STRANGER, FORBIDDEN = -2, -3  #: rows that are none of the training pictures; test pictures

RIGHT = Text(zh="训练过程正确。", en="The training is as asked.")
NEVER = Text(zh="给定的模型没有被训练。", en="The given model was never trained.")
HINT_NEVER = Text(
    zh="训练传入的 model：model.fit(train_images, onehot, ...)。",
    en="Train the model that was passed in: model.fit(train_images, onehot, ...).",
)
ANOTHER = Text(
    zh="被训练的是另一个模型，不是传入的 model。",
    en="Another model was trained, not the one that was passed in.",
)
HINT_ANOTHER = Text(
    zh="不要在函数里新建或复制模型，直接编译并训练传入的 model。",
    en="Do not build or clone a model inside the function: compile and train the model that was passed in.",
)
BY_HAND = Text(
    zh="模型的权重变了，但不是由 Keras 优化器一步步改的。",
    en="The model's weights changed, but not by steps of a Keras optimizer.",
)
HINT_BY_HAND = Text(
    zh="让 keras.optimizers.Adam 来更新权重，例如用 model.fit。",
    en="Let keras.optimizers.Adam update the weights, for example through model.fit.",
)
OPTIMIZERS = Text(
    zh="训练中途换了优化器：它记住的东西就丢了，这不等于一次训练到底。",
    en="The optimizer changed during training: what it had gathered was lost, so this is not one training.",
)
HINT_OPTIMIZERS = Text(
    zh="只编译一次（写在循环前面），用同一个优化器训练到底。",
    en="Compile once, before any loop, and keep one optimizer to the end.",
)
TEST_PICTURES = Text(
    zh="训练用到了测试图片，它们只能用来预测。",
    en="Test pictures were trained on; they are there to be predicted only.",
)
HINT_TEST_PICTURES = Text(
    zh="训练只用 train_images 和 onehot，不要用 test_images。",
    en="Train on train_images and onehot alone, never on test_images.",
)
STRANGERS = Text(zh="有的步骤用了不是给定图片的数据。", en="Some steps used pictures that are not the given ones.")
HINT_STRANGERS = Text(
    zh="把 train_images 原样交给 model.fit，不要改动像素或补充图片。",
    en="Hand train_images to model.fit as they are: no changed pixels, no added pictures.",
)
HINT_EPOCHS = Text(
    zh="每一轮都要把全部数据恰好用一次，一轮之内不要重复，也不要丢掉最后不满的一批。",
    en="Each epoch must use every row exactly once: nothing twice, and the last, shorter batch is not dropped.",
)
HINT_ALL_ROWS = Text(
    zh="训练要用全部数据：不要用 validation_split，也不要丢掉最后不满的一批。",
    en="Train on all the data: no validation_split, and do not drop the last, shorter batch.",
)
WRONG_LABELS = Text(
    zh="训练时有的图片配上了别的标签。", en="Some pictures were trained with a label that is not theirs."
)
HINT_WRONG_LABELS = Text(
    zh="图片和标签要一一对应：打乱时必须用同一个顺序一起打乱，标签也不要改动。",
    en="Pictures and labels belong together: shuffle them in one common order, and leave the labels as they are.",
)
WEIGHTED = Text(zh="各行数据的权重不一样。", en="The rows did not all have the same weight.")
HINT_WEIGHTED = Text(zh="去掉 class_weight 和 sample_weight。", en="Remove class_weight and sample_weight.")
NOT_FINITE = Text(
    zh="训练后的权重里有 NaN 或无穷大。", en="After training some of the model's weights are NaN or infinite."
)
HINT_NOT_FINITE = Text(
    zh="检查学习率和损失函数：不要对 0 取对数，也不要除以 0。",
    en="Look at the learning rate and the loss: no logarithm of 0, no division by 0.",
)
OTHER_WEIGHTS = Text(
    zh="训练后的权重与这些步骤、这些标签不符。",
    en="The trained weights do not follow from these steps and labels.",
)
HINT_OTHER_WEIGHTS = Text(
    zh="训练之后和之前都不要改权重，不要冻结层；图片和标签要一一对应，标签保持 0 和 1；"
    "不要另加样本权重，也不要 loss_weights。",
    en="Do not change weights after training, nor before it, and freeze no layer; keep pictures and labels together, "
    "and leave labels at 0 and 1; give rows no weights, and use no loss_weights.",
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
    never = _not_trained(facts)
    wrong = never or _wrong_steps(steps, rows, check) or _wrong_values(facts, context, check)
    if wrong is None:
        return Judgement.right(expected, actual, RIGHT)
    told_by = _compile_check(check, context) if never is not None and facts["compiled"] is None else None
    return Judgement.wrong(expected, actual, *wrong, told_by)


def _compile_check(check: TrainingCheck, context: Context) -> str | None:
    """Return the id of the check that tells of a model which no optimizer was ever given to."""
    checks = (one for one in context.bundle.code.checks if isinstance(one, CompileCheck))
    return next((one.id for one in checks if one.capture == check.capture), None)


def _not_trained(facts: Mapping[str, Json]) -> tuple[Text, Text] | None:
    """Return why no optimizer took a step on the given model; None if one did."""
    if facts["steps"]:
        return None
    if facts.get("moved"):
        return BY_HAND, HINT_BY_HAND
    return (ANOTHER, HINT_ANOTHER) if facts.get("elsewhere") else (NEVER, HINT_NEVER)


def _wrong_steps(steps: list[list[int]], rows: int, check: TrainingCheck) -> tuple[Text, Text] | None:
    """Return what is wrong with the rows of the steps."""
    strange = {row for step in steps for row in step if row < 0}
    if FORBIDDEN in strange:
        return TEST_PICTURES, HINT_TEST_PICTURES
    if strange:
        return STRANGERS, HINT_STRANGERS
    seen = {row for step in steps for row in step}
    if len(seen) < rows:
        message = both(
            "只用了 {rows} 行训练数据中的 {seen} 行。",
            "Only {seen} of the {rows} training rows were used.",
            rows=rows,
            seen=len(seen),
        )
        return message, HINT_ALL_ROWS
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
        return message, _short_epochs(steps, rows, check, per_epoch) or both(
            "一共训练 {epochs} 轮，不多不少（一次 fit 或多次 fit 都可以）：检查 epochs，去掉 steps_per_epoch，"
            "也不要提前停止。",
            "Train {epochs} epochs in all, no more and no less, in one fit or in several: check epochs=, remove "
            "steps_per_epoch=, do not stop early.",
            epochs=check.epochs,
        )
    everything = list(range(rows))
    for epoch in range(check.epochs):
        batch = [row for step in steps[epoch * per_epoch : (epoch + 1) * per_epoch] for row in step]
        if sorted(batch) != everything:
            message = both(
                "第 {epoch} 轮没有把每一行恰好用一次。", "Epoch {epoch} does not use every row once.", epoch=epoch + 1
            )
            return message, HINT_EPOCHS
    return None


def _short_epochs(steps: list[list[int]], rows: int, check: TrainingCheck, per_epoch: int) -> Text | None:
    """Return what to do where there are as many epochs as asked for and each has too few batches."""
    batches, rest = divmod(len(steps), check.epochs)
    first = [row for step in steps[:per_epoch] for row in step]
    if rest or batches >= per_epoch or sorted(first) == list(range(rows)):
        return None
    return both(
        "每一轮有 {found} 批，应有 {wanted} 批：不要丢掉最后不满的一批；去掉 steps_per_epoch 和 drop_remainder。",
        "Each epoch has {found} batches, {wanted} expected: do not drop the last, shorter batch; remove "
        "steps_per_epoch/drop_remainder.",
        found=batches,
        wanted=per_epoch,
    )


def _wrong_values(facts: Mapping[str, Json], context: Context, check: TrainingCheck) -> tuple[Text, Text] | None:
    """Return what is wrong with the trained weights."""
    if facts["optimizer_count"] > 1:
        return OPTIMIZERS, HINT_OPTIMIZERS
    if any_agrees(facts):
        return None
    if facts.get("labels", {}).get("wrong"):
        return WRONG_LABELS, HINT_WRONG_LABELS
    # Where the optimizer or the loss is wrong in a way that no replay follows, that check has said so already.
    compiles = [
        one for one in context.bundle.code.checks if isinstance(one, CompileCheck) and one.capture == check.capture
    ]
    if any(not check_compile(one, context).passed for one in compiles):
        return None
    if not facts.get("finite", True):
        return NOT_FINITE, HINT_NOT_FINITE
    return (WEIGHTED, HINT_WEIGHTED) if facts.get("weighted") else (OTHER_WEIGHTS, HINT_OTHER_WEIGHTS)
