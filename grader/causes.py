"""Why a capture can be judged by no check: the run did not end, or what it returned is not what was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from exercises.schema import CodeExercise, Limits
from exercises.text import Text
from grader.contract import Json
from grader.hints import hint_for
from grader.messages import both
from grader.student_errors import error_from_json

CHECK_RETURN = ("检查函数最后的 return。", "Check the function's return.")

#: problem word -> (Chinese, English, Chinese hint, English hint)
PROBLEMS: dict[str, tuple[str, str, str, str]] = {
    "missing_function": (
        "没有找到函数 {function}()。",
        "There is no function {function}().",
        "检查 def 后面的名字：函数必须叫 {function}，写在文件的最外层，不能改名或删去。",
        "Check the name after def: the function must be called {function} and stand at the outermost level.",
    ),
    "returned_none": (
        "{function}() 没有返回任何东西。",
        "{function}() returned nothing.",
        "在函数最后写 return 和结果，注意缩进；已有 return 的话，检查有没有 model = model.add(...)：它的结果是 None。",
        "End the function in return and the result; where that stands already, look for model = model.add(...).",
    ),
    "returned_print": (
        "{function}() 没有返回任何东西。",
        "{function}() returned nothing.",
        "print(...) 只显示、不返回：把 return print(结果) 改成 return 结果。",
        "print(...) shows and returns nothing: write return result instead of return print(result).",
    ),
    "not_a_model": (
        "{function}() 返回的是 {found}，不是 Keras 模型。",
        "{function}() returned {found}, not a Keras model.",
        "返回模型本身：return model。",
        "Return the model itself: return model.",
    ),
    "not_a_pair": (
        "{function}() 应返回两个数组（图片和 one-hot 标签），实际返回的是 {zh_found}。",
        "{function}() must return two arrays (images and one-hot labels), but returned {en_found}.",
        "写 return np.array(images), onehot，中间有一个逗号。",
        "Write return np.array(images), onehot, with a comma between the two.",
    ),
    "too_many_layers": (
        "模型的层太多了。",
        "The model has too many layers.",
        "检查循环里是不是不停地在加层。",
        "Is there a loop that keeps adding layers?",
    ),
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

#: What the sandbox allows a run to print, in MiB; more ends it.
FLOOD_MIB = 16

#: ending -> (Chinese, English, Chinese hint, English hint); the limit is what the run may use, not what it used.
ENDINGS: dict[str, tuple[str, str, str, str]] = {
    "timed_out": (
        "{what}没有在 {seconds} 秒的限制内结束。",
        "{what} did not end within the limit of {seconds} seconds.",
        "检查有没有不会结束的循环或等待（while、sleep、input），以及是不是做了题目没有要求的训练。",
        "Look for a loop or wait that never ends (while, sleep, input), or a training that the task does not ask for.",
    ),
    "out_of_memory": (
        "{what}用完了 {mib} MiB 内存。",
        "{what} used up the {mib} MiB of memory.",
        "检查数组或层是不是太大，列表是不是在循环里不停地变长。",
        "Look for an array or a layer that is far too large, or a list that keeps growing in a loop.",
    ),
    "too_much_output": (
        "{what}打印了超过 {flood} MiB 的内容。",
        "{what} printed more than {flood} MiB.",
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

#: Kind of capture -> what the function was called on.
CALLED_ON: dict[str, tuple[str, str]] = {
    "folder": ("读取给定的图片文件夹时", " on the given folder of pictures"),
    "training": ("在练习用的小模型上", " on the small practice model"),
    "real_run": ("在真正的图片上训练时", " on the real pictures"),
}

#: A wait for the text of an exception, which is code as well.
TEXT_OF_ERROR = ("第 {line} 行抛出的 {type} 的文字", "The text of the {type} raised at line {line}")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why nothing about a capture can be checked."""

    message: Text
    hint: Text | None


def cause_of(capture: Mapping[str, Json], exercise: CodeExercise) -> Cause | None:
    """Return why a capture is of no use to any check; None when it can be checked.

    Args:
        capture: The capture's evidence.
        exercise: Whose limits held.

    """
    ending = capture["ending"]
    if ending == "raised":
        return _raised(capture)
    if ending != "finished":
        return _stopped(capture, exercise.training_limits if capture["kind"] == "real_run" else exercise.limits)
    if capture.get("problem") is None:
        return None
    zh, en, hint_zh, hint_en = PROBLEMS[capture["problem"]]
    values = {name: str(capture.get(name) or "?") for name in ("function", "found", "detail")}
    values["zh_found"], values["en_found"] = _counted(values["found"], capture.get("length"))
    known = None
    if capture["problem"] in {"not_buildable", "not_traceable"}:
        known = hint_for(values["found"], values["detail"], "")
    return Cause(both(zh, en, **values), known or both(hint_zh, hint_en, **values))


def _counted(found: str, length: int | None) -> tuple[str, str]:
    """Say in both languages what was returned, and how many values where that is what is wrong."""
    return (found, found) if length is None else (f"有 {length} 个值的 {found}", f"a {found} of {length}")


def _stopped(capture: Mapping[str, Json], limits: Limits) -> Cause:
    """Return the cause of a run that was stopped: what it was doing, and the limit that it reached."""
    zh, en, hint_zh, hint_en = ENDINGS[capture["ending"]]
    what_zh, what_en = _doing(capture)
    values = {"seconds": f"{limits.wall_seconds:g}", "mib": str(limits.memory_mib), "flood": str(FLOOD_MIB)}
    message = Text(
        zh=both(zh, en, what=what_zh, **values).zh,
        en=both(zh, en, what=what_en, **values).en,
    )
    return Cause(message, both(hint_zh, hint_en))


def _doing(capture: Mapping[str, Json]) -> tuple[str, str]:
    """Say in both languages what a program was doing when it was stopped."""
    function, error = f"{capture['function']}()", capture["error"]
    if not capture["imported"]:
        return "导入程序（运行函数以外的代码）时", "Importing the program (the code outside functions)"
    if error is not None and error["line"] is not None and capture["ending"] == "timed_out":
        zh, en = (part.format(line=error["line"], type=error["type"]) for part in TEXT_OF_ERROR)
        return zh, en
    on_zh, on_en = CALLED_ON.get(capture["kind"], ("", ""))
    if capture.get("stage") == "returned":
        return f"{function} 已经返回，但读取它返回的结果", f"{function} returned, but reading what it returned"
    return f"{function} {on_zh}", f"{function}{on_en}"


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
