"""By how much sets are ahead of their pace: counted now and then, as counting looks at every item; reckoned between."""

import time
import uuid
from dataclasses import dataclass

MINUTE = 60.0
#: So long is reckoned before it is counted again: others may work at the same set.
TRUSTED = 10.0


@dataclass(slots=True)
class _Counted:
    """What was counted, and what was written since."""

    at: float
    per_minute: int
    ahead: float  #: seconds
    written: int = 0


class Pace:
    """What one worker knows of the sets that it works at."""

    def __init__(self) -> None:
        """Know nothing."""
        self._sets: dict[uuid.UUID, _Counted] = {}

    def ahead(self, rescore_id: uuid.UUID, per_minute: int) -> float | None:
        """Return the seconds by which a set is ahead; None where that has to be counted."""
        known = self._sets.get(rescore_id)
        passed = 0.0 if known is None else time.monotonic() - known.at
        if known is None or known.per_minute != per_minute or passed > TRUSTED:
            return None
        return known.ahead + known.written / per_minute * MINUTE - passed

    def counted(self, rescore_id: uuid.UUID, per_minute: int, ahead: float) -> None:
        """Note what was counted; forget what is not trusted any more."""
        now = time.monotonic()
        self._sets = {one: known for one, known in self._sets.items() if now - known.at <= TRUSTED}
        self._sets[rescore_id] = _Counted(now, per_minute, ahead)

    def wrote(self, rescore_id: uuid.UUID, number: int) -> None:
        """Note that so many items of a set were written."""
        if (known := self._sets.get(rescore_id)) is not None:
            known.written += number
