"""Supervisors without a host: started by hand, spoken to in their own words."""

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import psutil
from sandboxplaces import PAYLOADS

from sandbox import Limits, Pins
from sandbox.pins import environment_of
from sandbox.sources import code_files, copy_tree

LENGTH = struct.Struct(">I")
IS_ROOT = os.geteuid() == 0
SYSTEM_PYTHON = Path("/usr/bin/python3")  # other users can read it, unlike what an administrator's home may hold

WARM = ("--keep", "--warm")
PAYLOAD = "sandbox_test_payload"
USUAL = Limits(wall_seconds=20)


def place_code(extra: Mapping[str, str] = {}) -> Path:
    """Copy the inside and the payloads to a new folder that every user can read.

    Args:
        extra: Packages of the test's own, as the text of their ``__init__.py``.

    """
    folder = Path(tempfile.mkdtemp(prefix="beginend-test-code-"))
    folder.chmod(0o755)
    copy_tree(code_files(PAYLOADS), folder)
    for name, text in extra.items():
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(textwrap.dedent(text))
    return folder


def python_for_all() -> str:
    """Name an interpreter that any user can start, where there is one that fits."""
    found = SYSTEM_PYTHON.resolve().name.removeprefix("python3.")
    return str(SYSTEM_PYTHON) if IS_ROOT and found.isdigit() and int(found) >= 11 else sys.executable


@dataclass
class Reply:
    """An answer or a fault, and what was said before it."""

    header: dict[str, Any]
    artifacts: dict[str, bytes]
    before: list[dict[str, Any]] = field(default_factory=list)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - any JSON
        return self.header[key]


class Supervisor:
    """A native supervisor in a box of its own; a context manager that ends it and looks whether all is gone."""

    def __init__(
        self,
        code: Path,
        *arguments: str,
        payload: str = PAYLOAD,
        user: int | None = None,
        python: str | None = None,
        box: Path | None = None,
        module: str = "sandbox_inside",
    ) -> None:
        self.box = box or Path(tempfile.mkdtemp(prefix="beginend-test-box-"))
        self.box.mkdir(exist_ok=True)
        self.box.chmod(0o711)
        more: dict[str, Any] = {}
        if user is not None:
            os.chown(self.box, user, user)
            self.box.chmod(0o700)
            more = {"user": user, "group": user, "extra_groups": []}
        command = [python or python_for_all(), "-P", "-s", "-B", "-W", "ignore", "-m", module]
        self.process = subprocess.Popen(
            [*command, "--payload", payload, "--box", str(self.box), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={**environment_of(Pins()), "PYTHONPATH": str(code), "TMPDIR": str(self.box)},
            start_new_session=True,
            **more,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.box, ignore_errors=True)

    def family(self) -> list[psutil.Process]:
        """List the supervisor's descendants."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def end(self) -> int:
        """Close its stdin and wait for its end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(timeout=20)

    def hear(self) -> tuple[dict[str, Any], list[bytes]]:
        """Wait for its next message.

        Raises:
            EOFError: There is none.

        """
        header = json.loads(self._read(LENGTH.unpack(self._read(LENGTH.size))[0]))
        return header, [self._read(length) for length in header["blobs"]]

    def ready(self) -> dict[str, Any]:
        """Wait until it says that a child is ready."""
        header, _ = self.hear()
        assert "ready" == header["say"], header
        return header

    def ask(self, code: str, **limits: Any) -> None:  # noqa: ANN401 - fields of Limits
        """Send a request to run a piece of code."""
        self.send("execute", {"code": textwrap.dedent(code)}, limits=Limits(**{"wall_seconds": 10, **limits}))

    def send(
        self,
        entry: str,
        arguments: Mapping[str, Any],
        files: Mapping[str, bytes] = {},
        limits: Limits = USUAL,
    ) -> None:
        """Send a request."""
        header = {
            "entry": entry,
            "arguments": {**arguments, "pins": asdict(Pins())},
            "files": list(files),
            "artifacts": ["*.json", "*.npy"],
            "limits": asdict(limits),
            "blobs": [len(content) for content in files.values()],
        }
        text = json.dumps(header).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(LENGTH.pack(len(text)) + text + b"".join(files.values()))
        self.process.stdin.flush()

    def answer(self) -> Reply:
        """Wait for the answer or the fault that ends a run."""
        before = []
        while True:
            header, blobs = self.hear()
            if header["say"] in {"answer", "fault"}:
                return Reply(header, dict(zip(header.get("names", ()), blobs, strict=True)), before)
            before.append(header)

    def run(self, code: str, **limits: Any) -> Reply:  # noqa: ANN401 - fields of Limits
        """Wait for a child, have it run a piece of code, wait for the answer."""
        self.ready()
        self.ask(code, **limits)
        return self.answer()

    def _read(self, count: int) -> bytes:
        assert self.process.stdout is not None
        data = self.process.stdout.read(count)
        if len(data) < count:
            raise EOFError
        return data
