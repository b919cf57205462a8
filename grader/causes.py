"""Why a capture can be judged by no check: the run did not end, or what it returned is not what was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from exercises.text import Text
from grader.contract import Json
from grader.messages import both
from grader.student_errors import error_from_json

CHECK_RETURN = ("检查函数最后的 return。", "Check the function's return.")

#: problem word -> (Chinese, English, Chinese hint, English hint)
PROBLEMS: dict[str, tuple[str, str, str, str]] = {
    "missing_function": (
        "没有找到函数 {function}()。",
        "There is no function {function}().",
        "不要改动函数名，也不要删去它。",
        "Do not rename or remove the function.",
    ),
    "returned_none": ("{function}() 没有返回任何东西。", "{function}() returned nothing.", *CHECK_RETURN),
    "not_a_model": (
        "{function}() 返回的是 {found}，不是 Keras 模型。",
        "{function}() returned {found}, not a Keras model.",
        *CHECK_RETURN,
    ),
    "not_a_pair": (
        "{function}() 应返回两个数组(图片和 one-hot)，实际返回的是 {found}。",
        "{function}() must return two arrays (images and one-hot labels), but returned {found}.",
        *CHECK_RETURN,
    ),
    "too_many_layers": ("模型的层太多了。", "The model has too many layers.", *CHECK_RETURN),
    "not_buildable": (
        "用题目的输入形状搭建模型时出错：{detail}",
        "Building the model for the exercise's input shape failed: {detail}",
        "检查输入形状，以及相邻两层是否接得上。",
        "Check the input shape, and that each layer fits the one before it.",
    ),
    "not_traceable": (
        "看不出模型由哪些层组成（{found}）：{detail}",
        "Which layers the model is made of cannot be read ({found}): {detail}",
        "用 keras.layers 或 keras.ops 代替直接调用 tf 的运算。",
        "Use keras.layers or keras.ops instead of raw tf operations.",
    ),
    "unreadable": (
        "{function}() 留下的结果无法读取。",
        "What {function}() left behind cannot be read.",
        "请直接返回结果，不要改动运行环境。",
        "Return the result itself, and leave the environment alone.",
    ),
}

#: ending -> (Chinese, English, Chinese hint, English hint)
ENDINGS: dict[str, tuple[str, str, str, str]] = {
    "timed_out": (
        "{what}超过了时间限制。",
        "{what} took longer than allowed.",
        "检查有没有不会结束的循环或等待。",
        "Look for a loop or a wait that never ends.",
    ),
    "out_of_memory": (
        "{what}用完了内存。",
        "{what} used up the memory.",
        "检查数组或层是不是太大。",
        "Look for an array or a layer that is far too large.",
    ),
    "too_much_output": (
        "{what}打印了太多内容。",
        "{what} printed far too much.",
        "去掉循环里的 print。",
        "Remove the print from the loop.",
    ),
    "violation": (
        "{what}做了沙箱不允许的事，已被停止。",
        "{what} did something the sandbox does not allow and was stopped.",
        "不要使用网络、子进程或系统调用。",
        "Use no network, no subprocess, no system calls.",
    ),
}


@dataclass(frozen=True, slots=True)
class Cause:
    """Why nothing about a capture can be checked."""

    message: Text
    hint: Text | None


def cause_of(capture: Mapping[str, Json]) -> Cause | None:
    """Return why a capture is of no use to any check; None when it can be checked.

    Args:
        capture: The capture's evidence.

    """
    ending = capture["ending"]
    if ending == "raised":
        return _raised(capture)
    if ending != "finished":
        function = f"{capture['function']}()"
        whole = not capture["imported"]
        zh, en, hint_zh, hint_en = ENDINGS[ending]
        message = both(
            zh.format(what="程序在导入时" if whole else f"{function} "),
            en.format(what="Importing the program" if whole else function),
        )
        return Cause(message, both(hint_zh, hint_en))
    if capture.get("problem") is None:
        return None
    zh, en, hint_zh, hint_en = PROBLEMS[capture["problem"]]
    values = {name: str(capture.get(name) or "?") for name in ("function", "found", "detail")}
    return Cause(both(zh, en, **values), both(hint_zh, hint_en))


def _raised(capture: Mapping[str, Json]) -> Cause:
    """Return the cause of a run that an exception or an early exit ended."""
    error = error_from_json(capture["error"])
    function = f"{capture['function']}()"
    if error is None:
        message = both(
            "{what} 还没有返回，程序就自己结束了。", "The program ended itself before {what} returned.", what=function
        )
        return Cause(message, both("去掉 exit()、quit() 或 os._exit()。", "Remove exit(), quit() or os._exit()."))
    zh_line = f"第 {error.line} 行" if error.line else ""
    en_line = f" at line {error.line}" if error.line else ""
    if capture["imported"]:
        zh, en = "{what} 运行时出错（{type}，{line}）：{message}", "{what} raised {type}{line}: {message}"
    else:
        zh, en = "程序无法运行（{type}，{line}）：{message}", "The program does not run: {type}{line}: {message}"
    values = {"what": function, "type": error.type, "message": error.message or "-"}
    chinese = both(zh, en, line=zh_line, **values).zh.replace("，）", "）")
    english = both(zh, en, line=en_line, **values).en
    return Cause(Text(zh=chinese, en=english), error.hint)
