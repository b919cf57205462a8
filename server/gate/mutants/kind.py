"""What a kind of mutant is."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from exercises.text import Text

#: A node of the solution, made wrong, and the line that this changes. Given nodes are never altered.
Change = tuple[ast.AST, int]

#: Yields every way in which a kind makes a node wrong; nothing where its pattern does not occur.
Rewrite = Callable[[ast.AST], Iterator[Change]]


class Area(StrEnum):
    """What a mutant breaks."""

    MODEL = "model"
    DATA = "data"
    TRAINING = "training"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Kind:
    """One way of being wrong.

    Attributes:
        id: Stable kebab-case name, by which an exercise declares equivalents.
        title: What was made wrong.
        area: What it breaks.
        rewrite: How.
        needs_training: Whether only a training can show it, because everything that is described stays right.

    """

    id: str
    title: Text
    area: Area
    rewrite: Rewrite
    needs_training: bool = False


def kind(id_: str, area: Area, rewrite: Rewrite, *, zh: str, en: str, needs_training: bool = False) -> Kind:
    """Return a kind; short, so that tables of kinds read as tables."""
    return Kind(id_, Text(zh=zh, en=en), area, rewrite, needs_training)
