"""Quizzes: each kind of question, what is read as the same answer, and what stays hidden until it is right."""

from collections.abc import Callable
from typing import Any

import pytest
from gradertools import BundleWithData

from exercises.schema import Answer, Question
from exercises.text import Text
from grader import Outcome, check_quiz, verdict
from grader.quiz import _finding

BOTH = Text(zh="甲", en="a")
OPTIONS = tuple({"id": name, "text": {"zh": name, "en": name}} for name in ("a", "b", "c", "d"))


def question(kind: str, **more: Any) -> Question:  # noqa: ANN401
    """Return a question of one kind."""
    options = OPTIONS if kind in {"single", "multiple"} else ()
    return Question.model_validate({"id": "q", "kind": kind, "prompt": BOTH, "options": options, **more})


def answered(kind: str, accepted: list[str], given: list[str], tolerance: float = 0, **more: Any) -> Any:  # noqa: ANN401
    """Return the finding of one answer."""
    answer = Answer(accepted=tuple(accepted), tolerance=tolerance, explanation=Text(zh="因为", en="Because."))
    return _finding(question(kind, **more), given, answer)


@pytest.mark.parametrize(
    ("kind", "accepted", "given"),
    [
        ("single", ["a"], ["a"]),
        ("multiple", ["a", "c"], ["c", "a"]),
        ("numeric", ["11"], ["11"]),
        ("numeric", ["11"], ["１１"]),
        ("numeric", ["11"], [" 11.0 "]),
        ("numeric", ["-0.5"], ["－0．5"]),
        ("text", ["ReLU"], [" ｒｅｌｕ "]),
        ("text", ["gradient descent", "梯度下降"], ["Gradient  Descent"]),
    ],
)
def test_right_answers(kind: str, accepted: list[str], given: list[str]) -> None:
    """Order, width, case and blanks do not matter where they mean nothing; right answers show why."""
    finding = answered(kind, accepted, given)

    assert Outcome.PASSED == finding.outcome
    assert "Because." in finding.message.en


@pytest.mark.parametrize(
    ("kind", "accepted", "given"),
    [
        ("single", ["a"], ["b"]),
        ("single", ["a"], ["a", "b"]),
        ("single", ["a"], ["no such option"]),
        ("multiple", ["a", "c"], ["a"]),
        ("multiple", ["a", "c"], ["a", "b", "c"]),
        ("numeric", ["11"], ["11.1"]),
        ("numeric", ["11"], ["eleven"]),
        ("numeric", ["11"], ["nan"]),
        ("numeric", ["11"], ["inf"]),
        ("text", ["relu"], ["tanh"]),
        ("text", ["relu"], []),
    ],
)
def test_wrong_answers_show_nothing(kind: str, accepted: list[str], given: list[str]) -> None:
    """A wrong or missing answer is told neither the right one nor its explanation."""
    finding = answered(kind, accepted, given)

    assert (Outcome.FAILED, None) == (finding.outcome, finding.expected)
    assert "Because." not in finding.message.en


def test_numbers_have_a_tolerance() -> None:
    """A number within the tolerance is right."""
    assert Outcome.PASSED == answered("numeric", ["0.69"], ["0.6931"], 0.01).outcome


def test_partial_credit_only_where_the_question_gives_it() -> None:
    """Two of three right options earn two thirds with ``partial``, and nothing without."""
    partly = answered("multiple", ["a", "b", "c"], ["a", "b"], partial=True)

    assert 0.666667 == verdict([partly], {}).score
    assert 0 == verdict([answered("multiple", ["a", "b", "c"], ["a", "b"])], {}).score


@pytest.mark.parametrize("exercise", ["what-is-a-neural-network", "backpropagation"])
def test_the_course_quizzes(course_bundle: Callable[..., BundleWithData], exercise: str) -> None:
    """The right answers pass, no answers score nothing, and one wrong answer costs its own weight."""
    bundle = course_bundle(exercise)
    right = {name: list(answer.accepted) for name, answer in bundle.answers.items()}
    one_wrong = {**right, next(iter(right)): ["?"]}

    assert ("passed", 1.0) == outcome(bundle, right)
    assert ("failed", 0.0) == outcome(bundle, {})
    assert 0 < outcome(bundle, one_wrong)[1] < 1


def outcome(bundle: BundleWithData, answers: dict[str, list[str]]) -> tuple[str, float]:
    """Return the outcome and the score of a quiz."""
    result = verdict(check_quiz(bundle, answers), {})
    return result.outcome.value, result.score
