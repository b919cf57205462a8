"""Headers on every answer: nothing but our own scripts and styles runs, nobody frames us, nothing is guessed."""

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The editor writes its style sheet from script, which a nonce allows; there is no inline script anywhere.
POLICY = (
    "default-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; object-src 'none';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


#: A year, for browsers that came by https once. Subdomains and preload lists are the operator's to decide.
ONLY_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}


class SecurityHeaders:
    """ASGI middleware that adds the headers; plain ASGI, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        """Wrap ``app``; with ``https``, browsers are told to come by nothing else."""
        self._app = app
        self._fixed = {**FIXED, **ONLY_HTTPS} if https else FIXED

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the request a nonce and its answer the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "private, no-store")
                headers.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce))
                for name, value in self._fixed.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
