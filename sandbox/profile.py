"""The closed doors of a container, as data: what its runs may see, use and keep; and the supervisor's arguments."""

from collections.abc import Mapping
from typing import Any

from docker.types import LogConfig, Ulimit

from sandbox.cells import Plan
from sandbox.contract import Isolation, Lane
from sandbox.pins import environment_of
from sandbox.uids import UidRange

LABEL = "beginend"  #: on every container of ours; its value names the instance that made it
BOX = "/box"

PROCESSES = 192  # in the container: the supervisor, the collector and a child's threads
BOX_FILES = 8192
CPU_SHARES = {Lane.QUICK: 1024, Lane.LONG: 256}  # of a busy processor; an idle one is anybody's

#: What a supervisor needs in order to give each run a user of its own and to end it; none where it is used once.
CAPABILITIES = ("SETUID", "SETGID", "KILL")

#: What a container must have on top of its flags; the inside refuses to run anything without it.
REQUIRED_LAYERS = ("a user of its own", "system-call filter")
REQUIRED_ONCE = ("system-call filter",)  # the engine has given it a user of its own already

SERVING = {Isolation.WARM: ("--keep", "--warm"), Isolation.ONESHOT: ("--warm",), Isolation.COLD: ()}

_LAYERS = ("container without network", "read-only file system", "no new privileges")
_LIMITS, _LIMITS_WITHOUT_CPU = "memory, process and CPU limits", "memory and process limits"
_LAYERS_OF = {
    Isolation.WARM: ("no capabilities (but changing to another user)", "replaced after 200 runs or an hour"),
    Isolation.ONESHOT: ("no capabilities", "a user of its own", "removed after each run"),
    Isolation.COLD: ("no capabilities (but changing to another user)", "removed after each run"),
}


def container_layers(isolation: Isolation, processors: int | None) -> tuple[str, ...]:
    """List what an engine with so many processors does, in the words of a description; see container_options."""
    return (*_LAYERS, _LIMITS_WITHOUT_CPU if processors is None else _LIMITS, *_LAYERS_OF[isolation])


def supervisor_arguments(payload: str, plan: Plan, uids: UidRange) -> list[str]:
    """Give the supervisor's arguments that do not depend on where it runs."""
    arguments = ["--payload", payload, *SERVING[plan.isolation]]
    if plan.isolation is Isolation.WARM:
        arguments += ["--uids", str(uids)]
    return arguments


def container_command(payload: str, plan: Plan, uids: UidRange) -> list[str]:
    """Give the arguments of a container's supervisor."""
    required = REQUIRED_ONCE if plan.isolation is Isolation.ONESHOT else REQUIRED_LAYERS
    arguments = supervisor_arguments(payload, plan, uids)
    return arguments + [word for layer in required for word in ("--require", layer)]


def processors_to_limit(info: Mapping[str, Any]) -> int | None:
    """Read from an engine's description of itself how many processors it has; ``None`` if it cannot limit them.

    Rootless engines cannot unless the administrator has delegated it, some kernels of appliances not at all; such an
    engine refuses to create a container with that limit, and one with a limit above what it has.
    """
    return int(info["NCPU"]) if info.get("CpuCfsQuota") else None


def container_options(
    plan: Plan, uids: UidRange, labels: dict[str, str], runtime: str | None = None, *, processors: int | None
) -> dict[str, Any]:
    """Give the engine's options for one container.

    Args:
        plan: How it is made.
        uids: The user numbers of its runs.
        labels: How it can be told later.
        runtime: OCI runtime that the engine is to use instead of its own.
        processors: How many the engine has; ``None`` if it cannot limit them.

    """
    box = f"rw,nosuid,nodev,noexec,size={plan.box_bytes},nr_inodes={BOX_FILES}"
    options: dict[str, Any] = {
        "network_mode": "none",
        "ipc_mode": "none",
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "pids_limit": PROCESSES,
        "mem_limit": plan.memory_bytes,
        "memswap_limit": plan.memory_bytes,
        "cpu_shares": CPU_SHARES[plan.lane],
        "ulimits": [Ulimit(name="core", soft=0, hard=0)],
        "log_config": LogConfig(type=LogConfig.types.NONE),
        "environment": environment_of(plan.pins),
        "labels": labels,
        "stdin_open": True,
        "auto_remove": True,
        "stop_signal": "SIGKILL",  # an engine that stops need not wait for anything in here
    }
    if plan.isolation is Isolation.ONESHOT:
        user = uids.first
        options |= {"user": f"{user}:{user}", "tmpfs": {BOX: f"{box},mode=0700,uid={user},gid={user}"}}
    else:
        options |= {"cap_add": list(CAPABILITIES), "tmpfs": {BOX: f"{box},mode=0711"}}
    if processors is not None:
        options["nano_cpus"] = min(max(1, plan.pins.threads), processors) * 1_000_000_000
    if runtime is not None:
        options["runtime"] = runtime
    return options
