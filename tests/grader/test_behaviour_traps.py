"""Traps in which structure alone errs, judged by the whole rule with real Keras: rightly, all of them."""

from collections.abc import Callable
from typing import Any

import pytest
from behaving import PICTURES, SEQUENCES, STRANGE, TRAPS
from gradertools import BundleWithData
from inside_runner import InsideRunner

from grader import Finding, Outcome, Phase, Run, RunResult, Selection, check, gather_quick

pytestmark = pytest.mark.process

MODELS = Selection(only=frozenset({"layers", "behaviour"}))

Loader = Callable[..., BundleWithData]


class Remembering:
    """Carries runs out; what depends on a bundle alone only once."""

    def __init__(self, inside: InsideRunner) -> None:
        """Use a runner."""
        self._inside = inside
        self._known: dict[str, RunResult] = {}
        self.asked: list[str] = []

    def run(self, run: Run) -> RunResult:
        """Carry out one run, or remember it."""
        self.asked.append(run.id)
        if run.cache_key is None:
            return self._inside.run(run)
        if run.cache_key not in self._known:
            self._known[run.cache_key] = self._inside.run(run)
        return self._known[run.cache_key]


@pytest.fixture(scope="module")
def remembering(inside: InsideRunner) -> Remembering:
    """Return a runner that remembers the described networks' answers."""
    return Remembering(inside)


def findings_of(runner: Any, bundle: BundleWithData, source: str) -> tuple[list[Finding], dict[str, Any]]:  # noqa: ANN401
    """Judge a program's model; returns the findings that were asked for, and the evidence of the model."""
    gathered = InsideRunner.gather(runner, gather_quick(bundle, source, MODELS))
    findings = check(bundle, gathered.evidence, MODELS, Phase.QUICK)
    return [one for one in findings if one.because != "left_out"], gathered.evidence["captures"]["model"]


def verdict_of(findings: list[Finding]) -> str:
    """Return ``passed``, or the first check that failed."""
    return next((one.id for one in findings if one.outcome is not Outcome.PASSED), "passed")


@pytest.mark.parametrize("name", TRAPS)
def test_all_sixteen_traps_are_decided_rightly(remembering: Remembering, course_bundle: Loader, name: str) -> None:
    """Right ones in strange clothes pass; wrong ones fail, be it that they lie about themselves."""
    source, wanted = TRAPS[name]
    findings, _ = findings_of(remembering, course_bundle("cnn-digits"), source)

    assert wanted == verdict_of(findings), [one.message.en for one in findings]


@pytest.mark.parametrize("name", STRANGE)
def test_strange_models_are_decided_rightly(remembering: Remembering, course_bundle: Loader, name: str) -> None:
    """Own weights, frozen, bound and regularised ones, noise, losses, numbers that are none, and models of any size."""
    source, wanted = STRANGE[name]
    findings, _ = findings_of(remembering, course_bundle("cnn-digits"), source)

    assert wanted == verdict_of(findings), [one.message.en for one in findings]


@pytest.mark.parametrize("name", SEQUENCES)
def test_sequences_are_decided_rightly(remembering: Remembering, course_bundle: Loader, name: str) -> None:
    """Masks, parts of a sequence and its direction show in the answers; the length a model was built for does not."""
    source, wanted = SEQUENCES[name]
    findings, _ = findings_of(remembering, course_bundle("rnn-reviews"), source)

    assert wanted == verdict_of(findings), [one.message.en for one in findings]


@pytest.mark.parametrize("name", PICTURES)
def test_weights_of_one_shape_may_stand_in_any_order(
    remembering: Remembering, course_bundle: Loader, name: str
) -> None:
    """The judge is asked once more, with the orders there are; a wrong network stays wrong in each of them."""
    source, wanted = PICTURES[name]
    remembering.asked.clear()
    findings, evidence = findings_of(remembering, course_bundle("cats-vs-dogs"), source)

    assert wanted == verdict_of(findings), [one.message.en for one in findings]
    assert "model-answers-again" in remembering.asked
    # The second convolution is made first: its bias is the first weight of that shape.
    assert wanted != "passed" or [[2, 3], [], [0, 1], [], [], [6, 7], [4, 5]] == evidence["behaviour"]["mapping"]
