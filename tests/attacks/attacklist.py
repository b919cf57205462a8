"""The list of attacks: one student program per file, whose first lines say what it aims at and how it may safely end.

    # Aim: WHAT IT TRIES. Safe: OUTCOME or OUTCOME.
    # Judged with: exercise ID, kinds KIND KIND, seconds N, mib N, not PLACE PLACE.

The second line may be missing, and so may each of its parts. The part of the file's name before the first underscore
is its group.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from grader.contract import SubmissionOutcome

PROGRAMS = Path(__file__).parent / "programs"
FIRST_LINE = re.compile(r"# Aim: (?P<aim>.+)\. Safe: (?P<safe>[a-z_]+(?: or [a-z_]+)*)\.")
SECOND_LINE = re.compile(r"# Judged with: (?P<parts>.+)\.")
GROUPS = ("forged", "stolen", "bomb", "survivor", "network", "artifact", "kernel", "poison")
OUTCOMES = frozenset(outcome.value for outcome in SubmissionOutcome)


class HeaderUnreadable(Exception):
    """A program does not say in the agreed words what it aims at and how it may end."""


@dataclass(frozen=True)
class Attack:
    """One hostile program.

    Attributes:
        name: Of its file.
        aim: What it tries, in words.
        safe: Outcomes with which it may end.
        exercise: Id of the exercise it is sent to.
        kinds: Which kinds of checks it is judged by; empty means all but accuracy, which trains.
        seconds: Its limit of wall clock time.
        mib: Its limit of memory.
        not_in: Words of places that make no promise about it.
        source: The whole program, which is sent as it is.

    """

    name: str
    aim: str
    safe: frozenset[str]
    source: str
    exercise: str = "cnn-digits"
    kinds: frozenset[str] = frozenset()
    seconds: float = 6
    mib: int = 2048
    not_in: frozenset[str] = frozenset()

    @property
    def group(self) -> str:
        """What kind of attack it is."""
        return self.name.partition("_")[0]


def attack_in(path: Path) -> Attack:
    """Read one program with what its first lines say.

    Raises:
        HeaderUnreadable: They say it in other words than agreed.

    """
    source = path.read_text(encoding="utf-8")
    first, second, *_ = source.split("\n")
    found = FIRST_LINE.fullmatch(first)
    if found is None:
        raise HeaderUnreadable(f"{path.name}: {first}")
    more = SECOND_LINE.fullmatch(second)
    words = [part.split() for part in more["parts"].split(", ")] if more else []
    parts = {key: rest for key, *rest in words}
    if unknown := parts.keys() - {"exercise", "kinds", "seconds", "mib", "not"}:
        raise HeaderUnreadable(f"{path.name}: {unknown}")
    return Attack(
        name=path.stem,
        aim=found["aim"],
        safe=frozenset(found["safe"].split(" or ")),
        source=source,
        exercise=parts.get("exercise", ["cnn-digits"])[0],
        kinds=frozenset(parts.get("kinds", ())),
        seconds=float(parts.get("seconds", ["6"])[0]),
        mib=int(parts.get("mib", ["2048"])[0]),
        not_in=frozenset(parts.get("not", ())),
    )


def all_attacks() -> list[Attack]:
    """Return every attack, sorted by name."""
    return [attack_in(path) for path in sorted(PROGRAMS.glob("*.py"))]
