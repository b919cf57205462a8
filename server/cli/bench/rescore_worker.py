"""The worker that benches of rescores and of many machines measure: a real one, whose judge pretends to run."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from exercises import Bundle
from grader.contract import Finding, Outcome, Selection, SubmissionOutcome, Verdict
from server import heap
from server.database.engine import Database
from server.kept_runs import RunsNotKept
from server.phase import PhaseResult
from server.progress import TellProgress
from server.queue.worker import run_worker
from server.settings import Settings
from server.standing import Standing
from server.stopping import Stop

LIVE_SECONDS = 0.1  # that the judging of one is made to take


class PretendingJudge:
    """Takes a while for each student and finds that all is well; says when it began."""

    def __init__(self, begun: Any, seconds: float = LIVE_SECONDS) -> None:  # noqa: ANN401 - a queue between processes
        self._begun = begun
        self._seconds = seconds

    def quick(
        self, bundle: Bundle, source: str, selection: Selection | None = None, *, stop: Stop | None = None
    ) -> PhaseResult:
        """Say that it begins, and take a while."""
        del source, selection, stop
        self._begun.put(time.time())
        time.sleep(self._seconds)
        title = bundle.exercise.title
        finding = Finding(
            "layers", "layers", title, Outcome.PASSED, 1, required=True, expected=None, actual=None, message=title
        )
        verdict = Verdict(SubmissionOutcome.PASSED, 1.0, (finding,), None)
        return PhaseResult(
            {}, (finding,), "", None, needs_training=False, verdict=verdict, environment={}, timing_ms={"total": 100}
        )

    def training(
        self,
        bundle: Bundle,
        source: str,
        quick: PhaseResult,
        selection: Selection | None = None,
        *,
        checking: Callable[[], None] = lambda: None,
        progress: TellProgress = lambda _: None,
        stop: Stop | None = None,
    ) -> PhaseResult:
        """Find nothing more."""
        del bundle, source, selection, checking, progress, stop
        return quick

    def rejudge(self, bundle: Bundle, source: str, kept: Mapping[str, bytes], judged_by: str) -> PhaseResult:
        """Have nothing to judge from."""
        del bundle, source, kept, judged_by
        raise RunsNotKept

    def standing(self) -> Standing:
        """Say that there is nothing to say."""
        return Standing()


def work(settings: str, begun: Any, seconds: float = LIVE_SECONDS) -> None:  # noqa: ANN401 - a queue between processes
    """Be a worker whose judging takes so long, until ended."""
    chosen = Settings.model_validate_json(settings)

    async def working() -> None:
        database = Database(chosen.database_url or "")
        heap.settle()  # as a worker's process does
        begun.put(0.0)
        await run_worker(chosen, database, PretendingJudge(begun, seconds), asyncio.Event())

    asyncio.run(working())
