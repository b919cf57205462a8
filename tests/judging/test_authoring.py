"""``docs/authoring.md`` is true: its commands do what it says, its extracts are the example's, the example is well."""

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import server.cli.calibrate
import server.cli.check
import server.cli.grade
from exercises import load_bundle
from sandbox.contract import Sandbox
from server.calibration.holding import outdated
from server.cli.main import build
from server.gate.agreement import disagreements

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
EXAMPLE = DOCS / "authoring" / "flat-price"
PAGE = (DOCS / "authoring.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.strip().split("\n")]
EXTRACTS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)

#: What the test adds to a command, so that it does not train for minutes: calibrating is measured in a test of its own.
SHORTER = {
    "beginend exercise check flat-price": ["--no-training", "--no-mutants"],
    "beginend exercise check flat-price --page flat-price.html": ["--no-training"],
    "beginend exercise calibrate flat-price": ["--confirm"],
    "beginend grade flat-price flat-price/solution.py": ["--skip", "accuracy"],
    "beginend exercise import flat-price --publish": ["--no-check", "--reason", "checked above"],
}


class Kept:
    """A sandbox that several commands use in turn; each closes it, and it stays open."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the sandbox has
        return getattr(self._sandbox, name)

    def close(self) -> None:
        """Stay open."""


@pytest.fixture
def home() -> Iterator[Path]:
    """Yield a home of its own, with a database in it, which an unprivileged server can reach."""
    folder = Path(tempfile.mkdtemp(prefix="beginend-authoring-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def workplace(docker_sandbox: Sandbox, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder in which commands are given, with one warm sandbox for all of them."""
    for module in (server.cli.check, server.cli.grade, server.cli.calibrate):
        monkeypatch.setattr(module, "open_workshop_for", lambda *_, **__: Kept(docker_sandbox))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("BEGINEND_HOME", str(home))
    monkeypatch.setenv("BEGINEND_SANDBOX", "docker")
    monkeypatch.chdir(tmp_path)
    shutil.copy(DOCS / "authoring" / "make_data.py", tmp_path)
    return tmp_path


def carried_out(words: Sequence[str], folder: Path) -> int:
    """Give one command of the page and return its exit code."""
    if words[0] == "python":
        return subprocess.run([sys.executable, *words[1:]], cwd=folder, check=False).returncode
    result = CliRunner().invoke(build(words[1:]), list(words[1:]), catch_exceptions=False)
    return result.exit_code


@pytest.mark.docker
@pytest.mark.training
def test_the_commands_of_the_page_work_one_after_the_other(workplace: Path) -> None:
    """From nothing to a published exercise; between the first two and the rest the author writes the example."""
    codes = {}
    for number, command in enumerate(COMMANDS):
        if number == 2:
            shutil.rmtree(workplace / "flat-price")
            shutil.copytree(EXAMPLE, workplace / "flat-price")
        codes[command] = carried_out([*command.split(), *SHORTER.get(command, [])], workplace)

    assert len(COMMANDS) >= 7
    assert dict.fromkeys(COMMANDS, 0) == codes
    assert (workplace / "flat-price.html").is_file()
    assert 1 == len(list(workplace.glob("flat-price-*.zip")))


def test_the_data_are_those_that_the_script_makes(tmp_path: Path) -> None:
    """The same numbers on every machine: what is committed can be made again."""
    shutil.copy(DOCS / "authoring" / "make_data.py", tmp_path)
    subprocess.run([sys.executable, "make_data.py"], cwd=tmp_path, check=True)
    made = {file.relative_to(tmp_path / "flat-price"): file.read_bytes() for file in tmp_path.rglob("*.npy")}

    assert 4 == len(made)
    assert {} == {name: data for name, data in made.items() if (EXAMPLE / name).read_bytes() != data}


def test_the_extracts_of_the_page_are_the_examples() -> None:
    """Every table that the page shows stands in the example's exercise.toml; that of the pictures is a course's."""
    manifest = tomllib.loads((EXAMPLE / "exercise.toml").read_text("utf-8"))
    checks = {check["id"]: check for check in manifest["checks"]}
    for extract in (tomllib.loads(text) for text in EXTRACTS[:2]):
        for check in extract.pop("checks"):
            assert check == {key: checks[check["id"]][key] for key in check}
        assert extract.get("captures", manifest["captures"]) == manifest["captures"]
        assert extract.get("training", {}).items() <= manifest["training"].items()


def test_the_example_agrees_with_its_statements_and_its_calibration() -> None:
    """Every number is told, and the threshold was measured on these data."""
    bundle = load_bundle(EXAMPLE, Path("/nonexistent"))

    assert ((), ()) == (disagreements(bundle), outdated(bundle))
