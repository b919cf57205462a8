"""Trials of a sandbox image: sets that are worked out on an image that nobody is judged on yet, and never count."""

from typing import Any

from sqlalchemy import ColumnElement

from server.database.models import Rescore

#: Under this name a trial's scope says which image it tries; no other set has it.
UPGRADE = "upgrade"

IS_TRIAL: ColumnElement[bool] = Rescore.scope.has_key(UPGRADE)


def is_trial(rescore: Rescore) -> bool:
    """Tell whether a set tries an image."""
    return UPGRADE in rescore.scope


def upgrade_of(rescore: Rescore) -> dict[str, Any]:
    """Return what a trial tries: ``image``, ``present``, ``sample``, ``seed`` and ``strata``."""
    told: dict[str, Any] = rescore.scope[UPGRADE]
    return told
