"""Close the doors behind a child, in the only order that works, and say which could be closed."""

import os
import sys
import sysconfig
from pathlib import Path

from .landlock import restrict
from .layers import CLOSED, COLLECTOR, FILTER, LANDLOCK, LIMITS, OWN_USER
from .libc import LINUX, close_to_debuggers
from .seccomp import filter_is_possible, install_filter
from .settings import Settings
from .threads import require_one_thread

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


def confine(settings: Settings, identity_layers: tuple[str, ...]) -> tuple[str, ...]:
    """Confine this process for good; the payload is imported already.

    Args:
        settings: Name the layers that must be on, those that are left out, and the folder that stays writable.
        identity_layers: What has already been done about the user.

    Returns:
        The layers that are on.

    Raises:
        LayerMissing: A required layer, or any layer at all around a process of root, could not be switched on.
        ThreadsRunning: Threads have been started before, which would escape confinement.

    """
    require_one_thread("confinement")
    layers = [*identity_layers]
    if settings.has(LIMITS):
        layers.append(LIMITS)  # set when the job is known
    if LINUX and settings.has(CLOSED):
        close_to_debuggers()
        layers.append(CLOSED)
    readable = (*(Path(path) for path in READABLE), *interpreter_paths())
    version = restrict(readable, (settings.home, Path("/dev/null"))) if settings.has(LANDLOCK) else 0
    if version:
        layers.append(f"{LANDLOCK} (version {version})")
    if filter_is_possible() and settings.has(FILTER):
        install_filter()
        layers.append(FILTER)
    if settings.has(COLLECTOR):
        layers.append(COLLECTOR)
    _insist(settings, layers)
    return tuple(layers)


def _insist(settings: Settings, layers: list[str]) -> None:
    """Refuse to go on without what this sandbox promised."""
    missing = [layer for layer in sorted(settings.required) if not any(on.startswith(layer) for on in layers)]
    if missing:
        raise LayerMissing(f"this machine cannot give: {', '.join(missing)}")
    if os.geteuid() == 0 and settings.has(LANDLOCK) and not any(on.startswith(LANDLOCK) for on in layers):
        raise LayerMissing(
            "code would run as root with nothing to hide root's files: start this as an ordinary user, or put Python "
            f"and the data folder where other users can read them (one of the layers {OWN_USER!r} and {LANDLOCK!r} "
            "must be on)"
        )
