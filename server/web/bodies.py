"""Refuse request bodies that are larger than anything we ask for, before they are read into memory."""

import contextlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1024 * 1024


class BodyTooLarge(Exception):
    """More bytes arrived than a request may have."""


class BodyLimit:
    """ASGI middleware that counts a body while it arrives, whatever its headers promise."""

    def __init__(
        self,
        app: ASGIApp,
        refuse: Callable[[Request, int], Response],
        most_bytes: int = MOST_BYTES,
        uploads: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """Wrap ``app``.

        Args:
            app: What answers.
            refuse: Makes the answer to a body that is too large; told how many bytes are the most there.
            most_bytes: The largest body that is let through.
            uploads: Path -> the largest body there, where files are sent; what answers there must know who calls
                before it reads.

        """
        self._app = app
        self._refuse = refuse
        self._most_bytes = most_bytes
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through unless its body is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most_bytes = self._uploads.get(scope["path"], self._most_bytes)
        if _promises_more(scope, most_bytes):
            await self._refuse(Request(scope), most_bytes)(scope, receive, send)
            return
        received = 0
        refused = False

        async def counted() -> Message:
            nonlocal received, refused
            message = await receive()
            received += len(message.get("body", b""))
            if received > most_bytes:
                refused = True
                raise BodyTooLarge
            return message

        async def unless_refused(message: Message) -> None:
            if not refused:  # frameworks turn any trouble with a body into an answer of their own
                await send(message)

        with contextlib.suppress(BodyTooLarge):
            await self._app(scope, counted, unless_refused)
        if refused:
            await self._refuse(Request(scope), most_bytes)(scope, receive, send)


def _promises_more(scope: Scope, most_bytes: int) -> bool:
    """Tell whether Content-Length already exceeds the limit."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return length.isdigit() and int(length) > most_bytes
