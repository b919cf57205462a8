"""The house law, kept by reading the code: who may import whom, no circles, every module says what it is for."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("exercises", "grader", "sandbox", "server", "migrations")

#: Room -> rooms of ours it may import.
LAW = {
    "exercises": {"exercises"},
    "sandbox": {"sandbox"},
    "grader": {"grader", "exercises"},
    "server": {"server", "grader", "sandbox", "exercises", "migrations"},
    "migrations": {"migrations", "server"},
}

#: Only the sandbox image has these.
IMAGE_ONLY = {"tensorflow", "keras", "cv2"}

#: The web half: what a web process imports. It may reach neither docker nor the sandbox.
WEB_ENTRIES = ("server.app", "server.web_process", "server.cli.main", "server.cli.web")
WEB_MUST_NOT_REACH = {"docker", "sandbox"}


@cache
def modules() -> dict[str, Path]:
    """Return every module of ours by its dotted name."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "bundles" in parts or "node_modules" in parts:
                continue
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(name: str) -> Iterator[tuple[str, int]]:
    """Yield (module, line) for every import of a module, also those inside functions and under TYPE_CHECKING."""
    path = modules()[name]
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            origin = ".".join(part for part in (base, node.module) if part)
            for alias in node.names:
                inner = f"{origin}.{alias.name}"
                yield (inner if inner in modules() else origin), node.lineno


def own_imports(name: str) -> set[str]:
    """Return the modules of ours that a module imports, and the packages that importing them loads."""
    found = set()
    for imported, _ in imports_of(name):
        parts = imported.split(".")
        found |= {prefix for i in range(1, len(parts) + 1) if (prefix := ".".join(parts[:i])) in modules()}
    return found - {name} - {".".join(name.split(".")[:i]) for i in range(1, name.count(".") + 1)}


def is_inside(name: str) -> bool:
    """Tell whether a module runs in the container."""
    return name.startswith(("sandbox.inside", "grader.inside"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_it_may(room: str) -> None:
    """No room looks into one it has no business with."""
    offences = [
        f"{name}:{line} imports {imported}"
        for name in modules()
        if name.split(".")[0] == room and not is_inside(name)
        for imported, line in imports_of(name)
        if imported.split(".")[0] in set(ROOMS) - LAW[room] or imported.split(".")[0] in IMAGE_ONLY
    ]

    assert [] == offences


def test_code_in_the_container_imports_none_of_us() -> None:
    """What runs in the container reaches its own folder only, by relative imports, and is imported by nobody."""
    offences = []
    for name in modules():
        home = ".".join(name.split(".")[:2])
        for imported, line in imports_of(name):
            ours = imported.split(".")[0] in ROOMS
            if is_inside(name) and ours and not imported.startswith(home):
                offences.append(f"{name}:{line} imports {imported}")
            if not is_inside(name) and is_inside(imported):
                offences.append(f"{name}:{line} imports {imported}")

    assert [] == offences


def test_sandbox_and_grader_meet_in_one_module() -> None:
    """Only server.judging imports both, so that there is one place to read how a verdict comes about."""
    both = []
    for name in modules():
        rooms = {imported.split(".")[0] for imported, _ in imports_of(name)}
        contracts_only = all(
            imported.startswith(("sandbox.contract", "grader.contract"))
            for imported, _ in imports_of(name)
            if imported.split(".")[0] in {"sandbox", "grader"}
        )
        if {"sandbox", "grader"} <= rooms and not contracts_only:
            both.append(name)

    assert ["server.judging"] == both


def test_no_import_circles_of_any_kind() -> None:
    """Imports form no circle, not even inside functions."""
    state: dict[str, int] = {}
    circles: list[str] = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        state[name] = 1
        for other in sorted(own_imports(name)):
            if state.get(other) == 1:
                circles.append(" -> ".join([*trail[trail.index(other) :], other]))
            elif other not in state:
                visit(other, (*trail, other))
        state[name] = 2

    for name in modules():
        if name not in state:
            visit(name, (name,))

    assert [] == circles


def test_the_web_half_reaches_neither_docker_nor_the_sandbox() -> None:
    """A web process can be given no Docker socket, because nothing it loads would use one."""
    reached: set[str] = set()
    waiting = [name for name in WEB_ENTRIES if name in modules()]
    outside: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        outside.update({imported.split(".")[0]: name for imported, _ in imports_of(name)})
        waiting.extend(own_imports(name))

    assert reached
    assert {} == {module: outside[module] for module in WEB_MUST_NOT_REACH & set(outside)}


def test_every_module_opens_with_a_sentence() -> None:
    """A reader learns from the first line what a module is for."""
    silent = [name for name, path in modules().items() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]

    assert [] == silent


def test_every_test_says_its_promise() -> None:
    """Each test function has a docstring: what must hold, in a sentence."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]

    assert [] == silent


def test_only_the_unit_of_work_commits() -> None:
    """There is one commit in the house, at the edge, so that row and job always come together."""
    committing = [
        f"{name}:{node.lineno}"
        for name, path in modules().items()
        if name.startswith("server") and name not in {"server.database.engine", "server.database.migrate"}
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]

    assert [] == committing


def test_architecture_page_names_every_room_and_folder() -> None:
    """ARCHITECTURE.md mentions each package of ours."""
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    packages = {
        path.parent.relative_to(ROOT).as_posix() + "/"
        for path in modules().values()
        if path.name == "__init__.py" and len(path.parent.relative_to(ROOT).parts) <= 2
    }

    assert [] == sorted(package for package in packages if f"`{package}`" not in page)
