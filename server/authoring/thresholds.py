"""The threshold of a working copy held against its calibration: how often a right solution would fail there."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pydantic import ValidationError

from exercises.bundle import CALIBRATION, MANIFEST
from grader.seeds import Rule
from server.authoring.manifests import Edit, apply_edits, read_table
from server.calibration import Report
from server.calibration.odds import Measured, false_fail
from server.errors import NoCalibration, ThresholdNotPossible

PLACES = 4  #: decimal places of a threshold as it is written down


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What was measured, and what ``exercise.toml`` asks for at present.

    Attributes:
        report: The calibration.
        index: Which of the checks asks for the accuracy.
        threshold: What it asks for, as a share.
        spread: What it says of the spread.

    """

    report: Report
    index: int
    threshold: float
    spread: float

    def odds(self, threshold: float) -> float:
        """Return the probability that a right solution fails at a threshold, with the spread that was measured."""
        return odds_of(self.report.measured, threshold, self.report.spread)


def calibrated(files: Mapping[str, bytes]) -> Calibrated:
    """Return the calibration that lies in a working copy.

    Args:
        files: ``calibration.json`` and ``exercise.toml`` at least, where they are.

    Raises:
        NoCalibration: There is none, or nothing that asks for an accuracy.

    """
    try:
        report = Report.model_validate_json(files.get(CALIBRATION, b""))
    except ValidationError as error:
        raise NoCalibration from error
    table = read_table(files.get(MANIFEST, b"").decode("utf-8", "replace")) or {}
    checks = table.get("checks")
    for index, check in enumerate(checks if isinstance(checks, list) else []):
        if isinstance(check, dict) and check.get("kind") == "accuracy":
            threshold, spread = check.get("threshold"), check.get("spread", 0)
            asked = threshold if isinstance(threshold, float) and 0 < threshold < 1 else report.threshold or report.mean
            return Calibrated(report, index, asked, float(spread) if isinstance(spread, int | float) else 0.0)
    raise NoCalibration


def threshold_of(percent: str) -> float:
    """Return a threshold that was typed in per cent, as a share.

    Raises:
        ThresholdNotPossible: It is none.

    """
    try:
        share = round(float(percent.strip().removesuffix("%").replace("，", ".")) / 100, PLACES)
    except ValueError as error:
        raise ThresholdNotPossible from error
    if not 0 < share < 1:
        raise ThresholdNotPossible
    return share


def with_threshold(manifest: str, found: Calibrated, threshold: float) -> str:
    """Return ``exercise.toml`` asking for this accuracy, with the spread that was measured."""
    place = ("checks", found.index)
    written = f"{threshold:.{PLACES}f}".rstrip("0")
    edits = [Edit((*place, "threshold"), float(written), written)]
    if found.spread != found.report.spread:
        edits.append(Edit((*place, "spread"), found.report.spread))
    return apply_edits(manifest, edits)


@lru_cache(maxsize=2048)
def odds_of(measured: Measured, threshold: float, spread: float) -> float:
    """Return the probability that a right solution fails, remembered: an integral takes ten milliseconds."""
    return false_fail(measured, Rule(threshold, spread))
