"""The right answers of a quiz, read from ``private/answers.toml`` and held against its questions."""

import math
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter

from exercises.errors import BundleKeyWrong
from exercises.schema import Answer, Question, QuizExercise
from exercises.tomlfile import read_toml

ANSWERS = "private/answers.toml"

TABLE_OF_ANSWERS: TypeAdapter[dict[str, Answer]] = TypeAdapter(dict[str, Answer])


def read_answers(folder: Path, quiz: QuizExercise) -> Mapping[str, Answer]:
    """Return the answer of every question, in the order of the questions.

    Raises:
        BundleError: the file is missing or broken, an answer has no question or a question no answer, or an answer
            cannot be right (an option that does not exist, a text where a number is asked for).
    """
    shown = f"{folder.name}/{ANSWERS}"
    answers = read_toml(folder / ANSWERS, shown, TABLE_OF_ANSWERS)
    for name in answers:
        if name not in {question.id for question in quiz.questions}:
            raise BundleKeyWrong(shown, "there is no question of this id in exercise.toml", key=name)
    for question in quiz.questions:
        if question.id not in answers:
            raise BundleKeyWrong(shown, "is missing: every question needs its answer", key=question.id)
        trouble = _trouble(question, answers[question.id])
        if trouble:
            key, what = trouble
            raise BundleKeyWrong(shown, what, key=f"{question.id}.{key}")
    return {question.id: answers[question.id] for question in quiz.questions}


def _trouble(question: Question, answer: Answer) -> tuple[str, str] | None:
    """Return the key and the fault of an answer that cannot be right for its question."""
    if answer.tolerance and question.kind != "numeric":
        return "tolerance", "only numeric questions have a tolerance"
    if len(set(answer.accepted)) < len(answer.accepted):
        return "accepted", "names the same answer twice"
    if question.kind in {"single", "multiple"}:
        options = [option.id for option in question.options]
        unknown = [accepted for accepted in answer.accepted if accepted not in options]
        if unknown:
            return "accepted", f"there is no option {unknown[0]!r}; the question has {', '.join(options)}"
    if question.kind == "single" and len(answer.accepted) > 1:
        return "accepted", 'a single-choice question has one right option; use kind = "multiple" for more'
    if question.kind == "numeric":
        wrong = [accepted for accepted in answer.accepted if not _is_number(accepted)]
        if wrong:
            return "accepted", f"{wrong[0]!r} is not a number"
    return None


def _is_number(text: str) -> bool:
    """Whether ``text`` is a finite number, as the grader reads it."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
