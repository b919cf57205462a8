"""The check ``returns``: the function answered the class numbers that the model it trained predicts itself."""

from collections.abc import Mapping

from exercises.schema import ReturnsCheck
from exercises.text import Text
from grader.checks.judgement import Context, Judgement
from grader.contract import Json
from grader.messages import both, shape_text

TIE = 1e-4  #: two classes this near each other may be decided either way

RIGHT = Text(zh="返回的类别正确。", en="The returned classes are the model's own.")
HINT = Text(
    zh="返回 np.argmax(model.predict(test_images), axis=1)。",
    en="Return np.argmax(model.predict(test_images), axis=1).",
)


def check_returns(check: ReturnsCheck, context: Context) -> Judgement:
    """Compare the answer with the classes that the claimed weights predict in the judge."""
    facts = context.capture(check.capture)
    answer, own = facts["answer"], facts["own_classes"]
    expected = {"shape": [len(own)], "type": "ndarray"}
    actual = {key: answer.get(key) for key in ("type", "shape", "dtype")}
    wrong = _wrong_form(answer, len(own)) or _wrong_classes(answer["values"], own, facts["margins"])
    if wrong is None:
        return Judgement.right(expected, actual, RIGHT)
    return Judgement.wrong(expected, actual, wrong, HINT)


def _wrong_form(answer: Mapping[str, Json], rows: int) -> Text | None:
    """Return what is wrong with the answer's type and shape."""
    if answer["problem"] == "returned_none":
        return Text(zh="函数没有返回任何东西。", en="The function returned nothing.")
    if answer["problem"] in {"not_an_array", "not_numeric"} or not answer["array"]:
        return both(
            "应返回一个 numpy 数组，实际是 {found}。",
            "A numpy array of numbers expected, {found} found.",
            found=str(answer["type"]),
        )
    if answer["shape"] != [rows] or answer["problem"] is not None:
        return both(
            "返回值的形状应为 {wanted}(每张测试图片一个类别)，实际是 {found}。",
            "Shape {wanted} expected (one class number per test picture), {found} found.",
            wanted=shape_text([rows]),
            found=shape_text(answer.get("shape")),
        )
    if answer["dtype"] == "bool":
        return Text(zh="应返回类别编号，而不是 True 或 False。", en="Class numbers expected, not True or False.")
    if any(value != round(value) for value in answer["values"]):
        return Text(zh="应返回类别编号，而不是概率。", en="Class numbers expected, not probabilities.")
    return None


def _wrong_classes(values: list[float], own: list[int], margins: list[float]) -> Text | None:
    """Return how many classes are not the model's own."""
    wrong = [
        row
        for row, (value, mine) in enumerate(zip(values, own, strict=True))
        if value != mine and (margins[row] > TIE or value not in {0, 1})
    ]
    if not wrong:
        return None
    return both(
        "{count} 张测试图片的类别不是模型自己的预测，例如第 {row} 张。",
        "{count} classes are not what the model itself predicts, for example that of picture {row}.",
        count=len(wrong),
        row=wrong[0],
    )
