"""Hosts for tests: network namespaces of this machine, joined by one cable each, which can be pulled."""

import asyncio
import contextlib
import os
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

#: Seconds after which this end of a cut connection gives up, as an operator sets it for PostgreSQL.
GIVE_UP = 3


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


@dataclass(frozen=True)
class Host:
    """A host: what runs there reaches the one who made it under ``gateway`` and nothing else."""

    name: str
    gateway: str

    def command(self, *words: str) -> list[str]:
        """Return a command as it is started on this host."""
        return ["ip", "netns", "exec", self.name, *words]

    def pull_cable(self) -> None:
        """Cut it off: nothing is closed, nothing arrives any more."""
        _ip("link", "set", self.name, "down")

    def plug_cable(self) -> None:
        """Connect it again."""
        _ip("link", "set", self.name, "up")


@contextmanager
def host(number: int) -> Iterator[Host]:
    """Make a host with a cable to this machine; both are gone afterwards."""
    name = f"be{os.getpid() % 100_000}n{number}"
    subnet = f"10.213.{number}"
    _ip("netns", "add", name)
    try:
        _ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("addr", "add", f"{subnet}.1/24", "dev", name)
        _ip("link", "set", name, "up")
        for words in (
            ("addr", "add", f"{subnet}.2/24", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
            ("link", "set", "lo", "up"),
        ):
            _ip("-n", name, *words)
        yield Host(name, f"{subnet}.1")
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            _ip("link", "del", name)
        _ip("netns", "del", name)


@asynccontextmanager
async def door_to(url: str) -> AsyncIterator[int]:
    """Let hosts reach a PostgreSQL that listens on a socket of this machine alone; yield the port."""
    parts = urlsplit(url)
    folder = parse_qs(parts.query).get("host", [""])[0]
    pumps: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError):
                while block := await reader.read(1 << 16):
                    writer.write(block)
                    await writer.drain()
        finally:
            writer.transport.abort()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = writer.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GIVE_UP * 1000)
        if folder:
            there = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{parts.port or 5432}")
        else:
            there = await asyncio.open_connection(parts.hostname, parts.port or 5432)
        for pair in ((reader, there[1]), (there[0], writer)):
            pump = asyncio.create_task(carry(*pair))
            pumps.add(pump)
            pump.add_done_callback(pumps.discard)

    server = await asyncio.start_server(connected, "0.0.0.0", 0)  # noqa: S104 - the hosts' cables come and go
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for pump in [*pumps]:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        await asyncio.sleep(0)  # until the loop has closed what was aborted


def reached_by(url: str, address: str, port: int) -> str:
    """Return a database's URL as a host reaches it."""
    parts = urlsplit(url)
    user = parts.username or "postgres"
    secret = f":{parts.password}" if parts.password else ""
    return f"postgresql://{user}{secret}@{address}:{port}{parts.path}"
