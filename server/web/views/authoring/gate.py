"""One import: where the gate is with it, and its report as the pages show it."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from server.database.models import ImportState
from server.gate.fates import Fate
from server.gate.mutants import Area
from server.gate.promises import Training
from server.gate.words import AREAS, FATES, TRAININGS, WORDS
from server.imports import Candidate
from server.web.locale import Speaker
from server.web.views.authoring.listing import Said, short, state_chip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A generated wrong solution and what became of it."""

    id: str
    fate: str
    word: str
    by: str
    area: str
    line: int
    before: Sequence[str]
    after: Sequence[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Promises:
    """The files of one folder, and whether each was judged as promised."""

    word: str
    kept: int
    files: Sequence[Mapping[str, Any]]

    @property
    def broken(self) -> int:
        """How many were not."""
        return len(self.files) - self.kept


@dataclass(frozen=True, slots=True)
class ReportView:
    """What the gate found."""

    title: str
    passed: bool
    problem: Mapping[str, Any] | None
    kept: int
    files: int
    training: str
    promises: Sequence[Promises]
    killed: int
    mutants: Sequence[Mutant]
    left_out: bool  #: whether there were no mutants at all
    stale: Sequence[str]
    missing: Sequence[Mapping[str, Any]]
    numbers: int
    told: int
    threshold: str
    calibration: Sequence[str]
    environment: Mapping[str, Any]
    seconds: float | None

    @property
    def survivors(self) -> Sequence[Mutant]:
        """Mutants that were judged as right."""
        return [mutant for mutant in self.mutants if mutant.fate == Fate.SURVIVED.value]

    @property
    def equivalent(self) -> Sequence[Mutant]:
        """Mutants that are right, as the exercise says."""
        return [mutant for mutant in self.mutants if mutant.fate == Fate.EQUIVALENT.value]


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import."""

    id: uuid.UUID
    exercise_id: str
    version: str
    short: str
    state: str
    chip: Said
    uploader: str
    created_at: datetime
    done: int
    total: int
    broken: int
    last: str
    fault: str
    reason: str
    report: ReportView | None

    @property
    def percent(self) -> int:
        """How far the gate is."""
        return round(self.done * 100 / self.total) if self.total else 0

    @property
    def is_checking(self) -> bool:
        """Whether the gate has not said yet."""
        return self.state == ImportState.CHECKING.value


def import_view(candidate: Candidate, say: Speaker) -> ImportView:
    """Return what is shown of an import."""
    row = candidate.row
    progress = row.progress or {}
    return ImportView(
        id=row.id,
        exercise_id=row.exercise_id,
        version=row.version,
        short=short(row.version),
        state=row.state.value,
        chip=state_chip(row.state, say),
        uploader=candidate.uploader or "",
        created_at=row.created_at.astimezone(),
        done=progress.get("done", 0),
        total=progress.get("total", 0),
        broken=progress.get("broken", 0),
        last=progress.get("last", ""),
        fault=str((row.fault or {}).get("message", "")),
        reason=row.reason or "",
        report=report_view(row.report, say) if row.report else None,
    )


def report_view(report: Mapping[str, Any], say: Speaker) -> ReportView:
    """Return a report as it is stored, in the words of one language."""
    mutants = report["mutants"] or {"all": [], "stale_declarations": []}
    missing = report["statement"]["missing"]
    threshold = report["threshold"]
    return ReportView(
        title=say.of(report["exercise"]["title"]),
        passed=report["outcome"] == "passed",
        problem=report["problem"],
        kept=report["promises"]["kept"],
        files=len(report["promises"]["files"]),
        training=say.of(TRAININGS[Training.NONE if threshold is None else Training(report["training"])]),
        promises=_promises(report["promises"]["files"], say),
        killed=sum(one["fate"] == Fate.KILLED.value for one in mutants["all"]),
        mutants=[_mutant(one, say) for one in mutants["all"]],
        left_out=report["mutants"] is None,
        stale=mutants["stale_declarations"],
        missing=[{**one, "language": say.of(WORDS[one["language"]])} for one in missing],
        numbers=report["statement"]["numbers"],
        told=report["statement"]["numbers"] - len({(one["key"], one["value"]) for one in missing}),
        threshold="" if threshold is None else f"{threshold:.0%}",
        calibration=report["calibration"],
        environment=report["environment"],
        seconds=report["timing_s"].get("total"),
    )


def _promises(files: Sequence[Mapping[str, Any]], say: Speaker) -> list[Promises]:
    """Return the files by the folder, or the name, that says what they promise."""

    def heading(file: Mapping[str, Any]) -> str:
        return str(file["promised"] if str(file["file"]).startswith("submissions/") else file["file"])

    files = [{**file, "said": _said(file, say)} for file in files]
    groups = [(word, list(some)) for word, some in groupby(files, key=heading)]
    return [Promises(word, sum(file["kept"] for file in some), some) for word, some in groups]


def _said(file: Mapping[str, Any], say: Speaker) -> str:
    """Return what was said of a file: the outcome in words, then the checks that failed, or why it was not taken in."""
    told = str(file["said"])
    outcome = re.match(r"\w+", told)
    if outcome is None or not say.has(f"outcome-{outcome[0]}"):
        return told
    more = say.of(file.get("refusal")) or told[outcome.end() :].lstrip(",: ")
    word = say(f"outcome-{outcome[0]}")
    return f"{word}{say('rescored-colon')}{more}" if more else word


def _mutant(one: Mapping[str, Any], say: Speaker) -> Mutant:
    return Mutant(
        id=one["id"],
        fate=one["fate"],
        word=say.of(FATES[Fate(one["fate"])]),
        by=one["by"],
        area=say.of(AREAS[Area(one["area"])]),
        line=one["line"],
        before=one.get("before", ()),
        after=one.get("after", ()),
        reason=say.of(one.get("reason")),
    )
