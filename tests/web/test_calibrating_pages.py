"""A draft is calibrated from its threshold page, over forms alone: asked for, stopped, done, and every way to fail."""

import uuid
from typing import Any

import pytest
from authoringhouse import author, begun, browsing
from importhouse import person
from measuringhouse import MeasuringJudge, calibration_ended, training_draft
from serverhouse import House, worker
from sqlalchemy import update
from webhouse import WebHouse

from server.accounts import find_user
from server.database.models import Calibration, CalibrationState, User, WorkingCopy

pytestmark = pytest.mark.database


async def drafted(web: WebHouse, login: str = "author") -> WorkingCopy:
    """Begin a draft that trains, of somebody who is there."""
    async with web.house.database.reading() as session:
        found = await find_user(session, login)
        assert isinstance(found, User)
    return await training_draft(web.house, found)


def threshold(draft: WorkingCopy) -> str:
    """Return the address of a draft's threshold."""
    return f"/authoring/drafts/{draft.id}/threshold"


async def test_an_accuracy_is_measured_from_the_page(web: WebHouse) -> None:
    """The page says what will be run, then how far it is, then shows the histogram; a stream and no JavaScript do."""
    async with author(web) as browser:
        draft = await drafted(web)
        base = f"/authoring/drafts/{draft.id}"
        page = (await browser.get(threshold(draft))).text
        assert "Nothing was measured yet" in page
        assert "trained with 8 seeds" in page
        assert "14 trainings in all" in page
        answer = await browser.post(f"{base}/calibrate")
        assert (303, f"{base}/threshold#measure") == (answer.status_code, answer.headers["location"])
        page = (await browser.get(threshold(draft))).text
        assert "Waiting for the first training" in page
        assert f'sse-connect="{base}/calibrate/live"' in page
        assert f'<noscript><a class="btn" href="{base}/threshold">Look again</a></noscript>' in page
        assert f'action="{base}/calibrate"' not in page  # one at a time

        async with worker(web.house, MeasuringJudge()):
            await calibration_ended(web.house, draft.id)
        page = (await browser.get(threshold(draft))).text
        assert "14 trainings were measured" in page
        assert "the solution trained with 8 seeds" in page
        assert "too high" in page  # 99 per cent was a guess
        assert "&gt;99%" in page  # so likely does a right solution fail there
        assert "Measure again" in page
        told = (await browser.get(f"{base}/calibrate/live")).text
        assert "See the histogram" in told
        assert "event: end" in told
        assert 303 == (await browser.post(f"{base}/threshold", threshold="75")).status_code
        assert "fair" in (await browser.get(threshold(draft))).text


async def test_a_calibration_is_stopped_from_the_page(web: WebHouse) -> None:
    """Stopping says how far it was; the draft is as it was, and measuring can be asked for again."""
    async with author(web) as browser:
        draft = await drafted(web)
        base = f"/authoring/drafts/{draft.id}"
        await browser.get(threshold(draft))
        await browser.post(f"{base}/calibrate")
        assert 303 == (await browser.post(f"{base}/calibrate/stop")).status_code
        page = (await browser.get(threshold(draft))).text
        assert "Stopped after 0 trainings" in page
        assert 303 == (await browser.post(f"{base}/calibrate")).status_code
        assert "Waiting for the first training" in (await browser.get(threshold(draft))).text


async def ended_as(house: House, draft: WorkingCopy, state: CalibrationState, **values: object) -> None:
    """Let a draft's calibration have ended in some way."""
    async with house.database.unit_of_work() as session:
        changed = update(Calibration).where(Calibration.copy_id == draft.id)
        await session.execute(changed.values(state=state, **values))


CHANGED = {"kind": "changed", "names": ["data", "solution", "recipe"]}
NONE = {"kind": "training", "name": "linear", "seed": 7, "zh": "无法训练。", "en": "It cannot be trained."}


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (CHANGED, "(data, solution, what is trained, and how)"),
        ({"kind": "changed", "names": []}, "the draft is no exercise that could be read"),
        (NONE, "(one linear layer, seed 7): It cannot be trained. Mend the draft"),
        ({"kind": "data", "message": "no such recipe"}, "cannot be built: no such recipe."),
        ({"kind": "program"}, "<code>solution.py</code> is no Python"),
        ({"kind": "baseline"}, "There is nothing to compare the solution with"),
    ],
)
async def test_why_nothing_was_measured(web: WebHouse, reason: dict[str, Any], said: str) -> None:
    """Each reason is told with what to do, in both languages, and the button is there again."""
    async with author(web) as browser:
        draft = await drafted(web)
        base = f"/authoring/drafts/{draft.id}"
        await browser.get(threshold(draft))
        await browser.post(f"{base}/calibrate")
        await ended_as(web.house, draft, CalibrationState.REFUSED, reason=reason)
        page = (await browser.get(threshold(draft))).text
        assert said in page
        assert f'action="{base}/calibrate"' in page
        browser.client.cookies.set("beginend_language", "zh")
        page = (await browser.get(threshold(draft))).text
        assert "banner fail" in page
        assert said not in page


async def test_a_fault_of_ours_is_said_to_be_ours(web: WebHouse) -> None:
    """The page says so, with what the operator needs, and that measuring again may help."""
    async with author(web) as browser:
        draft = await drafted(web)
        await browser.get(threshold(draft))
        await browser.post(f"/authoring/drafts/{draft.id}/calibrate")
        fault = {"type": "JudgingFault", "message": "the engine is gone"}
        await ended_as(web.house, draft, CalibrationState.SYSTEM_ERROR, fault=fault)
        page = (await browser.get(threshold(draft))).text
        assert "through a fault of ours" in page
        assert '<span class="mono" lang="en">the engine is gone</span>' in page


async def test_what_cannot_be_measured_has_no_button(web: WebHouse) -> None:
    """Without a check of the accuracy the page says where to add one; asked for all the same, it is refused."""
    async with author(web) as browser:
        address = await begun(browser)
        page = (await browser.get(f"{address}/threshold")).text
        assert "No check of the draft asks for an accuracy" in page
        assert f'href="{address}/checks"' in page
        assert f'action="{address}/calibrate"' not in page
        refused = await browser.post(f"{address}/calibrate")
        assert 409 == refused.status_code
        assert "there is nothing to measure" in refused.text


async def test_a_draft_with_mistakes_is_mended_first(web: WebHouse) -> None:
    """Nothing is queued for a draft that is no exercise."""
    async with author(web) as browser:
        draft = await drafted(web)
        base = f"/authoring/drafts/{draft.id}"
        await browser.get(f"{base}/files")
        gone = await browser.post(f"{base}/file", path="private/test_classes.npy", do="remove")
        assert 303 == gone.status_code
        refused = await browser.post(f"{base}/calibrate")
        assert 409 == refused.status_code
        assert "test_classes.npy" in refused.text
        async with web.house.database.reading() as session:
            assert await session.get(Calibration, draft.id) is None


async def test_calibrations_are_their_authors_alone(web: WebHouse) -> None:
    """Another author gets 404 and a teacher 403, for every address; a forged form is refused."""
    await person(web.house, "author")
    await person(web.house, "another")
    draft = await drafted(web)
    base = f"/authoring/drafts/{draft.id}/calibrate"
    for login, status in (("another", 404), ("teacher", 403)):
        async with browsing(web, login) as browser:
            assert status == (await browser.get(f"{base}/live")).status_code
            assert [status] * 2 == [(await browser.post(f"{base}{deed}")).status_code for deed in ("", "/stop")]
    async with browsing(web, "author") as browser:
        assert 404 == (await browser.post(f"/authoring/drafts/{uuid.uuid4()}/calibrate/stop")).status_code
        browser.csrf = "forged"
        assert [403] * 2 == [(await browser.post(f"{base}{deed}")).status_code for deed in ("", "/stop")]
