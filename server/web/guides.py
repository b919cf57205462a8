"""The guides in ``docs/guides``: read once, turned into pages, and where on them somebody on a page finds help.

A guide is Markdown that reads well in a repository too: ``<a id="late"></a>`` above a heading names it in both
languages, links go to ``teachers.en.md#gate``, pictures lie in ``pictures/en/``. Here these become addresses of ours.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args

from markdown_it.token import Token
from markupsafe import Markup
from PIL import Image

from exercises.text import Language
from server.web.markdown import drawn, parsed

GuideName = Literal["students", "teachers", "graders"]
NAMES: tuple[GuideName, ...] = get_args(GuideName)

#: Addresses of all guides, and of their pictures.
HELP = "/help"
PICTURES = f"{HELP}/pictures"

ANCHOR = re.compile(r'<a id="([a-z]+(?:-[a-z]+)*)"></a>')
GUIDE_FILE = re.compile(r"(students|teachers|graders)\.(?:zh|en)\.md")

#: Page of ours -> where its help begins. A page of the staff's that is not named is helped by the guide for its role.
PLACES: Mapping[str, str] = {
    "join": "students#sign-in",
    "course": "students#sign-in",
    "workspace": "students#first",
    "quiz": "students#quizzes",
    "verdict": "students#failed",
    "quiz-verdict": "students#quizzes",
    "history": "students#history",
    "account": "students#data",
    "staff-home": "teachers#course",
    "staff-board": "teachers#board",
    "staff-gradebook": "teachers#gradebook",
    "staff-statistics": "teachers#statistics",
    "staff-appeals": "teachers#appeals",
    "staff-roster": "teachers#enrol",
    "staff-levels": "teachers#times",
    "staff-settings": "teachers#course",
    "staff-audit": "teachers#end",
    "staff-rescores": "graders#when",
    "authoring": "teachers#write",
    "authoring-threshold": "teachers#threshold",
    "authoring-import": "teachers#gate",
    "authoring-exercise": "teachers#version",
}

#: The same for graders, where their guide has a task of its own.
OF_GRADERS: Mapping[str, str] = {"staff-home": "graders#place", "staff-appeals": "graders#appeal"}


class NoGuides(Exception):
    """The folder with the guides is neither in this installation nor beside it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A task of a guide, as the table of contents names it."""

    id: str
    title: Markup


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide in one language, ready for its page.

    Attributes:
        name: Whom it is for.
        title: Its first-level heading.
        lead: The paragraph below that.
        sections: Its second-level headings.
        body: Everything from the first of these on.

    """

    name: GuideName
    title: Markup
    lead: Markup
    sections: Sequence[Section]
    body: Markup


@cache
def folder() -> Path:
    """Return where the guides lie: packed into an installation, or in the ``docs`` of a working tree.

    Raises:
        NoGuides: They are in neither place.

    """
    server = Path(__file__).resolve().parent.parent
    for place in (server / "guides", server.parent / "docs" / "guides"):
        if place.is_dir():
            return place
    raise NoGuides(f"there are no guides in {server / 'guides'}; install the package anew")


def pictures_folder() -> Path:
    """Return where the pictures of all guides lie, one folder for each language."""
    return folder() / "pictures"


@cache
def guide(name: GuideName, language: Language) -> Guide:
    """Return a guide; each is read once."""
    tokens = _named(parsed((folder() / f"{name}.{language}.md").read_text("utf-8")))
    for token in tokens:
        if token.children is not None:
            token.children = list(_at_home(token.children))
    heading, lead = tokens[1], tokens[4]  # after heading_open and paragraph_open
    return Guide(
        name=name,
        title=drawn([heading]),
        lead=drawn([lead]),
        sections=[
            Section(str(before.attrs.get("id", "")), drawn([token]))
            for before, token in pairwise(tokens)
            if before.type == "heading_open" and before.tag == "h2"
        ],
        body=drawn(tokens[6:]),
    )


def help_for(place: str, role: str = "teacher") -> str:
    """Return the address that helps somebody who is at ``place``.

    Args:
        place: A key of :data:`PLACES`, or ``staff-`` with the name of any page of a course's staff.
        role: The person's, on pages of the staff.

    """
    is_grader = role == "grader"
    found = (OF_GRADERS.get(place) if is_grader else None) or PLACES.get(place)
    if found is None and place.startswith("staff-"):
        found = "graders" if is_grader else "teachers"
    return f"{HELP}/{found or PLACES[place]}"


def _named(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with each anchor taken out and given to the heading below it."""
    done: list[Token] = []
    name, skipping = "", 0
    for index, token in enumerate(tokens):
        if skipping:
            skipping -= 1
            continue
        found = ANCHOR.fullmatch(tokens[index + 1].content) if token.type == "paragraph_open" else None
        if found is not None:
            name, skipping = found[1], 2  # what stands in the paragraph, and its end
            continue
        if token.type == "heading_open" and name:
            token.attrs["id"], name = name, ""
        done.append(token)
    return done


def _at_home(children: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens of a line with links and pictures that lead to pages and files of ours."""
    for child in children:
        if child.type == "link_open":
            child.attrs["href"] = GUIDE_FILE.sub(rf"{HELP}/\1", str(child.attrs["href"]))
        if child.type != "image":
            yield child
            continue
        source = str(child.attrs["src"]).removeprefix("pictures/")
        content = (pictures_folder() / source).read_bytes()
        address = f"{PICTURES}/{source}?v={hashlib.sha256(content).hexdigest()[:12]}"
        with Image.open(pictures_folder() / source) as picture:
            width, height = picture.size
        child.attrs = {"src": address, "alt": "", "width": width, "height": height, "loading": "lazy"}
        # The picture in full is one step away: on a phone its words are too small to read.
        yield Token("link_open", "a", 1, attrs={"href": address, "class": "shot"})
        yield child
        yield Token("link_close", "a", -1)
