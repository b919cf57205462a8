"""Statement and checks: every number that is asked for is told, in both languages, however it is written."""

from decimal import Decimal
from pathlib import Path

import pytest
from gatehouse import MANIFEST, bundle_of

from exercises import load_catalogue
from server.gate.agreement import disagreements, numbers_asked, numbers_told

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("872,714 个", "872714"),
        ("872714", "872714"),
        ("共６４个", "64"),
        ("$0.0001$", "0.0001"),
        ("1e-4", "0.0001"),
        ("$10^{-4}$", "0.0001"),
        (r"$5 \times 10^{-3}$", "0.005"),
        ("at least 90%", "0.9"),
        (r"$80\%$", "0.8"),
        ("28x28", "28"),
        ("5×5 的卷积核", "5"),
        ("(32,128)", "128"),
        ("it ends with 3.", "3"),
    ],
)
def test_a_number_is_found_however_it_is_written(statement: str, number: str) -> None:
    """Thousands, full-width digits, powers of ten, per cent, products."""
    assert Decimal(number) in numbers_told(statement)


@pytest.mark.parametrize("statement", ["Conv2D", "x_2", "12", "0.2", "v1.2"])
def test_a_part_of_something_else_is_no_number(statement: str) -> None:
    """The 2 of Conv2D is not the 2 that a check asks for."""
    assert Decimal(2) not in numbers_told(statement)


def test_what_a_statement_does_not_tell_is_named(tmp_path: Path) -> None:
    """By its key and for each language."""
    bundle = bundle_of(tmp_path, {"statement.zh.md": "只有 28"})

    assert [("checks.layers.network.1.units", Decimal(7), "zh")] == [
        (one.stated.key, one.stated.value, one.language) for one in disagreements(bundle)
    ]


def test_a_hidden_number_need_not_be_told(tmp_path: Path) -> None:
    """``hidden`` names the key whose number no student is told."""
    manifest = MANIFEST.replace("expected = 28", 'expected = 28\nhidden = ["expected"]')
    bundle = bundle_of(tmp_path, {"exercise.toml": manifest, "statement.en.md": "7", "statement.zh.md": "7"})

    assert [Decimal(7)] == [one.value for one in numbers_asked(bundle)]
    assert () == disagreements(bundle)


def test_weights_and_defaults_need_not_be_told(tmp_path: Path) -> None:
    """Only what the file writes and a student needs."""
    bundle = bundle_of(tmp_path, {"exercise.toml": MANIFEST.replace("expected", "weight = 5\nexpected")})

    assert {Decimal(7), Decimal(28)} == {one.value for one in numbers_asked(bundle)}


@pytest.mark.parametrize("exercise", ["cnn-digits", "rnn-reviews", "cats-vs-dogs"])
def test_the_course_tells_what_it_asks(exercise: str) -> None:
    """Both statements of every code exercise."""
    bundle = load_catalogue(ROOT / "exercises" / "bundles", ROOT / "var" / "data")[exercise]

    assert () == disagreements(bundle)
