"""When something was away, as the harness that took it away knows: clients' refusals are held against this."""

import time
from dataclasses import dataclass
from enum import StrEnum

#: Seconds by which a moment may lie beside an outage: between a death and its being noticed.
GRACE = 0.5


class Part(StrEnum):
    """What can be away."""

    WEB = "web"
    DATABASE = "database"
    ENGINE = "engine"


@dataclass(slots=True)
class Outage:
    """One time during which a part was away; moments of the monotonic clock."""

    began: float
    ended: float | None = None

    def meets(self, since: float, until: float) -> bool:
        """Tell whether the outage and a span of time have a moment in common."""
        return self.began - GRACE <= until and (self.ended is None or since <= self.ended + GRACE)


class Outages:
    """The outages of every part, in order."""

    def __init__(self) -> None:
        """Begin with everything there."""
        self._all: dict[Part, list[Outage]] = {part: [] for part in Part}
        self._blows: dict[Part, float] = dict.fromkeys(Part, 0.0)  #: when a part was last taken away

    def begin(self, part: Part) -> None:
        """Say that a part is being taken away; one that is away already stays so for longer."""
        self._blows[part] = time.monotonic()
        if not self.is_away(part):
            self._all[part].append(Outage(self._blows[part]))

    def end(self, part: Part, *, asked: float) -> None:
        """Say that a part answers again, unless it was taken away since it was asked.

        Args:
            part: Which one.
            asked: Moment of the monotonic clock.

        """
        if self.is_away(part) and self._blows[part] < asked:
            self._all[part][-1].ended = time.monotonic()

    def forget(self) -> None:
        """Leave out what is over: nobody was there to notice."""
        self._all = {part: [one for one in outages if one.ended is None] for part, outages in self._all.items()}

    def is_away(self, part: Part) -> bool:
        """Tell whether a part is away now."""
        outages = self._all[part]
        return bool(outages) and outages[-1].ended is None

    def meet(self, part: Part, since: float, until: float) -> bool:
        """Tell whether a part was away at some moment of a span of time."""
        return any(outage.meets(since, until) for outage in self._all[part])

    def seconds(self, part: Part) -> float:
        """Return for how long a part was away, all in all."""
        now = time.monotonic()
        return sum((now if one.ended is None else one.ended) - one.began for one in self._all[part])
