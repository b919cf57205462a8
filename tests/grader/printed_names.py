"""A student's program that prints what there is in Keras, numpy and OpenCV, for ``grader/hints/known_names.json``."""

import json

PROGRAM = """
import inspect, json, os
import cv2, keras, numpy as np

BASE = ("name", "dtype", "trainable", "input_shape")
NO_WORDS = ("get", "serialize", "deserialize")
WRITERS = ("IMREAD_", "INTER_", "COLOR_BGR2", "COLOR_RGB2")


def arguments(function):
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [one.name for one in found if one.name != "self" and one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)]


def public(module):
    return sorted(name for name in dir(module) if not name.startswith("_"))


def classes(module, base):
    found = {name: getattr(module, name) for name in public(module)}
    return {name: one for name, one in found.items() if isinstance(one, type) and issubclass(one, base)}


def is_rare(name, layer):
    augments = {"value_range", "factor"} & set(arguments(layer.__init__))
    return bool(augments) or name.startswith(("Adaptive", "Random", "TFSM"))


def known():
    layers = classes(keras.layers, keras.Layer)
    layers = {name: one for name, one in layers.items() if not is_rare(name, one)}
    optimizers = classes(keras.optimizers, keras.Optimizer)
    model = keras.Sequential
    methods = ("fit", "compile", "predict", "evaluate", "train_on_batch", "predict_on_batch", "add", "summary", "build")
    calls = {f"{name}.__init__": sorted({*arguments(one.__init__), *BASE}) for name, one in layers.items()}
    calls |= {f"{name}.__init__": arguments(one.__init__) for name, one in optimizers.items()}
    calls |= {name: arguments(getattr(model, name)) for name in methods}
    calls |= {"resize": ["src", "dsize", "dst", "fx", "fy", "interpolation"], "imread": ["filename", "flags"]}
    modules = {
        "keras": keras, "keras.layers": keras.layers, "keras.optimizers": keras.optimizers,
        "keras.losses": keras.losses, "keras.metrics": keras.metrics, "keras.activations": keras.activations,
        "keras.utils": keras.utils, "keras.models": keras.models, "keras.callbacks": keras.callbacks,
        "numpy": np, "os": os, "os.path": os.path,
    }
    names = {name: [one for one in public(module) if name != "os" or one.islower()] for name, module in modules.items()}
    names["cv2"] = [name for name in public(cv2) if name[0].islower() and "_" not in name or name.startswith(WRITERS)]
    names["Sequential"] = public(model)
    names["ndarray"] = public(np.ndarray)
    names["list"], names["str"], names["dict"] = public(list), public(str), public(dict)
    layer = public(keras.Layer)
    words = {
        "activation": [name for name in names["keras.activations"] if name[0].islower() and name not in NO_WORDS],
        "loss": [name for name in names["keras.losses"] if "_" in name or name in ("poisson",)],
        "metric": ["accuracy", *(name for name in names["keras.metrics"] if "_" in name)],
        "optimizer": sorted(name.lower() for name in optimizers if name != "Optimizer"),
    }
    return {"arguments": calls, "attributes": {**names, "layer": layer}, "layers": sorted(layers), "words": words}


def build_model():
    print("KNOWN " + json.dumps(known()))
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)])
"""


def printed(stdout: str) -> str:
    """Return the JSON text that the program printed."""
    return next(line.removeprefix("KNOWN ") for line in stdout.splitlines() if line.startswith("KNOWN "))


def as_file(text: str) -> str:
    """Return the printed JSON as the file has it: one line for each list, so that a difference can be read."""
    parts = []
    for name, part in json.loads(text).items():
        whole = json.dumps(part)
        if isinstance(part, dict):
            lines = (f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in part.items())
            whole = "{\n" + ",\n".join(lines) + "\n }"
        parts.append(f" {json.dumps(name)}: {whole}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
