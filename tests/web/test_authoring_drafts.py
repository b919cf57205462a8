"""Writing an exercise on pages: working copies, conflicts, the form beside the text, known solutions, the gate."""

import io
import uuid
import zipfile
from pathlib import Path

import pytest
from authoringhouse import (
    ACCURACY_CHECK,
    author,
    begun,
    browsing,
    calibration,
    published,
    shown,
    through_the_gate,
    value,
)
from importhouse import person, small
from sqlalchemy import func, select
from webhouse import Browser, WebHouse

from server.database.models import ExerciseImport, ImportState, WorkingCopy, WorkingFile
from server.personal_data.erasure import erase_person

pytestmark = pytest.mark.database


async def checks_form(browser: Browser, address: str, **changes: str) -> dict[str, str]:
    """Return the form over exercise.toml as a browser would send it, with some fields changed."""
    page = (await browser.get(f"{address}/checks")).text
    fields = {name: value(page, name) for name in ("shown", "known")} | {"toml": shown(page, "toml")}
    return {**fields, **changes}


async def manifest(browser: Browser, address: str) -> str:
    """Return exercise.toml as it is saved."""
    return shown((await browser.get(f"{address}/checks")).text, "toml")


async def test_an_exercise_is_begun_written_checked_and_published(web: WebHouse) -> None:
    """From the template to a published version without leaving the pages."""
    async with author(web) as browser:
        address = await begun(browser)
        page = (await browser.get(address)).text
        assert "Between Begin and End, add two layers" in page
        text = shown(page, "text:statement.en.md") + "\n$$a^2$$\n\n<script>alert(1)</script>\n"
        sent = {"text:statement.en.md": text, "known:statement.en.md": value(page, "known:statement.en.md")}
        saved = await browser.post(f"{address}/texts/statement", **sent)
        assert (303, f"{address}?saved=1") == (saved.status_code, saved.headers["location"])
        page = (await browser.get(address)).text
        assert "<math" in page
        assert "<script>alert" not in page

        sent_off = await browser.post(f"{address}/send")
        assert 303 == sent_off.status_code
        candidate = sent_off.headers["location"]
        assert f'href="{address}"' in (await browser.get(candidate)).text
        await through_the_gate(web, uuid.UUID(candidate.rsplit("/", 1)[1]))
        assert "ready to publish" in (await browser.get(address)).text
        assert "as promised" in (await browser.get(f"{address}/solutions")).text
        assert 303 == (await browser.post(f"{candidate}/publish")).status_code
        assert "two-moons" in (await browser.get("/authoring/exercises/two-moons")).text


async def test_a_preview_is_made_as_students_see_it_and_saves_nothing(web: WebHouse) -> None:
    """The preview is the renderer of the workspace; raw HTML is shown, never obeyed."""
    async with author(web) as browser:
        address = await begun(browser)
        answer = await browser.post(f"{address}/preview", htmx=True, **{"text:statement.en.md": "# A\n<img src=x> $x$"})

        assert "<h2>A</h2>" in answer.text
        assert "&lt;img" in answer.text
        assert "<math" in answer.text
        assert "&lt;img" not in (await browser.get(address)).text


async def test_two_browsers_never_overwrite_each_other_unseen(web: WebHouse) -> None:
    """The second save is refused with both texts side by side; saving once more then is a decision."""
    async with author(web) as first, browsing(web, "author") as second:
        address = await begun(first)
        page = (await first.get(f"{address}/code")).text
        known = value(page, "known:stub.py")
        await second.get(f"{address}/code")
        stub = shown(page, "text:stub.py")
        mine, theirs = stub.replace("搭建一个", "mine"), stub.replace("搭建一个", "theirs")
        both = {
            "text:solution.py": shown(page, "text:solution.py"),
            "known:solution.py": value(page, "known:solution.py"),
        }
        saved = await second.post(f"{address}/texts/code", **{"text:stub.py": theirs, "known:stub.py": known})
        assert 303 == saved.status_code
        refused = await first.post(f"{address}/texts/code", **{"text:stub.py": mine, "known:stub.py": known, **both})
        assert 409 == refused.status_code
        assert mine.strip() == shown(refused.text, "text:stub.py").strip()
        assert "theirs" in refused.text
        assert theirs.strip() == shown((await second.get(f"{address}/code")).text, "text:stub.py").strip()
        fresh = value(refused.text, "known:stub.py")
        again = await first.post(f"{address}/texts/code", **{"text:stub.py": mine, "known:stub.py": fresh})
        assert 303 == again.status_code
        assert mine.strip() == shown((await first.get(f"{address}/code")).text, "text:stub.py").strip()


async def test_the_form_changes_the_text_and_nothing_else(web: WebHouse) -> None:
    """A field that was changed is changed in exercise.toml; comments and all other lines stay."""
    async with author(web) as browser:
        address = await begun(browser)
        before = await manifest(browser, address)
        form = await checks_form(browser, address, **{"f:checks.1.expected": "68", "f:title.en": 'Two "moons"'})
        assert 303 == (await browser.post(f"{address}/checks", **form)).status_code
        after = await manifest(browser, address)

        assert before.split("\n")[0] == after.split("\n")[0]
        changed = [new for old, new in zip(before.split("\n"), after.split("\n"), strict=True) if old != new]
        assert ["expected = 68"] == changed[1:]
        assert r"Two \"moons\"" in changed[0]


async def test_both_sides_may_be_changed_before_saving(web: WebHouse) -> None:
    """Changes of the text and of the form are both saved; where they do not go together nothing is lost."""
    async with author(web) as browser:
        address = await begun(browser)
        form = await checks_form(browser, address, **{"f:minutes": "15"})
        form["toml"] = form["toml"].replace("weight = 3", "weight = 5")
        assert 303 == (await browser.post(f"{address}/checks", **form)).status_code
        text = await manifest(browser, address)
        assert "minutes = 15" in text
        assert "weight = 5" in text

        form = await checks_form(browser, address, **{"f:minutes": "20"})
        form["toml"] = form["toml"].split("[[checks]]")[0]
        refused = await browser.post(f"{address}/checks", **form)
        assert 422 == refused.status_code
        assert "20" == value(refused.text, "f:minutes")
        assert form["toml"].strip() == shown(refused.text, "toml").strip()
        assert text == await manifest(browser, address)


async def test_each_side_follows_the_other_without_saving(web: WebHouse) -> None:
    """What is typed into a field is in the text at once, and what is typed into the text in its field."""
    async with author(web) as browser:
        address = await begun(browser)
        form = await checks_form(browser, address, **{"f:checks.1.expected": "99"})
        text = (await browser.post(f"{address}/agree/form", htmx=True, **form)).text
        assert "expected = 99" in shown(text, "toml")
        form = await checks_form(browser, address)
        form["toml"] = form["toml"].replace("expected = 67", 'expected = "many"')
        fields = (await browser.post(f"{address}/agree/text", htmx=True, **form)).text
        assert "many" == value(fields, "f:checks.1.expected")
        assert "should be a whole number" in fields
        assert "data-line" in fields
        assert "expected = 67" in await manifest(browser, address)


async def test_errors_are_named_by_line_and_drafts_may_be_wrong(web: WebHouse) -> None:
    """A draft is saved however wrong it is; every mistake of exercise.toml is listed; it is not sent to the gate."""
    async with author(web) as browser:
        address = await begun(browser)
        form = await checks_form(browser, address, **{"f:checks.1.expected": "many", "f:minutes": ""})
        form["toml"] = form["toml"].replace('capture = "model"', 'capture = "modle"', 1)
        assert 303 == (await browser.post(f"{address}/checks", **form)).status_code
        page = (await browser.get(f"{address}/checks")).text
        line = shown(page, "toml").split("\n").index('expected = "many"') + 1
        assert f"(line {line}" in page
        refused = await browser.post(f"{address}/send")
        assert (409, True) == (refused.status_code, "things to mend" in refused.text or "One thing" in refused.text)

        form = await checks_form(browser, address)
        form["toml"] = "kind = \n"
        assert 303 == (await browser.post(f"{address}/checks", **form)).status_code
        page = (await browser.get(f"{address}/checks")).text
        assert "not valid TOML" in page
        assert "no valid TOML yet" in page
        assert 200 == (await browser.get(address)).status_code


async def test_entries_are_added_moved_and_removed(web: WebHouse) -> None:
    """The buttons of the form work on whole entries, and keep what was typed on the way."""
    async with author(web) as browser:
        address = await begun(browser)
        form = await checks_form(browser, address, **{"f:minutes": "11"}, do="add:checks:behaviour")
        assert 303 == (await browser.post(f"{address}/checks", **form)).status_code
        text = await manifest(browser, address)
        assert "minutes = 11" in text
        assert 'kind = "behaviour"' in text
        form = await checks_form(browser, address, do="up:checks:2")
        assert 303 == (await browser.post(f"{address}/checks", **form)).status_code
        text = await manifest(browser, address)
        assert text.index('kind = "behaviour"') < text.index('kind = "parameters"')
        form = await checks_form(browser, address, do="remove:checks:1")
        assert 303 == (await browser.post(f"{address}/checks", **form)).status_code
        assert 'kind = "behaviour"' not in await manifest(browser, address)
        assert "Nothing wrong" in (await browser.get(f"{address}/checks")).text
        for nonsense in ("remove:checks:9", "up:checks:0", "add:checks:nothing", "add:nothing:x", "remove:title:0"):
            form = await checks_form(browser, address, do=nonsense)
            assert 422 == (await browser.post(f"{address}/checks", **form)).status_code


async def test_lines_of_tables_are_read_or_named(web: WebHouse) -> None:
    """A network is written one layer a line; a line that cannot be read is named and stays as it was typed."""
    async with author(web) as browser:
        address = await begun(browser)
        network = 'layer = "Dense", units = 5\n{ layer = "Flatten" }'
        form = await checks_form(browser, address, **{"f:checks.0.network": network})
        assert 303 == (await browser.post(f"{address}/checks", **form)).status_code
        assert '    { layer = "Flatten" },' in await manifest(browser, address)
        form = await checks_form(browser, address, **{"f:checks.0.network": "Dense(5)"})
        refused = await browser.post(f"{address}/checks", **form)
        assert 422 == refused.status_code
        assert "Dense(5)" in refused.text
        assert "cannot be read" in refused.text


async def test_known_solutions_and_files(web: WebHouse) -> None:
    """Solutions begin as the right one, files are uploaded and removed; names that no exercise has are refused."""
    async with author(web) as browser:
        address = await begun(browser)
        await browser.get(f"{address}/solutions")
        added = await browser.post(f"{address}/solutions", word="layers", name="three_units")
        assert 303 == added.status_code
        page = (await browser.get(added.headers["location"])).text
        text = shown(page, "text").replace("Dense(3", "Dense(4")
        path, known = value(page, "path"), value(page, "known")
        assert "submissions/layers/three_units.py" == path
        assert 303 == (await browser.post(f"{address}/file", path=path, text=text, known=known)).status_code
        stale = await browser.post(f"{address}/file", path=path, text=text + "# more", known=known)
        assert 409 == stale.status_code
        assert "three_units.py" in (await browser.get(f"{address}/solutions")).text
        for word, name in (("layers", "three_units"), ("..", "x"), ("layers", "../../x"), ("layers", ""), ("", "x")):
            assert 400 <= (await browser.post(f"{address}/solutions", word=word, name=name)).status_code < 500

        await browser.get(f"{address}/files")
        form = {"csrf": browser.csrf, "copy": address.rsplit("/", 1)[1], "folder": "data"}
        sent = await browser.client.post("/authoring/uploads", data=form, files={"file": ("../x.npy", b"\0\1")})
        assert 303 == sent.status_code
        page = (await browser.get(f"{address}/files")).text
        assert "data/x.npy" in page
        again = await browser.client.post("/authoring/uploads", data=form, files={"file": ("x.npy", b"\0")})
        assert 409 == again.status_code
        form["replace"] = "yes"
        again = await browser.client.post("/authoring/uploads", data=form, files={"file": ("x.npy", b"\0")})
        assert 303 == again.status_code
        for folder, name in (("submissions", "x.npy"), ("data", "a b.npy"), ("", "exercise.toml"), ("data/..", "x")):
            form |= {"folder": folder}
            bad = await browser.client.post("/authoring/uploads", data=form, files={"file": (name, b"x")})
            assert 400 <= bad.status_code < 500, (folder, name)
        await browser.get(f"{address}/files")
        needed = await browser.post(f"{address}/file", path="stub.py", do="remove")
        assert 409 == needed.status_code
        gone = await browser.post(f"{address}/file", path="data/x.npy", do="remove")
        assert 303 == gone.status_code
        assert 404 == (await browser.get(f"{address}/file?path=data/x.npy")).status_code


async def test_a_draft_of_a_version_and_as_another_exercise(web: WebHouse, tmp_path: Path) -> None:
    """A version is the beginning of a draft of its exercise, or of another one under a new id; there is one of each."""
    who = await person(web.house, "author")
    await published(web, who, small(tmp_path))
    version = small(tmp_path).version
    async with browsing(web, "author") as browser:
        await browser.get("/authoring")
        first = (await browser.post("/authoring/drafts", source="small", version=version)).headers["location"]
        again = (await browser.post("/authoring/drafts", source="small", version=version)).headers["location"]
        assert f"{first}?there=1" == again
        other = await browser.post("/authoring/drafts", source="small", version=version, id="smaller")
        assert 'id = "smaller"' in await manifest(browser, other.headers["location"])
        assert 'id = "small"' in await manifest(browser, first)
        unchanged = await browser.post(f"{first}/send")
        assert "never changes" in (await browser.get(unchanged.headers["location"])).text
        form = await checks_form(browser, first, **{"f:id": "other"})
        await browser.post(f"{first}/checks", **form)
        assert "this draft is of the exercise" in (await browser.get(first)).text
        assert 422 == (await browser.post("/authoring/drafts", id="Not An Id")).status_code
        assert 409 == (await browser.post("/authoring/drafts", id="cnn-digits")).status_code


async def test_a_draft_is_taken_home_and_discarded(web: WebHouse) -> None:
    """The zip has what is saved; discarding asks first, and removes everything."""
    async with author(web) as browser:
        address = await begun(browser)
        answer = await browser.get(f"{address}/draft.zip")
        names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        assert "two-moons/exercise.toml" in names
        assert "two-moons/submissions/layers/one_unit_more.py" in names
        await browser.get(address)
        asked = await browser.post(f"{address}/discard")
        assert (200, True) == (asked.status_code, "Discard the draft of two-moons?" in asked.text)
        assert 303 == (await browser.post(f"{address}/discard", sure="yes")).status_code
        assert 404 == (await browser.get(address)).status_code
    async with web.house.database.reading() as session:
        assert 0 == await session.scalar(select(func.count()).select_from(WorkingFile))


async def test_drafts_are_their_authors_alone(web: WebHouse) -> None:
    """Neither another author nor an admin nor a teacher sees or changes a draft; forged forms do nothing."""
    async with author(web) as browser:
        address = await begun(browser)
        deeds = (
            "texts/statement",
            "texts/code",
            "preview",
            "send",
            "discard",
            "checks",
            "agree/form",
            "solutions",
            "file",
        )
        async with author(web, "other-author") as other, author(web, "root", admin=True) as root:
            for stranger in (other, root):
                for tab in (
                    "",
                    "/code",
                    "/checks",
                    "/solutions",
                    "/files",
                    "/threshold",
                    "/odds?threshold=90",
                    "/draft.zip",
                ):
                    assert 404 == (await stranger.get(address + tab)).status_code, tab
                await stranger.get("/authoring")
                for deed in set(deeds) - {"preview", "agree/form"}:
                    form = {"text:stub.py": "x", "path": "stub.py", "sure": "yes", "toml": "x", "shown": "x"}
                    assert 404 == (await stranger.post(f"{address}/{deed}", **form)).status_code, deed
                form = {"csrf": stranger.csrf, "copy": address.rsplit("/", 1)[1], "folder": "data"}
                sent = await stranger.client.post("/authoring/uploads", data=form, files={"file": ("x.npy", b"x")})
                assert 404 == sent.status_code
        async with browsing(web, "teacher") as teacher:
            assert 403 == (await teacher.get(address)).status_code
        browser.csrf = "forged"
        for deed in deeds:
            assert 403 == (await browser.post(f"{address}/{deed}", sure="yes")).status_code
        assert 200 == (await browser.get(address)).status_code


async def test_a_threshold_is_chosen_with_its_odds_in_view(web: WebHouse) -> None:
    """The page says how often a right solution fails at a threshold; saving writes threshold and spread."""
    async with author(web) as browser:
        address = await begun(browser)
        assert "Nothing was measured yet" in (await browser.get(f"{address}/threshold")).text
        form = {"csrf": browser.csrf, "copy": address.rsplit("/", 1)[1], "folder": ""}
        sent = await browser.client.post(
            "/authoring/uploads", data=form, files={"file": ("calibration.json", calibration("two-moons"))}
        )
        assert 303 == sent.status_code
        form = await checks_form(browser, address)
        form["toml"] += ACCURACY_CHECK
        await browser.post(f"{address}/checks", **form)
        page = (await browser.get(f"{address}/threshold")).text
        assert "too high" in page
        assert "89.5%" in page
        odds = (await browser.get(f"{address}/odds?threshold=85")).text
        assert "fair" in odds
        assert "passes what learnt nothing" in (await browser.get(f"{address}/odds?threshold=70")).text
        assert 422 == (await browser.get(f"{address}/odds?threshold=lots")).status_code
        await browser.get(f"{address}/threshold")
        looked = await browser.post(f"{address}/threshold", threshold="86", do="look")
        assert (200, True) == (looked.status_code, "86%" in looked.text)
        assert "threshold = 0.895 # too high" in await manifest(browser, address)
        assert 303 == (await browser.post(f"{address}/threshold", threshold="86.5")).status_code
        text = await manifest(browser, address)
        assert "threshold = 0.865 # too high" in text
        assert "spread = 0.0059" in text
        assert 303 == (await browser.post(f"{address}/threshold", threshold="86.5", advice="85%")).status_code
        assert "threshold = 0.85 # too high" in await manifest(browser, address)
        for nonsense in ("", "0", "100", "nan", "-3"):
            assert 422 == (await browser.post(f"{address}/threshold", threshold=nonsense)).status_code


async def test_a_quiz_is_written_with_the_same_form(web: WebHouse) -> None:
    """An admin's draft of a quiz has its questions in the form, and loads as a quiz."""
    async with author(web, "root", admin=True) as root:
        version = web.house.catalogue["backpropagation"].version
        began = await root.post("/authoring/drafts", source="backpropagation", version=version)
        address = began.headers["location"]
        form = await checks_form(
            root, address, **{"f:questions.0.prompt.en": "What is true?", "f:questions.1.weight": "2"}
        )
        assert 303 == (await root.post(f"{address}/checks", **form)).status_code
        page = (await root.get(f"{address}/checks")).text
        assert 'en = "What is true?"' in shown(page, "toml")
        assert "Nothing wrong" in page
        form = await checks_form(root, address, do="add:questions:")
        assert 303 == (await root.post(f"{address}/checks", **form)).status_code
        page = (await root.get(f"{address}/files")).text
        assert "private/answers.toml" in page
        assert "every question needs its answer" in page


async def test_what_a_person_writes_goes_with_them(web: WebHouse) -> None:
    """Whoever is removed leaves no draft behind."""
    async with author(web) as browser:
        await begun(browser)
    async with web.house.database.unit_of_work() as session:
        copy = (await session.scalars(select(WorkingCopy))).one()
        await erase_person(session, None, copy.user_id, confirm="author")
    async with web.house.database.reading() as session:
        assert 0 == await session.scalar(select(func.count()).select_from(WorkingCopy))
        assert 0 == await session.scalar(select(func.count()).select_from(WorkingFile))


async def test_a_draft_survives_what_was_sent_being_removed(web: WebHouse) -> None:
    """Removing the candidate leaves the draft, which can be sent again."""
    async with author(web) as browser:
        address = await begun(browser)
        candidate = (await browser.post(f"{address}/send")).headers["location"]
        await through_the_gate(web, uuid.UUID(candidate.rsplit("/", 1)[1]), lenient=True)
        await browser.get(candidate)
        assert 303 == (await browser.post(f"{candidate}/remove")).status_code
        await browser.get(address)
        again = (await browser.post(f"{address}/send")).headers["location"]
        assert candidate != again
    async with web.house.database.reading() as session:
        row = await session.get_one(ExerciseImport, uuid.UUID(again.rsplit("/", 1)[1]))
        assert ImportState.CHECKING is row.state
