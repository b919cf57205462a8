"""The list of exercises and one exercise's page: who sees what, and how exercises are doing."""

import re
from pathlib import Path

import pytest
from authoringhouse import author, browsing, published
from importhouse import imported, person, small
from sampleverdicts import layers, result
from serverhouse import COURSE
from webhouse import WebHouse

pytestmark = pytest.mark.database


async def test_an_author_sees_versions_gate_and_candidates(web: WebHouse, tmp_path: Path) -> None:
    """The list names what is published with what the gate said of it, and what is not published yet apart from it."""
    who = await person(web.house, "author")
    await published(web, who, small(tmp_path))
    row = await imported(web.house, who, small(tmp_path, title="Second"))
    async with browsing(web, "author") as browser:
        page = (await browser.get("/authoring")).text
        part = (await browser.get("/authoring/candidates")).text

    assert "Build a small network" in page
    assert small(tmp_path).version.removeprefix("sha256:")[:12] in page
    assert "passed" in page
    assert f"/authoring/imports/{row.id}" in part
    assert 'hx-trigger="every 2s"' in part
    assert "Deep" not in part
    assert "cnn-digits" not in page  # it belongs to the platform, and no course of the author hands it out


async def test_a_teacher_sees_what_the_course_hands_out_and_nothing_to_write(web: WebHouse) -> None:
    """A teacher who writes no exercises sees those of the course, without anything that an author could do."""
    async with browsing(web, "teacher") as browser:
        page = (await browser.get("/authoring")).text
        one = (await browser.get("/authoring/exercises/cnn-digits")).text
        files = await browser.get("/authoring/exercises/cnn-digits/versions/sha256:abc.zip")
        refused = [
            (await browser.get("/authoring/candidates")).status_code,
            (await browser.post("/authoring/drafts", id="two-moons")).status_code,
            (await browser.client.post("/authoring/imports", files={"bundle": b"PK"})).status_code,
        ]

    assert "Read handwritten digits" in page
    assert "90%" in page  # the threshold, held against the calibration that lies in the bundle
    assert 'name="bundle"' not in page
    assert "/versions/" not in one
    assert 404 == files.status_code
    assert [403, 403, 403] == refused


async def test_students_have_no_such_page(web: WebHouse) -> None:
    """Neither students nor strangers get a list; who is not signed in is led to the login."""
    async with browsing(web, "student") as browser:
        assert 403 == (await browser.get("/authoring")).status_code
        assert "/authoring" not in (await browser.get(f"/courses/{COURSE}")).text
        assert 403 == (await browser.get("/authoring/exercises/cnn-digits")).status_code
    answer = await web.browser.get("/authoring")
    assert (303, "/login?next=/authoring") == (answer.status_code, answer.headers["location"])


async def test_one_authors_exercises_are_not_anothers(web: WebHouse, tmp_path: Path) -> None:
    """An author sees neither versions nor files nor differences of another author's exercise; an admin sees all."""
    who = await person(web.house, "author")
    await published(web, who, small(tmp_path))
    version = small(tmp_path).version
    async with author(web, "other-author") as browser:
        assert "small" not in (await browser.get("/authoring")).text
        assert 404 == (await browser.get("/authoring/exercises/small")).status_code
        assert 404 == (await browser.get(f"/authoring/exercises/small/versions/{version}.zip")).status_code
        address = f"/authoring/exercises/small/diff?old={version}&new={version}"
        assert 404 == (await browser.get(address)).status_code
        await browser.get("/authoring")
        assert 404 == (await browser.post("/authoring/drafts", source="small", version=version)).status_code
    async with author(web, "root", admin=True) as browser:
        assert "/authoring/exercises/small" in (await browser.get("/authoring")).text
        assert "/authoring/exercises/cnn-digits" in (await browser.get("/authoring")).text


async def test_failures_are_counted_over_students_submissions(web: WebHouse) -> None:
    """The share that did not pass counts students of the courses whose grades the person may see."""
    await web.browser.sign_in()
    address = (await web.submit()).headers["location"]
    await web.judge(address, result((layers(right=False),)))
    async with browsing(web, "teacher") as browser:
        assert "100%" in (await browser.get("/authoring/exercises/cnn-digits")).text


async def test_a_course_is_moved_to_another_version_by_hand_alone(web: WebHouse, tmp_path: Path) -> None:
    """Publishing moves no course; its teacher does, who needs not write exercises; and nobody else can."""
    who = await person(web.house, "author")
    first, second = small(tmp_path), small(tmp_path, title="Second")
    await published(web, who, first)
    async with browsing(web, "teacher") as teacher:
        added = await teacher.post("/authoring/exercises/small/pin", course=COURSE, version=first.version)
        assert 404 == added.status_code  # it belongs to an author who does not teach here
    async with author(web, "root", admin=True) as root:
        added = await root.post("/authoring/exercises/small/pin", course=COURSE, version=first.version)
        assert 303 == added.status_code
    await published(web, who, second)
    async with browsing(web, "teacher") as teacher:
        page = (await teacher.get("/authoring/exercises/small")).text
        assert "older version" in page
        moved = await teacher.post("/authoring/exercises/small/pin", course=COURSE, version=second.version)
        page = (await teacher.get(moved.headers["location"])).text
        assert "now hands out version" in page
        assert "older version" not in page
        teacher.csrf = "forged"
        forged = await teacher.post("/authoring/exercises/small/pin", course=COURSE, version=first.version)
        assert 403 == forged.status_code
    async with browsing(web, "student") as student:
        refused = await student.post("/authoring/exercises/small/pin", course=COURSE, version=first.version)
        assert 403 == refused.status_code


async def test_versions_are_compared_side_by_side_and_unified(web: WebHouse, tmp_path: Path) -> None:
    """Every file that differs is shown with its lines; unless a view is chosen, the screen's width shows one of two."""
    who = await person(web.house, "author")
    first, second = small(tmp_path), small(tmp_path, title="<b>Second</b>")
    await published(web, who, first)
    await published(web, who, second)
    async with browsing(web, "author") as browser:
        address = f"/authoring/exercises/small/diff?old={first.version}&new={second.version}"
        either = (await browser.get(address)).text
        split = (await browser.get(f"{address}&view=split")).text
        unified = (await browser.get(f"{address}&view=unified")).text
        same = (await browser.get(f"/authoring/exercises/small/diff?old={first.version}&new={first.version}")).text
        unknown = await browser.get(f"/authoring/exercises/small/diff?old={first.version}&new=sha256:00")

    assert "One file differs" in split
    assert "exercise.toml" in split
    assert "solution.py" not in split
    for page in (either, split, unified):
        assert "&lt;b&gt;Second&lt;/b&gt;" in page
        assert "<b>Second" not in page
        assert "Build a small network" in page
    assert 'class="diff sides"' in split
    assert 'class="diff sides"' not in unified
    assert ["when-wide", "when-narrow"] == re.findall(r'<div class="(when-\w+)">', either)
    assert "when-" not in split + unified
    assert "the same" in same
    assert 404 == unknown.status_code


async def test_a_version_is_taken_home(web: WebHouse, tmp_path: Path) -> None:
    """The owner downloads a version as a zip that no cache keeps."""
    who = await person(web.house, "author")
    await published(web, who, small(tmp_path))
    async with browsing(web, "author") as browser:
        answer = await browser.get(f"/authoring/exercises/small/versions/{small(tmp_path).version}.zip")

    assert b"PK" == answer.content[:2]
    assert "no-store" in answer.headers["cache-control"]
