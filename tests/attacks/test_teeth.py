"""The suite would notice: take away one layer of protection, and some attack of it succeeds."""

import io
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import numpy as np
import pytest
from attackhouse import WON, Place
from attacklist import PROGRAMS, Attack, attack_in
from campaign import ROOT
from canaries import draw_canaries, planted_here

from exercises import load_catalogue
from sandbox import Isolation
from sandbox.cells import Plan
from sandbox.inside.layers import CLOSED, COLLECTOR, FILTER, LANDLOCK, LIMITS, OPTIONAL, OWN_USER
from sandbox.profile import container_command
from sandbox.uids import UidRange
from server.errors import JudgingBroke, JudgingFault

#: Layer -> where it is left out, and an attack that it alone stops there. A change of user closes a process to
#: debuggers by itself, so what else closes it shows where nobody changes.
STOPS = {
    OWN_USER: (Isolation.WARM, "kernel_shared_user"),
    LIMITS: (Isolation.WARM, "bomb_descriptors"),
    LANDLOCK: (Isolation.WARM, "stolen_proc_listing"),
    FILTER: (Isolation.WARM, "survivor_raw_calls"),
    CLOSED: (Isolation.ONESHOT, "stolen_own_proc"),
    COLLECTOR: (Isolation.WARM, "artifact_hard_link"),
}


def attack_named(name: str) -> Attack:
    """Return one attack."""
    return attack_in(PROGRAMS / f"{name}.py")


def succeeds(place: Place, attack: Attack) -> bool:
    """Carry an attack out; tell whether it comes to something, be it that something of ours breaks."""
    try:
        report = place.attack(attack, then_honest=False)
    except (JudgingFault, JudgingBroke):
        return True
    return bool(report.said or report.leaked or report.heard or report.ran_here or report.outcome not in attack.safe)


@contextmanager
def place_in(mode: Isolation) -> Iterator[Place]:
    """Open a place in containers."""
    catalogue = load_catalogue(ROOT / "exercises" / "bundles", ROOT / "var" / "data")
    canaries = draw_canaries()
    with planted_here(canaries) as listener, closing(Place("docker", mode, catalogue, canaries, listener)) as place:
        yield place


def without(*layers: str) -> Callable[[str, Plan, UidRange], list[str]]:
    """Return a maker of supervisors' arguments that leave layers out, and do not insist on them."""

    def command(payload: str, plan: Plan, uids: UidRange) -> list[str]:
        words = iter(container_command(payload, plan, uids))
        kept: list[str] = []
        for word in words:
            more = [word, next(words)] if word == "--require" else [word]
            kept += [] if more[-1] in layers else more
        return [*kept, *(word for layer in layers for word in ("--leave-out", layer))]

    return command


def test_every_layer_has_its_attack() -> None:
    """No layer can be left out whose loss this suite would not notice."""
    assert set(OPTIONAL) == set(STOPS)


@pytest.mark.docker
@pytest.mark.parametrize("layer", STOPS)
def test_without_a_layer_an_attack_succeeds(monkeypatch: pytest.MonkeyPatch, layer: str) -> None:
    """Each layer stops something that all the others together let through."""
    mode, name = STOPS[layer]
    monkeypatch.setattr("sandbox.docker.container_command", without(layer))
    with place_in(mode) as place:
        assert succeeds(place, attack_named(name))


#: What the engine's own walls stop (some of it with newer engines only) ...
HELD_BY_THE_CONTAINER = {
    "kernel_cgroup", "kernel_io_uring", "kernel_keyring", "kernel_mounts", "kernel_namespaces", "kernel_newest_calls",
    "kernel_terminal", "network_addresses", "stolen_core_dump",
}  # fmt: skip
#: ... and what finds nothing, because nothing is there: neither in the process nor in what it is told.
NOTHING_TO_FIND = {
    "stolen_arguments", "stolen_descriptors", "stolen_environment", "stolen_heap", "stolen_judge_modules",
    "stolen_mappings", "stolen_objects", "stolen_training_files", "survivor_fork_handlers",
}  # fmt: skip
#: Wins by stopping the supervisor, for whose silence one waits two minutes.
TAKES_LONG = {"survivor_timers"}
WALLS = ("stolen", "survivor", "network", "kernel")


@pytest.mark.docker
def test_without_any_layer_the_attacks_on_the_walls_succeed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each program that looks for a way out finds one where nothing inside the container stands in its way."""
    attacks = [attack_in(path) for path in sorted(PROGRAMS.glob("*.py")) if path.name.startswith(WALLS)]
    monkeypatch.setattr("sandbox.docker.container_command", without(*OPTIONAL))
    with place_in(Isolation.WARM) as place:
        stopped = {one.name for one in attacks if one.name not in TAKES_LONG and not succeeds(place, one)}

    assert set() == stopped - HELD_BY_THE_CONTAINER - NOTHING_TO_FIND


SEARCHES = ("stolen_heap", "stolen_mappings", "stolen_objects")


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_of_memory_finds_what_is_there(name: str) -> None:
    """In a process that holds a canary, each search prints it: where it prints nothing, there is none."""
    program = str(PROGRAMS / f"{name}.py")
    head = "kept = {number: 'canary' + f'~previous~{number:016x}' + ' ' * 2000 for number in range(3000)}\n"
    code = f"{head}exec(compile(open({program!r}).read(), 'inside.py', 'exec'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert WON in done.stdout
    assert "canary" + "~previous~00000000000000ff" in done.stdout


@pytest.fixture(scope="module")
def whole_place() -> Iterator[Place]:
    """Open a place with all its layers."""
    with place_in(Isolation.WARM) as place:
        yield place


def yes(*_: object) -> bool:
    """Agree."""
    return True


def trusting_array(artifacts: Mapping[str, bytes], name: str) -> Any:  # noqa: ANN401
    """Read an array as if nobody ever lied."""
    return np.load(io.BytesIO(artifacts[name]), allow_pickle=True)


#: What the grader does against forgery -> what is put in its place, and the attack that it alone stops.
GRADER_STOPS: dict[str, tuple[dict[str, Callable[..., object]], str]] = {
    "replays what was recorded": (
        {"grader.checks.training.any_agrees": yes, "grader.checks.compile.agrees": yes},
        "forged_training_never_trained",
    ),
    "asks the model itself": ({"grader.checks.returns._wrong_classes": lambda *_: None}, "forged_training_answer"),
    "reads no pickle": ({"grader.evidence.weights.read_array": trusting_array}, "artifact_pickle"),
    "compares answers": ({"grader.checks.behaviour.fault_of_answers": lambda *_: None}, "forged_layer_patched"),
    "believes no code that it cannot read": (
        {
            "grader.checks.layers.fault_of_own_code": lambda *_: None,
            "grader.checks.behaviour.fault_of_answers": lambda *_: None,
        },
        "forged_answers",
    ),
    "bounds numbers": ({"grader.hostile._bounded": int}, "artifact_many_digits"),
}


@pytest.mark.docker
@pytest.mark.parametrize("deed", GRADER_STOPS)
def test_without_a_deed_of_the_grader_an_attack_succeeds(
    monkeypatch: pytest.MonkeyPatch, whole_place: Place, deed: str
) -> None:
    """What the sandbox lets out is judged: without that, a forgery passes or breaks something of ours."""
    replacements, name = GRADER_STOPS[deed]
    for place, replacement in replacements.items():
        monkeypatch.setattr(place, replacement)

    assert succeeds(whole_place, attack_named(name))
