"""The staff's side of a course: who may come in, which pages they find there, and how each page is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import HTMLResponse

from server.courses.access import course_and_role
from server.database.models import Course, Role
from server.permissions import Action, may
from server.web.rendering import page
from server.web.visitor import MemberVisit

#: Each page of the staff's side, and what one must be allowed to do to see it.
PAGES: Mapping[str, Action] = {
    "home": Action.SEE_SUBMISSIONS,
    "board": Action.SEE_SUBMISSIONS,
    "gradebook": Action.SEE_GRADES,
    "statistics": Action.SEE_GRADES,
    "appeals": Action.ANSWER_APPEALS,
    "rescores": Action.RESCORE,
    "roster": Action.SEE_GRADES,
    "levels": Action.SEE_GRADES,
    "settings": Action.CHANGE_COURSE,
    "audit": Action.SEE_AUDIT,
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A page that the person may open."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Room:
    """A course as somebody of its staff sees it."""

    course: Course
    role: Role
    title: str
    place: str  #: the beginning of every address here

    @property
    def tabs(self) -> list[Tab]:
        """The pages that the person may open."""
        return [
            Tab(name, self.place if name == "home" else f"{self.place}/{name}")
            for name, action in PAGES.items()
            if may(self.role, action)
        ]

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the course."""
        return ZoneInfo(self.course.time_zone)

    @property
    def is_archived(self) -> bool:
        """Whether the course can only be read."""
        return self.course.archived_at is not None

    def may(self, word: str) -> bool:
        """Tell whether the person may do the action of this word here, be the course archived or not."""
        return may(self.role, Action(word))


async def enter(session: AsyncSession, visit: MemberVisit, slug: str, action: Action) -> Room:
    """Let somebody in who may do this.

    Raises:
        UnknownCourse: There is no such course, or the person takes no part in it.
        NotAllowed: Their role does not allow it.

    """
    course, role = await course_and_role(session, visit.user, action, slug)
    return Room(course, role, course.title[visit.visitor.language], place_of(slug))


def place_of(slug: str) -> str:
    """Return the address of the staff's side of a course."""
    return f"/courses/{slug}/staff"


def staff_page(
    visit: MemberVisit, room: Room, name: str, context: Mapping[str, object], *, template: str = "", status: int = 200
) -> HTMLResponse:
    """Answer with a page of the staff's side.

    Args:
        visit: Who asks.
        room: From :func:`enter`.
        name: Which of :data:`PAGES` it is, or belongs to.
        context: What its template shows; ``problem`` and ``notice`` are said above everything.
        template: Where it is not the page's own.
        status: HTTP status.

    """
    given = {"room": room, "tab": name, "problem": "", "notice": "", "wrong": {}, **context}
    return page(visit, f"staff/{template or name}.html", given, status=status)
