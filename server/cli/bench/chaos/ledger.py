"""What clients were told: answers are counted, receipts kept, and what nobody should see becomes a complaint."""

import time
import uuid
from collections import Counter
from dataclasses import dataclass, field

from server.cli.bench.chaos.outages import Outages, Part

UNAVAILABLE = 503

#: What became of a request that got no answer.
NO_CONNECTION = "no connection"
BROKEN_OFF = "connection broken off"
TIMED_OUT = "no answer in time"


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one request; moments of the monotonic clock."""

    request: str  #: such as "POST" or "stream"
    answer: int | str  #: the status, or why there was none
    began: float
    ended: float
    retry_after: bool = False  #: whether the answer said when to come again
    text: str = ""  #: the beginning of an answer that nobody expected

    @property
    def label(self) -> str:
        """Name it in a table."""
        return f"{self.request}: {self.answer}{' with Retry-After' if self.retry_after else ''}"


@dataclass(slots=True)
class Receipt:
    """A submission that was answered with 202."""

    submission_id: uuid.UUID
    login: str
    exercise: str
    expected: str  #: the outcome that its verdict must have
    tries: int  #: requests that it took
    accepted_at: float
    heard_at: float | None = None  #: when its verdict had come over the event stream

    @property
    def waited(self) -> float | None:
        """Seconds from receipt to verdict, as the student felt them."""
        return None if self.heard_at is None else self.heard_at - self.accepted_at


@dataclass(slots=True)
class Ledger:
    """Everything that the clients of one run noted."""

    receipts: dict[uuid.UUID, Receipt] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    streams_ended_early: int = 0  #: in order, by the server; the client connects again
    complaints: list[str] = field(default_factory=list)  #: of clients, beside answers
    _refused: list[Seen] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def note(self, seen: Seen) -> None:
        """Count an answer; refusals are kept until all outages are known."""
        self.answers[seen.label] += 1
        if seen.answer not in {200, 202}:
            self._refused.append(seen)

    def keep(self, receipt: Receipt) -> None:
        """Keep a receipt."""
        if receipt.submission_id in self.receipts:
            self.complaints.append(f"{receipt.submission_id}: given to two requests")
        self.receipts[receipt.submission_id] = receipt

    def broken(self, outages: Outages) -> list[str]:
        """Return what clients saw and should not have, a sentence each."""
        found = [f"{self._told(seen)}: {why}" for seen in self._refused if (why := _wrong(seen, outages)) is not None]
        return [*self.complaints, *found]

    def _told(self, seen: Seen) -> str:
        said = f" ({seen.text})" if seen.text else ""
        return f"{seen.label}{said} after {seen.ended - self._began:.1f} s"


def _wrong(seen: Seen, outages: Outages) -> str | None:
    """Say what is wrong with a refusal; None if it had to be."""
    if seen.answer == UNAVAILABLE:
        if not seen.retry_after:
            return "without Retry-After"
        return None if outages.meet(Part.DATABASE, seen.began, seen.ended) else "while the database was there"
    if seen.answer in {NO_CONNECTION, BROKEN_OFF}:
        return None if outages.meet(Part.WEB, seen.began, seen.ended) else "while the web process lived"
    return "no client should ever see this"
