"""Which slots there are, and which of them a request goes to. Pure."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.cells import Plan, Role
from sandbox.contract import Isolation, Lane, Limits, Pins, RunRequest
from sandbox.patience import ANSWERING, STARTING, longest_run
from sandbox.recycling import MOST_AGE

#: Beside a run: the zygote with its imports (220 MiB measured), the box's files, and artifacts on their way out, which
#: the collector and the supervisor hold at the same time.
BESIDE_A_RUN = 512 << 20
LONG_MEMORY_BYTES = 4096 << 20  # what a training may ask for and still find a slot that is ready
SMALLEST_BOX = 192 << 20  # bytes
QUICK_BOX = 256 << 20  # bytes
LONG_BOX = 512 << 20  # bytes

#: After which other machines may take a kept cell for forgotten; far longer than one is kept and any run in it takes.
KEPT_LIFETIME = 4 * MOST_AGE

_STRICTNESS = (Isolation.WARM, Isolation.ONESHOT, Isolation.COLD)
_LONG_ROLES = frozenset({Role.LONG, Role.LONG_JUDGE, Role.LONG_ONESHOT})


def cores() -> int:
    """Count the processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1


def half_of_the_cores() -> int:
    """Give half of the processors, one at least."""
    return max(1, cores() // 2)


@dataclass(frozen=True, slots=True)
class Slots:
    """How many runs may go on at once, for each kind of run.

    Attributes:
        quick: Student code in the quick lane.
        long: In the long lane, student code and trusted runs each.
        judges: Trusted runs in the quick lane.
        ahead: Whether slots are started before anybody asks.

    """

    quick: int = field(default_factory=cores)
    long: int = 1
    judges: int = field(default_factory=half_of_the_cores)
    ahead: bool = True

    def __post_init__(self) -> None:
        """Refuse numbers with which some run would wait for ever."""
        if min(self.quick, self.long, self.judges) < 1:
            raise ValueError("there must be at least one slot of each kind")


def size_of(role: Role, slots: Slots) -> int:
    """Give the number of slots of a role; in the roles that are used once, one beside the one in use."""
    sizes: Mapping[Role, int] = {
        Role.QUICK: slots.quick,
        Role.JUDGE: slots.judges,
        Role.LONG: slots.long,
        Role.LONG_JUDGE: slots.long,
        Role.ONESHOT: slots.quick + 1,
        Role.LONG_ONESHOT: slots.long + 1,
    }
    return sizes[role]


#: The roles that have slots, in the order in which they are started.
KEPT_ROLES = (Role.QUICK, Role.ONESHOT, Role.JUDGE, Role.LONG, Role.LONG_ONESHOT, Role.LONG_JUDGE)


def started_ahead(role: Role, mode: Isolation) -> bool:
    """Tell whether a role's slots are needed as a rule in a sandbox of this mode."""
    if mode is Isolation.COLD:
        return False
    students = {Isolation.WARM: (Role.QUICK, Role.LONG), Isolation.ONESHOT: (Role.ONESHOT, Role.LONG_ONESHOT)}[mode]
    return role in {*students, Role.JUDGE, Role.LONG_JUDGE}


def role_for(request: RunRequest, mode: Isolation) -> Role:
    """Choose the role for a request.

    A trusted run needs no isolation from what ran before it, because nothing untrusted ever did; it goes to a judge
    even where student code is run once and away. In a cold sandbox everything is cold.
    """
    isolation = max(mode, request.isolation or mode, key=_STRICTNESS.index)
    is_long = request.lane is Lane.LONG
    if isolation is Isolation.COLD:
        return Role.COLD
    if request.trusted:
        return Role.LONG_JUDGE if is_long else Role.JUDGE
    if isolation is Isolation.ONESHOT:
        return Role.LONG_ONESHOT if is_long else Role.ONESHOT
    return Role.LONG if is_long else Role.QUICK


def plan_of(role: Role) -> Plan:
    """Give the plan of a role's slots: room for requests with the default limits, and for more in the long lane."""
    is_long = role in _LONG_ROLES
    return Plan(
        role=role,
        isolation=Isolation.ONESHOT if role in {Role.ONESHOT, Role.LONG_ONESHOT} else Isolation.WARM,
        lane=Lane.LONG if is_long else Lane.QUICK,
        pins=Pins(),
        memory_bytes=(LONG_MEMORY_BYTES if is_long else Limits().memory_bytes) + BESIDE_A_RUN,
        box_bytes=LONG_BOX if is_long else QUICK_BOX,
        lifetime_seconds=KEPT_LIFETIME,
    )


def cold_plan(request: RunRequest) -> Plan:
    """Give the plan of a cell that is made to measure for one request."""
    limits = request.limits
    return Plan(
        role=Role.COLD,
        isolation=Isolation.COLD,
        lane=request.lane,
        pins=request.pins,
        memory_bytes=limits.memory_bytes + BESIDE_A_RUN,
        box_bytes=box_bytes_for(request),
        lifetime_seconds=STARTING + longest_run(limits.wall_seconds) + ANSWERING,
    )


def fits(request: RunRequest, plan: Plan) -> bool:
    """Tell whether a cell of this plan can carry out a request exactly as a cell of its own would."""
    return (
        (request.pins.threads, request.pins.onednn, request.pins.hash_seed)
        == (plan.pins.threads, plan.pins.onednn, plan.pins.hash_seed)
        and request.limits.memory_bytes + BESIDE_A_RUN <= plan.memory_bytes
        and box_bytes_for(request) <= plan.box_bytes
    )


def box_bytes_for(request: RunRequest) -> int:
    """Size the box: what is laid in, unpacked once more, and what may be brought back."""
    laid = sum(len(content) for content in request.files.values())
    return max(SMALLEST_BOX, 3 * laid + request.limits.artifacts_bytes)
