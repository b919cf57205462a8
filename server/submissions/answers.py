"""Read what a student sent: the text that will be judged, or a sentence that says why there is none."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exercises import Bundle
from exercises.errors import Refused as RefusedByExercise
from exercises.schema import Question, QuizExercise
from exercises.text import Text
from server.database.models import Kind
from server.errors import AnswerDoesNotFit

LONGEST_ANSWER = 2000  # characters of a typed quiz answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What was sent; exactly one of the three is there."""

    regions: Sequence[str] | None = None
    file: bytes | None = None
    answers: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """An answer that fits its exercise."""

    kind: Kind
    sent: dict[str, Any]  #: as it is stored, and compared when a request is sent again
    source: str  #: the text that is judged; a quiz's answers as canonical JSON
    sha256: str


def read_answer(bundle: Bundle, answer: Answer) -> ReadAnswer:
    """Turn what was sent into what is judged.

    Raises:
        AnswerDoesNotFit: It has not the shape that the exercise asks for; the sentence says where.

    """
    exercise = bundle.exercise
    if sum(part is not None for part in (answer.regions, answer.file, answer.answers)) != 1:
        raise AnswerDoesNotFit(
            Text(
                zh="请只提交 regions、file 和 answers 中的一项。",
                en="Send exactly one of regions, file and answers.",
            )
        )
    if isinstance(exercise, QuizExercise):
        return _read_quiz(exercise, answer)
    return _read_code(bundle, answer)


def _read_code(bundle: Bundle, answer: Answer) -> ReadAnswer:
    if answer.answers is not None:
        raise AnswerDoesNotFit(
            Text(zh="这是编程练习，请提交 regions 或 file。", en="This exercise asks for code: send regions or file.")
        )
    sent: dict[str, Any]
    try:
        if answer.regions is not None:
            source = bundle.source_of_regions(answer.regions).text
            kind, sent = Kind.REGIONS, {"regions": list(answer.regions)}
        else:
            source = bundle.source_of_file(answer.file or b"", whole_file=bundle.code.whole_file).text
            kind, sent = Kind.FILE, {"file": source}
    except RefusedByExercise as refusal:
        extra = {"line": refusal.line} if hasattr(refusal, "line") else {}
        raise AnswerDoesNotFit(refusal.sentence, **extra) from refusal
    return ReadAnswer(kind=kind, sent=sent, source=source, sha256=_sha256(source))


def _read_quiz(exercise: QuizExercise, answer: Answer) -> ReadAnswer:
    if answer.answers is None:
        raise AnswerDoesNotFit(Text(zh="这是小测，请提交 answers。", en="This exercise is a quiz: send answers."))
    questions = {question.id: question for question in exercise.questions}
    for question_id, given in answer.answers.items():
        if question_id not in questions:
            name = _shown(question_id)
            raise AnswerDoesNotFit(
                Text(zh=f"小测中没有题目“{name}”。", en=f"The quiz has no question “{name}”."), question=name
            )
        _must_fit(questions[question_id], given)
    answers = {question_id: list(answer.answers[question_id]) for question_id in sorted(answer.answers)}
    source = json.dumps(answers, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return ReadAnswer(kind=Kind.ANSWERS, sent={"answers": answers}, source=source, sha256=_sha256(source))


def _must_fit(question: Question, given: Sequence[str]) -> None:
    """Refuse an option that the question does not have, more answers than it takes, and text nobody typed."""
    if question.kind != "multiple" and len(given) > 1:
        raise AnswerDoesNotFit(
            Text(zh=f"题目“{question.id}”只能有一个答案。", en=f"Question “{question.id}” takes one answer."),
            question=question.id,
        )
    options = {option.id for option in question.options}
    for value in given:
        name = _shown(value)
        if options and value not in options:
            raise AnswerDoesNotFit(
                Text(
                    zh=f"题目“{question.id}”没有选项“{name}”。", en=f"Question “{question.id}” has no option “{name}”."
                ),
                question=question.id,
            )
        if len(value) > LONGEST_ANSWER or name != value[: len(name)] or "\0" in value:
            raise AnswerDoesNotFit(
                Text(
                    zh=f"题目“{question.id}”的答案过长或含有无法识别的字符。",
                    en=f"The answer to question “{question.id}” is too long or has characters that are no text.",
                ),
                question=question.id,
            )


def _shown(value: str) -> str:
    """Return ``value`` short, and without what cannot be encoded or stored."""
    return value[:64].encode("utf-8", "replace").decode("utf-8").replace("\0", "�")


def _sha256(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
