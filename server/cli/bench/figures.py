"""Sum up repeated measurements, and say what kind of machine they were taken on and how busy it was."""

import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from server.settings import cores

#: Load per core above which a figure says more about the neighbours than about us.
BUSY = 0.5


class NothingMeasured(Exception):
    """A figure was asked for before there was a measurement."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How repeated measurements of one thing are spread; in the unit of the measurements."""

    count: int
    median: float
    p95: float
    least: float
    most: float

    def to_json(self, unit: str, digits: int = 4) -> dict[str, Any]:
        """Return it with the unit in the names.

        Args:
            unit: Such as ``s``.
            digits: Behind the point.

        """
        return {
            "rounds": self.count,
            f"median_{unit}": round(self.median, digits),
            f"p95_{unit}": round(self.p95, digits),
            f"min_{unit}": round(self.least, digits),
            f"max_{unit}": round(self.most, digits),
        }


def spread(values: Sequence[float]) -> Spread:
    """Sum up measurements.

    Raises:
        NothingMeasured: There is none.

    """
    if not values:
        raise NothingMeasured
    ordered = sorted(values)
    # The nearest rank: the smallest measurement that 95 % of all do not exceed.
    rank = -(-len(ordered) * 95 // 100) - 1
    return Spread(len(ordered), statistics.median(ordered), ordered[rank], ordered[0], ordered[-1])


def load_per_core() -> float:
    """Return the load average of the last minute, per core."""
    return os.getloadavg()[0] / cores()


def machine() -> dict[str, Any]:
    """Say what kind of machine this is, without naming it."""
    return {
        "cores": cores(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
    }


def ratio(slow: Mapping[str, Any], fast: Mapping[str, Any], key: str = "median_s") -> float | None:
    """Return how many times faster one figure is than another; None where there is nothing to divide by."""
    return round(slow[key] / fast[key], 1) if fast[key] else None
