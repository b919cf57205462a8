"""The small parts: locks, flags, printed text, the scripted sandbox."""

import re
from pathlib import Path
from typing import Any

import pytest
from docker.types import LogConfig

from sandbox import Ending, Isolation, Lane, Pins, RunRequest, SandboxFault, SandboxUnavailable, ScriptedSandbox
from sandbox.cells import Plan, Role
from sandbox.fake import outcome
from sandbox.inside import collect, orphans
from sandbox.inside.environment import PINNED
from sandbox.inside.text import plain, plain_text
from sandbox.locks import FOLDER, PYTHONS, lock_for, machine_name
from sandbox.patience import ANSWERING
from sandbox.pins import environment_of
from sandbox.profile import container_layers, container_options, processors_to_limit
from sandbox.sources import code_files, digest_files
from sandbox.uids import UidRange


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize("python", PYTHONS)
def test_locks(python: str, machine: str) -> None:
    """Each lock pins and hashes everything, names no index, and has the packages that verdicts depend on."""
    text = lock_for(python, machine).read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\\n    --hash=sha256:", text, re.MULTILINE))
    tensorflow = "tensorflow-cpu" if machine == "x86_64" else "tensorflow"

    assert {
        tensorflow: "2.21.0",
        "keras": "3.15.1",
        "numpy": "2.4.6",
        "opencv-python-headless": "5.0.0.93",
    }.items() <= (pins.items())
    assert len(pins) == len(re.findall(r"==", text))
    assert "://" not in text


def test_no_lock() -> None:
    """Where TensorFlow has no packages the sentence says where it has."""
    with pytest.raises(SandboxUnavailable, match=r"3\.11, 3\.12, 3\.13 on x86_64 and aarch64"):
        lock_for("3.14", "riscv64")


def test_every_lock_belongs_to_a_python() -> None:
    """No lock lies about that nothing asks for."""
    assert len(PYTHONS) * 2 == len(list(FOLDER.iterdir()))


@pytest.mark.parametrize(("name", "expected"), [("AMD64", "x86_64"), ("arm64", "aarch64"), ("riscv64", "riscv64")])
def test_machine_names(name: str, expected: str) -> None:
    """Engines and systems have many words for the same machine."""
    assert expected == machine_name(name)


def plan(isolation: Isolation) -> Plan:
    """Plan a cell for quick runs."""
    return Plan(Role.QUICK, isolation, Lane.QUICK, Pins(threads=2), 1 << 30, 64 << 20, 60.0)


def test_container_flags() -> None:
    """A container starts with every door closed."""
    options = container_options(plan(Isolation.WARM), UidRange(300_000, 1000), {}, processors=8)
    shut = {
        "network_mode": "none",
        "ipc_mode": "none",
        "read_only": True,
        "cap_drop": ["ALL"],
        "cap_add": ["SETUID", "SETGID", "KILL"],
        "security_opt": ["no-new-privileges"],
        "pids_limit": 192,
        "mem_limit": 1 << 30,
        "memswap_limit": 1 << 30,
        "nano_cpus": 2_000_000_000,
    }

    assert shut == {name: options[name] for name in shut}
    assert LogConfig.types.NONE == options["log_config"].type
    assert not {"privileged", "volumes", "mounts", "devices", "binds"} & set(options)
    assert all(word in options["tmpfs"]["/box"] for word in ("nosuid", "nodev", "noexec", "size=", "nr_inodes="))


def test_oneshot_container_flags() -> None:
    """A container that is used once has no capability at all, a user of its own, and a box that is that user's."""
    options = container_options(plan(Isolation.ONESHOT), UidRange(300_000, 1000), {}, processors=8)

    assert ("300000:300000", ["ALL"]) == (options["user"], options["cap_drop"])
    assert "cap_add" not in options
    assert "mode=0700,uid=300000" in options["tmpfs"]["/box"]


@pytest.mark.parametrize(
    ("info", "limit", "layer"),
    [
        ({"NCPU": 8, "CpuCfsQuota": True}, 2_000_000_000, "memory, process and CPU limits"),
        ({"NCPU": 1, "CpuCfsQuota": True}, 1_000_000_000, "memory, process and CPU limits"),
        ({"NCPU": 8, "CpuCfsQuota": False}, None, "memory and process limits"),
        ({"NCPU": 8}, None, "memory and process limits"),
    ],
)
def test_engines_that_cannot_limit_processors(info: dict[str, Any], limit: int | None, layer: str) -> None:
    """An engine is not asked for what it would refuse (rootless, appliances), and then nobody claims it."""
    processors = processors_to_limit(info)
    options = container_options(plan(Isolation.WARM), UidRange(300_000, 1000), {}, processors=processors)

    assert limit == options.get("nano_cpus")
    assert layer in container_layers(Isolation.WARM, processors)


def test_the_outside_is_more_patient_than_the_inside() -> None:
    """What the inside may take to end a run and to collect is never mistaken for silence, which is a fault of ours."""
    assert collect.PATIENCE + orphans.PATIENCE < ANSWERING


def test_pins_reach_the_child() -> None:
    """What the outside pins, the inside keeps; only the allocator's setting ends with the interpreter's start."""
    assert set(PINNED) | {"GLIBC_TUNABLES"} == set(environment_of(Pins()))


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (b"a\x1b[1;31mb\x1b[0m", "ab"),
        (b"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b"1\r2\r\n3", "1\n2\n3"),
        (b"\xe4\xb8\xad\xff", "中\ufffd"),
        (b"\x9b31mx\x00\x7f\ty", "\ufffd31mx\ty"),
        (b"\x1b", ""),
    ],
)
def test_plain(printed: bytes, expected: str) -> None:
    """Printed bytes become text that no terminal obeys."""
    assert expected == plain(printed)


def test_cut_text() -> None:
    """Text is cut between characters."""
    assert "中中" == plain_text("中中中", 8)


def test_digest_follows_the_code(tmp_path: Path) -> None:
    """The code's digest changes with a file's content and name, and with nothing else."""
    (tmp_path / "a.py").write_text("1")
    before = digest_files(code_files({"payload": tmp_path}))
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")

    assert before == digest_files(code_files({"payload": tmp_path}))
    (tmp_path / "a.py").write_text("2")
    assert before != digest_files(code_files({"payload": tmp_path}))


def test_scripted_sandbox() -> None:
    """The scripted sandbox plays its replies in order, repeats the last, and remembers what it was asked."""
    fault = SandboxFault("away")
    sandbox = ScriptedSandbox({"x": [fault, outcome(Ending.TIMED_OUT), lambda request: outcome(stdout=request.entry)]})

    with pytest.raises(SandboxFault, match="away"):
        sandbox.run(RunRequest("x"))
    assert [Ending.TIMED_OUT, Ending.FINISHED, Ending.FINISHED] == [
        sandbox.run(RunRequest("x")).ending for _ in range(3)
    ]
    assert "x" == sandbox.run(RunRequest("x")).stdout
    assert 5 == len(sandbox.requests)


def test_scripted_sandbox_closed() -> None:
    """A closed scripted sandbox, or one that was not told what to say, is a fault."""
    sandbox = ScriptedSandbox({"x": [outcome()]})
    with pytest.raises(SandboxFault):
        sandbox.run(RunRequest("y"))
    sandbox.close()

    with pytest.raises(SandboxFault):
        sandbox.run(RunRequest("x"))
