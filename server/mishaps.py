"""Every error becomes an answer that fits who asked: a problem document under ``/api``, a page everywhere else."""

import contextlib
import logging

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from exercises.text import Text
from server.api import problems
from server.errors import DatabaseAway, Refused, StoreAway
from server.web.bodies import MOST_BYTES
from server.web.house import house_of
from server.web.problems import (
    AWAY,
    AWAY_PAGE,
    BROKEN,
    NO_PAGE,
    TOO_LARGE,
    problem_page,
    refused,
    retry_after,
    too_large_file,
)
from server.web.visitor import visit, visit_so_far

log = logging.getLogger(__name__)

OTHER = Text(
    zh="这个地址不能直接打开，请从页面上的按钮进入。",
    en="This address cannot be opened by itself; use the button on its page.",
)

STORE_AWAY = Text(
    zh="存放练习的地方暂时没有回应，请过几秒再试一次；什么都没有丢，也没有占用提交次数。",
    en="The place where exercises are kept does not answer at the moment: try again in a few seconds. Nothing was lost"
    " and no attempt was used.",
)


def answer_errors(app: FastAPI) -> None:
    """Register an answer for every kind of error."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _misformed)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(DatabaseAway, _away)
    app.add_exception_handler(StoreAway, _store_away)


def too_large(request: Request, most_bytes: int) -> Response:
    """Answer a body that has more than ``most_bytes``, the most that is taken in there."""
    sentence = too_large_file(most_bytes) if most_bytes > MOST_BYTES else TOO_LARGE
    return _answer(request, 413, "too-large", sentence)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _answer(request: Request, status: int, code: str, sentence: Text) -> Response:
    """Answer with a sentence, in the form that fits who asked."""
    if _is_api(request):
        return problems.problem(request, status, code, sentence)
    return problem_page(request, status, sentence)


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        raise error
    return problems.refusal(request, error) if _is_api(request) else refused(request, error)


async def _misformed(request: Request, error: Exception) -> Response:
    """Answer a request whose form is wrong; a page's address that does not parse is a page that is not there."""
    if not isinstance(error, RequestValidationError):
        raise error
    return problems.bad_request(request, error) if _is_api(request) else problem_page(request, 404, NO_PAGE)


async def _http_error(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: unknown addresses, wrong methods."""
    if not isinstance(error, HTTPException):
        raise error
    unknown = error.status_code == 404  # noqa: PLR2004 - HTTP's own number
    if not _is_api(request):
        with contextlib.suppress(DatabaseAway):  # no route was reached, so nobody has asked yet who this is
            await visit(request, house_of(request))
    answer = _answer(
        request, error.status_code, "not-found" if unknown else "not-possible", NO_PAGE if unknown else OTHER
    )
    answer.headers.update(error.headers or {})
    return answer


async def _away(request: Request, error: Exception) -> Response:
    """Say that the database is away: nothing is half done, the request may be sent again."""
    log.warning("the database is away: %s", error)
    stays = _is_api(request) or visit_so_far(request, house_of(request)).wants_fragment
    answer = _answer(request, 503, "database-away", AWAY if stays else AWAY_PAGE)
    answer.headers["Retry-After"] = retry_after()
    return answer


async def _store_away(request: Request, error: Exception) -> Response:
    """Say that the store is away in which published exercises lie: the request may be sent again."""
    log.warning("the store is away: %s", error)
    answer = _answer(request, 503, "store-away", STORE_AWAY)
    answer.headers["Retry-After"] = retry_after()
    return answer


async def broken(request: Request, error: Exception) -> Response:
    """Say that we failed; whoever caught the error has logged it."""
    del error
    return _answer(request, 500, "fault", BROKEN)
