"""The result of ``beginend exercise check``: one value, from which terminal, JSON and page are made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exercises.text import Text
from server.gate.agreement import Disagreement
from server.gate.fates import Fate, Fated
from server.gate.promises import Kept, Training


@dataclass(frozen=True, slots=True)
class BundleProblem:
    """What keeps a bundle from being read: the file to mend, the key and its line where they are known."""

    file: str
    key: str
    line: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the gate found.

    Attributes:
        exercise_id: The exercise, or the folder's name where it cannot be read.
        title: The exercise's title.
        version: The bundle's version.
        problem: Why the bundle cannot be read; nothing else was looked at then.
        training: Which files were trained.
        kept: How each promise came out, in the bundle's order.
        open_promises: How many promises only a training could show, where nothing was trained.
        fated: What became of each mutant; None where mutants were left out.
        stale: Ids of mutant kinds that the exercise declares equivalent and that no survivor has.
        numbers: How many numbers checks and training ask for.
        disagreements: Those that a statement does not tell.
        threshold: The accuracy that is asked for; None where none is.
        calibration: What is out of date about the calibration; empty where all is well.
        environment: What the verdicts came from: image, seed, threads, versions.
        seconds: How long it took: ``total``, ``promises`` and ``mutants``, summed over what ran side by side.

    """

    exercise_id: str
    title: Text
    version: str
    problem: BundleProblem | None = None
    training: Training = Training.SOME
    kept: tuple[Kept, ...] = ()
    open_promises: int = 0
    fated: tuple[Fated, ...] | None = None
    stale: tuple[str, ...] = ()
    numbers: int = 0
    disagreements: tuple[Disagreement, ...] = ()
    threshold: float | None = None
    calibration: tuple[str, ...] = ()
    environment: Mapping[str, Any] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def broken(self) -> tuple[Kept, ...]:
        """The promises that were not kept."""
        return tuple(kept for kept in self.kept if not kept.kept)

    @property
    def survivors(self) -> tuple[Fated, ...]:
        """The mutants that were judged as right and that the exercise says nothing about."""
        return self.with_fate(Fate.SURVIVED)

    @property
    def passed(self) -> bool:
        """Whether the exercise may be published; survivors are told, as only people can say whether one is right."""
        return not (self.problem or self.broken or self.disagreements or self.calibration or self.stale)

    def with_fate(self, fate: Fate) -> tuple[Fated, ...]:
        """Return the mutants that ended so."""
        return tuple(one for one in self.fated or () if one.fate is fate)


def report_json(report: Report) -> dict[str, Any]:
    """Return the report as plain JSON, deterministic but for ``timing``."""
    return {
        "schema": 1,
        "exercise": {"id": report.exercise_id, "version": report.version, "title": report.title.model_dump()},
        "outcome": "passed" if report.passed else "failed",
        "problem": None if report.problem is None else _problem(report.problem),
        "training": report.training.value,
        "promises": {
            "kept": len(report.kept) - len(report.broken),
            "broken": len(report.broken),
            "open": report.open_promises,
            "files": [_kept(kept) for kept in report.kept],
        },
        "mutants": None if report.fated is None else _mutants(report),
        "statement": {"numbers": report.numbers, "missing": [_missing(one) for one in report.disagreements]},
        "threshold": report.threshold,
        "calibration": list(report.calibration),
        "environment": dict(report.environment),
        "timing_s": dict(report.seconds),
    }


def file_of(kept: Kept) -> str:
    """Return a file's path within its bundle."""
    file = kept.promise.file
    return file.name if file.parent.parent.name != "submissions" else f"submissions/{file.parent.name}/{file.name}"


def _problem(problem: BundleProblem) -> dict[str, Any]:
    return {"file": problem.file, "key": problem.key, "line": problem.line, "message": problem.what}


def _kept(kept: Kept) -> dict[str, Any]:
    told = {"file": file_of(kept), "promised": kept.promise.word, "said": kept.said, "kept": kept.kept}
    return told if kept.refusal is None else {**told, "refusal": kept.refusal.model_dump()}


def _missing(one: Disagreement) -> dict[str, Any]:
    return {"key": one.stated.key, "value": str(one.stated.value), "language": one.language}


def _mutants(report: Report) -> dict[str, Any]:
    """Return the mutants: all of them in short, with their difference where a check did not kill them."""
    fated = report.fated or ()
    return {
        "kinds": len({one.mutant.kind.id for one in fated}),
        **{fate.value: len(report.with_fate(fate)) for fate in Fate},
        "stale_declarations": list(report.stale),
        "all": [_fated(one) for one in fated],
    }


def _fated(one: Fated) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": one.mutant.id,
        "area": one.mutant.kind.area.value,
        "line": one.mutant.line,
        "fate": one.fate.value,
        "by": one.by,
    }
    if one.fate is not Fate.KILLED:
        told |= {"before": list(one.mutant.before), "after": list(one.mutant.after)}
    if one.declared is not None:
        told["reason"] = one.declared.reason.model_dump()
    return told
