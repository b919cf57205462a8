"""The guides say what the pages say: names, links, headings and pictures, in both languages."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from markdown_it.token import Token
from picturehouse import LANGUAGES, WIDTH, is_blank
from PIL import Image

from exercises.text import Language
from server.database.models import Role
from server.permissions import Action, may
from server.web.guides import ANCHOR, NAMES, PLACES, GuideName, folder, guide, help_for
from server.web.markdown import parsed
from server.web.staffroom import PAGES

ROOT = Path(__file__).resolve().parent.parent.parent
LOCALE = ROOT / "server" / "web" / "locale"
GUIDES = [(name, language) for name in NAMES for language in LANGUAGES]
TOTAL = 2_500_000  # bytes of all pictures together
LETTERS = re.compile(r"[^\W\d_]")


def source(name: str, language: str) -> str:
    """Return a guide as it is written."""
    return (folder() / f"{name}.{language}.md").read_text("utf-8")


def inside(name: str, language: str) -> Iterator[Token]:
    """Yield everything that stands in the lines of a guide."""
    for token in parsed(source(name, language)):
        yield from token.children or ()


def outline(name: str, language: str) -> list[tuple[str, str]]:
    """Return a guide's headings as (tag, anchor), in order."""
    found, anchor = [], ""
    for token in parsed(source(name, language)):
        if token.type == "inline" and (named := ANCHOR.fullmatch(token.content)):
            anchor = named[1]
        elif token.type == "heading_open":
            found.append((token.tag, anchor))
            anchor = ""
    return found


def pictures(name: str, language: str) -> list[str]:
    """Return the paths of the pictures that a guide shows."""
    return [str(token.attrs["src"]) for token in inside(name, language) if token.type == "image"]


def bold(name: str, language: str) -> list[str]:
    """Return what is printed bold in a guide: the names of things on pages."""
    said, within = [], False
    for token in inside(name, language):
        if token.type == "strong_open":
            within = True
            said.append("")
        elif token.type == "strong_close":
            within = False
        elif within:
            said[-1] += f"`{token.content}`" if token.type == "code_inline" else token.content
    return said


@cache
def messages(language: str) -> tuple[re.Pattern[str], ...]:
    """Return what the pages of a language can say, with anything in the place of what varies."""
    resource = FluentParser().parse((LOCALE / f"{language}.ftl").read_text("utf-8"))
    return tuple(
        re.compile(_regex(one.value))
        for one in resource.body
        if isinstance(one, ast.Message) and one.value is not None and LETTERS.search(_text(one.value))
    )


def _regex(pattern: ast.Pattern) -> str:
    parts = []
    for element in pattern.elements:
        if isinstance(element, ast.TextElement):
            parts.append(re.escape(element.value))
        elif isinstance(element.expression, ast.SelectExpression):
            parts.append("(?:" + "|".join(_regex(one.value) for one in element.expression.variants) + ")")
        else:
            parts.append(".+")
    return "".join(parts)


def _text(pattern: ast.Pattern) -> str:
    """Return what of a pattern never varies, or one of its variants."""
    return "".join(
        element.value
        if isinstance(element, ast.TextElement)
        else "".join(_text(one.value) for one in element.expression.variants)
        if isinstance(element.expression, ast.SelectExpression)
        else ""
        for element in pattern.elements
    )


@pytest.mark.parametrize(("name", "language"), GUIDES)
def test_every_name_in_a_guide_stands_on_the_pages(name: str, language: str) -> None:
    """What a guide prints bold is a button, tab or heading in the catalogue of its language, letter by letter."""
    names = bold(name, language)

    assert len(names) > 10
    assert [] == [one for one in names if not any(said.fullmatch(one) for said in messages(language))]


def test_a_name_that_no_page_has_would_be_found() -> None:
    """The catalogue does not match just anything."""
    for invented in ("Press me", "Submit now", "提交试试", "3"):
        assert not any(said.fullmatch(invented) for language in LANGUAGES for said in messages(language))


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_tell_of_the_same_tasks(name: str) -> None:
    """The headings correspond, each has a name by which pages reach it, and both show the same pictures."""
    zh, en = outline(name, "zh"), outline(name, "en")

    assert zh == en
    assert "h1" == en[0][0]
    assert {"h2"} == {tag for tag, _ in en[1:]}
    anchors = [anchor for _, anchor in en[1:]]
    assert "" not in anchors
    assert len(set(anchors)) == len(anchors)
    assert [one.replace("/zh/", "/en/") for one in pictures(name, "zh")] == pictures(name, "en")


@pytest.mark.parametrize(("name", "language"), GUIDES)
def test_every_link_of_a_guide_leads_somewhere(name: str, language: Language) -> None:
    """A link stays in its language, and its anchor is there; in the repository and on the page."""
    for token in inside(name, language):
        if token.type != "link_open":
            continue
        file, _, anchor = str(token.attrs["href"]).partition("#")
        assert not file or (folder() / file).is_file(), file
        other = file.split(".")[0] or name
        assert not file or file == f"{other}.{language}.md"
        assert not anchor or anchor in [one for _, one in outline(other, language)]
    page = guide(name, language).body
    assert ".md" not in "".join(re.findall(r'href="([^"]*)"', page))
    assert not re.search(r'(?:href|src)="(?!/help|#)', page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_there_and_shows_something(language: str) -> None:
    """Each picture that a guide names is there, is described, wide enough and not blank; none lies there unused."""
    named: set[Path] = set()
    for name in NAMES:
        for token in inside(name, language):
            if token.type == "image":
                assert token.content, token.attrs["src"]
                named.add(folder() / str(token.attrs["src"]))
    for path in named:
        with Image.open(path) as picture:
            assert WIDTH == picture.width, path
            assert not is_blank(picture), path

    assert named == set((folder() / "pictures" / language).iterdir())


def test_the_pictures_weigh_little() -> None:
    """All of them together are quickly cloned, installed and sent."""
    assert TOTAL > sum(path.stat().st_size for path in (folder() / "pictures").rglob("*.png"))


def test_a_blank_picture_would_be_found() -> None:
    """A picture of one colour, or with a word in a corner, is blank."""
    assert is_blank(Image.new("RGB", (WIDTH, 700), "white"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_chinese_guides_address_the_reader_as_the_pages_do(language: str) -> None:
    """Nobody is addressed with the formal word."""
    assert [] == [name for name in NAMES if "您" in source(name, language)]


def test_help_for_a_page_is_a_task_of_a_guide() -> None:
    """Every page that links to help links to a heading that is there; so does every page of a course's staff."""
    places = [*PLACES, *(f"staff-{name}" for name in PAGES), "staff-of-another-day"]
    for place in places:
        for role in ("teacher", "grader"):
            file, _, anchor = help_for(place, role).removeprefix("/help/").partition("#")
            assert file in NAMES
            assert not anchor or anchor in [one for _, one in outline(file, "en")], place

    assert "/help/graders#appeal" == help_for("staff-appeals", "grader")
    assert "/help/teachers#appeals" == help_for("staff-appeals", "teacher")
    assert "/help/graders" == help_for("staff-of-another-day", "grader")
    assert "/help/teachers" == help_for("staff-of-another-day")


def test_readme_leads_to_every_guide() -> None:
    """Whoever reads the repository finds them."""
    readme = (ROOT / "README.md").read_text("utf-8")
    files = [f"docs/guides/{name}.{language}.md" for name, language in GUIDES]

    assert [] == [file for file in files if f"]({file})" not in readme]


def test_guides_travel_with_the_wheel() -> None:
    """An installation without a working tree has them, also one made in an image."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()

    assert '"docs/guides" = "server/guides"' in project
    assert "docs" not in ignored
    assert "!docs/guides" in ignored


def test_graders_are_told_what_they_may_do() -> None:
    """The guide's sentence about rights is the table's: graders rescore and stop, but neither correct nor change."""
    may_do = {Action.SEE_SUBMISSIONS, Action.SEE_GRADES, Action.ANSWER_APPEALS, Action.STOP_SUBMISSIONS, Action.RESCORE}
    may_not = {
        Action.CORRECT,
        Action.CHANGE_COURSE,
        Action.CHANGE_ROSTER,
        Action.CHANGE_ASSIGNMENTS,
        Action.GRANT_EXTENSIONS,
        Action.SEE_AUDIT,
    }
    assert all(may(Role.GRADER, action) for action in may_do)
    assert not any(may(Role.GRADER, action) for action in may_not)


def test_guides_are_named_by_their_readers() -> None:
    """A guide knows its title, its first words and its tasks, without a word of markup left."""
    names: tuple[GuideName, ...] = NAMES
    for name in names:
        found = guide(name, "en")
        assert "Guide for" in found.title
        assert found.lead
        assert len(found.sections) > 5
        assert "&lt;a id" not in found.body
