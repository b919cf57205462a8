"""Item analysis of a quiz: how hard each question is, how well it tells strong students from weak, what was chosen.

All of it looks at first attempts: at later ones students know what was wrong, which says nothing about the question.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from grader.contract import Outcome
from server.database.models import ExerciseVersion, FindingRow
from server.gradebook.figures import correlation


@dataclass(frozen=True, slots=True)
class Answered:
    """A student's first answer to a question."""

    question: str
    right: bool
    weight: float
    earned: float  #: of the weight
    chosen: Sequence[str]  #: option ids; what was typed where there are no options


@dataclass(frozen=True, slots=True)
class OptionCount:
    """An option of a question, and how many students chose it at first."""

    id: str
    text: Text
    right: bool
    chosen: int


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """What students' first attempts tell about a question.

    Attributes:
        id: The question.
        prompt: What it asks.
        students: How many had it.
        difficulty: Share that was right, 0..1 (the larger, the easier); None of nobody.
        discrimination: Point-biserial correlation, -1..1, of being right with the score of all other questions; None
            where it cannot be told: fewer than two students, one question only, or everybody alike.
        options: How often each was chosen; empty where the answer is typed.

    """

    id: str
    prompt: Text
    students: int
    difficulty: float | None
    discrimination: float | None
    options: Sequence[OptionCount]


async def first_answers(session: AsyncSession, gradings: Sequence[uuid.UUID]) -> list[list[Answered]]:
    """Return what each of these gradings says about its questions."""
    data = FindingRow.data
    rows = await session.execute(
        select(
            FindingRow.grading_id,
            FindingRow.check_id,
            FindingRow.outcome,
            data["weight"].as_float(),
            data["partly"].as_float(),
            # What was chosen outlives the person's data; what was typed does not (server.personal_data).
            func.coalesce(data["chosen"], data["actual"]),
        ).where(FindingRow.grading_id.in_(gradings))
    )
    students: dict[uuid.UUID, list[Answered]] = defaultdict(list)
    for grading_id, question, outcome, weight, partly, chosen in rows:
        right = outcome == Outcome.PASSED.value
        earned = weight * (1 if right else partly or 0)
        students[grading_id].append(Answered(question, right, weight, earned, chosen or []))
    return list(students.values())


def item_statistics(version: ExerciseVersion, students: Sequence[Sequence[Answered]]) -> list[ItemStatistics]:
    """Return the analysis of each question of a quiz.

    Args:
        version: The quiz, whose questions are asked about.
        students: For each student the answers of their first attempt.

    """
    return [
        _item(question, version.answers.get(question["id"], {}), students) for question in version.manifest["questions"]
    ]


def _item(
    question: Mapping[str, Any], answer: Mapping[str, Any], students: Sequence[Sequence[Answered]]
) -> ItemStatistics:
    """Analyse one question."""
    right, rest, chosen = [], [], Counter[str]()
    for answers in students:
        mine = next((one for one in answers if one.question == question["id"]), None)
        if mine is None:
            continue
        right.append(float(mine.right))
        rest.append(_share([one for one in answers if one is not mine]))
        chosen.update(set(mine.chosen))
    return ItemStatistics(
        id=question["id"],
        prompt=Text.model_validate(question["prompt"]),
        students=len(right),
        difficulty=sum(right) / len(right) if right else None,
        discrimination=correlation(np.array(right), np.array(rest)),
        options=[
            OptionCount(
                id=option["id"],
                text=Text.model_validate(option["text"]),
                right=option["id"] in answer.get("accepted", ()),
                chosen=chosen[option["id"]],
            )
            for option in question["options"]
        ],
    )


def _share(answers: Iterable[Answered]) -> float:
    """Return the score over some questions, 0..1."""
    known = list(answers)
    total = sum(one.weight for one in known)
    return sum(one.earned for one in known) / total if total else 0.0
