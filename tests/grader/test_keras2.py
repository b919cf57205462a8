# ruff: noqa: E501, ISC004 - the programs keep their own line lengths and are written line by line
"""compat = "keras2": what older Keras called otherwise runs where its meaning is plain; elsewhere there is a hint."""

import json
import tomllib
from pathlib import Path

import pytest
from inside_runner import InsideRunner

from exercises.text import Text
from grader import Run
from grader.checks.notes import with_notes
from grader.contract import RunResult
from grader.hints import table
from grader.student_errors import student_error

ROOT = Path(__file__).resolve().parents[2]

#: What the course article's author writes, in words of our own; and what other old course code writes.
IMPORTS = "import keras\nimport numpy as np\nfrom keras.layers import *\nfrom keras.models import Sequential\n"
HEAD = "def build_model():\n    model = Sequential([keras.Input((28, 28, 1))])\n"
DENSE = "    model.add(Flatten())\n    model.add(Dense(2, activation='softmax'))\n    return model\n"
FIT = "    x, y = np.zeros((4, 28, 28, 1)), np.eye(2)[[0, 1, 0, 1]]\n"
COMPILED = f"{DENSE.replace('    return model', FIT)}    model.compile('adam', 'categorical_crossentropy')\n"

#: statement -> the notes that it leaves
UNDERSTOOD = {
    "optimizer": (
        "    keras.optimizers.Adam(lr=0.1)\n    keras.optimizers.SGD(lr=0.1, decay=1e-6, momentum=0.9, nesterov=True)\n"
        "    keras.optimizers.Adam(epsilon=None)\n    keras.optimizers.adam(lr=0.1)\n",
        ["lr_is_learning_rate", "decay_ignored", "dropped:epsilon", "renamed:adam=Adam"],
    ),
    "convolution of Keras 1": (
        "    model.add(Convolution2D(4, 3, 3, border_mode='same', subsample=(2, 2), init='glorot_uniform'))\n",
        ["kernel_in_two", "renamed:border_mode=padding", "renamed:subsample=strides", "renamed:init=kernel_initializer"],
    ),
    "convolution by name": (
        "    model.add(Conv2D(nb_filter=4, nb_row=3, nb_col=3, dim_ordering='tf', bias=False))\n",
        ["kernel_in_two", "renamed:nb_filter=filters", "dropped:dim_ordering", "renamed:bias=use_bias"],
    ),
    "other layers": (
        "    model.add(BatchNormalization(mode=0, axis=-1))\n    model.add(Dropout(p=0.0))\n    Dense(output_dim=3)\n"
        "    SimpleRNN(output_dim=3, inner_init='orthogonal', dropout_W=0.0, consume_less='cpu')\n    MaxPooling1D(pool_length=2)\n",
        [
            "dropped:mode", "renamed:p=rate", "renamed:output_dim=units", "renamed:inner_init=recurrent_initializer",
            "renamed:dropout_W=dropout", "dropped:consume_less", "renamed:pool_length=pool_size",
        ],
    ),
    "words and sequences": (
        "    Embedding(10, 4, init='uniform', W_regularizer='l2', W_constraint='non_neg')\n"
        "    SimpleRNN(3, implementation=1, init='uniform')\n    SimpleRNN(3, input_dim=4, input_length=40)\n"
        "    GRU(3, input_length=40)\n",
        [
            "renamed:init=embeddings_initializer", "renamed:W_regularizer=embeddings_regularizer", "dropped:input_length",
            "renamed:W_constraint=embeddings_constraint", "dropped:implementation", "renamed:init=kernel_initializer",
        ],
    ),
    "modules": (
        "    from keras.layers.core import Dense, Flatten\n    from keras.layers.convolutional import Conv2D\n"
        "    from keras.utils import np_utils\n    np_utils.to_categorical([0, 1])\n    from keras.layers.recurrent import LSTM\n",
        ["old_module"],
    ),
    "training": (
        COMPILED.replace("'categorical_crossentropy')", "'categorical_crossentropy', metrics='accuracy', class_mode='categorical')")
        + "    model.fit(x, y, nb_epoch=1, show_accuracy=True, workers=2, verbose=0)\n"
        "    model.fit_generator((pair for pair in [(x, y)]), 1, 1, verbose=0)\n"
        "    assert model.predict_classes(x).shape == (4,)\n    assert model.predict_proba(x).shape == (4, 2)\n    return model\n",
        [
            "metrics_in_a_list", "dropped:class_mode", "renamed:nb_epoch=epochs", "dropped:show_accuracy", "dropped:workers",
            "renamed:fit_generator=fit", "renamed:predict_classes=predict", "renamed:predict_proba=predict",
        ],
    ),
    "a misprinted metric": (
        COMPILED + "    model.compile('adam', 'mse', metrics=['accu\\fracy'])\n    return model\n",
        ["metric_read_as_accuracy"],
    ),
}  # fmt: skip

#: What could mean two things, or nothing today: refused with a hint although compat is on.
NOT_CERTAIN = {
    "    Conv2D(4, (3, 3), dim_ordering='th')\n": "remove",
    "    BatchNormalization(mode=2)\n": "remove",
    "    Embedding(10, 4, dropout=0.2)\n": "Dropout layer",
    "    SimpleRNN(3, implementation=7)\n": "remove",
    "    Dense(3, input_length=40)\n": "remove",
    "    keras.layers.Merge([])\n": "check spelling",
    "    keras.Model(input=1, output=2)\n": "inputs=..., outputs=...",
    "    Dense(10, batch_input_shape=(3, 4))\n": "keras.Input",
}


def ended(inside: InsideRunner, body: str, compat: str | None) -> RunResult:
    """Run a ``build_model`` with a body, with compat or without."""
    source = IMPORTS + HEAD + body
    source = source if source.endswith("return model\n") else source + DENSE
    arguments = {
        "function": "build_model", "input_shape": [28, 28, 1], "input_dtype": "float32", "weights": False,
        "compat": compat, "pins": {"seed": 1},
    }  # fmt: skip
    return inside.run(Run("model", "slot", "capture_model", arguments, {"student.py": source.encode()}, ("*.json",)))


def hint_of(result: RunResult, body: str) -> str:
    """Return the English hint of a run that raised."""
    error = student_error(result, IMPORTS + HEAD + body)

    assert error is not None
    return "" if error.hint is None else error.hint.en


@pytest.mark.process
@pytest.mark.parametrize("title", UNDERSTOOD)
def test_old_words_are_understood_and_noted(inside: InsideRunner, title: str) -> None:
    """With compat the program runs, and each old word leaves its note."""
    body, notes = UNDERSTOOD[title]
    result = ended(inside, body, "keras2")

    assert "finished" == result.ending, result.error_message
    assert set(notes) == set(json.loads(result.artifacts["model.json"])["notes"]) & {*notes, "old_module"}


@pytest.mark.process
@pytest.mark.parametrize(
    "title", ["optimizer", "convolution of Keras 1", "other layers", "words and sequences", "modules", "training"]
)
def test_without_compat_there_is_a_hint(inside: InsideRunner, title: str) -> None:
    """Without compat the same program raises, and the hint names today's word."""
    body, _ = UNDERSTOOD[title]
    result = ended(inside, body, None)

    assert "raised" == result.ending
    assert hint_of(result, body)


@pytest.mark.process
@pytest.mark.parametrize("body", NOT_CERTAIN)
def test_what_is_not_certain_is_not_guessed(inside: InsideRunner, body: str) -> None:
    """A word that may mean two things is refused, with compat too."""
    result = ended(inside, body, "keras2")

    assert "raised" == result.ending
    assert NOT_CERTAIN[body] in hint_of(result, body)


@pytest.mark.process
def test_a_stride_is_not_taken_for_a_kernel(inside: InsideRunner) -> None:
    """Conv2D(4, 3, 3) means stride 3 today; nothing else in it says that it is old."""
    result = ended(inside, "    model.add(Conv2D(4, 3, 3))\n", "keras2")
    described = json.loads(result.artifacts["model.json"])
    convolution = next(node for node in described["nodes"] if node["class"] == "Conv2D")

    assert ([3, 3], [3, 3]) == (convolution["config"]["kernel_size"], convolution["config"]["strides"])
    assert "kernel_in_two" not in described["notes"]


def test_what_compat_renames_has_a_hint_without_it() -> None:
    """The table of hints knows every argument that the inside knows."""
    text = (ROOT / "grader" / "inside" / "keras2_layers.py").read_text(encoding="utf-8")
    block = text.split("RENAMED: Mapping[str, str] = ")[1].split("}\n")[0] + "}"
    renamed = tomllib.loads("x = " + block.replace("\n", "").replace('": "', '" = "').replace(",}", "}"))["x"]
    known = table.read_renamed()

    assert renamed.items() <= known.items()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("renamed:border_mode=padding", "Note: border_mode is called padding now."),
        ("dropped:workers", "Note: there is no workers any more, it was ignored."),
        ("lr_is_learning_rate", "Note: lr= is called learning_rate= in today's Keras."),
    ],
)
def test_notes_become_sentences(word: str, said: str) -> None:
    """What the inside noted stands beside the finding."""
    right = Text(zh="对。", en="Right.")

    assert f"Right. {said}" == with_notes(right, [word, word]).en


@pytest.mark.parametrize(
    "word", ["renamed:<b>=x", "renamed:" + "x" * 60 + "=y", "dropped:", "made_up", "renamed:a=b=c"]
)
def test_forged_notes_say_nothing(word: str) -> None:
    """Notes come from the student's process; only words that we know become sentences."""
    right = Text(zh="对。", en="Right.")

    assert right == with_notes(right, [word])
