"""Remarks that go with a passed check: it is right, and there is something worth knowing."""

import re
from collections.abc import Iterable

from exercises.text import Text
from grader.messages import both

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
        zh="提示：keras.metrics.Accuracy() 直接比较概率和标签，几乎总是 0；写 metrics=['accuracy'] 才是准确率。",
        en="Note: keras.metrics.Accuracy() compares probabilities with labels and is nearly always 0; "
        "metrics=['accuracy'] gives the share that is right.",
    ),
    "kernel_in_two": Text(
        zh="提示：卷积核的大小现在写成一对：Conv2D(64, (5, 5))。",
        en="Note: a kernel's size is written as a pair now: Conv2D(64, (5, 5)).",
    ),
    "old_module": Text(
        zh="提示：层现在都直接从 keras.layers 导入，to_categorical 从 keras.utils 导入。",
        en="Note: layers are imported from keras.layers itself now, to_categorical from keras.utils.",
    ),
    "metrics_in_a_list": Text(
        zh="提示：metrics 现在要写成列表：metrics=['accuracy']。",
        en="Note: metrics is written as a list now: metrics=['accuracy'].",
    ),
    "weights_too_large": Text(zh="提示：模型的权重太多。", en="Note: the model has too many weights."),
}


#: Notes that name what was written: the word before the colon, and the names after it.
NAMED = re.compile(r"(?P<word>renamed|dropped):(?P<old>[A-Za-z]\w{0,39})(?:=(?P<new>[A-Za-z]\w{0,39}))?")
NAMED_NOTES: dict[str, tuple[str, str]] = {
    "renamed": ("提示：{old} 现在叫 {new}。", "Note: {old} is called {new} now."),
    "dropped": ("提示：现在没有 {old} 了，它被忽略。", "Note: there is no {old} any more, it was ignored."),
}


def with_notes(message: Text, words: Iterable[str]) -> Text:
    """Append the notes we have sentences for."""
    notes = [note for word in dict.fromkeys(words) if (note := _note(word)) is not None]
    if not notes:
        return message
    return Text(
        zh=message.zh + "".join(note.zh for note in notes), en=" ".join([message.en, *(note.en for note in notes)])
    )


def _note(word: str) -> Text | None:
    """Return the sentence for a word of the inside; ``None`` for words we do not know."""
    named = NAMED.fullmatch(word)
    if named is None:
        return NOTES.get(word)
    zh, en = NAMED_NOTES[named["word"]]
    return both(zh, en, old=named["old"], new=named["new"] or "?")
