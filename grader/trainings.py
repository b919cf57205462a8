"""The trainings behind an accuracy as evidence keeps them, and the share of hidden rows that each got right.

Evidence holds ``{"runs": [...]}`` for each capture an accuracy looks at, the exercise's own seed first. A run has its
``seed``, a ``problem`` or None, ``classes`` (a text with a fixed number of digits for each row) or ``values`` (numbers,
where a tolerance decides), None where what came back decides nothing, and whatever else was kept of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exercises import Bundle
from exercises.schema import AccuracyCheck
from grader.contract import CheckBroke, Json
from grader.hostile import read_array
from grader.seeds import Rule

MAX_CHARACTERS = 40_000  #: of one run's classes or values, so that five stay within the bounds of evidence
CHARACTERS_OF_A_VALUE = 14  #: six digits, sign, point, exponent and what stands between two

#: What is kept of a run beside its answer: why there is none, how the training went as the judge or a recorder saw it.
KEPT = ("ending", "problem", "detail", "history", "record")

Targets = NDArray[Any]


def hidden_targets(bundle: Bundle, check: AccuracyCheck) -> Targets:
    """Return the labels or numbers of the hidden rows.

    Raises:
        CheckBroke: They are more than evidence has room for: the author must take fewer.

    """
    targets = read_array({"targets": bundle.read(check.test_targets)}, "targets").reshape(-1)
    width = CHARACTERS_OF_A_VALUE if check.decide == "within" else _digits(targets)
    if len(targets) * width > MAX_CHARACTERS:
        raise CheckBroke(f"{check.test_targets}: evidence has room for {MAX_CHARACTERS // width} hidden rows")
    return targets


def run_evidence(seed: int, facts: Mapping[str, Json], check: AccuracyCheck, targets: Targets) -> dict[str, Json]:
    """Return a run as evidence keeps it.

    Args:
        seed: What the run's random numbers started from.
        facts: What the run shows; ``classes`` holds what was decided for each row.
        check: Whose run it is.
        targets: The hidden rows' own.

    """
    kept: dict[str, Json] = {"seed": seed, **{name: facts[name] for name in KEPT if name in facts}}
    rows: Sequence[Any] | None = facts.get("classes")
    if rows is not None and len(rows) != len(targets):
        rows = None
    if check.decide == "within":
        return kept | {"values": rows}
    return kept | {"classes": None if rows is None else _text(rows, _digits(targets))}


def accuracy_of(run: Mapping[str, Json], check: AccuracyCheck, targets: Targets) -> float | None:
    """Return the share of hidden rows that a run got right; None where it gave no answer for each row."""
    if check.decide == "within":
        values = run.get("values")
        right = None if values is None else np.abs(np.asarray(values) - targets) <= (check.tolerance or 0)
    else:
        classes = run.get("classes")
        right = None if classes is None else _classes(classes, _digits(targets)) == targets
    return None if right is None else float(right.sum()) / max(1, len(targets))


def classes_of(run: Mapping[str, Json], targets: Targets) -> NDArray[np.int64] | None:
    """Return the class that a run decided on for each hidden row, -1 for none; None where it gave no answer."""
    classes = run.get("classes")
    return None if classes is None else _classes(classes, _digits(targets))


def accuracies_of(runs: Sequence[Mapping[str, Json]], check: AccuracyCheck, targets: Targets) -> list[float | None]:
    """Return the accuracy of each run."""
    return [accuracy_of(run, check, targets) for run in runs]


def more_runs_wanted(runs: Sequence[Mapping[str, Json]], check: AccuracyCheck, targets: Targets) -> bool:
    """Tell whether further seeds are needed before a check can be decided: asked when judging, and of old evidence.

    A first run without an answer decides by itself: it fails, whatever the others would say.
    """
    accuracies = accuracies_of(runs, check, targets)
    if accuracies and accuracies[0] is None:
        return False
    return Rule.of(check).more_runs_wanted([accuracy or 0.0 for accuracy in accuracies])


def _digits(targets: Targets) -> int:
    """Return how many digits the largest label has."""
    return len(str(int(targets.max(initial=0))))


def _text(classes: Sequence[int], digits: int) -> str:
    """Write classes with a fixed number of digits each; dashes stand for what can be no label."""
    return "".join(f"{one:0{digits}d}" if 0 <= one < 10**digits else "-" * digits for one in classes)


def _classes(text: str, digits: int) -> NDArray[np.int64]:
    """Read classes back; -1 for what can be no label."""
    if text.isascii() and text.isdigit() and len(text) % digits == 0:  # all are labels, as nearly always: no loop
        places = np.frombuffer(text.encode(), np.uint8).reshape(-1, digits).astype(np.int64) - ord("0")
        classes: NDArray[np.int64] = places @ 10 ** np.arange(digits - 1, -1, -1, dtype=np.int64)
        return classes
    parts = (text[start : start + digits] for start in range(0, len(text), digits))
    return np.array([int(part) if part.isdigit() else -1 for part in parts], np.int64)
