"""Judge for whoever can wait: from a thread, with students first, and ended where nobody wants the result any more."""

import asyncio
import threading
from concurrent.futures import CancelledError

from exercises import Bundle
from grader.contract import Selection
from server.errors import DatabaseAway, JudgingUnwanted
from server.phase import PhaseResult
from server.queue.courtesy import students_wait
from server.queue.work import Bench
from server.stopping import Stop

#: Seconds for which one judgement steps aside while students' submissions wait, and between two looks.
MOST_COURTESY = 60.0
LOOK = 0.5
ANSWER_SECONDS = 10.0


class Abandoned(Exception):
    """Nobody wants the result any more; its threads are to end."""


class Courteous:
    """A worker's judge, for threads that let students go first."""

    def __init__(self, bench: Bench, loop: asyncio.AbstractEventLoop) -> None:
        """Prepare.

        Args:
            bench: What the worker works with.
            loop: The worker's event loop, in which the database is asked.

        """
        self._bench = bench
        self._loop = loop
        self._abandoned = threading.Event()
        self._stop = Stop()

    def abandon(self) -> None:
        """Let the threads end: a run that goes on is ended, and none begins."""
        self._abandoned.set()
        self._stop.set()

    def judge(self, bundle: Bundle, source: str, selection: Selection) -> PhaseResult:
        """Judge one program, both phases in a row; called from a thread.

        Raises:
            Abandoned: Nobody wants the result any more.
            JudgingUnavailable: There is nothing to judge with at present.
            JudgingFault: It could not be judged through a fault of ours.
            JudgingBroke: A check of ours raised.

        """
        judge, stop = self._bench.judge, self._stop
        try:
            self._step_aside()
            quick = judge.quick(bundle, source, selection, stop=stop)
            if not quick.needs_training:
                return quick
            self._step_aside()
            return judge.training(bundle, source, quick, selection, stop=stop)
        except JudgingUnwanted as error:
            raise Abandoned from error

    def _step_aside(self) -> None:
        """Wait while students' submissions wait, for a while."""
        for _ in range(int(MOST_COURTESY / LOOK)):
            if self._abandoned.is_set():
                raise Abandoned
            if not self._students_wait():
                return
            self._abandoned.wait(LOOK)

    def _students_wait(self) -> bool:
        """Ask the database, from a thread; where it does not answer nobody is waited for.

        Raises:
            Abandoned: The worker has stopped meanwhile.

        """
        asking = students_wait(self._bench.database)
        try:
            return asyncio.run_coroutine_threadsafe(asking, self._loop).result(ANSWER_SECONDS)
        except (DatabaseAway, TimeoutError):
            return False
        except (CancelledError, RuntimeError) as error:
            asking.close()
            raise Abandoned from error
