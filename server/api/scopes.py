"""Which scope a token needs for which route: one table, asked for every call with a token.

A new route needs no line here: reading needs ``read``, and what is not known to be a student's work needs ``manage``.
"""

import re

from server.accounts import Scope

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

#: Ends of the routes by which students work, parameters written as ``*``; every unsafe method of them.
STUDENT_WORK: tuple[tuple[str, ...], ...] = (
    ("exercises", "*", "submissions"),  # hand in
    ("exercises", "*", "draft"),
    ("submissions", "*", "appeals"),
    ("submissions", "*", "cancel"),
)

_PARAMETER = re.compile(r"\{[^}]*\}")


def scope_for(method: str, route: str) -> Scope:
    """Return what a token must be made for to call ``route``, a path with its parameters in braces."""
    if method in SAFE_METHODS:
        return Scope.READ
    parts = tuple(_PARAMETER.sub("*", route).strip("/").split("/"))
    if any(parts[-len(end) :] == end for end in STUDENT_WORK):
        return Scope.SUBMIT
    return Scope.MANAGE
