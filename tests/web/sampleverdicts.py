"""Verdicts as the judge gives them, written by hand: for pages and streams that need something real to show."""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exercises import Bundle, Text
from exercises.schema import QuizExercise
from grader import check_quiz
from grader.contract import Finding, Outcome, Selection, StudentError, SubmissionOutcome, Verdict
from server.kept_runs import RunsNotKept
from server.phase import PhaseResult
from server.progress import TellProgress, TrainingPoint
from server.standing import SlotStanding, Standing
from server.stopping import Stop

WANTED: list[dict[str, Any]] = [
    {"layer": "Conv2D", "filters": 32, "kernel_size": [5, 5], "activation": "relu"},
    {"layer": "Conv2D", "filters": 64, "kernel_size": [5, 5], "activation": "relu"},
    {"layer": "MaxPooling2D", "pool_size": [2, 2]},
    {"layer": "Flatten"},
    {"layer": "Dense", "units": 128, "activation": "relu"},
    {"layer": "Dense", "units": 10, "activation": "softmax"},
]
FOUND_WRONG: dict[str, Any] = {
    "network": [
        WANTED[0],
        {"layer": "Conv2D", "filters": 64, "kernel_size": [3, 3], "activation": "relu"},
        *WANTED[3:],
    ],
    "differences": [
        {"kind": "changed", "step": 2, "layer": "Conv2D", "argument": "kernel_size", "expected": [5, 5]},
        {"kind": "missing", "step": 2, "layer": "MaxPooling2D", "argument": "", "expected": WANTED[2]},
    ],
    "alignment": [[0, 0], [1, 1], [2, None], [3, 2], [4, 3], [5, 4]],
}
MISREAD = ((4, 9), (9, 4), (7, 2), (3, 5), (8, 3))  #: right digit, and what it was taken for
OK = Text(zh="符合要求。", en="As asked for.")


def finding(check: str, outcome: Outcome, weight: float, title: Text, message: Text = OK, **more: object) -> Finding:
    """Return a finding; what is not named is left empty."""
    values: dict[str, Any] = {"kind": check, "required": True, "expected": None, "actual": None, **more}
    return Finding(id=check, title=title, outcome=outcome, weight=weight, message=message, **values)


def layers(*, right: bool) -> Finding:
    """Return what the check of the layers says."""
    return finding(
        "layers",
        Outcome.PASSED if right else Outcome.FAILED,
        3,
        Text(zh="网络结构", en="Layers"),
        OK
        if right
        else Text(
            zh="第 2 步 Conv2D：`kernel_size` 应为 `(5, 5)`，你的是 `(3, 3)`；第 2 步之后缺少 `MaxPooling2D`。",
            en="Step 2, Conv2D: `kernel_size` `(5, 5)` expected, `(3, 3)` found; `MaxPooling2D` missing after step 2.",
        ),
        expected={"network": WANTED, "input_shape": [28, 28, 1]},
        actual={"network": WANTED, "differences": [], "alignment": [[i, i] for i in range(6)]}
        if right
        else FOUND_WRONG,
        hint=None
        if right
        else Text(
            zh="输出边长是 n − k + 1。从 24 变成 20，`k` 应该是几？",
            en="The output's side is n − k + 1. From 24 to 20: what is `k`?",
        ),
    )


def parameters(*, right: bool) -> Finding:
    """Return what the check of the parameter count says."""
    title = Text(zh="参数个数", en="Parameters")
    if right:
        return finding("parameters", Outcome.PASSED, 1, title, expected=872_714, actual=872_714)
    message = Text(zh="应有 872,714 个参数，你的有 3,985,674 个。", en="872,714 parameters expected, 3,985,674 found.")
    hint = Text(zh="先改好网络结构。", en="Mend the layers first.")
    return finding("parameters", Outcome.FAILED, 1, title, message, expected=872_714, actual=3_985_674, hint=hint)


def accuracy(*, right: bool) -> Finding:
    """Return what the check of the accuracy says."""
    title = Text(zh="识别准确率", en="Accuracy on hidden digits")
    if right:
        said = Text(
            zh="1,000 张没见过的图读对 97.9%，要求 90%。", en="97.9% of 1,000 unseen digits read; 90% asked for."
        )
        actual = {
            "accuracy": 0.979,
            "history": {"loss": [0.61, 0.22, 0.14], "accuracy": [0.81, 0.935, 0.958]},
            "matrix": [
                [97 - at if at == column else int((at, column) in MISREAD) for column in range(10)] for at in range(10)
            ],
            "misjudged": [[row * 7, right, taken] for row, (right, taken) in enumerate(MISREAD)],
        }
        return finding("accuracy", Outcome.PASSED, 4, title, said, expected=0.9, actual=actual)
    because = Text(zh="网络结构没有通过，所以没有训练。", en="Not trained, because the layers did not pass.")
    return finding("accuracy", Outcome.SKIPPED, 4, title, because, because="layers")


@dataclass
class SampleJudge:
    """A judge that reads the source instead of running it: fast, and always the same."""

    training_seconds: float = 0
    pace: threading.Semaphore | None = None  #: released by a test that watches the epochs, once after each

    def quick(
        self, bundle: Bundle, source: str, selection: Selection | None = None, *, stop: Stop | None = None
    ) -> PhaseResult:
        """Judge the structure, or a quiz."""
        del selection, stop
        if isinstance(bundle.exercise, QuizExercise):
            return result(check_quiz(bundle, json.loads(source)))
        if "import nothing_there" in source:
            return _raised(source)
        right = "MaxPooling2D((2" in source
        findings = (layers(right=right), parameters(right=right))
        return result(findings if right else (*findings, accuracy(right=False)), needs_training=right)

    def training(
        self,
        bundle: Bundle,
        source: str,
        quick: PhaseResult,
        selection: Selection | None = None,
        *,
        checking: Callable[[], None] = lambda: None,
        progress: TellProgress = lambda _: None,
        stop: Stop | None = None,
    ) -> PhaseResult:
        """Judge the rest."""
        del bundle, source, selection, stop
        for epoch in (1, 2):
            progress(TrainingPoint(epoch, 3, 1 / epoch, 1 - 0.2 / epoch))
            if self.pace is not None:
                self.pace.acquire(timeout=20)
        time.sleep(self.training_seconds)
        checking()
        return result((*quick.findings, accuracy(right=True)))

    def rejudge(self, bundle: Bundle, source: str, kept: Mapping[str, bytes], judged_by: str) -> PhaseResult:
        """Find that what was kept does not do."""
        del bundle, source, kept, judged_by
        raise RunsNotKept

    def standing(self) -> Standing:
        """Say that there is a slot."""
        return Standing("scripted", "warm", "none", (SlotStanding("quick", "ready", 0, 1.0),))


def result(findings: Sequence[Finding], *, needs_training: bool = False, stdout: str = "") -> PhaseResult:
    """Return a phase with these findings and the verdict that follows from them."""
    total = sum(one.weight for one in findings)
    score = sum(one.weight for one in findings if one.outcome is Outcome.PASSED) / total
    passed = all(one.outcome is Outcome.PASSED for one in findings)
    outcome = SubmissionOutcome.PASSED if passed else SubmissionOutcome.FAILED
    return PhaseResult(
        evidence={},
        findings=tuple(findings),
        stdout=stdout,
        error=None,
        needs_training=needs_training,
        verdict=Verdict(outcome, score, tuple(findings), None),
        environment={"seed": 1447},
        timing_ms={"sandbox": 83, "judge": 66, "checks": 2, "total": 155},
    )


def _raised(source: str) -> PhaseResult:
    """Return the phase of a program that stops at an import."""
    line = source[: source.index("import nothing_there")].count("\n") + 1
    hint = Text(
        zh="找不到这个模块。需要的名字已经在文件开头导入了。", en="There is no such module; what you need is imported."
    )
    error = StudentError("ModuleNotFoundError", "No module named 'nothing_there' <b>", line, hint)
    return PhaseResult(
        evidence={},
        findings=(),
        stdout="<script>alert(1)</script>\n",
        error=error,
        needs_training=False,
        verdict=Verdict(SubmissionOutcome.RAISED, 0.0, (), error),
        environment={},
        timing_ms={"sandbox": 40, "total": 41},
    )
