"""What handing in late costs is said on the course page and at the exercise, before anything is handed in."""

from datetime import UTC, datetime, timedelta

import pytest
from serverhouse import COURSE, House
from sqlalchemy import update
from webhouse import QUIZ, WORKSPACE, WebHouse

from server.courses.rules import Terms
from server.database.models import Course, Late
from server.web.locale import speaker
from server.web.views.lateness import late_words

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def terms(late: Late, due: timedelta | None, closes: timedelta | None = None, penalty: float = 0.1) -> Terms:
    """Return terms with times relative to now."""
    return Terms(
        archived=False,
        zone="Asia/Shanghai",
        opens_at=None,
        due_at=None if due is None else NOW + due,
        closes_at=None if closes is None else NOW + closes,
        late=late,
        late_penalty=penalty,
        max_attempts=None,
        pace_seconds=None,
    )


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (terms(Late.PENALTY, None), None),
        (terms(Late.PENALTY, SECOND), None),
        (terms(Late.PENALTY, 0 * DAY), None),
        (terms(Late.PENALTY, -SECOND), "late: −10 % for each day begun, −10 % now"),
        (terms(Late.PENALTY, -DAY), "late: −10 % for each day begun, −10 % now"),
        (terms(Late.PENALTY, -DAY - SECOND), "late: −10 % for each day begun, −20 % now"),
        (terms(Late.PENALTY, -40 * DAY), "late: −10 % for each day begun, −100 % now"),
        (terms(Late.PENALTY, -DAY, penalty=0.025), "late: −2.5 % for each day begun, −2.5 % now"),
        (terms(Late.REFUSED, -SECOND), "closed: nothing more is taken in"),
        (terms(Late.TAKEN, -9 * DAY), "late, but it costs nothing"),
        (terms(Late.TAKEN, -9 * DAY, -SECOND), "closed: nothing more is taken in"),
        (terms(Late.TAKEN, None, -SECOND), "closed: nothing more is taken in"),
        (terms(Late.PENALTY, -DAY, DAY), "late: −10 % for each day begun, −10 % now · closes Mar 30, 2026, 9:30 AM"),
    ],
)
def test_the_rule_is_said_as_it_holds(held: Terms, words: str | None) -> None:
    """Nothing before the due time and at it; then the cost today, or that it is closed, as the course has it."""
    said = late_words(held, NOW, speaker("en"))

    assert words == (
        said and "".join(" " if one in "\u202f\u00a0" else one for one in said if one not in "\u2068\u2069")
    )


async def at(house: House, late: Late, **times: datetime) -> None:
    """Set the course's rule, and the times of two exercises."""
    async with house.database.unit_of_work() as session:
        await session.execute(update(Course).where(Course.slug == COURSE).values(late=late, late_penalty=0.1))
    for exercise in ("cnn-digits", "backpropagation"):
        await house.assignment(exercise, **times)


@pytest.mark.database
async def test_pages_say_it_in_both_languages(web: WebHouse) -> None:
    """On the map, in the workspace and on a quiz; an exercise that is not late says nothing."""
    await web.browser.sign_in()
    pages = (f"/courses/{COURSE}", WORKSPACE, QUIZ)
    await at(web.house, Late.PENALTY, due_at=datetime.now(UTC) + DAY)
    for page in pages:
        assert "each day begun" not in (await web.browser.get(page)).text, page

    await at(web.house, Late.PENALTY, due_at=datetime.now(UTC) - 1.5 * DAY)
    for page in pages:
        assert "for each day begun" in (await web.browser.get(page)).text, page
    web.browser.client.cookies.set("beginend_language", "zh")
    for page in pages:
        assert "每开始一天扣" in (await web.browser.get(page)).text, page
    await at(web.house, Late.REFUSED)
    for page in pages:
        assert "已关闭，不再接收提交" in (await web.browser.get(page)).text, page
