"""Write down how far a student's program got, what it was warned of, and which exception tells what went wrong.

Everything goes into ``stage.json``, which is written anew whenever there is something new to say: a run may be ended at
any moment, and what was seen until then still counts. All of it is a claim, for messages only.
"""

import warnings
from contextlib import suppress
from typing import Any, TextIO

from .kinds import Value
from .outbox import Outbox
from .plain import type_name
from .telltale import OwnFile

MOST_WARNINGS = 12
MOST_TEXT = 400  #: letters of a warning
MOST_MESSAGE = 4_000  #: letters of an exception's message
WATCHED = (UserWarning, RuntimeWarning, SyntaxWarning)


class Witness:
    """Sees one program run."""

    def __init__(self, outbox: Outbox, source: str, file_name: str) -> None:
        """Watch the program ``source``, which is compiled under the name ``file_name``."""
        self._outbox = outbox
        self._file = OwnFile(file_name, source.split("\n"))
        self._told: dict[str, Any] = {"stage": "importing", "warnings": [], "error": None}

    def reached(self, stage: str) -> None:
        """Say that the program got as far as ``stage``: ``importing``, ``imported``, ``returned``."""
        self._tell(stage=stage)

    def listen_to_warnings(self) -> None:
        """Note warnings from now on, instead of printing them among the student's own output."""
        warnings.resetwarnings()
        warnings.simplefilter("ignore")
        for category in WATCHED:
            warnings.simplefilter("always", category)
        warnings.showwarning = self._warned  # type: ignore[assignment]  # the optional arguments are not looked at

    def saw(self, error: BaseException) -> None:
        """Note the exception that ended the program, whatever its class does to those who look at it."""
        with suppress(BaseException):
            telling = self._file.telling(error)
            found = {"type": type_name(telling), "line": self._file.line(telling), "message": None}
            # First without its text: a text that never ends would keep even this from being told.
            self._tell(error=found)
            self._tell(error={**found, "message": _message_of(telling)})

    def _warned(
        self, message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: TextIO | str | None
    ) -> None:
        """Note one warning, each text once; takes the place of ``warnings.showwarning``."""
        del category
        told = self._told["warnings"]
        text = str(message)[:MOST_TEXT]
        if len(told) < MOST_WARNINGS and all(one["text"] != text for one in told):
            own = filename.rpartition("/")[2] == self._file.name
            self._tell(warnings=[*told, {"text": text, "line": lineno if own else None}])

    def _tell(self, **news: Value) -> None:
        """Write what is known, with the news in it."""
        self._told = {**self._told, **news}
        self._outbox.write_json("stage.json", self._told)


def _message_of(error: BaseException) -> str | None:
    """Ask an exception for its text; ``None`` where it has none to give."""
    try:
        return str.__str__(str(error))[:MOST_MESSAGE]
    except BaseException:
        return None
