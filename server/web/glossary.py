"""Words that explain themselves: a statement's own list of words, opened where a word stands first in the text.

The list is the section called "Words" (zh: 词汇), its items ``- **term**: what it means``. Pop-ups are the browser's
own (``popover``), so they need no script and close with Escape.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token
from markupsafe import escape

HEADINGS = frozenset({"words", "glossary", "词汇", "术语"})
SHORTEST = 2  # characters of a word that is looked for


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the list.

    Attributes:
        name: As the list writes it.
        meaning: What is said about it, as tokens of a line.

    """

    name: str
    meaning: tuple[Token, ...]

    @property
    def pattern(self) -> re.Pattern[str]:
        """What finds it in a text; words of Latin letters only as a whole, in the plural too."""
        if self.name.isascii():
            return re.compile(rf"\b{re.escape(self.name)}s?\b", re.IGNORECASE)
        return re.compile(re.escape(self.name))


def explain(tokens: Sequence[Token]) -> list[Word]:
    """Mark the first place of each word of the list, and return the words so marked, in order of their ids.

    Args:
        tokens: A parsed statement; texts in it are changed.

    """
    start, words = _list_in(tokens)
    waiting = sorted(words, key=lambda word: -len(word.name))
    marked: list[Word] = []
    for before, token in pairwise(tokens[:start]):
        if token.type == "inline" and before.type == "paragraph_open" and token.children:
            token.children = _marked(token.children, waiting, marked)
    return marked


def word_id(number: int) -> str:
    """Return the id of the pop-up of the ``number``-th marked word."""
    return f"word-{number}"


def _list_in(tokens: Sequence[Token]) -> tuple[int, list[Word]]:
    """Return where the list of words begins, and its words; the end and none without a list."""
    for index, token in enumerate(tokens):
        is_heading = index > 0 and token.type == "inline" and tokens[index - 1].type == "heading_open"
        if is_heading and token.content.strip().lower() in HEADINGS:
            return index, _words(tokens[index + 1 :])
    return len(tokens), []


def _words(tokens: Sequence[Token]) -> list[Word]:
    """Return the words of a list, up to the next heading."""
    words: list[Word] = []
    for token in tokens:
        if token.type == "heading_open":
            break
        if token.type == "inline" and token.children:
            words += _words_of_item(token.children)
    return words


def _words_of_item(children: Sequence[Token]) -> list[Word]:
    """Return the words that an item explains: often one, sometimes two."""
    starts = [index for index, child in enumerate(children) if child.type == "strong_open"]
    words = []
    for start, end in pairwise([*starts, len(children)]):
        name = children[start + 1].content.strip()
        rest = [child.copy() for child in children[start + 3 : end]]
        if rest and rest[0].type == "text":
            rest[0].content = rest[0].content.lstrip(" :：")
        if len(name) >= SHORTEST and rest:
            words.append(Word(name, tuple(rest)))
    return words


def _marked(children: Sequence[Token], waiting: list[Word], marked: list[Word]) -> list[Token]:
    """Return the tokens of a line with words of ``waiting`` marked, which then stand in ``marked``."""
    done: list[Token] = []
    linked = 0
    for child in children:
        linked += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type != "text" or linked:
            done.append(child)
            continue
        done += _split(child, waiting, marked)
    return done


def _split(text: Token, waiting: list[Word], marked: list[Word]) -> list[Token]:
    """Return a text cut at the words that stand in it for the first time."""
    for word in waiting:
        found = word.pattern.search(text.content)
        if found is None:
            continue
        waiting.remove(word)
        marked.append(word)
        button = Token("html_inline", "", 0)
        opens = word_id(len(marked))
        button.content = f'<button type="button" class="term" popovertarget="{opens}">{escape(found[0])}</button>'
        left, right = text.copy(), text.copy()
        left.content, right.content = text.content[: found.start()], text.content[found.end() :]
        return [*_split(left, waiting, marked), button, *_split(right, waiting, marked)]
    return [text]
