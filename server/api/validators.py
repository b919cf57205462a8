"""``ETag`` and ``If-None-Match`` on what the API reads: who asks again hears 304 instead of the same again."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API = "/api/v1/"
JSON = "application/json"
LARGEST = 1 << 20  #: bytes of an answer that is held back for its tag; larger ones and streams pass as they come
OK = 200
NOT_MODIFIED = 304


class Validators:
    """ASGI middleware that tags whole JSON answers to GET; a route that gives a tag of its own keeps it."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, and look at what is read of the API."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "")
        start: Message | None = None

        async def tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _may_be_tagged(message):
                start = message  # held back until its body is there
                return
            if start is None or message["type"] != "http.response.body":
                await send(message)
                return
            begun, start = start, None
            if message.get("more_body", False) or len(message.get("body", b"")) > LARGEST:
                await send(begun)
                await send(message)
                return
            await _answer(begun, message, known, send)

        await self._app(scope, receive, tagged)


def _may_be_tagged(start: Message) -> bool:
    """Tell whether an answer is one of JSON that says all is well and has no tag yet."""
    headers = Headers(raw=start["headers"])
    return start["status"] == OK and headers.get("content-type", "").startswith(JSON) and "etag" not in headers


async def _answer(start: Message, body: Message, known: str, send: Send) -> None:
    """Send an answer with its tag, or only say that it is the one that is known."""
    tag = f'W/"{hashlib.sha256(body.get("body", b"")).hexdigest()[:32]}"'
    headers = MutableHeaders(raw=start["headers"])
    headers["ETag"] = tag
    if tag in {one.strip() for one in known.split(",")}:
        del headers["content-length"]
        await send({**start, "status": NOT_MODIFIED, "headers": headers.raw})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({**start, "headers": headers.raw})
    await send(body)
