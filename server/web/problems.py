"""Turn refusals and faults into answers a person can read: a page, a fragment for htmx, or the way to the login."""

import json
import secrets
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exercises.text import Text
from server.errors import MustChangePassword, NotSignedIn, Refused
from server.web.csrf import ForeignForm
from server.web.house import house_of
from server.web.rendering import page, part
from server.web.visitor import SESSION, Visit, visit_so_far

#: When to come again, least and most: all who are refused in one moment must not come back in one.
RETRY_LEAST = 3
RETRY_MOST = 10

AWAY = Text(
    zh="我们的数据库暂时没有回应。你写的内容还在这个页面里，请过几秒再试一次；什么都没有丢，也没有占用提交次数。",
    en="Our database does not answer at the moment. What you wrote is still in this page: try again in a few seconds."
    " Nothing was lost and no attempt was used.",
)
#: The same, where the page that asked is gone from the screen.
AWAY_PAGE = Text(
    zh="我们的数据库暂时没有回应，请过几秒再试一次。没有占用提交次数；刚填写的内容请返回上一页查看。",
    en="Our database does not answer at the moment; try again in a few seconds. No attempt was used. What you had typed"
    " is on the page before this one.",
)
ENDED = Text(
    zh="登录已过期。请在新标签页里登录，再回到这里继续；你写的内容还在这个页面里。",
    en="Your session has ended. Sign in in another tab and go on here; what you wrote is still on this page.",
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


#: Where an answer to a submission is shown, and where a refusal that is about anything else.
DRAWER = "run"
ASIDE = "refusal"


def too_large_file(most_bytes: int) -> Text:
    """Return what is said of a file that is larger than a place takes."""
    return Text(
        zh=f"文件太大：至多 {most_bytes >> 20} MiB。大的数据请写在 [[data]] 里，由平台生成。",
        en=f"The file is too large: {most_bytes >> 20} MiB at most. List large data under [[data]].",
    )


def retry_after() -> str:
    """Return after how many seconds to come again, for everybody another number."""
    return str(RETRY_LEAST + secrets.randbelow(RETRY_MOST - RETRY_LEAST + 1))


def refused(request: Request, error: Refused) -> Response:
    """Answer a refusal; whoever is not signed in, or needs a password of their own, is led there.

    Nobody is led off a page on which they are writing: there it is said beside what they wrote.
    """
    visit = visit_so_far(request, house_of(request))
    if isinstance(error, NotSignedIn) and _is_writing(visit):
        return _aside(visit, error.status, ENDED, way="/login", word="sign-in")
    if isinstance(error, MustChangePassword) and _is_writing(visit):
        return _aside(visit, error.status, error.sentence, way="/account/password", word="change-password")
    if isinstance(error, ForeignForm) and visit.wants_fragment:
        return with_token(visit, problem_page(request, error.status, ForeignForm.on_the_page))
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
    if visit.wants_fragment and _target(visit) == DRAWER:
        return part(visit, "_refused.html", {"refusal": words}, status=status)
    if visit.wants_fragment:
        return _aside(visit, status, sentence)
    title = visit.say(f"error-{status}") if visit.say.has(f"error-{status}") else visit.say("error-other")
    return page(visit, "error.html", {"status": status, "title": title, "sentence": words}, status=status)


def with_token(visit: Visit, answer: Response) -> Response:
    """Give a page that is open the token of the session that its browser has now; its script puts it into the forms.

    Only a page of ours can read it: another site can neither send a request of htmx's nor read the answer.
    """
    answer.headers["HX-Trigger"] = json.dumps({"fresh-token": visit.visitor.csrf})
    return answer


def _target(visit: Visit) -> str:
    """Return the id of what htmx would replace by the answer."""
    return visit.request.headers.get("HX-Target", "")


def _is_writing(visit: Visit) -> bool:
    """Tell whether a fragment is asked for by what somebody writes, outside of the editor, which keeps a draft."""
    if _target(visit) == ASIDE:
        return visit.wants_fragment
    return visit.wants_fragment and visit.request.method == "POST" and _target(visit) != DRAWER


def _aside(visit: Visit, status: int, sentence: Text, *, way: str = "", word: str = "") -> Response:
    """Say no beside what the page shows: whatever htmx wanted to replace stays as it is.

    Args:
        visit: Who asked.
        status: Of the answer.
        sentence: What is said.
        way: Where it is put right, in another tab.
        word: The name of the message that says what is done there.

    """
    answer = part(visit, "_aside.html", {"refusal": visit.say.of(sentence), "way": way, "word": word}, status=status)
    answer.headers.update({"HX-Retarget": f"#{ASIDE}", "HX-Reswap": "innerHTML", "HX-Reselect": ".banner"})
    return answer


def _wanted(visit: Visit) -> str:
    """Return where to go on afterwards: the page from which was asked, as a form's answer has no address of its own."""
    if visit.wants_fragment:
        address = visit.request.headers.get("HX-Current-URL", "")
    elif visit.request.method == "GET":
        address = str(visit.request.url)
    else:
        address = visit.request.headers.get("Referer", "")
    asked = urlsplit(address)
    return (asked.path or "/") + (f"?{asked.query}" if asked.query else "")


def _lead_to(visit: Visit, address: str) -> Response:
    """Lead to another page, from a fragment too."""
    if visit.wants_fragment:
        return Response(status_code=200, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)
