"""What to tell a student about an error message: rows of (stable part of the message, hint), first match wins.

Messages of Keras and OpenCV carry versions, paths and colour codes, so only parts that stay are matched. The rows come
from running old course code on Keras 3.15; see docs/decisions/0023.
"""

import difflib
import re
from collections.abc import Iterable

from exercises.text import Text
from grader.messages import both

#: (pattern in "Type: message", Chinese, English)
ROWS: tuple[tuple[str, str, str], ...] = (
    (r"not recognized: \{'lr'", "把 lr= 改成 learning_rate=。", "Write learning_rate= instead of lr=."),
    (
        r"keras\.optimizers' has no attribute 'adam'",
        "类名是 Adam,A 要大写。",
        "The class is called Adam, with a capital A.",
    ),
    (r"keras\.optimizers\.legacy", "请使用 keras.optimizers.Adam。", "Use keras.optimizers.Adam."),
    (
        r"No module named 'keras\.layers\.",
        "所有层都直接从 keras.layers 导入，例如 from keras.layers import Dense。",
        "Import every layer from keras.layers itself, for example: from keras.layers import Dense.",
    ),
    (
        r"np_utils",
        "np_utils 已经没有了：from keras.utils import to_categorical。",
        "np_utils is gone: from keras.utils import to_categorical.",
    ),
    (
        r"No module named 'keras\.engine",
        "从 keras 或 keras.layers 导入。",
        "Import from keras or keras.layers instead.",
    ),
    (
        r"module 'tensorflow\S*' has no attribute '(Session|ConfigProto|placeholder|contrib|set_random_seed)'",
        "这是 TensorFlow 1 的写法，现在不需要了，请删去。",
        "That belongs to TensorFlow 1 and is no longer needed: delete it.",
    ),
    (
        r"has no attribute 'predict_(classes|proba)'",
        "使用 np.argmax(model.predict(x), axis=1)。",
        "Use np.argmax(model.predict(x), axis=1).",
    ),
    (r"has no attribute 'fit_generator'", "使用 model.fit(...)。", "Use model.fit(...)."),
    (r"unexpected keyword argument 'nb_epoch'", "nb_epoch 现在叫 epochs。", "nb_epoch is called epochs now."),
    (
        r"Expected `metrics` argument to be a list",
        "metrics 要写成列表：metrics=['accuracy']。",
        "metrics must be a list: metrics=['accuracy'].",
    ),
    (
        r"Could not interpret metric identifier",
        "没有这个指标；请写 'accuracy'。",
        "There is no such metric; write 'accuracy'.",
    ),
    (
        r"Could not interpret loss identifier",
        "没有这个损失函数；检查拼写，例如 'categorical_crossentropy'。",
        "There is no such loss; check the spelling, for example 'categorical_crossentropy'.",
    ),
    (
        r"Could not interpret optimizer identifier: <class",
        "传入的是类本身；请加上括号：Adam(learning_rate=...)。",
        "You passed the class itself; call it: Adam(learning_rate=...).",
    ),
    (r"Could not interpret optimizer", "没有这个优化器；请写 'adam'。", "There is no such optimizer; write 'adam'."),
    (
        r"Could not interpret activation",
        "没有这个激活函数；检查拼写(小写)，例如 'relu'。",
        "There is no such activation; check the spelling (small letters), for example 'relu'.",
    ),
    (r"\{'border_mode'", "border_mode 现在叫 padding。", "border_mode is called padding now."),
    (r"\{'subsample'", "subsample 现在叫 strides。", "subsample is called strides now."),
    (r"\{'init'", "init 现在叫 kernel_initializer。", "init is called kernel_initializer now."),
    (
        r"missing 1 required positional argument: 'units'",
        "需要写明神经元个数，例如 Dense(10)(output_dim 现在叫 units)。",
        "Say how many units, for example Dense(10) (output_dim is called units now).",
    ),
    (
        r"invalid value for `units`|expected a positive integer",
        "个数必须是整数，例如 10，不是 '10' 或 10.0。",
        "It must be a whole number such as 10, not '10' or 10.0.",
    ),
    (
        r"Unrecognized keyword arguments passed to",
        "这一层没有这个参数；检查参数名的拼写。",
        "This layer has no such argument; check how it is spelled.",
    ),
    (
        r"Cannot convert '\d+' to a shape",
        "形状要写成元组，一个数时也要有逗号：(100,)。",
        "A shape is a tuple, with a comma even for one number: (100,).",
    ),
    (
        r"Only instances of `keras.Layer` can be added.*<class",
        "少了括号：写 Flatten()，而不是 Flatten。",
        "The brackets are missing: write Flatten(), not Flatten.",
    ),
    (
        r"Only instances of `keras.Layer` can be added",
        "用 model.add(层)，不要先调用它。",
        "Use model.add(layer); do not call it.",
    ),
    (
        r"expected ndim=3, found ndim=2",
        "SimpleRNN 需要三维输入：它前面不能有 Flatten，也不能是另一个没有 return_sequences=True 的循环层。",
        "SimpleRNN wants three dimensions: no Flatten before it, and no other RNN without return_sequences=True.",
    ),
    (
        r"expected min_ndim=4, found ndim=3",
        "输入形状要带通道：(28, 28, 1)。",
        "The input shape needs the channel: (28, 28, 1).",
    ),
    (
        r"output size would be zero or negative",
        "到这一步时图片已经小于窗口或卷积核。",
        "By this step the picture is smaller than the kernel or window.",
    ),
    (
        r"must call `compile\(\)`",
        "在 model.fit 之前调用 model.compile(...)。",
        "Call model.compile(...) before model.fit(...).",
    ),
    (
        r"must have the same rank|Argument `output` must have rank",
        "标签的形状与损失函数、输出层不配：one-hot 标签用 categorical_crossentropy，并确认 Dense 之前有 Flatten。",
        "Labels, loss and last layer do not fit: one-hot labels go with categorical_crossentropy; is there a Flatten?",
    ),
    (
        r"Data cardinality is ambiguous",
        "图片和标签的个数不同，或者传入了列表；请用 np.array(...)。",
        "Pictures and labels differ in number, or a list was passed; use np.array(...).",
    ),
    (
        r"inhomogeneous shape|Invalid dtype: object",
        "图片大小不一；先把每一张缩放到同样大小。",
        "The pictures differ in size: resize each one first.",
    ),
    (
        r"ssize\.empty\(\)|'NoneType' and '(float|int)'|'NoneType' object is not subscriptable",
        "cv2.imread 返回了 None：路径不对(要用 os.path.join(data_path, 文件名))。",
        "cv2.imread returned None: the path is wrong (join it: os.path.join(data_path, name)).",
    ),
    (
        r"'NoneType' object has no attribute",
        "前面的函数没有返回值：检查 return。",
        "An earlier function returned nothing: check its return.",
    ),
    (
        r"is out of bounds for axis 0",
        "行数比文件数少；用 len(文件名列表) 来决定行数。",
        "There are more files than rows: size the array by len(names).",
    ),
    (r"Can't parse 'dsize'", "resize 的大小必须是两个整数。", "The size for resize must be two whole numbers."),
    (r"Cannot cast ufunc 'divide'", "写 img = img / 255.0，而不是 /=。", "Write img = img / 255.0, not /=."),
    (
        r"module 'numpy' has no attribute '(float|int|bool)'",
        "去掉 np. 前缀，例如写 float。",
        "Drop the np. prefix: write float or int.",
    ),
    (r"URL fetch failure", "沙箱里没有网络；请使用给出的数据。", "There is no network here; use the data given."),
    (
        r"^IndentationError|^TabError",
        "检查这一行的缩进：同一段代码要对齐。",
        "Check this line's indentation: a block lines up.",
    ),
    (r"^SystemExit", "去掉 exit()、quit() 或 sys.exit()。", "Remove exit(), quit() or sys.exit()."),
    (
        r"^SyntaxError",
        "检查这一行和上一行：括号、引号和冒号是否成对、齐全。",
        "Check this line and the one before: brackets, quotes and colons must be complete.",
    ),
    (r"^ModuleNotFoundError", "这里没有这个模块；检查模块名的拼写。", "There is no such module here; check its name."),
)

KERAS_NAMES = (
    "Sequential", "Model", "Conv2D", "MaxPool2D", "MaxPooling2D", "AveragePooling2D", "Flatten", "Dense", "Dropout",
    "Activation", "Embedding", "SimpleRNN", "LSTM", "GRU", "Reshape", "BatchNormalization", "Input",
)  # fmt: skip

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def plain_message(text: str) -> str:
    """Return an error message without colour codes and line ends."""
    return " ".join(COLOUR.sub("", text).split())


def hint_for(error_type: str, message: str, source: str) -> Text | None:
    """Return what to tell the student about an error, if we know it.

    Args:
        error_type: Name of the exception's class.
        message: Its message.
        source: The student's program, for names that were meant.

    """
    line = f"{error_type}: {plain_message(message)}"
    if error_type == "NameError":
        return _name_hint(line, source)
    for pattern, zh, en in ROWS:
        if re.search(pattern, line):
            return Text(zh=zh, en=en)
    return _attribute_hint(line, source) if error_type == "AttributeError" else None


def _name_hint(line: str, source: str) -> Text | None:
    """Say which name was probably meant, or that it is not defined."""
    found = re.search(r"name '([^']{1,60})' is not defined", line)
    if found is None:
        return None
    name = found.group(1)
    meant = _nearest(name, {*_identifiers(source), *KERAS_NAMES} - {name})
    if meant:
        return both("是不是想写 {meant}?", "Did you mean {meant}?", meant=meant)
    return both(
        "{name} 没有定义：检查拼写，或者先导入它。",
        "{name} is not defined: check how it is spelled, or import it.",
        name=name,
    )


def _attribute_hint(line: str, source: str) -> Text | None:
    """Say which attribute was probably meant."""
    found = re.search(r"has no attribute '([^']{1,60})'", line)
    meant = _nearest(found.group(1), {*_identifiers(source), *KERAS_NAMES} - {found.group(1)}) if found else None
    return both("是不是想写 {meant}?", "Did you mean {meant}?", meant=meant) if meant else None


def _identifiers(source: str) -> Iterable[str]:
    """Return the words of a program that could be names."""
    return re.findall(r"[^\W\d]\w{2,40}", source[:100_000])


def _nearest(name: str, known: set[str]) -> str | None:
    """Return the known name that is most like ``name``."""
    by_lower = {word.lower(): word for word in sorted(known)}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.75)
    return by_lower[found[0]] if found else None
