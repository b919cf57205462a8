"""``beginend replay``: judge a stored grading again and say whether the same comes out."""

import json
import uuid
from contextlib import closing
from typing import Annotated, Any

import typer
from rich.markup import escape

from exercises import Bundle
from exercises.schema import QuizExercise
from exercises.sources import DataUnavailable, build_data
from sandbox.contract import SandboxUnavailable
from server.cli import common
from server.cli.sandboxes import backend
from server.cli.steps import Steps
from server.errors import BundleGone, JudgingBroke, JudgingFault
from server.judging import Judge
from server.opening import database_url, foundation
from server.replay import Difference, Replay, StoredGrading, find_grading, replay
from server.settings import Settings
from server.storage import published_bundles
from server.translation import recorded_pins
from server.workshop import image_is_here, open_workshop_for

SCHEMA = 1
SHOWN = 20  # differences in a report for people
WIDEST = 100  # characters of a value in it

#: Why a difference may be, by what was another.
REASONS = {
    "cpu": "another processor: its kernels may round otherwise in the last digits",
    "backend": "another sandbox",
    "image": "another image",
}
NO_REASON = (
    "nothing that was recorded is another: the program may ask the clock or the system for chance, or this version of "
    "BeginEnd reads what it leaves in another way"
)

app = typer.Typer()


@app.command("replay")
def replay_grading(
    some_id: Annotated[str, typer.Argument(metavar="ID", help="A submission, whose verdict counts, or a grading.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    sandbox: Annotated[str, typer.Option(help="docker or process; by itself the recorded one.")] = "",
) -> None:
    """Judge a stored grading again, pinned as it was. Exit code: 0 the same, 1 another, 2 wrong call, 3 our fault."""
    settings = common.settings_or_exit()
    try:
        wanted = uuid.UUID(some_id)
    except ValueError as error:
        raise common.give_up(f"{some_id!r} is no id of a submission or a grading.", common.EXIT_USAGE) from error
    grading = common.complete(_find(settings, wanted))
    try:
        with common.exercise_errors_named():
            bundle = published_bundles(settings).load(grading.version)
        done = _replayed(settings, grading, bundle, sandbox)
    except (BundleGone, JudgingFault, JudgingBroke, DataUnavailable, SandboxUnavailable) as fault:
        raise common.give_up(f"{type(fault).__name__}: {fault}", common.EXIT_FAULT) from fault
    if as_json:
        typer.echo(json.dumps(_object(done), ensure_ascii=False))
    else:
        _report(done)
    if not done.same:
        raise typer.Exit(common.EXIT_FAILED)


async def _find(settings: Settings, some_id: uuid.UUID) -> StoredGrading:
    """Look the grading up, whether a server runs or not."""
    async with (
        database_url(settings) as url,
        foundation(settings, url) as base,
        base.database.reading() as session,
    ):
        return await find_grading(session, some_id)


def _replayed(settings: Settings, grading: StoredGrading, bundle: Bundle, sandbox: str) -> Replay:
    """Open the place that comes closest to the recorded one, and judge there.

    Raises:
        JudgingFault, JudgingBroke, DataUnavailable, SandboxUnavailable: It could not be judged.

    """
    if isinstance(bundle.exercise, QuizExercise):
        return replay(grading, bundle, None)
    kind = backend(sandbox or _recorded_backend(settings, grading), settings)
    image = grading.environment.get("image")
    kept = image if kind == "docker" and isinstance(image, str) and image_is_here(image) else None
    with Steps(common.speech) as steps:
        build_data([bundle.folder], settings.built, steps)
        steps("judging again")
        place = open_workshop_for(settings, kind, steps, ahead=False, image=kept)
        with closing(Judge(place, pins=recorded_pins(dict(grading.environment)))) as judge:
            return replay(grading, bundle, judge)


def _recorded_backend(settings: Settings, grading: StoredGrading) -> str:
    """Return the recorded sandbox where this machine may use it."""
    recorded = str(grading.environment.get("backend"))
    return recorded if recorded in settings.sandboxes else ""


def _reasons(done: Replay) -> list[str]:
    """Return why the two may differ."""
    return [
        f"{REASONS.get(name, f'another {name}')} (recorded {was}, now {now})"
        for name, (was, now) in done.other_place.items()
    ]


def _object(done: Replay) -> dict[str, Any]:
    """Return the JSON object; a contract, additions only."""
    grading = done.grading
    return {
        "schema": SCHEMA,
        "grading": str(grading.id),
        "submission": str(grading.submission_id),
        "exercise": {"id": grading.exercise_id, "version": grading.version},
        "same": done.same,
        "differences": [{"place": one.place, "recorded": one.recorded, "found": one.found} for one in done.differences],
        "reasons": _reasons(done),
        "recorded": {"outcome": grading.outcome, "score": grading.score, "environment": dict(grading.environment)},
        "found": {"outcome": done.outcome, "score": done.score, "environment": dict(done.environment)},
    }


def _report(done: Replay) -> None:
    """Print what came of it for people."""
    console = common.results
    console.print(f"[bold]{done.grading.exercise_id}[/]  grading {done.grading.id}")
    if done.same:
        console.print("[green]✓[/] identical: the same evidence and the same verdict")
    if done.differences:
        console.print(f"[red]✗[/] the evidence differs in {len(done.differences)} places")
    for difference in done.differences[:SHOWN]:
        console.print(escape(_line(difference)), highlight=False)
    if len(done.differences) > SHOWN:
        console.print("    ... (all of them with --json)")
    if not done.same_verdict:
        console.print(
            f"[red]✗[/] the verdict was {done.grading.outcome} ({done.grading.score:.2f}), "
            f"and is {done.outcome} ({done.score:.2f}) now"
        )
    reasons = _reasons(done) or ([] if done.same else [NO_REASON])
    for reason in reasons:
        console.print(f"  [cyan]{'although' if done.same else 'perhaps'}:[/] {escape(reason)}", highlight=False)


def _line(difference: Difference) -> str:
    """Return a difference as a line."""
    was, now = (json.dumps(value, ensure_ascii=False)[:WIDEST] for value in (difference.recorded, difference.found))
    return f"    {difference.place}: recorded {was}, found {now}"
