"""Import the payload: in the process that forks, or in the child itself; the same in both."""

import gc
import importlib
import logging
import sys
from typing import Any


def load(name: str) -> Any:  # noqa: ANN401 - a package that is known by name only
    """Import a payload and all that it needs, and make its memory cheap to share.

    What exists by now lives as long as the process, so the collector need not look at it again: it would write to
    every page, and a forked process would get a copy of each.

    Returns:
        The package, with ``ENTRIES`` and perhaps ``warm()`` and ``listen(tell)``.

    """
    payload = importlib.import_module(name)
    payload.preload()
    _quieten()
    flush()
    gc.collect()
    gc.freeze()
    return payload


def flush() -> None:
    """Write out what is still held back; a forked process would write it once more."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def _quieten() -> None:
    """Keep the libraries' own remarks out of what the student reads as printed output."""
    logging.getLogger("absl").setLevel(logging.ERROR)
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
