"""Before an image is switched: stored programs run on the new one beside the present one, and nothing counts."""

import asyncio
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from rescorehouse import EIGHT, RescoreHouse, judged
from scriptedjudging import LABELS
from serverhouse import COURSE, FakeJudge, worker
from sqlalchemy import func, select, text
from test_rescoring import rescoring
from typer.testing import CliRunner

from server.cli import rescore_upgrade as command
from server.cli.main import build
from server.cli.rescore_upgrade import Places
from server.database.models import Cause, Depth, Grading, ItemState, RescoreState
from server.errors import JudgingFault, TrialNeverCounts
from server.phase import PhaseResult
from server.queue.rescue import SUBMISSIONS
from server.rescoring import Scope, apply, try_again
from server.rescoring.sampling import sample_of, strata_of
from server.rescoring.trial_making import Trial, make_trial
from server.submissions import Answer

pytestmark = pytest.mark.database

__all__ = ["rescoring"]

OLD, NEW = "sha256:old", "sha256:new"


def on(image: str, result: PhaseResult, seconds: float = 1.0) -> PhaseResult:
    """Return a result as an image gives it, and how long it took."""
    total = round(seconds * 1000)
    return replace(result, environment={**result.environment, "image": image}, timing_ms={"total": total})


class Upgrade:
    """The command, over two judges that do as they are told."""

    def __init__(self, house: RescoreHouse) -> None:
        self.house = house
        right = judged(house.bundle, LABELS)
        self.present = FakeJudge(quick_script=[on(OLD, right)])
        self.tried = FakeJudge(quick_script=[on(NEW, right)])

    def will(self, judge: FakeJudge, *results: PhaseResult | Exception) -> None:
        """Say what a judge finds, one time after another."""
        image = OLD if judge is self.present else NEW
        judge.quick_script = [on(image, one) if isinstance(one, PhaseResult) else one for one in results]

    async def call(self, *words: object, code: int) -> Any:  # noqa: ANN401 - whatever JSON it prints
        """Call ``beginend rescore upgrade``, in a thread as it has an event loop of its own."""
        arguments = ["rescore", "upgrade", *map(str, words)]
        result = await asyncio.to_thread(
            lambda: CliRunner().invoke(build(arguments), arguments, catch_exceptions=False)
        )
        assert code == result.exit_code, result.output
        return json.loads(result.stdout) if "--json" in words and code < 2 else result.output


@pytest.fixture
def upgrade(rescoring: RescoreHouse, monkeypatch: pytest.MonkeyPatch) -> Upgrade:
    """Return the command where no Docker engine is needed: both places are scripts, the rest is real."""
    settings = rescoring.house.settings
    monkeypatch.setenv("BEGINEND_HOME", str(settings.home))
    monkeypatch.setenv("DATABASE_URL", settings.database_url or "")
    made = Upgrade(rescoring)

    @contextmanager
    def opened(*_: object) -> Iterator[Places]:
        yield Places(NEW, OLD, tried=made.tried, beside=made.present)

    monkeypatch.setattr(command, "_opened", opened)
    return made


async def gradings(house: RescoreHouse) -> int:
    """Count the gradings there are."""
    async with house.house.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Grading)) or 0


async def test_an_image_that_changes_nothing_is_safe(rescoring: RescoreHouse, upgrade: Upgrade) -> None:
    """Every program ran on both; no grading was written, no job was asked for, and the exit code says safe."""
    for code in ("one", "one", "two"):
        await rescoring.handed_in(LABELS, code=code)
    before = await gradings(rescoring)
    upgrade.tried.quick_script = [on(NEW, judged(rescoring.bundle, LABELS), seconds=1.1)]

    told = await upgrade.call(COURSE, "--image", NEW, "--sample", 0, "--json", code=0)

    assert (True, 3, 0, 0, {}) == tuple(told[name] for name in ("safe", "same", "changed", "errors", "causes"))
    assert [{"before": "passed", "after": "passed", "count": 3}] == told["matrix"]
    assert (2, 2) == (len(upgrade.present.calls), len(upgrade.tried.calls))
    times = told["times"][""]
    assert (2, 1.0, 1.1, 1.1) == (
        times["programs"], times["present"]["median"], times["image"]["p95"], times["ratio"],
    )  # fmt: skip
    assert {"programs": 2, "present_seconds": 2.0, "seconds": 2.2} == told["all"]
    assert before == await gradings(rescoring)
    async with rescoring.house.database.reading() as session:
        jobs = text("select count(*) from procrastinate_jobs where task_name = 'rescore_chunk'")
        assert 0 == await session.scalar(jobs)


@pytest.mark.parametrize(
    ("found", "cause", "code"),
    [
        (([LABELS], [EIGHT]), "image", 1),
        (([LABELS, EIGHT, LABELS], [EIGHT]), "noise", 0),
        (([LABELS], [EIGHT, LABELS, EIGHT]), "noise", 0),
        (([EIGHT], [EIGHT]), "elsewhere", 0),
    ],
)
async def test_why_a_verdict_changes_is_found_out_by_repeating(
    rescoring: RescoreHouse, upgrade: Upgrade, found: tuple[list[list[int]], list[list[int]]], cause: str, code: int
) -> None:
    """Only what the present image never says speaks against the new one; each check that fell is named."""
    submission = await rescoring.handed_in(LABELS)
    for judge, classes in zip((upgrade.present, upgrade.tried), found, strict=True):
        upgrade.will(judge, *(judged(rescoring.bundle, one) for one in classes))

    told = await upgrade.call(COURSE, "--image", NEW, "--json", code=code)

    assert ({cause: 1}, {"accuracy": 1}, not code) == (told["causes"], told["checks"], told["safe"])
    (item,) = told["items"]
    assert (str(submission), cause, "passed", "failed") == (
        item["submission"], item["cause"], item["before"]["outcome"], item["after"]["outcome"],
    )  # fmt: skip
    assert (3, 3) == (item["spread"]["runs"], item["spread"]["present"]["runs"])


async def test_people_read_the_verdict_first(rescoring: RescoreHouse, upgrade: Upgrade) -> None:
    """Then which submission changes and why, and how long it would take for all of them."""
    submission = await rescoring.handed_in(LABELS)
    upgrade.will(upgrade.tried, judged(rescoring.bundle, EIGHT))

    said = await upgrade.call(COURSE, "--image", NEW, code=1)

    told = said[said.index("Look first") :]
    assert told.startswith("Look first: the image changes 1 of 1 verdicts.")
    assert str(submission) in told
    assert "about 1 s on the present image" in " ".join(told.split())


async def test_what_our_checks_say_otherwise_is_not_the_images_doing(rescoring: RescoreHouse, upgrade: Upgrade) -> None:
    """A verdict that the present checks would give on the stored evidence too is put down to the rule."""
    submission = await rescoring.handed_in(EIGHT)
    await rescoring.change(submission, outcome="passed", score=1.0)
    upgrade.will(upgrade.present, judged(rescoring.bundle, EIGHT))
    upgrade.will(upgrade.tried, judged(rescoring.bundle, EIGHT))

    told = await upgrade.call(COURSE, "--image", NEW, "--json", code=0)

    assert {"rule": 1} == told["causes"]
    assert 1 == len(upgrade.tried.calls)


async def test_what_cannot_be_judged_on_it_speaks_against_it(rescoring: RescoreHouse, upgrade: Upgrade) -> None:
    """A sandbox that breaks on the new image is an error of that submission, and the exit code says look."""
    await rescoring.handed_in(LABELS)
    upgrade.will(upgrade.tried, JudgingFault("the slot broke"))

    told = await upgrade.call(COURSE, "--image", NEW, "--json", code=1)

    assert (1, ["1 could not be judged on it"]) == (told["errors"], told["look_at"])


async def test_a_slower_image_is_to_be_looked_at(rescoring: RescoreHouse, upgrade: Upgrade) -> None:
    """Half as long again: nobody's verdict changes, and still it is not switched without a look."""
    await rescoring.handed_in(LABELS)
    upgrade.tried.quick_script = [on(NEW, judged(rescoring.bundle, LABELS), seconds=1.5)]

    told = await upgrade.call("--all", "--image", NEW, "--json", code=1)

    assert ["it takes 1.50 times as long as the present one"] == told["look_at"]


async def test_a_trial_can_neither_be_applied_nor_worked_out_by_workers(
    rescoring: RescoreHouse, upgrade: Upgrade
) -> None:
    """Stopped on the way, it is nobody's work and counts for nobody; ``--go-on`` finishes it."""
    await rescoring.handed_in(LABELS)
    database, teacher = rescoring.house.database, rescoring.house.teacher
    async with database.unit_of_work() as session:
        made = await make_trial(session, COURSE, Trial(NEW, OLD), rescoring.house.shelf)
    async with worker(rescoring.house, rescoring.judge):
        await asyncio.sleep(1.5)  # the sweep comes once a second
    async with database.unit_of_work() as session:
        await SUBMISSIONS.sweep(session)
    assert RescoreState.RUNNING is (await rescoring.work_out(made)).state
    assert [] == rescoring.judge.calls
    upgrade.will(upgrade.tried, judged(rescoring.bundle, EIGHT))

    told = await upgrade.call("--go-on", made.id, "--json", code=1)

    assert ([str(made.id)], {"image": 1}) == (told["rescores"], told["causes"])
    with pytest.raises(TrialNeverCounts):
        async with database.unit_of_work() as session:
            await apply(session, teacher, made.id)
    (item,) = (await rescoring.items(made)).values()
    assert (Cause.ENVIRONMENT, Depth.RERUN, ItemState.DONE) == (item.cause, item.depth, item.state)
    with pytest.raises(TrialNeverCounts):
        async with database.unit_of_work() as session:
            await try_again(session, teacher, made.id, rescoring.house.shelf)


async def test_kept_runs_of_another_image_do_not_answer(rescoring: RescoreHouse, upgrade: Upgrade) -> None:
    """What runs left is there and is not used; what they leave on the new image is not kept for later rejudges."""
    await rescoring.handed_in(LABELS, keep=True)
    store = rescoring.folder / "artifacts"
    before = sorted(store.rglob("*.gz"))
    assert before
    right = judged(rescoring.bundle, LABELS)
    upgrade.tried.quick_script = [replace(on(NEW, right), left={"run/x": b"left on the new image"})]

    told = await upgrade.call(COURSE, "--image", NEW, "--json", code=0)

    assert (1, 1) == (len(upgrade.present.calls), len(upgrade.tried.calls))
    assert before == sorted(store.rglob("*.gz"))
    (rescore,) = told["rescores"]
    async with rescoring.house.database.reading() as session:
        kept = await session.scalar(
            text("select result -> 'artifacts' from rescore_items where rescore_id = :id"), {"id": rescore}
        )
    assert {} == kept


async def test_a_sample_has_some_of_each_kind_and_is_the_same_for_a_seed(rescoring: RescoreHouse) -> None:
    """First one of each exercise and outcome, then a second of each; identical programs once; quizzes never."""
    for code in ("a", "a", "b", "c", "d", "e"):
        await rescoring.handed_in(LABELS, code=code)
    failed = await rescoring.handed_in(EIGHT)
    await rescoring.house.submit("backpropagation", Answer(answers={}))
    scope = Scope(COURSE, replayed=True)

    async with rescoring.house.database.reading() as session:
        course = await session.scalar(text("select id from courses"))

        async def chosen(number: int, seed: int) -> list[uuid.UUID]:
            return list(await sample_of(session, scope, course, number=number, seed=seed))

        strata = [(one.outcome, one.submissions, one.programs) for one in await strata_of(session, scope, course)]
        two, again, others = await chosen(2, 1), await chosen(2, 1), {tuple(await chosen(2, seed)) for seed in range(9)}
        every = await chosen(99, 1)

    assert [("failed", 1, 1), ("passed", 6, 5)] == strata
    assert failed in two
    assert two == again
    assert len(others) > 1
    assert 6 == len(every)


async def test_wrong_calls_are_sentences(upgrade: Upgrade) -> None:
    """What does not make sense together is exit code 2 and says so; so is a course of which nothing was judged."""
    for words in ((), (COURSE,), (COURSE, "--all", "--image", NEW), ("--go-on", uuid.uuid4(), "--image", NEW)):
        await upgrade.call(*words, code=2)
    await upgrade.call("no-such-course", "--image", NEW, code=2)
    await upgrade.call(COURSE, "--image", NEW, code=2)
    await upgrade.call("--go-on", uuid.uuid4(), code=2)
