"""Importing on a page: files and what is wrong with them, the gate's report, publishing, removing."""

import io
import uuid
import zipfile
from pathlib import Path

import pytest
from authoringhouse import author, browsing, published, through_the_gate
from importhouse import person, small
from sqlalchemy import select
from webhouse import Browser, WebHouse

from exercises.packing import pack
from server.database.models import AuditEvent, ExerciseImport, ExerciseRow, ImportState

pytestmark = pytest.mark.database


async def sent(browser: Browser, content: bytes, name: str = "exercise.zip") -> tuple[int, str, str]:
    """Upload a file as the page does; return status, page and where it leads."""
    await browser.get("/authoring")
    answer = await browser.client.post(
        "/authoring/imports", data={"csrf": browser.csrf}, files={"bundle": (name, content)},
        headers={"Accept-Language": "en"},
    )  # fmt: skip
    return answer.status_code, answer.text, answer.headers.get("location", "")


def zipped(files: dict[str, str]) -> bytes:
    """Return a zip of texts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


async def test_from_upload_to_published(web: WebHouse, tmp_path: Path) -> None:
    """A zip becomes a candidate; the gate's report names its survivors; one button publishes it."""
    async with author(web) as browser:
        status, _, address = await sent(browser, pack(small(tmp_path), tmp_path / "zips").read_bytes())
        assert 303 == status
        page = (await browser.get(address)).text
        assert "Waiting for the gate" in page
        assert "sse-connect" in page
        early = await browser.post(f"{address}/publish")
        assert (409, True) == (early.status_code, "has not finished" in early.text)
        await through_the_gate(web, uuid.UUID(address.rsplit("/", 1)[1]))
        page = (await browser.get(address)).text
        assert "passed the gate" in page
        assert "5 / 5" in page
        assert 303 == (await browser.post(f"{address}/publish")).status_code
        assert "never changes" in (await browser.get(address)).text
        assert "Build a small network" in (await browser.get("/authoring/exercises/small")).text


async def test_what_is_wrong_is_said_with_file_and_line(web: WebHouse, tmp_path: Path) -> None:
    """A bundle that cannot be used is refused with file, line and key, in the reader's language; nothing is kept."""
    text = (small(tmp_path).folder / "exercise.toml").read_text("utf-8")
    files = {path.name: path.read_text("utf-8") for path in small(tmp_path).folder.glob("*.*")}
    wrong = {**files, "exercise.toml": text.replace("weight = 3", 'weight = "3"')}
    broken = {**files, "exercise.toml": text.replace("minutes = 10", "minutes = = 10")}
    line = text.split("\n").index("weight = 3") + 1
    async with author(web) as browser:
        status, page, _ = await sent(browser, zipped(wrong), "../my <b>.zip")
        assert 422 == status
        assert f"line {line}" in page
        assert "checks.0.weight" in page
        assert "my &lt;b&gt;.zip was not imported" in page
        status, page, _ = await sent(browser, zipped(broken))
        assert (422, True) == (status, f"line {text.split(chr(10)).index('minutes = 10') + 1}" in page)
        browser.client.cookies.set("beginend_language", "zh")
        status, page, _ = await sent(browser, zipped(wrong))
        assert (422, True) == (status, f"第 {line} 行" in page)
    async with web.house.database.reading() as session:
        assert [] == list(await session.scalars(select(ExerciseImport)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04nonsense", "damaged"),
        (b"MZ", "Send a zip file"),
        (zipped({"../evil.py": "x"}), "names must be relative"),
        (zipped({"a/exercise.toml": "x", "b/other.py": "y"}), "nothing beside it"),
        (zipped({"readme.md": "x"}), "There is no exercise.toml"),
    ],
)
async def test_hostile_files_are_refused_with_a_sentence(web: WebHouse, content: bytes, said: str) -> None:
    """Whatever is uploaded, the answer is the list with a sentence, and the list still works."""
    async with author(web) as browser:
        status, page, _ = await sent(browser, content)

    assert 422 == status
    assert said in page
    assert 'name="bundle"' in page


async def test_no_file_and_a_file_that_is_too_large(web: WebHouse) -> None:
    """An empty form is told so; a body beyond the limit is refused before it is read."""
    async with author(web) as browser:
        await browser.get("/authoring")
        empty = await browser.client.post(
            "/authoring/imports", data={"csrf": browser.csrf}, files={"bundle": ("", b"")}
        )
        large = await browser.client.post(
            "/authoring/imports", content=b"", headers={"content-length": str(64 << 20), "accept-language": "en"}
        )

    assert (422, True) == (empty.status_code, "Choose a file" in empty.text)
    assert 413 == large.status_code
    assert "32 MiB at most" in large.text


async def test_forged_forms_do_nothing(web: WebHouse, tmp_path: Path) -> None:
    """Every deed needs the token of this browser's session."""
    async with author(web) as browser:
        _, _, address = await sent(browser, pack(small(tmp_path), tmp_path / "zips").read_bytes())
        await through_the_gate(web, uuid.UUID(address.rsplit("/", 1)[1]))
        browser.csrf = "forged"
        for deed in ("publish", "check", "remove"):
            assert 403 == (await browser.post(f"{address}/{deed}")).status_code
        status = (await browser.client.post("/authoring/imports", files={"bundle": ("a.zip", b"PK")})).status_code
        assert 403 == status
        assert 403 == (await browser.post("/authoring/drafts", id="two-moons")).status_code


async def test_a_refused_candidate_is_checked_again_or_removed(web: WebHouse, tmp_path: Path) -> None:
    """A refusal names what was not as promised; it may be repeated or taken back, which frees the id."""
    async with author(web) as browser:
        _, _, address = await sent(browser, pack(small(tmp_path), tmp_path / "zips").read_bytes())
        import_id = uuid.UUID(address.rsplit("/", 1)[1])
        running = await browser.post(f"{address}/remove")
        assert (409, True) == (running.status_code, "cannot be removed" in running.text)
        await through_the_gate(web, import_id, lenient=True)
        page = (await browser.get(address)).text
        assert "did not pass the gate" in page
        assert "not as promised" in page
        assert "stub.py" in page
        refused = await browser.post(f"{address}/publish", reason="please")
        assert (409, True) == (refused.status_code, "did not let this pass" in refused.text)
        assert 303 == (await browser.post(f"{address}/check")).status_code
        await through_the_gate(web, import_id, lenient=True)
        gone = await browser.post(f"{address}/remove")
        assert (303, "/authoring") == (gone.status_code, gone.headers["location"])
        assert 404 == (await browser.get(address)).status_code
        assert "small" not in (await browser.get("/authoring")).text
    async with web.house.database.reading() as session:
        assert await session.get(ExerciseRow, "small") is None
        told = (await session.scalars(select(AuditEvent.action).where(AuditEvent.subject == "small"))).all()
        assert "exercise.import-remove" in told


async def test_removing_leaves_what_was_published(web: WebHouse, tmp_path: Path) -> None:
    """A published version cannot be removed; a candidate beside it can, and the id stays its owner's."""
    who = await person(web.house, "author")
    row = await published(web, who, small(tmp_path))
    async with browsing(web, "author") as browser:
        await browser.get("/authoring")
        assert 409 == (await browser.post(f"/authoring/imports/{row.id}/remove")).status_code
        second = pack(small(tmp_path, title="Second"), tmp_path / "zips").read_bytes()
        _, _, address = await sent(browser, second)
        await through_the_gate(web, uuid.UUID(address.rsplit("/", 1)[1]))
        assert 303 == (await browser.post(f"{address}/remove")).status_code
    async with web.house.database.reading() as session:
        assert who.id == (await session.get_one(ExerciseRow, "small")).owner_id


async def test_nobody_else_sees_or_touches_a_candidate(web: WebHouse, tmp_path: Path) -> None:
    """Another author finds nothing, an admin may publish in spite of the gate with a reason, a teacher is refused."""
    async with author(web) as browser:
        _, _, address = await sent(browser, pack(small(tmp_path), tmp_path / "zips").read_bytes())
    await through_the_gate(web, uuid.UUID(address.rsplit("/", 1)[1]), lenient=True)
    async with author(web, "other-author") as other:
        for deed in ("", "/live"):
            assert 404 == (await other.get(address + deed)).status_code
        await other.get("/authoring")
        for deed in ("publish", "check", "remove"):
            assert 404 == (await other.post(f"{address}/{deed}")).status_code
    async with browsing(web, "teacher") as teacher:
        assert 403 == (await teacher.get(address)).status_code
        await teacher.get("/authoring")
        assert 403 == (await teacher.post(f"{address}/remove")).status_code
    async with author(web, "root", admin=True) as root:
        assert "Publish in spite" in (await root.get(address)).text
        assert 409 == (await root.post(f"{address}/publish")).status_code
        assert 303 == (await root.post(f"{address}/publish", reason="needed today")).status_code
        assert "needed today" in (await root.get(address)).text
    async with web.house.database.reading() as session:
        row = await session.get_one(ExerciseImport, uuid.UUID(address.rsplit("/", 1)[1]))
        assert (ImportState.PUBLISHED, "needed today") == (row.state, row.reason)
