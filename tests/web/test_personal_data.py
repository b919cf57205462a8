"""Personal data: handed out whole to the person, removed whole when asked; verdicts stay, as those of nobody."""

import json
import uuid
from dataclasses import replace

import httpx
import pytest
from classroom import FAILED, PASSED, Callers, id_of, said
from serverhouse import COURSE
from sqlalchemy import Text as AnyText
from sqlalchemy import cast, func, select
from webhouse import WRONG

from server.database.models import Draft, Grading, State, Submission, Table, User
from server.submissions.counting import counted_scores

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
