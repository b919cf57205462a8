"""The gate as a whole, with a judge that goes by a script: what is wrong with an exercise is found and told."""

import ast
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from gatehouse import MANIFEST, SOLUTION, STUB, ScriptedJudge, bundle_of
from rich.console import Console

from exercises import Bundle, load_bundle
from grader.contract import Selection
from server.errors import JudgingFault
from server.gate import Fate, Fated, Kept, Report, Training, check, check_exercise, report_json
from server.gate.page import page_of
from server.gate.terminal import show_report
from server.phase import PhaseResult

BUNDLES = Path(__file__).resolve().parents[2] / "exercises" / "bundles"
EQUIVALENT = """
[[equivalent_mutants]]
kind = "no-bias"
line = "use_bias=False"
reason = { zh = "本题不管偏置。", en = "Biases are free here." }
"""
ACCURACY = """
[training]
capture = "model"
train_inputs = "data/x.npy"
train_targets = "data/y.npy"
test_inputs = "data/z.npy"
loss = "binary_crossentropy"
epochs = 2
batch_size = 4

[[checks]]
kind = "accuracy"
id = "accuracy"
title = { zh = "准确率", en = "Accuracy" }
capture = "model"
test_targets = "private/y.npy"
decide = "half"
threshold = 0.5
"""
TRAINED = {
    "exercise.toml": MANIFEST + ACCURACY,
    "statement.zh.md": "7, 28, 2, 4, 50%",
    "statement.en.md": "7, 28, 2, 4, 50%",
    **dict.fromkeys(("data/x.npy", "data/y.npy", "data/z.npy", "private/y.npy"), "nothing"),
    "submissions/accuracy/dead.py": SOLUTION.replace("7,", "7, kernel_initializer='zeros',"),
}


def checked(folder: Path, files: Mapping[str, str] | None = None, judge: ScriptedJudge | None = None) -> Report:
    """Put the small exercise through the gate."""
    return check_exercise(bundle_of(folder, files), judge or ScriptedJudge(), training=Training.NONE)


def printed(report: Report) -> str:
    """Return what the terminal shows."""
    console = Console(width=160)
    with console.capture() as captured:
        show_report(console, report, "en")
    return captured.get()


def test_a_good_exercise_is_ready(tmp_path: Path) -> None:
    """Promises kept, mutants noticed, every number told."""
    report = checked(tmp_path)

    assert report.passed
    assert (3, 0) == (len(report.kept), len(report.broken))
    assert {Fate.KILLED} == {one.fate for one in report.fated or ()}
    assert "Ready to publish" in printed(report)


@pytest.mark.parametrize(
    ("files", "file"),
    [
        ({"submissions/passed/wrong.py": SOLUTION.replace("7", "9")}, "submissions/passed/wrong.py"),
        ({"submissions/parameters/eight.py": SOLUTION.replace("7", "8")}, "submissions/parameters/eight.py"),
        ({"submissions/layers/right.py": SOLUTION}, "submissions/layers/right.py"),
        (
            {"submissions/layers/locked.py": SOLUTION.replace("return model", "return 1")},
            "submissions/layers/locked.py",
        ),
        ({"submissions/raised/nothing.py": STUB}, "submissions/raised/nothing.py"),
    ],
)
def test_a_broken_promise_is_named(tmp_path: Path, files: Mapping[str, str], file: str) -> None:
    """A right one in a wrong folder, a wrong one in a right one, another check first, one that is refused."""
    report = checked(tmp_path, files)

    assert not report.passed
    assert [file] == [row["file"] for row in report_json(report)["promises"]["files"] if not row["kept"]]
    assert file in printed(report)


def test_a_stub_that_passes_breaks_a_promise(tmp_path: Path) -> None:
    """What students are given must not be the answer."""
    report = checked(tmp_path, judge=ScriptedJudge(lambda _: frozenset()))

    assert {"not passed", "layers"} == {kept.promise.word for kept in report.broken}


def letting_pass(*words: str) -> ScriptedJudge:
    """Return a judge to whom the solution is right, and every program with one of these words."""
    right = ast.unparse(ast.parse(SOLUTION))

    def failing(source: str) -> frozenset[str]:
        passes = ast.unparse(ast.parse(source)) == right or any(word in source for word in words)
        return frozenset() if passes else frozenset({"layers"})

    return ScriptedJudge(failing)


def test_survivors_are_told_with_their_difference(tmp_path: Path) -> None:
    """They do not stand in the way, as only people can say whether one is right."""
    report = checked(tmp_path, judge=letting_pass("use_bias=False"))

    assert ["no-bias-1"] == [one.mutant.id for one in report.survivors]
    assert report.passed
    assert "+ model.add(Dense(7, activation='relu', use_bias=False))" in printed(report)


def test_a_declared_equivalent_is_no_survivor(tmp_path: Path) -> None:
    """The exercise says why it is right; the report repeats it."""
    report = checked(tmp_path, {"exercise.toml": MANIFEST + EQUIVALENT}, letting_pass("use_bias=False"))

    assert () == report.survivors
    assert ["Biases are free here."] == [
        one["reason"]["en"] for one in report_json(report)["mutants"]["all"] if one["fate"] == "equivalent"
    ]


def test_a_declaration_without_a_survivor_is_wrong(tmp_path: Path) -> None:
    """What is declared equivalent and noticed all the same would mislead whoever reads the exercise."""
    report = checked(tmp_path, {"exercise.toml": MANIFEST + EQUIVALENT})

    assert (("no-bias",), False) == (report.stale, report.passed)


def test_a_mutant_is_judged_by_all_checks_before_it_survives(tmp_path: Path) -> None:
    """First those that can notice it, then, before anything is said against the exercise, all others."""
    judge = letting_pass("use_bias=False")
    check_exercise(bundle_of(tmp_path), judge, training=Training.NONE)
    asked = [selection.only for source, selection in judge.asked if "use_bias=False" in source]

    assert [frozenset({"layers", "parameters"})] == asked


def test_without_training_what_only_training_shows_stays_open(tmp_path: Path) -> None:
    """Promises about accuracy and mutants that need a training are counted, not guessed."""
    report = check_exercise(bundle_of(tmp_path, TRAINED), letting_pass("kernel_initializer"), training=Training.NONE)

    assert 1 == report.open_promises
    assert ["starts-from-zeros-1"] == [one.mutant.id for one in report.with_fate(Fate.OPEN)]
    assert "dead.py" not in json.dumps(report_json(report)["promises"])


@pytest.mark.parametrize(("training", "trained"), [(Training.NONE, 0), (Training.SOME, 2), (Training.ALL, 4)])
def test_what_is_trained(tmp_path: Path, training: Training, trained: int) -> None:
    """Nothing; the solution and what is about accuracy; or every file."""
    judge = ScriptedJudge()
    check_exercise(bundle_of(tmp_path, TRAINED), judge, training=training, mutants=False)

    assert trained == sum(selection.includes("accuracy") for _, selection in judge.asked)


def test_an_outdated_calibration_stands_in_the_way(tmp_path: Path) -> None:
    """Whatever the calibration says against the exercise is told."""
    report = check_exercise(bundle_of(tmp_path), ScriptedJudge(), calibration=lambda _: ("The data changed.",))

    assert not report.passed
    assert "The data changed." in printed(report)
    assert ["The data changed."] == report_json(report)["calibration"]


def test_a_missing_number_stands_in_the_way(tmp_path: Path) -> None:
    """With its key and the language of the statement."""
    report = checked(tmp_path, {"statement.en.md": "28"})

    assert not report.passed
    assert "English statement: checks.layers.network.1.units = 7" in printed(report)


def test_the_same_exercise_gives_the_same_report(tmp_path: Path) -> None:
    """But for the times, which stand in a field of their own; so a report can be committed."""
    first, second = (report_json(checked(tmp_path)) for _ in range(2))
    del first["timing_s"], second["timing_s"]

    assert json.dumps(first) == json.dumps(second)


def test_everything_is_told_as_it_is_judged(tmp_path: Path) -> None:
    """Every judgement once, with how many there are."""
    told: list[tuple[int, int, Kept | Fated]] = []
    report = check_exercise(bundle_of(tmp_path), ScriptedJudge(), tell=lambda *one: told.append(one))
    total = len(report.kept) + len(report.fated or ())

    assert [(number, total) for number in range(1, total + 1)] == [(done, of) for done, of, _ in told]


def test_a_passing_fault_of_ours_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that could not be carried out is repeated; the verdicts before it are not lost."""
    monkeypatch.setattr(check, "PAUSE", 0)
    tried: Counter[str] = Counter()
    right = letting_pass()

    def failing(bundle: Bundle, source: str, selection: Selection) -> PhaseResult:
        tried[source] += 1
        if tried[source] < check.ATTEMPTS:
            raise JudgingFault("the sandbox is away")
        return right(bundle, source, selection)

    assert check_exercise(bundle_of(tmp_path), failing, places=check.Places(1, 1), mutants=False).passed


def test_a_lasting_fault_of_ours_ends_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is never taken for a verdict, and nothing goes on behind it."""
    monkeypatch.setattr(check, "PAUSE", 0)

    def failing(_: str) -> frozenset[str]:
        raise JudgingFault("the sandbox is away")

    judge = ScriptedJudge(failing)

    with pytest.raises(JudgingFault, match="away"):
        check_exercise(bundle_of(tmp_path), judge, training=Training.NONE)

    assert len(judge.asked) < 30


def test_a_quiz_has_only_to_be_readable() -> None:
    """There is nothing to run."""
    report = check_exercise(load_bundle(BUNDLES / "backpropagation", BUNDLES), ScriptedJudge())

    assert (True, ()) == (report.passed, report.kept)


def test_the_page_needs_nothing_but_itself(tmp_path: Path) -> None:
    """No script, nothing to load, both languages, both themes."""
    report = checked(tmp_path, {"statement.en.md": "28"}, letting_pass("use_bias=False"))
    page = page_of(report, "en")

    assert [] == re.findall(r"<script|<link|\bsrc=|@import|url\(\s*[\"']?http|href=\"http", page)
    assert {"zh", "en"} == set(re.findall(r'id="lang-(\w+)"', page))
    assert ":root:has(#theme-dark:checked)" in page
    assert ":root[data-theme" not in page
    assert "可以发布" not in page
    assert "还不能发布" in page
    assert "Not ready yet" in page


def test_what_a_bundle_says_is_escaped_on_the_page(tmp_path: Path) -> None:
    """Titles and code are text, never markup."""
    manifest = MANIFEST.replace("One neuron.", "<script>alert(1)</script>").replace("One neuron", "<b>One</b>")
    page = page_of(checked(tmp_path, {"exercise.toml": manifest}), "en")

    assert "<b>One</b>" not in page
    assert "&lt;b&gt;One&lt;/b&gt;" in page
