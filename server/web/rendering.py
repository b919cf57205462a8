"""Turn templates into answers: every page gets its visitor, its language and its nonce from here."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from server.permissions import PlatformAction, may_on_platform
from server.web.guides import help_for
from server.web.views.words import with_code, zone_of
from server.web.visitor import A_YEAR, VISITOR, Visit, set_cookie

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"

#: On every page and every piece of one: what it says depends on who asks, in which language, and how.
PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Cookie, Accept-Language, HX-Request"}


@cache
def environment() -> Environment:
    """Return the one template environment: everything is escaped, and an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["code"] = with_code
    made.filters["zone"] = zone_of
    made.globals["static"] = static_address
    made.globals["help_for"] = help_for
    made.globals["writes_exercises"] = lambda user: may_on_platform(user, PlatformAction.IMPORT_EXERCISE)
    return made


@cache
def static_address(path: str) -> str:
    """Return the address of a static file, with a digest so that browsers may keep it for good."""
    file = STATIC / path
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else "missing"
    return f"/static/{path}?v={digest}"


class LastingFiles(StaticFiles):
    """Static files; an address with a digest may be kept for good, any other is asked for again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file and how long it may be kept."""
        response = await super().get_response(path, scope)
        lasting = b"v=" in scope["query_string"] and response.status_code in {200, 304}
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if lasting else "no-cache"
        return response


def fragment(visit: Visit, template: str, **context: object) -> str:
    """Return a template as text; it may use ``context`` and what every template gets."""
    given = {"area": None, "refusal": None, "replace_once": False, "answering": False, "lively": False, **context}
    return (
        environment()
        .get_template(template)
        .render(
            say=visit.say,
            visitor=visit.visitor,
            own_code_only=visit.house.own_code_only,
            nonce=visit.request.state.nonce,
            here=_here(visit.request),
            **given,
        )
    )


def page(visit: Visit, template: str, context: Mapping[str, object], *, status: int = 200) -> HTMLResponse:
    """Answer with a template; a browser without a secret cookie is given one."""
    response = HTMLResponse(fragment(visit, template, **context), status_code=status)
    response.headers.update(PRIVATE)
    if visit.visitor.fresh_secret is not None:
        set_cookie(response, visit.house, VISITOR, visit.visitor.fresh_secret, seconds=A_YEAR)
    return response


def part(visit: Visit, template: str, context: Mapping[str, object], *, status: int = 200) -> HTMLResponse:
    """Answer htmx with a template; like a page it is for this browser alone and is not kept."""
    response = HTMLResponse(fragment(visit, template, **context), status_code=status)
    response.headers.update(PRIVATE)
    return response


def _here(request: Request) -> str:
    """Return the address of this page, for coming back; a form's answer has no address of its own."""
    return request.url.path if request.method in {"GET", "HEAD"} else "/"
