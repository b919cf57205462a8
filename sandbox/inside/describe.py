"""The one entry of our own: write down what this sandbox is made of."""

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ENTRY = "sandbox:describe"
ARTIFACT = "description.json"

#: Name in a description, and the distributions that may provide it.
PACKAGES = {
    "tensorflow": ("tensorflow-cpu", "tensorflow"),
    "keras": ("keras",),
    "numpy": ("numpy",),
    "opencv": ("opencv-python-headless",),
    "h5py": ("h5py",),
}


def describe(_arguments: dict[str, Any]) -> None:
    """Write the interpreter's version, the packages' and the processor's name to ``out/description.json``."""
    description = {"python": platform.python_version(), "packages": _versions(), "cpu": _processor()}
    Path("out", ARTIFACT).write_text(json.dumps(description), encoding="utf-8")


def _versions() -> dict[str, str]:
    found = {}
    for name, distributions in PACKAGES.items():
        for distribution in distributions:
            try:
                found[name] = version(distribution)
            except PackageNotFoundError:
                continue
    return found


def _processor() -> str:
    """Name the processor's model; the machine's architecture where it does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
