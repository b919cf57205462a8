"""Courses over the API: made, changed, archived, joined by code."""

import asyncio

import pytest
from callers import API, DIGITS, audit, caller, problem, stranger
from serverhouse import COURSE
from webhouse import WRONG, WebHouse

pytestmark = pytest.mark.database

MINE = {"slug": "mine-2026", "title": {"zh": "我的", "en": "Mine"}, "time_zone": "Europe/Berlin"}


async def test_who_makes_a_course_teaches_it(web: WebHouse) -> None:
    """An author makes a course and is its teacher; a second one of the same slug is refused; it stands in the audit."""
    author = await caller(web, "author", is_author=True)
    made = await author.post("/api/v1/courses", MINE)
    again = await author.post("/api/v1/courses", MINE)

    assert (201, "/api/v1/courses/mine-2026") == (made.status_code, made.headers["location"])
    assert made.json() == (await author.get(made.headers["location"])).json()
    assert ("teacher", "Europe/Berlin", "free", "best", "refused") == tuple(
        made.json()[key] for key in ("role", "time_zone", "unlock", "keep", "late")
    )
    assert (409, "slug-taken") == problem(again)
    assert [("mine-2026", None, MINE)] == await audit(web, "course.create")


async def test_two_at_once_make_one_course(web: WebHouse) -> None:
    """Of several requests for one slug at the same moment exactly one makes the course."""
    author = await caller(web, "author", is_author=True)
    answers = await asyncio.gather(*(author.post("/api/v1/courses", MINE) for _ in range(4)))

    assert [201, 409, 409, 409] == sorted(answer.status_code for answer in answers)


async def test_unfit_courses(web: WebHouse) -> None:
    """What does not fit is refused with a problem document, and nothing is made."""
    author = await caller(web, "author", is_author=True)
    changes = [
        ({"slug": "Big"}, "invalid-request"),
        ({"slug": "a/b"}, "invalid-request"),
        ({"slug": "a\n"}, "invalid-request"),
        ({"slug": ""}, "invalid-request"),
        ({"slug": "join"}, "unusable-slug"),
        ({"title": {"zh": "只有中文"}}, "invalid-request"),
        ({"title": {"zh": " ", "en": "x"}}, "invalid-request"),
        ({"title": {"zh": "a\0", "en": "x"}}, "invalid-request"),
        ({"title": {"zh": "\ud800", "en": "x"}}, "invalid-request"),
        ({"title": {"zh": "x" * 201, "en": "x"}}, "invalid-request"),
        ({"time_zone": "Mars/Base"}, "unknown-time-zone"),
        ({"more": 1}, "invalid-request"),
    ]
    for change, expected in changes:
        assert (422, expected) == problem(await author.post("/api/v1/courses", {**MINE, **change})), change

    assert [] == (await author.get("/api/v1/courses")).json()


async def test_a_teacher_changes_the_rules(web: WebHouse) -> None:
    """What is given changes, what is left out stays; the audit tells only what differs, before and after."""
    teacher = await caller(web, "teacher")
    changed = await teacher.patch(API, {"late": "penalty", "late_penalty": 0.25, "unlock": "in_order", "keep": "best"})
    same = await teacher.patch(API, {"late": "penalty"})

    assert ("penalty", 0.25, "in_order", "Asia/Shanghai") == tuple(
        changed.json()[key] for key in ("late", "late_penalty", "unlock", "time_zone")
    )
    assert changed.json() == same.json() == (await teacher.get(API)).json()
    before = {"late": "refused", "late_penalty": 0, "unlock": "free"}
    after = {"late": "penalty", "late_penalty": 0.25, "unlock": "in_order"}
    assert [(COURSE, before, after)] == await audit(web, "course.change")


async def test_unfit_changes(web: WebHouse) -> None:
    """A rule that makes no sense is refused, and the slug never changes."""
    teacher = await caller(web, "teacher")
    for change in (
        {"late_penalty": 1.5},
        {"late_penalty": -1},
        {"late": "never"},
        {"slug": "x"},
        {"title": {"zh": "x"}},
    ):
        assert (422, "invalid-request") == problem(await teacher.patch(API, change))


async def test_an_archived_course_takes_nothing_in_and_shows_everything(web: WebHouse) -> None:
    """In the archive submissions (of staff too), people and changes are refused; reading works; it can come back."""
    teacher, student = await caller(web, "teacher"), await caller(web, "student")
    code = (await teacher.post(f"{API}/join-code")).json()["code"]
    archived = [await teacher.post(f"{API}/archive") for _ in range(2)]
    outsider = await caller(web, "outsider")
    refused = [
        await student.post(f"{DIGITS}/submissions", {"regions": [WRONG]}),
        await teacher.post(f"{DIGITS}/submissions", {"regions": [WRONG]}),
        await outsider.post("/api/v1/courses/join", {"code": code}),
        await teacher.patch(API, {"keep": "last"}),
        await teacher.put(f"{API}/people/outsider", {"role": "student"}),
        await teacher.put(DIGITS, {"max_attempts": 1}),
        await teacher.put(f"{DIGITS}/extensions/student", {"more_attempts": 1}),
        await teacher.post(f"{API}/people/import", content=b"login,name,role\nx,X,\n"),
    ]
    read = [await student.get(address) for address in (API, f"{API}/exercises", "/api/v1/exercises")]
    back = await teacher.post(f"{API}/unarchive")
    taken = await student.post(f"{DIGITS}/submissions", {"regions": [WRONG]})

    assert archived[0].json()["archived_at"] == archived[1].json()["archived_at"] is not None
    assert {(409, "course-archived")} == {problem(answer) for answer in refused}
    assert {200} == {answer.status_code for answer in read}
    assert (None, 202) == (back.json()["archived_at"], taken.status_code)
    assert 1 == len(await audit(web, "course.archive")) == len(await audit(web, "course.unarchive"))


async def test_joining_by_code(web: WebHouse) -> None:
    """A code lets people in as students however it is typed, twice is once, and who is more than a student stays so."""
    teacher, new = await caller(web, "teacher"), await caller(web, "new")
    code = (await teacher.post(f"{API}/join-code")).json()["code"]
    joined = await new.post("/api/v1/courses/join", {"code": f" {code[:5].lower()}-{code[5:]} "})
    again = await new.post("/api/v1/courses/join", {"code": code})
    staff = await teacher.post("/api/v1/courses/join", {"code": code})

    assert 10 == len(code)
    assert not set("01ILO") & set(code)
    assert (COURSE, "student", None) == tuple(joined.json()[key] for key in ("slug", "role", "join_code"))
    assert ("student", "teacher") == (again.json()["role"], staff.json()["role"])
    assert [("new", None, {"role": "student"})] == await audit(web, "roster.join")
    assert (code, None) == ((await teacher.get(API)).json()["join_code"], (await new.get(API)).json()["join_code"])


async def test_a_code_that_was_replaced_or_removed_lets_nobody_in(web: WebHouse) -> None:
    """Only the present code works; after removing it none does, and the audit keeps no code."""
    teacher, new = await caller(web, "teacher"), await caller(web, "new")
    first = (await teacher.post(f"{API}/join-code")).json()["code"]
    second = (await teacher.post(f"{API}/join-code")).json()["code"]
    old = await new.post("/api/v1/courses/join", {"code": first})
    removed = [await teacher.delete(f"{API}/join-code") for _ in range(2)]
    gone = await new.post("/api/v1/courses/join", {"code": second})
    nothing = await new.post("/api/v1/courses/join", {"code": "-"})

    assert (404, "unknown-join-code") == problem(old) == problem(gone) == problem(nothing)
    assert [204, 204] == [answer.status_code for answer in removed]
    told = str(await audit(web, "course.join-code"))
    assert first not in told
    assert second not in told


async def test_codes_cannot_be_guessed(web: WebHouse) -> None:
    """After eight wrong codes a person waits, even with the right one; another person does not."""
    teacher, guesser = await caller(web, "teacher"), await caller(web, "guesser")
    code = (await teacher.post(f"{API}/join-code")).json()["code"]
    wrong = [await guesser.post("/api/v1/courses/join", {"code": f"WRNGCDE{n}"}) for n in range(8)]
    late = await guesser.post("/api/v1/courses/join", {"code": code})
    other = await (await caller(web, "new")).post("/api/v1/courses/join", {"code": code})

    assert {404} == {answer.status_code for answer in wrong}
    assert (429, "too-many-codes") == problem(late)
    assert 0 < int(late.headers["retry-after"]) <= 600
    assert 200 == other.status_code


async def test_students_and_graders_may_not(web: WebHouse) -> None:
    """A student, and a grader, read the course but neither change nor archive it nor see its code."""
    teacher, student, grader = await caller(web, "teacher"), await caller(web, "student"), await caller(web, "other")
    await teacher.put(f"{API}/people/other", {"role": "grader"})
    for person in (student, grader):
        answers = [
            await person.post("/api/v1/courses", MINE),
            await person.patch(API, {"late": "taken"}),
            await person.post(f"{API}/archive"),
            await person.post(f"{API}/unarchive"),
            await person.post(f"{API}/join-code"),
            await person.delete(f"{API}/join-code"),
        ]
        assert {(403, "not-allowed")} == {problem(answer) for answer in answers}
        assert 200 == (await person.get(API)).status_code


async def test_the_routes_of_courses_are_described(web: WebHouse) -> None:
    """OpenAPI names each address with its methods and a summary, and what a roster file looks like."""
    paths = (await (await caller(web, "student")).get("/api/v1/openapi.json")).json()["paths"]
    course, exercise = "/api/v1/courses/{course}", "/api/v1/courses/{course}/exercises/{exercise_id}"
    expected = {
        "/api/v1/courses": {"get", "post"},
        "/api/v1/courses/join": {"post"},
        course: {"get", "patch"},
        f"{course}/archive": {"post"},
        f"{course}/unarchive": {"post"},
        f"{course}/join-code": {"post", "delete"},
        f"{course}/people": {"get"},
        f"{course}/people.csv": {"get"},
        f"{course}/people/{{login}}": {"put", "delete"},
        f"{course}/people/import": {"post"},
        f"{course}/exercises": {"get"},
        exercise: {"get", "put", "delete"},
        f"{exercise}/extensions": {"get"},
        f"{exercise}/extensions/{{login}}": {"get", "put", "delete"},
    }
    for path, methods in expected.items():
        assert methods <= paths[path].keys()
        assert all(paths[path][method]["description"] for method in methods)
    content = paths[f"{course}/people/import"]["post"]["requestBody"]["content"]
    assert {"text/csv", "multipart/form-data"} == content.keys()


async def test_a_course_of_others_looks_like_none(web: WebHouse) -> None:
    """A teacher of another course cannot tell this one from one that does not exist."""
    them = await stranger(web)
    for course in (COURSE, "nothing", "%00"):
        address = f"/api/v1/courses/{course}"
        answers = [
            await them.get(address),
            await them.patch(address, {"late": "taken"}),
            await them.post(f"{address}/archive"),
            await them.post(f"{address}/unarchive"),
            await them.post(f"{address}/join-code"),
            await them.delete(f"{address}/join-code"),
        ]
        assert {(404, "unknown-course")} == {problem(answer) for answer in answers}
