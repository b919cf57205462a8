"""Work out one program of a rescore by running: the judge's runs on what was kept, or everything again."""

import asyncio
import logging
import uuid
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import grader
from exercises import Bundle
from exercises.schema import QuizExercise
from grader.contract import CheckBroke
from server.artifacts import ArtifactGone
from server.database.models import Cause, Depth
from server.errors import DatabaseAway, JudgingBroke, JudgingFault, JudgingUnavailable
from server.kept_runs import RunsNotKept, is_of_runs
from server.phase import PhaseResult
from server.queue.port import JudgePort
from server.queue.work import Bench, PutDown, name_of
from server.rescoring.after import After, Written, after_run, deeper, failed, written
from server.rescoring.before import Item
from server.rescoring.causes import cause_of, spread_of
from server.rescoring.rechecking import Rechecker
from server.rescoring.running import already_run, source_of

log = logging.getLogger(__name__)


#: What repeats of one program came to, once they were asked for: all its copies share it.
Noise = dict[str, Any]


class Rerunner:
    """Runs programs of one set."""

    def __init__(
        self, bench: Bench, rescore_id: uuid.UUID, rechecker: Rechecker, *, repeats: int, deepen: bool
    ) -> None:
        """Prepare.

        Args:
            bench: What the worker works with.
            rescore_id: The set.
            rechecker: Tells what the rule alone says of old evidence.
            repeats: Further runs where one differs for no reason.
            deepen: Whether code may run where what it left was not kept.

        """
        self._bench = bench
        self._rescore_id = rescore_id
        self._rechecker = rechecker
        self._repeats = repeats
        self._deepen = deepen

    async def work_out(self, items: Sequence[Item]) -> list[Written]:
        """Return what becomes of items that have the same code, version and depth: it is judged once.

        Raises:
            JudgingUnavailable: There is nothing to judge with at present.
            PutDown: The worker is to stop.

        """
        first = items[0]
        async with self._bench.database.reading() as session:
            known = await already_run(session, self._rescore_id, first)
            source = await source_of(session, first.submission_id)
        if source is None:
            return [failed(item, "SubmissionGone", "its program was removed meanwhile") for item in items]
        try:
            after = known.after if known else await self._first_judged(first, source)
        except (RunsNotKept, ArtifactGone) as problem:
            return [self._deeper(item, problem) for item in items]
        except (PutDown, DatabaseAway, JudgingUnavailable):
            raise
        except Exception as problem:  # whatever it is, it is ours; the rest of the set goes on
            log.exception("submission %s cannot be rescored", first.submission_id)
            return [failed(item, name_of(problem), str(problem)) for item in items]
        noise: Noise = {"spread": known.spread} if known and known.spread else {}
        return [await self._compared(item, after, source, noise) for item in items]

    async def _first_judged(self, item: Item, source: str) -> After:
        """Judge what was not judged in this set yet."""
        return await self._judged(item, source)

    async def _compared(self, item: Item, after: After, source: str, noise: Noise) -> Written:
        """Compare it with the verdict before; repeat what looks like noise, once for all copies."""
        cause = cause_of(item, after, await self._by_rule(item))
        if cause is not Cause.NOISE:
            return written(item, after, cause)
        if "spread" not in noise:
            noise["spread"] = spread_of([after, *await self._repeated(item, source)])
        return written(item, after, cause, spread=noise["spread"])

    async def _repeated(self, item: Item, source: str, judge: JudgePort | None = None) -> list[After]:
        """Judge some more times; a time that fails is left out, one for which nothing was there is awaited."""
        runs = []
        for _ in range(self._repeats):
            try:
                runs.append(await self._judged(item, source, judge))
            except JudgingUnavailable:
                raise  # it is to be repeated, once there is something to repeat it with
            except (JudgingFault, JudgingBroke) as problem:
                log.warning("submission %s: a repeat failed: %s", item.submission_id, problem)
        return runs

    async def _by_rule(self, item: Item) -> After | None:
        """Return what the rule says of the old evidence; None where that does not tell."""
        return await self._bench.in_thread(partial(self._rechecked, item))

    def _rechecked(self, item: Item) -> After | None:
        """Check the old evidence; runs in a thread."""
        try:
            return self._rechecker.after(item)
        except (grader.EvidenceLacks, CheckBroke):
            return None
        except (JudgingUnavailable, DatabaseAway):
            raise
        except Exception:  # old evidence can be odd in ways nobody foresaw
            log.exception("the old evidence of submission %s cannot be checked", item.submission_id)
            return None

    async def _judged(self, item: Item, source: str, judge: JudgePort | None = None) -> After:
        """Judge, again where a fault of ours was in the way; by the bench's judge where none is named."""
        judge = judge or self._bench.judge
        bundle = await asyncio.to_thread(self._rechecker.bundle, item.version)
        for faults in range(1, self._bench.max_faults + 1):
            try:
                result = await self._bench.in_thread(partial(self._judge, judge, bundle, item, source))
            except JudgingUnavailable:
                raise
            except JudgingFault:
                if faults == self._bench.max_faults:
                    raise
            else:
                return _without_time(item, after_run(result, await self._bench.keep(result.left)))
        raise JudgingFault  # the loop above has ended otherwise

    def _judge(self, judge: JudgePort, bundle: Bundle, item: Item, source: str) -> PhaseResult:
        """Judge both phases in a row; runs in a thread."""
        if item.depth is Depth.REJUDGE and not isinstance(bundle.exercise, QuizExercise):
            named = {name: digest for name, digest in item.artifacts.items() if is_of_runs(name)}
            if not named:
                raise RunsNotKept("nothing was kept of its runs")
            kept = {name: self._bench.artifacts.get(digest) for name, digest in named.items()}
            return judge.rejudge(bundle, source, kept, item.judged_by)
        quick = judge.quick(bundle, source)
        if not quick.needs_training:
            return quick
        whole = judge.training(bundle, source, quick)
        timing = {**whole.timing_ms, "quick": quick.timing_ms["total"]} if "total" in quick.timing_ms else None
        return replace(whole, left={**quick.left, **whole.left}, timing_ms=timing or whole.timing_ms)

    def _deeper(self, item: Item, problem: Exception) -> Written:
        """Return an item whose code must run after all, or the error that it is where that was not asked for."""
        if not self._deepen:
            return failed(item, type(problem).__name__, str(problem))
        other = isinstance(problem, RunsNotKept) and any(is_of_runs(name) for name in item.artifacts)
        word = "other-runs" if other else "artifacts-gone"
        return deeper(item, Depth.RERUN, word)


def _without_time(item: Item, after: After) -> After:
    """Leave out how long it took where no code of the student's ran: what it takes to judge is what it took before."""
    if item.depth is not Depth.REJUDGE or after.run is None:
        return after
    return replace(after, run={name: value for name, value in after.run.items() if name != "timing_ms"})
