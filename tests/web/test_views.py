"""What templates are given: rows, phases, editor blocks, the network diagram; without database or templates."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sampleverdicts import accuracy, layers, parameters

from exercises import Bundle, load_catalogue
from exercises.markers import cut
from exercises.text import Language
from server.progress import TrainingPoint, beginning_of
from server.settings import BUILT_IN_CATALOGUE
from server.submissions import NumberedPoint, TrainingProgress
from server.verdict_object import finding_object
from server.web.locale import speaker
from server.web.views.authoring.gate import report_view
from server.web.views.checks import check_rows
from server.web.views.code import editor_view
from server.web.views.model import model_view
from server.web.views.phases import phase_steps
from server.web.views.training import training_line
from server.web.views.words import with_code, zone_of

EN = speaker("en")


@pytest.fixture(scope="module")
def digits() -> Bundle:
    """Return the digits exercise."""
    return load_catalogue(BUILT_IN_CATALOGUE, Path("var/data"))["cnn-digits"]


def status(state: str, outcome: str | None = None, **more: object) -> dict[str, Any]:
    """Return as much of a verdict object as the phases need."""
    return {"state": state, "outcome": outcome, "timing_ms": {}, "checks": [], **more}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("queued", "now todo todo todo todo"),
        ("running", "done now todo todo todo"),
        ("training", "done done now todo todo"),
        ("checking", "done done done now todo"),
    ],
)
def test_phases_follow_the_state(digits: Bundle, state: str, expected: str) -> None:
    """Exactly one phase is going on while judging goes on."""
    steps = phase_steps(status(state), digits.exercise, EN, queue_position=None)

    assert expected == " ".join(step.status for step in steps)


@pytest.mark.parametrize(
    ("language", "position", "seconds", "said"),
    [
        ("en", 0, None, "next"),
        ("en", 3, 0.4, "3 ahead"),
        ("en", 3, 11.2, "3 ahead, about 12 s"),
        ("en", 70, 65, "70 ahead, about 1:05"),
        ("zh", 3, 11.2, "前面 3 份，约需等待 12 秒"),
    ],
)
def test_the_wait_is_told_as_well_as_it_is_known(
    digits: Bundle, language: Language, position: int, seconds: float | None, said: str
) -> None:
    """Beside the position stands the expected time, in whole seconds, unless it is none or nobody knows."""
    say = speaker(language)
    steps = phase_steps(status("queued"), digits.exercise, say, queue_position=position, expected_seconds=seconds)

    assert said == steps[0].fact


def test_the_wait_for_training_is_told_too(digits: Bundle) -> None:
    """Who waits for a place to train reads for how long, in the place of the number of epochs."""
    waits = phase_steps(status("training"), digits.exercise, EN, queue_position=None, expected_seconds=39.5)
    trains = phase_steps(status("training"), digits.exercise, EN, queue_position=None)

    assert ("its turn in about 40 s", "3 epochs") == (waits[2].fact, trains[2].fact)


def test_code_that_stops_early_leaves_the_later_phases_undone(digits: Bundle) -> None:
    """After an exception nothing was trained or checked, and the line of phases says so."""
    steps = phase_steps(status("done", "raised"), digits.exercise, EN, queue_position=None)

    assert ["done", "bad", "todo", "todo", "bad"] == [step.status for step in steps]


def test_a_training_that_was_left_out_is_not_called_done(digits: Bundle) -> None:
    """When the structure failed nothing was trained."""
    checks = [finding_object(one) for one in (layers(right=False), accuracy(right=False))]
    steps = phase_steps(status("done", "failed", checks=checks), digits.exercise, EN, queue_position=None)

    assert ["done", "done", "todo", "done", "bad"] == [step.status for step in steps]


def test_rows_share_a_hundred_points_also_while_some_are_still_to_come(digits: Bundle) -> None:
    """The points of a row do not change when the accuracy arrives."""
    quick = [finding_object(one) for one in (layers(right=True), parameters(right=True))]
    rows = check_rows(quick, digits.exercise, EN, live=True)

    assert ["30", "10", "20", "40"] == [row.points for row in rows]
    assert ["pass", "pass", "todo", "todo"] == [row.mark for row in rows]


def test_a_consequence_is_no_cause(digits: Bundle) -> None:
    """A check that was skipped because of another wears another mark and stays closed."""
    findings = [finding_object(one) for one in (layers(right=False), accuracy(right=False))]
    rows = check_rows(findings, digits.exercise, EN, live=False)

    assert [("fail", True), ("follow", False)] == [(row.mark, row.is_open) for row in rows]


def test_the_diagram_marks_changed_and_missing_layers() -> None:
    """The student's own layers stand in order, the missing one where it belongs."""
    found = json.loads(json.dumps([finding_object(layers(right=False))]))
    model = model_view(found, EN)

    assert model is not None
    assert ["right", "wrong", "missing", "right", "right", "right"] == [layer.status for layer in model.layers]
    assert ("kernel_size 5×5",) == model.layers[1].corrections
    assert ["64", "3×3", "relu"] == [setting.text for setting in model.layers[1].settings]


def test_a_setting_that_does_not_speak_for_itself_is_named_once() -> None:
    """A frozen layer reads ``trainable False``, to become ``trainable True``."""
    frozen = {"layer": "Dense", "units": 10, "trainable": False}
    change = {"kind": "changed", "step": 1, "layer": "Dense", "argument": "trainable", "expected": True}
    finding = {
        **finding_object(layers(right=False)),
        "expected": {"network": [{"layer": "Dense", "units": 10}], "input_shape": [4]},
        "actual": {"network": [frozen], "differences": [change], "alignment": [[0, 0]]},
    }
    model = model_view([finding], EN)

    assert model is not None
    assert ["10", "trainable False"] == [setting.text for setting in model.layers[0].settings]
    assert ("trainable True",) == model.layers[0].corrections


def test_the_diagram_marks_what_is_told_of_an_activation_apart() -> None:
    """Behind a layer too many it is right; where it stands for another one, that one is named."""
    network = [
        {"layer": "Dense", "units": 4}, {"layer": "BatchNormalization"}, {"layer": "Activation", "activation": "relu"},
        {"layer": "Dense", "units": 2}, {"layer": "LeakyReLU"}, {"layer": "Softmax", "axis": 1},
    ]  # fmt: skip
    told = [
        {"kind": "extra", "step": 2, "argument": "", "expected": None},
        {"kind": "replaced", "step": 5, "argument": "", "expected": "relu"},
        {"kind": "extra", "step": 6, "argument": "", "expected": None},
    ]
    wanted = [{"layer": "Dense", "units": size, "activation": "relu"} for size in (4, 2)]
    finding = {
        **finding_object(layers(right=False)),
        "expected": {"network": wanted, "input_shape": [4]},
        "actual": {
            "network": network,
            "differences": told,
            "alignment": [[0, 0], [None, 1], [None, 2], [1, 3], [None, 4], [None, 5]],
        },
    }
    model = model_view([finding], EN)

    assert model is not None
    assert ["right", "extra", "right", "right", "wrong", "extra"] == [layer.status for layer in model.layers]
    assert ("relu",) == model.layers[4].corrections


def test_there_is_no_diagram_without_a_network() -> None:
    """A model that could not be built is told by the message alone."""
    finding = {**finding_object(layers(right=False)), "expected": None, "actual": None}

    assert model_view([finding], EN) is None


def test_the_editor_holds_the_whole_stub(digits: Bundle) -> None:
    """Locked lines, marks and regions together are the stub, numbered as in the file."""
    stub = digits.stub or ""
    view = editor_view(stub, None, file_name="a.py", draft_key="k")
    numbers = [line.number for block in view.blocks for line in block.lines]
    inside = sum(text.count("\n") for text in cut(stub).regions)

    assert stub.count("\n") == len(numbers) + inside
    assert sorted(numbers) == numbers
    assert 1 == sum(block.is_region for block in view.blocks)


def test_an_answer_for_another_stub_is_not_put_into_this_one(digits: Bundle) -> None:
    """With a wrong number of regions the editor starts from the stub."""
    view = editor_view(digits.stub or "", ["a", "b"], file_name="a.py", draft_key="k")

    assert json.loads(view.original) == [block.text for block in view.blocks if block.is_region]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("epoch 3 of 20", "loss 0.1235", "accuracy 95.0 %")),
        ("zh", ("第 3 轮，共 20 轮", "损失 0.1235", "准确率 95.0%")),
    ],
)
def test_a_training_tells_its_latest_epoch(language: Language, expected: tuple[str, ...]) -> None:
    """Epoch, loss and accuracy in the reader's language; what was not told is left out."""
    points = [NumberedPoint(1, TrainingPoint(3, 20, 0.12345, 0.95)), NumberedPoint(2, TrainingPoint(4, 20, None, None))]
    first = training_line(TrainingProgress(1, tuple(points[:1])), speaker(language))
    second = training_line(TrainingProgress(1, tuple(points)), speaker(language))

    assert first is not None
    assert second is not None
    assert (3, 20, expected) == (first.epoch, first.epochs, first.said)
    assert (4, 1) == (second.epoch, len(second.said))
    assert training_line(None, speaker(language)) is None


@pytest.mark.parametrize(("language", "expected"), [("en", "epoch 3"), ("zh", "第 3 轮")])
def test_a_loop_of_single_steps_tells_its_epoch_alone(language: Language, expected: str) -> None:
    """Where nobody knows how many epochs there will be, none is named."""
    line = training_line(
        TrainingProgress(1, (NumberedPoint(1, TrainingPoint(3, None, None, None)),)), speaker(language)
    )

    assert line is not None
    assert (None, (expected,)) == (line.epochs, line.said)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "the first training does not decide; training 3 of 5"),
        ("zh", "第一次训练还不能下结论；正在进行第 3 次训练，共 5 次"),
    ],
)
def test_further_trainings_are_counted(language: Language, expected: str) -> None:
    """Where five seeds decide, the page counts trainings after the first one's epochs; the point is stored as told."""
    point = NumberedPoint.from_json(NumberedPoint(7, beginning_of(3, 5)).to_json())
    line = training_line(TrainingProgress(1, (point,)), speaker(language))

    assert line is not None
    assert (3, 5, (expected,)) == (line.epoch, line.epochs, line.said)


def test_sentences_are_escaped_around_their_code() -> None:
    """Backticks make code; nothing else of a sentence is ever markup."""
    assert "<code>&lt;b&gt;</code> &amp; &lt;i&gt;" == with_code("`<b>` & <i>")


def test_a_time_that_no_course_tells_says_by_which_clock() -> None:
    """Authors read when something was published, wherever the server stands."""
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    clocks = [UTC, *(timezone(timedelta(hours=hours)) for hours in (8, -3.5))]

    assert ["UTC", "UTC+08:00", "UTC-03:30"] == [zone_of(noon.astimezone(clock)) for clock in clocks]


def test_one_of_a_thing_is_one() -> None:
    """No plural where one is meant."""
    assert ["about one minute", "about 2 minutes"] == [EN("n-minutes", n=n) for n in (1, 2)]
    assert ["one parameter", "10,202 parameters"] == [EN("n-parameters", n=n) for n in (1, 10202)]


def test_what_the_gate_found_is_read_in_ones_language() -> None:
    """Outcomes in words, why a file was not taken in too; where no accuracy is asked for, nothing was trained."""
    report = json.loads(Path("docs/gate/cats-vs-dogs.json").read_text("utf-8"))
    refused = {"file": "submissions/rejected/a.py", "promised": "rejected", "kept": True}
    sentence = {"zh": "第一行改过。", "en": "The first line was changed."}
    files = [
        {"file": "solution.py", "promised": "passed", "said": "passed", "kept": True},
        {"file": "stub.py", "promised": "not passed", "said": "failed, layers, parameters", "kept": True},
        {**refused, "said": "rejected: The first line was changed.", "refusal": sentence},
        {**refused, "said": "rejected: As older reports tell it."},
    ]
    shown = report_view({**report, "promises": {"kept": 4, "files": files}}, speaker("zh"))
    plain = report_view({**report, "threshold": None, "training": "all"}, speaker("zh"))

    said = [file["said"] for group in shown.promises for file in group.files]
    assert ["通过", "未通过：layers, parameters", "未运行：第一行改过。", "未运行：As older reports tell it."] == said
    assert "没有训练" == plain.training != shown.training
