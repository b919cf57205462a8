"""Earlier attempts: what changed between any two, and one of them back in the editor."""

import pytest
from webhouse import QUIZ, RIGHT, WORKSPACE, WRONG, WebHouse

from server.web.views.difference import difference

pytestmark = pytest.mark.database


async def test_the_difference_between_any_two_attempts(web: WebHouse) -> None:
    """Lines that went and lines that came, with numbers and signs; the other way round on request."""
    await web.browser.sign_in()
    for region in (WRONG, RIGHT):
        await web.submit(region)
    latest = (await web.browser.get(f"{WORKSPACE}/compare")).text
    turned = (await web.browser.get(f"{WORKSPACE}/compare?old=2&new=1")).text
    same = (await web.browser.get(f"{WORKSPACE}/compare?old=1&new=1")).text

    assert "What changed from submission 1 to 2" in latest
    assert "one line removed, 2 lines added" in latest
    assert "2 lines removed, one line added" in turned
    assert "is the same" in same


@pytest.mark.parametrize("address", [f"{WORKSPACE}/compare?old=1&new=9", f"{QUIZ}/compare", f"{WORKSPACE}?attempt=9"])
async def test_what_is_not_there_cannot_be_compared(web: WebHouse, address: str) -> None:
    """Unknown numbers, and answers of a quiz, are a page with a way back."""
    await web.browser.sign_in()
    await web.submit(WRONG)

    assert 404 == (await web.browser.get(address)).status_code


async def test_an_earlier_attempt_comes_back_into_the_editor(web: WebHouse) -> None:
    """Its text stands in the region, without any script, and the page says which it is."""
    await web.browser.sign_in()
    for region in (WRONG, RIGHT):
        await web.submit(region)
    page = (await web.browser.get(f"{WORKSPACE}?attempt=1")).text

    assert WRONG.rstrip("\n") + "</textarea>" in page
    assert "Submission 1 is in the editor" in page


async def test_a_whole_file_comes_back_where_it_fits(web: WebHouse) -> None:
    """The stub with other regions is cut at its marks; anything else is said to be a whole file."""
    stub = web.house.catalogue["cnn-digits"].stub or ""
    filled = stub.replace("Begin *********#\n", "Begin *********#\n" + WRONG, 1)
    await web.browser.sign_in()
    for text in (filled, "def build_model():\n    return None\n"):
        await web.browser.get(WORKSPACE)
        files = {"file": ("mine.py", text.encode())}
        data = {"csrf": web.browser.csrf, "once": web.browser.once}
        sent = await web.browser.client.post(WORKSPACE, data=data, files=files)
        assert 303 == sent.status_code
    fits = (await web.browser.get(f"{WORKSPACE}?attempt=1")).text
    other = (await web.browser.get(f"{WORKSPACE}?attempt=2")).text

    assert WRONG.rstrip("\n") in fits
    assert "Submission 1 is in the editor" in fits
    assert "was a whole file" in other


def test_unchanged_lines_are_left_out_and_nothing_is_markup() -> None:
    """Three lines on each side stay; the rest is a gap; what a student wrote is escaped; spaces at the end are none."""
    old = "\n".join(f"line_{n}" for n in range(20)) + "\n"
    new = old.replace("line_10", "<b>").replace("line_3\n", "line_3  \n")
    found = difference(old, new)

    assert ["gap", "same", "same", "same", "gone", "new", "same", "same", "same", "gap"] == [
        line.kind for line in found.lines
    ]
    assert (11, None) == (found.lines[4].old, found.lines[4].new)
    assert "&lt;" in found.lines[5].html
    assert "<b>" not in found.lines[5].html
    assert () == difference(old, old).lines
