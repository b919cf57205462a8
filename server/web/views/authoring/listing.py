"""The list of exercises, and one exercise with its versions: what is shown of their health."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from server.authoring.inventory import ExerciseLine, GateLine, VersionLine
from server.calibration import Report
from server.calibration.odds import MOST_ODDS
from server.database.models import ImportState, WorkingCopy
from server.web.locale import Speaker

Tone = Literal["pass", "fail", "warn", "run", "idle"]

DIGITS = 12  #: of a version, as files and addresses name it
RARE = 1e-5  #: below it a probability is told as less than that
LIKELY = 0.99  #: from it on, as more than that

_TONES: Mapping[ImportState, Tone] = {
    ImportState.CHECKING: "run",
    ImportState.READY: "pass",
    ImportState.REFUSED: "fail",
    ImportState.SYSTEM_ERROR: "warn",
    ImportState.PUBLISHED: "pass",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A word with its tone, for a chip."""

    tone: Tone
    word: str


@dataclass(frozen=True, slots=True)
class CandidateView:
    """An import that is not published."""

    id: uuid.UUID
    exercise_id: str
    version: str
    chip: Said
    percent: int | None  #: how far the gate is; None when it is not at it
    created_at: datetime
    removable: bool


@dataclass(frozen=True, slots=True)
class ThresholdView:
    """The accuracy that an exercise asks for, and how fair that is."""

    percent: str
    odds: str
    fair: bool


@dataclass(frozen=True, slots=True)
class PinView:
    """A course that hands the exercise out."""

    slug: str
    title: str
    version: str
    newest: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class VersionView:
    """A published version."""

    version: str  #: in full
    short: str
    published_at: datetime
    gate: Said
    import_id: uuid.UUID | None
    survivors: int
    courses: Sequence[str]  #: titles of the courses that hand it out
    newest: bool


@dataclass(frozen=True, slots=True)
class ExerciseView:
    """An exercise."""

    id: str
    title: str
    is_quiz: bool
    owned: bool
    versions: Sequence[VersionView]
    candidates: Sequence[CandidateView]
    pins: Sequence[PinView]
    failing: int | None  #: per cent of judged submissions
    judged: int
    threshold: ThresholdView | None
    copy_id: uuid.UUID | None  #: of the person's working copy


def exercise_view(
    line: ExerciseLine, say: Speaker, *, threshold: ThresholdView | None, copies: Sequence[WorkingCopy]
) -> ExerciseView:
    """Return what is shown of an exercise."""
    newest = line.versions[0].version if line.versions else ""
    failing = line.outcomes.failing
    return ExerciseView(
        id=line.id,
        title=say.of(line.title) or line.id,
        is_quiz=line.kind == "quiz",
        owned=line.owned,
        versions=[_version(line, version, say) for version in line.versions],
        candidates=[candidate_view(line.id, gate, say) for gate in line.candidates],
        pins=[
            PinView(pin.slug, say.of(pin.title), short(pin.version), pin.version == newest, pin.may_change)
            for pin in line.pins
        ],
        failing=None if failing is None else round(failing * 100),
        judged=line.outcomes.judged,
        threshold=threshold,
        copy_id=next((copy.id for copy in copies if copy.exercise_id == line.id), None),
    )


def candidate_view(exercise_id: str, gate: GateLine, say: Speaker) -> CandidateView:
    """Return what is shown of an import that is not published."""
    checking = gate.state is ImportState.CHECKING
    return CandidateView(
        id=gate.import_id,
        exercise_id=exercise_id,
        version=short(gate.version),
        chip=state_chip(gate.state, say),
        percent=round(gate.done * 100 / gate.total) if checking and gate.total else 0 if checking else None,
        created_at=gate.created_at.astimezone(),
        removable=gate.state in {ImportState.READY, ImportState.REFUSED, ImportState.SYSTEM_ERROR},
    )


def state_chip(state: ImportState, say: Speaker) -> Said:
    """Return the word for where an import is."""
    return Said(_TONES[state], say(f"import-{state.value}"))


def threshold_view(report: Report, threshold: float, odds: float) -> ThresholdView:
    """Return how fair a threshold is, by a calibration."""
    fair = odds <= MOST_ODDS and threshold > report.best_baseline
    return ThresholdView(percent_of(threshold), rare(odds), fair)


def short(version: str) -> str:
    """Return the digits by which a version is called."""
    return version.removeprefix("sha256:")[:DIGITS]


def percent_of(share: float) -> str:
    """Return a share as people write it: 90%, 92.5%."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


def rare(odds: float) -> str:
    """Return a probability in per cent: to two digits, and never rounded up to certainty."""
    if odds < RARE:
        return f"<{RARE:.3%}"
    return f"{odds * 100:.2g}%" if odds < LIKELY else f">{LIKELY:.0%}"


def _version(line: ExerciseLine, version: VersionLine, say: Speaker) -> VersionView:
    gate = version.gate
    return VersionView(
        version=version.version,
        short=short(version.version),
        published_at=version.published_at.astimezone(),
        gate=_gate(gate, say),
        import_id=gate.import_id if gate is not None and line.owned else None,
        survivors=gate.survivors if gate is not None else 0,
        courses=[say.of(pin.title) for pin in line.pins if pin.version == version.version],
        newest=version is line.versions[0],
    )


def _gate(gate: GateLine | None, say: Speaker) -> Said:
    """Return what the gate said of a published version."""
    if gate is None or gate.outcome is None:
        return Said("idle", say("gate-none"))
    if gate.outcome != "passed":
        return Said("fail", say("gate-failed"))
    return Said("warn", say("gate-survivors", n=gate.survivors)) if gate.survivors else Said("pass", say("gate-passed"))
