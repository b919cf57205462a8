"""``beginend exercise import`` works without a server: it needs the database alone, and for code a sandbox."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from importhouse import KnowingJudge, checked, import_row, person, small
from serverhouse import House, worker
from sqlalchemy import select, text
from typer.testing import CliRunner

import server.cli.check
from exercises import Bundle
from exercises.packing import pack
from server.cli.main import build
from server.database.models import ExerciseImport, ExerciseRow, ExerciseVersion, ImportState
from server.errors import JudgingFault
from server.gate import check as gate_check
from server.gate.promises import Judging

pytestmark = pytest.mark.database


@pytest.fixture
def settled(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Let commands find the test's database and home."""
    monkeypatch.setenv("DATABASE_URL", house.settings.database_url or "")
    monkeypatch.setenv("BEGINEND_HOME", str(house.settings.home))
    monkeypatch.setenv("LANG", "C.UTF-8")
    return house


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> KnowingJudge:
    """Put a judge that knows what is right in the sandbox's place."""
    knowing = KnowingJudge()

    @contextmanager
    def judging(*_: object) -> Iterator[Judging]:
        yield knowing.quick

    monkeypatch.setattr(server.cli.check, "_judging", judging)
    monkeypatch.setattr(gate_check, "PAUSE", 0.01)
    return knowing


async def command(*words: str | Path) -> Result:
    """Give a command, as a process of its own would carry it out."""
    arguments: Sequence[str] = ["exercise", "import", *map(str, words)]
    return await asyncio.to_thread(CliRunner().invoke, build(arguments), arguments)


async def the_import(house: House) -> ExerciseImport:
    """Return the one import there is."""
    async with house.database.reading() as session:
        return (await session.scalars(select(ExerciseImport))).one()


async def job_count(house: House) -> int:
    """Return how many checks wait for a worker."""
    async with house.database.reading() as session:
        asked = text("select count(*) from procrastinate_jobs where task_name = 'check_exercise'")
        return await session.scalar(asked) or 0


def zip_of(bundle: Bundle, tmp_path: Path) -> Path:
    """Return the packed exercise."""
    return pack(bundle, tmp_path / "zips")


def git_bundle_of(bundle: Bundle, tmp_path: Path) -> Path:
    """Return the exercise as a git bundle."""
    copy = tmp_path / "repository"
    shutil.copytree(bundle.folder, copy)
    file = tmp_path / "small.git-bundle"
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (
        ["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "x"], ["bundle", "create", "-q", str(file), "HEAD"],
    ):  # fmt: skip
        subprocess.run(["git", *words], cwd=copy, check=True, capture_output=True)
    return file


@pytest.mark.parametrize("form", ["folder", "zip", "git"])
async def test_import_check_and_publish(form: str, settled: House, judge: KnowingJudge, tmp_path: Path) -> None:
    """One command brings in a folder, a zip or a git bundle, checks it here, and publishes it; no job is left."""
    bundle = small(tmp_path)
    source = {"folder": lambda *_: bundle.folder, "zip": zip_of, "git": git_bundle_of}[form](bundle, tmp_path)
    author = await person(settled, "author")
    result = await command(source, "--as", "author", "--publish")

    assert 0 == result.exit_code, result.output
    assert f"small {bundle.version} published" in result.output
    row = await the_import(settled)
    assert (ImportState.PUBLISHED, author.id, author.id) == (row.state, row.uploader_id, row.published_by_id)
    assert "passed" == (row.report or {})["outcome"]
    assert len(judge.calls) > 5
    assert 0 == await job_count(settled)


async def test_an_exercise_that_does_not_pass(settled: House, judge: KnowingJudge, tmp_path: Path) -> None:
    """It is refused with exit code 1, not published, and can be published with a reason."""
    judge.lenient = True
    bundle = small(tmp_path)
    refused = await command(bundle.folder, "--publish")
    assert (1, ImportState.REFUSED) == (refused.exit_code, (await the_import(settled)).state)
    async with settled.database.reading() as session:
        assert (
            await session.scalars(select(ExerciseVersion).where(ExerciseVersion.exercise_id == "small"))
        ).all() == []

    forced = await command(bundle.folder, "--reason", "known", "--json")
    told = json.loads(forced.stdout)
    assert (0, "published", "failed") == (forced.exit_code, told["state"], told["report"]["outcome"])
    assert "known" == (await the_import(settled)).reason


async def test_without_a_check_a_worker_does_it(settled: House, tmp_path: Path) -> None:
    """`--no-check` needs no sandbox: the next worker checks."""
    result = await command(small(tmp_path).folder, "--no-check")
    assert 0 == result.exit_code, result.output
    row = await the_import(settled)
    assert (ImportState.CHECKING, None, 1) == (row.state, row.uploader_id, await job_count(settled))
    async with worker(settled, KnowingJudge()):
        assert ImportState.READY is (await checked(settled, row.id)).state


async def test_a_fault_leaves_it_to_a_worker(settled: House, judge: KnowingJudge, tmp_path: Path) -> None:
    """Where the check fails through a fault of ours the exit code says so, and a worker will check."""
    judge.troubles = [JudgingFault("gone")] * 500
    result = await command(small(tmp_path).folder, "--publish")

    assert 3 == result.exit_code
    assert (ImportState.CHECKING, 1) == ((await the_import(settled)).state, await job_count(settled))


async def test_a_quiz_is_checked_without_a_sandbox(settled: House, tmp_path: Path) -> None:
    """A quiz passes with nothing but the database there."""
    folder = tmp_path / "another-quiz"
    shutil.copytree(settled.catalogue["backpropagation"].folder, folder)
    manifest = folder / "exercise.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('id = "backpropagation"', 'id = "another-quiz"'), "utf-8")
    result = await command(folder, "--publish")

    assert 0 == result.exit_code, result.output
    async with settled.database.reading() as session:
        version = (
            await session.scalars(select(ExerciseVersion).where(ExerciseVersion.exercise_id == "another-quiz"))
        ).one()
        assert (await session.get_one(ExerciseRow, "another-quiz")).owner_id is None
    assert 3 == len(version.answers)


async def test_refusals_are_sentences(settled: House, tmp_path: Path) -> None:
    """Nobody of that name, no author, somebody else's id, no exercise, not checked: exit code 2, nothing kept."""
    bundle = small(tmp_path)
    assert 2 == (await command(bundle.folder, "--as", "nobody")).exit_code
    assert 2 == (await command(bundle.folder, "--as", "student")).exit_code
    assert 2 == (await command(tmp_path / "missing.zip")).exit_code
    assert 2 == (await command(tmp_path)).exit_code
    junk = tmp_path / "junk.zip"
    junk.write_bytes(b"junk")
    result = await command(junk)
    assert 2 == result.exit_code
    assert "Traceback" not in result.output
    async with settled.database.reading() as session:
        assert (await session.scalars(select(ExerciseImport))).all() == []

    assert 2 == (await command(bundle.folder, "--no-check", "--publish")).exit_code
    assert ImportState.CHECKING is (await import_row(settled, (await the_import(settled)).id)).state
    await person(settled, "author")
    assert 2 == (await command(small(tmp_path, title="Mine").folder, "--as", "author", "--no-check")).exit_code
