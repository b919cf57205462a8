"""The student's file as lines: locked ones and the regions to write in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from exercises.markers import cut, regions
from server.database.models import Draft
from server.web.highlight import highlighted_lines
from server.web.views.completions import completions


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its number."""

    number: int
    html: Markup


@dataclass(frozen=True, slots=True)
class Block:
    """A run of locked lines, or a region with its two marker lines.

    Attributes:
        lines: The locked lines, or the two marker lines.
        is_region: Whether this is a region.
        index: Which region, from 0.
        text: What stands in the region.
        rows: Height of its plain text field, in lines.

    """

    lines: tuple[Line, ...]
    is_region: bool = False
    index: int = 0
    text: str = ""
    rows: int = 3


@dataclass(frozen=True, slots=True)
class EditorView:
    """What the editor needs, with the script and without it."""

    file_name: str
    stub: str
    fences: str  #: JSON: line numbers of each Begin and End
    original: str  #: JSON: the regions of the bare stub
    draft_key: str
    draft: str  #: JSON: the person's draft on the server, or null
    words: str  #: JSON: what may be completed
    blocks: tuple[Block, ...]


def editor_view(
    stub: str, answers: Sequence[str] | None, *, file_name: str, draft_key: str, draft: Draft | None = None
) -> EditorView:
    """Return the editor of a stub.

    Args:
        stub: The stub.
        answers: What the student sent last, region by region; None starts from the stub.
        file_name: What the file is called.
        draft_key: Under which name the browser keeps a draft.
        draft: What the server keeps, from whichever device.

    """
    fences = regions(stub)
    original = [_without_last_end(region) for region in cut(stub).regions]
    fits = answers is not None and len(answers) == len(original)
    texts = [_without_last_end(answer) for answer in answers] if answers is not None and fits else original
    return EditorView(
        file_name=file_name,
        stub=stub,
        fences=json.dumps(fences),
        original=json.dumps(original, ensure_ascii=False),
        draft_key=draft_key,
        draft=json.dumps(None if draft is None else _draft_object(draft), ensure_ascii=False),
        words=completions(stub),
        blocks=tuple(_blocks(stub, fences, texts)),
    )


def _draft_object(draft: Draft) -> dict[str, object]:
    """Return a draft as the editor reads it; one that is no list of regions has none."""
    sent = draft.answer.get("regions")
    texts = None if sent is None else [_without_last_end(text) for text in sent]
    return {"regions": texts, "number": draft.number, "updated_at": draft.updated_at.isoformat()}


def _blocks(stub: str, fences: Sequence[tuple[int, int]], texts: Sequence[str]) -> list[Block]:
    """Cut the stub's lines at its marks."""
    lines = [Line(number, html) for number, html in enumerate(highlighted_lines(stub), 1)]
    blocks: list[Block] = []
    start = 0
    for index, ((begin, end), text) in enumerate(zip(fences, texts, strict=True)):
        if start < begin - 1:
            blocks.append(Block(tuple(lines[start : begin - 1])))
        marks = (lines[begin - 1], lines[end - 1])
        blocks.append(Block(marks, is_region=True, index=index, text=text, rows=max(4, text.count("\n") + 2)))
        start = end
    if start < len(lines):
        blocks.append(Block(tuple(lines[start:])))
    return blocks


def _without_last_end(text: str) -> str:
    """Return a region without the line end before the End mark, and with plain line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
