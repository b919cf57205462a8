"""The check ``one_hot``: each row of the labels fits the picture in the same row of the images."""

from collections.abc import Mapping, Sequence

from exercises.schema import OneHotCheck
from exercises.text import Text
from grader.checks.judgement import Context, Judgement
from grader.contract import Json
from grader.messages import both, shape_text

CAT, DOG = (1.0, 0.0), (0.0, 1.0)
EXACT = 1e-6

RIGHT = Text(zh="one-hot 标签正确。", en="The one-hot labels are right.")
SWAPPED = Text(zh="两列颠倒了。", en="The two columns are swapped.")
HINT_SWAPPED = Text(zh="第 0 列是猫，第 1 列是狗。", en="Column 0 is cat, column 1 is dog.")
HINT_NAMES = Text(
    zh="看文件名（不是整个路径）里有没有 cat：有就把第 0 列设为 1，没有就把第 1 列设为 1。",
    en="Look for cat in the file's name, not in its whole path: column 0 becomes 1 if it is there, else column 1.",
)
HINT_NUMBERS = Text(
    zh="用 np.zeros((行数, 2)) 建数组，再写 onehot[i, 0] = 1 或 onehot[i, 1] = 1。",
    en="Make the array with np.zeros((rows, 2)), then write onehot[i, 0] = 1 or onehot[i, 1] = 1.",
)
HINT_TWO_COLUMNS = Text(
    zh="one-hot 的每一行有两个数：猫是 (1, 0)，狗是 (0, 1)，不是一个类别编号。",
    en="Each one-hot row has two numbers: (1, 0) for a cat, (0, 1) for a dog, not one class number.",
)
HINT_TRANSPOSED = Text(
    zh="行和列颠倒了：每张图片占一行，每行两列。",
    en="Rows and columns are swapped: one row for each picture, two columns in each row.",
)
HINT_SHAPE = Text(
    zh="行数等于文件数：np.zeros((len(os.listdir(data_path)), 2))。",
    en="As many rows as there are files: np.zeros((len(os.listdir(data_path)), 2)).",
)


def check_one_hot(check: OneHotCheck, context: Context) -> Judgement:
    """Check the labels of every folder; the first folder with a mistake decides."""
    facts = {name: context.capture(name) for name in check.captures}
    expected = {name: {"shape": [len(one["pictures"]), 2]} for name, one in facts.items()}
    actual = {name: {key: one["onehot"].get(key) for key in ("type", "shape", "dtype")} for name, one in facts.items()}
    for one in facts.values():
        wrong = _mistake(one)
        if wrong is not None:
            return Judgement.wrong(expected, actual, *wrong)
    return Judgement.right(expected, actual, RIGHT)


def _mistake(facts: Mapping[str, Json]) -> tuple[Text, Text] | None:
    """Return what is wrong with one folder's labels, and what to do."""
    onehot = facts["onehot"]
    count = len(facts["pictures"])
    if onehot["problem"] == "not_numeric" and onehot["array"]:
        message = both(
            "one-hot 里应是数字 0 和 1，实际的类型是 {found}。",
            "One-hot labels are the numbers 0 and 1; an array of type {found} found.",
            found=str(onehot.get("dtype")),
        )
        return message, HINT_NUMBERS
    if onehot["problem"] in {"not_an_array", "not_numeric"} or not onehot["array"]:
        message = both(
            "one-hot 应是一个 numpy 数组，实际是 {found}。",
            "The one-hot labels must be one numpy array of numbers; found {found}.",
            found=str(onehot["type"]),
        )
        return message, Text(zh="返回 np.array(onehot)。", en="Return np.array(onehot).")
    if onehot["problem"] is not None or onehot["shape"] != [count, 2]:
        message = both(
            "one-hot 的形状应为 {wanted}，实际是 {found}。",
            "One-hot labels of shape {wanted} expected, {found} found.",
            wanted=shape_text([count, 2]),
            found=shape_text(onehot.get("shape")),
        )
        return message, _hint_for_shape(onehot.get("shape") or [], count)
    return _wrong_rows(facts, onehot["rows"])


def _hint_for_shape(shape: Sequence[int], count: int) -> Text:
    """Return what to do about labels of another shape."""
    if list(shape) in ([count], [count, 1]):
        return HINT_TWO_COLUMNS
    return HINT_TRANSPOSED if list(shape) == [2, count] else HINT_SHAPE


def _wrong_rows(facts: Mapping[str, Json], rows: Sequence[Sequence[float]]) -> tuple[Text, Text] | None:
    """Return what is wrong with the rows, under the order that suits the student best."""
    names = facts["pictures"]
    readings = []
    for order in _orders(facts):
        wanted = [CAT if "cat" in names[picture] else DOG for picture in order]
        wrong = [row for row, label in enumerate(wanted) if not _same(rows[row], label)]
        if not wrong:
            return None
        readings.append((wrong, order, wanted))
    wrong, order, wanted = min(readings, key=lambda reading: len(reading[0]))
    if all(_same(rows[row][::-1], label) for row, label in enumerate(wanted)):
        return SWAPPED, HINT_SWAPPED
    row = wrong[0]
    message = both(
        "{count} 行标签不对，例如第 {row} 行：图片是 {name}，标签是 {found}。",
        "{count} rows are wrong, for example row {row}: the picture is {name}, the label {found}.",
        count=len(wrong),
        row=row,
        name=names[order[row]],
        found=[round(value, 6) for value in rows[row]],
    )
    return message, HINT_NAMES


def _orders(facts: Mapping[str, Json]) -> list[list[int]]:
    """Return the orders of pictures that the labels may be in.

    Where every row of the images was recognised there is one. Otherwise the images are wrong, which is another check's
    matter, and the labels may be in the order in which the folder was listed, or sorted.
    """
    matches = facts["images"].get("pictures", [])
    if len(matches) == len(facts["pictures"]) and None not in matches:
        return [list(matches)]
    return [order for order in (facts["listed"], list(range(len(facts["pictures"])))) if order]


def _same(row: Sequence[float], label: Sequence[float]) -> bool:
    """Tell whether a row is a label."""
    return all(abs(one - other) <= EXACT for one, other in zip(row, label, strict=True))
