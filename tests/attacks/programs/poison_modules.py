# Aim: leave patched modules to the next student. Safe: failed or raised.
import builtins
import json
import os
import sys

import keras
import numpy as np

keras.layers.Dense.__init__ = lambda self, *args, **kwargs: 1 / 0
keras.layers.Conv2D.compute_output_shape = lambda self, shape: shape
keras.Model.count_params = lambda self: 1
np.array = np.asarray = np.zeros
json.dumps = lambda *args, **kwargs: "{}"
for name in list(sys.modules):
    if name.startswith("keras.src.layers"):
        sys.modules[name] = None
builtins.open_before = open
print("patched", flush=True)
os.listdir = os.scandir = os.stat = lambda *args, **kwargs: 1 / 0


def build_model():
    return None
