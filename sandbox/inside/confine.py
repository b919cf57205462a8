"""Close the doors behind a child, in the only order that works, and say which could be closed."""

import os
import sys
import sysconfig
from pathlib import Path

from . import identity
from .landlock import restrict
from .libc import LINUX, close_to_debuggers
from .seccomp import filter_is_possible, install_filter
from .settings import Settings

FILTER_LAYER = "system-call filter"
LANDLOCK_LAYER = "Landlock"
LIMITS_LAYER = "resource limits"

#: What a Python program with numpy, TensorFlow and OpenCV reads while it runs; nothing in it belongs to anybody.
READABLE = (
    "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime",
    "/dev/urandom", "/dev/random", "/dev/zero",
    "/sys/devices/system/cpu", "/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat",
)  # fmt: skip


class LayerMissing(Exception):
    """A protection that this sandbox must not do without could not be switched on."""


def interpreter_paths() -> tuple[Path, ...]:
    """List the folders of the running interpreter and of the payload's code."""
    folders = {sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), *sys.path}
    return tuple(Path(folder) for folder in sorted(folders) if folder)


def confine(settings: Settings, home: Path, identity_layers: tuple[str, ...]) -> tuple[str, ...]:
    """Confine this process for good; the payload is imported already.

    Args:
        settings: Names the layers that must be on.
        home: The only folder that stays writable.
        identity_layers: What has already been done about the user number.

    Returns:
        The layers that are on.

    Raises:
        LayerMissing: A required layer, or any layer at all around a process of root, could not be switched on.

    """
    if LINUX and len(list(Path("/proc/self/task").iterdir())) > 1:
        raise LayerMissing("the payload started threads while it was imported; they would escape confinement")
    layers = [*identity_layers, LIMITS_LAYER]
    close_to_debuggers()
    readable = (*(Path(path) for path in READABLE), *interpreter_paths())
    version = restrict(readable, (home, Path("/dev/null")))
    if version:
        layers.append(f"{LANDLOCK_LAYER} (version {version})")
    if filter_is_possible():
        install_filter()
        layers.append(FILTER_LAYER)
    _insist(settings, layers)
    return tuple(layers)


def _insist(settings: Settings, layers: list[str]) -> None:
    """Refuse to go on without what this sandbox promised."""
    missing = [layer for layer in sorted(settings.required) if not any(on.startswith(layer) for on in layers)]
    if missing:
        raise LayerMissing(f"this machine cannot give: {', '.join(missing)}")
    if os.geteuid() == 0 and not any(on.startswith(LANDLOCK_LAYER) for on in layers):
        raise LayerMissing(
            "code would run as root with nothing to hide root's files: start this as an ordinary user, or put Python "
            f"and the data folder where other users can read them (one of the layers {identity.UID_LAYER!r} and "
            f"{LANDLOCK_LAYER!r} must be on)"
        )
