"""A stored grading is judged again: the same when nothing changed, and each difference named with why it may be."""

import asyncio
import json
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from scriptedjudging import LABELS, digits_sandbox, quick_script, small_data, trained
from serverhouse import COURSE, REGIONS, DatabaseOfATest
from sqlalchemy import select, update
from typer.testing import CliRunner

from exercises import Bundle
from grader.contract import Phase
from sandbox.contract import SandboxFault
from sandbox.fake import ScriptedSandbox
from server.cli import replay as command
from server.cli.main import build
from server.courses import Shelf, find_assignment
from server.database.engine import Database
from server.database.models import Grading, User
from server.judging import Judge, judge_quiz
from server.phase import PhaseResult
from server.replay import Difference, StoredGrading, differences, replay
from server.submissions import Answer, accept_submission, claim, record_verdict
from server.submissions.storage import storable
from server.translation import recorded_pins

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("recorded", "found", "expected"),
    [
        ({"a": 1, "b": [1, 2.5]}, {"b": [1.0, 2.5], "a": 1}, []),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, [Difference("a/b/1", 2, 3)]),
        ({"a": 1}, {"c": 1}, [Difference("a", 1, None), Difference("c", None, 1)]),
        ({"a": [1]}, {"a": [1, 2]}, [Difference("a", [1], [1, 2])]),
        ({"a": True}, {"a": 1}, [Difference("a", recorded=True, found=1)]),
        ({"a": 0.1}, {"a": 0.10000000000000002}, [Difference("a", 0.1, 0.10000000000000002)]),
        ({"a": None}, {"a": "x"}, [Difference("a", None, "x")]),
    ],
)
def test_evidence_is_compared_by_value(recorded: object, found: object, expected: list[Difference]) -> None:
    """Order of keys and the way a number is written say nothing; every other difference is named by its place."""
    assert expected == list(differences(recorded, found))


@dataclass(frozen=True)
class Archive:
    """A database with one grading in it, and the command that replays it."""

    grading_id: uuid.UUID
    submission_id: uuid.UUID
    call: Callable[..., Any]

    def replayed(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Replay the submission; return exit code and JSON object."""
        done = self.call("replay", str(self.submission_id), "--json", *words)
        return done.exit_code, json.loads(done.stdout)


@pytest.fixture
def archive(
    server_url: str,
    template: tuple[str, Path],
    catalogue: dict[str, Bundle],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[str], Archive]]:
    """Return what stores a grading of an exercise's first submission and gives the command to replay it."""
    template_url, home = template
    monkeypatch.setattr(Bundle, "read", small_data)
    monkeypatch.setattr(command, "build_data", lambda *_: None)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "bundles").symlink_to(home / "bundles")
    with DatabaseOfATest(server_url, template=urlsplit(template_url).path[1:]) as url:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("BEGINEND_HOME", str(tmp_path))
        runner = CliRunner()

        def call(*words: str) -> Any:  # noqa: ANN401
            return runner.invoke(build(words), list(words), catch_exceptions=False)

        def store(exercise_id: str) -> Archive:
            bundle = Shelf(tmp_path / "bundles", tmp_path / "data").load(catalogue[exercise_id].version)
            return Archive(*asyncio.run(_stored(url, bundle)), call)

        yield store


async def _stored(url: str, bundle: Bundle) -> tuple[uuid.UUID, uuid.UUID]:
    """Submit, judge and write the verdict down."""
    database = Database(url)
    async with database.unit_of_work() as session:
        student = (await session.scalars(select(User).where(User.login == "student"))).one()
        assignment = await find_assignment(session, student, bundle.id, COURSE)
        answer = REGIONS if bundle.stub else Answer(answers={})
        submission = await accept_submission(session, student, assignment, bundle, answer)
    result = _result(bundle, submission.source)
    async with database.unit_of_work() as session:
        held = await claim(session, submission.id, Phase.QUICK)
        assert held is not None
        await record_verdict(session, held, result)
        grading = (await session.scalars(select(Grading).where(Grading.submission_id == submission.id))).one()
    await database.dispose()
    return grading.id, submission.id


def _result(bundle: Bundle, source: str) -> PhaseResult:
    """Judge with the script in which all is right."""
    return Judge(digits_sandbox()).whole(bundle, source) if bundle.stub else judge_quiz(bundle, source)


def sandboxes(monkeypatch: pytest.MonkeyPatch, sandbox: ScriptedSandbox) -> None:
    """Let the command open this sandbox, whichever it asks for."""
    monkeypatch.setattr(command, "backend", lambda *_: "docker")
    monkeypatch.setattr(command, "image_is_here", lambda _: False)
    monkeypatch.setattr(command, "open_workshop_for", lambda *_, **__: sandbox)


def test_an_unchanged_grading_is_identical(archive: Callable[[str], Archive], monkeypatch: pytest.MonkeyPatch) -> None:
    """The same evidence and verdict come out, through the database and back: exit 0, by either id."""
    stored, sandbox = archive("cnn-digits"), digits_sandbox()
    sandboxes(monkeypatch, sandbox)
    code, told = stored.replayed()
    sandboxes(monkeypatch, digits_sandbox())
    by_grading = stored.call("replay", str(stored.grading_id))

    assert (0, True, [], []) == (code, *(told[key] for key in ("same", "differences", "reasons")))
    assert str(stored.grading_id) == told["grading"]
    assert {1447} == {request.pins.seed for request in sandbox.requests}
    assert (0, True) == (by_grading.exit_code, "identical" in by_grading.stdout)


def test_a_grading_by_five_seeds_is_identical(catalogue: dict[str, Bundle], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first training did not decide, the replay trains the same five and finds the same."""
    monkeypatch.setattr(Bundle, "read", small_data)
    bundle = catalogue["cnn-digits"]
    script = {**quick_script(), "judge_train": [trained([0, *LABELS[1:]])]}
    result = Judge(ScriptedSandbox(script)).whole(bundle, "program")
    grading = StoredGrading(
        id=uuid.uuid4(),
        submission_id=uuid.uuid4(),
        exercise_id=bundle.id,
        version=bundle.version,
        source="program",
        is_final=True,
        evidence=json.loads(json.dumps(storable(result.evidence))),
        outcome=result.verdict.outcome.value,
        score=result.verdict.score,
        environment=result.environment,
    )
    again = replay(grading, bundle, Judge(ScriptedSandbox(script), pins=recorded_pins(dict(result.environment))))

    assert 5 == len(grading.evidence["trained"]["model"]["runs"])
    assert again.same, again.differences


def test_a_difference_is_named_with_what_may_explain_it(
    archive: Callable[[str], Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other predictions on another processor: exit 1, the places, the verdicts, and the processor as a reason."""
    stored = archive("cnn-digits")
    asyncio.run(_recorded_elsewhere())
    worse = {**quick_script(), "judge_train": [trained([0, 0, *LABELS[2:]])]}
    sandboxes(monkeypatch, ScriptedSandbox(worse))
    code, told = stored.replayed()
    sandboxes(monkeypatch, ScriptedSandbox(worse))
    report = stored.call("replay", str(stored.submission_id))

    assert (1, False) == (code, told["same"])
    assert all(one["place"].startswith("trained/model/") for one in told["differences"])
    assert ["passed", "failed"] == [told[side]["outcome"] for side in ("recorded", "found")]
    assert ["another processor: its kernels may round otherwise in the last digits (recorded elsewhere, now none)"] == (
        told["reasons"]
    )
    assert "the verdict was passed (1.00), and is failed" in report.stdout
    assert "perhaps: another processor" in report.stdout


async def _recorded_elsewhere() -> None:
    """Change the processor in the stored grading."""
    database = Database(os.environ["DATABASE_URL"])
    async with database.unit_of_work() as session:
        grading = (await session.scalars(select(Grading))).one()
        environment = {**grading.environment, "cpu": "elsewhere"}
        await session.execute(update(Grading).values(environment=environment))
    await database.dispose()


def test_the_recorded_image_is_used_where_it_still_is(
    archive: Callable[[str], Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine is asked for the image of that day, and the sandbox is opened with it."""
    stored, opened = archive("cnn-digits"), list[Any]()

    def open_it(*_: object, **how: object) -> ScriptedSandbox:
        opened.append(how["image"])
        return digits_sandbox()

    monkeypatch.setattr(command, "backend", lambda *_: "docker")
    monkeypatch.setattr(command, "open_workshop_for", open_it)
    for here in (True, False):
        monkeypatch.setattr(command, "image_is_here", lambda _, here=here: here)
        stored.replayed()

    assert ["none", None] == opened  # "none" is what a scripted sandbox calls its image


def test_a_quiz_is_replayed_without_a_sandbox(archive: Callable[[str], Archive]) -> None:
    """Nothing is run for answers: they are judged again as they were sent."""
    code, told = archive("backpropagation").replayed()

    assert (0, True) == (code, told["same"])


def test_what_cannot_be_replayed_is_said(archive: Callable[[str], Archive], monkeypatch: pytest.MonkeyPatch) -> None:
    """No id and an unknown one are wrong calls; a sandbox that fails is a fault of ours."""
    stored = archive("cnn-digits")
    sandboxes(monkeypatch, ScriptedSandbox({"capture_model": [SandboxFault("broken pipe")]}))
    calls = [stored.call("replay", word) for word in ("nonsense", str(uuid.uuid4()), str(stored.submission_id))]

    assert [2, 2, 3] == [called.exit_code for called in calls]
    assert "is no id" in calls[0].stderr
    assert "no judged submission" in calls[1].stderr
    assert "broken pipe" in calls[2].stderr
