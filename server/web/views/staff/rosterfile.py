"""What a roster file would do, or did, line by line."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from server.courses.roster_import import Effect, Plan
from server.web.locale import Speaker


@dataclass(frozen=True, slots=True)
class ProblemView:
    """What is wrong with a line."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LineView:
    """What a line does."""

    line: int
    login: str
    name: str
    role: str
    effect: Effect
    word: str
    password: str  #: made for a new person; shown this once


@dataclass(frozen=True, slots=True)
class PlanView:
    """An import, planned or done."""

    problems: list[ProblemView]
    lines: list[LineView]
    counts: list[tuple[str, int]]  #: what happens, to how many

    @property
    def changes(self) -> int:
        """How many lines do something."""
        return sum(line.effect != "unchanged" for line in self.lines)

    @property
    def passwords(self) -> list[LineView]:
        """The lines of people who were given a password."""
        return [line for line in self.lines if line.password]


def plan_view(plan: Plan, passwords: Mapping[str, str], say: Speaker) -> PlanView:
    """Return what a page shows of an import."""
    lines = [
        LineView(
            line=one.entry.line,
            login=one.entry.login,
            name=one.entry.name,
            role=say(f"role-{one.entry.role.value}"),
            effect=one.effect,
            word=say(f"staff-effect-{one.effect}"),
            password=passwords.get(one.entry.login, ""),
        )
        for one in plan.lines
    ]
    problems = [ProblemView(one.line, one.column or "", say.of(one.sentence)) for one in plan.problems]
    return PlanView(problems, lines, list(Counter(line.word for line in lines).items()))
