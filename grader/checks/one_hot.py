"""The check ``one_hot``: each row of the labels fits the picture in the same row of the images.

Where the images are wrong in a way that leaves open which picture a row shows, labels that look like labels are neither
right nor wrong: the check of the images has told the mistake.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from exercises.schema import ImagesCheck, OneHotCheck
from exercises.text import Text
from grader.checks.images import are_swapped
from grader.checks.judgement import Context, Judgement
from grader.contract import Json
from grader.messages import both, counted, shape_text

CAT, DOG = (1.0, 0.0), (0.0, 1.0)
KINDS = (CAT, DOG)
EXACT = 1e-6

Rows = Sequence[Sequence[float]]
Known = Sequence[tuple[int, int]]  #: row of the labels, and the picture in the same row of the images

RIGHT = Text(zh="one-hot 标签正确。", en="The one-hot labels are right.")
SWAPPED = Text(zh="两列颠倒了。", en="The two columns are swapped.")
HINT_SWAPPED = Text(zh="第 0 列是猫，第 1 列是狗。", en="Column 0 is cat, column 1 is dog.")
HINT_NAMES = Text(
    zh="看整个文件名（不含文件夹）里有没有 cat：有就把第 0 列设为 1，没有就把第 1 列设为 1。",
    en="Look for cat in the file's name, all of it, not in its folder: column 0 is 1 if it is there, else column 1.",
)
HINT_ONE_OF_TWO = Text(
    zh="每一行正好有一个 1：检查 if 与 else 各设哪一列，以及行号 i 是不是每张图片加 1。",
    en="Exactly one 1 stands in each row: check which column if and else set, and that i grows with each picture.",
)
HINT_ORDER = Text(
    zh="标签的顺序与图片不同：在同一个循环里填写两者，打乱时也要一起打乱。",
    en="The labels stand in another order than the pictures: fill both in the same loop, shuffle them together.",
)
NOT_FINITE = Text(
    zh="标签只有 0 和 1，实际出现了 NaN 或无穷大。", en="Labels are only 0 and 1; NaN or infinity was found."
)
ROWS_UNKNOWN = Text(
    zh="看不出每行标签属于哪一张图片，因为图片不对。",
    en="Which picture each row of labels belongs to cannot be seen, because the images are wrong.",
)
HINT_IMAGES_FIRST = Text(zh="先改正图片。", en="Put the images right first.")
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


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with one folder's labels, and what to do; ``open`` where it may be the images' fault alone."""

    message: Text
    hint: Text
    open: bool = False


UNKNOWN = _Wrong(ROWS_UNKNOWN, HINT_IMAGES_FIRST, open=True)


def check_one_hot(check: OneHotCheck, context: Context) -> Judgement:
    """Check the labels of every folder; the first folder with a mistake decides, one that is the labels' own first."""
    facts = {name: context.capture(name) for name in check.captures}
    expected = {name: {"shape": [len(one["pictures"]), 2]} for name, one in facts.items()}
    actual = {name: {key: one["onehot"].get(key) for key in ("type", "shape", "dtype")} for name, one in facts.items()}
    hint = HINT_ORDER if all(map(_cats_are_right, facts.values())) else HINT_NAMES
    found = [wrong for one in facts.values() if (wrong := _mistake(one, hint)) is not None]
    if not found and _are_enough(facts.values()):
        return Judgement.right(expected, actual, RIGHT)
    wrong = min(found, key=lambda one: one.open, default=UNKNOWN)
    if wrong.open:
        wrong = _never_set(facts.values()) or wrong
    told_by = _images_check(check, context) if wrong.open else None
    return Judgement.wrong(expected, actual, wrong.message, wrong.hint, told_by)


def _images_check(check: OneHotCheck, context: Context) -> str | None:
    """Return the id of the check of the same folders' images."""
    checks = (one for one in context.bundle.code.checks if isinstance(one, ImagesCheck))
    return next((one.id for one in checks if set(one.captures) & set(check.captures)), None)


def _mistake(facts: Mapping[str, Json], hint: Text) -> _Wrong | None:
    """Return what is wrong with one folder's labels.

    Args:
        facts: What the two arrays show.
        hint: What to do about labels of other pictures.

    """
    onehot = facts["onehot"]
    if are_swapped(facts):
        return UNKNOWN
    if onehot["problem"] == "not_numeric" and onehot["array"]:
        message = both(
            "one-hot 里应是数字 0 和 1，实际的类型是 {found}。",
            "One-hot labels are the numbers 0 and 1; an array of type {found} found.",
            found=str(onehot.get("dtype")),
        )
        return _Wrong(message, HINT_NUMBERS)
    if onehot["problem"] in {"not_an_array", "not_numeric"} or not onehot["array"]:
        message = both(
            "one-hot 应是一个 numpy 数组，实际是 {found}。",
            "The one-hot labels must be one numpy array of numbers; found {found}.",
            found=str(onehot["type"]),
        )
        return _Wrong(message, Text(zh="返回 np.array(onehot)。", en="Return np.array(onehot)."))
    return _wrong_shape(facts) or _wrong_values(onehot) or _wrong_rows(facts, onehot["rows"], hint)


def _wrong_shape(facts: Mapping[str, Json]) -> _Wrong | None:
    """Return what is wrong with the labels' shape; as many rows as a wrong number of images is the images' mistake."""
    onehot, count = facts["onehot"], len(facts["pictures"])
    shape = onehot.get("shape") or []
    if onehot["problem"] is None and shape == [count, 2]:
        return None
    if shape[1:] == [2] and shape[0] == _rows_of_images(facts) != count:
        return UNKNOWN if onehot["problem"] is not None else None
    message = both(
        "one-hot 的形状应为 {wanted}，实际是 {found}。",
        "One-hot labels of shape {wanted} expected, {found} found.",
        wanted=shape_text([count, 2]),
        found=shape_text(onehot.get("shape")),
    )
    return _Wrong(message, _hint_for_shape(shape, count))


def _wrong_values(onehot: Mapping[str, Json]) -> _Wrong | None:
    """Return which value can be no label's."""
    if not onehot.get("finite", True):
        return _Wrong(NOT_FINITE, HINT_NUMBERS)
    others = [value for row in onehot["rows"] for value in row if min(abs(value), abs(value - 1)) > EXACT]
    if not others:
        return None
    message = both(
        "标签只有 0 和 1，实际出现了 {found}。", "Labels are only 0 and 1; {found} was found.", found=f"{others[0]:.6g}"
    )
    return _Wrong(message, HINT_NUMBERS)


def _hint_for_shape(shape: Sequence[int], count: int) -> Text:
    """Return what to do about labels of another shape."""
    if list(shape) in ([count], [count, 1]):
        return HINT_TWO_COLUMNS
    return HINT_TRANSPOSED if list(shape) == [2, count] else HINT_SHAPE


def _wrong_rows(facts: Mapping[str, Json], rows: Rows, hint: Text) -> _Wrong | None:
    """Return what is wrong with the rows, under the order that suits the student best.

    Where every row of the images was recognised there is one. Otherwise the images are wrong, and the labels may be in
    the order in which the folder was listed, or sorted.
    """
    names, known = facts["pictures"], _known(facts, rows)
    if not rows:
        return None
    if len(_matches(facts)) == len(rows) == len(names) == len(known):
        return _wrong_labels(known, rows, names, hint)
    orders = [order for order in (facts["listed"], list(range(len(names)))) if len(order) == len(rows)]
    found = [_wrong_labels(list(enumerate(order)), rows, names, hint) for order in orders]
    if None in found:
        return None
    swapped = next((one for one in found if one is not None and one.message == SWAPPED), None)
    return swapped or _no_label(facts, rows) or _wrong_count(facts, rows) or _wrong_beside_images(facts, rows, hint)


def _wrong_labels(known: Known, rows: Rows, names: Sequence[str], hint: Text) -> _Wrong | None:
    """Return what is wrong with rows whose pictures are known."""
    wrong = [(row, picture) for row, picture in known if not _same(rows[row], _label(names[picture]))]
    if not wrong:
        return None
    if all(_same(rows[row][::-1], _label(names[picture])) for row, picture in known):
        return _Wrong(SWAPPED, HINT_SWAPPED)
    row, picture = wrong[0]
    message = counted(
        len(wrong),
        "{count} 行标签不对，例如第 {row} 行：图片是 {name}，标签是 {found}。",
        "{count} row is wrong, row {row}: the picture is {name}, the label {found}.",
        "{count} rows are wrong, for example row {row}: the picture is {name}, the label {found}.",
        row=row,
        name=names[picture],
        found=[round(value, 6) for value in rows[row]],
    )
    return _Wrong(message, hint if _is_label(rows[row]) else HINT_ONE_OF_TWO)


def _no_label(facts: Mapping[str, Json], rows: Rows) -> _Wrong | None:
    """Return which row is no label, whatever the picture; there may be as many of those as pictures are missing."""
    odd = [row for row, values in enumerate(rows) if not _is_label(values)]
    images = _rows_of_images(facts)
    if len(odd) <= max(len(facts["pictures"]) - images, 0) and (len(odd) < len(rows) or not images):
        return None
    return _odd_row(odd[0], rows[odd[0]])


def _never_set(folders: Iterable[Mapping[str, Json]]) -> _Wrong | None:
    """Return that no row of any folder is a label, where there are rows."""
    rows = [(number, row) for one in folders for number, row in enumerate(one["onehot"].get("rows") or [])]
    return _odd_row(*rows[0]) if rows and not any(_is_label(row) for _, row in rows) else None


def _odd_row(row: int, values: Sequence[float]) -> _Wrong:
    """Return what is wrong with a row that is no label."""
    message = both(
        "每行标签应有一个 1 和一个 0，第 {row} 行是 {found}。",
        "Each row of labels has one 1 and one 0; row {row} is {found}.",
        row=row,
        found=list(values),
    )
    return _Wrong(message, HINT_NUMBERS)


def _wrong_count(facts: Mapping[str, Json], rows: Rows) -> _Wrong | None:
    """Return that there are too many or too few cats, where each file has its row, in whatever order."""
    repeated = any(picture is not None for picture in facts["images"].get("again", []))
    if repeated or not len(rows) == _rows_of_images(facts) == len(facts["pictures"]) or _cats_are_right(facts):
        return None
    message = both(
        "标签里有 {found} 只猫，而文件名里有 cat 的有 {wanted} 个。",
        "The labels count {found} as cats; cat stands in {wanted} of the file names.",
        found=sum(_same(row, CAT) for row in rows),
        wanted=sum("cat" in name for name in facts["pictures"]),
    )
    return _Wrong(message, HINT_NAMES)


def _wrong_beside_images(facts: Mapping[str, Json], rows: Rows, hint: Text) -> _Wrong | None:
    """Return what is wrong with labels whose images are too many, too few or not all recognised."""
    known = [(row, picture) for row, picture in _known(facts, rows) if _is_label(rows[row])]
    if len(_matches(facts)) != len(rows) or len(known) * 2 <= len(rows):
        return UNKNOWN
    wrong = _wrong_labels(known, rows, facts["pictures"], hint)
    return wrong if wrong is not None or len(known) == len(rows) else UNKNOWN


def _are_enough(folders: Collection[Mapping[str, Json]]) -> bool:
    """Tell whether right rows are enough: half of all files have theirs, and cats and dogs are among them."""
    rows = [tuple(row) for one in folders for row in one["onehot"]["rows"]]
    wanted = [_label(name) for one in folders for name in one["pictures"]]
    return len(rows) * 2 >= len(wanted) and all(any(_same(row, kind) for row in rows) for kind in set(wanted))


def _cats_are_right(facts: Mapping[str, Json]) -> bool:
    """Tell whether the rows are labels, of as many cats and dogs as there are files of each."""
    rows, names = facts["onehot"].get("rows") or [], facts["pictures"]
    return all(sum(_same(row, kind) for row in rows) == [_label(name) for name in names].count(kind) for kind in KINDS)


def _matches(facts: Mapping[str, Json]) -> Sequence[int | None]:
    """Return which picture each row of the images shows."""
    matches: Sequence[int | None] = facts["images"].get("pictures") or []
    return matches


def _known(facts: Mapping[str, Json], rows: Rows) -> Known:
    """Return the rows of labels whose picture was recognised in the same row of the images."""
    pairs = enumerate(_matches(facts)[: len(rows)])
    return [(row, picture) for row, picture in pairs if picture is not None]


def _rows_of_images(facts: Mapping[str, Json]) -> int:
    """Return how many rows the images have; where they have no shape, as many as there are files."""
    shape = facts["images"].get("shape")
    return shape[0] if shape else len(facts["pictures"])


def _label(name: str) -> tuple[float, float]:
    """Return the label of the picture of this name."""
    return CAT if "cat" in name else DOG


def _is_label(row: Sequence[float]) -> bool:
    """Tell whether a row is a label, of a cat or a dog."""
    return any(_same(row, kind) for kind in KINDS)


def _same(row: Sequence[float], label: Sequence[float]) -> bool:
    """Tell whether a row is a label."""
    return all(abs(one - other) <= EXACT for one, other in zip(row, label, strict=True))
