"""Check a quiz: single and multiple choice, numbers, short texts."""

import math
import unicodedata
from collections.abc import Mapping, Sequence

from exercises import Bundle
from exercises.schema import Answer, Question
from exercises.text import Text
from grader.contract import CheckBroke, Finding, Outcome

RIGHT = Text(zh="回答正确。", en="Right.")
MISSING = Text(zh="这一题没有回答。", en="This question was not answered.")
WRONG = Text(zh="回答不对，请再想一想。", en="Not right yet; think it over once more.")
PARTLY = Text(zh="选对了一部分。", en="Partly right.")


def check_quiz(bundle: Bundle, answers: Mapping[str, Sequence[str]]) -> tuple[Finding, ...]:
    """Check the answers to every question; a missing answer is wrong.

    What was expected and why stays hidden until the answer is right.

    Args:
        bundle: The quiz.
        answers: Question id -> option ids, or the one number or text.

    Raises:
        CheckBroke: A question has no answer of ours to compare with.

    """
    findings = []
    for question in bundle.quiz.questions:
        given = [str(one) for one in answers.get(question.id, ())]
        if question.id not in bundle.answers:
            raise CheckBroke(f"{bundle.id} has no answer for {question.id}")
        findings.append(_finding(question, given, bundle.answers[question.id]))
    return tuple(findings)


def _finding(question: Question, given: list[str], answer: Answer) -> Finding:
    """Return the finding of one question."""
    share = _share(question, given, answer)
    right = share == 1
    if right:
        message = Text(zh=f"{RIGHT.zh}{answer.explanation.zh}", en=f"{RIGHT.en} {answer.explanation.en}")
    else:
        message = PARTLY if share else WRONG if given else MISSING
    return Finding(
        id=question.id,
        kind="quiz",
        title=question.prompt,
        outcome=Outcome.PASSED if right else Outcome.FAILED,
        weight=question.weight,
        required=True,
        expected=list(answer.accepted) if right else None,
        actual=given,
        message=message,
        partly=0 if right else share,
    )


def _share(question: Question, given: list[str], answer: Answer) -> float:
    """Return the share of a question that is answered rightly."""
    if not given:
        return 0.0
    match question.kind:
        case "single":
            return float(len(given) == 1 and given[0] in answer.accepted)
        case "multiple":
            chosen, wanted = set(given), set(answer.accepted)
            if chosen == wanted or not question.partial:
                return float(chosen == wanted)
            return max(0.0, (len(chosen & wanted) - len(chosen - wanted)) / len(wanted))
        case "numeric":
            return float(
                len(given) == 1 and any(_same_number(given[0], one, answer.tolerance) for one in answer.accepted)
            )
        case _:
            return float(len(given) == 1 and any(_plain(given[0]) == _plain(one) for one in answer.accepted))


def _same_number(given: str, accepted: str, tolerance: float) -> bool:
    """Tell whether two numbers are the same within a tolerance; full-width digits count as digits."""
    try:
        value, wanted = (
            float(unicodedata.normalize("NFKC", text).strip().replace("−", "-")) for text in (given, accepted)
        )
    except ValueError:
        return False
    return math.isfinite(value) and abs(value - wanted) <= tolerance + 1e-9 * abs(wanted)


def _plain(text: str) -> str:
    """Return a short text in the form in which texts are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
