"""Two real images: stored programs run on the one that is to come beside the present one, before it is switched."""

import asyncio
import contextlib
import json
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from exercises import Bundle, Text, load_catalogue
from grader.contract import Phase
from sandbox.engine import connect
from sandbox.routing import Slots
from server.accounts import create_user
from server.cli.main import build
from server.courses import Shelf, enrol, find_assignment, publish_catalogue
from server.database.embedded import EmbeddedPostgres
from server.database.engine import Database
from server.database.migrate import upgrade
from server.database.models import Grading, Rescore, Role, Submission
from server.judging import Judge
from server.phase import PhaseResult
from server.settings import BUILT_IN_CATALOGUE
from server.submissions import Answer, accept_submission, claim, record_verdict
from server.workshop import open_workshop

pytestmark = [pytest.mark.database, pytest.mark.docker]

VAR = Path(__file__).resolve().parents[2] / "var"
EXERCISE, COURSE = "cnn-digits", "upgraded"
#: Layers of the wrong size: a verdict comes after the structure, and nothing is trained.
WRONG = ("128", "64")


@dataclass(frozen=True)
class House:
    """A course with judged submissions, the images, and a way to call the command line."""

    url: str
    shelf: Shelf
    bundle: Bundle
    present: str
    other: str
    call: Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def engine() -> Iterator[docker.DockerClient]:
    """Connect to the engine."""
    client = connect()
    yield client
    client.close()


@pytest.fixture
def house(engine: docker.DockerClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Furnish a course, and build another image on the present one: the same libraries, another digest."""
    with tempfile.TemporaryDirectory(prefix="beginend-upgrade-") as folder, contextlib.ExitStack() as stack:
        home = Path(folder)
        home.chmod(0o755)
        for one in VAR.iterdir():  # wheels and data are shared, what is written is the test's own
            if one.name not in {"bundles", "postgres", "postgres.lock", "artifacts"}:
                (home / one.name).symlink_to(one)
        postgres = EmbeddedPostgres(home)
        url = postgres.ensure()
        stack.callback(postgres.stop)
        upgrade(url)
        bundle = load_catalogue(BUILT_IN_CATALOGUE, home / "data")[EXERCISE]
        shelf = Shelf(home / "bundles", home / "data")
        result = _judged(bundle, home)
        asyncio.run(_furnish(url, shelf, bundle, result))
        present = str(result.environment["image"])
        (tmp_path / "Dockerfile").write_text(f"FROM {present}\nLABEL beginend.test={uuid.uuid4()}\n", "utf-8")
        other = str(engine.images.build(path=str(tmp_path), rm=True)[0].id)
        stack.callback(engine.images.remove, other)
        monkeypatch.setenv("BEGINEND_HOME", str(home))
        monkeypatch.setenv("DATABASE_URL", url)

        def call(*words: str) -> tuple[int, dict[str, Any]]:
            arguments = ["rescore", "upgrade", *words, "--json"]
            done = CliRunner().invoke(build(arguments), arguments, catch_exceptions=False)
            assert done.exit_code < 2, done.output
            return done.exit_code, json.loads(done.stdout)

        yield House(url, shelf, bundle, present, other, call)


def _judged(bundle: Bundle, home: Path) -> PhaseResult:
    """Judge a wrong program for real, on the present image."""
    slots = Slots(quick=1, long=1, judges=1, ahead=False)
    with contextlib.closing(Judge(open_workshop("docker", home, lambda _: None, slots=slots))) as judge:
        return judge.whole(bundle, (bundle.solution or "").replace(*WRONG))


async def _furnish(url: str, shelf: Shelf, bundle: Bundle, result: PhaseResult) -> None:
    """Publish a course and hand in twice, by two students, what was judged."""
    database = Database(url)
    for login in ("one", "two"):
        async with database.unit_of_work() as session:
            title = Text(zh="升级", en="Upgraded")
            course = await publish_catalogue(session, {bundle.id: bundle}, COURSE, title, shelf=shelf)
            student = await create_user(session, login=login, password="correct horse")
            await enrol(session, student, course, Role.STUDENT)
            assignment = await find_assignment(session, student, bundle.id, COURSE)
            source = (bundle.solution or "").replace(*WRONG) + f"\n# {login}\n"
            submission = await accept_submission(session, student, assignment, bundle, Answer(file=source.encode()))
        async with database.unit_of_work() as session:
            held = await claim(session, submission.id, Phase.QUICK)
            assert held is not None
            await record_verdict(session, held, result, {})
    await database.dispose()


async def _seen(url: str) -> tuple[list[Grading], list[Rescore]]:
    """Return gradings and sets."""
    database = Database(url)
    async with database.reading() as session:
        rows = list(await session.scalars(select(Grading))), list(await session.scalars(select(Rescore)))
    await database.dispose()
    return rows


async def _pretend_it_passed(url: str) -> None:
    """Let one verdict be another than any image gives, as one of an older environment may be."""
    database = Database(url)
    async with database.unit_of_work() as session:
        first = select(Submission.current_grading_id).order_by(Submission.id).limit(1).scalar_subquery()
        values = {"outcome": "passed", "score": 1.0, "evidence": {}}
        await session.execute(update(Grading).where(Grading.id == first).values(**values))
    await database.dispose()


def test_an_image_is_tried_beside_the_present_one(house: House) -> None:
    """The other digest is what ran, both were timed, no verdict was written, and what it did not change is said."""
    code, told = house.call(COURSE, "--image", house.other)
    before, sets = asyncio.run(_seen(house.url))

    assert (house.other, house.present) == (told["image"], told["present"])
    assert (2, 2, 0, 0, {}) == tuple(told[name] for name in ("submissions", "same", "changed", "errors", "causes"))
    times = told["times"][""]
    assert 2 == times["programs"]
    assert min(times["present"]["median"], times["image"]["median"]) > 0
    assert code == (0 if times["ratio"] <= 1.25 else 1)
    assert 2 == len(before)
    assert {house.present} == {one.environment["image"] for one in before}
    assert [house.other] == [one.scope["upgrade"]["image"] for one in sets]

    asyncio.run(_pretend_it_passed(house.url))
    _, told = house.call(COURSE, "--image", house.other)
    assert {"elsewhere": 1} == told["causes"]
    assert [3, 3] == [told["items"][0]["spread"]["runs"], told["items"][0]["spread"]["present"]["runs"]]


def test_the_present_image_is_no_other(house: House) -> None:
    """Named by its own id, there is nothing to compare; a name of none is a sentence."""
    for image, code in ((house.present, 2), ("beginend-no-such-image", 3)):
        arguments = ["rescore", "upgrade", COURSE, "--image", image]
        assert code == CliRunner().invoke(build(arguments), arguments).exit_code
