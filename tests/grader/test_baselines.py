"""Side by side: no structure of the corpus is judged wrongly, where three other ways of grading fail."""

import re
from functools import cache
from pathlib import Path

import pytest
from baselines import BASELINES
from describedmodels import DescribedModel, described_models, mistakes, model_named

ROOT = Path(__file__).parents[2]

#: The plainly written right model of each corpus: what the others are given as their reference.
REFERENCES = {"cnn": "list", "rnn": "open length", "cats": "a loop"}

OURS = "canonical network"
WAYS = [OURS, *BASELINES]
MODELS = described_models()


def accepts(way: str, one: DescribedModel) -> bool:
    """Tell whether one way of grading accepts a model by its structure."""
    if way == OURS:
        return not mistakes(one)
    return BASELINES[way](model_named(one.corpus, REFERENCES[one.corpus]).seen, one.seen)


@cache
def errors(way: str, corpus: str) -> tuple[int, int]:
    """Return how many right models are rejected and how many wrong ones accepted."""
    mine = [one for one in MODELS if one.corpus == corpus]
    rejected = sum(not accepts(way, one) for one in mine if one.verdict == "equal")
    return rejected, sum(accepts(way, one) for one in mine if one.verdict == "different")


def sizes(corpus: str) -> tuple[int, int]:
    """Return how many right and how many wrong structures a corpus holds."""
    mine = [one.verdict for one in MODELS if one.corpus == corpus]
    return mine.count("equal"), mine.count("different")


def table() -> str:
    """Return the table of ``docs/figures.md``: false rejections (FR) and false acceptances (FA)."""
    columns = {corpus: sizes(corpus) for corpus in REFERENCES}
    columns["all"] = tuple(map(sum, zip(*columns.values(), strict=True)))  # type: ignore[assignment]
    heads = [f"{name} FR/{right} | {name} FA/{wrong}" for name, (right, wrong) in columns.items()]
    lines = [f"| grader | {' | '.join(heads)} |", "|" + "---|" * (2 * len(columns) + 1)]
    for way in WAYS:
        counts = [errors(way, corpus) for corpus in REFERENCES]
        totals = tuple(map(sum, zip(*counts, strict=True)))
        lines.append(f"| {way} | {' | '.join(str(number) for pair in (*counts, totals) for number in pair)} |")
    return "\n".join(lines)


def test_the_corpus_is_large_enough() -> None:
    """At least 60 right and 70 wrong structures, over all three networks."""
    right, wrong = map(sum, zip(*map(sizes, REFERENCES), strict=True))

    assert right >= 60
    assert wrong >= 70
    assert set(REFERENCES) == {one.corpus for one in MODELS}


@pytest.mark.parametrize("corpus", list(REFERENCES))
def test_no_structure_is_judged_wrongly(corpus: str) -> None:
    """No right structure is rejected and no wrong one accepted."""
    assert (0, 0) == errors(OURS, corpus)


def test_the_others_are_really_tried() -> None:
    """Each of the others accepts the plain references and rejects a model with other units: they are no straw men."""
    plain = [model_named(corpus, title) for corpus, title in REFERENCES.items()]

    assert all(accepts(way, one) for way in WAYS for one in plain)
    assert not any(accepts(way, model_named("cnn", "units")) for way in WAYS if way != "class names only")


def test_figures_hold_the_table() -> None:
    """What docs/figures.md says of the others is what they do today."""
    text = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
    held = re.search(r"<!-- side by side -->\n\n(.*?)\n\n", text, re.DOTALL)

    assert held is not None
    assert table() == held.group(1)
