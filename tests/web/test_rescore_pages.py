"""The pages of rescoring: from the form to the undo, for whoever may, with numbers that are confirmed."""

import re
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from classhouse import STAFF, audit_of, seated
from classroom import Callers
from rescoredesk import EASIER, HARDER, RESCORES, rescoring_in
from rescorehouse import EIGHT, EXERCISE, NINE, SEVEN, RescoreHouse
from scriptedjudging import LABELS
from serverhouse import COURSE
from sqlalchemy import update
from webhouse import Browser, WebHouse, field

from server.database.models import Cause, Depth, ItemState, Rescore, RescoreItem, RescoreState, Role
from server.rescoring import apply
from server.rescoring.after import CHANGES
from server.rescoring.trial_making import Trial, make_trial
from server.web.locale import speaker
from server.web.pages.staff.rescore_steps import Final

pytestmark = pytest.mark.database

NOBODY = uuid.UUID(int=0)


@pytest.fixture
def rescoring(web: WebHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RescoreHouse]:
    """Let submissions have evidence, and work sets out in this process."""
    with rescoring_in(web.house, tmp_path, monkeypatch) as laid:
        yield laid


@pytest.fixture
async def grader(web: WebHouse, callers: Callers, rescoring: RescoreHouse) -> AsyncIterator[Browser]:
    """Seat a grader of the course."""
    del rescoring
    async with seated(web, callers.people["grader"]) as browser:
        yield browser


def heading(page: str) -> str:
    """Return the text of a page's first heading."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found, page
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def place_of(rescore: object) -> str:
    """Return the address of a set."""
    return f"{RESCORES}/{getattr(rescore, 'id', rescore)}"


async def test_from_the_form_to_the_undo(rescoring: RescoreHouse, grader: Browser) -> None:
    """A grader asks, sees number, depth, reason and cost, starts, compares, applies, and takes it back, in forms."""
    passed, failed = await rescoring.handed_in(LABELS), await rescoring.handed_in(EIGHT)
    version = await rescoring.version("easier", **EASIER)

    form = (await grader.get(f"{RESCORES}/new?exercise={EXERCISE}")).text
    assert f'value="{version}"' in form
    asked = {"exercise": EXERCISE, "to_version": version, "reason": "too <hard>", "repeats": "2"}
    preview = await grader.client.get(f"{RESCORES}/plan", params=asked)
    assert "2 submissions will be judged anew" == heading(preview.text)
    assert "Only checks, weights, thresholds or words differ" in preview.text
    assert "too &lt;hard&gt;" in preview.text
    assert [] == [one for one in await audit_of(rescoring.house) if one.startswith("rescore")]

    started = await grader.post(RESCORES, **asked, digest=field(preview.text, "digest"))
    assert 303 == started.status_code, started.text
    place = started.headers["location"]
    running = (await grader.get(place)).text
    assert "Rescoring 2 submissions" == heading(running)
    assert 'sse-connect="' in running
    assert "Look again" in running
    assert "no worker does rescores at present" in running

    await rescoring.work_out(type("Set", (), {"id": uuid.UUID(place.rsplit("/", 1)[1])})())
    page = (await grader.get(place)).text
    assert "One verdict would change" == heading(page)
    assert f"{place}?before=failed&amp;after=passed#list" in page
    assert f"{place}/items/{failed}" in page
    assert f"{place}/items/{passed}" not in page
    assert "0.9 → 0.75" in page
    assert ("failed", "passed") == ((await rescoring.verdict(failed))[0], (await rescoring.verdict(passed))[0])

    sure = (await grader.get(f"{place}/apply")).text
    assert "Apply one change?" == heading(sure)
    applied = await grader.post(f"{place}/apply", count=field(sure, "count"))
    assert (303, f"{place}?done=applied") == (applied.status_code, applied.headers["location"])
    assert "2 new verdicts count now" == heading((await grader.get(f"{place}?done=applied")).text)
    assert "passed" == (await rescoring.verdict(failed))[0]

    sure = (await grader.get(f"{place}/undo")).text
    assert ("Take 2 verdicts back?", "2") == (heading(sure), field(sure, "count"))
    moved = await grader.post(f"{place}/undo", count="3")
    assert (409, "Take 2 verdicts back?") == (moved.status_code, heading(moved.text))
    assert "Look at the new numbers" in moved.text
    assert 303 == (await grader.post(f"{place}/undo", count="2")).status_code
    assert "failed" == (await rescoring.verdict(failed))[0]
    history = (await grader.get(RESCORES)).text
    assert place in history
    assert "too &lt;hard&gt;" in history
    assert "2 taken back" in history
    assert ["rescore.run", "rescore.apply", "rescore.undo"] == (await audit_of(rescoring.house))[-3:]


async def test_students_and_others_find_nothing(rescoring: RescoreHouse, web: WebHouse, callers: Callers) -> None:
    """Whatever they open or send: a student is refused, a stranger finds no course, another course no such set."""
    failed = await rescoring.handed_in(EIGHT)
    made = await rescoring.made(to_version=await rescoring.version("easier", **EASIER))
    place = place_of(made)
    pages = [RESCORES, f"{RESCORES}/new", f"{RESCORES}/plan", place, f"{place}/live", f"{place}/apply"]
    pages += [f"{place}/{step}" for step in Final] + [f"{place}/items/{failed}"]
    forms = [RESCORES, *(f"{place}/{step}" for step in ("pause", "resume", "cancel", "discard", "undo", "pace"))]
    forms += [f"{place}/{step}" for step in ("apply", "again", "keep")]
    before = await audit_of(web.house)

    for who, expected in (("student", 403), ("stranger", 404)):
        async with seated(web, callers.people[who]) as browser:
            token = browser.csrf
            for address in pages:
                assert (who, address, expected) == (who, address, (await browser.get(address)).status_code)
            browser.csrf = token
            for address in forms:
                sent = await browser.post(address, meant="errors", count="1")
                assert (who, address, expected) == (who, address, sent.status_code)
    async with seated(web, callers.people["stranger"]) as browser:
        elsewhere = place.replace(COURSE, "elsewhere")
        assert 404 == (await browser.post(f"{elsewhere}/apply", count="1")).status_code
        assert 404 == (await browser.get(elsewhere)).status_code
    async with seated(web, callers.people["admin"]) as browser:
        assert 404 == (await browser.get(place.replace(COURSE, "elsewhere"))).status_code
        assert 404 == (await browser.get(place_of(NOBODY))).status_code
        assert 404 == (await browser.get(f"{place}/items/{NOBODY}")).status_code
        assert 200 == (await browser.get(place)).status_code
        browser.csrf = "0" * 64
        for address in forms:
            assert (address, 403) == (address, (await browser.post(address, count="1")).status_code)
    assert before == await audit_of(web.house)


async def test_a_filter_is_listed_linked_and_applied_alone(rescoring: RescoreHouse, grader: Browser) -> None:
    """The matrix leads to its submissions; of them alone the button says the number, and they alone change."""
    mine = await rescoring.handed_in(EIGHT)
    other = await rescoring.handed_in(EIGHT, user=rescoring.house.other)
    place = place_of(await rescoring.made(to_version=await rescoring.version("easier", **EASIER)))

    shown = (await grader.get(f"{place}?before=failed&after=passed&student=other")).text
    assert f"/items/{other}" in shown
    assert f"/items/{mine}" not in shown
    assert "Apply only the one filtered" in shown
    assert "Apply 2 changes" in shown
    sure = (await grader.get(f"{place}/apply?student=other")).text
    assert "Apply one change?" == heading(sure)
    assert 303 == (await grader.post(f"{place}/apply", student="other", count="0-1-0-0")).status_code
    assert ("failed", "passed") == ((await rescoring.verdict(mine))[0], (await rescoring.verdict(other))[0])
    left = (await grader.get(place)).text
    assert "One new verdict counts now" == heading(left)
    assert "Apply one change" in left
    assert "Counts now" in left


async def test_a_word_that_is_none_of_ours_never_means_everything(rescoring: RescoreHouse, grader: Browser) -> None:
    """A filter that cannot be understood is refused, in the address and in the form, and nothing is applied."""
    failed = await rescoring.handed_in(EIGHT)
    place = place_of(await rescoring.made(to_version=await rescoring.version("easier", **EASIER)))

    for name, value in (("change", "upp"), ("cause", "luck"), ("before", "x"), ("submission", "1"), ("student", "\0")):
        assert 422 == (await grader.client.get(place, params={name: value})).status_code, name
        assert 422 == (await grader.post(f"{place}/apply", **{name: value}, count="1")).status_code, name
    assert 422 == (await grader.post(f"{place}/again", meant="everything")).status_code
    assert 422 == (await grader.post(f"{place}/pace", per_minute="-1")).status_code
    assert 404 == (await grader.get(f"{place}/elsewhere")).status_code
    assert "failed" == (await rescoring.verdict(failed))[0]


async def test_applying_does_what_was_confirmed_or_nothing(rescoring: RescoreHouse, grader: Browser) -> None:
    """Where it would be others now, however many, the numbers are shown and none changes; nor by a second click."""
    failed = await rescoring.handed_in(EIGHT)
    place = place_of(await rescoring.made(to_version=await rescoring.version("easier", **EASIER)))

    moved = await grader.post(f"{place}/apply", count="0-2-0-0")
    assert 409 == moved.status_code
    assert "Look at the new numbers" in moved.text
    assert "0-1-0-0" == field(moved.text, "count")
    assert 409 == (await grader.post(f"{place}/apply", count="1-0-0-0")).status_code
    assert "failed" == (await rescoring.verdict(failed))[0]
    assert 303 == (await grader.post(f"{place}/apply", count="0-1-0-0")).status_code
    again = await grader.post(f"{place}/apply", count="0-1-0-0")
    assert (409, "One new verdict counts now") == (again.status_code, heading(again.text))


async def test_a_start_means_what_the_preview_told(rescoring: RescoreHouse, grader: Browser) -> None:
    """Further submissions are no other set; another depth or version is, and then nothing starts."""
    await rescoring.handed_in(EIGHT)
    asked = {"exercise": EXERCISE, "to_version": await rescoring.version("easier", **EASIER)}
    preview = (await grader.client.get(f"{RESCORES}/plan", params=asked)).text
    digest = field(preview, "digest")
    await rescoring.handed_in(SEVEN)
    deeper = await grader.post(RESCORES, **asked, depth="rerun", digest=digest)

    assert 409 == deeper.status_code
    assert "2 submissions will be judged anew" == heading(deeper.text)
    assert "Run everything again" in deeper.text
    assert 1 == deeper.text.count('name="digest"')
    assert "Nothing has been rescored yet" in (await grader.get(RESCORES)).text
    assert 303 == (await grader.post(RESCORES, **asked, digest=digest)).status_code


async def test_what_cannot_be_asked_is_said_beside_its_field(rescoring: RescoreHouse, grader: Browser) -> None:
    """Nothing that was typed is lost; a condition that nothing fits, and a version that is none, say so."""
    await rescoring.handed_in(EIGHT)
    typed = {"exercise": EXERCISE, "students": "student nobody-here", "reason": "kept words", "since": "soon"}
    wrong = await grader.client.get(f"{RESCORES}/plan", params={**typed, "per_minute": "0", "repeats": "99"})

    assert 422 == wrong.status_code
    assert "kept words" in wrong.text
    assert 3 == wrong.text.count('class="err"')
    stranger = await grader.client.get(f"{RESCORES}/plan", params={**typed, "since": ""})
    assert (422, True) == (stranger.status_code, "Nobody in the course is called: nobody-here" in stranger.text)
    turned = {"exercise": EXERCISE, "since": "2026-02-01T00:00", "until": "2026-01-01T00:00"}
    assert "The end must be later" in (await grader.client.get(f"{RESCORES}/plan", params=turned)).text
    nothing = await grader.client.get(f"{RESCORES}/plan", params={"exercise": EXERCISE, "outcomes": "timed_out"})
    assert (422, True) == (nothing.status_code, "No submission fits" in nothing.text)
    assert 'value="timed_out" checked' in nothing.text
    foreign = {"exercise": EXERCISE, "to_version": "sha256:" + "0" * 64}
    assert 404 == (await grader.client.get(f"{RESCORES}/plan", params=foreign)).status_code
    assert 422 == (await grader.client.get(f"{RESCORES}/plan", params={**foreign, "version": "\0"})).status_code
    assert 404 == (await grader.get(f"{RESCORES}/new?exercise=no-such-level")).status_code
    assert 200 == (await grader.get(f"{RESCORES}/plan?every=1")).status_code


async def test_steering(rescoring: RescoreHouse, grader: Browser) -> None:
    """Pause, pace, go on and cancel, each said on the page; what makes no sense now is refused there too."""
    await rescoring.handed_in(EIGHT)
    made = await rescoring.make(to_version=await rescoring.version("easier", **EASIER))
    place = place_of(made)

    assert f"{place}?done=paused" == (await grader.post(f"{place}/pause")).headers["location"]
    paused = (await grader.get(f"{place}?done=paused")).text
    assert "Paused: 0 of 1 done" == heading(paused)
    assert "sse-connect" not in paused
    twice = await grader.post(f"{place}/pause")
    assert (409, True) == (twice.status_code, "not in a state in which this can be done" in twice.text)
    assert 303 == (await grader.post(f"{place}/pace", per_minute="30")).status_code
    assert 30 == (await rescoring.reload(made)).per_minute
    assert 303 == (await grader.post(f"{place}/pace", per_minute="")).status_code
    assert (await rescoring.reload(made)).per_minute is None
    assert 303 == (await grader.post(f"{place}/resume")).status_code
    assert "Cancel this rescore?" == heading((await grader.get(f"{place}/cancel")).text)
    assert 303 == (await grader.post(f"{place}/cancel")).status_code
    assert "Cancelled: 0 of 1 were done" == heading((await grader.get(place)).text)
    assert (409, "0") == ((moved := await grader.post(f"{place}/discard")).status_code, field(moved.text, "count"))
    assert 303 == (await grader.post(f"{place}/discard", count="0")).status_code
    assert "This rescore was discarded" == heading((await grader.get(place)).text)
    assert RescoreState.DISCARDED is (await rescoring.reload(made)).state


async def test_errors_are_decided_before_anything_is_applied(rescoring: RescoreHouse, grader: Browser) -> None:
    """They stand first, by name and with what went wrong; tried again or kept, one or all, and then it applies."""
    broken, failed = await rescoring.handed_in(EIGHT), await rescoring.handed_in(SEVEN)
    made = await rescoring.made(to_version=await rescoring.version("easier", **EASIER))
    async with rescoring.house.database.unit_of_work() as session:
        fault = {"type": "CheckBroke", "message": "it <broke>"}
        await session.execute(
            update(RescoreItem)
            .where(RescoreItem.rescore_id == made.id, RescoreItem.submission_id == broken)
            .values(state=ItemState.ERROR, fault=fault, after_outcome=None, after_score=None, change=None, cause=None)
        )
    place = place_of(made)

    page = (await grader.get(place)).text
    assert "One could not be rescored" in page
    assert "it &lt;broke&gt;" in page
    assert f"{place}/apply" not in page
    assert 409 == (await grader.post(f"{place}/apply", count="1")).status_code
    assert 200 == (await grader.get(f"{place}/items/{broken}")).status_code
    assert 303 == (await grader.post(f"{place}/keep", meant="one", submission=str(broken))).status_code
    kept = (await grader.get(place)).text
    assert "could not be rescored and keeps its present verdict" in kept
    assert f"/items/{broken}" in (await grader.get(f"{place}?state=kept")).text
    assert 303 == (await grader.post(f"{place}/again", meant="kept")).status_code
    assert RescoreState.RUNNING is (await rescoring.reload(made)).state
    await rescoring.work_out(made)
    assert "up" == (await rescoring.items(made))[broken].change
    assert failed in await rescoring.items(made)


async def test_verdicts_that_changed_since_are_listed_and_left(rescoring: RescoreHouse, grader: Browser) -> None:
    """The page names them, applying leaves them as they are, and they can be worked out again."""
    first = await rescoring.handed_in(EIGHT)
    second = await rescoring.handed_in(EIGHT, user=rescoring.house.other)
    easier = await rescoring.version("easier", **EASIER)
    one, two = await rescoring.made(to_version=easier, submissions=[first]), await rescoring.made(to_version=easier)
    async with rescoring.house.database.unit_of_work() as session:
        await apply(session, rescoring.house.teacher, one.id)
    place = place_of(two)

    page = (await grader.get(place)).text
    assert "One verdict has changed since it was rescored" in page
    assert "Changed since" in page
    sure = (await grader.get(f"{place}/apply")).text
    assert ("0-1-0-0", "1") == (field(sure, "count"), field(sure, "rest"))
    refused = await grader.post(f"{place}/apply", count="0-1-0-0")
    assert (409, True) == (refused.status_code, "Some verdicts have changed since" in refused.text)
    assert 303 == (await grader.post(f"{place}/apply", count="0-1-0-0", rest="1")).status_code
    assert "passed" == (await rescoring.verdict(second))[0]
    assert 303 == (await grader.post(f"{place}/again", meant="outdated")).status_code
    going = (await grader.get(place)).text
    assert "What was applied of it counts all the while" in going
    assert f'href="{place}/undo"' in going
    assert "goes on counting" in (await grader.get(f"{place}/cancel")).text
    await rescoring.work_out(two)
    assert RescoreState.APPLIED is (await rescoring.reload(two)).state
    assert f'href="{place}/discard"' not in (await grader.get(place)).text
    assert "same" == (await rescoring.items(two))[first].change
    assert "has changed since" not in (await grader.get(place)).text
    none = await grader.post(f"{place}/again", meant="outdated")
    assert 409 == none.status_code


async def test_one_submission_shows_both_verdicts_and_each_setting(rescoring: RescoreHouse, grader: Browser) -> None:
    """Side by side, with the cause, the rule's old and new values, the way to the next, and no id twice."""
    first, second = await rescoring.handed_in(EIGHT), await rescoring.handed_in(SEVEN)
    third = await rescoring.handed_in(EIGHT, user=rescoring.house.other)
    place = place_of(await rescoring.made(to_version=await rescoring.version("easier", **EASIER)))
    order = sorted((first, third))

    page = (await grader.get(f"{place}/items/{order[0]}")).text
    assert re.search(r"0\.9</td>\s*<td[^>]*>0\.75", page)
    assert "Rule" in page
    assert f"{place}/items/{order[1]}" in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert [] == [one for one in set(ids) if ids.count(one) > 1]
    assert 2 == len(re.findall(r'class="check', page.replace('class="checks', ""))) // 4
    assert f"{place}/items/{order[0]}?student=nobody" not in page
    reworded = (await grader.get(f"{place}/items/{second}")).text
    assert "only what the student is told differs" in reworded


async def test_noise_shows_how_far_the_repeats_lie_apart(rescoring: RescoreHouse, grader: Browser) -> None:
    """The spread of repeats, and what of the environment was another where that is the cause."""
    noisy, moved = await rescoring.handed_in(EIGHT), await rescoring.handed_in(LABELS)
    made = await rescoring.made()
    spread = {"runs": 3, "outcomes": {"failed": 2, "passed": 1}, "scores": [0.5, 0.5, 1.0], "lowest": 0.5, "highest": 1}
    worked_out = {"after_outcome": "passed", "after_score": 1.0, "change": "up", "depth": Depth.RERUN}
    result = {"findings": [], "error": None, "environment": {"image": "sha256:" + "b" * 64}}
    async with rescoring.house.database.unit_of_work() as session:
        for submission, values in (
            (noisy, {"cause": Cause.NOISE, "spread": spread}),
            (moved, {"cause": Cause.ENVIRONMENT, "result": result}),
        ):
            await session.execute(
                update(RescoreItem)
                .where(RescoreItem.rescore_id == made.id, RescoreItem.submission_id == submission)
                .values(**worked_out, **values)
            )
    place = place_of(made)

    shown = (await grader.get(f"{place}/items/{noisy}")).text
    assert "The same program, run 3 times" in shown
    assert "Points from 50 to 100" in shown
    assert "50 ×2" in shown
    other = (await grader.get(f"{place}/items/{moved}")).text
    assert "What differs in the environment" in other
    assert "bbbbbbbbbbbb" in other
    page = (await grader.get(place)).text
    assert f"{place}?cause=noise#list" in page
    assert f"/items/{noisy}" in (await grader.get(f"{place}?cause=noise")).text
    assert f"/items/{moved}" not in (await grader.get(f"{place}?cause=noise")).text


async def test_falls_are_said_first_and_long_lists_come_in_pages(
    rescoring: RescoreHouse, grader: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bar names the falls before anything else; each page goes on where the one before ended, falls first."""
    monkeypatch.setattr("server.web.pages.staff.rescore.ON_A_PAGE", 1)
    monkeypatch.setattr("server.web.pages.staff.rescores.ON_A_PAGE", 1)
    nine, all_right = await rescoring.handed_in(NINE), await rescoring.handed_in(LABELS)
    other = await rescoring.handed_in(NINE, user=rescoring.house.other)
    made = await rescoring.made(to_version=await rescoring.version("harder", **HARDER))
    await rescoring.made(to_version=await rescoring.version("easier", **EASIER))
    place = place_of(made)

    page = (await grader.get(place)).text
    changed = {one: item.change for one, item in (await rescoring.items(made)).items()}
    assert {nine: "down", other: "down"} == {one: word for one, word in changed.items() if word == "down"}
    assert "2 verdicts will fall." in page
    order = sorted((nine, other))
    assert f"/items/{order[0]}" in page
    assert f"/items/{order[1]}" not in page
    following = re.search(rf'href="({re.escape(place)}\?[^"#]*at={order[0]})', page)
    assert following
    second = (await grader.get(following[1].replace("&amp;", "&"))).text
    assert f"/items/{order[1]}" in second
    assert f"/items/{all_right}" not in page + second
    history = (await grader.get(RESCORES)).text
    assert str(made.id) not in history
    older = re.search(r'href="([^"]*/rescores\?before=[^"]+)"', history)
    assert older
    assert str(made.id) in (await grader.get(older[1])).text


async def test_a_set_that_waits_is_told_on_the_first_page(rescoring: RescoreHouse, grader: Browser) -> None:
    """Until somebody decides; and the tab stands among the others."""
    await rescoring.handed_in(EIGHT)
    made = await rescoring.made(to_version=await rescoring.version("easier", **EASIER))

    home = (await grader.get(STAFF)).text
    assert "One rescore is worked out" in home
    assert f'href="{RESCORES}"' in home
    assert 303 == (await grader.post(f"{place_of(made)}/discard", count="1")).status_code
    assert "One rescore is worked out" not in (await grader.get(STAFF)).text


async def test_a_trial_of_an_image_is_to_be_looked_at_only(rescoring: RescoreHouse, grader: Browser) -> None:
    """It says so, nothing steers or applies it, and nobody is asked to decide about it."""
    await rescoring.handed_in(EIGHT)
    house = rescoring.house
    async with house.database.unit_of_work() as session:
        trial = Trial(image="sha256:new", present="sha256:old")
        made = await make_trial(session, COURSE, trial, house.shelf)

    for state in (RescoreState.RUNNING, RescoreState.READY):
        async with house.database.unit_of_work() as session:
            await session.execute(update(Rescore).where(Rescore.id == made.id).values(state=state))
        page = (await grader.get(place_of(made))).text
        assert "only tries a sandbox image" in page
        assert [] == re.findall(rf'{RESCORES}/{made.id}/(?:apply|pause|pace|undo)"', page)
    assert "trial of the sandbox image" in (await grader.get(RESCORES)).text
    assert "worked out" not in (await grader.get(STAFF)).text
    assert 409 == (await grader.post(f"{place_of(made)}/apply", count="0-0-0-0")).status_code
    sure = await grader.get(f"{place_of(made)}/apply")
    assert ("It cannot be applied now", False) == (heading(sure.text), 'name="count"' in sure.text)
    for step in ("again", "keep"):
        refused = await grader.post(f"{place_of(made)}/{step}", meant="errors")
        assert (409, True) == (refused.status_code, "never counts" in refused.text)
    (submission,) = await rescoring.items(made)
    async with house.database.unit_of_work() as session:
        values = {"state": ItemState.ERROR, "fault": {"type": "CheckBroke", "message": "it broke"}}
        await session.execute(update(RescoreItem).where(RescoreItem.rescore_id == made.id).values(**values))
    item = (await grader.get(f"{place_of(made)}/items/{submission}")).text
    assert ("it broke" in item, f"{place_of(made)}/again" in item) == (True, False)


def test_every_composed_word_of_rescoring_is_there() -> None:
    """Words that are put together from a prefix and a name exist for every name, in both languages."""
    words = {f"rescore-state-{state}" for state in RescoreState} | {f"rescore-title-{state}" for state in RescoreState}
    words |= {f"rescore-depth-{depth}{end}" for depth in Depth for end in ("", "-why")}
    words |= {f"rescore-cause-{cause}{end}" for cause in Cause for end in ("", "-why")}
    words |= {f"rescore-{step}{end}" for step in Final for end in ("", "-sure", "-why")}
    words |= {f"rescore-tab-{word}" for word in ("all", *CHANGES) if word != "same"}
    words |= {f"rescore-check-{word}" for word in ("passed", "failed", "skipped", "error")}

    for language in ("zh", "en"):
        assert [] == sorted(word for word in words if not speaker(language).has(word))
    assert Role.GRADER
