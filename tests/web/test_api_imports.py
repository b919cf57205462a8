"""Importing over HTTP: uploads, the gate's live progress, publishing, versions and their files; and who may not."""

import asyncio
import io
import json
import uuid
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import serverhouse
from importhouse import KnowingJudge, checked, person, small
from serverhouse import worker
from webhouse import WebHouse

from exercises import Bundle
from exercises.packing import pack
from server.accounts import create_api_token
from server.app import create_app
from server.database.models import ImportState, User
from server.feed import Feed
from server.web.bodies import MOST_BYTES

pytestmark = pytest.mark.database

IMPORTS = "/api/v1/exercises/imports"


@asynccontextmanager
async def program(web: WebHouse, user: User) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a program with somebody's token."""
    async with web.house.database.unit_of_work() as session:
        token = await create_api_token(session, user, "test")
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    transport = httpx.ASGITransport(app=web.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers) as client:
        yield client


@pytest.fixture
async def author(web: WebHouse) -> AsyncIterator[httpx.AsyncClient]:
    """Return the program of somebody who writes exercises."""
    async with program(web, await person(web.house, "author")) as client:
        yield client


@pytest.fixture
async def admin(web: WebHouse) -> AsyncIterator[httpx.AsyncClient]:
    """Return the program of somebody who may do everything."""
    async with program(web, await person(web.house, "admin", author=False, admin=True)) as client:
        yield client


async def sent(client: httpx.AsyncClient, bundle: Bundle, tmp_path: Path) -> httpx.Response:
    """Send a packed exercise."""
    return await client.post("/api/v1/exercises", files={"bundle": pack(bundle, tmp_path / "zips").read_bytes()})


async def through_the_gate(web: WebHouse, location: str, *, lenient: bool = False) -> ImportState:
    """Let a worker check an import."""
    async with worker(web.house, KnowingJudge(lenient=lenient)):
        return (await checked(web.house, uuid.UUID(location.rsplit("/", 1)[1]))).state


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of a problem document."""
    assert answer.headers["content-type"].startswith("application/problem+json")
    return answer.status_code, answer.json()["code"]


async def test_from_upload_to_published(
    web: WebHouse, author: httpx.AsyncClient, admin: httpx.AsyncClient, tmp_path: Path
) -> None:
    """An upload is checked, published, listed, taken home and compared with the next version."""
    bundle = small(tmp_path)
    answer = await sent(author, bundle, tmp_path)
    assert answer.status_code == 202, answer.text
    location = answer.headers["location"]
    assert ("small", bundle.version, "checking", "author") == tuple(
        answer.json()[name] for name in ("exercise", "version", "state", "uploader")
    )
    assert (409, "not-checked-yet") == problem(await author.post(f"{location}/publish"))
    assert ImportState.READY is await through_the_gate(web, location)

    first = await author.post(f"{location}/publish")
    assert (200, "published") == (first.status_code, first.json()["state"])
    assert first.json() == (await author.post(f"{location}/publish", json={})).json()
    assert "passed" == (await author.get(location)).json()["report"]["outcome"]

    second = small(tmp_path, title="Second")
    location = (await sent(author, second, tmp_path)).headers["location"]
    assert ImportState.REFUSED is await through_the_gate(web, location, lenient=True)
    assert (409, "gate-not-passed") == problem(await author.post(f"{location}/publish", json={"reason": "please"}))
    assert (202, "checking") == ((a := await author.post(f"{location}/check")).status_code, a.json()["state"])
    assert (409, "check-not-due") == problem(await author.post(f"{location}/check"))
    assert 200 == (await admin.post(f"{location}/publish", json={"reason": "needed today"})).status_code

    page = (await author.get("/api/v1/exercises/small/versions?limit=1")).json()
    rest = (await author.get(f"/api/v1/exercises/small/versions?limit=1&cursor={page['next']}")).json()
    told = [
        tuple(one[name] for name in ("version", "published_by", "gate", "reason"))
        for one in page["items"] + rest["items"]
    ]
    assert [(second.version, "admin", None, "needed today"), (bundle.version, "author", "passed", None)] == told
    assert rest["next"] is None

    files = await author.get(f"/api/v1/exercises/small/versions/{bundle.version}/files")
    assert "solution.py" in {name.rsplit("/", 1)[1] for name in zipfile.ZipFile(io.BytesIO(files.content)).namelist()}
    assert "no-store" in files.headers["cache-control"]
    diff = await author.get(f"/api/v1/exercises/small/versions/{bundle.version}/diff/{second.version[:20]}")
    assert [("exercise.toml", "changed")] == [(one["path"], one["change"]) for one in diff.json()["files"]]
    assert (bundle.version, second.version) == (diff.json()["old"], diff.json()["new"])


async def test_the_api_describes_imports(author: httpx.AsyncClient) -> None:
    """OpenAPI names every address of imports and versions, and the form of an upload."""
    paths = (await author.get("/api/v1/openapi.json")).json()["paths"]
    version = "/api/v1/exercises/{exercise_id}/versions"
    one = f"{IMPORTS}/{{import_id}}"

    assert {
        IMPORTS, one, f"{one}/events", f"{one}/check", f"{one}/publish",
        version, f"{version}/{{version}}/files", f"{version}/{{old}}/diff/{{new}}",
    } <= paths.keys()  # fmt: skip
    upload = paths["/api/v1/exercises"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert ["bundle"] == upload["required"]


async def test_the_same_upload_again(author: httpx.AsyncClient, tmp_path: Path) -> None:
    """Sent again it is the same import."""
    first, second = [await sent(author, small(tmp_path), tmp_path) for _ in range(2)]

    assert first.headers["location"] == second.headers["location"]


@pytest.mark.parametrize("login", ["student", "teacher"])
async def test_who_may_not_import_is_refused_before_the_body_is_read(login: str, web: WebHouse, tmp_path: Path) -> None:
    """Somebody who writes no exercises is told so, whatever they send; nothing of the course's exercises is shown."""
    house = web.house
    async with program(web, house.student if login == "student" else house.teacher) as client:
        assert (403, "not-allowed") == problem(await sent(client, small(tmp_path), tmp_path))
        assert (403, "not-allowed") == problem(await client.post("/api/v1/exercises", content=b"anything"))
        assert (403, "not-allowed") == problem(await client.get(IMPORTS))
        version = house.catalogue["cnn-digits"].version
        place = f"/api/v1/exercises/cnn-digits/versions/{version}"
        assert (404, "unknown-version") == problem(await client.get(f"{place}/files"))
        assert (404, "unknown-version") == problem(await client.get(f"{place}/diff/{version}"))
        listed = await client.get("/api/v1/exercises/cnn-digits/versions")
        assert (200 if login == "teacher" else 404) == listed.status_code


async def test_nobody_imports_nothing(web: WebHouse) -> None:
    """Without a token there is no import, no list and no file."""
    assert (401, "not-signed-in") == problem(await web.browser.client.post("/api/v1/exercises", content=b"x" * 100))
    assert (401, "not-signed-in") == problem(await web.browser.client.get(IMPORTS))


async def test_others_imports_look_like_none(web: WebHouse, author: httpx.AsyncClient, tmp_path: Path) -> None:
    """Another author gets the same answers for somebody's import as for one that never was."""
    location = (await sent(author, small(tmp_path), tmp_path)).headers["location"]
    async with program(web, await person(web.house, "other-author")) as other:
        for place in (location, f"{IMPORTS}/{uuid.uuid4()}"):
            for answer in (
                await other.get(place),
                await other.get(f"{place}/events"),
                await other.post(f"{place}/check"),
                await other.post(f"{place}/publish"),
            ):
                assert (404, "unknown-import") == problem(answer)
        assert [] == (await other.get(IMPORTS)).json()["items"]
        assert (409, "exercise-id-taken") == problem(await sent(other, small(tmp_path, title="Mine"), tmp_path))


async def test_lists_come_in_pages(author: httpx.AsyncClient, admin: httpx.AsyncClient, tmp_path: Path) -> None:
    """Imports are listed latest first; an admin's list has everybody's; a cursor of somebody's own is refused."""
    for number in range(3):
        await sent(author, small(tmp_path, f"nr-{number}"), tmp_path)
    await sent(admin, small(tmp_path, "of-the-admin"), tmp_path)
    first = (await author.get(f"{IMPORTS}?limit=2")).json()
    rest = (await author.get(f"{IMPORTS}?limit=2&cursor={first['next']}")).json()

    assert ["nr-2", "nr-1", "nr-0"] == [one["exercise"] for one in first["items"] + rest["items"]]
    assert 4 == len((await admin.get(IMPORTS)).json()["items"])
    for cursor in ("nonsense", "WzEsMl0=", "WyJhIiwiYiJd"):
        assert (422, "unreadable-cursor") == problem(await author.get(f"{IMPORTS}?cursor={cursor}"))


async def test_an_unusable_bundle_says_where(author: httpx.AsyncClient, tmp_path: Path) -> None:
    """File, key and line are members of the problem document; the sentence is in the caller's language."""
    bundle = small(tmp_path)
    manifest = bundle.folder / "exercise.toml"
    text = manifest.read_text("utf-8").replace("weight = 3", 'weight = "three"')
    manifest.write_text(text, "utf-8")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path in bundle.folder.rglob("*"):
            archive.write(path, path.relative_to(bundle.folder.parent))
    files = {"bundle": file.getvalue()}
    english = await author.post("/api/v1/exercises", files=files)
    chinese = await author.post("/api/v1/exercises", files=files, headers={"Accept-Language": "zh"})

    line = text.split("\n").index('weight = "three"') + 1
    assert (422, "bundle-unusable") == problem(english)
    assert ("small/exercise.toml", "checks.0.weight", line) == tuple(english.json()[k] for k in ("file", "key", "line"))
    assert f"line {line}" in english.json()["detail"]
    assert f"第 {line} 行" in chinese.json()["detail"]
    assert [] == (await author.get(IMPORTS)).json()["items"]


async def test_no_file(author: httpx.AsyncClient) -> None:
    """A request without a file, or with one in another field, says what is missing; junk is no archive."""
    for answer in (
        await author.post("/api/v1/exercises"),
        await author.post("/api/v1/exercises", json={"bundle": "x"}),
        await author.post("/api/v1/exercises", files={"other": b"x"}),
        await author.post("/api/v1/exercises", data={"bundle": "x"}, files={"other": b"x"}),
    ):
        assert (422, "no-file-sent") == problem(answer)
    assert (422, "not-an-archive") == problem(await author.post("/api/v1/exercises", files={"bundle": b"hello"}))


@pytest.mark.filterwarnings("ignore:Exception ignored in.*SpooledTemporaryFile")  # the framework leaves it to the end
async def test_a_broken_form(author: httpx.AsyncClient) -> None:
    """A body that is no form although its header says so is the caller's mistake."""
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for content in (b"", b"nonsense", b"--x\r\nContent-Disposition: form-data; name=bundle; filename=a\r\n\r\nhalf"):
        answer = await author.post("/api/v1/exercises", content=content, headers=headers)
        assert 400 <= answer.status_code < 500
        problem(answer)


async def test_addresses_that_can_be_no_exercise(author: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    """What can be no id or no version is refused or not found, whatever characters it has."""
    for name in ("%00", "a%20b", "A" * 70):
        assert (422, "invalid-request") == problem(await author.get(f"/api/v1/exercises/{name}/versions"))
    for version in ("%00", "sha256:%25%25%25%25%25%25%25%25%25%25%25%25", "x"):
        assert 404 == (await admin.get(f"/api/v1/exercises/cnn-digits/versions/{version}/files")).status_code


async def test_a_reason_that_no_database_holds(admin: httpx.AsyncClient, tmp_path: Path) -> None:
    """A NUL in a reason is replaced, half a surrogate pair is refused; neither is a failure of ours."""
    location = (await sent(admin, small(tmp_path), tmp_path)).headers["location"]
    headers = {"Content-Type": "application/json"}
    half = await admin.post(f"{location}/publish", content=rb'{"reason": "a\ud800"}', headers=headers)
    nul = await admin.post(f"{location}/publish", content=rb'{"reason": "a\u0000b"}', headers=headers)

    assert (422, "invalid-request") == problem(half)
    assert (200, "a\ufffdb") == (nul.status_code, nul.json()["reason"])


async def test_only_uploads_may_be_large(author: httpx.AsyncClient) -> None:
    """An upload may be larger than other requests, up to a limit; at other addresses nothing changed."""
    large = b"x" * (MOST_BYTES + 1)
    assert (422, "not-an-archive") == problem(await author.post("/api/v1/exercises", files={"bundle": large}))
    assert 413 == (await author.post("/api/v1/exercises", files={"bundle": large * 32})).status_code
    assert 413 == (await author.post(f"{IMPORTS}/{uuid.uuid4()}/publish", content=large)).status_code


def events(answer: httpx.Response) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a stream that has ended."""
    found = []
    for block in answer.text.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


async def test_live_progress(house: serverhouse.House, tmp_path: Path) -> None:
    """The first event is the present state; then progress, not back and forth; in the end the whole report."""
    feed = Feed(house.database)
    await feed.start()
    await feed.listening()
    web = WebHouse(house, create_app(house.settings, house.database, feed, house.shelf), None)  # type: ignore[arg-type]
    async with program(web, await person(house, "author")) as client:
        location = (await sent(client, small(tmp_path), tmp_path)).headers["location"]
        listening = asyncio.create_task(client.get(f"{location}/events", timeout=30))
        async with worker(house, KnowingJudge(quick_seconds=0.05)):
            told = events(await listening)
        again = events(await client.get(f"{location}/events"))
    await feed.stop()

    assert ("state", {"state": "checking"}) == told[0]
    done = [data["done"] for name, data in told if name == "progress"]
    assert done
    assert sorted(done) == done
    assert ("report", "ready", "passed") == (told[-1][0], told[-1][1]["state"], told[-1][1]["report"]["outcome"])
    assert ["state", "progress", "report"] == [name for name, _ in again]
