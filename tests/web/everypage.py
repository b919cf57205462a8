"""Every page of the application: what must be there to be seen, and how each is reached, by the route that answers.

A new page is a line in :data:`VISITS`; something new in an address is a line in :func:`furnish`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from authoringhouse import ACCURACY_CHECK, calibration
from classhouse import fill_class
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from importhouse import checked, imported, person, small
from serverhouse import COURSE, House, ended
from webhouse import RIGHT, WRONG

from server.accounts import find_user, start_session
from server.appeals import Reply, answer_appeal, make_appeal
from server.authoring import begin
from server.authoring.beginnings import of_template
from server.courses import find_course
from server.courses.extensions import grant
from server.database.models import AppealState
from server.imports import publish
from server.submissions import Answer

#: Routes under the pages that answer with no page, and with what instead.
NO_PAGES: Mapping[str, str] = {
    "/login/openid": "leads to the provider",
    "/login/openid/back": "leads back from the provider",
    "/session": "part of a page",
    "/courses/join": "leads to one's courses",
    "/submissions/{submission_id}/live": "stream",
    "/courses/{slug}/staff/roster/export": "file",
    "/courses/{slug}/staff/gradebook.csv": "file",
    "/courses/{slug}/staff/gradebook.json": "file",
    "/courses/{slug}/staff/appeals/{appeal_id}/file": "file",
    "/courses/{slug}/staff/board/live": "stream",
    "/courses/{slug}/staff/rescores/{rescore_id}/live": "stream",
    "/authoring/candidates": "part of a page",
    "/authoring/exercises/{exercise_id}/versions/{version}.zip": "file",
    "/authoring/imports/{import_id}/live": "stream",
    "/authoring/drafts/{copy_id}/draft.zip": "file",
    "/authoring/drafts/{copy_id}/odds": "part of a page",
    "/authoring/drafts/{copy_id}/calibrate/live": "stream",
    "/healthz": "for machines",
    "/readyz": "for machines",
    "/metrics": "for machines",
}


#: Pages of a set that is worked out, which ``test_rescore_browser`` looks at in the same way.
SEEN_ELSEWHERE = frozenset(
    f"/courses/{{slug}}/staff/rescores/{{rescore_id}}{rest}"
    for rest in ("", "/items/{submission_id}", "/apply", "/{step}")
)


@dataclass(frozen=True)
class Visit:
    """A page and who looks at it.

    Attributes:
        route: As the application knows it.
        who: Login of somebody; empty for nobody.
        query: What follows the path; may name values too.
        values: Values for this visit, in the place of the house's.
        status: What is answered.

    """

    route: str
    who: str
    query: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    @property
    def name(self) -> str:
        """Name it in messages and files."""
        told = "-".join([self.route, *self.values.values(), self.query.partition("=")[0].removeprefix("?")])
        return f"{self.who or 'nobody'}{''.join(one if one.isalnum() else '-' for one in told)}".rstrip("-")

    def address(self, values: Mapping[str, str]) -> str:
        """Return the address; raises KeyError where a value is missing."""
        mine = {name: value.format(**values) for name, value in self.values.items()}
        return (self.route + self.query).format(**{**values, **mine})


LEVEL = "/courses/{course}/exercises/{exercise_id}"
STAFF = "/courses/{slug}/staff"
DRAFT = "/authoring/drafts/{copy_id}"
QUIZ = {"exercise_id": "backpropagation"}
WRITTEN = {"exercise_id": "small"}

VISITS = (
    Visit("/login", ""),
    Visit("/account/password", "student"),
    Visit("/", "author"),
    Visit("/courses", "student"),
    Visit("/courses/{slug}", "student", "?joined=now"),
    Visit(LEVEL, "student"),
    Visit(LEVEL, "student", values=QUIZ),
    Visit(LEVEL, "student", values={"exercise_id": "cats-vs-dogs"}),
    Visit(LEVEL + "/submissions", "student"),
    Visit(LEVEL + "/submissions", "student", values=QUIZ),
    Visit(LEVEL + "/compare", "student"),
    Visit("/submissions/{submission_id}", "student"),
    Visit("/people", "admin"),
    Visit("/people/{user_id}", "admin"),
    Visit("/audit", "admin"),
    Visit("/new-course", "author"),
    Visit(STAFF, "teacher"),
    *(Visit(f"{STAFF}/{name}", "teacher") for name in ("board", "gradebook", "statistics", "appeals", "roster")),
    *(Visit(f"{STAFF}/{name}", "teacher") for name in ("levels", "settings", "audit", "roster/import")),
    Visit(STAFF + "/statistics/{exercise_id}", "teacher"),
    Visit(STAFF + "/statistics/{exercise_id}", "teacher", values=QUIZ),
    Visit(STAFF + "/levels/{exercise_id}", "teacher"),
    Visit(STAFF + "/people/{user_id}", "teacher"),
    Visit(STAFF + "/appeals/{appeal_id}", "teacher"),
    Visit(STAFF + "/appeals/{appeal_id}", "teacher", values={"appeal_id": "{answered}"}),
    *(Visit(f"{STAFF}/rescores{rest}", "teacher") for rest in ("", "/new", "/plan")),
    Visit("/help", ""),
    *(Visit("/help/{name}", who, values={"name": f"{who}s"}) for who in ("student", "teacher")),
    Visit("/help/{name}", "", values={"name": "graders"}),
    Visit("/authoring", "author"),
    Visit("/authoring/exercises/{exercise_id}", "author", values=WRITTEN),
    Visit("/authoring/exercises/{exercise_id}/diff", "author", "?old={old}&new={new}", values=WRITTEN),
    Visit("/authoring/imports/{import_id}", "author"),
    Visit(DRAFT, "author"),
    *(Visit(f"{DRAFT}/{name}", "author") for name in ("code", "checks", "solutions", "files", "threshold")),
    Visit(DRAFT + "/file", "author", "?path=exercise.toml"),
    Visit("/nowhere", "student", status=404),
    Visit(STAFF, "student", status=403),
)


def page_routes(app: FastAPI) -> set[str]:
    """Return the routes that answer a browser's GET, the API and what is in ``NO_PAGES`` left out."""
    found = {
        route.path for route in iter_route_contexts(app.routes) if "GET" in (getattr(route, "methods", None) or ())
    }
    return {path for path in found if not path.startswith("/api/")} - NO_PAGES.keys() - SEEN_ELSEWHERE


async def furnish(house: House, tmp_path: Path) -> dict[str, str]:
    """Fill a house with something to see on every page; return what stands in addresses, by name."""
    await fill_class(house, 14)
    author = await person(house, "author")
    await person(house, "admin", author=False, admin=True)
    sent = []
    for region in (RIGHT, WRONG):
        sent.append((await house.submit(answer=Answer(regions=[region]))).id)
        await ended(house, sent[-1])
    async with house.database.unit_of_work() as session:
        appeals = [
            await make_appeal(session, house.student, one, "这一步没有写错。\nIs it not the same network?", check)
            for one, check in ((sent[0], None), (sent[1], "layers"))
        ]
    async with house.database.unit_of_work() as session:
        reply = Reply(state=AppealState.REJECTED, words="卷积核的大小不对。", correction=None)
        await answer_appeal(session, house.teacher, appeals[0], reply)
    level = await house.assignment()
    async with house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        later = datetime.now(UTC) + timedelta(days=3)
        await grant(session, house.teacher, course, level, "student", due_at=later, more_attempts=2, reason="ill")
    await house.assignment("cats-vs-dogs", opens_at=later)
    versions = []
    for title in ("", "Build a small network, second version"):
        row = await imported(house, author, small(tmp_path, title=title))
        await checked(house, row.id)
        async with house.database.unit_of_work() as session:
            await publish(session, None, row.id, house.shelf, reason="a test")
        versions.append(row.version)
    candidate = await imported(house, author, small(tmp_path, title="Build a small network, third version"))
    await checked(house, candidate.id)
    files = of_template("two-moons")
    files["exercise.toml"] += ACCURACY_CHECK.encode()
    files |= {"calibration.json": calibration("two-moons"), "private/answers.npy": b"x"}
    async with house.database.unit_of_work() as session:
        draft = await begin(session, author, "two-moons", files, based_on=None)
    return {
        "slug": COURSE,
        "course": COURSE,
        "exercise_id": "cnn-digits",
        "user_id": str(house.student.id),
        "submission_id": str(sent[1]),
        "appeal_id": str(appeals[1]),
        "answered": str(appeals[0]),
        "import_id": str(candidate.id),
        "copy_id": str(draft.id),
        "old": versions[0],
        "new": versions[1],
    }


async def session_token(house: House, login: str) -> str:
    """Return the cookie of a new session of somebody."""
    async with house.database.unit_of_work() as session:
        user = await find_user(session, login)
        assert user is not None, login
        return await start_session(session, user)
