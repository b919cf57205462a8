"""The snippets in ``errors/``, what Keras says of them, and whether a student reads the right hint."""

import json
import tomllib
from pathlib import Path
from typing import Any

from grader.hints import hint_for, hint_for_warning

ERRORS = Path(__file__).with_name("errors")

#: Row 55, a stride that was meant as a kernel: nothing is raised or warned of, the check of the layers names it.
SILENT = {55}


def rows(name: str, key: str) -> list[dict[str, Any]]:
    """Return the tables of one of the files of snippets."""
    found: list[dict[str, Any]] = tomllib.loads((ERRORS / name).read_text(encoding="utf-8"))[key]
    return found


def messages(name: str) -> list[dict[str, Any]]:
    """Return what this Keras says of each snippet, as ``make_messages.py`` wrote it down."""
    return [json.loads(line) for line in (ERRORS / name).read_text(encoding="ascii").splitlines()]


def hint_of(code: str, said: dict[str, Any]) -> str:
    """Return the English hint for a snippet's exception, or else for its first warning that has one."""
    if said["type"] is not None:
        found = hint_for(said["type"], said["message"], code, 1)
        return "" if found is None else found.en
    hints = [hint for warning in said["warnings"] if (hint := hint_for_warning(warning, code))]
    return hints[0].en if hints else ""


def is_hinted(snippet: dict[str, Any], said: dict[str, Any]) -> bool:
    """Tell whether a snippet of the old code gets the hint that it should."""
    return snippet.get("row") in SILENT or snippet["hint"] in hint_of(snippet["code"], said)
