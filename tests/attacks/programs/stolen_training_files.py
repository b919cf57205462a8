# Aim: find the classes of test pictures in what a training function's run is given. Safe: failed.
# Judged with: exercise cats-vs-dogs, kinds returns, seconds 30.
import os
import sys

import numpy as np

ALLOWED = {"function", "rows", "test_rows", "standin", "compat", "pins"}


def fit_and_predict(model, train_images, onehot, test_images):
    frame = sys._getframe()
    while frame is not None:
        arguments = frame.f_locals.get("arguments")
        if isinstance(arguments, dict) and set(arguments) - ALLOWED:
            print("ESCAPED: this run was told", sorted(set(arguments) - ALLOWED))
        frame = frame.f_back
    for name in os.listdir("."):
        if name not in {"student.py", "out", "keras.json"}:
            print("ESCAPED: there lies", name)
    return np.zeros(len(test_images), np.int64)
