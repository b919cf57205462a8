"""Find out how a model behaves: from the answers it gave in its slot and those of the described network."""

from collections.abc import Generator, Mapping, Sequence

from exercises import Bundle
from exercises.schema import ModelCapture
from grader.behaviour import fault_of_answers
from grader.contract import Json, Run, RunResult
from grader.evidence.behaviour import (
    Claimed,
    NoAnswers,
    Order,
    behaviour_facts,
    orders_of,
    question_again,
    read_claimed,
    read_described,
    without_answers,
)
from grader.gathering.packing import finished, our_own_failures
from grader.hostile import BadArtifact
from grader.network import Network
from grader.questions import Question, asked_again_run, variant_of

Artifacts = Mapping[str, bytes]


def behaviour_of(
    bundle: Bundle,
    source: str,
    capture: ModelCapture,
    result: RunResult,
    *,
    evidence: dict[str, Json],
    ours: Mapping[str, Artifacts],
) -> Generator[tuple[Run, ...], tuple[RunResult, ...], None]:
    """Add ``behaviour`` to the evidence of a model that could be described.

    The described network's answers are there already, and mostly that is all. Only a model with own code whose weights
    may stand in another order, or one that takes other sizes, has the judge asked once more.

    Args:
        bundle: The exercise.
        source: The student's whole program.
        capture: Which model.
        result: The run that captured it.
        evidence: What is known of it; added to.
        ours: Artifacts of the judge's runs, by run.

    """
    answers = ours.get(f"{capture.id}-answers")
    if answers is None or evidence["ending"] != "finished" or evidence["problem"] is not None:
        return
    place = variant_of(bundle, source, capture)
    with our_own_failures():
        facts, again = _first(result.artifacts, answers, evidence, place)
    evidence["behaviour"] = facts
    if again is None:
        return
    claimed, question = again
    run = asked_again_run(bundle, source, capture, question)
    if run is None:
        return
    (answered,) = yield (run,)
    with our_own_failures():
        evidence["behaviour"] = _second(result.artifacts, finished(answered), claimed, question.orders)


Asked = tuple[Claimed, Question]


def _first(
    artifacts: Artifacts, answers: Artifacts, evidence: Mapping[str, Json], place: int
) -> tuple[dict[str, Json], Asked | None]:
    """Return what the first answers show, and what to ask once more."""
    try:
        claimed, described = read_claimed(artifacts), read_described(answers)
        facts = behaviour_facts(artifacts, claimed, described, place, orders_of(described.weights)[:1])
    except BadArtifact as bad:
        return without_answers("unreadable", str(bad)[:200]), None
    except NoAnswers as problem:
        return without_answers(problem.word, str(problem)), None
    opaque = Network.from_json(evidence["network"]).is_opaque
    question = question_again(claimed, described, opaque=opaque, equal=fault_of_answers(facts) is None)
    return facts, None if question is None else (claimed, question)


def _second(artifacts: Artifacts, answers: Artifacts, claimed: Claimed, orders: Sequence[Order]) -> dict[str, Json]:
    """Return what the answers to a program's own question show."""
    try:
        return behaviour_facts(artifacts, claimed, read_described(answers), 0, orders)
    except BadArtifact as bad:
        return without_answers("unreadable", str(bad)[:200])
    except NoAnswers:
        return without_answers("other_input", str(claimed.sizes))
