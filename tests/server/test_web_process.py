"""The real `beginend web`: whom it believes, and that it stops in time with streams open."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from serverhouse import House, until

from server.accounts import create_api_token
from server.errors import UnsafeSettings
from server.feed import Feed
from server.opening import Foundation
from server.serving import listen
from server.settings import Settings, load_settings
from server.web_process import running_web

pytestmark = pytest.mark.database

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def started(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start the program, as an operator does."""
    command = [sys.executable, "-c", "from server.cli.main import main; main()", "web"]
    with log.open("wb") as output:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=output, stdout=output)


def said(log: Path) -> str:
    """Return what it said."""
    return log.read_text()


@contextlib.asynccontextmanager
async def web(house: House, log: Path, **settings: str) -> AsyncIterator[tuple[subprocess.Popen[bytes], str]]:
    """Run `beginend web` as a process of its own; yields it and its address once it answers."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": house.settings.database_url or "",
        "BEGINEND_HOME": str(house.settings.home),
        "BEGINEND_PORT": str(port),
        **settings,
    }
    address = f"http://127.0.0.1:{port}"
    process = started(environment, log)
    try:
        async with httpx.AsyncClient() as client:

            async def answers() -> bool:
                assert process.poll() is None, said(log)
                with contextlib.suppress(httpx.TransportError):
                    return (await client.get(f"{address}/healthz")).status_code == 200
                return False

            await until(answers, within=30)
        yield process, address
    finally:
        process.kill()
        process.wait()


async def wrong_passwords(address: str, count: int, **headers: str) -> int:
    """Sign in with a wrong password so many times, and return the last status."""
    status = 0
    async with httpx.AsyncClient(base_url=address, headers=headers) as client:
        page = await client.get("/login")
        token = page.text.partition('name="csrf" value="')[2].partition('"')[0]
        for _ in range(count):
            form = {"csrf": token, "login": "student", "password": "wrong"}
            status = (await client.post("/login", data=form)).status_code
    return status


async def test_stops_within_five_seconds_with_open_streams(house: House, tmp_path: Path) -> None:
    """On SIGTERM the program ends its open streams and itself within 5 s, and says nothing is wrong."""
    submission = await house.submit()
    async with house.database.unit_of_work() as session:
        token = await create_api_token(session, house.student, "test")
    log = tmp_path / "web.log"
    ended = 0

    async def follow(client: httpx.AsyncClient, opened: asyncio.Queue[int]) -> None:
        nonlocal ended
        address = f"/api/v1/submissions/{submission.id}/events"
        async with client.stream("GET", address) as stream:
            lines = stream.aiter_lines()
            assert "event: state" in [await anext(lines), await anext(lines)]
            opened.put_nowait(stream.status_code)
            with contextlib.suppress(httpx.TransportError):
                async for _ in lines:
                    pass
        ended += 1

    async with web(house, log) as (process, address):
        limits = httpx.Limits(max_connections=None)
        bearer = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=address, headers=bearer, limits=limits, timeout=30) as client:
            opened: asyncio.Queue[int] = asyncio.Queue()
            streams = [asyncio.create_task(follow(client, opened)) for _ in range(20)]
            assert [200] * 20 == [await asyncio.wait_for(opened.get(), 20) for _ in range(20)]
            assert "beginend_live_listeners 20.0" in (await client.get("/metrics")).text
            process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            code = await asyncio.to_thread(process.wait, 20)
            took = time.monotonic() - began
            await asyncio.gather(*streams)

    assert (0, 20) == (code, ended), said(log)
    assert took < 5, took
    lines = [json.loads(line) for line in said(log).splitlines()]  # every line is of the log's form
    assert [f"serving {address}"] == [line["event"] for line in lines if line["logger"] == "beginend.steps"]
    assert 20 == sum(line.get("route") == "/api/v1/submissions/{submission_id}/events" for line in lines)
    assert [] == [line for line in lines if line["level"] in {"error", "critical"}]


@contextlib.asynccontextmanager
async def served(house: House, **changes: object) -> AsyncIterator[str]:
    """Serve the application here, with some settings changed; yields its address."""
    settings = house.settings.model_copy(update=changes)
    base = Foundation(settings, house.database, Feed(house.database), house.shelf)
    with contextlib.closing(listen("127.0.0.1", 0)) as bound:
        async with running_web(base, bound, own_code_only=False):
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"


async def test_whose_forwarded_addresses_are_believed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a proxy that was named the browser's address counts for throttling; from anybody else a claim is nothing."""
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")  # the server's own variable must not open what we keep closed
    async with served(house) as address:
        assert 401 == await wrong_passwords(address, 8, **{"X-Forwarded-For": "203.0.113.1"})
        assert 429 == await wrong_passwords(address, 1, **{"X-Forwarded-For": "203.0.113.2"})
    async with served(house, trusted_proxies="127.0.0.0/8, 10.0.0.7") as address:
        assert 401 == await wrong_passwords(address, 8, **{"X-Forwarded-For": "203.0.113.1"})
        assert 429 == await wrong_passwords(address, 1, **{"X-Forwarded-For": "203.0.113.1"})
        # What the browser itself put in front is not believed: the last one that no proxy of ours added counts.
        assert 429 == await wrong_passwords(address, 1, **{"X-Forwarded-For": "198.51.100.9, 203.0.113.1"})
        assert 429 == await wrong_passwords(address, 1, **{"X-Forwarded-For": "203.0.113.1, 10.0.0.7"})
        assert 401 == await wrong_passwords(address, 1, **{"X-Forwarded-For": "203.0.113.2"})


async def test_an_idle_connection_is_kept(house: House) -> None:
    """A connection may be used again after longer than uvicorn keeps it by itself (5 s): a proxy's, a client's."""
    async with served(house) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        for pause in (0, 5.5):
            await asyncio.sleep(pause)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            assert head.startswith(b"HTTP/1.1 200"), head
            length = next(int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:"))
            await reader.readexactly(length)
        writer.close()


async def test_answers_are_sent_at_once() -> None:
    """No part of an answer waits for the other side to confirm the part before: that costs 40 ms a request."""
    undelayed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def met(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        undelayed.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(met, sock=listen("127.0.0.1", port := free_port())):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.closing(writer):
            assert await asyncio.wait_for(undelayed, 10)


@pytest.mark.parametrize("proxies", ["*", "proxy.example", "10.0.0.0/33", "10.0.0.1/24"])
def test_proxies_are_addresses(proxies: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names and ``*`` are refused with a sentence: whoever is believed can pretend to be anybody."""
    monkeypatch.setenv("BEGINEND_TRUSTED_PROXIES", proxies)
    with pytest.raises(UnsafeSettings, match=r"BEGINEND_TRUSTED_PROXIES.*10\.0\.0\.0/24"):
        load_settings()
    assert [] == Settings(trusted_proxies="").proxies
