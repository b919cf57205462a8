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
        zh="这个页面已经过期。请刷新页面后再试一次，你写的内容不会丢。",
        en="This page has expired. Reload it and try again; what you wrote is kept.",
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
