"""``/metrics``: what there is to watch, in Prometheus' format, read from the database when asked.

Most of it comes from tables, so that every web process answers the same: the workers' numbers from the roll that they
sign. Counts of a worker's whole life carry its name, so that they only ever rise. What is a process's own (requests,
open streams, latencies) is so described; a monitor asks each process and tells them apart by address.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import PlainTextResponse, Response

from grader.contract import SubmissionOutcome
from server.database.models import Grading, GradingState, State, Submission
from server.feed import PATIENCE, PULSE_SECONDS
from server.queue.depth import Depth, queue_depths
from server.queue.doorbell import Queue
from server.queue.roll import Present, present_workers
from server.standing import slots_by_role
from server.stopwatch import Latencies
from server.web.house import HouseDep

VERDICTS = "Final gradings by outcome; an applied rescore counts beside what it replaced"

router = APIRouter(tags=["operation"])

SLOT_STATES = ("starting", "ready", "running", "ending")


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that is measured, at one moment."""

    submissions: dict[State, int]
    verdicts: dict[str, int]  #: final gradings by outcome
    oldest_queued_seconds: float
    depths: dict[str, Depth]
    workers: list[Present]
    listeners: int
    hears: bool  #: whether this process hears of changes
    latencies: Mapping[str, Latencies]  #: by phase


class Panel(Collector):
    """Shows one reading to Prometheus' own writer."""

    def __init__(self, reading: Reading) -> None:
        """Show ``reading``."""
        self._reading = reading

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        yield from self._of_submissions()
        yield from self._of_queues()
        yield from self._of_workers()
        yield from self._of_latencies()

    def _of_submissions(self) -> Iterator[Metric]:
        reading = self._reading
        states = GaugeMetricFamily("beginend_submissions", "Submissions by state", labels=["state"])
        for state in State:
            states.add_metric([state.value], reading.submissions.get(state, 0))
        yield states
        verdicts = GaugeMetricFamily("beginend_verdicts", VERDICTS, labels=["outcome"])
        for outcome in SubmissionOutcome:
            verdicts.add_metric([outcome.value], reading.verdicts.get(outcome.value, 0))
        yield verdicts
        yield GaugeMetricFamily(
            "beginend_oldest_queued_seconds",
            "How long the oldest queued submission has waited",
            value=reading.oldest_queued_seconds,
        )
        yield GaugeMetricFamily(
            "beginend_live_listeners", "Pages and programs that follow, of this process", value=reading.listeners
        )
        yield GaugeMetricFamily(
            "beginend_listen_alive", "Whether this process hears of changes (LISTEN)", value=int(reading.hears)
        )

    def _of_latencies(self) -> Iterator[Metric]:
        family = HistogramMetricFamily(
            "beginend_verdict_seconds",
            "From handing in to what phase says: quick (first findings), verdict; since this process was asked first",
            labels=["phase"],
        )
        for phase, latencies in self._reading.latencies.items():
            family.add_metric([phase], latencies.buckets(), sum_value=latencies.sum)
        yield family

    def _of_queues(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("beginend_queue_waiting", "Jobs that are due and wait", labels=["queue"])
        running = GaugeMetricFamily("beginend_queue_running", "Jobs that a worker has", labels=["queue"])
        oldest = GaugeMetricFamily(
            "beginend_queue_oldest_seconds", "How long the oldest waiting job has waited", labels=["queue"]
        )
        for queue in Queue:
            depth = self._reading.depths.get(queue.value, Depth(queue.value, 0, 0, 0.0))
            waiting.add_metric([queue.value], depth.waiting)
            running.add_metric([queue.value], depth.running)
            oldest.add_metric([queue.value], depth.oldest_seconds)
        yield from (waiting, running, oldest)

    def _of_workers(self) -> Iterator[Metric]:
        workers = self._reading.workers
        yield GaugeMetricFamily("beginend_workers", "Workers that gave a sign of life lately", value=len(workers))
        slots = GaugeMetricFamily("beginend_slots", "Slots of all workers", labels=["role", "state"])
        for role, counts in slots_by_role(worker.standing for worker in workers).items():
            for state in SLOT_STATES:
                slots.add_metric([role, state], counts.get(state, 0))
        yield slots
        waiting = sum(worker.standing.waiting for worker in workers)
        yield GaugeMetricFamily("beginend_runs_waiting", "Runs that wait for a slot", value=waiting)
        faults = CounterMetricFamily("beginend_sandbox_faults", "Faults of the sandbox", labels=["worker"])
        recycled = CounterMetricFamily(
            "beginend_slots_recycled", "Slots that were replaced", labels=["worker", "reason"]
        )
        for worker in workers:
            faults.add_metric([worker.name], worker.standing.faults)
            for reason, count in worker.standing.recycled.items():
                recycled.add_metric([worker.name, reason], count)
        yield from (faults, recycled)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(house: HouseDep) -> Response:
    """Return every number in Prometheus' text format."""
    async with house.database.reading() as session:
        reading = Reading(
            submissions=await _submissions(session),
            verdicts=await _verdicts(session),
            oldest_queued_seconds=await _oldest_queued(session),
            depths={depth.queue: depth for depth in await queue_depths(session)},
            workers=await present_workers(session, silent_seconds=house.settings.stalled_seconds),
            listeners=house.feed.subscribers,
            hears=house.feed.is_listening and house.feed.deaf_seconds <= PULSE_SECONDS + PATIENCE,
            latencies=await house.stopwatch.read(session),
        )
    registry = CollectorRegistry()
    registry.register(Panel(reading))
    numbers = generate_latest(registry) + generate_latest(house.numbers.registry)
    return Response(numbers, media_type=CONTENT_TYPE_LATEST)


async def _submissions(session: AsyncSession) -> dict[State, int]:
    rows = await session.execute(select(Submission.state, func.count()).group_by(Submission.state))
    return {state: int(count) for state, count in rows}


async def _verdicts(session: AsyncSession) -> dict[str, int]:
    """Count verdicts by outcome; an index alone answers this."""
    rows = await session.execute(
        select(Grading.outcome, func.count()).where(Grading.state == GradingState.FINAL).group_by(Grading.outcome)
    )
    return {outcome: int(count) for outcome, count in rows}


async def _oldest_queued(session: AsyncSession) -> float:
    """Return for how many seconds the oldest queued submission has waited."""
    waited = func.extract("epoch", func.clock_timestamp() - func.min(Submission.created_at))
    return float(await session.scalar(select(waited).where(Submission.state == State.QUEUED)) or 0)
