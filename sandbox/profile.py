"""The closed doors of a container, as data: what one run may see, use and keep."""

from typing import Any

from docker.types import LogConfig, Ulimit

from sandbox.contract import Limits, RunRequest
from sandbox.pins import environment_of

LABEL = "beginend"  #: on every container of ours; its value names the instance that made it
BOX = "/box"

PROCESSES = 96  # in the container: the supervisor, the collector and a child's threads
SMALLEST_BOX = 192 << 20  # bytes
BOX_FILES = 8192

#: What a container must have on top of its flags; the inside refuses to run anything without it.
REQUIRED_LAYERS = ("a user of its own", "system-call filter")

#: What the engine does, in the words of a description.
CONTAINER_LAYERS = (
    "container without network",
    "read-only file system",
    "no capabilities (but changing to another user)",
    "no new privileges",
    "memory, process and CPU limits",
    "removed after each run",
)


def command_of(payload: str) -> list[str]:
    """Give the supervisor's arguments."""
    return ["--payload", payload, *(word for layer in REQUIRED_LAYERS for word in ("--require", layer))]


def container_options(request: RunRequest, labels: dict[str, str]) -> dict[str, Any]:
    """Give the engine's options for the container of one run."""
    limits = request.limits
    return {
        "network_mode": "none",
        "ipc_mode": "none",
        "read_only": True,
        "cap_drop": ["ALL"],
        "cap_add": ["SETUID", "SETGID", "KILL"],
        "security_opt": ["no-new-privileges"],
        "pids_limit": PROCESSES,
        "mem_limit": limits.memory_bytes,
        "memswap_limit": limits.memory_bytes,
        "nano_cpus": max(1, request.pins.threads) * 1_000_000_000,
        "ulimits": [Ulimit(name="core", soft=0, hard=0)],
        "log_config": LogConfig(type=LogConfig.types.NONE),
        "tmpfs": {BOX: f"rw,nosuid,nodev,noexec,size={_box_bytes(request, limits)},nr_inodes={BOX_FILES},mode=0711"},
        "environment": environment_of(request.pins),
        "labels": labels,
        "stdin_open": True,
        "auto_remove": True,
    }


def _box_bytes(request: RunRequest, limits: Limits) -> int:
    """Size the box: what is laid in, unpacked once more, and what may be brought back."""
    laid = sum(len(content) for content in request.files.values())
    return max(SMALLEST_BOX, 3 * laid + limits.artifacts_bytes)
