"""``calibration.json`` of a bundle: what was measured, what follows from it, and what it holds for."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from exercises import Bundle
from exercises.bundle import CALIBRATION
from exercises.schema import AccuracyCheck
from grader.seeds import Rule
from server.calibration.digests import Digests, digests_of
from server.calibration.measuring import Accuracy, NothingToCalibrate, accuracy_check
from server.calibration.odds import MOST_ODDS, Measured, false_fail
from server.calibration.proposal import MARGIN, Proposal, propose

ENOUGH_RUNS = 8
ABOUT = ("backend", "cpu", "python", "tensorflow", "keras", "numpy")  #: what a report tells of where it was measured
REFERENCE = "reference"


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
    digests: Digests
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

    @classmethod
    def of(
        cls, bundle: Bundle, accuracies: Sequence[Accuracy], majority: float | None, digests: Digests | None = None
    ) -> Self:
        """Sum up what was measured.

        Args:
            bundle: The exercise.
            accuracies: Of the reference and of the baselines that were trained.
            majority: What one and the same answer gets right; None where baselines were left out.
            digests: What it was measured with, where that was noted before the first training began.

        """
        check = accuracy_check(bundle)
        named: dict[str, list[Accuracy]] = {}
        for one in accuracies:
            named.setdefault(one.name, []).append(one)
        runs = named.pop(REFERENCE)
        where = runs[0].environment
        baselines = {} if majority is None else {"majority": [majority]}
        baselines |= {name: [one.accuracy for one in several] for name, several in named.items()}
        measured = Measured.of([one.accuracy for one in runs])
        proposal = propose(measured, max((max(one) for one in baselines.values()), default=0.0))
        return cls.model_validate(
            {
                "exercise": bundle.id,
                "check": check.id,
                "runs": [{"seed": one.seed, "accuracy": one.accuracy} for one in runs],
                "mean": round(measured.mean, 6),
                "sd": round(measured.sd, 6),
                "min": min(one.accuracy for one in runs),
                "max": max(one.accuracy for one in runs),
                "baselines": [{"name": name, "accuracies": several} for name, several in baselines.items()],
                **_proposed(measured, proposal),
                "digests": digests or digests_of(bundle, check),
                "measured_on": {name: str(where[name]) for name in ABOUT if name in where},
                "schema": 1,
            }
        )

    def held_for(self, bundle: Bundle) -> Self:
        """Return the same measurements for a bundle, or an environment, that differs in nothing that matters."""
        return self.model_copy(update={"digests": digests_of(bundle, accuracy_check(bundle))})

    def write(self, folder: Path) -> Path:
        """Write the report into a bundle's folder and return its path."""
        path = folder / CALIBRATION
        path.write_text(json.dumps(self.to_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return path

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON."""
        return self.model_dump(mode="json", by_alias=True)


def _proposed(measured: Measured, proposal: Proposal) -> dict[str, float | None]:
    """Return what is proposed, with the odds at that threshold."""
    threshold = proposal.threshold
    odds = None if threshold is None else false_fail(measured, Rule(threshold, proposal.spread))
    return {
        "spread": proposal.spread,
        "lowest": proposal.lowest,
        "highest": proposal.highest,
        "threshold": threshold,
        "probability": None if odds is None else float(f"{odds:.3g}"),
    }


def read_report(bundle: Bundle) -> Report | None:
    """Return the calibration that lies in a bundle; None where there is none or it cannot be read."""
    try:
        return Report.model_validate_json((bundle.folder / CALIBRATION).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def outdated(bundle: Bundle) -> tuple[str, ...]:
    """Return in sentences why a bundle's calibration does not hold for it; empty where it does, or none is needed.

    Needs neither the data nor a sandbox.
    """
    try:
        check = accuracy_check(bundle)
    except NothingToCalibrate:
        return ()
    report = read_report(bundle)
    if report is None:
        return (f"{bundle.id} has not been calibrated: run `beginend exercise calibrate {bundle.folder}`.",)
    now = digests_of(bundle, check)
    changed = [name for name in now if report.digests.get(name) != now[name]]
    told = [f"{', '.join(changed)} changed since the calibration: run it again, or with --confirm."] if changed else []
    return (*told, *unfair(report, check))


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
