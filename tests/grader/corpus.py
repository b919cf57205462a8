"""Ways to write the course's networks: equal ones, which must be accepted, and wrong ones, which must not.

Each text is the body of ``build_model`` or, where it starts with ``!``, a whole program after the imports.
``make_descriptions.py`` runs them with real Keras; the tests read what it wrote down. Four verdicts: ``equal`` and
``different`` are decided by the structure; ``equal by behaviour`` is right, and written in a way that no structure
shows; ``different by behaviour`` is wrong, and its structure hides it or lies.
"""

from typing import Any

from corpus_cats import CATS_DIFFERENT, CATS_EQUAL, CATS_EQUAL_BY_BEHAVIOUR
from corpus_cnn import CNN_DIFFERENT, CNN_EQUAL
from corpus_rnn import RNN_DIFFERENT, RNN_EQUAL
from corpus_unseen import (
    CNN_DIFFERENT_BY_BEHAVIOUR,
    CNN_EQUAL_BY_BEHAVIOUR,
    CNN_UNSEEN_DIFFERENT,
    CNN_UNSEEN_EQUAL,
    RNN_DIFFERENT_BY_BEHAVIOUR,
    RNN_EQUAL_BY_BEHAVIOUR,
    RNN_UNSEEN_DIFFERENT,
    RNN_UNSEEN_EQUAL,
)

HEAD = """
import numpy as np
import keras
import tensorflow as tf
from keras import layers, ops
from keras.models import Sequential, Model
from keras.layers import *
IMAGE_HEIGHT = IMAGE_WIDTH = 128
"""

VERDICTS = ("equal", "different", "equal by behaviour", "different by behaviour")

CORPORA: dict[str, dict[str, Any]] = {
    "cnn": {
        "shape": [28, 28, 1],
        "dtype": "float32",
        "equal": {**CNN_EQUAL, **CNN_UNSEEN_EQUAL},
        "different": {**CNN_DIFFERENT, **CNN_UNSEEN_DIFFERENT},
        "equal by behaviour": CNN_EQUAL_BY_BEHAVIOUR,
        "different by behaviour": CNN_DIFFERENT_BY_BEHAVIOUR,
    },
    "rnn": {
        "shape": [None],
        "dtype": "int32",
        "equal": {**RNN_EQUAL, **RNN_UNSEEN_EQUAL},
        "different": {**RNN_DIFFERENT, **RNN_UNSEEN_DIFFERENT},
        "equal by behaviour": RNN_EQUAL_BY_BEHAVIOUR,
        "different by behaviour": RNN_DIFFERENT_BY_BEHAVIOUR,
    },
    "cats": {
        "shape": [128, 128, 3],
        "dtype": "float32",
        "equal": CATS_EQUAL,
        "different": CATS_DIFFERENT,
        "equal by behaviour": CATS_EQUAL_BY_BEHAVIOUR,
        "different by behaviour": {},
    },
}


def program(text: str) -> str:
    """Return the whole program of one entry."""
    if text.startswith("!"):
        return HEAD + text[1:]
    body = "\n".join("    " + line for line in text.strip().splitlines())
    return f"{HEAD}\ndef build_model():\n{body}\n"
