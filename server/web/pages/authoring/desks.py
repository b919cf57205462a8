"""A working copy as its pages need it: its files, what is wrong with it, what was sent to the gate."""

import asyncio
import contextlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from exercises.bundle import MANIFEST
from server.authoring import find_copy
from server.authoring.examining import Problem, problems_of_copy
from server.authoring.files import FileLine, digest_of
from server.authoring.files import contents_of as contents_of_copy
from server.authoring.manifests import read_table
from server.database.models import WorkingCopy
from server.errors import UnknownImport
from server.imports import find_import
from server.web.rendering import page
from server.web.views.authoring.gate import ImportView, import_view
from server.web.visitor import MemberVisit


@dataclass(frozen=True, slots=True)
class Desk:
    """A working copy with everything on it.

    Attributes:
        copy: Its row.
        contents: Path -> content.
        table: What ``exercise.toml`` says; empty while it is no TOML.
        problems: What is wrong with it.
        candidate: What was sent to the gate last.

    """

    copy: WorkingCopy
    contents: Mapping[str, bytes]
    table: Mapping[str, object]
    problems: Sequence[Problem]
    candidate: ImportView | None

    @property
    def is_quiz(self) -> bool:
        """Whether students answer questions, and write no code."""
        return self.table.get("kind") == "quiz"

    @property
    def files(self) -> list[FileLine]:
        """The files."""
        return [FileLine(path, len(content), digest_of(content)) for path, content in self.contents.items()]

    @property
    def solutions(self) -> list[str]:
        """The known solutions, right and wrong."""
        return [path for path in self.contents if path.startswith("submissions/")]

    def text(self, path: str) -> str:
        """Return a file as text, as far as it is one."""
        return self.contents.get(path, b"").decode("utf-8", "replace")

    def known(self, path: str) -> str:
        """Return the digest that a save of a file must name."""
        return digest_of(self.contents[path]) if path in self.contents else ""


async def lay_desk(visit: MemberVisit, copy_id: uuid.UUID) -> Desk:
    """Find everything that the pages of a working copy show.

    Raises:
        UnknownWorkingCopy: There is none, or it is somebody else's.

    """
    async with visit.house.database.reading() as session:
        copy = await find_copy(session, visit.user, copy_id)
        contents = await contents_of_copy(session, copy)
        candidate = await _candidate(visit, session, copy)
    built = visit.house.settings.built
    problems = await asyncio.to_thread(problems_of_copy, copy.exercise_id, contents, built)
    table = read_table(contents.get(MANIFEST, b"").decode("utf-8", "replace")) or {}
    return Desk(copy, contents, table, problems, candidate)


async def _candidate(visit: MemberVisit, session: AsyncSession, copy: WorkingCopy) -> ImportView | None:
    if copy.import_id is not None:
        with contextlib.suppress(UnknownImport):  # the exercise was given to somebody else
            return import_view(await find_import(session, visit.user, copy.import_id), visit.say)
    return None


def draft_page(visit: MemberVisit, desk: Desk, tab: str, *, status: int = 200, **shown: object) -> Response:
    """Answer with one of the pages of a working copy."""
    title = desk.table.get("title")
    halves = title if isinstance(title, dict) else {}
    name = halves.get(visit.visitor.language)
    context = {
        "problem": "",
        "desk": desk,
        "tab": tab,
        "title": name if isinstance(name, str) and name else desk.copy.exercise_id,
        "at": desk.copy.updated_at.astimezone(),
        "base": f"/authoring/drafts/{desk.copy.id}",
        **shown,
    }
    return page(visit, f"authoring/draft_{tab}.html", context, status=status)
