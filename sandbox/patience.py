"""How long the outside waits before it takes a sandbox for wedged; none of these ends an honest run."""

STARTING = 120.0  # seconds for importing the payload, on a machine that is busy; as in sandbox/inside/spare.py
ANSWERING = 45.0  # seconds on top of a run's own, for all that follows it; collecting alone may take 30 inside
SETTLING = 60.0  # seconds from an answer until the next child is ready

FIRST_RETRY = 1.0  # seconds after the first failed start; doubled with each further one
LAST_RETRY = 60.0  # seconds between two attempts, however many have failed


def longest_run(wall_seconds: float) -> float:
    """Give the most seconds that a run with this limit may take: once more of it where it had to wait for a core."""
    return 2 * wall_seconds


def retry_after(failures: int) -> float:
    """Give the seconds to wait after so many failed starts in a row."""
    return min(LAST_RETRY, FIRST_RETRY * 2.0 ** min(failures - 1, 16))
