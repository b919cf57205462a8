"""Load the student's program as the module ``student``, so that its line numbers and its classes are found."""

import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .kinds import Value
from .outbox import Outbox
from .witness import Witness

FILE_NAME = "student.py"
MODULE_NAME = "student"


class MissingFunction(Exception):
    """The program defines no function of the name that the exercise asks for."""


@dataclass(frozen=True)
class Student:
    """A student's program that was run, and the witness of it."""

    module: types.ModuleType
    witness: Witness


def load_student(outbox: Outbox) -> Student:
    """Run the student's program as a module; ``stage.json`` says how far it got."""
    # Decoded here, so that a coding cookie in the text changes nothing: the text came to us as Unicode.
    source = Path(FILE_NAME).read_text(encoding="utf-8-sig")
    witness = Witness(outbox, source, FILE_NAME)
    module = types.ModuleType(MODULE_NAME)
    module.__file__ = str(Path(FILE_NAME).resolve())
    # Dataclasses, type hints and pickling look their module up by name.
    sys.modules[MODULE_NAME] = module
    witness.listen_to_warnings()
    try:
        exec(compile(source, FILE_NAME, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - this is the sandbox
    except BaseException as error:
        witness.saw(error)
        raise
    witness.reached("imported")
    return Student(module, witness)


def find_function(student: Student, name: str) -> Callable[..., Any]:
    """Return the student's function ``name``; calling it tells the witness whether it returned or raised.

    Raises:
        MissingFunction: There is nothing callable of that name.

    """
    function = student.module.__dict__.get(name)
    if not callable(function):
        raise MissingFunction(name)

    def watched(*args: Value, **kwargs: Value) -> Value:
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            student.witness.saw(error)
            raise
        student.witness.reached("returned")
        return result

    return watched
