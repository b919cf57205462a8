"""The board of a class: each level with how many have passed it, and who is there now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exercises.text import Text
from server.courses.assigning import Assigned
from server.courses.board import Board, Standing
from server.web.locale import Speaker

FULL = 1000  # width of a bar in its own units

#: The icon that each standing wears beside its word.
ICONS: Mapping[Standing, str] = {
    Standing.JUDGING: "clock",
    Standing.STUCK: "warn",
    Standing.WORKING: "play",
    Standing.QUIET: "dots",
    Standing.FINISHED: "check",
}


@dataclass(frozen=True, slots=True)
class SeatView:
    """A student where they are."""

    name: str
    standing: str
    word: str
    icon: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A level."""

    number: int
    title: str
    passed: int
    width: int  #: of the passed part of a bar that is FULL wide
    seats: list[SeatView]
    counts: list[tuple[str, str, int]]  #: icon, word, how many


@dataclass(frozen=True, slots=True)
class BoardView:
    """A class."""

    students: int
    present: int
    stuck: int
    levels: list[BoardRow]


def board_view(found: Board, levels: Sequence[Assigned], say: Speaker) -> BoardView:
    """Return what the board shows."""
    titles = {one.assignment.exercise_id: say.of(Text.model_validate(one.version.manifest["title"])) for one in levels}
    rows = []
    for number, level in enumerate(found.levels, 1):
        tally = Counter(seat.standing for seat in level.seats)
        rows.append(
            BoardRow(
                number=number,
                title=titles.get(level.exercise_id, level.exercise_id),
                passed=level.passed,
                width=round(level.passed / found.students * FULL) if found.students else 0,
                seats=[
                    SeatView(
                        seat.name, seat.standing.value, say(f"standing-{seat.standing.value}"), ICONS[seat.standing]
                    )
                    for seat in level.seats
                ],
                counts=[(ICONS[one], say(f"standing-{one.value}"), tally[one]) for one in Standing if tally[one]],
            )
        )
    stuck = sum(seat.standing is Standing.STUCK for level in found.levels for seat in level.seats)
    return BoardView(found.students, found.present, stuck, rows)
