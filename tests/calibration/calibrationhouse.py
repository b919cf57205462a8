"""What the tests of calibration share: the course's bundles, one with data of the test's own, a judge with answers."""

import dataclasses
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from exercises import Bundle, load_bundle
from exercises.text import Text
from grader.contract import Finding, Outcome, Selection, SubmissionOutcome, Verdict
from server.phase import PhaseResult

ROOT = Path(__file__).resolve().parents[2]
BUNDLES = ROOT / "exercises" / "bundles"


def course_bundle(name: str) -> Bundle:
    """Return a bundle of the course."""
    return load_bundle(BUNDLES / name, ROOT / "var" / "data")


def copied(name: str, folder: Path) -> Path:
    """Copy a bundle of the course without its submissions, and return its folder."""
    return shutil.copytree(BUNDLES / name, folder / name, ignore=shutil.ignore_patterns("submissions"))


@dataclasses.dataclass(frozen=True)
class BundleWithData(Bundle):
    """A bundle whose built data are given by the test."""

    data: Mapping[str, bytes] = dataclasses.field(default_factory=dict)

    def read(self, path: str) -> bytes:
        """Return the test's own data."""
        return self.data[path]


def with_data(bundle: Bundle, data: Mapping[str, bytes]) -> BundleWithData:
    """Return a bundle with data of the test's own."""
    parts = {field.name: getattr(bundle, field.name) for field in dataclasses.fields(Bundle)}
    return BundleWithData(**parts, data=data)


class ScriptedJudging:
    """Judges by a function of bundle and source, and remembers what it was asked."""

    def __init__(self, accuracy: Callable[[Bundle, str], float | None]) -> None:
        """Find ``accuracy(bundle, source)``; None stands for a training that gave no answer."""
        self._accuracy = accuracy
        self.asked: list[tuple[Bundle, str, Selection]] = []

    def __call__(self, bundle: Bundle, source: str, selection: Selection) -> PhaseResult:
        """Judge one submission."""
        self.asked.append((bundle, source, selection))
        accuracy = self._accuracy(bundle, source)
        actual: Any = {"accuracy": accuracy, "accuracies": [accuracy]} if accuracy is not None else None
        sentence = Text(zh="无法训练。", en="This network cannot be trained.")
        finding = Finding(
            id="accuracy", kind="accuracy", title=sentence, outcome=Outcome.PASSED, weight=1, required=True,
            expected=None, actual=actual, message=sentence,
        )  # fmt: skip
        verdict = Verdict(SubmissionOutcome.PASSED, 1.0, (finding,), None)
        return PhaseResult({}, (finding,), "", None, needs_training=False, verdict=verdict, environment={"keras": "3"},
                           timing_ms={})  # fmt: skip
