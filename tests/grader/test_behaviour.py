"""Judging by answers, without TensorFlow: what is compared, what is asked again, what is believed, what is trained."""

import itertools
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from describedmodels import model_named
from gradertools import DIGITS_STEPS, BundleWithData, answers, described_answers, finished, npy
from test_gathering import Script

from exercises.schema import CodeExercise
from grader import CheckBroke, Finding, Outcome, Phase, RunResult, Selection, check, gather_quick
from grader.behaviour import TOLERANCE, fault_of_answers, fault_of_own_code, rough
from grader.canonical import described_network
from grader.evidence import CannotTrain, starting_point
from grader.evidence.behaviour import kind_of_shape, orders_of
from grader.questions import VARIANTS, number_of, variant_of

Loader = Callable[..., BundleWithData]

MODELS = Selection(only=frozenset({"layers", "behaviour"}))
READABLE = "article"
OPAQUE = "convolution by hand"

GOOD: dict[str, Any] = {
    "problem": None,
    "detail": None,
    "difference": 0.0,
    "training_difference": 0.0,
    "mapping": [],
    "losses": 0,
    "frozen": 0,
    "bound": 0,
    "same_weights": True,
}


def captured(title: str, files: Mapping[str, bytes]) -> RunResult:
    """Return the result of a run that captured a model of the corpus and left these answers."""
    return finished({"model.json": json.dumps(model_named("cnn", title).model).encode(), **files})


def judged(
    bundle: BundleWithData, model: RunResult, **results: RunResult
) -> tuple[dict[str, Finding], dict[str, Any], Script]:
    """Judge a captured model; returns findings by id, its evidence, and what was asked."""
    script = Script({"model": model, **{name.replace("_", "-"): result for name, result in results.items()}})
    gathered = script.gather(gather_quick(bundle, "source", MODELS))
    evidence = json.loads(json.dumps(gathered.evidence))
    findings = {finding.id: finding for finding in check(bundle, evidence, MODELS, Phase.QUICK)}
    return findings, evidence["captures"]["model"], script


def test_a_model_that_answers_as_described_passes(course_bundle: Loader) -> None:
    """One look is enough, and the evidence is small."""
    findings, evidence, script = judged(course_bundle("cnn-digits"), captured(READABLE, answers()))

    assert (Outcome.PASSED, Outcome.PASSED) == (findings["layers"].outcome, findings["behaviour"].outcome)
    assert [["model", "model-answers"]] == script.asked
    assert [[0, 1], [2, 3], [], [], [4, 5], [6, 7]] == evidence["behaviour"]["mapping"]
    assert len(json.dumps(evidence["behaviour"])) < 500


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (answers(0.6), "answers differently (by 10% or more)"),
        ({**answers(), "training_outputs.npy": npy(np.full((4, 10), 0.51, np.float32))}, "In training (training=True)"),
        ({**answers(), "outputs.npy": npy(np.full((4, 10), np.nan, np.float32))}, "answers differently"),
        ({**answers(), "outputs.npy": npy(np.zeros((4, 9), np.float32))}, "answers with shape (9,)"),
        (answers(losses=2), "adds 2 further loss terms"),
        (answers(problem="raised", detail="ValueError: no"), "Calling the model on random data failed: ValueError: no"),
        (answers(problem="not_finite"), "NaN or infinity"),
        (answers(problem="too_large", detail="900 weights"), "too large to try it out (900 weights)"),
        (answers(problem="several_outputs", detail="2"), "one output, but has 2"),
        ({"probe.json": b"[]"}, "cannot be read"),
        ({}, "cannot be read"),
    ],
)
def test_a_model_that_answers_otherwise_fails_though_its_structure_is_right(
    course_bundle: Loader, files: dict[str, bytes], said: str
) -> None:
    """Each way to answer wrongly has its sentence, and costs the check of behaviour alone."""
    findings, _, script = judged(course_bundle("cnn-digits"), captured(READABLE, files))

    assert (Outcome.PASSED, Outcome.FAILED) == (findings["layers"].outcome, findings["behaviour"].outcome)
    assert said in findings["behaviour"].message.en
    assert 1 == len(script.asked)


def test_own_code_passes_by_its_answers(course_bundle: Loader) -> None:
    """It is shown as the network that it equals, with a word on how it was judged."""
    findings, _, _ = judged(course_bundle("cnn-digits"), captured(OPAQUE, answers()))
    layers = findings["layers"]

    assert (Outcome.PASSED, Outcome.PASSED) == (layers.outcome, findings["behaviour"].outcome)
    assert "code of your own and was judged by its answers" in layers.message.en
    assert layers.actual["network"] == layers.expected["network"]
    assert [] == layers.actual["differences"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (answers(0.6), "MyConv is code of your own"),
        (answers(frozen=1), "1 weights are frozen"),
        (answers(bound=3), "3 weights have a constraint"),
        (answers(losses=1), "adds 1 further loss terms"),
        (answers(steps=[*DIGITS_STEPS[:5], [[128, 10]]]), "differ from the described network's in number or shape"),
        (answers(problem="raised", detail="?"), "random data failed"),
        ({}, "cannot be read"),
    ],
)
def test_own_code_that_behaves_otherwise_fails(course_bundle: Loader, files: dict[str, bytes], said: str) -> None:
    """What no structure shows is looked at beside the answers: frozen and bound weights, further losses."""
    findings, _, _ = judged(course_bundle("cnn-digits"), captured(OPAQUE, files))

    assert (Outcome.FAILED, Outcome.SKIPPED) == (findings["layers"].outcome, findings["behaviour"].outcome)
    assert said in findings["layers"].message.en


def test_a_readable_model_is_not_excused_by_its_answers(course_bundle: Loader) -> None:
    """A structure that can be read and is another one fails, whatever the model answers."""
    findings, _, _ = judged(course_bundle("cnn-digits"), captured("tanh", answers()))

    assert Outcome.FAILED is findings["layers"].outcome


def test_the_same_rule_holds_where_only_layers_are_asked_for(course_bundle: Loader) -> None:
    """Leaving the check of behaviour out accepts no own code that answers otherwise."""
    bundle = course_bundle("cnn-digits")
    only = Selection(only=frozenset({"layers"}))
    outcomes = []
    for value in (0.5, 0.6):
        quick = Script({"model": captured(OPAQUE, answers(value))}).gather(gather_quick(bundle, "source", only))
        outcomes.append(check(bundle, quick.evidence, only, Phase.QUICK)[0].outcome)

    assert [Outcome.PASSED, Outcome.FAILED] == outcomes


def test_a_network_that_the_judge_cannot_build_is_our_fault(course_bundle: Loader) -> None:
    """An exercise whose network the judge does not know has no verdict, rather than a zero for the student."""
    report = finished({"behaviour.json": b'{"problem": "no_reference", "detail": "layer Conv3D"}'})

    with pytest.raises(CheckBroke, match="Conv3D"):
        judged(course_bundle("cnn-digits"), captured(READABLE, answers()), model_answers=report)


TWINS = [[[3, 3], [3]], [[3, 3], [3]]]


@pytest.mark.parametrize(
    ("right_order", "mapping"), [(0, [[0, 1], [2, 3]]), (1, [[0, 3], [2, 1]]), (3, [[2, 3], [0, 1]])]
)
def test_weights_of_one_shape_are_tried_in_every_order(
    course_bundle: Loader, right_order: int, mapping: list[list[int]]
) -> None:
    """The judge answers once more with each order; the one that fits says whose weights are whose."""
    outputs = np.full((1, 4, 4, 10), 0.9, np.float32)
    outputs[0, right_order] = 0.2
    first = described_answers(steps=TWINS)
    again = described_answers(steps=TWINS)
    again = finished({**again.artifacts, "outputs.npy": npy(outputs)})
    model = captured(OPAQUE, answers(0.2, steps=TWINS))
    findings, evidence, script = judged(
        course_bundle("cnn-digits"), model, model_answers=first, model_answers_again=again
    )

    assert ["model-answers-again"] == script.asked[-1]
    assert 4 == len(script.runs[-1].arguments["orders"])
    assert Outcome.PASSED is findings["layers"].outcome
    assert mapping == evidence["behaviour"]["mapping"]


def test_a_model_of_a_fixed_length_is_asked_about_rows_of_its_own(course_bundle: Loader) -> None:
    """The judge answers in the model's terms; rows of absurd sizes are not asked about."""
    bundle = course_bundle("cnn-digits")
    own = answers(sizes=[56, 28, 1])
    again = described_answers(sizes=[56, 28, 1])
    findings, _, script = judged(bundle, captured(READABLE, own), model_answers_again=again)
    absurd, _, not_again = judged(bundle, captured(READABLE, answers(sizes=[10**9, 28, 1])))

    assert Outcome.PASSED is findings["behaviour"].outcome
    assert [56, 28, 1] == script.runs[-1].arguments["sizes"]
    assert "wants rows of shape" in absurd["behaviour"].message.en
    assert 1 == len(not_again.asked)


def test_rows_that_do_not_fit_the_described_network_fail(course_bundle: Loader) -> None:
    """Sizes are claims: where the described network cannot be asked so, it is the student's model that is wrong."""
    refused = finished({"behaviour.json": b'{"problem": "other_input", "detail": "too small"}'})
    model = captured(READABLE, answers(sizes=[2, 2, 1]))
    findings, _, _ = judged(course_bundle("cnn-digits"), model, model_answers_again=refused)

    assert "wants rows of shape (2, 2, 1)" in findings["behaviour"].message.en


@pytest.mark.parametrize(
    "claims",
    [
        {"weights": [[-1]]},
        {"weights": "all"},
        {"weights": [[1.5]]},
        {"weights": [[1]] * 5000},
        {"sizes": [[]]},
        {"sizes": [True]},
        {"tokens": -3},
        {"losses": "none"},
        {"frozen": 2**70},
        {"problem": "a word of its own"},
        {"sizes": list(range(40))},
    ],
)
def test_claims_of_another_kind_are_not_believed(course_bundle: Loader, claims: dict[str, Any]) -> None:
    """What a slot says of its answers is bounded and of the right kind, or the model has not answered."""
    findings, evidence, _ = judged(course_bundle("cnn-digits"), captured(READABLE, answers(**claims)))

    assert "unreadable" == evidence["behaviour"]["problem"]
    assert Outcome.FAILED is findings["behaviour"].outcome


def test_small_numbers_count_by_their_own_size(course_bundle: Loader) -> None:
    """A class ruled out or held for sure with another probability is a difference; rounding is none."""
    wanted = np.full((8, 1, 4, 10), 0.5, np.float32)
    wanted[..., 0], wanted[..., 1], wanted[..., 2] = 0.02, 1e-9, 0.98
    reference = finished({**described_answers().artifacts, "outputs.npy": npy(wanted)})
    differences = []
    for column, value in ((0, 0.021), (1, 2e-9), (2, 0.981)):
        outputs = wanted[0, 0].copy()
        outputs[:, column] = value
        files = {**answers(), "outputs.npy": npy(outputs), "training_outputs.npy": npy(outputs)}
        _, evidence, _ = judged(course_bundle("cnn-digits"), captured(READABLE, files), model_answers=reference)
        differences.append(evidence["behaviour"]["difference"])

    assert [0.05, 0, 0.05] == pytest.approx(differences, abs=1e-3)


def test_training_is_compared_where_the_described_network_is_steady(course_bundle: Loader) -> None:
    """A described network with dropout answers at random in training: then nobody's training mode is compared."""
    noisy = {**answers(), "training_outputs.npy": npy(np.full((4, 10), 0.9, np.float32))}
    model = captured(READABLE, noisy)
    random, _, _ = judged(course_bundle("cnn-digits"), model, model_answers=described_answers(training="random"))
    own = described_answers(training="own")
    own = finished({**own.artifacts, "training_outputs.npy": npy(np.full((8, 1, 4, 10), 0.9, np.float32))})
    normalised, _, _ = judged(course_bundle("cnn-digits"), model, model_answers=own)

    assert [Outcome.PASSED] * 2 == [one["behaviour"].outcome for one in (random, normalised)]


def test_orders_are_few_and_the_natural_one_is_first() -> None:
    """However many weights have one shape, the judge is not asked about more orders than it can answer at once."""
    few, many = orders_of([(3, 3), (3,), (3, 3), (1, 3)]), orders_of([(7,)] * 12)

    assert ((0, 1, 2, 3), 4) == (few[0], len(few))
    assert (tuple(range(12)), 24) == (many[0], len(many))
    assert all(sorted(order) == list(range(12)) for order in many)


@pytest.mark.parametrize(
    ("shape", "kind"), [((1, 128), (128,)), ((16, 1), (16, 1)), ((5, 5, 1, 32),) * 2, ((), ()), ((1,), (1,))]
)
def test_a_bias_may_be_written_as_a_row(shape: tuple[int, ...], kind: tuple[int, ...]) -> None:
    """Leading axes of length one say nothing; any other does."""
    assert kind == kind_of_shape(shape)


@pytest.mark.parametrize(
    ("changed", "by_answers", "as_own_code"),
    [
        ({}, True, True),
        ({"difference": TOLERANCE}, True, True),
        ({"difference": 2 * TOLERANCE}, False, False),
        ({"training_difference": 2 * TOLERANCE}, False, False),
        ({"training_difference": None}, True, True),
        ({"losses": 1}, False, False),
        ({"losses": -1}, True, True),
        ({"frozen": 1}, True, False),
        ({"bound": 1}, True, False),
        ({"same_weights": False}, True, False),
        ({"problem": "not_finite"}, False, False),
    ],
)
def test_the_rule(changed: dict[str, Any], by_answers: bool, as_own_code: bool) -> None:  # noqa: FBT001 - a table
    """Equal in use and in training; own code must besides have the same weights, all of them free to be trained."""
    behaviour = {**GOOD, **changed}

    assert by_answers is (fault_of_answers(behaviour) is None)
    assert as_own_code is (fault_of_own_code({"behaviour": behaviour}) is None)


def test_own_code_without_answers_is_not_accepted() -> None:
    """Evidence from before models were asked, and networks that the judge cannot build, accept nothing unread."""
    assert fault_of_own_code({}) is not None
    assert fault_of_own_code({"behaviour": {**GOOD, "problem": "no_reference"}}) is not None


def test_how_wrong_an_answer_is_is_told_roughly() -> None:
    """Whoever tries answers out learns an order of magnitude from a failure, and no digit of the right one."""
    shares = {rough(share) for share in np.geomspace(1e-4, 1e5, 500)}

    assert {"0.1%", "1%", "10%", "100%"} == shares


def test_each_program_has_its_question(course_bundle: Loader) -> None:
    """The program decides; all questions are used, and another exercise or version has others."""
    bundle, other = course_bundle("cnn-digits"), course_bundle("rnn-reviews")
    capture, others = bundle.code.captures[0], other.code.captures[0]
    assert capture.kind == others.kind == "model"
    variants = [variant_of(bundle, f"program {number}", capture) for number in range(200)]
    numbers = {number_of(bundle, capture, variant) for variant in range(VARIANTS)}

    assert set(range(VARIANTS)) == set(variants)
    assert variants[:5] == [variant_of(bundle, f"program {number}", capture) for number in range(5)]
    assert VARIANTS == len(numbers)
    assert not numbers & {number_of(other, others, variant) for variant in range(VARIANTS)}


def _weights(steps: list[list[list[int]]]) -> dict[str, bytes]:
    """Return arrays of these shapes as a slot's weights, each filled with its number."""
    shapes = itertools.chain.from_iterable(steps)
    return {f"weight.{index:03d}.npy": npy(np.full(shape, index, "f")) for index, shape in enumerate(shapes)}


def test_own_code_is_trained_as_the_described_network(course_bundle: Loader) -> None:
    """The judge builds what was described and begins with the student's own weights, each in its place."""
    exercise: CodeExercise = course_bundle("cnn-digits").code
    described = described_network(exercise, "model")
    facts = model_named("cnn", OPAQUE).facts
    mapping = [[6, 7], [0, 1], [], [], [2, 3], [4, 5]]
    result = captured(OPAQUE, _weights(DIGITS_STEPS))
    start = starting_point({**facts, "behaviour": {**GOOD, "mapping": mapping}}, result, described)

    assert described is not None
    assert [step.layer for step in described.steps] == [step.layer for step in start.network.steps]
    assert mapping == [list(step.weights) for step in start.network.steps]
    assert 8 == len(start.weights)


@pytest.mark.parametrize(
    ("behaviour", "result"),
    [
        ({**GOOD, "difference": 0.1}, captured(OPAQUE, _weights(DIGITS_STEPS))),
        (GOOD, captured(READABLE, _weights(DIGITS_STEPS))),
        ({**GOOD, "mapping": [[0, 1], [2, 3], [], [], [4, 5], [6, 7]]}, captured(OPAQUE, {})),
        (GOOD, RunResult("timed_out", None, None, (), "", {}, 1)),
    ],
    ids=["behaves otherwise", "another model this time", "no weights", "does not end"],
)
def test_what_was_not_judged_is_not_trained(
    course_bundle: Loader, behaviour: dict[str, Any], result: RunResult
) -> None:
    """Only the model that was judged is trained, and own code only where it behaves as described."""
    facts = {**model_named("cnn", OPAQUE).facts, "behaviour": behaviour}

    with pytest.raises(CannotTrain):
        starting_point(facts, result, described_network(course_bundle("cnn-digits").code, "model"))
