"""A quiz: its questions to answer, and after judging with what was right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from exercises.schema import Option, Question, QuizExercise
from server.web.locale import Speaker
from server.web.markdown import render_inline
from server.web.views.words import with_code


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option: chosen or not, and known to be right or not."""

    id: str
    html: Markup
    chosen: bool
    right: bool  #: only ever true where the right answer may be shown
    wrong: bool  #: chosen, and known to be wrong without giving the answer away


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question.

    Attributes:
        id: Id of the question; its field is called ``answer.<id>``.
        number: From 1.
        kind: Kind of question.
        prompt: The question as HTML.
        options: Options of a choice question.
        typed: What was typed, of the other kinds.
        mark: How it came out; ``open`` before judging.
        message: What the judge says.
        explanation: Why, once that may be shown.

    """

    id: str
    number: int
    kind: Literal["single", "multiple", "numeric", "text"]
    prompt: Markup
    options: tuple[OptionView, ...]
    typed: str
    mark: Literal["open", "pass", "fail", "run"]
    message: Markup
    explanation: Markup


def question_views(
    exercise: QuizExercise,
    answers: Mapping[str, Sequence[str]],
    findings: Sequence[Mapping[str, Any]],
    say: Speaker,
    *,
    live: bool = False,
) -> list[QuestionView]:
    """Return the questions in order.

    Args:
        exercise: The quiz.
        answers: What was chosen or typed.
        findings: One per judged question; none before judging.
        say: The language.
        live: Whether judging goes on.

    """
    by_id = {finding["id"]: finding for finding in findings}
    waiting: Literal["open", "run"] = "run" if live else "open"
    return [
        _view(question, number, answers.get(question.id, ()), by_id.get(question.id), say, waiting=waiting)
        for number, question in enumerate(exercise.questions, 1)
    ]


def _view(
    question: Question,
    number: int,
    given: Sequence[str],
    finding: Mapping[str, Any] | None,
    say: Speaker,
    *,
    waiting: Literal["open", "run"],
) -> QuestionView:
    """Return one question."""
    right = _accepted(finding)
    mark: Literal["open", "pass", "fail", "run"] = waiting
    if finding is not None:
        mark = "pass" if finding["outcome"] == "passed" else "fail"
    return QuestionView(
        id=question.id,
        number=number,
        kind=question.kind,
        prompt=render_inline(say.of(question.prompt)),
        options=tuple(
            _option(option, question, given, right, failed=mark == "fail", say=say) for option in question.options
        ),
        typed=given[0] if given and not question.options else "",
        mark=mark,
        message=with_code(say.of(finding["message"])) if finding else Markup(),
        explanation=_explanation(finding, say),
    )


def _explanation(finding: Mapping[str, Any] | None, say: Speaker) -> Markup:
    """Return why: the hint where it may be shown, else what the judge says of a right answer."""
    if finding is None:
        return Markup()
    text = finding["hint"] or (finding["message"] if finding["outcome"] == "passed" else None)
    return render_inline(say.of(text))


def _option(
    option: Option, question: Question, given: Sequence[str], right: frozenset[str], *, failed: bool, say: Speaker
) -> OptionView:
    """Return one option. Of several choices in a wrong answer some may be right: none is called wrong then."""
    chosen = option.id in given
    telling = bool(right) or question.kind == "single"
    wrong = chosen and failed and telling and option.id not in right
    return OptionView(option.id, render_inline(say.of(option.text)), chosen, option.id in right, wrong)


def _accepted(finding: Mapping[str, Any] | None) -> frozenset[str]:
    """Return the right options, where they may be shown."""
    expected = finding["expected"] if finding else None
    if isinstance(expected, str):
        return frozenset({expected})
    return frozenset(str(item) for item in expected) if isinstance(expected, Sequence) else frozenset()
