"""An exercise from nothing to published with the real gate: pages, queue, worker and process sandbox."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from authoringhouse import author, begun, shown, value
from importhouse import checked
from serverhouse import worker
from webhouse import Browser, WebHouse

from server.database.models import ImportState
from server.judging import Judge
from server.workshop import open_workshop

pytestmark = [pytest.mark.database, pytest.mark.process]

HOME = Path(__file__).resolve().parents[2] / "var"
MINUTES = 240  # seconds that the gate may take on a busy machine


@pytest.fixture
def judge() -> Iterator[Judge]:
    """Open the process sandbox."""
    judge = Judge(open_workshop("process", HOME, print))
    yield judge
    judge.close()


async def test_from_a_new_exercise_to_a_published_one_with_the_real_gate(web: WebHouse, judge: Judge) -> None:
    """A network of nine neurons instead of eight: changed in form, code and statements, judged for real, published."""
    async with author(web) as browser:
        address = await begun(browser, "nine-neurons")
        page = (await browser.get(f"{address}/checks")).text
        network = shown(page, "f:checks.0.network").replace("units = 8", "units = 9")
        fields = {name: value(page, name) for name in ("shown", "known")} | {"toml": shown(page, "toml")}
        changes = {"f:checks.0.network": network, "f:checks.1.expected": "75"}
        assert 303 == (await browser.post(f"{address}/checks", **fields, **changes)).status_code
        await rewrite(browser, address, "", "texts/statement", ("statement.zh.md", "statement.en.md"))
        await rewrite(browser, address, "/code", "texts/code", ("solution.py",))
        await rewrite_file(browser, address, "submissions/passed/separate_activations.py", "Dense(8)", "Dense(9)")
        await rewrite_file(browser, address, "submissions/layers/no_activation.py", "Dense(8)", "Dense(9)")
        await rewrite_file(browser, address, "submissions/layers/one_unit_more.py", "Dense(9", "Dense(10")

        candidate = (await browser.post(f"{address}/send")).headers["location"]
        async with worker(web.house, judge):
            row = await checked(web.house, uuid.UUID(candidate.rsplit("/", 1)[1]), within=MINUTES)
        assert ImportState.READY is row.state, row.report
        page = (await browser.get(candidate)).text
        assert "5 / 5" in page
        assert "No survivors" in page
        assert 303 == (await browser.post(f"{candidate}/publish")).status_code
        assert "nine-neurons" in (await browser.get("/authoring/exercises/nine-neurons")).text


async def rewrite(browser: Browser, address: str, tab: str, deed: str, paths: tuple[str, ...]) -> None:
    """Let texts of a page tell of nine neurons."""
    page = (await browser.get(address + tab)).text
    form = {}
    for path in paths:
        text = shown(page, f"text:{path}")
        for old, new in (("Dense(8", "Dense(9"), ("8 个", "9 个"), ("8 neurons", "9 neurons"), ("67", "75")):
            text = text.replace(old, new)
        form |= {f"text:{path}": text, f"known:{path}": value(page, f"known:{path}")}
    assert 303 == (await browser.post(f"{address}/{deed}", **form)).status_code


async def rewrite_file(browser: Browser, address: str, path: str, old: str, new: str) -> None:
    """Change one file."""
    page = (await browser.get(f"{address}/file?path={path}")).text
    text = shown(page, "text").replace(old, new)
    saved = await browser.post(f"{address}/file", path=path, text=text, known=value(page, "known"))
    assert 303 == saved.status_code
