"""How far a change reaches: what cannot have changed need not be judged again, and nothing else is left out."""

from pathlib import Path

import pytest

from exercises import Bundle, load_catalogue
from server.gate.reach import functions_changed, kinds_deciding

ROOT = Path(__file__).resolve().parents[2]
BEFORE = "import os\nSIZE = 2\ndef a():\n    return 1\ndef b():\n    return 2\n"


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        (BEFORE, frozenset()),
        ('"""Only words."""\n' + BEFORE, None),
        (BEFORE.replace("return 1", "return 3"), frozenset({"a"})),
        (BEFORE.replace("return 1", "return 3").replace("return 2", "return 4"), frozenset({"a", "b"})),
        (BEFORE.replace("SIZE = 2", "SIZE = 3"), None),
        (BEFORE.replace("import os", "import sys"), None),
        (BEFORE + "def c():\n    return 3\n", None),
        (BEFORE.replace("def b()", "@a\ndef b()"), None),
        (BEFORE.replace("def b()", "def b(size=print())"), None),
        (BEFORE.replace("return 2", "return a()").replace("return 1", "return 3"), frozenset({"a", "b"})),
        ("def a(:\n", None),
    ],
)
def test_which_functions_differ(after: str, changed: frozenset[str] | None) -> None:
    """None wherever more than functions differ, or a changed one is named elsewhere."""
    assert changed == functions_changed(BEFORE, after)


def test_a_function_that_another_calls_changes_that_one_with_it() -> None:
    """Then nobody can say which captures see the change."""
    calling = BEFORE.replace("return 2", "return a()")

    assert functions_changed(calling, calling.replace("return 1", "return 3")) is None


@pytest.fixture(scope="module")
def cats() -> Bundle:
    """Return the exercise with three functions."""
    return load_catalogue(ROOT / "exercises" / "bundles", ROOT / "var" / "data")["cats-vs-dogs"]


def test_a_network_is_judged_without_training_anything(cats: Bundle) -> None:
    """Where only build_model differs, the recorded training is that of the solution."""
    source = (cats.solution or "").replace("Dense(96", "Dense(97")

    assert {"layers", "parameters"} <= kinds_deciding(cats, source, "passed")
    assert not {"compile", "training", "images", "accuracy"} & kinds_deciding(cats, source, "passed")


def test_checks_behind_the_promised_one_are_left_out(cats: Bundle) -> None:
    """The promise is which check fails first; a program of its own is judged by all up to that one."""
    kinds = kinds_deciding(cats, "# another program\nx = 1\n", "one-hot")

    assert {"images", "one_hot"} == kinds


def test_outcomes_are_judged_by_all_checks(cats: Bundle) -> None:
    """An outcome speaks of the whole program."""
    assert {check.kind for check in cats.code.checks} == kinds_deciding(cats, "x = 1\n", "raised")
