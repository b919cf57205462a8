"""The guides: for everybody, signed in or not, in the reader's language."""

import hashlib

from fastapi import APIRouter
from starlette.responses import Response

from server.web.guides import NAMES, GuideName, guide
from server.web.rendering import page
from server.web.visitor import Visit, VisitDep

router = APIRouter(include_in_schema=False)


@router.get("/help")
async def help_page(visit: VisitDep) -> Response:
    """List the guides with the tasks that each explains."""
    return _kept(visit, "help.html", {"guides": [guide(name, visit.visitor.language) for name in NAMES]})


@router.get("/help/{name}")
async def guide_page(name: GuideName, visit: VisitDep) -> Response:
    """Show one guide; any other name is a page that is not there."""
    language = visit.visitor.language
    others = [guide(one, language) for one in NAMES if one != name]
    return _kept(visit, "guide.html", {"guide": guide(name, language), "others": others})


def _kept(visit: Visit, template: str, context: dict[str, object]) -> Response:
    """Answer a stranger with a page that their browser may keep, asking each time whether it is still the same.

    For whoever is signed in the bar above the guide bears a name and the tokens of their forms: that is never kept, as
    on every other page.
    """
    whole = page(visit, template, context)
    if visit.visitor.user is not None:
        return whole
    tag = f'W/"{hashlib.sha256(whole.body).hexdigest()[:32]}"'
    known = {one.strip() for one in visit.request.headers.get("if-none-match", "").split(",")}
    response = Response(status_code=304, headers={"Vary": whole.headers["Vary"]}) if tag in known else whole
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    return response
