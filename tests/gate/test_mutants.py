"""Mutants: every kind makes its own thing wrong, in one place, and nothing that is the same program is kept."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from gatehouse import SOLUTION

from server.gate.mutants import KINDS, Area, mutants_of

BUNDLES = Path(__file__).resolve().parents[2] / "exercises" / "bundles"
FUNCTIONAL = """
from keras import Input, Model
from keras.layers import Conv2D, Dense, Flatten


def build_model():
    inputs = Input((28, 28, 1))
    x = Conv2D(64, 5, activation="relu")(inputs)
    x = Flatten()(x)
    return Model(inputs, Dense(10, activation="softmax")(x))
"""
A_LIST = """
import keras
from keras import layers


def build_model():
    return keras.Sequential([layers.Dense(8, activation="relu"), layers.Dense(3)])
"""


def of(source: str, kind: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return what the mutants of one kind changed."""
    return [(one.before, one.after) for one in mutants_of(source) if one.kind.id == kind]


def solution(exercise: str) -> str:
    """Return an exercise's solution."""
    return (BUNDLES / exercise / "solution.py").read_text("utf-8")


def test_there_are_more_than_thirty_kinds_over_model_data_and_training() -> None:
    """Each kind has an id of its own and titles in both languages."""
    areas = Counter(kind.area for kind in KINDS)

    assert len(KINDS) == len({kind.id for kind in KINDS})
    assert min(areas[Area.MODEL], areas[Area.DATA], areas[Area.TRAINING] + areas[Area.ANSWER]) >= 30


@pytest.mark.parametrize(("exercise", "kinds"), [("cnn-digits", 38), ("rnn-reviews", 30), ("cats-vs-dogs", 105)])
def test_most_kinds_find_a_place_in_the_course(exercise: str, kinds: int) -> None:
    """A rewrite that no longer finds its pattern would be a check that no longer checks."""
    found = {one.kind.id for one in mutants_of(solution(exercise))}

    assert len(found) >= kinds


@pytest.mark.parametrize("exercise", ["cnn-digits", "rnn-reviews", "cats-vs-dogs"])
def test_every_mutant_is_another_program_that_reads(exercise: str) -> None:
    """None is the solution, none is there twice, every one is Python, and each says what it changed."""
    source = solution(exercise)
    made = mutants_of(source)
    texts = [ast.unparse(ast.parse(one.source)) for one in made]

    assert len(texts) == len(set(texts))
    assert ast.unparse(ast.parse(source)) not in texts
    assert [] == [one.id for one in made if not one.before and not one.after]


def test_the_numbers_of_layers_change() -> None:
    """By name or by position, a number is found and becomes another."""
    assert [(("model.add(Dense(7, activation='relu'))",), ("model.add(Dense(8, activation='relu'))",))] == of(
        SOLUTION, "units-more"
    )
    assert [
        (("x = Conv2D(64, 5, activation='relu')(inputs)",), ("x = Conv2D(64, (7,), activation='relu')(inputs)",))
    ] == of(FUNCTIONAL, "kernel-larger")


def test_layers_are_dropped_doubled_and_swapped_in_any_style() -> None:
    """In a list as in statements; a second Flatten changes nothing, so it is no mutant."""
    assert [
        ("return keras.Sequential([layers.Dense(3)])",),
        ("return keras.Sequential([layers.Dense(8, activation='relu')])",),
    ] == [after for _, after in of(A_LIST, "layer-missing")]
    assert ["x = Conv2D(64, 5, activation='relu')(inputs)"] == [
        line for _, after in of(FUNCTIONAL, "layer-twice") for line in after
    ]
    assert 1 == len(of(A_LIST, "layers-swapped"))


def test_what_a_mutant_needs_is_imported() -> None:
    """A layer that the solution did not import is named through keras, which is imported where it was not."""
    (mutant,) = (one for one in mutants_of(FUNCTIONAL) if one.kind.id == "separable")

    assert "keras.layers.SeparableConv2D" in mutant.source
    assert mutant.source.startswith("import keras\n")


def test_only_lines_that_may_change_do() -> None:
    """Where students write between Begin and End alone, what stands outside cannot become wrong."""
    inside = SOLUTION.split("\n").index("    model.add(Dense(7, activation='relu'))") + 1
    made = mutants_of(SOLUTION, lines={inside})

    assert {inside} == {one.line for one in made}
    assert "name-changed" not in {one.kind.id for one in made}
    assert "name-changed" in {one.kind.id for one in mutants_of(SOLUTION)}


def test_a_mutant_knows_its_function() -> None:
    """The function decides which checks can notice; in cats-vs-dogs there are three."""
    functions = Counter(one.function for one in mutants_of(solution("cats-vs-dogs")))

    assert {"get_train_data", "build_model", "fit_and_predict"} == set(functions)


def test_a_solution_that_is_wrong_already_gives_no_mutant_of_that_kind() -> None:
    """A mutant with the same text as the program it comes from is dropped."""
    reversed_twice = SOLUTION.replace("activation='relu'", "activation='relu', use_bias=False")

    assert [] == of(reversed_twice, "no-bias")
