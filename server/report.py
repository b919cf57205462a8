"""Verdicts for a terminal: one line a check, the cause and the next step under each that failed."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from exercises.text import Language

MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "skipped": ("·", "dim"), "error": ("!", "yellow")}

WORDS: Mapping[str, Mapping[str, str]] = {
    "passed": {"zh": "通过", "en": "passed"},
    "failed": {"zh": "未通过", "en": "failed"},
    "raised": {"zh": "代码出错", "en": "raised an error"},
    "timed_out": {"zh": "超时", "en": "timed out"},
    "out_of_memory": {"zh": "内存用尽", "en": "out of memory"},
    "too_much_output": {"zh": "输出过多", "en": "too much output"},
    "violation": {"zh": "违反沙箱规则", "en": "broke a rule of the sandbox"},
    "rejected": {"zh": "未被接受", "en": "not accepted"},
    "left_out": {"zh": "没有要求这项", "en": "left out as asked"},
    "because": {"zh": "因为 {0} 没有通过", "en": "because {0} did not pass"},
    "line": {"zh": "第 {0} 行", "en": "line {0}"},
    "score": {"zh": "得分", "en": "score"},
    "output": {"zh": "程序的输出", "en": "what the program printed"},
    "fault": {"zh": "判题系统出了问题（不是你的代码）", "en": "the judge failed, not your code"},
}

#: Lines of the program's output that a report shows.
OUTPUT_LINES = 12


def show_verdict(console: Console, verdict: Mapping[str, Any], language: Language) -> None:
    """Print one verdict object of the CLI contract for people."""
    console.print(_headline(verdict, language))
    for part in _body(verdict, language):
        console.print(Padding(part, (0, 0, 0, 2)))
    console.print()


def _word(key: str, language: Language, *values: object) -> str:
    """Look a word up in the reader's language."""
    return WORDS[key][language].format(*values) if key in WORDS else key


def _headline(verdict: Mapping[str, Any], language: Language) -> Line:
    """Return ``cnn.py  passed  score 1.00  2.9 s``."""
    outcome = verdict["outcome"]
    line = Line()
    line.append(f"{verdict['file'] or verdict['exercise']['id']}  ", style="bold")
    if outcome is None:
        line.append(_word("fault", language), style="yellow")
        return line
    line.append(_word(outcome, language), style="bold green" if outcome == "passed" else "bold red")
    if verdict["score"] is not None:
        line.append(f"  {_word('score', language)} {verdict['score']:.2f}")
    total = verdict["timing_ms"].get("total")
    if total is not None:
        line.append(f"  {total / 1000:.1f} s", style="dim")
    return line


def _body(verdict: Mapping[str, Any], language: Language) -> list[RenderableType]:
    """Return everything under the headline, in the order in which a student needs it."""
    parts: list[RenderableType] = []
    if verdict["fault"]:
        parts.append(Line(f"{verdict['fault']['type']}: {verdict['fault']['message']}", style="yellow"))
    if verdict["error"]:
        parts.append(_error(verdict["error"], language))
    if verdict["checks"]:
        parts.append(_checks(verdict["checks"], language))
    if verdict["stdout"].strip() and verdict["outcome"] != "passed":
        lines = verdict["stdout"].rstrip().splitlines()[:OUTPUT_LINES]
        parts.append(Line(_word("output", language), style="dim"))
        parts.append(Padding(Line("\n".join(lines)), (0, 0, 0, 2)))
    return parts


def _error(error: Mapping[str, Any], language: Language) -> RenderableType:
    """Return the exception: type, place, message, and what to change."""
    line = Line(error["type"], style="red")
    if error.get("line"):
        line.append(f" ({_word('line', language, error['line'])})")
    line.append(f": {error['message']}", style="default")
    if not error.get("hint") or error["hint"][language] == error["message"]:
        return line
    return Group(line, Line(f"→ {error['hint'][language]}", style="cyan"))


def _checks(checks: Sequence[Mapping[str, Any]], language: Language) -> Table:
    """Return the checks, one a row; failed ones with their sentence and hint."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        mark, style = MARKS[check["outcome"]]
        table.add_row(Line(mark, style=style), check["title"][language], _explanation(check, language))
    return table


def _explanation(check: Mapping[str, Any], language: Language) -> RenderableType:
    """Return why a check came out as it did."""
    if check["outcome"] == "skipped":
        because = check["because"] or ""
        words = _word("left_out", language) if because == "left_out" else _word("because", language, because)
        return Line(words, style="dim")
    message = Line(check["message"][language], style="dim" if check["outcome"] == "passed" else "default")
    if check["outcome"] == "passed" or not check["hint"]:
        return message
    return Group(message, Line(f"→ {check['hint'][language]}", style="cyan"))
