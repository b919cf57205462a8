"""What the chaos run calls broken: nothing that clients may see, all that they may not, and any uneven account."""

import random
import time
import uuid
from collections import Counter
from dataclasses import replace

import pytest

from server.cli.bench.chaos.faults import RATES, Due, Fault, plan
from server.cli.bench.chaos.ledger import BROKEN_OFF, NO_CONNECTION, TIMED_OUT, Ledger, Receipt, Seen
from server.cli.bench.chaos.outages import GRACE, Outages, Part
from server.cli.bench.chaos.promise import Books, Stored, broken_promises
from server.database.models import State

RECEIPT = Receipt(uuid.uuid4(), "student-1", "cnn-digits", "failed", tries=1, accepted_at=5.0, heard_at=6.5)
STORED = Stored(
    RECEIPT.submission_id,
    "student-1",
    "cnn-digits",
    State.DONE,
    claims=2,
    verdicts=1,
    outcome="failed",
    copied=False,
    fault=None,
)
ATTEMPTS = {("student-1", "cnn-digits"): 1}
ALL_WELL = Books((STORED,), ATTEMPTS, open_jobs=0)


def an_outage(part: Part) -> tuple[Outages, float]:
    """Return outages with one that is just over, and a moment of it."""
    outages = Outages()
    outages.begin(part)
    moment = time.monotonic()
    outages.end(part, asked=moment + GRACE)
    return outages, moment


def complaints(outages: Outages, *seen: Seen) -> list[str]:
    """Return what is wrong with what clients saw."""
    ledger = Ledger()
    for one in seen:
        ledger.note(one)
    return ledger.broken(outages)


def test_refusals_that_had_to_be() -> None:
    """503 with Retry-After while the database was away, and broken connections while the web process was, are well."""
    database, moment = an_outage(Part.DATABASE)
    web, later = an_outage(Part.WEB)

    assert [] == complaints(database, Seen("hand in", 503, moment - 9, moment + 0.1, retry_after=True))
    assert [] == complaints(web, Seen("hand in", NO_CONNECTION, later, later), Seen("stream", BROKEN_OFF, later, later))
    assert [] == complaints(Outages(), Seen("hand in", 202, 1, 2), Seen("stream", 200, 1, 2))


@pytest.mark.parametrize(
    ("answer", "retry_after"),
    [(503, False), (500, True), (404, False), (429, True), (TIMED_OUT, False), (BROKEN_OFF, False)],
)
def test_refusals_that_nobody_may_see(answer: int | str, retry_after: bool) -> None:  # noqa: FBT001 - a parameter
    """Anything else is a complaint, also while the database was away."""
    outages, moment = an_outage(Part.DATABASE)
    found = complaints(outages, Seen("hand in", answer, moment, moment, retry_after=retry_after))

    assert 1 == len(found)
    assert str(answer) in found[0]


def test_refusals_without_an_outage() -> None:
    """What lies beside an outage is a complaint: nothing was away then."""
    database, moment = an_outage(Part.DATABASE)
    web, later = an_outage(Part.WEB)
    after = moment + 2 * GRACE + 1

    assert 1 == len(complaints(database, Seen("hand in", 503, after, after, retry_after=True)))
    assert 1 == len(complaints(web, Seen("hand in", NO_CONNECTION, later - 9, later - 2 * GRACE - 1)))


def test_an_outage_goes_on_if_the_blow_came_after_the_question() -> None:
    """An answer to a question that was asked before a part was taken away again ends nothing."""
    outages = Outages()
    outages.begin(Part.DATABASE)
    asked = time.monotonic()
    outages.begin(Part.DATABASE)
    outages.end(Part.DATABASE, asked=asked)

    assert outages.is_away(Part.DATABASE)
    outages.end(Part.DATABASE, asked=time.monotonic() + 1)
    assert not outages.is_away(Part.DATABASE)


def test_accounts_that_agree() -> None:
    """One receipt, one verdict, one attempt, nothing left in the queue: the promise is kept."""
    assert [] == broken_promises([RECEIPT], ALL_WELL)


@pytest.mark.parametrize(
    ("books", "said"),
    [
        (replace(ALL_WELL, stored=(), attempts={}), "received, and lost"),
        (replace(ALL_WELL, stored=(replace(STORED, state=State.RUNNING),)), "received, and running"),
        (replace(ALL_WELL, stored=(replace(STORED, state=State.SYSTEM_ERROR, fault="why"),)), "system_error: why"),
        (replace(ALL_WELL, stored=(replace(STORED, verdicts=2),)), "judged 2 times"),
        (replace(ALL_WELL, stored=(replace(STORED, verdicts=0),)), "judged 0 times"),
        (replace(ALL_WELL, stored=(replace(STORED, outcome="passed"),)), "judged as passed, not as failed"),
        (replace(ALL_WELL, stored=(replace(STORED, copied=True),)), "answered from another's verdict"),
        (replace(ALL_WELL, attempts={("student-1", "cnn-digits"): 2}), "1 received, 2 attempts counted"),
        (replace(ALL_WELL, attempts={}), "1 received, 0 attempts counted"),
        (replace(ALL_WELL, attempts={**ATTEMPTS, ("student-2", "cnn-digits"): 1}), "0 received, 1 attempts"),
        (replace(ALL_WELL, stored=(STORED, replace(STORED, submission_id=uuid.uuid4()))), "nobody was given a receipt"),
        (replace(ALL_WELL, open_jobs=3), "3 jobs are left"),
    ],
)
def test_accounts_that_do_not(books: Books, said: str) -> None:
    """Lost, unjudged, judged twice or wrongly, miscounted, made up, or left lying: each is said."""
    found = broken_promises([RECEIPT], books)

    assert any(said in sentence for sentence in found), found


def test_a_verdict_that_was_never_told() -> None:
    """A verdict that did not reach its student is a broken promise too."""
    found = broken_promises([replace(RECEIPT, heard_at=None)], ALL_WELL)

    assert ["the student was never told" in one for one in found] == [True]


def test_one_submission_for_two_requests() -> None:
    """The same submission given to two different requests is a complaint."""
    ledger = Ledger()
    ledger.keep(RECEIPT)
    ledger.keep(replace(RECEIPT))

    assert 1 == len(ledger.broken(Outages()))


def test_a_plan_follows_from_its_seed() -> None:
    """The same seed kills the same at the same moments; every fault comes, in order, within the run, at its rate."""
    faults = list(Fault)

    def drawn(seed: int, seconds: float) -> list[Due]:
        return plan(random.Random(seed), seconds, faults)  # noqa: S311 - drawn again from the same seed

    first, again, other = drawn(1, 60), drawn(1, 60), drawn(2, 60)
    longer = Counter(due.fault for due in drawn(1, 600))

    assert first == again != other
    assert first == sorted(first, key=lambda due: due.at)
    assert all(0 < due.at < 60 for due in first)
    assert set(faults) == {due.fault for due in drawn(3, 10)}
    assert {fault: 10 * rate for fault, rate in RATES.items()} == longer
