"""Turn refusals and faults into answers a person can read: a page, a fragment for htmx, or the way to the login."""

import secrets
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from exercises.text import Text
from server.errors import MustChangePassword, NotSignedIn, Refused
from server.web.house import house_of
from server.web.rendering import fragment, page
from server.web.visitor import SESSION, Visit, visit_so_far

#: When to come again, least and most: all who are refused in one moment must not come back in one.
RETRY_LEAST = 3
RETRY_MOST = 10

AWAY = Text(
    zh="我们的数据库暂时没有回应。你写的内容还在这个页面里，请过几秒再试一次；什么都没有丢，也没有占用提交次数。",
    en="Our database does not answer at the moment. What you wrote is still in this page: try again in a few seconds."
    " Nothing was lost and no attempt was used.",
)
BROKEN = Text(
    zh="我们这边出了问题，不是你的代码的问题。请稍后再试；如果一直这样，请告诉老师。",
    en="Something went wrong on our side; it is not your code. Try again later, and tell your teacher if it stays so.",
)
NO_PAGE = Text(
    zh="找不到这个页面：链接可能写错了，或者内容已经被移走。",
    en="There is no such page: the link may be mistyped, or the content was moved.",
)
TOO_LARGE = Text(
    zh="提交的内容太大。请只提交代码，删去粘贴进来的数据或输出。",
    en="That was too large. Send code only: delete pasted data or output.",
)


def retry_after() -> str:
    """Return after how many seconds to come again, for everybody another number."""
    return str(RETRY_LEAST + secrets.randbelow(RETRY_MOST - RETRY_LEAST + 1))


def refused(request: Request, error: Refused) -> Response:
    """Answer a refusal; whoever is not signed in, or needs a password of their own, is led there."""
    visit = visit_so_far(request, house_of(request))
    if isinstance(error, NotSignedIn):
        ended = "&ended=1" if visit.request.cookies.get(SESSION) else ""
        return _lead_to(visit, f"/login?next={quote(_wanted(visit))}{ended}")
    if isinstance(error, MustChangePassword):
        return _lead_to(visit, f"/account/password?next={quote(_wanted(visit))}")
    answer = problem_page(request, error.status, error.sentence)
    retry = error.extra.get("retry_after")
    if retry is not None:
        answer.headers["Retry-After"] = str(retry)
    return answer


def problem_page(request: Request, status: int, sentence: Text) -> Response:
    """Answer with a sentence, as a page or as a fragment for htmx."""
    visit = visit_so_far(request, house_of(request))
    words = visit.say.of(sentence)
    if visit.wants_fragment:
        return HTMLResponse(fragment(visit, "_refused.html", refusal=words), status_code=status)
    title = visit.say(f"error-{status}") if visit.say.has(f"error-{status}") else visit.say("error-other")
    return page(visit, "error.html", {"status": status, "title": title, "sentence": words}, status=status)


def _wanted(visit: Visit) -> str:
    """Return where to go on afterwards; a fragment belongs into the page that asked for it."""
    if visit.wants_fragment:
        return urlsplit(visit.request.headers.get("HX-Current-URL", "")).path or "/"
    return visit.request.url.path if visit.request.method == "GET" else "/"


def _lead_to(visit: Visit, address: str) -> Response:
    """Lead to another page, from a fragment too."""
    if visit.wants_fragment:
        return Response(status_code=200, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)
