"""Read the files of HEAD out of a git bundle: with git itself, in an empty environment, without a checkout.

Blobs are read by their ids, so neither filters nor attributes, hooks, submodules or links ever do anything.
"""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from server.imports.members import MOST_BYTES, MOST_MEMBERS, Member, safe_path
from server.imports.refusals import ArchiveDamaged, ArchiveRefused, ArchiveTooLarge, MemberIsNoFile

MAGIC = (b"# v2 git bundle\n", b"# v3 git bundle\n")

SECONDS = 30
MEMORY_KIB = 1024 * 1024
FILE_BLOCKS = 2 * 256 * 1024  #: of 512 bytes, that any file which git writes may have: 256 MiB
#: Limits that hold for git and all it starts; what goes beyond them fails, and is refused.
BOUNDED = f'ulimit -t {SECONDS}; ulimit -v {MEMORY_KIB}; ulimit -f {FILE_BLOCKS}; ulimit -c 0; exec "$@"'

#: Settings without which git would be more helpful than is wanted.
PLAIN = (
    "core.hooksPath=/dev/null", "core.bigFileThreshold=4m", "pack.threads=1", "protocol.allow=never",
    "protocol.file.allow=always", "fetch.fsckObjects=true", "gc.auto=0", "maintenance.auto=false",
    "submodule.recurse=false",
)  # fmt: skip

ORDINARY = frozenset({"100644", "100755"})


class NoGit(ArchiveRefused):
    """There is no git on this machine."""

    code = "no-git"

    def __init__(self) -> None:
        super().__init__(
            zh="服务器没有安装 git，请上传 zip 文件。", en="The server has no git to read this with; send a zip file."
        )


class BundleOfNothing(ArchiveRefused):
    """A git bundle without HEAD and without a single branch that could stand for it, or one that needs others."""

    code = "bundle-of-nothing"

    def __init__(self) -> None:
        super().__init__(
            zh="git bundle 里没有 HEAD，或缺少之前的提交。请用 `git bundle create 文件 HEAD` 生成。",
            en="The git bundle has no HEAD, or lacks commits. Make it with `git bundle create FILE HEAD`.",
        )


@dataclass(frozen=True, slots=True)
class _Blob:
    """A file of a commit."""

    path: tuple[str, ...]
    oid: str
    size: int


def git_members(file: Path) -> list[Member]:
    """Return the files of the bundle's HEAD, or of its one branch where it has no HEAD.

    Raises:
        ArchiveRefused: It cannot be read, is too large, or holds what is no file.

    """
    with tempfile.TemporaryDirectory(prefix="beginend-git-") as folder:
        home = Path(folder)
        repository = home / "repository"
        _git(home, "init", "--quiet", "--bare", "--template=", str(repository))
        reference = _head_of(_git(home, "bundle", "list-heads", str(file.resolve())))
        where = ("-C", str(repository))
        options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance")
        _git(home, *where, "fetch", *options, str(file.resolve()), f"{reference}:refs/heads/imported")
        listed = _git(home, *where, "ls-tree", "-r", "-z", "-l", "refs/heads/imported")
        blobs = [_blob(line) for line in listed.split(b"\0") if line]
        return _read(home, where, blobs)


def _read(home: Path, where: Sequence[str], blobs: Sequence[_Blob]) -> list[Member]:
    """Return the blobs, all read at once; their sizes are known to git, and bounded here."""
    total = sum(blob.size for blob in blobs)
    if len(blobs) > MOST_MEMBERS or total > MOST_BYTES:
        raise ArchiveTooLarge(
            zh=f"文件多于 {MOST_MEMBERS} 个或超过 {MOST_BYTES >> 20} MiB",
            en=f"more than {MOST_MEMBERS} files or {MOST_BYTES >> 20} MiB",
        )
    asked = "".join(f"{blob.oid}\n" for blob in blobs).encode("ascii")
    contents = memoryview(_git(home, *where, "cat-file", "--batch", given=asked))
    at, members = 0, []
    for blob in blobs:
        head = f"{blob.oid} blob {blob.size}\n".encode("ascii")
        start = at + len(head)
        if bytes(contents[at:start]) != head:
            raise ArchiveDamaged
        at = start + blob.size + 1
        members.append(Member(blob.path, blob.size, partial(bytes, contents[start : start + blob.size])))
    return members


def _head_of(listed: bytes) -> str:
    """Return the reference to take: HEAD, or the only branch."""
    names = [line.split(b" ", 1)[1].decode("utf-8", "replace") for line in listed.splitlines() if b" " in line]
    branches = [name for name in names if name.startswith("refs/heads/")]
    if "HEAD" in names:
        return "HEAD"
    if len(branches) != 1:
        raise BundleOfNothing
    return branches[0]


def _blob(line: bytes) -> _Blob:
    """Read a line of ``ls-tree -l -z``: mode, type, id, size, tab, name.

    Raises:
        MemberIsNoFile: It is a link or a submodule.

    """
    about, _, raw = line.partition(b"\t")
    name = raw.decode("utf-8", "replace")
    mode, _, oid, size = about.decode("ascii").split()
    if mode not in ORDINARY:
        raise MemberIsNoFile(name)
    return _Blob(safe_path(name), oid, int(size))


def _git(home: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Run git with no configuration, no hooks, no network and no terminal, within bounds; return what it prints.

    Raises:
        NoGit: There is none.
        BundleOfNothing: It failed: whatever it says, the file is at fault.
        ArchiveTooLarge: It took too long.

    """
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "file",
        "GIT_NO_REPLACE_OBJECTS": "1",
    }
    settings = [word for setting in PLAIN for word in ("-c", setting)]
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", BOUNDED, "sh", "git", *settings, *arguments],
            env=environment, cwd=home, input=given, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ArchiveTooLarge(zh="读取 git bundle 超时", en="git took too long to read it") from error
    if done.returncode == 127:  # noqa: PLR2004 - the shell's word for a program that is not there
        raise NoGit
    if done.returncode != 0:
        raise BundleOfNothing
    return done.stdout
