"""Forms that only our own pages can send.

Every browser holds a secret cookie: its session, or before signing in a random visitor cookie. The token in our forms
is derived from it and from the server's key. Another site can make a browser send the cookie, but can neither read the
cookie nor know the token.
"""

import hashlib
import hmac

from exercises.text import Text
from server.errors import Refused

FIELD = "csrf"
HEADER = "X-CSRF-Token"


class ForeignForm(Refused):
    """The form does not carry the token of this browser's session."""

    status = 403
    code = "csrf"
    default = Text(
        zh="这个页面打开得太久，或你已重新登录。请返回上一页，刷新后再提交；还没保存的文字请先复制下来。",
        en="This page is out of date, or you have signed in anew. Go back, reload that page and send it again; copy"
        " unsaved text first.",
    )
    #: Where the page is still there, and is given the token that holds now.
    on_the_page = Text(
        zh="你在打开这个页面之后重新登录过。页面已经更新，请再试一次；你写的内容还在。",
        en="You have signed in anew since this page was opened. The page is up to date again: try once more. What you"
        " wrote is still here.",
    )


def token_for(key: bytes, secret_cookie: str) -> str:
    """Return the token that belongs to a browser's secret cookie."""
    return hmac.new(key, b"csrf\0" + secret_cookie.encode(), hashlib.sha256).hexdigest()


def check_token(expected: str, *given: str | None) -> None:
    """Accept the request if one of ``given`` is the token.

    Raises:
        ForeignForm: None of them is.

    """
    for token in given:
        if token and hmac.compare_digest(expected.encode(), token.encode()):
            return
    raise ForeignForm
