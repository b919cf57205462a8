"""``/api/v1/rescores``: from the plan to the undo, by whoever may, in pages, with refusals that say what to do."""

import shutil
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from classroom import Callers, id_of, said
from scriptedjudging import LABELS, quick_script, small_data, trained
from serverhouse import COURSE, FakeJudge
from sqlalchemy import select, text

from exercises import Bundle, load_bundle
from sandbox.fake import ScriptedSandbox
from server.artifacts import ArtifactStore
from server.database.models import ExerciseVersion, RescoreItem
from server.feed import Feed
from server.judging import Judge
from server.queue.rescore import rescore_chunk
from server.queue.work import Bench

pytestmark = pytest.mark.database

RESCORES = "/api/v1/rescores"
EIGHT = [*LABELS[:8], 0, 0]


class Desk:
    """A grader's desk: submissions with evidence, an easier version, and a way to work sets out."""

    def __init__(self, callers: Callers, folder: Path, bench: Bench) -> None:
        self.callers = callers
        self.folder = folder
        self.bench = bench
        self.version = ""

    async def handed_in(self, classes: list[int], who: str = "student") -> uuid.UUID:
        """Hand in as somebody, with a verdict that has evidence."""
        bundle = self.callers.web.house.catalogue["cnn-digits"]
        sandbox = ScriptedSandbox({**quick_script(), "judge_train": [trained(classes)]})
        result = Judge(sandbox).whole(bundle, bundle.solution or "")
        address = await self.callers.submitted(result, who=who, regions=f"    pass  # {uuid.uuid4()}\n")
        async with self.callers.web.house.database.unit_of_work() as session:
            await session.execute(text("delete from procrastinate_jobs"))
        return id_of(address)

    async def publish_easier(self) -> None:
        """Publish a version with a lower threshold."""
        house = self.callers.web.house
        place = self.folder / "easier" / "cnn-digits"
        shutil.copytree(house.catalogue["cnn-digits"].folder, place)
        manifest = place / "exercise.toml"
        written = manifest.read_text("utf-8").replace("threshold = 0.90", "threshold = 0.75")
        manifest.write_text(written.replace("spread = 0.0088", "spread = 0"), "utf-8")
        bundle = load_bundle(place, Path("var/data"))
        house.shelf.keep(bundle)
        async with house.database.unit_of_work() as session:
            session.add(
                ExerciseVersion(
                    exercise_id=bundle.id,
                    version=bundle.version,
                    manifest=bundle.exercise.model_dump(mode="json", by_alias=True),
                    answers={},
                )
            )
        self.version = bundle.version

    @property
    def scope(self) -> dict[str, Any]:
        """What is asked for: everything by the easier version."""
        return {"course": COURSE, "exercise": "cnn-digits", "to_version": self.version}

    async def made(self, who: str = "grader", **more: object) -> str:
        """Make a set, work it out and return its address."""
        sent = await self.callers.clients[who].post(RESCORES, json={**self.scope, **more})
        assert 202 == sent.status_code, sent.text
        await self.work_out(sent.headers["location"])
        return str(sent.headers["location"])

    async def work_out(self, address: str) -> None:
        """Do every chunk of a set."""
        async with self.callers.web.house.database.reading() as session:
            chunks = await session.scalars(
                select(RescoreItem.chunk).where(RescoreItem.rescore_id == id_of(address)).distinct()
            )
            numbers = chunks.all()
        for chunk in numbers:
            await rescore_chunk(self.bench, id_of(address), chunk)


@pytest.fixture
async def desk(callers: Callers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """Lay a desk with an easier version on it."""
    monkeypatch.setattr(Bundle, "read", small_data)
    house = callers.web.house
    with ThreadPoolExecutor(1) as threads:
        store = ArtifactStore(str(tmp_path / "artifacts"))
        bench = Bench(house.database, Feed(house.database), FakeJudge(), house.shelf, store, threads)
        laid = Desk(callers, tmp_path, bench)
        await laid.publish_easier()
        yield laid


async def test_from_the_plan_to_the_undo(desk: Desk) -> None:
    """A grader plans, makes, compares, applies and takes back; each answer says what happened."""
    passed, failed = await desk.handed_in(LABELS), await desk.handed_in(EIGHT)
    grader = desk.callers.grader

    planned = (await grader.post(f"{RESCORES}/plan", json=desk.scope)).json()
    assert (2, "recheck") == (planned["total"], planned["groups"][0]["depth"])
    assert planned["groups"][0]["reasons"][0]["zh"]

    address = await desk.made(reason="too hard")
    seen = (await grader.get(address)).json()
    assert ("ready", 2, 2, 1, "too hard") == tuple(
        seen[name] for name in ("state", "total", "done", "changed", "reason")
    )
    matrix = (await grader.get(f"{address}/matrix")).json()
    assert {"before": "failed", "after": "passed", "count": 1, "up": 1, "down": 0} in matrix["cells"]

    (item,) = (await grader.get(f"{address}/items", params={"change": ["up", "down"]})).json()["items"]
    assert (str(failed), "student", "rule") == (item["submission"], item["login"], item["cause"])
    assert {"threshold": [0.9, 0.75], "spread": [0.0088, 0.0]} == item["rules"]["accuracy"]
    both = (await grader.get(f"{address}/items/{failed}")).json()
    assert ("failed", "passed") == (both["verdict_before"]["outcome"], both["verdict_after"]["outcome"])
    assert desk.version == both["verdict_after"]["exercise"]["version"]

    applied = await grader.post(f"{address}/apply", json={"changes": ["up"]})
    assert {"applied": 1, "outdated": 0} == applied.json()
    verdict = (await desk.callers.student.get(f"/api/v1/submissions/{failed}")).json()
    assert ("passed", desk.version) == (verdict["outcome"], verdict["exercise"]["version"])
    unchanged = (await desk.callers.student.get(f"/api/v1/submissions/{passed}")).json()
    assert desk.version != unchanged["exercise"]["version"]

    assert {"undone": 1, "left": 0} == (await grader.post(f"{address}/undo")).json()
    again = (await desk.callers.student.get(f"/api/v1/submissions/{failed}")).json()
    assert "failed" == again["outcome"]
    assert (409, "rescore-not-due") == said(await grader.post(f"{address}/undo"))


async def test_who_may(desk: Desk) -> None:
    """Graders and teachers of the course, and admins; to everybody else there is no such set, and they make none."""
    await desk.handed_in(EIGHT)
    address = await desk.made()

    for who, clients in desk.callers.clients.items():
        answers = {
            "plan": await clients.post(f"{RESCORES}/plan", json=desk.scope),
            "get": await clients.get(address),
            "matrix": await clients.get(f"{address}/matrix"),
            "items": await clients.get(f"{address}/items"),
            "list": await clients.get(RESCORES, params={"course": COURSE}),
        }
        codes = {name: answer.status_code for name, answer in answers.items()}
        if who in {"grader", "teacher", "admin"}:
            assert {200} == set(codes.values()), who
        else:
            assert (404, 404, 404) == (codes["get"], codes["matrix"], codes["items"]), who
            assert {403, 404} >= {codes["plan"], codes["list"]}, who
            assert (404, "unknown-rescore") == said(await clients.post(f"{address}/apply")), who


async def test_lists_come_in_pages_with_tags(desk: Desk) -> None:
    """Falls first; the cursor leads on; who knows an answer already hears 304."""
    for classes in (LABELS, EIGHT, EIGHT):
        await desk.handed_in(classes)
    address = await desk.made()
    await desk.made()
    grader = desk.callers.grader

    found: list[str] = []
    cursor: str | None = None
    while True:
        page = (
            await grader.get(f"{address}/items", params={"limit": 1, **({"cursor": cursor} if cursor else {})})
        ).json()
        found += [item["change"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert ["up", "up"] == found[:2]
    assert 3 == len(found)
    first = (await grader.get(RESCORES, params={"course": COURSE, "limit": 1})).json()
    second = (await grader.get(RESCORES, params={"course": COURSE, "limit": 1, "cursor": first["next"]})).json()
    assert address == second["items"][0]["location"]
    known = await grader.get(address)
    assert 304 == (await grader.get(address, headers={"If-None-Match": known.headers["etag"]})).status_code
    assert (422, "unreadable-cursor") == said(await grader.get(f"{address}/items", params={"cursor": "x"}))


async def test_steering(desk: Desk) -> None:
    """Paused, slowed down, resumed, cancelled, thrown away: each from the states from which it makes sense."""
    await desk.handed_in(EIGHT)
    teacher = desk.callers.teacher
    address = (await teacher.post(RESCORES, json=desk.scope)).headers["location"]

    assert "paused" == (await teacher.post(f"{address}/pause")).json()["state"]
    assert (409, "rescore-not-due") == said(await teacher.post(f"{address}/pause"))
    assert (409, "rescore-not-due") == said(await teacher.post(f"{address}/apply"))
    assert 30 == (await teacher.put(f"{address}/pace", json={"per_minute": 30})).json()["per_minute"]
    assert "running" == (await teacher.post(f"{address}/resume")).json()["state"]
    assert "cancelled" == (await teacher.post(f"{address}/cancel")).json()["state"]
    assert "discarded" == (await teacher.post(f"{address}/discard")).json()["state"]
    assert (409, "rescore-not-due") == said(await teacher.post(f"{address}/discard"))


async def test_what_makes_no_sense_is_refused(desk: Desk) -> None:
    """No submission, no such version, no such course, an unknown member, a moment without a time zone."""
    grader = desk.callers.grader

    assert (422, "nothing-to-rescore") == said(await grader.post(RESCORES, json=desk.scope))
    await desk.handed_in(EIGHT)
    wrong = {**desk.scope, "to_version": "sha256:" + "0" * 64}
    assert (404, "unknown-version") == said(await grader.post(RESCORES, json=wrong))
    assert (404, "unknown-course") == said(await grader.post(RESCORES, json={**desk.scope, "course": "none"}))
    assert (422, "invalid-request") == said(await grader.post(RESCORES, json={**desk.scope, "colour": "red"}))
    assert (422, "invalid-request") == said(
        await grader.post(RESCORES, json={**desk.scope, "since": "2026-01-01T00:00"})
    )
    nowhere = {**desk.scope, "on_image": "sha256:" + "0" * 64}
    assert (409, "nobody-has-image") == said(await grader.post(RESCORES, json=nowhere))
    address = await desk.made()
    assert (404, "unknown-submission") == said(await grader.get(f"{address}/items/{uuid.uuid4()}"))
    assert (409, "nothing-to-apply") == said(await grader.post(f"{address}/apply", json={"changes": ["down"]}))


async def test_a_verdict_that_changed_since_is_named(desk: Desk) -> None:
    """The refusal names it; the rest can be applied; the one is worked out again."""
    first, second = await desk.handed_in(EIGHT), await desk.handed_in(EIGHT, who="other")
    grader = desk.callers.grader
    one, two = await desk.made(submissions=[str(first)]), await desk.made()
    await grader.post(f"{one}/apply")

    refused = await grader.post(f"{two}/apply")
    assert (409, "rescore-outdated") == said(refused)
    assert [str(first)] == refused.json()["submissions"]
    assert {"applied": 1, "outdated": 1} == (await grader.post(f"{two}/apply", json={"rest": True})).json()
    again = await grader.post(f"{two}/again")
    assert (202, {"items": 1}) == (again.status_code, again.json())
    await desk.work_out(two)
    item = (await grader.get(f"{two}/items/{first}")).json()
    assert ("same", False) == (item["change"], item["outdated"])
    assert second is not None
