"""What the tests share that take the guides' pictures: a camera, and people with names that readers of a guide expect.

A picture is taken of a real page, as wide as a small laptop, and kept with a palette: a page has few colours. Where the
variable ``BEGINEND_WRITE_PICTURES`` is set the pictures in ``docs/guides/pictures`` are written anew.
"""

import io
import os
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from authoringhouse import session_of
from PIL import Image
from playwright.async_api import Browser, Locator, Page
from serverhouse import House
from sqlalchemy import select, update
from webhouse import Site

from server.database.models import User
from server.web.guides import pictures_folder
from server.web.visitor import SESSION

LANGUAGES = ("zh", "en")
WIDTH, HEIGHT = 1200, 750
COLOURS = 96  # text with smooth edges on a dozen flat colours needs no more
FEWEST_COLOURS = 12  # a blank page has one or two, an error page a handful
ABOVE = 20  # pixels of the page that stand above what a picture is about

WRITING = bool(os.environ.get("BEGINEND_WRITE_PICTURES"))

#: Of these the names of a class are put together: a surname for each, and given names of which each comes three times.
SURNAMES: Mapping[str, Sequence[str]] = {
    "zh": "高王赵周吴徐何郑黄孙梁郭罗宋唐韩冯董萧程曹袁邓傅彭曾吕苏卢蒋",
    "en": [
        *("Gao", "Wang", "Zhao", "Zhou", "Wu", "Xu", "He", "Zheng", "Huang", "Sun"),
        *("Liang", "Guo", "Luo", "Song", "Tang", "Han", "Feng", "Dong", "Xiao", "Cheng"),
        *("Cao", "Yuan", "Deng", "Fu", "Peng", "Zeng", "Lu", "Su", "Ma", "Jiang"),
    ],
}
GIVEN = {
    "zh": ("子墨", "一诺", "昱辰", "思涵", "嘉禾", "沐阳", "雨桐", "景行", "亦舟", "清和"),
    "en": ("Zimo", "Ina", "Noah", "Sihan", "Jia", "Mira", "Yutong", "Leo", "Yi", "Anna"),
}
OTHERS: Mapping[str, Mapping[str, str]] = {
    "student": {"zh": "林知远", "en": "Lin Yuan"},
    "other": {"zh": "陈若溪", "en": "Ruoxi Chen"},
    "teacher": {"zh": "沈老师", "en": "Dr Shen"},
    "grader": {"zh": "方助教", "en": "Fang Ke"},
}


def pupil(number: int, language: str) -> str:
    """Return the name of a pupil, another one for each of the first thirty."""
    surname, given = SURNAMES[language][number % 30], GIVEN[language][number % 10]
    return f"{surname}{given}" if language == "zh" else f"{given} {surname}"


async def call_people(house: House, language: str) -> None:
    """Give everybody a name in this language."""
    async with house.database.unit_of_work() as session:
        for login, user_id in (await session.execute(select(User.login, User.id))).all():
            name = OTHERS[login][language] if login in OTHERS else pupil(int(login[1:]), language)
            await session.execute(update(User).where(User.id == user_id).values(display_name=name, language=language))


@dataclass(frozen=True)
class Camera:
    """A person's browser in one language, and where its pictures go."""

    page: Page
    language: str
    into: Path

    async def take(
        self, name: str, address: str = "", *, at: Locator | str | None = None, height: int = HEIGHT
    ) -> None:
        """Take a picture of the page, or of what it looks like from ``at`` on.

        Args:
            name: Of the file, without its ending.
            address: Where to go first; empty stays on the page.
            at: What stands at the top of the picture: something on the page, or a selector of it.
            height: In pixels.

        """
        await self.page.set_viewport_size({"width": WIDTH, "height": height})
        if address:
            answer = await self.page.goto(address)
            assert answer is not None
            assert answer.ok, f"{address}: {answer.status}"
        await self.page.evaluate("document.fonts.ready")
        if at is not None:
            place = self.page.locator(at).first if isinstance(at, str) else at
            await place.evaluate(
                f"(one) => window.scrollTo(0, one.getBoundingClientRect().top + window.scrollY - {ABOVE})"
            )
        else:
            await self.page.evaluate("window.scrollTo(0, 0)")
        await self._develop(await self.page.screenshot(animations="disabled", caret="hide"), name)

    async def _develop(self, content: bytes, name: str) -> None:
        with Image.open(io.BytesIO(content)) as taken:
            picture = taken.convert("RGB")
        assert WIDTH == picture.width
        assert not is_blank(picture), f"{name} shows nothing"
        for folder in [self.into, *([pictures_folder() / self.language] if WRITING else [])]:
            folder.mkdir(parents=True, exist_ok=True)
            reduced = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
            reduced.save(folder / f"{name}.png", optimize=True)


def is_blank(picture: Image.Image) -> bool:
    """Tell whether a picture shows next to nothing."""
    found = picture.convert("RGB").getcolors(1 << 24) or []
    most = max(count for count, _ in found)
    return len(found) < FEWEST_COLOURS or most > 0.995 * picture.width * picture.height


async def camera(
    stack: AsyncExitStack, chromium: Browser, site: Site, *, login: str, language: str, into: Path
) -> Camera:
    """Sit somebody down at a browser that reads this language, in light colours."""
    context = await stack.enter_async_context(
        await chromium.new_context(
            base_url=site.address,
            locale={"zh": "zh-CN", "en": "en"}[language],
            viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme="light",
            reduced_motion="reduce",
        )
    )
    cookies = {SESSION: await session_of(site.house, login), "beginend_language": language, "beginend_theme": "light"}
    await context.add_cookies([{"name": name, "value": one, "url": site.address} for name, one in cookies.items()])
    return Camera(await context.new_page(), language, into / language)
