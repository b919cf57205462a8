"""The commands ``beginend bench`` (a short look) and ``beginend bench sandbox`` (every figure)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from exercises.sources import DataUnavailable, build_data
from sandbox.contract import Isolation, Sandbox, SandboxUnavailable
from sandbox.routing import Slots
from server.cli import common
from server.cli.bench.chaos.command import app as chaos_app
from server.cli.bench.figures import BUSY, load_per_core, machine
from server.cli.bench.latency import latency
from server.cli.bench.report import show, show_checks
from server.cli.bench.rescore import bench_rescore
from server.cli.bench.scale import bench_scale
from server.cli.bench.scene import Say, Scene
from server.cli.bench.sections import SECTIONS, Plan, measure, sizes_for
from server.cli.sandboxes import backend as chosen_backend
from server.cli.steps import Steps
from server.settings import Settings
from server.workshop import Backend, open_workshop

EXERCISE = "cnn-digits"

Json = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]

app = typer.Typer()
bench_app = typer.Typer(help="What a verdict costs on this machine.", invoke_without_command=True)
app.add_typer(bench_app, name="bench")
bench_app.add_typer(chaos_app)


@bench_app.callback()
def bench(
    context: typer.Context,
    *,
    rounds: Annotated[int, typer.Option(min=1, help="Structure checks for each sandbox and mode.")] = 5,
    as_json: Json = False,
) -> None:
    """Measure the structure check of cnn-digits, cold against warm, in every sandbox this machine has."""
    if context.invoked_subcommand is not None:
        return
    settings = common.settings_or_exit()
    rows: list[dict[str, Any]] = []
    for kind in ("docker", "process"):
        try:
            with _scene(settings, kind) as scene:
                figures = latency(scene, rounds, (Isolation.COLD, Isolation.WARM))
        except (DataUnavailable, SandboxUnavailable) as error:
            common.say(f"{kind} is left out: {error}")
            continue
        rows += [{"sandbox": kind, "mode": mode, **figures[mode]["check"]} for mode in ("cold", "warm")]
    if as_json:
        typer.echo(json.dumps({"schema": 1, "structure_check": rows}))
    else:
        show_checks(common.results, rows, EXERCISE)


bench_app.command("rescore")(bench_rescore)
bench_app.command("scale")(bench_scale)


@bench_app.command("sandbox")
def bench_sandbox(
    *,
    rounds: Annotated[int | None, typer.Option(min=1, help="Single checks in each mode; 20 by itself.")] = None,
    quick_look: Annotated[bool, typer.Option("--quick-look", help="Measure little of everything.")] = False,
    only: Annotated[str, typer.Option(help=f"Sections, with commas between them: {', '.join(SECTIONS)}.")] = "",
    sandbox: Annotated[str, typer.Option(help="docker or process; by itself: docker where an engine answers.")] = "",
    as_json: Json = False,
) -> None:
    """Measure the sandbox: cold, oneshot and warm side by side, throughput, memory, sameness, forks, endurance."""
    names = _sections(only)
    settings = common.settings_or_exit()
    kind = chosen_backend(sandbox, settings)
    if load_per_core() > BUSY:
        common.say(f"this machine is busy (load {load_per_core():.1f} a core): times will be longer than they need be")
    try:
        with _scene(settings, kind) as scene:
            plan = Plan(scene, kind, sizes_for(quick_look=quick_look, rounds=rounds))
            figures = measure(plan, names)
    except DataUnavailable as problem:
        raise common.give_up(str(problem), common.EXIT_FAULT) from problem
    whole = {"schema": 1, "exercise": EXERCISE, "sandbox": kind, "machine": machine(), **figures}
    if as_json:
        typer.echo(json.dumps(whole))
    else:
        show(common.results, whole)
    if any("failed" in section for section in figures.values()):
        raise typer.Exit(common.EXIT_FAULT)


def _sections(only: str) -> list[str]:
    """Read ``--only``.

    Raises:
        typer.Exit: It names a section that does not exist.

    """
    wanted = [part.strip() for part in only.split(",") if part.strip()]
    for name in wanted:
        if name not in SECTIONS:
            raise common.give_up(f"--only {name}: there are {', '.join(SECTIONS)}.", common.EXIT_USAGE)
    return [name for name in SECTIONS if name in wanted or not wanted]


@contextmanager
def _scene(settings: Settings, kind: Backend) -> Iterator[Scene]:
    """Prepare what is measured; what long steps say goes to stderr."""
    bundle = common.find_bundle(EXERCISE, settings)
    with Steps(common.speech) as steps:
        build_data([bundle.folder], settings.built, steps)
        yield Scene(bundle, bundle.solution or "", _Opener(settings, kind, steps), steps)


class _Opener:
    """Opens sandboxes for measurements."""

    def __init__(self, settings: Settings, kind: Backend, say: Say) -> None:
        self._settings = settings
        self._kind = kind
        self._say = say

    def __call__(self, isolation: Isolation, slots: int, ahead: bool) -> Sandbox:  # noqa: FBT001 - as scene.Open says
        """Open one with so many slots of each kind that students wait for, and one of each other kind."""
        return open_workshop(
            self._kind,
            self._settings.home,
            self._say,
            mode=isolation,
            slots=Slots(quick=slots, long=1, judges=1, ahead=ahead),
            runtime=self._settings.oci_runtime,
        )
