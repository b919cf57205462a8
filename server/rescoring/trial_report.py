"""What trials of a sandbox image came to: who changes and why, how long it takes, and whether to switch."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Float, case, cast, func, select, true, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import Assignment, ItemState, Rescore, RescoreItem, Submission
from server.rescoring.causes import Why
from server.rescoring.trials import upgrade_of

Json = dict[str, Any]

CHANGED = ("up", "down", "level")
#: The image is slower when it takes this many times what the present one takes.
SLOWER = 1.25
MILLISECONDS = 1000.0


@dataclass(frozen=True, slots=True)
class Times:
    """How long programs took on both images, in seconds; each program counts once."""

    programs: int
    present_median: float
    present_p95: float
    present_total: float
    tried_median: float
    tried_p95: float
    tried_total: float

    @property
    def ratio(self) -> float | None:
        """How many times as long as on the present image; None where that took no time."""
        return self.tried_total / self.present_total if self.present_total else None


@dataclass(frozen=True, slots=True)
class Changed:
    """A submission that would have another verdict on the new image."""

    submission: uuid.UUID
    exercise: str
    before: Json  #: ``outcome`` and ``score``
    after: Json
    why: str
    checks: Sequence[Json]
    spread: Json


@dataclass(frozen=True, slots=True)
class TrialReport:
    """What trials came to.

    Attributes:
        image: The one that was tried.
        present: The one that it was compared with.
        submissions: How many were worked out.
        waiting: How many were not.
        errors: How many could not be.
        matrix: Outcome before, outcome on the new image, number.
        whys: Word of :class:`Why` to number.
        checks: Check to how many times it came out otherwise.
        changed: The first of those that change; those that the image changes first.
        times: By exercise; of all under ``""``.
        all_programs: How many programs there are to judge, chosen or not.
        all_seconds: What one slot would take for all of them, on the present image and on the new one; None where
            nothing is known of some.

    """

    image: str
    present: str
    submissions: int
    waiting: int
    errors: int
    matrix: Sequence[tuple[str, str, int]]
    whys: Mapping[str, int]
    checks: Mapping[str, int]
    changed: Sequence[Changed]
    times: Mapping[str, Times]
    all_programs: int
    all_seconds: tuple[float, float] | None
    look_at: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        """Work out what is to be looked at before anybody switches."""
        object.__setattr__(self, "look_at", tuple(self._look_at()))

    @property
    def safe(self) -> bool:
        """Whether nothing speaks against the image."""
        return not self.look_at

    @property
    def verdict(self) -> str:
        """Whether to switch, in a sentence."""
        if self.safe:
            return f"Safe to switch: of {self.submissions} submissions the image changes none."
        return f"Look first: {'; '.join(self.look_at)}."

    def _look_at(self) -> list[str]:
        found = []
        if number := self.whys.get(Why.IMAGE.value):
            found.append(f"the image changes {number} of {self.submissions} verdicts")
        if self.errors:
            found.append(f"{self.errors} could not be judged on it")
        if self.waiting:
            found.append(f"{self.waiting} were not judged yet")
        if not self.submissions:
            found.append("nothing was judged")
        times = self.times.get("")
        if times is not None and times.ratio is not None and times.ratio > SLOWER:
            found.append(f"it takes {times.ratio:.2f} times as long as the present one")
        return found

    def to_json(self) -> Json:
        """Return it as a program reads it; additions only."""
        return {
            "image": self.image,
            "present": self.present,
            "submissions": self.submissions,
            "waiting": self.waiting,
            "errors": self.errors,
            "same": self.submissions - self.errors - self.waiting - sum(self.whys.values()),
            "changed": sum(self.whys.values()),
            "matrix": [{"before": one, "after": other, "count": number} for one, other, number in self.matrix],
            "causes": dict(self.whys),
            "checks": dict(self.checks),
            "items": [
                {
                    "submission": str(one.submission),
                    "exercise": one.exercise,
                    "before": one.before,
                    "after": one.after,
                    "cause": one.why,
                    "checks": list(one.checks),
                    "spread": one.spread,
                }
                for one in self.changed
            ],
            "times": {name: _times_json(times) for name, times in self.times.items()},
            "all": {
                "programs": self.all_programs,
                "present_seconds": None if self.all_seconds is None else round(self.all_seconds[0], 1),
                "seconds": None if self.all_seconds is None else round(self.all_seconds[1], 1),
            },
            "safe": self.safe,
            "look_at": list(self.look_at),
            "verdict": self.verdict,
        }


def _times_json(times: Times) -> Json:
    """Return times as a program reads them."""
    return {
        "programs": times.programs,
        "present": _spread(times.present_median, times.present_p95, times.present_total),
        "image": _spread(times.tried_median, times.tried_p95, times.tried_total),
        "ratio": None if times.ratio is None else round(times.ratio, 3),
    }


def _spread(median: float, p95: float, total: float) -> dict[str, float]:
    return {"median": round(median, 3), "p95": round(p95, 3), "total": round(total, 3)}


async def trial_report(session: AsyncSession, rescores: Sequence[uuid.UUID], *, limit: int) -> TrialReport:
    """Report on trials of one image, in one or several courses.

    Args:
        session: Where to look.
        rescores: The sets.
        limit: How many submissions that change are listed at most.

    """
    sets = [await session.get_one(Rescore, one) for one in rescores]
    told = upgrade_of(sets[0])
    mine = RescoreItem.rescore_id.in_(rescores)
    counted = select(RescoreItem.state, func.count()).where(mine).group_by(RescoreItem.state)
    states = {row[0]: row[1] for row in await session.execute(counted)}
    pair = (RescoreItem.before_outcome, RescoreItem.after_outcome)
    matrix = await session.execute(
        select(*pair, func.count()).where(mine, RescoreItem.state == ItemState.DONE).group_by(*pair).order_by(*pair)
    )
    changed = (mine, RescoreItem.change.in_(CHANGED))
    why = RescoreItem.spread["why"].as_string()
    whys = await session.execute(select(why, func.count()).where(*changed).group_by(why).order_by(why))
    each = func.jsonb_array_elements(RescoreItem.checks).table_valued("value").render_derived()
    check = each.c.value.op("->>")("id")
    checks = await session.execute(
        select(check, func.count()).select_from(RescoreItem).join(each, true()).where(*changed).group_by(check)
    )
    times, known = await _times(session, mine)
    strata = [one for row in sets for one in upgrade_of(row)["strata"]]
    return TrialReport(
        image=told["image"],
        present=told["present"],
        submissions=sum(states.values()),
        waiting=states.get(ItemState.WAITING, 0),
        errors=states.get(ItemState.ERROR, 0) + states.get(ItemState.KEPT, 0),
        matrix=[(one, str(other), number) for one, other, number in matrix],
        whys={str(word): number for word, number in whys},
        checks={str(name): number for name, number in checks},
        changed=await _changed(session, changed, limit),
        times=times,
        all_programs=sum(one["programs"] for one in strata),
        all_seconds=_for_all(strata, known),
    )


async def _changed(session: AsyncSession, held: Sequence[ColumnElement[bool]], limit: int) -> list[Changed]:
    """Return submissions that change, those that the image changes first."""
    why = RescoreItem.spread["why"].as_string()
    rows = await session.execute(
        select(RescoreItem, Assignment.exercise_id, why)
        .join(Submission, Submission.id == RescoreItem.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(*held)
        .order_by(case((why == Why.IMAGE.value, 0), else_=1), Assignment.exercise_id, RescoreItem.submission_id)
        .limit(limit)
    )
    return [
        Changed(
            submission=item.submission_id,
            exercise=exercise,
            before={"outcome": item.before_outcome, "score": item.before_score},
            after={"outcome": item.after_outcome, "score": item.after_score},
            why=word,
            checks=item.checks or [],
            spread=item.spread or {},
        )
        for item, exercise, word in rows
    ]


Strata = dict[tuple[str, str], tuple[float, float]]


async def _times(session: AsyncSession, mine: ColumnElement[bool]) -> tuple[dict[str, Times], Strata]:
    """Return how long programs took by exercise, and the mean by exercise and outcome; in one look each."""
    program = (RescoreItem.rescore_id, RescoreItem.exercise_version_id, RescoreItem.sha256)
    each = (
        select(
            Assignment.exercise_id.label("exercise"),
            RescoreItem.before_outcome.label("outcome"),
            _milliseconds(RescoreItem.result["beside"]["timing_ms"]["total"].as_string()).label("present"),
            _milliseconds(RescoreItem.result["timing_ms"]["total"].as_string()).label("tried"),
        )
        .join(Submission, Submission.id == RescoreItem.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(mine, RescoreItem.state == ItemState.DONE, RescoreItem.result.is_not(None))
        .ext(distinct_on(*program))
        .order_by(*program, RescoreItem.submission_id)
        .subquery()
    )
    figures: list[ColumnElement[Any]] = [func.count()]
    for column in (each.c.present, each.c.tried):
        figures += [func.percentile_cont(share).within_group(column) for share in (0.5, 0.95)]
        figures.append(func.sum(column))
    grouped = func.grouping_sets(tuple_(each.c.exercise), tuple_())
    by_exercise = await session.execute(select(func.coalesce(each.c.exercise, ""), *figures).group_by(grouped))
    means = await session.execute(
        select(each.c.exercise, each.c.outcome, func.avg(each.c.present), func.avg(each.c.tried)).group_by(
            each.c.exercise, each.c.outcome
        )
    )
    times = {
        row[0]: Times(row[1], *(float(one or 0) / MILLISECONDS for one in row[2:])) for row in by_exercise if row[1]
    }
    known = {(row[0], row[1]): (float(row[2]) / MILLISECONDS, float(row[3]) / MILLISECONDS) for row in means}
    return dict(sorted(times.items())), known


def _milliseconds(told: ColumnElement[str]) -> ColumnElement[float]:
    """Return a number that was told as JSON."""
    return func.coalesce(cast(told, Float), 0.0)


def _for_all(strata: Sequence[Json], known: Strata) -> tuple[float, float] | None:
    """Return what everything would take, each stratum as long as its sample did; None where one has no sample."""
    present = tried = 0.0
    for one in strata:
        mean = known.get((one["exercise"], one["outcome"]))
        if mean is None:
            return None
        present += one["programs"] * mean[0]
        tried += one["programs"] * mean[1]
    return present, tried
