"""How many cores a deadline needs: hand-ins that come closer and closer to it, judged by so many cores at a time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: How often a student hands in on the day of a deadline.
HAND_INS = 5.0
#: Seconds in which the rate of hand-ins grows by a factor of e as the deadline comes closer.
RUSH = 3600.0
#: In the last minutes twice as many come as that.
LAST_MINUTES, LAST_FACTOR = 300, 2.0
#: Seconds that are simulated before the deadline, and after it at most.
BEFORE, AFTER = 12 * 3600, 48 * 3600
#: What share of the programs is right so far, and trains.
TRAIN = 0.5


@dataclass(frozen=True, slots=True)
class Wait:
    """What students wait for: how long it occupies a core, how many do, and what is promised."""

    seconds: float  #: of one core
    share: float  #: of all hand-ins
    promise: float  #: seconds that nobody is to wait longer for a core


def arrivals(students: int) -> list[float]:
    """Return how many hand in in each second before the deadline."""
    total = students * HAND_INS
    rates = [
        math.exp((second - BEFORE) / RUSH) * (LAST_FACTOR if second >= BEFORE - LAST_MINUTES else 1.0)
        for second in range(BEFORE)
    ]
    scale = total / sum(rates)
    return [rate * scale for rate in rates]


def longest_wait(coming: Sequence[float], wait: Wait, cores: int) -> float:
    """Return the longest that anybody waits for one of so many cores, in seconds; infinite if it never ends."""
    per_second = cores / wait.seconds
    queue = longest = 0.0
    for second in range(len(coming) + AFTER):
        queue = max(0.0, queue + (coming[second] * wait.share if second < len(coming) else 0.0) - per_second)
        longest = max(longest, queue / per_second)
        if second >= len(coming) and queue == 0:
            return longest
    return math.inf


def cores_needed(coming: Sequence[float], wait: Wait) -> int:
    """Return the least number of cores with which nobody waits longer than promised."""
    most = max(1, math.ceil(max(coming) * wait.share * wait.seconds))
    least = 1
    while least < most:
        middle = (least + most) // 2
        if longest_wait(coming, wait, middle) <= wait.promise:
            most = middle
        else:
            least = middle + 1
    return most


def plan(students: int, *, check: float, training: float, check_wait: float, training_wait: float) -> dict[str, float]:
    """Return what a deadline of so many students needs.

    Args:
        students: How many.
        check: Seconds of a core that a structure check takes.
        training: Seconds of a core that a training takes.
        check_wait: Seconds that nobody waits longer for a check.
        training_wait: Seconds that nobody waits longer for a training.

    """
    coming = arrivals(students)
    return {
        "students": students,
        "peak_per_second": round(max(coming), 1),
        "last_hour": round(sum(coming[-3600:])),
        "check_cores": cores_needed(coming, Wait(check, 1.0, check_wait)),
        "training_cores": cores_needed(coming, Wait(training, TRAIN, training_wait)),
        "training_cores_at_once": math.ceil(max(coming) * TRAIN * training),
    }
