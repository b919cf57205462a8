"""Who may see the authors' pages, and the forms that they send."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from fastapi import Path as PathParameter
from starlette.datastructures import FormData, UploadFile

from server.permissions import PlatformAction, allow_on_platform
from server.web import csrf
from server.web.visitor import MemberVisit, MemberVisitDep, text_of

ExerciseId = Annotated[str, PathParameter(pattern=r"^[a-z0-9-]{1,64}$")]

MOST_FIELDS = 5000  #: of a form over ``exercise.toml``, which has some two hundred


async def author_visit(visit: MemberVisitDep) -> MemberVisit:
    """Let in who writes exercises; refused before a body is read.

    Raises:
        NotAllowed: The person may not.

    """
    allow_on_platform(visit.user, PlatformAction.IMPORT_EXERCISE)
    return visit


AuthorVisitDep = Annotated[MemberVisit, Depends(author_visit)]


async def author_form(visit: AuthorVisitDep) -> AsyncIterator[FormData]:
    """Read a form that one of our own pages sent to an author.

    Raises:
        ForeignForm: It does not carry this browser's token.

    """
    async with visit.request.form(max_files=2, max_fields=MOST_FIELDS, max_part_size=1024 * 1024) as form:
        csrf.check_token(visit.visitor.csrf, text_of(form, csrf.FIELD), visit.request.headers.get(csrf.HEADER))
        yield form


AuthorFormDep = Annotated[FormData, Depends(author_form)]


def texts_in(form: FormData, prefix: str) -> dict[str, str]:
    """Return the fields whose names begin so, by the rest of the name."""
    return {
        name.removeprefix(prefix): value
        for name, value in form.items()
        if name.startswith(prefix) and isinstance(value, str)
    }


def file_in(form: FormData, name: str) -> UploadFile | None:
    """Return an uploaded file; None where none was chosen."""
    sent = form.get(name)
    return sent if isinstance(sent, UploadFile) and sent.filename else None
