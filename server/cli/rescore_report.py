"""Rescores for a terminal: the plan, how far it is, verdicts before by verdicts after, one line a submission."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from exercises.text import Language
from server.api.rescores_models import GroupOut, ItemOut, MatrixOut, PlanOut, RescoreOut

ARROWS = {"up": "↑", "down": "↓", "level": "→", "words": "·", "same": "="}


def show_plan(console: Console, plan: PlanOut) -> None:
    """Print what a rescore would be."""
    cost = "unknown" if plan.seconds is None else f"about {plan.seconds:.0f} s of one worker"
    console.print(f"{plan.total} submissions, {cost}", markup=False)
    _show_groups(console, plan.groups)


def show_rescore(console: Console, rescore: RescoreOut) -> None:
    """Print where a rescore is."""
    console.print(f"{rescore.id}  {rescore.state.value}", markup=False, highlight=False)
    console.print(
        f"{rescore.done} of {rescore.total} done: {rescore.changed} change, {rescore.reworded} are told otherwise, "
        f"{rescore.errors} errors, {rescore.kept} kept",
        markup=False,
    )
    if rescore.on_image is not None:
        console.print(f"only by workers that judge in {rescore.on_image[:19]}", markup=False, highlight=False)
    _show_groups(console, rescore.groups)


def show_matrix(console: Console, matrix: MatrixOut) -> None:
    """Print verdicts before by verdicts after."""
    before = list(dict.fromkeys(cell.before.value for cell in matrix.cells))
    after = list(dict.fromkeys(cell.after.value for cell in matrix.cells))
    counts = {(cell.before.value, cell.after.value): cell.count for cell in matrix.cells}
    table = Table("before \\ after", *after)
    for row in before:
        table.add_row(row, *(str(counts.get((row, column), "·")) for column in after))
    console.print(table)
    words = [
        f"{name} {number}" for part in (matrix.changes, matrix.causes, matrix.deepened) for name, number in part.items()
    ]
    console.print(", ".join(words), markup=False)


def show_items(console: Console, items: Sequence[ItemOut], language: Language) -> None:
    """Print submissions, one a line."""
    table = Table("", "student", "no.", "verdict", "score", "cause", "checks")
    for item in items:
        after = item.after or {"outcome": "?", "score": 0}
        checks = ", ".join(f"{one['id']}: {one['before']} → {one['after']}" for one in item.checks)
        why = " ".join(reason.zh if language == "zh" else reason.en for reason in item.deepened)
        table.add_row(
            "!" if item.fault else ARROWS.get(item.change or "", "?"),
            escape(item.login),
            str(item.number),
            f"{item.before['outcome']} → {after['outcome']}",
            f"{item.before['score']:.2f} → {after['score']:.2f}",
            item.cause.value if item.cause else "",
            escape(item.fault["message"] if item.fault else f"{checks} {why}".strip()),
        )
    console.print(table)


def _show_groups(console: Console, groups: Sequence[GroupOut]) -> None:
    """Print how deep each group goes, and why."""
    for group in groups:
        console.print(
            f"  {group.exercise}: {group.count} ({group.programs} programs) by {group.depth.value}", markup=False
        )
        for reason in group.reasons:
            console.print(f"    {reason.en}", markup=False, style="dim")
