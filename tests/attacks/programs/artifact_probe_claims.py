# Aim: claim rows of any size, so that the judge is asked about them. Safe: failed.
# Judged with: exercise rnn-reviews, kinds layers behaviour parameters.
import json
import os

import numpy as np

SHAPES = [[1000, 64], [64, 30], [30, 30], [30], [30, 16], [16], [16, 1], [1]]
OPAQUE = {"class": "Net", "kind": "opaque", "builtin": False, "config": {}, "inputs": [0], "weights": list(range(8))}
NODES = [{"class": "InputLayer", "kind": "input", "builtin": True, "inputs": [], "shape": [None, None]}, OPAQUE]


def build_model():
    weights = [{"shape": shape, "trainable": True} for shape in SHAPES]
    model = {"style": "subclassed", "nodes": NODES, "outputs": [1], "weights": weights}
    claims = {"problem": None, "weights": SHAPES, "sizes": [2_000_000_000], "tokens": 2_000_000_000}
    for name, value in {"model.json": model, "probe.json": claims}.items():
        with open(f"out/{name}", "w") as file:
            json.dump(value, file)
    for name in ("outputs.npy", "training_outputs.npy"):
        np.save(f"out/{name}", np.full((4, 1), 0.5, np.float32))
    os.write(11, b'{"say": "finished"}\n')
    os._exit(0)
