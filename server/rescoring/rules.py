"""What differs in the rules of two versions: each check's settings, old and new, and those of the whole exercise."""

from collections.abc import Mapping
from typing import Any

Json = Any
Changes = dict[str, dict[str, list[Json]]]

#: Settings of a whole exercise that can change a verdict.
OF_THE_WHOLE = ("training", "limits", "training_limits", "seed", "compat", "isolation", "runtime")


def rule_changes(old: Mapping[str, Json], new: Mapping[str, Json]) -> Changes:
    """Return check (or question) id -> setting -> ``[old, new]``; under ``""`` what holds for the whole exercise.

    Args:
        old: Manifest of the one version.
        new: Manifest of the other.

    """
    changes: Changes = {}
    before, now = _checks(old), _checks(new)
    for name in dict.fromkeys((*now, *before)):
        if differ := _differences(before.get(name, {}), now.get(name, {})):
            changes[name] = differ
    whole = {key: [old.get(key), new.get(key)] for key in OF_THE_WHOLE if old.get(key) != new.get(key)}
    return {**changes, "": whole} if whole else changes


def _checks(manifest: Mapping[str, Json]) -> dict[str, Mapping[str, Json]]:
    """Return the checks of an exercise, or the questions of a quiz, by id."""
    return {one["id"]: one for one in (*manifest.get("checks", ()), *manifest.get("questions", ()))}


def _differences(old: Mapping[str, Json], new: Mapping[str, Json]) -> dict[str, list[Json]]:
    """Return the settings that are not the same."""
    keys = dict.fromkeys((*new, *old))
    return {key: [old.get(key), new.get(key)] for key in keys if old.get(key) != new.get(key)}
