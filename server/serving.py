"""Run the web server on a socket that is ours, until told to stop, and leave signals to whoever started it."""

import asyncio
import contextlib
import resource
import signal
import socket
from collections.abc import Iterator, Sequence

import uvicorn
from fastapi import FastAPI

#: Seconds that requests get to end before they are cut; whoever stops a process waits five at most.
GRACE = 3

#: Seconds that an idle connection is kept: longer than nginx keeps its own (60), and than a client waits that was told
#: to come again. Whoever hangs up at the moment in which the other one speaks breaks a request off.
IDLE = 75


#: Files that the server wants to be allowed to open: each connection is one, and a page that waits holds one open.
OPEN_FILES = 65_536


class PortTaken(Exception):
    """Something else listens there."""


def listen(host: str, port: int) -> socket.socket:
    """Bind the server's socket before anything slow is started.

    Raises:
        PortTaken: The address cannot be had; the message says what to set.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio sends small packets at once (TCP_NODELAY) on such sockets only. With the
    # default of 0 the body of each answer on a kept connection waits until its head is confirmed, which takes 40 ms.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(128)
    except OSError as error:
        bound.close()
        raise PortTaken(
            f"Cannot listen on {host}:{port} ({error.strerror}). Stop what listens there, or set BEGINEND_PORT."
        ) from error
    return bound


def allow_many_connections() -> None:
    """Let this process open as many files as it may by itself; the soft limit is 256 or 1024 on most systems."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    with contextlib.suppress(ValueError, OSError):  # refused: it serves as many as it may
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def stop_on_signals() -> asyncio.Event:
    """Return an event that Ctrl-C and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: it would end the process before the rest is stopped."""

    def __init__(self, config: uvicorn.Config, serving: asyncio.Event) -> None:
        super().__init__(config)
        self._serving = serving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say when pages are served."""
        await super().startup(sockets)
        self._serving.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


async def serve(
    app: FastAPI,
    bound: socket.socket,
    stop: asyncio.Event,
    started: asyncio.Event,
    *,
    proxies: Sequence[str] = (),
) -> None:
    """Serve ``app`` on ``bound`` until ``stop`` is set; set ``started`` once pages are served.

    Args:
        app: What answers.
        bound: Where it listens.
        stop: Set by the caller to stop.
        started: Set here.
        proxies: Whose X-Forwarded headers are believed; of anybody else's nothing is.

    """
    config = uvicorn.Config(
        app,
        log_config=None,  # its lines go where ours go
        log_level="warning",
        access_log=False,  # server.web.requests writes one, without query strings
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=IDLE,
    )
    server = _Server(config, started)
    serving = asyncio.create_task(server.serve(sockets=[bound]), name="uvicorn")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    started.set()  # also when it failed, so that nobody waits for ever; awaiting it raises what went wrong
    await serving
