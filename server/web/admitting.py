"""What the ways in have in common: the cookie of a session, where to go on, and how long to wait after failures."""

from urllib.parse import urlsplit

from starlette.responses import Response

from server.errors import TooManyCodes, TooManyFailures
from server.web.house import House
from server.web.visitor import SESSION, Visit, set_cookie


def give_session(response: Response, house: House, token: str) -> None:
    """Let the browser keep the session that was begun."""
    set_cookie(response, house, SESSION, token, seconds=house.settings.session_days * 24 * 3600)


def minutes_to_wait(visit: Visit, error: TooManyFailures | TooManyCodes) -> str:
    """Say for how long nothing is compared any more."""
    seconds = error.extra.get("retry_after")
    return visit.say("login-wait", n=max(1, round(seconds / 60)) if isinstance(seconds, int) else 1)


def inside(address: str) -> str:
    """Return an address of ours: never another site's, however it was written."""
    parts = urlsplit(address)
    is_ours = (
        not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    )
    if not is_ours or "\\" in address or not address.isprintable():
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")
