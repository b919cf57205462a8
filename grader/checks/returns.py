"""The check ``returns``: the function answered the class numbers that the model it trained predicts itself."""

from collections.abc import Mapping

from exercises.schema import ReturnsCheck
from exercises.text import Text
from grader.checks.judgement import Context, Judgement
from grader.contract import Json
from grader.messages import both, counted, shape_text

TIE = 1e-4  #: two classes this near each other may be decided either way

RIGHT = Text(zh="返回的类别正确。", en="The returned classes are the model's own.")
NOTHING = Text(zh="函数没有返回任何东西。", en="The function returned nothing.")
BOOLEANS = Text(zh="应返回类别编号，而不是 True 或 False。", en="Class numbers expected, not True or False.")
PROBABILITIES = Text(zh="应返回类别编号，而不是概率。", en="Class numbers expected, not probabilities.")
NOT_FINITE = Text(zh="返回值里有 NaN 或无穷大。", en="Some of the returned numbers are NaN or infinite.")
SWAPPED = Text(
    zh="类别全都颠倒了：模型说是 0 的，返回了 1，反过来也一样。",
    en="All classes are swapped: 1 was returned where the model says 0, and the other way round.",
)
HINT = Text(
    zh="返回 np.argmax(model.predict(test_images), axis=1)。",
    en="Return np.argmax(model.predict(test_images), axis=1).",
)
HINT_RETURN = Text(zh="检查函数最后的 return。", en="Check the function's return.")
HINT_ARRAY = Text(
    zh="np.argmax(..., axis=1) 的结果已经是数组，直接返回它；如果是列表，用 np.array(...) 转换。",
    en="np.argmax(..., axis=1) gives an array already: return it as it is; turn a list into one with np.array(...).",
)
HINT_COLUMN = Text(
    zh="每张图片只要一个数：对两列概率用 np.argmax(..., axis=1)，多出来的一维用 .reshape(-1) 去掉。",
    en="One number per picture: np.argmax(..., axis=1) over the two columns; .reshape(-1) removes an axis you do not "
    "need.",
)
HINT_ROWS = Text(
    zh="对 test_images 的每一张图片给出一个类别：预测 test_images，而不是别的图片，并且写 axis=1。",
    en="Give one class for each of test_images: predict those and no other pictures, and write axis=1.",
)
HINT_NUMBERS = Text(
    zh="0 是猫，1 是狗：不要加 1，也不要换成别的编号。",
    en="0 is a cat, 1 is a dog: add nothing, and use no other numbers.",
)

#: What is wrong, and what to do about it.
Wrong = tuple[Text, Text]


def check_returns(check: ReturnsCheck, context: Context) -> Judgement:
    """Compare the answer with the classes that the claimed weights predict in the judge."""
    facts = context.capture(check.capture)
    answer, own = facts["answer"], facts["own_classes"]
    expected = {"shape": [len(own)], "type": "ndarray"}
    actual = {key: answer.get(key) for key in ("type", "shape", "dtype")}
    wrong = _wrong_form(answer, len(own)) or _no_numbers(answer)
    # Whoever trained another model predicts with that one: one mistake, which another check has told.
    if wrong is None and (facts["steps"] or not facts.get("elsewhere")):
        wrong = _wrong_classes(answer["values"], own, facts["margins"])
    if wrong is None:
        return Judgement.right(expected, actual, RIGHT)
    return Judgement.wrong(expected, actual, *wrong)


def _wrong_form(answer: Mapping[str, Json], rows: int) -> Wrong | None:
    """Return what is wrong with the answer's type or shape, whatever the model predicts."""
    if answer["problem"] == "returned_none":
        return NOTHING, HINT_RETURN
    if answer["problem"] == "not_numeric" and answer["array"]:
        message = both(
            "数组里应是类别编号（整数），实际的类型是 {found}。",
            "An array of class numbers expected, one of type {found} found.",
            found=str(answer.get("dtype")),
        )
        return message, HINT
    if answer["problem"] in {"not_an_array", "not_numeric"} or not answer["array"]:
        message = both(
            "应返回一个 numpy 数组，实际是 {found}。",
            "A numpy array of numbers expected, {found} found.",
            found=str(answer["type"]),
        )
        return message, HINT_ARRAY
    if answer["shape"] != [rows] or answer["problem"] is not None:
        return _wrong_shape(answer.get("shape") or [], rows)
    return None


def _no_numbers(answer: Mapping[str, Json]) -> Wrong | None:
    """Return why the values of a flat array are no class numbers."""
    if answer["dtype"] == "bool":
        return BOOLEANS, HINT
    if not answer.get("finite", True):
        return NOT_FINITE, HINT
    if any(value != round(value) for value in answer["values"]):
        return PROBABILITIES, HINT
    return None


def _wrong_shape(shape: list[int], rows: int) -> Wrong:
    """Return what is wrong with the answer's shape."""
    values = {"wanted": shape_text([rows]), "found": shape_text(shape)}
    message = both(
        "返回值的形状应为 {wanted}（每张测试图片一个类别），实际是 {found}。",
        "Shape {wanted} expected (one class number per test picture), {found} found.",
        **values,
    )
    return message, HINT_COLUMN if len(shape) > 1 and rows in shape else HINT_ROWS


def _wrong_classes(values: list[float], own: list[int], margins: list[float]) -> Wrong | None:
    """Return what is wrong with the classes: not the model's own, swapped, or no classes at all."""
    sure = [row for row, margin in enumerate(margins) if margin > TIE]
    others = sorted({value for value in values if value not in {0, 1}})
    if others:
        message = both(
            "类别编号只有 0 和 1，实际出现了 {found}。",
            "Class numbers are 0 and 1; {found} was found.",
            found=int(others[0]),
        )
        return message, HINT_NUMBERS
    wrong = [row for row in sure if values[row] != own[row]]
    if not wrong:
        return None
    if wrong == sure and len(set(own)) > 1:
        return SWAPPED, HINT_NUMBERS
    message = counted(
        len(wrong),
        "{count} 张测试图片的类别不是模型自己的预测，例如第 {row} 张（从 0 数起）。",
        "{count} of the test pictures has a class that the model itself does not predict: picture {row} (counted from "
        "0).",
        "{count} of the test pictures have a class that the model itself does not predict, for example picture {row} "
        "(counted from 0).",
        row=wrong[0],
    )
    return message, HINT
