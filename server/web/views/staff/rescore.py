"""One set as its page shows it: the outcome as a title, verdicts before by verdicts after, scores, causes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from grader.contract import SubmissionOutcome
from server.database.models import Cause, RescoreState
from server.rescoring import Found, Overview, Progress
from server.rescoring.matrix import Cell
from server.rescoring.progress import Tally
from server.web.locale import Speaker
from server.web.views.staff.rescore_words import (
    GroupView,
    StateChip,
    duration,
    group_views,
    reason_words,
    scope_lines,
    short,
    state_chip,
)

Kind = Literal["zero", "same", "up", "down", "side"]

#: Geometry of the histogram in its own units: the ground line, the highest bar, the first bar, steps and widths.
GROUND, TALLEST, LEFT, STEP, WIDTH = 216, 168, 45, 43, 33
GRIDS = 4


@dataclass(frozen=True, slots=True)
class CellView:
    """Submissions whose verdict is this and would be that."""

    before: str  #: word of the outcome
    after: str
    kind: Kind
    count: int
    up: int
    down: int

    @property
    def moves(self) -> bool:
        """Whether any of them would have another outcome or score."""
        return self.before != self.after or bool(self.up or self.down)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """Submissions whose verdict is this."""

    name: str
    cells: list[CellView]
    total: int


@dataclass(frozen=True, slots=True)
class MatrixView:
    """Verdicts before by verdicts after."""

    names: list[str]
    rows: list[MatrixRow]
    totals: list[int]
    total: int


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """A tenth of the scores: a bar for how many would have it, a line for how many have it."""

    x: int
    y: float
    height: float
    line_y: float
    before: int
    after: int
    label: str
    is_highest: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """Scores before and after."""

    bars: list[ScoreBar]
    grid: list[tuple[float, int]]  #: height and number of each line
    label: str


@dataclass(frozen=True, slots=True)
class SetView:
    """A set."""

    headline: str
    state: StateChip
    word: str  #: of the state
    about: list[str]
    reason: str
    by: str
    at: datetime
    finished_at: datetime | None
    applied_at: datetime | None
    groups: list[GroupView]
    total: int
    done: int
    share: float  #: in percent
    pace: str  #: how fast it goes and how long it will take, as far as that can be told
    per_minute: int | None
    up: int
    down: int
    level: int
    words: int
    errors: int
    kept: int
    matrix: MatrixView | None
    histogram: Histogram | None
    causes: list[tuple[str, int]]  #: word, how many
    deepened: list[tuple[str, int]]  #: sentence, how many


def set_view(
    found: Found,
    progress: Progress,
    tally: Tally,
    seen: Overview | None = None,
    *,
    hands: int | None = None,
    titles: Mapping[str, str],
    say: Speaker,
    zone: ZoneInfo,
) -> SetView:
    """Return what the page shows; without an overview what is told while a set runs."""
    row = found.row
    causes, deepened = (seen.causes, seen.deepened) if seen else ({}, {})
    return SetView(
        headline=headline_of(row.state, progress, tally, say),
        state=state_chip(row.state, say),
        word=row.state.value,
        about=[*scope_lines(row.scope, titles, say, zone), *_versions(row.reasons), *_image(row.on_image, say)],
        reason=row.reason,
        by=found.made_by or say("staff-platform"),
        at=row.created_at.astimezone(zone),
        finished_at=_at(row.finished_at, zone),
        applied_at=_at(row.applied_at, zone),
        groups=group_views(row.reasons, titles, say),
        total=progress.total,
        done=progress.done,
        share=round(progress.done / progress.total * 100, 1) if progress.total else 0,
        pace=_pace(progress, say) if hands != 0 else _nobody(row.on_image, say),
        per_minute=row.per_minute,
        up=progress.up,
        down=progress.down,
        level=progress.level,
        words=progress.reworded,
        errors=progress.errors,
        kept=progress.kept,
        matrix=_matrix(seen.cells, say) if seen and seen.cells else None,
        histogram=_histogram(seen, say) if seen and seen.cells else None,
        causes=[(cause.value, causes[cause.value]) for cause in Cause if causes.get(cause.value)],
        deepened=[(reason_words([word], say)[0], number) for word, number in deepened.items()],
    )


def headline_of(state: RescoreState, progress: Progress, tally: Tally, say: Speaker) -> str:
    """Return what there is to say in a few words: the outcome where there is one."""
    if state is RescoreState.APPLIED:
        return say("rescore-title-applied", n=tally.applied)
    if state is RescoreState.READY:
        if progress.changed or not progress.reworded:
            return say("rescore-title-ready", n=progress.changed)
        return say("rescore-title-words", n=progress.reworded)
    if state in {RescoreState.RUNNING, RescoreState.PAUSED, RescoreState.CANCELLED}:
        return say(f"rescore-title-{state.value}", n=progress.done, of=progress.total)
    return say(f"rescore-title-{state.value}", n=tally.undone)


def _versions(groups: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return from which version to which it goes, where that is one pair."""
    pairs = {(short(group["from"]), short(group["to"])) for group in groups}
    return [f"{old} → {new}" for old, new in pairs if old != new] if len(pairs) == 1 else []


def _at(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if moment is None else moment.astimezone(zone)


def _pace(progress: Progress, say: Speaker) -> str:
    """Return how fast it goes and how long it will take."""
    if progress.per_minute is None or progress.seconds_left is None:
        return say("rescore-no-pace")
    return say("rescore-pace", left=duration(progress.seconds_left, say), n=round(progress.per_minute))


def _image(image: str | None, say: Speaker) -> list[str]:
    """Return in which image it is to be worked out, where one was asked for."""
    return [] if image is None else [say("rescore-on-image", name=short(image))]


def _nobody(image: str | None, say: Speaker) -> str:
    """Say that no worker is there, so that it waits."""
    return say("rescore-nobody") if image is None else say("rescore-nobody-on-image", name=short(image))


def _matrix(cells: Sequence[Cell], say: Speaker) -> MatrixView:
    found = {(cell.before, cell.after): cell for cell in cells}
    occur = {outcome for pair in found for outcome in pair}
    words = [one.value for one in SubmissionOutcome if one.value in occur]
    rows = []
    for before in words:
        shown = [_cell(before, after, found.get((before, after))) for after in words]
        rows.append(MatrixRow(say(f"outcome-{before}"), shown, sum(cell.count for cell in shown)))
    totals = [sum(row.cells[column].count for row in rows) for column in range(len(words))]
    return MatrixView([say(f"outcome-{word}") for word in words], rows, totals, sum(totals))


def _cell(before: str, after: str, cell: Cell | None) -> CellView:
    if cell is None:
        return CellView(before, after, "zero", 0, 0, 0)
    kind: Kind = "side"
    if before == after:
        kind = "same"
    elif cell.up == cell.count:
        kind = "up"
    elif cell.down:  # of many that rise, one that falls is what has to be seen
        kind = "down"
    return CellView(before, after, kind, cell.count, cell.up, cell.down)


def _histogram(seen: Overview, say: Speaker) -> Histogram:
    most = max(*seen.before_scores, *seen.after_scores, 1)
    step = _step(most)
    top = step * -(-most // step)
    scale = TALLEST / top
    highest = max(seen.after_scores)
    bars = []
    for index, (before, after) in enumerate(zip(seen.before_scores, seen.after_scores, strict=True)):
        bars.append(
            ScoreBar(
                x=LEFT + index * STEP,
                y=round(GROUND - after * scale, 1),
                height=round(after * scale, 1),
                line_y=round(GROUND - before * scale, 1),
                before=before,
                after=after,
                label=f"{index * 10}–{index * 10 + 9 if index < 9 else 100}",  # noqa: PLR2004 - ten tenths
                is_highest=after == highest and highest > 0,
            )
        )
    grid = [(round(GROUND - value * scale, 1), value) for value in range(0, top + 1, step)]
    told = [say("rescore-tenth", label=bar.label, before=bar.before, after=bar.after) for bar in bars]
    return Histogram(bars, grid, "; ".join(told))


def _step(most: int) -> int:
    """Return a round number of which a few reach as far as ``most``."""
    step = 1
    while most / step > GRIDS:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step
