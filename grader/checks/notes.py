"""Remarks that go with a passed check: it is right, and there is something worth knowing."""

from collections.abc import Iterable

from exercises.text import Text

NOTES: dict[str, Text] = {
    "lr_is_learning_rate": Text(
        zh="提示：lr= 在新版 Keras 里叫 learning_rate=。", en="Note: lr= is called learning_rate= in today's Keras."
    ),
    "decay_ignored": Text(
        zh="提示：新版 Keras 已没有 decay=，它被忽略了。", en="Note: decay= is gone from today's Keras and was ignored."
    ),
    "metric_read_as_accuracy": Text(
        zh="提示：指标名里混入了控制字符，已按 'accuracy' 理解。",
        en="Note: a control character stood in the metric's name; it was read as 'accuracy'.",
    ),
    "equal_by_replay": Text(
        zh="提示：写法与题目不同，但每一步的结果都相同。",
        en="Note: written in another way, but every step gives the same values.",
    ),
    "metric_compares_numbers": Text(
        zh="提示：keras.metrics.Accuracy() 直接比较概率和标签，几乎总是 0；写 metrics=['accuracy'] 才是正确率。",
        en="Note: keras.metrics.Accuracy() compares probabilities with labels and is nearly always 0; "
        "metrics=['accuracy'] gives the share that is right.",
    ),
    "weights_too_large": Text(zh="提示：模型的权重太多。", en="Note: the model has too many weights."),
}


def with_notes(message: Text, words: Iterable[str]) -> Text:
    """Append the notes we have sentences for."""
    notes = [NOTES[word] for word in dict.fromkeys(words) if word in NOTES]
    if not notes:
        return message
    return Text(
        zh=message.zh + "".join(note.zh for note in notes), en=" ".join([message.en, *(note.en for note in notes)])
    )
