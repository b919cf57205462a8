"""A student's program that tries snippets one after the other and prints, for each, what Python says of it.

Sent to the inside as ``student.py``; everything that it needs stands in its text, so that it runs anywhere Keras does.
"""

import json

PRELUDE = """
import json, re, warnings
import cv2, keras, numpy as np
from keras import Sequential
from keras.layers import *

X = np.random.default_rng(0).random((12, 8, 8, 3)).astype("float32")
yi = np.arange(12) % 2
Y = np.eye(2)[yi]
MOST = 300


def cnn():
    return Sequential([keras.Input((8, 8, 3)), Conv2D(4, 3), Flatten(), Dense(2, activation="softmax")])


def fitted(optimizer="adam", loss="categorical_crossentropy", metrics=()):
    model = cnn()
    model.compile(optimizer=optimizer, loss=loss, metrics=list(metrics))
    model.fit(X, Y, verbose=0)
    return model


def attempt(code):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        said = {"type": None, "message": ""}
        names = {name: value for name, value in globals().items() if name not in {"attempt", "SNIPPETS"}}
        try:
            exec(compile(code, "snippet.py", "exec"), {**names, "__name__": "snippet", "print": lambda *_: None})
        except BaseException as error:
            said = {"type": type(error).__name__, "message": plain(str(error))}
    said["warnings"] = [plain(str(one.message)) for one in told if issubclass(one.category, UserWarning)]
    return said


def plain(text):
    text = " ".join(re.sub("\\x1b\\\\[[0-9;]*m", "", text).split())
    return re.sub("/[^ ']*/(?=(keras|numpy|tensorflow)/)", "/", text)[:MOST]


def build_model():
    for snippet in SNIPPETS:
        print("SAID " + json.dumps(attempt(snippet)))
    return Sequential([keras.Input((28, 28, 1)), Flatten(), Dense(10)])
"""


def program(snippets: list[str]) -> str:
    """Return the program that tries ``snippets``."""
    return f"{PRELUDE}\n\nSNIPPETS = json.loads({json.dumps(snippets)!r})\n"


def said(stdout: str) -> list[dict[str, object]]:
    """Return what the program printed of each snippet: ``type``, ``message`` and ``warnings``."""
    return [json.loads(line.removeprefix("SAID ")) for line in stdout.splitlines() if line.startswith("SAID ")]
