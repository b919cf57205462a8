"""Call the student's training function once on real pictures and the network that the exercise describes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from . import pins
from .builder import build_graph
from .keras2 import understand_keras2
from .loading import MissingFunction, find_function, load_student
from .outbox import Outbox
from .pictures import as_inputs, read_resized, unpack
from .plain import type_name
from .recorder import Recorder
from .summary import summary
from .telling import tell_of

MAX_ANSWERS = 20_000


def real_run(arguments: Mapping[str, Any]) -> None:
    """Write ``answer.npy`` (class numbers of the test pictures, in the order of their names) and ``real.json``.

    Args:
        arguments: ``function``, ``graph`` (of the described network), ``size`` (height, width), ``compat`` and
            ``pins``; the pictures lie in ``train.zip`` (names carry the labels) and ``test.zip`` (they do not).

    """
    outbox = Outbox()
    pins.prepare(arguments)
    if arguments.get("compat") == "keras2":
        understand_keras2()
    height, width = arguments["size"]
    names = unpack("train.zip", Path("train").resolve())
    train = as_inputs(read_resized(Path("train").resolve(), names, (height, width)))
    test_names = unpack("test.zip", Path("test").resolve())
    test = as_inputs(read_resized(Path("test").resolve(), test_names, (height, width)))
    onehot = np.eye(2, dtype=np.float32)[[0 if "cat" in name else 1 for name in names]]
    pins.seed(arguments)
    module = load_student(outbox)
    try:
        function = find_function(module, arguments["function"])
    except MissingFunction:
        outbox.write_json("real.json", {"problem": "missing_function"})
        return
    pins.seed(arguments)
    model, _ = build_graph(arguments["graph"], (height, width, 3), "float32")
    tell_of(model, len(names))
    order = np.random.default_rng(int(arguments.get("seed", arguments["pins"]["seed"]))).permutation(len(names))
    rows, labels = train[order], onehot[order]
    recorder = Recorder(model, rows, test)
    answer = function(model, rows, labels.copy(), test)
    outbox.write_json("real.json", {**_written(answer, outbox), "record": summary(recorder, labels.argmax(axis=1))})


def _written(answer: object, outbox: Outbox) -> dict[str, Any]:
    """Write the answer as int64 class numbers, if it holds numbers."""
    try:
        array = np.asarray(answer)
        if array.dtype.kind not in "fiu" or array.size > MAX_ANSWERS:
            return {"problem": "not_numeric", "type": type_name(answer)}
        outbox.write_array("answer.npy", array.astype(np.float64))
    except (TypeError, ValueError):
        return {"problem": "not_numeric", "type": type_name(answer)}
    return {"problem": None, "type": type_name(answer)}
