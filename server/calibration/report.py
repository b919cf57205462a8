"""``calibration.json`` of a bundle: what was measured, what follows from it, and what it holds for."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from exercises import Bundle
from exercises.bundle import CALIBRATION
from exercises.schema import AccuracyCheck
from grader.seeds import Rule
from server.calibration.odds import MOST_ODDS, Measured, false_fail
from server.calibration.proposal import MARGIN

ENOUGH_RUNS = 8


class Run(BaseModel):
    """One training."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int
    accuracy: float = Field(ge=0, le=1)


class Baseline(BaseModel):
    """What an accuracy must lie above; ``majority`` needs no training, so it has one accuracy and no seeds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    accuracies: tuple[float, ...] = Field(min_length=1)


class Report(BaseModel):
    """A calibration as it is kept beside the exercise; written by the platform, read by gates, tests and pages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: int = Field(default=1, alias="schema")
    exercise: str
    check: str
    runs: tuple[Run, ...] = Field(min_length=2)
    mean: float
    sd: float
    min: float
    max: float
    baselines: tuple[Baseline, ...]
    spread: float
    lowest: float | None
    highest: float | None
    threshold: float | None
    probability: float | None  #: that a right solution fails at ``threshold`` under the whole rule
    digests: dict[str, str]  #: what it was measured with, as :mod:`server.calibration.digests` names it
    measured_on: Mapping[str, str]  #: for reading; nothing is compared with it

    @property
    def measured(self) -> Measured:
        """The reference's accuracy, summed up."""
        return Measured.of([run.accuracy for run in self.runs])

    @property
    def best_baseline(self) -> float:
        """The highest accuracy of any baseline."""
        return max((max(one.accuracies) for one in self.baselines), default=0.0)

    def odds(self, check: AccuracyCheck) -> float:
        """Return the probability that a right solution fails a check as it is now."""
        return false_fail(self.measured, Rule.of(check))

    def write(self, folder: Path) -> Path:
        """Write the report into a bundle's folder and return its path."""
        path = folder / CALIBRATION
        path.write_text(json.dumps(self.to_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return path

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON."""
        return self.model_dump(mode="json", by_alias=True)


def read_report(bundle: Bundle) -> Report | None:
    """Return the calibration that lies in a bundle; None where there is none or it cannot be read."""
    try:
        return Report.model_validate_json((bundle.folder / CALIBRATION).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def unfair(report: Report, check: AccuracyCheck) -> tuple[str, ...]:
    """Return in sentences what speaks against the threshold and the spread that a check has now."""
    told = []
    if len(report.runs) < ENOUGH_RUNS:
        told.append(f"{len(report.runs)} seeds were measured; {ENOUGH_RUNS} are needed.")
    if not report.baselines:
        told.append("No baseline was measured.")
    if check.spread != report.spread:
        told.append(f"exercise.toml says spread = {check.spread}; measured was {report.spread}.")
    odds = report.odds(check)
    if odds > MOST_ODDS:
        told.append(f"At {check.threshold:.0%} a right solution fails with a probability of {odds:.2%}, above 0.1 %.")
    if check.threshold < report.best_baseline + MARGIN - 1e-9:
        best = f"{report.best_baseline:.1%}"
        told.append(f"The threshold {check.threshold:.1%} is not {MARGIN:.0%} above the best baseline, {best}.")
    return tuple(told)
