"""Which lock of pinned, hashed wheels belongs to which Python on which machine."""

import platform
from pathlib import Path

from sandbox.contract import SandboxUnavailable

FOLDER = Path(__file__).parent / "image" / "locks"

#: Pythons that TensorFlow has wheels for, newest first.
PYTHONS = ("3.13", "3.12", "3.11")

_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "aarch64", "aarch64": "aarch64"}


def machine_name(name: str = "") -> str:
    """Give the one name this project uses for a machine's architecture (this machine's if none is named)."""
    name = (name or platform.machine()).lower()
    return _MACHINES.get(name, name)


def lock_for(python: str, machine: str) -> Path:
    """Find the lock for a Python (``"3.13"``) on a machine (``"x86_64"``).

    Raises:
        SandboxUnavailable: There is none, with the reason.

    """
    lock = FOLDER / f"cp{python.replace('.', '')}-{machine}.txt"
    if not lock.is_file():
        raise SandboxUnavailable(
            f"There is no set of packages for Python {python} on {machine}: TensorFlow is available for Python "
            f"{', '.join(reversed(PYTHONS))} on x86_64 and aarch64."
        )
    return lock
