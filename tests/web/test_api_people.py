"""The roster over the API: listed in pages, changed one by one, imported by file as a whole or not at all."""

import asyncio
import time

import pytest
from callers import API, DIGITS, Caller, audit, caller, problem, stranger
from serverhouse import COURSE
from sqlalchemy import func, select
from webhouse import WRONG, WebHouse

from server.accounts import authenticate
from server.courses.roster_words import MOST_LINES
from server.database.models import AuditEvent, Enrolment, Submission, User

pytestmark = pytest.mark.database

PEOPLE = f"{API}/people"
IMPORT = f"{PEOPLE}/import"


async def logins(person: Caller, **query: object) -> list[str]:
    """Return the login names of the first page of the roster."""
    return [one["login"] for one in (await person.get(PEOPLE, params=query)).json()["items"]]


async def test_the_roster_comes_in_pages(web: WebHouse) -> None:
    """Pages of one go through everybody by login name; a role narrows it down; a foreign cursor is refused."""
    teacher = await caller(web, "teacher")
    seen, cursor = [], None
    for _ in range(4):
        page = (await teacher.get(PEOPLE, params={"limit": 1, **({"cursor": cursor} if cursor else {})})).json()
        seen += [one["login"] for one in page["items"]]
        if (cursor := page["next"]) is None:
            break

    assert ["other", "student", "teacher"] == seen
    assert ["teacher"] == await logins(teacher, role="teacher")
    for wrong in ("x", "WzVd", "WyJhXHUwMDAwIl0="):  # no JSON; [5]; a name with NUL
        assert (422, "unreadable-cursor") == problem(await teacher.get(PEOPLE, params={"cursor": wrong}))


async def test_roles_are_given_and_taken(web: WebHouse) -> None:
    """Somebody comes in, changes and leaves; what they submitted stays; the audit tells each step."""
    teacher, student = await caller(web, "teacher"), await caller(web, "student")
    await caller(web, "new")
    await student.post(f"{DIGITS}/submissions", {"regions": [WRONG]})
    came = await teacher.put(f"{PEOPLE}/NEW", {"role": "student"})
    changed = await teacher.put(f"{PEOPLE}/new", {"role": "grader"})
    same = await teacher.put(f"{PEOPLE}/new", {"role": "grader"})
    left = [await teacher.delete(f"{PEOPLE}/{login}") for login in ("student", "student")]

    assert ("new", "student") == (came.json()["login"], came.json()["role"])
    assert "grader" == changed.json()["role"] == same.json()["role"]
    assert (204, (404, "unknown-person")) == (left[0].status_code, problem(left[1]))
    assert ["new", "other", "teacher"] == await logins(teacher)
    assert (404, "unknown-course") == problem(await student.get(API))
    async with web.house.database.reading() as session:
        assert 1 == await session.scalar(select(func.count()).select_from(Submission))
    assert [("new", None, {"role": "student"}), ("new", {"role": "student"}, {"role": "grader"})] == await audit(
        web, "roster.change"
    )
    assert [("student", {"role": "student"}, None)] == await audit(web, "roster.remove")


async def test_the_audit_keeps_no_names_of_people(web: WebHouse) -> None:
    """Events stay for good, so they tell people by id: whose data is deleted must not be named by them."""
    teacher = await caller(web, "teacher")
    await teacher.post(IMPORT, content=b"login,name,role\nzhangsan,Zhang San,student\n")
    await teacher.put(f"{PEOPLE}/zhangsan", {"role": "grader"})
    await teacher.put(f"{DIGITS}/extensions/zhangsan", {"more_attempts": 1})
    await teacher.delete(f"{PEOPLE}/zhangsan")
    async with web.house.database.reading() as session:
        somebodys = AuditEvent.actor_id.is_not(None), AuditEvent.course_id.is_not(None)
        events = (await session.scalars(select(AuditEvent).where(*somebodys))).all()

    assert 4 == len(events)
    assert "zhang" not in str([(event.subject, event.detail) for event in events]).casefold()


async def test_nobody_of_that_name(web: WebHouse) -> None:
    """A login name that nobody has, or that is none, is unknown."""
    teacher = await caller(web, "teacher")
    for login in ("nobody", "%00", "a%20b"):
        assert (404, "unknown-person") == problem(await teacher.put(f"{PEOPLE}/{login}", {"role": "student"}))
        assert (404, "unknown-person") == problem(await teacher.delete(f"{PEOPLE}/{login}"))
    assert (422, "invalid-request") == problem(await teacher.put(f"{PEOPLE}/other", {"role": "admin"}))


async def test_the_last_teacher_stays(web: WebHouse) -> None:
    """The only teacher can neither leave nor become something else, by hand or by file, until there is another."""
    teacher = await caller(web, "teacher")
    refused = [await teacher.delete(f"{PEOPLE}/teacher"), await teacher.put(f"{PEOPLE}/teacher", {"role": "grader"})]
    by_file = await teacher.post(IMPORT, content=b"login,name,role\nteacher,T,student\n")
    swapped = await teacher.post(IMPORT, content=b"login,name,role\nteacher,T,student\nother,O,teacher\n")

    assert {(409, "last-teacher")} == {problem(answer) for answer in refused}
    assert (422, "roster-has-problems") == problem(by_file)
    assert [(2, "role")] == [(one["line"], one["column"]) for one in by_file.json()["problems"]]
    assert 200 == swapped.status_code
    assert (403, "not-allowed") == problem(await teacher.get(PEOPLE))


async def test_two_teachers_do_not_remove_each_other(web: WebHouse) -> None:
    """Where two teachers leave at the same moment, one of them stays."""
    teacher, second = await caller(web, "teacher"), await caller(web, "other")
    await teacher.put(f"{PEOPLE}/other", {"role": "teacher"})
    answers = await asyncio.gather(teacher.delete(f"{PEOPLE}/teacher"), second.delete(f"{PEOPLE}/other"))

    assert [204, 409] == sorted(answer.status_code for answer in answers)
    async with web.house.database.reading() as session:
        assert 1 == await session.scalar(select(func.count()).where(Enrolment.role == "teacher"))


async def test_a_file_is_imported(web: WebHouse) -> None:
    """New people get a first password that signs them in and must be changed; known ones come in with theirs."""
    teacher = await caller(web, "teacher")
    await caller(web, "known")
    body = "用户名;姓名;角色;密码\nNew1;新一;;\nnew2;新二;助教;chosen-by-teacher\n"
    body += "known;谁;学生;\nstudent;S;grader;\nother;O;student;\n"
    preview = await teacher.post(f"{IMPORT}?dry_run=true", content=body.encode("gb18030"))
    before = await logins(teacher)
    done = await teacher.post(IMPORT, files={"file": ("roster.csv", body.encode("gb18030"), "text/csv")})

    effects = [("new1", "new"), ("new2", "new"), ("known", "enrolled"), ("student", "changed"), ("other", "unchanged")]
    for answer in (preview, done):
        assert effects == [(line["login"], line["effect"]) for line in answer.json()["lines"]]
        assert "no-store" == answer.headers["cache-control"]
    assert {None} == {line["password"] for line in preview.json()["lines"]}
    assert ["other", "student", "teacher"] == before
    passwords = {line["login"]: line["password"] for line in done.json()["lines"]}
    assert ("chosen-by-teacher", None, None, None) == tuple(
        passwords[login] for login in ("new2", "known", "student", "other")
    )
    async with web.house.database.reading() as session:
        for login in ("new1", "new2"):
            user = await authenticate(session, login, passwords[login])
            assert user is not None
            assert user.must_change_password
        known = await authenticate(session, "known", "correct horse")
    assert known is not None
    assert not known.must_change_password
    assert "known" == known.display_name
    assert ["known", "new1", "new2", "other", "student", "teacher"] == await logins(teacher)
    ((subject, was, now),) = await audit(web, "roster.import")
    assert (COURSE, {"student": "student"}) == (subject, was)
    assert {"known": "student", "new1": "student", "new2": "grader", "student": "grader"} == now


async def test_one_wrong_line_and_nobody_is_imported(web: WebHouse) -> None:
    """Every mistake is named with its line in both languages, and nothing comes of the other lines."""
    teacher = await caller(web, "teacher")
    body = b"login,name,role\ngood,G,student\nbad one,B,student\nworse,W,boss\n"
    refused = await teacher.post(IMPORT, content=body)
    preview = (await teacher.post(f"{IMPORT}?dry_run=true", content=body)).json()

    assert (422, "roster-has-problems") == problem(refused)
    assert [(3, "login"), (4, "role")] == [(one["line"], one["column"]) for one in refused.json()["problems"]]
    assert {"zh", "en"} == refused.json()["problems"][0]["sentence"].keys()
    assert refused.json()["problems"] == preview["problems"]
    assert ["good"] == [line["login"] for line in preview["lines"]]
    async with web.house.database.reading() as session:
        assert 3 == await session.scalar(select(func.count()).select_from(User))
    assert (422, "roster-has-problems") == problem(await teacher.post(IMPORT))
    assert (422, "roster-has-problems") == problem(await teacher.post(IMPORT, files={"other": ("x", b"login")}))


async def test_a_file_of_the_greatest_length(web: WebHouse) -> None:
    """Five thousand new people come in at once, in seconds, each with a password of their own."""
    teacher = await caller(web, "teacher")
    body = b"login,name,role\n" + b"".join(b"u%d,U %d,\n" % (n, n) for n in range(MOST_LINES))
    began = time.monotonic()
    done = await teacher.post(IMPORT, content=body, timeout=60)

    assert time.monotonic() - began < 45
    assert MOST_LINES == len({line["password"] for line in done.json()["lines"]})


async def test_two_files_at_once(web: WebHouse) -> None:
    """The same new people in two courses at the same moment: one account each, with one password, in both courses."""
    teacher, other = await caller(web, "teacher"), await stranger(web)
    body = b"login,name,role\n" + b"".join(b"n%d,N,\n" % n for n in range(20))
    there = "/api/v1/courses/elsewhere/people"
    answers = await asyncio.gather(teacher.post(IMPORT, content=body), other.post(f"{there}/import", content=body))

    assert [200, 200] == [answer.status_code for answer in answers]
    told = [line["login"] for answer in answers for line in answer.json()["lines"] if line["password"]]
    assert sorted(f"n{n}" for n in range(20)) == sorted(told)
    assert 20 == len((await other.get(f"{there}?role=student")).json()["items"])
    assert 22 == len(await logins(teacher, role="student"))


async def test_the_roster_as_a_file(web: WebHouse) -> None:
    """The export can be imported again, and no cell of it is a formula."""
    teacher = await caller(web, "teacher")
    await teacher.post(IMPORT, content=b'login,name,role\nx,"=HYPERLINK(""http://a"")",student\n')
    exported = await teacher.get(f"{PEOPLE}.csv")
    again = await teacher.post(f"{IMPORT}?dry_run=true", content=exported.content)

    assert "\"'=HYPERLINK(" in exported.text
    assert "text/csv; charset=utf-8" == exported.headers["content-type"]
    assert ({"unchanged"}, []) == ({line["effect"] for line in again.json()["lines"]}, again.json()["problems"])


async def test_graders_see_and_students_do_not(web: WebHouse) -> None:
    """Who is in a course is for its staff to see and for its teachers to change."""
    teacher, grader, student = await caller(web, "teacher"), await caller(web, "other"), await caller(web, "student")
    await teacher.put(f"{PEOPLE}/other", {"role": "grader"})

    assert ["other", "student", "teacher"] == await logins(grader)
    for person in (grader, student):
        answers = [
            await person.put(f"{PEOPLE}/student", {"role": "teacher"}),
            await person.delete(f"{PEOPLE}/student"),
            await person.post(IMPORT, content=b"login,name,role\nstudent,S,teacher\n"),
        ]
        assert {(403, "not-allowed")} == {problem(answer) for answer in answers}
    assert (403, "not-allowed") == problem(await student.get(PEOPLE)) == problem(await student.get(f"{PEOPLE}.csv"))


async def test_a_roster_of_others_is_out_of_reach(web: WebHouse) -> None:
    """A teacher of another course neither reads nor changes this one's people, and learns nothing of them."""
    them = await stranger(web)
    answers = [
        await them.get(PEOPLE),
        await them.get(f"{PEOPLE}.csv"),
        await them.put(f"{PEOPLE}/stranger", {"role": "teacher"}),
        await them.delete(f"{PEOPLE}/student"),
        await them.post(IMPORT, content=b"login,name,role\nstranger,S,teacher\n"),
        await them.post(f"{IMPORT}?dry_run=true", content=b"login,name,role\nstranger,S,teacher\n"),
    ]

    assert {(404, "unknown-course")} == {problem(answer) for answer in answers}
    assert (404, "unknown-person") == problem(await them.delete("/api/v1/courses/elsewhere/people/student"))
