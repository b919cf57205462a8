"""Empty a folder that an adversary has filled: of any depth, with any number of names, locked or not."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def open_folder(path: Path) -> int | None:
    """Open a folder that is really one."""
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None


def wipe(home: Path) -> None:
    """Empty a folder of any depth with few open descriptors; what resists shows when the folder is to be removed.

    Folders within folders are moved up beside their parents, so that depth never grows into a stack.
    """
    with suppress(OSError):
        home.chmod(0o700)
    top = open_folder(home)
    if top is None:
        return
    with suppress(OSError):
        token, moved = secrets.token_hex(8), 0  # a name that nothing in the folder can have
        while folders := _remove_files(top):
            for name in folders:
                os.chmod(name, 0o700, dir_fd=top)
                inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
                for deeper in _remove_files(inner):
                    os.chmod(deeper, 0o700, dir_fd=inner)
                    moved += 1
                    os.rename(deeper, f"{token}-{moved}", src_dir_fd=inner, dst_dir_fd=top)
                os.close(inner)
                os.rmdir(name, dir_fd=top)
    os.close(top)


def _remove_files(folder: int) -> list[str]:
    """Remove everything in a folder but the folders; give their names."""
    folders = []
    with os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=folder)
    return folders
