"""Download the pinned wheels of a lock once and keep them; whatever is built from them needs no network."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from sandbox.contract import SandboxUnavailable
from sandbox.locking import alone
from sandbox.sources import digest

Progress = Callable[[str], None]

COMPLETE = "complete"  # the name of the file that is written last
#: Generations of manylinux that the base's C library (2.41) runs, newest first.
MANYLINUX = ("2_34", "2_31", "2_28", "2_27", "2_26", "2_24", "2_17", "2_12", "2_5")
OLD_MANYLINUX = ("manylinux2014", "manylinux2010", "manylinux1")


def wheelhouse(home: Path, lock: Path, python: str, machine: str, progress: Progress) -> Path:
    """Have every wheel of a lock in a folder; at once when they are there already.

    Args:
        home: The data folder.
        lock: Lock with one hashed pin per package.
        python: Version the wheels are for, as ``"3.13"``.
        machine: Architecture the wheels are for, as ``"x86_64"``.
        progress: Told what is being done.

    Returns:
        The folder.

    Raises:
        SandboxUnavailable: They could not be downloaded.

    """
    folder = home / "wheelhouse" / f"{lock.stem}-{digest([lock.read_bytes()])}"
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder):
        if not (folder / COMPLETE).exists():
            progress(f"downloading the packages for Python {python} on {machine} (about 400 MB)")
            _download(folder, lock, python, machine)
            (folder / COMPLETE).touch()
    return folder


def _download(folder: Path, lock: Path, python: str, machine: str) -> None:
    """Let pip download and verify; it checks each wheel against the lock's hashes."""
    platforms = [f"manylinux_{generation}_{machine}" for generation in MANYLINUX]
    platforms += [f"{name}_{machine}" for name in OLD_MANYLINUX]
    abis = (f"cp{python.replace('.', '')}", "abi3", "none")
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--require-hashes", "--only-binary=:all:"),
        *("--implementation", "cp", "--python-version", python),
        *(word for abi in abis for word in ("--abi", abi)),
        *(word for name in platforms for word in ("--platform", name)),
        *("--dest", str(folder), "--requirement", str(lock)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise SandboxUnavailable(f"The sandbox's packages could not be downloaded ({last}); is the network reachable?")
