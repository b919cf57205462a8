"""Exercises small enough to be written in a test, and a judge that goes by a script instead of running anything."""

import ast
from collections.abc import Callable, Mapping
from pathlib import Path

from exercises import Bundle, load_bundle
from exercises.text import Text
from grader.contract import Finding, Outcome, Selection, SubmissionOutcome, Verdict
from server.phase import PhaseResult

NOWHERE = Path("/nonexistent")

MANIFEST = """
schema = 1
kind = "code"
id = "one-neuron"
order = 1
title = { zh = "一个神经元", en = "One neuron" }
summary = { zh = "一个神经元。", en = "One neuron." }
file_name = "neuron.py"

[[captures]]
kind = "model"
id = "model"
function = "build_model"
input_shape = [3]

[[checks]]
kind = "layers"
id = "layers"
title = { zh = "结构", en = "Layers" }
capture = "model"
network = [{ layer = "Dense", units = 7, activation = "relu" }]

[[checks]]
kind = "parameters"
id = "parameters"
title = { zh = "参数个数", en = "Parameters" }
capture = "model"
expected = 28
"""

STUB = """
from keras.layers import Dense
from keras.models import Sequential


def build_model():
    model = Sequential()
    #********* Begin *********#

    #********* End *********#
    return model
"""

SOLUTION = STUB.replace(
    "    #********* Begin *********#\n\n",
    "    #********* Begin *********#\n    model.add(Dense(7, activation='relu'))\n",
)

STATEMENT = "7, 28"

FILES: Mapping[str, str] = {
    "exercise.toml": MANIFEST,
    "stub.py": STUB,
    "solution.py": SOLUTION,
    "statement.zh.md": STATEMENT,
    "statement.en.md": STATEMENT,
    "submissions/layers/eight.py": SOLUTION.replace("7", "8"),
}


def bundle_of(folder: Path, files: Mapping[str, str] | None = None) -> Bundle:
    """Return the small exercise, with some files written otherwise."""
    place = folder / "one-neuron"
    for name, text in {**FILES, **(files or {})}.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.lstrip("\n"), "utf-8")
    return load_bundle(place, NOWHERE)


class ScriptedJudge:
    """Fails a check where its word on the program says so; remembers what it was asked."""

    def __init__(self, failing: Callable[[str], frozenset[str]] | None = None) -> None:
        """Use ``failing`` to name the checks that a program fails; by itself all of them but for the solution."""
        self._failing = failing
        self.asked: list[tuple[str, Selection]] = []

    def __call__(self, bundle: Bundle, source: str, selection: Selection) -> PhaseResult:
        """Judge by the script."""
        self.asked.append((source, selection))
        failing = self._failing(source) if self._failing else self._all_but_the_solution(bundle, source)
        findings = tuple(
            finding(check.id, check.kind, passed=check.id not in failing)
            for check in bundle.code.checks
            if selection.includes(check.kind)
        )
        failed = any(one.outcome is Outcome.FAILED for one in findings)
        outcome = SubmissionOutcome.FAILED if failed else SubmissionOutcome.PASSED
        return result_of(findings, outcome)

    @staticmethod
    def _all_but_the_solution(bundle: Bundle, source: str) -> frozenset[str]:
        same = ast.unparse(ast.parse(source)) == ast.unparse(ast.parse(bundle.solution or ""))
        return frozenset() if same else frozenset(check.id for check in bundle.code.checks)


def finding(name: str, kind: str, *, passed: bool) -> Finding:
    """Return what a check says."""
    text = Text(zh="说明。", en="A sentence.")
    outcome = Outcome.PASSED if passed else Outcome.FAILED
    return Finding(name, kind, text, outcome, weight=1, required=True, expected=None, actual=None, message=text)


def result_of(findings: tuple[Finding, ...], outcome: SubmissionOutcome) -> PhaseResult:
    """Return what a phase came to."""
    return PhaseResult(
        evidence={},
        findings=findings,
        stdout="",
        error=None,
        needs_training=False,
        verdict=Verdict(outcome, 1.0 if outcome is SubmissionOutcome.PASSED else 0.0, findings, None),
        environment={"image": "sha256:0", "seed": 1447},
        timing_ms={},
    )
