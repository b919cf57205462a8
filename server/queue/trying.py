"""Work out one program of a trial: judged on the image that is tried and on the present one, side by side."""

import uuid
from dataclasses import replace
from typing import Any

from server.queue.port import JudgePort
from server.queue.rerunning import Noise, Rerunner
from server.queue.work import Bench
from server.rescoring.after import After, Written, same_verdict, written
from server.rescoring.before import Item
from server.rescoring.causes import spread_of, why_of
from server.rescoring.rechecking import Rechecker

#: Under this name the result of a trial's item says what the present image came to.
BESIDE = "beside"


class SideBySide(Rerunner):
    """Runs programs of one trial; the bench's judge is the one that is tried."""

    def __init__(
        self,
        bench: Bench,
        rescore_id: uuid.UUID,
        rechecker: Rechecker,
        *,
        beside: JudgePort,
        repeats: int,
        deepen: bool,
    ) -> None:
        """Prepare; ``beside`` judges on the present image, the rest is as :class:`Rerunner` has it."""
        super().__init__(bench, rescore_id, rechecker, repeats=repeats, deepen=deepen)
        self._beside = beside

    async def _first_judged(self, item: Item, source: str) -> After:
        """Judge on both, one after the other, so that neither takes the other's time."""
        present = await self._judged(item, source, self._beside)
        tried = await self._judged(item, source)
        return replace(tried, run={**(tried.run or {}), BESIDE: _kept(present)})

    async def _compared(self, item: Item, after: After, source: str, noise: Noise) -> Written:
        """Compare with the verdict before; where it is another, find out whether the image is why."""
        if same_verdict(After(item.outcome, item.score, item.findings, item.error), after):
            return written(item, after, None)
        present, tried = [_read((after.run or {})[BESIDE])], [after]
        by_rule = await self._by_rule(item)
        if by_rule is None or not same_verdict(by_rule, after):
            if "tried" not in noise:
                noise["present"] = await self._repeated(item, source, self._beside)
                noise["tried"] = await self._repeated(item, source)
            present += noise["present"]
            tried += noise["tried"]
        why = why_of(present, tried, by_rule)
        spread = {**spread_of(tried), "present": spread_of(present), "why": why.value}
        return written(item, after, why.cause, spread=spread)


def _kept(present: After) -> dict[str, Any]:
    """Return what is kept of a verdict on the present image."""
    timing = (present.run or {}).get("timing_ms", {})
    return {"outcome": present.outcome, "score": present.score, "timing_ms": timing}


def _read(kept: dict[str, Any]) -> After:
    """Return a verdict on the present image from what was kept of it."""
    return After(kept["outcome"], kept["score"], [], None)
