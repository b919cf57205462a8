"""The pages as a browser without scripts meets them: signing in, the course, handing in, verdicts, refusals."""

import httpx
import pytest
from sampleverdicts import SampleJudge, accuracy, layers, parameters, result
from serverhouse import COURSE
from webhouse import PASSWORD, QUIZ, RIGHT, WORKSPACE, WRONG, WebHouse

from server.app import create_app
from server.database.engine import Database
from server.feed import Feed

pytestmark = pytest.mark.database

QUICK_RIGHT = result((layers(right=True), parameters(right=True)), needs_training=True)
FAILED = result((layers(right=False), parameters(right=False), accuracy(right=False)))
PASSED = result((layers(right=True), parameters(right=True), accuracy(right=True)))


async def test_whoever_is_not_signed_in_is_led_to_the_login_and_back(web: WebHouse) -> None:
    """A page asks for the login, which leads back to that page."""
    answer = await web.browser.get(WORKSPACE)
    assert (303, f"/login?next={WORKSPACE}") == (answer.status_code, answer.headers["location"])

    await web.browser.get(answer.headers["location"])
    back = await web.browser.post("/login", login="student", password=PASSWORD, next=WORKSPACE)

    assert (303, WORKSPACE) == (back.status_code, back.headers["location"])


async def test_the_session_cookie_is_out_of_reach_for_scripts(web: WebHouse) -> None:
    """The session cookie is HttpOnly and SameSite; Secure is the setting's business."""
    await web.browser.get("/login")
    answer = await web.browser.post("/login", login="student", password=PASSWORD)

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("beginend_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
async def test_the_login_never_leads_to_another_site(web: WebHouse, elsewhere: str) -> None:
    """Whatever stands in ``next``, the login leads to a page of ours."""
    await web.browser.get("/login")
    answer = await web.browser.post("/login", login="student", password=PASSWORD, next=elsewhere)

    assert "/" == answer.headers["location"]


async def test_a_wrong_password_is_told_and_guessing_is_slowed_down(web: WebHouse) -> None:
    """A wrong password is a sentence and 401; after eight the name has to wait from this address."""
    await web.browser.get("/login")
    for _ in range(8):
        answer = await web.browser.post("/login", login="student", password="wrong wrong")
        assert 401 == answer.status_code
    assert "The login name or the password is wrong" in answer.text

    waiting = await web.browser.post("/login", login="student", password=PASSWORD)
    other = await web.browser.post("/login", login="other", password=PASSWORD)

    assert (429, 303) == (waiting.status_code, other.status_code)


async def test_a_form_without_the_token_is_refused(web: WebHouse) -> None:
    """A form that another site sends with the browser's cookies changes nothing."""
    await web.browser.sign_in()
    web.browser.csrf = "0" * 64
    answer = await web.browser.post(WORKSPACE, region=WRONG)

    assert 403 == answer.status_code
    assert "This page is out of date" in answer.text


async def test_the_map_shows_the_five_levels_and_how_far_one_has_come(web: WebHouse) -> None:
    """The course map lists the levels; a passed one shows its points."""
    await web.browser.sign_in()
    sent = await web.submit(RIGHT)
    await web.judge(sent.headers["location"], QUICK_RIGHT, PASSED)
    page = (await web.browser.get(f"/courses/{COURSE}")).text

    assert 5 == page.count('<li class="level ')
    assert 1 == page.count("level is-passed")
    assert "100 / 500" in page


async def test_a_passed_level_in_training_again_stays_passed_on_the_map(web: WebHouse) -> None:
    """Who hands in again to what they have passed reads both: passed, and being judged."""
    await web.browser.sign_in()
    sent = await web.submit(RIGHT)
    await web.judge(sent.headers["location"], QUICK_RIGHT, PASSED)
    again = await web.submit(WRONG)
    level = _level((await web.browser.get(f"/courses/{COURSE}")).text, "cnn-digits")
    await web.judge(again.headers["location"], FAILED)
    after = _level((await web.browser.get(f"/courses/{COURSE}")).text, "cnn-digits")

    assert ("is-passed" in level, "Passed" in level, "Being judged" in level) == (True, True, True)
    assert ("is-passed" in after, "Passed" in after, "Being judged" in after) == (True, True, False)


def _level(page: str, exercise_id: str) -> str:
    """Return the part of a course's map that is about one level."""
    return next(part for part in page.split('<li class="level ')[1:] if f"/exercises/{exercise_id}" in part)


async def test_the_workspace_works_without_scripts(web: WebHouse) -> None:
    """Each region is a text field between locked lines, inside a form that can be sent."""
    await web.browser.sign_in()
    page = (await web.browser.get(WORKSPACE)).text

    assert 1 == page.count('<textarea name="region"')
    assert "********* Begin *********" in page
    assert '<button class="btn btn-sm btn-primary" type="submit">' in page


async def test_handing_in_without_scripts_leads_to_a_page_that_refreshes_itself(web: WebHouse) -> None:
    """The submission's page asks again by itself until there is a verdict, and then no more."""
    await web.browser.sign_in()
    sent = await web.submit(WRONG)
    assert 303 == sent.status_code
    waiting = (await web.browser.get(sent.headers["location"])).text
    await web.judge(sent.headers["location"], FAILED)
    judged = (await web.browser.get(sent.headers["location"])).text

    refresh = '<noscript><meta http-equiv="refresh"'
    assert refresh in waiting
    assert "Waiting in the queue" in waiting
    assert refresh not in judged
    assert "2 things left to fix" in judged


async def test_the_same_form_twice_is_one_submission(web: WebHouse) -> None:
    """An impatient second click changes nothing; the same form with another answer is another submission."""
    await web.browser.sign_in()
    await web.browser.get(WORKSPACE)
    form = {"once": web.browser.once, "region": WRONG}
    first, second = await web.browser.post(WORKSPACE, **form), await web.browser.post(WORKSPACE, **form)
    changed = await web.browser.post(WORKSPACE, **{**form, "region": RIGHT})

    assert first.headers["location"] == second.headers["location"]
    assert first.headers["location"] != changed.headers["location"]


async def test_htmx_gets_the_drawer_and_a_fresh_name_for_the_next_submission(web: WebHouse) -> None:
    """With scripts the answer is the drawer, connected to the live feed, and a new value of ``once``."""
    await web.browser.sign_in()
    answer = await web.submit(WRONG, htmx=True)

    assert 200 == answer.status_code
    assert '<section class="drawer" id="run"' in answer.text
    assert "sse-connect=" in answer.text
    assert "<html" not in answer.text
    assert web.browser.once not in answer.text
    assert 'hx-swap-oob="true"' in answer.text


async def test_provisional_findings_are_called_provisional(web: WebHouse) -> None:
    """Between the quick phase and the verdict the page shows the findings so far, and says that they are."""
    await web.browser.sign_in()
    sent = await web.submit(RIGHT)
    await web.judge(sent.headers["location"], QUICK_RIGHT)
    page = (await web.browser.get(sent.headers["location"])).text

    assert "Provisional" in page
    assert "Accuracy on hidden digits" in page
    assert "30 / 30" in page
    assert "— / 40" in page


async def test_a_verdict_shows_the_network_with_what_is_missing(web: WebHouse) -> None:
    """The diagram marks the changed layer and the missing one; a consequence is not counted as a cause."""
    await web.browser.sign_in()
    sent = await web.submit(WRONG)
    await web.judge(sent.headers["location"], FAILED)
    page = (await web.browser.get(sent.headers["location"])).text

    assert '<li class="layer wrong">' in page
    assert '<li class="layer missing">' in page
    assert "kernel_size 5×5" in page
    assert "2 things left to fix" in page
    assert "3,985,674 parameters in all; 872,714 expected." in page


async def test_what_a_student_wrote_or_printed_is_never_markup(web: WebHouse) -> None:
    """Code, output and error messages are shown as text, in the page and in the editor's data."""
    await web.browser.sign_in()
    hostile = (
        '    x = "</textarea><script>alert(1)</script>"  # \'"><img src=x onerror=alert(1)>\n    import nothing_there\n'
    )
    sent = await web.submit(hostile)
    judge = SampleJudge()
    await web.judge(sent.headers["location"], judge.quick(web.house.catalogue["cnn-digits"], hostile))
    pages = [(await web.browser.get(address)).text for address in (sent.headers["location"], WORKSPACE)]

    for page in pages:
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "No module named &#39;nothing_there&#39; &lt;b&gt;" in page


async def test_a_refused_answer_is_a_sentence_in_the_drawer(web: WebHouse) -> None:
    """More regions than the stub has: 422 with the sentence, as a fragment for htmx and as a page without."""
    await web.browser.sign_in()
    await web.browser.get(WORKSPACE)
    answers = [await web.browser.post(WORKSPACE, htmx=htmx, region=[WRONG, WRONG], once="x") for htmx in (True, False)]

    assert [422, 422] == [answer.status_code for answer in answers]
    assert all("This exercise has 1 Begin/End region, the submission has 2." in answer.text for answer in answers)
    assert ["<html" in answer.text for answer in answers] == [False, True]


async def test_a_whole_file_can_be_sent_where_the_exercise_allows_it(web: WebHouse) -> None:
    """A file from the student's own editor is judged as it is."""
    await web.browser.sign_in()
    await web.browser.get(WORKSPACE)
    files = {"file": ("mine.py", b"def build_model():\n    return None\n")}
    answer = await web.browser.client.post(WORKSPACE, data={"csrf": web.browser.csrf}, files=files)
    page = (await web.browser.get(answer.headers["location"])).text

    assert 303 == answer.status_code
    assert "build_model" in page


async def test_a_quiz_is_answered_and_explains_what_was_right(web: WebHouse) -> None:
    """Right questions show why; wrong ones keep their answer to themselves."""
    await web.browser.sign_in()
    await web.browser.get(QUIZ)
    answers = {"answer.loss": ["a", "d"], "answer.gradient": "d"}
    sent = await web.browser.post(QUIZ, once=web.browser.once, **answers)
    bundle = web.house.catalogue["backpropagation"]
    judged = SampleJudge().quick(bundle, '{"gradient":["d"],"loss":["a","d"]}')
    await web.judge(sent.headers["location"], judged)
    page = (await web.browser.get(sent.headers["location"])).text

    assert "1 of 3 questions are right." in page
    assert "Backpropagation works them out with the chain rule" in page
    assert "A loss function turns prediction and label" not in page
    assert 1 == page.count("opt is-right")
    assert "opt is-wrong" not in page


async def test_unknown_things_are_pages_with_a_way_back(web: WebHouse) -> None:
    """Unknown course, exercise, submission and address: 404 in the reader's language."""
    await web.browser.sign_in()
    addresses = [
        "/courses/nope",
        f"/courses/{COURSE}/exercises/nope",
        "/submissions/00000000-0000-0000-0000-000000000000",
        "/submissions/no-uuid",
        "/nowhere",
    ]
    answers = [await web.browser.get(address) for address in addresses]

    assert [404] * 5 == [answer.status_code for answer in answers]
    assert all("Not found" in answer.text and 'href="/"' in answer.text for answer in answers)


async def test_a_submission_is_nobody_elses_business(web: WebHouse) -> None:
    """Another student gets the same answer as for a submission that is not there; the teacher may look."""
    await web.browser.sign_in()
    sent = await web.submit(WRONG)
    statuses = []
    for login in ("other", "teacher"):
        web.browser.client.cookies.delete("beginend_session")
        await web.browser.sign_in(login)
        statuses.append((await web.browser.get(sent.headers["location"])).status_code)

    assert [404, 200] == statuses


async def test_language_follows_the_switch_then_the_browser(web: WebHouse) -> None:
    """Chinese by choice although the browser asks for English; the page says so in ``lang``."""
    web.browser.client.cookies.clear()
    before = (await web.browser.get("/login")).text
    chosen = await web.browser.post("/preferences/language", language="zh", next="/login")
    after = (await web.browser.get(chosen.headers["location"])).text

    assert '<html lang="en">' in before
    assert '<html lang="zh-CN">' in after
    assert "登录" in after


async def test_theme_is_a_cookie_that_becomes_an_attribute(web: WebHouse) -> None:
    """No script is needed to draw the page dark from its first byte."""
    await web.browser.get("/login")
    await web.browser.post("/preferences/theme", theme="dark", next="/login")
    dark = (await web.browser.get("/login")).text
    await web.browser.post("/preferences/theme", theme="purple", next="/login")
    still = (await web.browser.get("/login")).text

    assert 'data-theme="dark"' in dark
    assert 'data-theme="dark"' in still


async def test_every_answer_forbids_foreign_scripts_and_frames(web: WebHouse) -> None:
    """The policy lets our own files run and nothing inline; no page contains inline script or style."""
    await web.browser.sign_in()
    for address in ("/login", f"/courses/{COURSE}", WORKSPACE, QUIZ, "/nowhere"):
        answer = await web.browser.get(address)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'self'; style-src 'self' 'nonce-")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert " style=" not in answer.text
        assert "<style" not in answer.text
        assert "<script>" not in answer.text
        assert " onclick" not in answer.text


async def test_a_house_without_containers_says_so_on_every_page(web: WebHouse) -> None:
    """Where code runs as a local process, each page says that this is for one's own code."""
    house = web.house
    app = create_app(house.settings, house.database, Feed(house.database), house.shelf, own_code_only=True)
    web.browser.client._transport = httpx.ASGITransport(app=app)
    await web.browser.sign_in()
    pages = [(await web.browser.get(address)).text for address in (f"/courses/{COURSE}", WORKSPACE, QUIZ, "/nowhere")]

    assert all("for your own code, not for students" in page for page in pages)


async def test_a_database_that_is_away_is_503_and_costs_nothing(web: WebHouse) -> None:
    """The answer says that no attempt was used, and when to try again; for htmx it is a fragment."""
    await web.browser.sign_in()
    await web.browser.get(WORKSPACE)
    nowhere = Database("postgresql://postgres@127.0.0.1:1/nowhere")
    app = create_app(web.house.settings, nowhere, Feed(nowhere), web.house.shelf)
    web.browser.client._transport = httpx.ASGITransport(app=app)
    answers = [await web.browser.post(WORKSPACE, htmx=htmx, region=WRONG) for htmx in (True, False)]
    await nowhere.dispose()

    assert [503, 503] == [answer.status_code for answer in answers]
    assert all(3 <= int(answer.headers["retry-after"]) <= 10 for answer in answers)
    assert all("o attempt was used" in answer.text for answer in answers)
