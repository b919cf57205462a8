"""Load the student's program as the module ``student``, so that its line numbers and its classes are found."""

import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .outbox import Outbox

FILE_NAME = "student.py"


class MissingFunction(Exception):
    """The program defines no function of the name that the exercise asks for."""


def load_student(outbox: Outbox) -> types.ModuleType:
    """Run the student's program and return it as a module; leaves ``stage.json`` to say that it got this far."""
    # Decoded here, so that a coding cookie in the text changes nothing: the text came to us as Unicode.
    source = Path(FILE_NAME).read_text(encoding="utf-8-sig")
    module = types.ModuleType("student")
    module.__file__ = str(Path(FILE_NAME).resolve())
    # Dataclasses, type hints and pickling look their module up by name.
    sys.modules["student"] = module
    exec(compile(source, FILE_NAME, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - this is the sandbox
    outbox.write_json("stage.json", {"stage": "imported"})
    return module


def find_function(module: types.ModuleType, name: str) -> Callable[..., Any]:
    """Return the student's function ``name``.

    Raises:
        MissingFunction: There is nothing callable of that name.

    """
    function = module.__dict__.get(name)
    if not callable(function):
        raise MissingFunction(name)
    found: Callable[..., Any] = function
    return found
