"""Follow each request: an id in every line and answer, one line when it has ended, and the numbers for ``/metrics``."""

import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.database.models import User

access = logging.getLogger("beginend.access")
log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
#: What another program may call a request: long enough to be an id, and nothing that could forge a line.
SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "(none)"
#: Where files lie that no route answers for.
FOLDERS = ("/static", "/help/pictures")
API = "/api/v1"
#: Asked every few seconds by machines; their lines would bury the others.
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
STREAM = "text/event-stream"


class RequestNumbers:
    """Counts this process's requests; how many kinds there are is bounded by the routes."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "beginend_http_requests",
            "Requests that this process answered",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "beginend_http_request_seconds",
            "How long this process took to answer; event streams are left out",
            ["route"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=self.registry,
        )

    def count(self, method: str, route: str, status: int, seconds: float | None) -> None:
        """Count a request; ``seconds`` is None for one whose length says nothing, such as a stream's."""
        self._requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        if seconds is not None:
            self._seconds.labels(route).observe(seconds)


class FollowRequests:
    """ASGI middleware, the outermost one: gives each request its id, and writes down how it ended."""

    def __init__(self, app: ASGIApp, numbers: RequestNumbers) -> None:
        """Wrap ``app`` and count into ``numbers``."""
        self._app = app
        self._numbers = numbers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, and write its line when it has ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _id_of(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = request_id
        began, status, streams = time.perf_counter(), 500, False

        async def with_id(message: Message) -> None:
            nonlocal status, streams
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[HEADER] = request_id
                streams = headers.get("content-type", "").startswith(STREAM)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, with_id)
            finally:
                self._write_down(scope, status, time.perf_counter() - began, streams=streams)

    def _write_down(self, scope: Scope, status: int, seconds: float, *, streams: bool) -> None:
        route, method = route_of(scope), scope["method"]
        self._numbers.count(method, route, status, None if streams else seconds)
        line = {
            "method": method if method in METHODS else "other",
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "user": scope["state"].get("user_id"),
        }
        said = f"{line['method']} {route} {status}"
        access.log(logging.DEBUG if route in PROBES else logging.INFO, said, extra=line)


class LastResort:
    """ASGI middleware, within the one that adds headers: an error nobody foresaw is logged and answered like others."""

    def __init__(self, app: ASGIApp, answer: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        """Wrap ``app``; ``answer`` makes the answer to an error."""
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through; answer if it fails and nothing was answered yet."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            log.exception("a request failed in a way nobody foresaw")
            if started:
                raise  # the server cuts the connection, so that half an answer is not taken for a whole one
            answer = await self._answer(Request(scope, receive), error)
            await answer(scope, receive, send)


def known_as(connection: HTTPConnection, user: User) -> None:
    """Say who asks, once that is known: for the line of this request, and every other one written meanwhile."""
    connection.state.user_id = str(user.id)
    structlog.contextvars.bind_contextvars(user=str(user.id))


def request_id_of(connection: HTTPConnection) -> str | None:
    """Return the request's id; None outside of our middleware."""
    return getattr(connection.state, "request_id", None)


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered (``/submissions/{submission_id}``): never what was asked."""
    route = scope.get("route")
    if route is not None and hasattr(route, "path"):
        path: str = route.path
        under_api = scope["path"].startswith(f"{API}/") and not path.startswith(API)  # routers know no prefix
        return (f"{API}{path}" if under_api else path) or NO_ROUTE
    mounted = (folder for folder in FOLDERS if scope["path"].startswith(f"{folder}/"))
    return next(mounted, NO_ROUTE)


def _id_of(headers: Headers) -> str:
    """Return the id that the request brought, if it is a sane one, else a new one."""
    brought = headers.get(HEADER, "")
    return brought if SANE_ID.fullmatch(brought) else uuid.uuid4().hex
