"""Put a student's answers into a stub, or find them in a file that a student sent.

Both doors lead to the same program text: what the browser sends region by region and the same answer in a file give the
same bytes, whatever line ends, byte order mark or trailing white space came with it.

A file is matched by the stub's *locked* lines, never by searching it for marks: the first block must open the file, the
last must close it, the ones between must be found in order. An answer may therefore contain mark lines, even a copy of
a locked block. Where several alignments are possible they give the same program, so any will do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from exercises.errors import Refused, RefusedLockedLine, RefusedRegionCount
from exercises.lines import check_text, decode, join_lines, split_lines
from exercises.markers import cut, mark

INDENT_WIDTH = 4  # columns which a tab stands for when an editor has turned a stub's indentation into tabs

Lines = list[str]


@dataclass(frozen=True)
class Source:
    """A program that is ready to be judged.

    Attributes:
        text: the whole program, every line ended by a line feed.
        regions: the text of each region; empty for a whole file of the student's own.
        first_lines: the number of each region's first line in ``text``, counted from 1.
    """

    text: str
    regions: tuple[str, ...]
    first_lines: tuple[int, ...]


def splice(stub: str, regions: Sequence[str]) -> Source:
    """Put the text of each region into ``stub``.

    Raises:
        RefusedRegionCount: not as many regions as the stub has.
        RefusedTooLarge, RefusedNotUtf8, RefusedNulByte: the program is no text that may be run.
    """
    blocks = [split_lines(block) for block in cut(stub).locked]
    if len(regions) != len(blocks) - 1:
        raise RefusedRegionCount(expected=len(blocks) - 1, found=len(regions))
    return _assembled(blocks, [split_lines(region) for region in regions])


def extract(stub: str, submitted: bytes, *, whole_file: bool) -> Source:
    """Read a file that a student sent.

    Args:
        stub: the stub that the student was given.
        submitted: the bytes of the student's file.
        whole_file: take the file as it is, whatever became of the stub's lines.

    Raises:
        RefusedTooLarge, RefusedNotUtf8, RefusedNulByte: the file is no text that may be run.
        RefusedLockedLine, RefusedRegionCount: the file is not the stub with only its regions changed.
    """
    lines = split_lines(decode(submitted))
    if whole_file:
        return Source(join_lines(lines), (), ())
    blocks = [split_lines(block) for block in cut(stub).locked]
    tail = _without_blank_end(blocks[-1])
    sought = [*blocks[:-1], tail]
    lines = _without_blank_end(lines)
    starts = _align(lines, sought)
    if starts is None:  # not letter for letter; forgive trailing white space and indentation by tabs
        starts = _align([_forgiving(line) for line in lines], [[_forgiving(line) for line in b] for b in sought])
    if starts is None:
        raise _refusal(lines, sought)
    ends = [start + len(block) for start, block in zip(starts, sought, strict=True)]
    answers = [lines[end:start] for end, start in zip(ends, starts[1:], strict=False)]
    kept = [_kept(block, lines[start:]) for block, start in zip(sought, starts, strict=True)]
    kept[-1] += blocks[-1][len(tail) :]
    return _assembled(kept, [split_lines(join_lines(answer)) for answer in answers])


def _assembled(blocks: list[Lines], answers: list[Lines]) -> Source:
    """Lay locked blocks and answers one after the other and hold the result to the rules for a file."""
    program = list(blocks[0])
    first_lines: list[int] = []
    for answer, block in zip(answers, blocks[1:], strict=True):
        first_lines.append(len(program) + 1)
        program += answer + block
    text = join_lines(program)
    check_text(text)
    return Source(text, tuple(join_lines(answer) for answer in answers), tuple(first_lines))


def _kept(block: Lines, found: Lines) -> Lines:
    """Return the stub's own lines, except where the student's are indented by tabs: Python lets nobody mix the two."""
    pairs = zip(block, found, strict=False)
    return [theirs if mine.rstrip() == theirs.rstrip() else mine.rstrip() for theirs, mine in pairs]


def _forgiving(line: str) -> str:
    """Return ``line`` as locked lines are compared: without trailing white space, tabs of its indentation as spaces."""
    line = line.rstrip()
    body = line.lstrip(" \t")
    return line[: len(line) - len(body)].expandtabs(INDENT_WIDTH) + body


def _without_blank_end(lines: Lines) -> Lines:
    """Return ``lines`` without the empty ones at the end, which editors add and remove as they like."""
    count = len(lines)
    while count and not lines[count - 1].strip():
        count -= 1
    return lines[:count]


def _align(lines: Lines, blocks: list[Lines]) -> list[int] | None:
    """Return where each block begins in ``lines`` (counted from 0), or None if they cannot all be laid down."""
    first, *middle, last = blocks
    end = len(lines) - len(last)
    if end < len(first) or lines[: len(first)] != first or lines[end:] != last:
        return None
    starts = [0]
    position = len(first)
    for block in middle:
        found = _find(lines, block, position, end)
        if found is None:
            return None
        starts.append(found)
        position = found + len(block)
    return [*starts, end]


def _find(lines: Lines, block: Lines, start: int, end: int) -> int | None:
    """Return the first place in ``lines[start:end]`` where ``block`` stands."""
    for place in range(start, end - len(block) + 1):
        if lines[place] == block[0] and lines[place : place + len(block)] == block:
            return place
    return None


def _refusal(lines: Lines, blocks: list[Lines]) -> Refused:
    """Say what keeps ``lines`` from being the stub with only its regions changed."""
    found = min(sum(mark(line) == kind for line in lines) for kind in ("Begin", "End"))
    if found < len(blocks) - 1:
        return RefusedRegionCount(expected=len(blocks) - 1, found=found)
    forgiving = [_forgiving(line) for line in lines]
    position = 0
    for number, block in enumerate(blocks):
        wanted = [_forgiving(line) for line in block]
        place = 0 if number == 0 else _nearest(forgiving, wanted, position)
        if place is None:
            return RefusedRegionCount(expected=len(blocks) - 1, found=number - 1)
        same = _run(forgiving, wanted, place)
        position = place + same
        if same < len(block):
            there = lines[position] if position < len(lines) else None
            return RefusedLockedLine(position + 1, expected=block[same], found=there)
    return RefusedLockedLine(position + 1, expected=None, found=lines[position])


def _nearest(lines: Lines, block: Lines, start: int) -> int | None:
    """Return where ``block`` was most likely meant to stand: its beginning fits longest, then most of it fits."""
    places = [place for place in range(start, len(lines)) if lines[place] == block[0]]

    def fit(place: int) -> tuple[int, int]:
        pairs = zip(lines[place : place + len(block)], block, strict=False)
        return _run(lines, block, place), sum(mine == theirs for mine, theirs in pairs)

    return max(places, key=fit, default=None)


def _run(lines: Lines, block: Lines, place: int) -> int:
    """Return how many lines of ``block`` stand at ``place`` before the first that differs."""
    pairs = zip(lines[place : place + len(block)], block, strict=False)
    return next(
        (count for count, (mine, theirs) in enumerate(pairs) if mine != theirs), min(len(block), len(lines) - place)
    )
