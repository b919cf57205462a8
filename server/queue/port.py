"""What the worker needs of a judge; the real one is ``server.judging.Judge``, tests bring their own."""

from collections.abc import Callable, Mapping
from typing import Protocol

from exercises import Bundle
from grader.contract import Selection
from server.phase import PhaseResult
from server.progress import TellProgress
from server.standing import Standing
from server.stopping import Stop


class JudgePort(Protocol):
    """Judges one phase at a time. Called from threads, several at once.

    The two that judge raise ``JudgingUnwanted`` (``stop`` was set: they end as soon as they can),
    ``JudgingUnavailable`` (nothing to judge with at present), ``JudgingFault`` (repeat it) or ``JudgingBroke`` (a check
    of ours raised).
    """

    def quick(self, bundle: Bundle, source: str, selection: Selection = ..., *, stop: Stop | None = ...) -> PhaseResult:
        """Judge everything that needs no training."""

    def training(
        self,
        bundle: Bundle,
        source: str,
        quick: PhaseResult,
        selection: Selection = ...,
        *,
        checking: Callable[[], None] = ...,
        progress: TellProgress = ...,
        stop: Stop | None = ...,
    ) -> PhaseResult:
        """Train, tell ``progress`` each epoch, call ``checking`` once everything has run, and judge the rest."""

    def rejudge(self, bundle: Bundle, source: str, kept: Mapping[str, bytes], judged_by: str) -> PhaseResult:
        """Judge both phases from what runs left; raises ``RunsNotKept`` where that does not do."""

    def standing(self) -> Standing:
        """Say how the place where runs are carried out is doing."""
