"""A calibration that workers carry out for a draft: how far it is, and how it ended."""

from dataclasses import dataclass
from typing import Any

from server.calibration.measuring import SEEDS, TRAININGS
from server.database.models import Calibration, CalibrationState
from server.web.locale import Speaker
from server.web.views.authoring.listing import Said, percent_of

MINUTE = 60  # seconds

#: Parts of a draft that a calibration depends on, as digests are named; the others are the platform's.
_PARTS = ("data", "solution", "recipe")


@dataclass(frozen=True, slots=True)
class CalibratingView:
    """What is shown of a calibration.

    Attributes:
        is_measuring: Whether it goes on, or waits.
        waits: Whether no worker has taken it up yet.
        done: Trainings so far.
        total: Trainings in all.
        seeds: Those of the solution among them.
        latest: What the last training came to; empty before the first.
        left: About how long it still takes; empty before the first training.
        ended: How it ended; None while it goes on, and where none was asked for.
        detail: What the operator needs of a fault of ours, in English.

    """

    is_measuring: bool
    waits: bool
    done: int
    total: int
    seeds: int
    latest: str
    left: str
    ended: Said | None
    detail: str

    @property
    def percent(self) -> int:
        """How far it is."""
        return round(self.done * 100 / self.total) if self.total else 0

    @property
    def current(self) -> int:
        """The number of the training that goes on."""
        return min(self.done + 1, self.total)


def calibrating_view(row: Calibration | None, say: Speaker) -> CalibratingView:
    """Return what is shown of a draft's calibration, and of one that nobody has asked for yet."""
    if row is None:
        return CalibratingView(False, False, 0, TRAININGS, SEEDS, "", "", None, "")  # noqa: FBT003 - as named above
    is_measuring = row.state is CalibrationState.MEASURING
    return CalibratingView(
        is_measuring=is_measuring,
        waits=row.begun_at is None,
        done=len(row.measured),
        total=row.total,
        seeds=SEEDS,
        latest=_latest(row.measured[-1], say) if row.measured else "",
        left=_left(row, say) if row.measured else "",
        ended=None if is_measuring else _ended(row, say),
        detail=str((row.fault or {}).get("message", "")),
    )


def _latest(one: dict[str, Any], say: Speaker) -> str:
    """Return what a training came to."""
    return say("calibrate-latest", what=say(f"calibrate-trial-{one['name']}"), accuracy=percent_of(one["accuracy"]))


def _left(row: Calibration, say: Speaker) -> str:
    """Return about how long the rest takes, if it goes on as before and nobody else comes first."""
    seconds = sum(one["seconds"] for one in row.measured) / len(row.measured) * (row.total - len(row.measured))
    if seconds < MINUTE:
        return say("calibrate-left-seconds", n=max(round(seconds), 1))
    return say("calibrate-left-minutes", n=round(seconds / MINUTE))


def _ended(row: Calibration, say: Speaker) -> Said:
    """Return how a calibration ended."""
    if row.state is CalibrationState.DONE:
        return Said("pass", say("calibrate-done", n=len(row.measured)))
    if row.state is CalibrationState.CANCELLED:
        return Said("idle", say("calibrate-cancelled", n=len(row.measured)))
    if row.state is CalibrationState.SYSTEM_ERROR:
        return Said("warn", say("calibrate-system-error"))
    return Said("fail", _refusal(row.reason or {}, say))


def _refusal(reason: dict[str, Any], say: Speaker) -> str:
    """Return why nothing was put into the draft, and what its author can do."""
    kind = reason.get("kind")
    if kind == "changed":
        parts = [say(f"calibrate-part-{name}") for name in reason["names"] if name in _PARTS]
        return say("calibrate-changed", what=say("calibrate-comma").join(parts) or say("calibrate-part-draft"))
    if kind == "training":
        why = reason.get(say.language, reason.get("en", ""))
        return say(
            "calibrate-no-accuracy", what=say(f"calibrate-trial-{reason['name']}"), seed=str(reason["seed"]), why=why
        )
    if kind == "data":
        return say("calibrate-no-data", why=reason["message"])
    return say("calibrate-no-program" if kind == "program" else "calibrate-no-baseline")
