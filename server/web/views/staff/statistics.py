"""Statistics of an exercise as charts: bars begin at zero, and every value stands beside its bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from server.gradebook import CheckStatistics, ExerciseStatistics, ItemStatistics
from server.gradebook.statistics import Tally
from server.web.locale import Speaker
from server.web.markdown import plain_inline, render_inline

PERCENT = 100

#: Geometry of a histogram in its own units: height of the highest bar, where its foot is, room for one.
TALLEST, FOOT, STEP, FIRST = 96, 124, 48, 24

#: Below this a question tells strong students hardly from weak ones.
WEAK = 0.1
#: Of fewer students no such thing is said.
ENOUGH = 10


@dataclass(frozen=True, slots=True)
class CheckBar:
    """A check: how many students failed it at first, and how many still do."""

    title: str
    first_percent: int
    latest_percent: int
    first: Tally
    latest: Tally
    made: bool  #: whether it was made for anybody yet
    first_label: str
    latest_label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a histogram."""

    x: int
    y: int
    height: int
    label: str
    value: int


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option of a question and how many chose it."""

    text: Markup
    right: bool
    chosen: int
    width: int  #: of a hundred


@dataclass(frozen=True, slots=True)
class ItemView:
    """A question."""

    prompt: Markup
    students: int
    difficulty: str
    discrimination: str
    is_weak: bool
    options: list[OptionView]


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """Everything about an exercise."""

    submitted: int
    judged: int
    passed: int
    median: str
    checks: list[CheckBar]
    worst: CheckBar | None  #: the check at which most students still stand
    attempts: list[Bar]
    scores: list[Bar]
    items: list[ItemView]


def statistics_view(found: ExerciseStatistics, say: Speaker) -> StatisticsView:
    """Return the charts."""
    bars = [_check(one, say) for one in found.checks]
    median = found.median_attempts_to_pass
    return StatisticsView(
        submitted=found.submitted,
        judged=found.judged,
        passed=found.passed,
        median="" if median is None else f"{median:g}",
        checks=bars,
        worst=max((bar for bar in bars if bar.latest.stopped), key=lambda bar: bar.latest.stopped, default=None),
        attempts=_bars([(str(tries), students) for tries, students in _shortened(found.attempts)]),
        scores=_bars([(_tenth(index), students) for index, students in enumerate(found.scores)]),
        items=[_item(one, say) for one in found.items],
    )


def _check(one: CheckStatistics, say: Speaker) -> CheckBar:
    return CheckBar(
        title=plain_inline(say.of(one.title)) or one.id,
        first_percent=_percent(one.first),
        latest_percent=_percent(one.latest),
        first=one.first,
        latest=one.latest,
        made=any(tally.passed + tally.failed for tally in (one.first, one.latest)),
        first_label=_label(one.first, say),
        latest_label=_label(one.latest, say),
    )


def _share(tally: Tally) -> float:
    """Return the share of those for whom the check was made that failed it."""
    made = tally.passed + tally.failed
    return tally.failed / made if made else 0.0


def _percent(tally: Tally) -> int:
    return round(_share(tally) * PERCENT)


def _label(tally: Tally, say: Speaker) -> str:
    made = tally.passed + tally.failed
    if not made:
        return say("staff-not-made")
    return say("staff-failed-of", n=tally.failed, of=made, percent=_percent(tally))


def _tenth(index: int) -> str:
    return f"{index * 10}–{index * 10 + 9 if index < 9 else 100}"  # noqa: PLR2004 - ten tenths


def _shortened(counts: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Return how many used how many attempts, of the most who used few: a chart has room for so many."""
    return counts[:14]


def _bars(values: Sequence[tuple[str, int]]) -> list[Bar]:
    most = max((value for _, value in values), default=0) or 1
    heights = [round(value / most * TALLEST) for _, value in values]
    return [
        Bar(FIRST + index * STEP, FOOT - height, height, label, value)
        for index, ((label, value), height) in enumerate(zip(values, heights, strict=True))
    ]


def _item(one: ItemStatistics, say: Speaker) -> ItemView:
    most = one.students or 1
    return ItemView(
        prompt=render_inline(say.of(one.prompt)),
        students=one.students,
        difficulty="" if one.difficulty is None else f"{round(one.difficulty * PERCENT)} %",
        discrimination="" if one.discrimination is None else f"{one.discrimination:+.2f}".replace("-", "−"),
        is_weak=one.discrimination is not None and one.discrimination < WEAK and one.students >= ENOUGH,
        options=[
            OptionView(
                render_inline(say.of(option.text)), option.right, option.chosen, round(option.chosen / most * PERCENT)
            )
            for option in one.options
        ],
    )
