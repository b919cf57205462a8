"""A recorded training is judged by its steps, its settings and its replay, each mistake once."""

from collections.abc import Callable
from typing import Any

import pytest
from gradertools import BundleWithData

from grader import Outcome, Phase, Selection, check
from grader.checks import Context
from grader.checks.compile import check_compile
from grader.checks.returns import check_returns
from grader.checks.training import check_training
from grader.recipes import recipes_to_replay

ROWS, PER_EPOCH, EPOCHS = 70, 3, 20
EXPECTED = {"class": "Adam", "learning_rate": 0.0001, "loss": "categorical_crossentropy"}
ADAM = {
    "class": "Adam",
    "builtin": True,
    "config": {"name": "adam", "learning_rate": 9.999999747378752e-05, "beta_1": 0.9, "clipnorm": None},
}
LOSS = {"name": "categorical_crossentropy", "builtin": True, "config": {}}


def epochs(count: int = EPOCHS, rows: int = ROWS, batch: int = 32) -> list[list[int]]:
    """Return the steps of a plain training."""
    everything = list(range(rows))
    return [everything[start : start + batch] for _ in range(count) for start in range(0, rows, batch)]


def recorded(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the evidence of a right training with parts replaced."""
    facts: dict[str, Any] = {
        "compiled": {"loss": LOSS, "optimizer": ADAM},
        "optimizer": ADAM,
        "optimizer_count": 1,
        "rates": [9.999999747378752e-05, 9.999999747378752e-05],
        "steps": epochs(),
        "notes": [],
        "labels": {"right": 1400, "wrong": 0},
        "weighted": False,
        "elsewhere": False,
        "finite": True,
        "moved": True,
        "rows": ROWS,
        "replays": [{"recipe": EXPECTED, "difference": 1e-6}],
        "own_classes": [0, 1, 1, 0],
        "margins": [0.5, 0.5, 0.5, 1e-6],
        "answer": {
            "type": "ndarray",
            "array": True,
            "problem": None,
            "shape": [4],
            "dtype": "int64",
            "values": [0, 1, 1, 0],
        },
    }
    return {**facts, **changes}


def said(bundle: BundleWithData, facts: dict[str, Any]) -> dict[str, str]:
    """Return what is said against a recorded training, by check."""
    context = Context(bundle, {"captures": {"standin": facts}})
    by_kind: dict[str, Any] = {check.kind: check for check in bundle.code.checks}
    checks = {"compile": check_compile, "training": check_training, "returns": check_returns}
    judgements = {kind: judge(by_kind[kind], context) for kind, judge in checks.items()}
    return {kind: judgement.message.en for kind, judgement in judgements.items() if not judgement.passed}


def answer(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a right answer with parts replaced."""
    return {**recorded()["answer"], **changes}


def config(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the evidence of a training whose optimizer has other settings."""
    optimizer = {**ADAM, "config": {**ADAM["config"], **changes}}
    return recorded(optimizer=optimizer, compiled={"loss": LOSS, "optimizer": optimizer})


SHUFFLED = [list(reversed(step)) for step in reversed(epochs())]


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(recorded(), id="plain"),
        pytest.param(recorded(steps=SHUFFLED), id="short batch first"),
        pytest.param(
            recorded(compiled={"loss": {**LOSS, "name": "sparse_categorical_crossentropy"}, "optimizer": ADAM}),
            id="sparse",
        ),
        pytest.param(
            recorded(compiled={"loss": {**LOSS, "name": "mine", "builtin": False}, "optimizer": ADAM}), id="own loss"
        ),
        pytest.param(recorded(compiled=None), id="own gradient loop"),
        pytest.param(
            recorded(optimizer={**ADAM, "class": "Mine", "builtin": False}), id="own optimizer of equal steps"
        ),
        pytest.param(config(learning_rate="<object>"), id="schedule that stays"),
        pytest.param(recorded(answer=answer(dtype="float64")), id="whole floats"),
        pytest.param(recorded(answer=answer(values=[0, 1, 1, 1])), id="a tie decided the other way"),
    ],
)
def test_right_trainings_pass(course_bundle: Callable[..., BundleWithData], facts: dict[str, Any]) -> None:
    """Every loop, loss or rate that gives the same steps is right."""
    assert {} == said(course_bundle("cats-vs-dogs"), facts)


FAR = [{"recipe": EXPECTED, "difference": 0.4}]


@pytest.mark.parametrize(
    ("facts", "kind", "message"),
    [
        (
            config(learning_rate=0.01) | {"rates": [0.01, 0.01]},
            "compile",
            "Learning rate 0.0001 expected, 0.01 found.",
        ),
        (config(beta_1=0.5), "compile", "beta_1 must keep its default, 0.5 found."),
        (config(clipnorm=1.0), "compile", "clipnorm must keep its default, 1.0 found."),
        (recorded(optimizer={**ADAM, "class": "SGD"}, replays=FAR), "compile", "Optimizer Adam expected, SGD found."),
        (
            recorded(compiled={"loss": {**LOSS, "name": "binary_crossentropy"}, "optimizer": ADAM}),
            "compile",
            "Loss categorical_crossentropy expected, binary_crossentropy found.",
        ),
        (
            recorded(compiled={"loss": {**LOSS, "config": {"from_logits": True}}, "optimizer": ADAM}),
            "compile",
            "from_logits must keep its default, True found.",
        ),
        (recorded(steps=[], moved=False), "training", "The given model was never trained."),
        (recorded(steps=epochs(19)), "training", "20 epochs (60 steps) expected, 57 steps found."),
        (recorded(steps=epochs(40)), "training", "20 epochs (60 steps) expected, 120 steps found."),
        (recorded(steps=epochs(batch=10)), "training", "Batches of 32 expected, of 10 found."),
        (recorded(steps=epochs(rows=35)), "training", "Only 35 of the 70 training rows were used."),
        (recorded(steps=[[-2], *epochs()[1:]]), "training", "Some steps used pictures that are not the given ones."),
        (
            recorded(steps=[*epochs()[:57], epochs()[0], epochs()[0], epochs()[2]]),
            "training",
            "Epoch 20 does not use every row once.",
        ),
        (recorded(replays=FAR), "training", "The trained weights do not follow from these steps and labels."),
        (
            recorded(replays=FAR, labels={"right": 700, "wrong": 700}),
            "training",
            "Some pictures were trained with a label that is not theirs.",
        ),
        (recorded(replays=FAR, weighted=True), "training", "The rows did not all have the same weight."),
        (
            recorded(compiled=None, optimizer={**ADAM, "class": "SGD"}, replays=FAR),
            "compile",
            "Optimizer Adam expected",
        ),
        (
            recorded(compiled=None, replays=FAR),
            "compile",
            "Your own loop does not take the steps of Adam with categorical cross-entropy.",
        ),
        (
            recorded(compiled=None, replays=FAR, optimizer_count=20),
            "training",
            "The optimizer changed during training",
        ),
        (
            recorded(optimizer={**ADAM, "builtin": False}, replays=FAR),
            "compile",
            "Your own class Adam does not take the steps of Keras' Adam: use keras.optimizers.Adam.",
        ),
        (recorded(replays=FAR, finite=False), "training", "After training some of the model's weights are NaN"),
        (recorded(steps=[[-3, 1], *epochs()[1:]]), "training", "Test pictures were trained on"),
        (recorded(steps=[]), "training", "The model's weights changed, but not by steps of a Keras optimizer."),
        (
            recorded(steps=[[-2], *epochs()[1:]], compiled=None, replays=FAR),
            "training",
            "Some steps used pictures that are not the given ones.",
        ),
        (
            recorded(rates=[1e-6, 1e-4], replays=FAR),
            "compile",
            "A learning rate of 0.0001 throughout expected; it went from 1e-06 to 0.0001.",
        ),
        (recorded(answer=answer(finite=False, values=[-1] * 4)), "returns", "Some of the returned numbers are NaN"),
        (recorded(answer=answer(values=[1, 0, 0, 1])), "returns", "All classes are swapped"),
        (
            recorded(answer=answer(problem="not_numeric", dtype="object")),
            "returns",
            "An array of class numbers expected, one of type object found.",
        ),
        (recorded(answer=answer(shape=[4, 1])), "returns", "Shape (4,) expected (one class number per test picture)"),
        (recorded(answer=answer(shape=[7])), "returns", "Shape (4,) expected (one class number per test picture)"),
        (
            recorded(optimizer_count=20),
            "training",
            "The optimizer changed during training: what it had gathered was lost, so this is not one training.",
        ),
        (
            recorded(answer=answer(values=[0, 0, 1, 0])),
            "returns",
            "1 of the test pictures has a class that the model itself does not predict",
        ),
        (recorded(answer=answer(dtype="bool")), "returns", "Class numbers expected, not True or False."),
        (recorded(answer=answer(values=[0.2, 1, 1, 0])), "returns", "Class numbers expected, not probabilities."),
        (recorded(answer=answer(shape=[4, 2])), "returns", "Shape (4,) expected (one class number per test picture)"),
        (
            recorded(answer=answer(array=False, type="list")),
            "returns",
            "A numpy array of numbers expected, list found.",
        ),
        (recorded(answer=answer(problem="returned_none")), "returns", "The function returned nothing."),
        (recorded(answer=answer(values=[0, 1, 1, 7])), "returns", "Class numbers are 0 and 1; 7 was found."),
    ],
)
def test_one_mistake_fails_one_check(
    course_bundle: Callable[..., BundleWithData], facts: dict[str, Any], kind: str, message: str
) -> None:
    """A mistake is told by the check it belongs to, and by no other."""
    found = said(course_bundle("cats-vs-dogs"), facts)

    assert [kind] == list(found)
    assert found[kind].startswith(message)


def test_another_model_is_named_and_its_predictions_are_not_blamed(
    course_bundle: Callable[..., BundleWithData],
) -> None:
    """A rebuilt model was neither the one to compile nor the one to train; what it predicts is no further mistake."""
    facts = recorded(
        steps=[], compiled=None, optimizer=None, rates=None, moved=False, elsewhere=True, answer=answer(values=[1] * 4)
    )
    found = said(course_bundle("cats-vs-dogs"), facts)

    assert {
        "compile": "Another model was compiled; the one passed in was not.",
        "training": "Another model was trained, not the one that was passed in.",
    } == found


def test_equal_rows_of_any_weight_pass_by_their_values(course_bundle: Callable[..., BundleWithData]) -> None:
    """Weights that are equal for all rows change nothing, so nothing is said against them."""
    assert {} == said(course_bundle("cats-vs-dogs"), recorded(weighted=True))


def test_a_metric_that_compares_numbers_is_a_note(course_bundle: Callable[..., BundleWithData]) -> None:
    """Metrics are free; one that will always read 0 is worth a word."""
    bundle = course_bundle("cats-vs-dogs")
    facts = recorded(notes=["metric_compares_numbers"])
    check = next(one for one in bundle.code.checks if one.kind == "compile")
    judgement = check_compile(check, Context(bundle, {"captures": {"standin": facts}}))

    assert judgement.passed
    assert "keras.metrics.Accuracy()" in judgement.message.en


def test_a_lie_about_the_settings_is_found_by_the_replay(course_bundle: Callable[..., BundleWithData]) -> None:
    """Whoever claims the right optimizer must show weights that this optimizer reaches."""
    assert "training" in said(course_bundle("cats-vs-dogs"), recorded(replays=FAR))


def test_both_the_expected_and_the_claimed_recipe_are_replayed(course_bundle: Callable[..., BundleWithData]) -> None:
    """A wrong rate does not hide whether the rows were right."""
    check = next(one for one in course_bundle("cats-vs-dogs").code.checks if one.kind == "compile")
    facts = recorded(rates=[0.01, 0.01], optimizer={**ADAM, "class": "SGD"})
    claimed = {"class": "SGD", "learning_rate": 0.01, "loss": "categorical_crossentropy"}

    assert [EXPECTED, claimed] == recipes_to_replay(check, facts)


NO_STEPS: dict[str, Any] = {"steps": [], "compiled": None, "optimizer": None, "rates": None, "replays": []}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"moved": True}, "Your own loop does not take the steps of Adam with categorical cross-entropy."),
        ({"moved": False}, "The model was neither compiled nor trained."),
        ({"moved": False, "elsewhere": True}, "Another model was compiled; the one passed in was not."),
    ],
)
def test_a_model_that_no_optimizer_was_given_to_costs_one_check(
    course_bundle: Callable[..., BundleWithData], changes: dict[str, Any], message: str
) -> None:
    """Where nothing was compiled and no step was taken, the check of the training has nothing of its own to say."""
    run = {"ending": "finished", "imported": True, "problem": None, "warnings": [], "kind": "training"}
    evidence = {"captures": {"standin": {**run, **recorded(**NO_STEPS), **changes}}}
    wanted = Selection(only=frozenset({"compile", "training"}))
    findings = check(course_bundle("cats-vs-dogs"), evidence, wanted, Phase.QUICK)

    assert [message] == [one.message.en for one in findings if one.outcome is Outcome.FAILED]
    assert ["training"] == [one.id for one in findings if one.because == "compile"]


def test_a_model_that_was_compiled_and_never_trained_fails_for_the_training(
    course_bundle: Callable[..., BundleWithData],
) -> None:
    """Compiling is right there, so the training is told for itself."""
    assert ["training"] == list(said(course_bundle("cats-vs-dogs"), recorded(steps=[], moved=False)))


@pytest.mark.parametrize(
    ("steps", "hint"),
    [
        (
            [epochs(1)[number % 2] for number in range(38)] + [epochs(1)[2]] * 2,
            "Each epoch has 2 batches, 3 expected: do not drop the last, shorter batch; remove steps_per_epoch",
        ),
        (epochs(19), "Train 20 epochs in all, no more and no less, in one fit or in several"),
        (epochs(21), "Train 20 epochs in all"),
        ([*epochs(13), epochs(1)[0]], "Train 20 epochs in all"),
    ],
)
def test_short_epochs_are_told_from_few(
    course_bundle: Callable[..., BundleWithData], steps: list[list[int]], hint: str
) -> None:
    """Twenty epochs of too few batches are no matter of ``epochs``."""
    bundle = course_bundle("cats-vs-dogs")
    one: Any = next(one for one in bundle.code.checks if one.kind == "training")
    judgement = check_training(one, Context(bundle, {"captures": {"standin": recorded(steps=steps)}}))

    assert judgement.hint is not None
    assert judgement.hint.en.startswith(hint)
