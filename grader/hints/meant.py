"""Finders of what was meant: each computes it from what there is, in Keras, numpy, OpenCV or the student's program.

A finder is given the match of a row and the program, and returns what it fills into the row's sentences, or ``None``
where nothing fits well enough: no suggestion is better than a wrong one.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from exercises.lines import split_lines
from grader.hints.clues import without_texts
from grader.hints.program import Program, nearest
from grader.hints.table import read_renamed
from grader.hints.written import activation_by_position, numbered_loop, stride_by_position, uses

KNOWN: Mapping[str, Any] = json.loads(Path(__file__).with_name("known_names.json").read_text(encoding="ascii"))
RENAMED = read_renamed()

KEYWORDS = ("import", "from", "return", "for", "while", "if", "elif", "else", "def", "class", "print", "with", "lambda")
MODULES = ("numpy", "keras", "cv2", "tensorflow", "os", "random", "math", "time", "json", "sys")
BUILTINS = (
    "True", "False", "None", "print", "range", "enumerate", "len", "list", "tuple", "dict", "float", "int", "str",
    "zip", "sorted", "max", "min", "sum", "abs", "open", "super", "isinstance", "reversed", "round", "self",
)  # fmt: skip
CONSTANTS = {"true": "True", "false": "False", "none": "None", "null": "None", "yes": "True", "no": "False"}
IMPORT_LINES = {"np": "import numpy as np", "tf": "import tensorflow as tf"}
MODEL_CLASSES = ("Sequential", "Model", "Input")
OPTIMIZERS = ("Adam", "SGD", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam")
PADDINGS = ("valid", "same")
HALF_WIDTH = {"“": '"', "”": '"', "‘": "'", "’": "'", "。": ".", "、": ",", "【": "[", "】": "]", "《": "<", "》": ">"}
FULL_WIDTH_FIRST, FULL_WIDTH_LAST, WIDTHS_APART = 0xFF01, 0xFF5E, 0xFEE0

Filled = Mapping[str, str]


def _meant(word: str | None) -> Filled | None:
    """Return a suggestion in the form in which rows take it."""
    return None if word is None else {"meant": word}


def _attributes(owner: str) -> list[str]:
    """Return what a module or an object of a class has; nothing for owners that we do not know."""
    owner = owner.replace("tensorflow.", "").replace("keras.api.", "keras.").replace("_tf_keras.", "")
    attributes: Mapping[str, list[str]] = KNOWN["attributes"]
    if owner in ("Functional", "Model"):
        owner = "Sequential"
    if owner in KNOWN["layers"]:
        owner = "layer"
    return attributes.get(owner, attributes.get(owner.rpartition(".")[2], []))


def _arguments(call: str) -> list[str]:
    """Return the arguments of a function or class of Keras, however the message names it."""
    arguments: Mapping[str, list[str]] = KNOWN["arguments"]
    last = call.removesuffix(".__init__").rpartition(".")[2]
    return arguments.get(f"{last}.__init__", arguments.get(last, []))


def _argument(found: re.Match[str], program: Program) -> Filled | None:
    del program
    known = _arguments(found["call"])
    renamed = RENAMED.get(found["name"])
    return _meant(renamed if renamed in known else nearest(found["name"], known))


def _renamed(found: re.Match[str], program: Program) -> Filled | None:
    del program
    meant, known = RENAMED.get(found["name"], ""), _arguments(found["call"])
    return _meant(next((word for word in (meant, meant.replace("kernel_", "embeddings_")) if word in known), None))


def _written_argument(found: re.Match[str], program: Program) -> Filled | None:
    """Find the argument that was written in place of a missing one: ``Dense(unit=10)`` lacks ``units``."""
    known = _arguments(found["call"])
    missing = found["name"]
    for written in re.findall(r"([^\W\d]\w*)\s*=(?!=)", without_texts(program.statement())):
        if written not in known and (RENAMED.get(written) == missing or nearest(written, [missing])):
            return {"written": written, "meant": missing}
    return None


def _optimizer_argument(found: re.Match[str], program: Program) -> Filled | None:
    del program
    return _meant(nearest(found["name"], {one for name in ("Adam", "SGD", "RMSprop") for one in _arguments(name)}))


def _optimizer_class(found: re.Match[str], program: Program) -> Filled | None:
    del program
    return _meant(
        nearest(found["name"], [name for name in KNOWN["attributes"]["keras.optimizers"] if name[0].isupper()])
    )


def _class_name(found: re.Match[str], program: Program) -> Filled | None:
    del program
    return _meant(found["name"] if found["name"] in KNOWN["layers"] else None)


def _word(kind: str) -> Callable[[re.Match[str], Program], Filled | None]:
    """Return a finder among the words that Keras takes for an activation, a loss, a metric or an optimizer."""

    def find(found: re.Match[str], program: Program) -> Filled | None:
        del program
        return _meant(nearest(found["name"], KNOWN["words"][kind]))

    return find


def _exactly(kind: str) -> Callable[[re.Match[str], Program], Filled | None]:
    """Return a finder of the word that stands there with too much around it or within: a space, a hyphen, brackets."""
    words = KNOWN["words"][kind]

    def find(found: re.Match[str], program: Program) -> Filled | None:
        del program
        written = found["name"]
        if re.fullmatch(r"\w+", written) and written not in words:
            return None  # misspelt, which others find
        parts = re.findall(r"\w+", written.partition("(")[0].lower())
        return _meant(next((word for word in ("_".join(parts), "".join(parts)) if word in words), None))

    return find


def _optimizer_exactly(found: re.Match[str], program: Program) -> Filled | None:
    del program
    return _meant(next((name for name in OPTIMIZERS if name.lower() == found["name"].lower()), None))


def _monitor(found: re.Match[str], program: Program) -> Filled | None:
    del program
    name = found["name"]
    return _meant(name.replace("acc", "accuracy") if name in {"acc", "val_acc"} else None)


def _attribute(found: re.Match[str], program: Program) -> Filled | None:
    del program
    owner = found["owner"] if "owner" in found.re.groupindex else found["module"]
    return _meant(nearest(found["name"], _attributes(owner), shortest=2))


def _own_name(found: re.Match[str], program: Program) -> Filled | None:
    """Find an attribute of a class of the student's own."""
    if not re.search(rf"\bclass {re.escape(found['owner'])}\b", program.source):
        return None
    return _meant(nearest(found["name"], _own(program)))


def _own(program: Program) -> list[str]:
    """Return the names that a program's own classes define."""
    return [
        name for pair in re.findall(r"\bself\.(\w{2,40})|\bdef (\w{2,40})", program.source) for name in pair if name
    ]


def _own_method(found: re.Match[str], program: Program) -> Filled | None:
    """Tell whether a method of the student's own was written without ``self``."""
    head = re.search(rf"^[ \t]+def {re.escape(found['name'])}\(\s*(\w*)", program.source, re.MULTILINE)
    return {} if head is not None and head[1] != "self" else None


def _module(found: re.Match[str], program: Program) -> Filled | None:
    del program
    return _meant(nearest(found["name"], MODULES))


def _name(found: re.Match[str], program: Program) -> Filled | None:
    return _meant(
        nearest(found["name"], (*program.names(), *BUILTINS, *KNOWN["layers"], "Sequential", "Model", "Input"))
    )


def _quoted(found: re.Match[str], program: Program) -> Filled | None:
    """Tell whether the name is a word that Keras takes as text and that the program uses as one."""
    words = {*PADDINGS, *(word for kind in KNOWN["words"].values() for word in kind)}
    return (
        {}
        if found["name"] in words and re.search(rf"(=\s*\[?|\bActivation\()\s*{found['name']}\b", program.source)
        else None
    )


def _constant(found: re.Match[str], program: Program) -> Filled | None:
    del program
    return _meant(CONSTANTS.get(found["name"].lower()))


def _import_line(found: re.Match[str], program: Program) -> Filled | None:
    del program
    return _meant(IMPORT_LINES.get(found["name"], f"import {found['name']}"))


def _keras_name(found: re.Match[str], program: Program) -> Filled | None:
    """Find the import of a class of Keras that the program uses without one."""
    del program
    name = found["name"]
    places = {"keras.layers": KNOWN["layers"], "keras": MODEL_CLASSES, "keras.optimizers": OPTIMIZERS}
    return _meant(next((f"from {place} import {name}" for place, names in places.items() if name in names), None))


def _alias(found: re.Match[str], program: Program) -> Filled | None:
    """Find the name under which a module was imported."""
    imported = re.search(rf"^\s*import {re.escape(found['name'])} as (\w+)", program.source, re.MULTILINE)
    return _meant(imported[1] if imported else None)


def _defined_later(found: re.Match[str], program: Program) -> Filled | None:
    """Find the line further down on which a function or class of this name is defined."""
    head = re.compile(rf"(?:async )?(?:def|class) {re.escape(found['name'])}\b")
    for number, text in enumerate(split_lines(program.source), start=1):
        if program.line is not None and number > program.line and head.match(text):
            return {"line": str(number)}
    return None


def _keyword(found: re.Match[str], program: Program) -> Filled | None:
    del program
    return None if found["name"] in KEYWORDS else _meant(nearest(found["name"], KEYWORDS))


def _half_width(found: re.Match[str], program: Program) -> Filled | None:
    del program
    letter = found["name"]
    if FULL_WIDTH_FIRST <= ord(letter) <= FULL_WIDTH_LAST:
        return _meant(chr(ord(letter) - WIDTHS_APART))
    return _meant(HALF_WIDTH.get(letter))


def _written(pattern: str) -> Callable[[re.Match[str], Program], Filled | None]:
    """Return a finder that finds nothing unless a pattern stands in the program, outside texts and comments."""

    def find(found: re.Match[str], program: Program) -> Filled | None:
        del found
        return {} if re.search(pattern, without_texts(program.source)) else None

    return find


Finder = Callable[[re.Match[str], Program], Filled | None]
MEANT = frozenset({"meant"})

#: Name in the table -> the finder and the placeholders that it fills.
FINDERS: Mapping[str, tuple[Finder, frozenset[str]]] = {
    "layer-argument": (_argument, MEANT),
    "call-argument": (_argument, MEANT),
    "renamed": (_renamed, MEANT),
    "written-argument": (_written_argument, frozenset({"written", "meant"})),
    "optimizer-argument": (_optimizer_argument, MEANT),
    "optimizer-class": (_optimizer_class, MEANT),
    "class-name": (_class_name, MEANT),
    "activation": (_word("activation"), MEANT),
    "loss": (_word("loss"), MEANT),
    "metric": (_word("metric"), MEANT),
    "optimizer": (_word("optimizer"), MEANT),
    "activation-exactly": (_exactly("activation"), MEANT),
    "loss-exactly": (_exactly("loss"), MEANT),
    "optimizer-exactly": (_optimizer_exactly, MEANT),
    "monitor": (_monitor, MEANT),
    "attribute": (_attribute, MEANT),
    "own-name": (_own_name, MEANT),
    "own-method": (_own_method, frozenset()),
    "module": (_module, MEANT),
    "name": (_name, MEANT),
    "quoted": (_quoted, frozenset()),
    "constant": (_constant, MEANT),
    "import-line": (_import_line, MEANT),
    "alias": (_alias, MEANT),
    "keras-name": (_keras_name, MEANT),
    "defined-later": (_defined_later, frozenset({"line"})),
    "keyword": (_keyword, MEANT),
    "steps-per-epoch": (_written(r"\bsteps_per_epoch\b"), frozenset()),
    "processes": (_written(r"multiprocessing|ProcessPool|\bworkers\s*="), frozenset()),
    "half-width": (_half_width, MEANT),
    "activation-by-position": (activation_by_position, frozenset({"units"})),
    "stride-by-position": (stride_by_position, frozenset({"call", "filters", "n", "stride"})),
    "numbered-loop": (numbered_loop, frozenset()),
    "reshape": (uses(r"\breshape\("), frozenset()),
    "tf-function": (uses(r"@\s*tf\.function\b[^\n]*\n\s*def call\b"), frozenset()),
}
