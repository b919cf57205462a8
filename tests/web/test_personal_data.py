"""Personal data: handed out whole to the person, removed whole when asked; verdicts stay, as those of nobody."""

import asyncio
import json
import uuid
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from classroom import FAILED, PASSED, SUBMISSIONS, Callers, id_of, said, together
from measuringhouse import training_draft, training_files
from sampleverdicts import SampleJudge, result
from serverhouse import COURSE
from sqlalchemy import Text as AnyText
from sqlalchemy import cast, func, select
from typer.testing import CliRunner
from webhouse import WRONG

from grader import check_quiz
from grader.contract import Phase
from server.accounts import create_api_token
from server.api.personal_data import my_data
from server.artifacts import ArtifactGone, ArtifactStore
from server.cli.main import build
from server.database.models import (
    Calibration,
    Draft,
    ExerciseImport,
    ExerciseRow,
    Grading,
    State,
    Submission,
    Table,
    User,
)
from server.errors import UnknownCourse
from server.submissions import claim, record_quick, record_verdict
from server.submissions.cancelling import judge_again
from server.submissions.counting import counted_scores
from server.submissions.grading import mark_system_error
from server.web.house import House as WholeHouse

pytestmark = pytest.mark.database

CANARY = "canary7f3a"
CODE = f"{WRONG}# {CANARY}\n"
DRAFT = f"/api/v1/courses/{COURSE}/exercises/cnn-digits/draft"


async def settled(callers: Callers) -> str:
    """Let a person leave a word in every place that takes one; return the address of a judged submission."""
    printed = replace(FAILED, stdout=f"{CANARY}\n", evidence={"printed": CANARY})
    address = await callers.submitted(printed, regions=CODE)
    await callers.submitted(None, regions=f"{CODE}#\n")
    for method, where, body in (
        ("PUT", DRAFT, {"regions": [CODE]}),
        ("PATCH", "/api/v1/me", {"display_name": CANARY}),
        ("POST", "/api/v1/me/tokens", {"name": CANARY}),
        ("POST", f"{address}/appeals", {"words": f"{CANARY} is right"}),
    ):
        answer = await callers.student.request(method, where, json=body)
        assert answer.is_success, answer.text
    corrected = {"score": 0.5, "passed": False, "reason": f"{CANARY} said so"}
    assert (await callers.teacher.put(f"{address}/correction", json=corrected)).is_success
    return address


async def erased(callers: Callers, who: str = "student", confirm: str | None = None) -> httpx.Response:
    """Have the admin remove a person."""
    address = f"/api/v1/users/{callers.people[who].id}"
    return await callers.admin.delete(address, params={"confirm": confirm or callers.people[who].login})


async def places_with(callers: Callers, word: str) -> set[str]:
    """Return the columns of the whole database in which a word stands."""
    found = set()
    async with callers.web.house.database.reading() as session:
        for table in Table.metadata.sorted_tables:
            for column in table.columns:
                holds = cast(column, AnyText).contains(word)
                if await session.scalar(select(func.count()).select_from(table).where(holds)):
                    found.add(f"{table.name}.{column.name}")
    return found


async def test_a_person_is_handed_everything(callers: Callers) -> None:
    """Programs, drafts, verdicts, appeals, tokens by name; no hash of a password, and nobody else's words."""
    address = await settled(callers)
    await callers.submitted(PASSED, who="other", regions=f"{WRONG}# of somebody else\n")
    answer = await callers.student.get("/api/v1/me/data")
    document = json.loads(answer.text)

    assert "attachment" in answer.headers["content-disposition"]
    assert str(callers.people["student"].id) == document["account"]["id"]
    assert str(id_of(address)) in answer.text
    assert 6 <= answer.text.count(CANARY)
    assert "argon2" not in answer.text
    assert "of somebody else" not in answer.text


async def test_an_author_is_handed_what_they_write(callers: Callers) -> None:
    """Drafts with their files' text and what was measured of them, imports, and which exercises are theirs."""
    house, author = callers.web.house, callers.people["admin"]
    draft = await training_draft(house, author)
    async with house.database.unit_of_work() as session:
        session.add(Calibration(copy_id=draft.id, version="sha256:1", total=14))
        session.add(ExerciseRow(id=CANARY, owner_id=author.id))
        await session.flush()
        session.add(ExerciseImport(exercise_id=CANARY, version="sha256:1", uploader_id=author.id))
    document = json.loads((await callers.admin.get("/api/v1/me/data")).text)
    files = {file["path"]: file for file in document["working_files"]}

    assert training_files()["statement.zh.md"].decode() == files["statement.zh.md"]["text"]
    assert (None, True) == (files["data/train_points.npy"]["text"], files["data/train_points.npy"]["size"] > 0)
    assert [14] == [one["total"] for one in document["calibrations"]]
    assert [CANARY] == [one["exercise_id"] for one in document["imports"]]
    assert CANARY in [one["id"] for one in document["exercises"]]


async def test_no_table_about_a_person_is_forgotten(callers: Callers) -> None:
    """Whatever hangs on a person, their drafts or their submissions is in the document, or it is said here why not."""
    document = set(json.loads((await callers.student.get("/api/v1/me/data")).text))
    named = {"api_tokens": "tokens", "audit_events": "audit", "exercise_imports": "imports"}
    within = {"gradings", "findings", "corrections"}  # of submissions
    not_theirs = {
        "rescores",  # the course's; that they made or applied one is in the audit
        "rescore_items",  # verdicts that count for nobody yet
        "training_progress",  # gone with the verdict
    }
    theirs = {"users"}
    for table in Table.metadata.sorted_tables:
        if any(key.column.table.name in theirs for key in table.foreign_keys):
            theirs |= {table.name} & {"working_copies", "submissions", "gradings"}
            if table.name not in within | not_theirs:
                assert named.get(table.name, table.name) in document


async def test_only_oneself_and_who_manages_people_may_ask(callers: Callers) -> None:
    """A teacher may not, a stranger may not; that an admin did is in the audit."""
    address = f"/api/v1/users/{callers.people['student'].id}/data"
    answers = [await getattr(callers, who).get(address) for who in ("student", "teacher", "stranger", "admin")]
    audit = (await callers.admin.get("/api/v1/audit", params={"action": "user.export"})).json()["items"]

    assert [200, 403, 403, 200] == [answer.status_code for answer in answers]
    assert [str(callers.people["student"].id)] == [one["subject"] for one in audit]


async def test_nothing_that_a_person_wrote_is_left(callers: Callers) -> None:
    """No column of any table holds their word or their login name; what was open is cancelled, and the door is shut."""
    address = await settled(callers)
    login = callers.people["student"].login
    assert {"submissions.source", "gradings.stdout", "gradings.evidence", "drafts.answer", "users.display_name"} <= (
        await places_with(callers, CANARY)
    )

    assert 204 == (await erased(callers)).status_code
    assert set() == await places_with(callers, CANARY)
    assert "users.login" not in await places_with(callers, login)
    assert 401 == (await callers.student.get("/api/v1/me")).status_code
    async with callers.web.house.database.reading() as session:
        submissions = (await session.scalars(select(Submission).order_by(Submission.number))).all()
        assert [State.DONE, State.CANCELLED] == [one.state for one in submissions]
        assert 0 == await session.scalar(select(func.count()).select_from(Draft))
        assert id_of(address) == submissions[0].id


async def test_verdicts_and_statistics_stay(callers: Callers) -> None:
    """Scores, outcomes and which checks failed are counted as before, as somebody's without a name."""
    await callers.submitted(FAILED, regions=CODE)
    statistics = f"/api/v1/courses/{COURSE}/exercises/cnn-digits/statistics"
    before = (await callers.teacher.get(statistics)).json()
    async with callers.web.house.database.reading() as session:
        course = (await callers.web.house.assignment()).course_id
        counted = await counted_scores(session, course)
    assert 204 == (await erased(callers)).status_code
    async with callers.web.house.database.reading() as session:
        assert counted == await counted_scores(session, course)
        assert ["failed"] == list(await session.scalars(select(Grading.outcome)))
        nobody = await session.get_one(User, callers.people["student"].id)

    assert before == (await callers.teacher.get(statistics)).json()
    assert nobody.login == nobody.display_name
    assert nobody.login.startswith("deleted-")


async def test_removing_asks_for_a_right_and_for_a_word(callers: Callers) -> None:
    """Without the login name, as a teacher, of oneself, of nobody, or twice: refused, and nothing is gone."""
    unconfirmed = await erased(callers, confirm="somebody")
    oneself = await erased(callers, "admin")
    student = callers.people["student"]
    by_teacher = await callers.teacher.delete(f"/api/v1/users/{student.id}", params={"confirm": student.login})
    nobody = await callers.admin.delete(f"/api/v1/users/{uuid.uuid4()}", params={"confirm": "x"})

    assert ["not-confirmed", "not-oneself", "not-allowed", "unknown-person"] == [
        said(answer)[1] for answer in (unconfirmed, oneself, by_teacher, nobody)
    ]
    assert 200 == (await callers.student.get("/api/v1/me")).status_code
    assert 204 == (await erased(callers)).status_code
    assert (404, "unknown-person") == said(await erased(callers))


async def test_the_audit_keeps_nobodys_name(callers: Callers) -> None:
    """Made, renamed, given an identity and a token, then removed: every deed is known, and no name of theirs."""
    people = "/api/v1/users"
    made = await callers.admin.post(people, json={"login": CANARY, "display_name": f"{CANARY} one"})
    assert 201 == made.status_code, made.text
    person = f"{people}/{made.json()['person']['id']}"
    identity = {"issuer": "https://id.example", "subject": CANARY}
    async with callers.web.house.database.unit_of_work() as session:
        await create_api_token(
            session, await session.get_one(User, uuid.UUID(person.rsplit("/", 1)[1])), f"{CANARY} key"
        )
    for method, where, more in (
        ("PATCH", person, {"json": {"display_name": f"{CANARY} two", "is_author": True}}),
        ("POST", f"{person}/identities", {"json": identity}),
        ("DELETE", f"{person}/identities", {"params": identity}),
    ):
        answer = await callers.admin.request(method, where, **more)
        assert answer.is_success, answer.text
    assert (await callers.admin.delete(person, params={"confirm": CANARY})).is_success
    events = (await callers.admin.get("/api/v1/audit", params={"limit": 5})).json()["items"]

    assert ["user.erase", "identity.unlink", "identity.link", "user.change"] == [one["action"] for one in events[:4]]
    assert {"before": {"is_author": False}, "after": {"is_author": True}, "renamed": True} == events[3]["detail"]
    assert set() == await places_with(callers, CANARY)


async def test_a_fault_of_ours_that_quotes_a_program_is_forgotten_too(callers: Callers) -> None:
    """Neither the system error nor that it was judged again leaves the message anywhere."""
    house = callers.web.house
    again, broken = [await callers.submitted(None, regions=f"{CODE}#{n}\n") for n in range(2)]
    async with house.database.unit_of_work() as session:
        for address in (again, broken):
            await mark_system_error(session, id_of(address), type="CheckBroke", message=f"KeyError: {CANARY}")
    async with house.database.unit_of_work() as session:
        await judge_again(session, callers.people["grader"], id_of(again))
    assert (await erased(callers)).is_success

    assert set() == await places_with(callers, CANARY)
    assert (State.CANCELLED, State.SYSTEM_ERROR) == (await house.state(id_of(again)), await house.state(id_of(broken)))


async def test_the_analysis_of_a_quiz_stays_and_what_was_typed_goes(callers: Callers) -> None:
    """Which options were chosen is counted as before; a typed answer is nowhere any more."""
    quiz = callers.web.house.catalogue["what-is-a-neural-network"]
    typed = next(one.id for one in quiz.quiz.questions if not one.options)
    answers = {one.id: [one.options[0].id] for one in quiz.quiz.questions if one.options} | {typed: [CANARY]}
    exercise = f"/api/v1/courses/{COURSE}/exercises/{quiz.id}"
    sent = await callers.student.post(f"{exercise}/submissions", json={"answers": answers})
    await callers.web.judge(sent.headers["location"], result(check_quiz(quiz, answers)))
    before = (await callers.grader.get(f"{exercise}/statistics")).json()
    assert {"submissions.answer", "findings.data"} <= await places_with(callers, CANARY)
    assert (await erased(callers)).is_success

    assert 1 == max(option["chosen"] for item in before["items"] for option in item["options"])
    assert before == (await callers.grader.get(f"{exercise}/statistics")).json()
    assert set() == await places_with(callers, CANARY)


async def test_staff_still_read_the_pages_of_who_was_removed(callers: Callers) -> None:
    """Failed, passed, raised, cancelled, a quiz: the page and the JSON of each stand without what was removed."""
    house = callers.web.house
    quiz = house.catalogue["backpropagation"]
    wrong: dict[str, list[str]] = {one.id: [one.options[0].id] for one in quiz.quiz.questions}
    raised = SampleJudge().quick(house.catalogue["cnn-digits"], "import nothing_there")
    addresses = [
        *[
            await callers.submitted(verdict, regions=f"{CODE}#{n}\n")
            for n, verdict in enumerate((FAILED, PASSED, raised))
        ],
        await callers.submitted(None, regions=f"{CODE}# waits\n"),
        await callers.quiz(wrong, result(check_quiz(quiz, wrong))),
    ]
    assert (await erased(callers)).is_success
    browser = callers.web.browser
    await browser.sign_in("teacher")

    for address in addresses:
        shown = await callers.teacher.get(address)
        page = await browser.get(f"/submissions/{id_of(address)}")
        assert (200, 200) == (shown.status_code, page.status_code)
        assert CANARY not in shown.text + page.text


async def test_a_worker_that_is_at_it_writes_nothing_any_more(callers: Callers) -> None:
    """A verdict that arrives after its student was removed is dropped, with everything it quotes."""
    house = callers.web.house
    address = await callers.submitted(None, regions=CODE)
    async with house.database.unit_of_work() as session:
        held = await claim(session, id_of(address), Phase.QUICK)
    assert held is not None
    assert (await erased(callers)).is_success
    async with house.database.unit_of_work() as session:
        assert not await record_verdict(session, held, replace(FAILED, stdout=CANARY))

    assert set() == await places_with(callers, CANARY)
    assert State.CANCELLED is await house.state(id_of(address))


async def test_who_was_removed_meanwhile_submits_nothing(callers: Callers) -> None:
    """Submissions that were sent in the moment of the removal are emptied by it, or refused after it: none stays."""
    sending = [callers.student.post(SUBMISSIONS, json={"regions": [f"{CODE}#{n}\n"]}) for n in range(6)]
    answers = await together(*sending[:3], erased(callers), *sending[3:])

    assert 204 == answers[3].status_code
    assert {answer.status_code for answer in answers} <= {202, 204, 401, 403, 404}
    assert set() == await places_with(callers, CANARY)
    with pytest.raises(UnknownCourse):
        await callers.web.house.submit(user=callers.people["student"])


async def test_artifacts_go_unless_somebody_else_has_the_same(callers: Callers) -> None:
    """Files of a training that only the removed person's gradings name are deleted; shared ones stay."""
    house = callers.web.house
    store = ArtifactStore(house.settings.artifacts)
    own, shared = store.put(CANARY.encode()), store.put(b"the same weights")
    waiting = replace(FAILED, needs_training=True)
    for who, artifacts in (("student", {"a": own, "b": shared}), ("other", {"a": shared})):
        address = await callers.submitted(None, who=who, regions=f"{WRONG}# {who}\n")
        async with house.database.unit_of_work() as session:
            held = await claim(session, id_of(address), Phase.QUICK)
            assert held is not None
            await record_quick(session, held, waiting, artifacts)
    assert (await erased(callers)).is_success

    assert b"the same weights" == store.get(shared)
    with pytest.raises(ArtifactGone):
        store.get(own)


async def test_the_command_line_hands_out_and_removes(
    callers: Callers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file that was there is not written over; without --yes nothing is removed; who is gone is nobody."""
    await settled(callers)
    house = callers.web.house
    monkeypatch.setenv("BEGINEND_DATABASE_URL", str(house.settings.database_url))
    monkeypatch.setenv("BEGINEND_HOME", str(house.settings.home))
    file = tmp_path / "data.json"

    async def beginend(*words: str) -> int:
        arguments = ["user", *words]
        return (await asyncio.to_thread(CliRunner().invoke, build(arguments), arguments)).exit_code

    assert 0 == await beginend("export", "student", str(file))
    document = json.loads(file.read_text("utf-8"))
    assert ("student", 2) == (document["account"]["login"], len(document["submissions"]))
    assert [2, 2] == [await beginend("export", "student", str(file)), await beginend("export", "nobody", "-")]
    assert 2 == await beginend("export", "nobody", str(tmp_path / "nobody.json"))
    assert not (tmp_path / "nobody.json").exists()
    assert 2 == await beginend("erase", "student")
    assert set() != await places_with(callers, CANARY)
    assert [0, 2] == [await beginend("erase", "student", "--yes"), await beginend("erase", "student", "--yes")]
    assert set() == await places_with(callers, CANARY)


async def test_a_slow_reader_holds_no_connection_to_the_database(callers: Callers) -> None:
    """The document is whole before its first piece is sent, and what follows comes from where it was laid down."""
    await settled(callers)
    house: WholeHouse = callers.web.app.state.house
    answer = await my_data(house, callers.people["student"])
    held, pieces = set[int](), list[bytes]()
    async for piece in answer.body_iterator:
        held.add(house.database.engine.pool.checkedout())  # type: ignore[attr-defined]  # of a pool that counts
        pieces.append(bytes(piece))

    assert {0} == held
    assert CANARY == json.loads(b"".join(pieces))["account"]["display_name"]
