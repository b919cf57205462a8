"""``grade --mode``, ``doctor``, ``sandbox prune``: what they open, say and keep, with a sandbox that plays a script."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from sandbox.contract import Description, Isolation, SandboxFault, SandboxUnavailable
from sandbox.fake import ScriptedSandbox, outcome
from server import doctor
from server.cli import grade, operate

ROOT = Path(__file__).resolve().parent.parent.parent
SOLUTION = ROOT / "exercises" / "bundles" / "cnn-digits" / "solution.py"


class Described(ScriptedSandbox):
    """A sandbox that describes itself as it was told, or fails to."""

    def __init__(self, layers: tuple[str, ...] = (), problem: SandboxFault | None = None) -> None:
        super().__init__({})
        self._layers, self._problem = layers, problem

    def describe(self) -> Description:
        """Describe a warm sandbox with these layers."""
        if self._problem is not None:
            raise self._problem
        return Description("process", "warm", "sha256:1", "3.13", {"keras": "3.15.1"}, "a processor", self._layers)


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a doctor look at nothing but the sandbox."""
    monkeypatch.setattr(doctor, "chosen_backend", lambda _: "process")
    monkeypatch.setattr(doctor, "_running", lambda *_: iter(()))
    monkeypatch.setattr(doctor, "_store", lambda *_: doctor.Checkup("artifact store", well=True, found=""))


@pytest.mark.parametrize(("words", "mode"), [(["--mode", "oneshot"], Isolation.ONESHOT), ([], None)])
def test_grade_opens_the_sandbox_once_in_the_mode_that_was_asked_for(
    beginend: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, words: list[str], mode: Isolation | None
) -> None:
    """One sandbox for all files, with slots that start when they are needed; without a word the settings decide."""
    opened: list[dict[str, Any]] = []
    raised = outcome(artifacts={})
    without_reference = outcome(artifacts={"behaviour.json": b'{"problem": "no_reference", "detail": ""}'})

    def open_it(*_: object, **how: object) -> ScriptedSandbox:
        opened.append(dict(how))
        return ScriptedSandbox({"capture_model": [raised], "judge_behaviour": [without_reference]})

    monkeypatch.setattr(grade, "open_workshop_for", open_it)
    monkeypatch.setattr(grade, "build_data", lambda *_: None)
    called = beginend("grade", "cnn-digits", SOLUTION, SOLUTION, "--sandbox", "docker", "--skip", "accuracy", *words)

    assert [{"mode": mode, "ahead": False}] == opened
    assert 1 == called.exit_code


def test_grade_names_the_modes_there_are(beginend: Callable[..., Any]) -> None:
    """A mode that does not exist is a wrong call."""
    called = beginend("grade", "cnn-digits", SOLUTION, "--mode", "hot")

    assert 2 == called.exit_code
    assert "--mode hot: choose warm, oneshot, cold." in called.stderr


@pytest.mark.usefixtures("quiet")
def test_doctor_says_which_layers_are_on_and_why_others_are_not(
    beginend: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mode, slots, the layers that are on, and each that is missing with its reason."""
    layers = ("a process group of its own", "system-call filter", "Landlock (version 7)")
    monkeypatch.setattr(doctor, "open_workshop_for", lambda *_, **__: Described(layers))
    monkeypatch.setenv("BEGINEND_SLOTS", "3")
    called = beginend("doctor")

    assert 0 == called.exit_code, called.stdout
    said = " ".join(called.stdout.split())  # lines break where the terminal ends
    assert "warm, Python 3.13, keras 3.15.1" in said
    assert "3 quick, 1 for judging, 1 for training" in said
    assert "a process group of its own; system-call filter; Landlock (version 7)" in said
    missing = [line.split("not on here")[1].strip() for line in called.stdout.splitlines() if "not on here" in line]
    assert ["a user of its own", "resource limits"] == missing
    assert "only root can become somebody else" in said


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    ("problem", "found"),
    [(SandboxUnavailable("start Docker"), "not available"), (SandboxFault("no filter here"), "carries nothing out")],
)
def test_doctor_explains_what_is_red(
    beginend: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, problem: SandboxFault, found: str
) -> None:
    """A sandbox that is not there, or starts no slot, is red with the sentence that says what to do, and exit 3."""
    monkeypatch.setattr(doctor, "open_workshop_for", lambda *_, **__: Described(problem=problem))
    called = beginend("doctor")

    assert 3 == called.exit_code
    assert found in called.stdout
    assert f"→ {problem}" in called.stdout


@pytest.mark.parametrize(("words", "kept"), [([], {"sha256:named"}), (["--all"], set())])
def test_prune_keeps_what_stored_gradings_name(
    beginend: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, words: list[str], kept: set[str]
) -> None:
    """The engine is told which images must stay; with --all none for the sake of replays."""
    told: list[Collection[str]] = []

    async def named(_: object) -> frozenset[str]:
        return frozenset({"sha256:named"})

    def prune(keep: Collection[str]) -> tuple[str, ...]:
        told.append(keep)
        return ("sha256:old",)

    monkeypatch.setattr(operate, "images_of_gradings", named)
    monkeypatch.setattr(operate, "prune_images_here", prune)
    called = beginend("sandbox", "prune", *words)

    assert [kept] == [set(keep) for keep in told]
    assert (0, "sha256:old\n") == (called.exit_code, called.stdout)


def test_prune_says_that_no_engine_answers(beginend: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the engine is a sentence and exit 3."""

    def prune(_: object) -> tuple[str, ...]:
        raise SandboxUnavailable("No Docker engine answers")

    monkeypatch.setattr(operate, "prune_images_here", prune)
    called = beginend("sandbox", "prune", "--all")

    assert 3 == called.exit_code
    assert "No Docker engine answers" in called.stderr
