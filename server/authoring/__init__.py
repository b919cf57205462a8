"""Exercises written in the browser: working copies of their authors, forms over ``exercise.toml``, the way to the gate.

A working copy may be wrong in every way while it is written; what is sent to the gate is a bundle like any that is
uploaded, and goes through the same door.
"""

from server.authoring.copies import (
    begin,
    copies_of,
    copy_that_sent,
    discard,
    find_copy,
)

__all__ = ["begin", "copies_of", "copy_that_sent", "discard", "find_copy"]
