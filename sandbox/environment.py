"""The process sandbox's own environment: an interpreter that fits, the pinned packages, and a copy of our code."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.contract import SandboxUnavailable
from sandbox.image.wheelhouse import wheelhouse
from sandbox.locking import alone
from sandbox.locks import PYTHONS, lock_for, machine_name
from sandbox.sources import code_files, copy_tree, digest, digest_files

Progress = Callable[[str], None]

COMPLETE = "complete"  # the name of the file that is written last


@dataclass(frozen=True)
class Environment:
    """What a process sandbox runs.

    Attributes:
        python: Interpreter with the packages.
        code: Folder that holds ``sandbox_inside`` and the payload packages.
        digest: Of the lock and the interpreter's version.

    """

    python: Path
    code: Path
    digest: str


@dataclass(frozen=True)
class Interpreter:
    """A Python on this machine."""

    path: str
    version: str  #: "3.13"


def prepare(home: Path, payloads: Mapping[str, Path], progress: Progress = lambda _: None) -> Environment:
    """Have the environment; at once when it is there already.

    Args:
        home: The data folder.
        payloads: Package name inside to its folder here.
        progress: Told what is being done.

    Raises:
        SandboxUnavailable: It cannot be had; the sentence says what to do.

    """
    interpreter = find_interpreter()
    machine = machine_name()
    lock = lock_for(interpreter.version, machine)
    mark = digest([lock.read_bytes(), interpreter.version.encode(), interpreter.path.encode()])
    folder = home.resolve() / "sandbox-env" / mark
    python = folder / "venv" / "bin" / "python"
    with alone(folder):
        if not (folder / COMPLETE).exists():
            wheels = wheelhouse(home, lock, interpreter.version, machine, progress)
            progress("setting up the process sandbox's own environment (about a minute, once)")
            _make_venv(interpreter, folder / "venv", wheels, lock)
            (folder / COMPLETE).touch()
        code = _place_code(folder, payloads, python)
    return Environment(python, code, f"sha256:{mark}")


def find_interpreter() -> Interpreter:
    """Find a Python that TensorFlow has wheels for: the running one, else one on the path.

    Raises:
        SandboxUnavailable: There is none; the sentence says what to install.

    """
    candidates = [sys.executable]
    candidates += [path for version in PYTHONS if (path := shutil.which(f"python{version}")) is not None]
    for candidate in candidates:
        version = _version_of(candidate)
        if version in PYTHONS:
            return Interpreter(candidate, version)
    raise SandboxUnavailable(
        f"The process sandbox needs Python {PYTHONS[-1]} to {PYTHONS[0]}: TensorFlow has no packages for Python "
        f"{platform.python_version()}. Install one of these so that `python{PYTHONS[0]}` is found, or use Docker."
    )


def _version_of(path: str) -> str:
    """Ask an interpreter for its version, as ``"3.13"``; empty if it does not start (version managers leave shims)."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([path, "-c", question], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _make_venv(interpreter: Interpreter, venv: Path, wheels: Path, lock: Path) -> None:
    """Make a virtual environment and install the lock's wheels into it, from the folder alone."""
    _call([interpreter.path, "-m", "venv", "--clear", str(venv)])
    _call(
        [
            *(str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-index", "--find-links", str(wheels), "--no-deps", "--require-hashes", "--requirement", str(lock)),
        ]
    )


def _place_code(folder: Path, payloads: Mapping[str, Path], python: Path) -> Path:
    """Copy our code and the payloads' to a folder named by its digest."""
    files = code_files(payloads)
    code = folder / f"code-{digest_files(files)}"
    if not (code / COMPLETE).exists():
        copy_tree(files, code)
        _call([str(python), "-m", "compileall", "-q", str(code)])
        (code / COMPLETE).touch()
    return code


def _call(command: list[str]) -> None:
    """Run one step of the setting up.

    Raises:
        SandboxUnavailable: It failed, with its last line.

    """
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise SandboxUnavailable(f"The process sandbox's environment could not be set up: {last}")
