"""Small bundles for the tests of this room: whole as they are given, each test breaks one thing."""

from pathlib import Path

import pytest

MANIFEST = """\
schema = 1
id = "sum-of-two"
kind = "code"
order = 1
file_name = "sum_of_two.py"
title = { zh = "求和", en = "Sum of two" }
summary = { zh = "一层", en = "One layer" }

[[data]]
path = "data/train.npy"
sha256 = "1111111111111111111111111111111111111111111111111111111111111111"
source = "none"

[[captures]]
kind = "model"
id = "model"
function = "build_model"
input_shape = [2]

[training]
capture = "model"
train_inputs = "data/train.npy"
train_targets = "data/targets.npy"
test_inputs = "data/train.npy"
loss = "binary_crossentropy"
epochs = 1
batch_size = 8

[[checks]]
kind = "layers"
id = "layers"
capture = "model"
title = { zh = "结构", en = "Structure" }
network = [{ layer = "Dense", units = 1 }]
weight = 3

[[checks]]
kind = "parameters"
id = "parameters"
capture = "model"
title = { zh = "参数", en = "Parameters" }
expected = 3

[[checks]]
kind = "accuracy"
id = "accuracy"
capture = "model"
title = { zh = "准确率", en = "Accuracy" }
test_targets = "private/targets.npy"
decide = "half"
threshold = 0.9
depends_on = ["layers"]
"""

STUB = """\
from keras import Sequential


def build_model():
    model = Sequential()
    #********* Begin *********#
    pass
    #********* End *********#
    return model
"""

QUIZ = """\
schema = 1
id = "small-quiz"
kind = "quiz"
order = 2
title = { zh = "小测", en = "Small quiz" }
summary = { zh = "两题", en = "Two questions" }

[[questions]]
id = "colour"
kind = "single"
prompt = { zh = "哪种颜色？", en = "Which colour?" }
options = [
    { id = "a", text = { zh = "红", en = "Red" } },
    { id = "b", text = { zh = "蓝", en = "Blue" } },
]

[[questions]]
id = "count"
kind = "numeric"
prompt = { zh = "几个？", en = "How many?" }
"""

ANSWERS = """\
[colour]
accepted = ["b"]
explanation = { zh = "天是蓝的。", en = "The sky is blue." }

[count]
accepted = ["2"]
tolerance = 0.5
explanation = { zh = "数一数。", en = "Count them." }
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write text files into ``folder``, making what folders they need."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode("utf-8"))
    return folder


@pytest.fixture
def code_bundle(tmp_path: Path) -> Path:
    """Write a whole bundle whose answer is code."""
    return write(
        tmp_path / "sum-of-two",
        {
            "exercise.toml": MANIFEST,
            "statement.zh.md": "## 目标\n",
            "statement.en.md": "## Goal\n",
            "stub.py": STUB,
            "solution.py": STUB.replace("pass", "model.add(1)"),
            "data/targets.npy": "not really numbers",
            "private/targets.npy": "nor these",
            "submissions/layers/empty.py": STUB,
        },
    )


@pytest.fixture
def quiz_bundle(tmp_path: Path) -> Path:
    """Write a whole quiz."""
    return write(
        tmp_path / "small-quiz",
        {
            "exercise.toml": QUIZ,
            "statement.zh.md": "## 目标\n",
            "statement.en.md": "## Goal\n",
            "private/answers.toml": ANSWERS,
        },
    )
