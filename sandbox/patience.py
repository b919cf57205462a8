"""How long the outside waits for a run before it takes the sandbox itself for wedged."""

from sandbox.contract import Limits

STARTING = 120.0  # seconds for importing the payload, on a machine that is busy; as in sandbox/inside/supervisor.py
ANSWERING = 15.0  # seconds for collecting, wiping and answering


def patience_for(limits: Limits) -> float:
    """Give the seconds after which nobody waits for a run any more."""
    return STARTING + limits.wall_seconds + ANSWERING
