"""``beginend grade``: judge files without a server or a database."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from exercises import Bundle, extract
from exercises.errors import Refused
from exercises.schema import CHECK_KINDS, CodeExercise
from exercises.sources import DataUnavailable, build_data
from exercises.text import Language, Text
from grader.contract import Selection
from sandbox.contract import Isolation, SandboxUnavailable
from server.cli import common
from server.cli.sandboxes import backend, isolation
from server.cli.steps import Steps
from server.errors import AnswerDoesNotFit, JudgingBroke, JudgingFault
from server.judging import Judge, judge_quiz
from server.phase import PhaseResult
from server.report import show_verdict
from server.settings import Settings
from server.submissions.answers import Answer, read_answer
from server.verdict_object import error_object, finding_object, text_object, verdict_object
from server.workshop import open_workshop_for

#: Judges one submission from its text to its verdict.
Judging = Callable[[Bundle, str, Selection], PhaseResult]

app = typer.Typer()


@app.command()
def grade(
    exercise: Annotated[str, typer.Argument(help="An exercise's id, or a bundle's folder.")],
    files: Annotated[list[Path], typer.Argument(help="Files to judge: Python for code, JSON for a quiz.")],
    *,
    whole_file: Annotated[
        bool, typer.Option("--whole-file", help="Judge the file as it is, not as the stub with its regions changed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a file.")] = False,
    only: Annotated[str, typer.Option(help="Check kinds to judge, with commas between them.")] = "",
    skip: Annotated[str, typer.Option(help="Check kinds to leave out; nothing is trained for them.")] = "",
    sandbox: Annotated[str, typer.Option(help="docker or process; by itself: docker where an engine answers.")] = "",
    mode: Annotated[str, typer.Option(help="How far runs are kept apart: warm, oneshot or cold.")] = "",
    language: Annotated[str, typer.Option("--lang", help="zh or en; by itself the terminal's.")] = "",
) -> None:
    """Judge FILES against EXERCISE. Exit code: 0 all passed, 1 some did not, 2 wrong call, 3 our fault."""
    settings = common.settings_or_exit()
    bundle = common.find_bundle(exercise, settings)
    selection = _selection(bundle, only, skip)
    _check_call(files, whole_file=whole_file, mode=mode, bundle=bundle)
    reader: Language = "zh" if (language or common.terminal_language()) == "zh" else "en"
    verdicts = []
    with _judging(bundle, settings, sandbox, isolation(mode)) as judge:
        for file in files:
            verdict = judge_file(judge, bundle, file, whole_file=whole_file, selection=selection)
            verdicts.append(verdict)
            if as_json:
                typer.echo(json.dumps(verdict, ensure_ascii=False))
            else:
                show_verdict(common.results, verdict, reader)
    if any(verdict["fault"] for verdict in verdicts):
        raise typer.Exit(common.EXIT_FAULT)
    if any(verdict["outcome"] != "passed" for verdict in verdicts):
        raise typer.Exit(common.EXIT_FAILED)


def judge_file(judge: Judging, bundle: Bundle, file: Path, *, whole_file: bool, selection: Selection) -> dict[str, Any]:
    """Judge one file and return its verdict object; refusals and faults of ours are objects too."""
    content = file.read_bytes()
    about: dict[str, Any] = {
        "exercise_id": bundle.id,
        "version": bundle.version,
        "file": str(file),
        "submission_sha256": hashlib.sha256(content).hexdigest(),
    }
    try:
        source = _source(bundle, content, whole_file=whole_file)
    except (Refused, AnswerDoesNotFit) as refusal:
        rejection = {
            "type": type(refusal).__name__,
            "message": refusal.sentence.en,
            "line": getattr(refusal, "line", None),
            "hint": text_object(refusal.sentence),
        }
        return verdict_object(**about, state="done", outcome="rejected", score=0.0, checks=[], error=rejection)
    try:
        result = judge(bundle, source, selection)
    except (JudgingFault, JudgingBroke) as fault:
        told = {"type": type(fault).__name__, "message": str(fault)}
        return verdict_object(**about, state="system_error", outcome=None, score=None, checks=[], fault=told)
    return verdict_object(
        **about,
        state="done",
        outcome=result.verdict.outcome.value,
        score=result.verdict.score,
        checks=[finding_object(finding) for finding in result.findings],
        error=error_object(result.error),
        stdout=result.stdout,
        environment=result.environment,
        timing_ms=result.timing_ms,
    )


def _selection(bundle: Bundle, only: str, skip: str) -> Selection:
    """Read ``--only`` and ``--skip``.

    Raises:
        typer.Exit: A kind that does not exist, or nothing would be left to check.

    """
    wanted, left_out = (frozenset(part.strip() for part in text.split(",") if part.strip()) for text in (only, skip))
    for kind in sorted((wanted | left_out) - CHECK_KINDS):
        raise common.give_up(f"There is no check kind {kind!r}. There are: {', '.join(sorted(CHECK_KINDS))}", 2)
    selection = Selection(only=wanted or None, skip=left_out)
    exercise = bundle.exercise
    kinds = {check.kind for check in exercise.checks} if isinstance(exercise, CodeExercise) else {"quiz"}
    if not any(selection.includes(kind) for kind in kinds):
        raise common.give_up(f"Nothing is left to check: {bundle.id} has {', '.join(sorted(kinds))}.", 2)
    return selection


def _check_call(files: list[Path], *, whole_file: bool, mode: str, bundle: Bundle) -> None:
    """Refuse a call that cannot be carried out.

    Raises:
        typer.Exit: With the sentence that says which part of the call is wrong.

    """
    for file in files:
        if not file.is_file():
            raise common.give_up(f"There is no file {file}.", common.EXIT_USAGE)
    isolation(mode)
    if whole_file and not (isinstance(bundle.exercise, CodeExercise) and bundle.exercise.whole_file):
        raise common.give_up(f"--whole-file: {bundle.id} takes its stub with the regions changed.", common.EXIT_USAGE)


def _source(bundle: Bundle, content: bytes, *, whole_file: bool) -> str:
    """Return what is judged: the spliced program, or a quiz's answers as canonical JSON.

    Raises:
        Refused: The file does not fit the stub, is too large or not text.
        AnswerDoesNotFit: The answers name a question or an option that does not exist.

    """
    if bundle.stub is not None:
        return extract(bundle.stub, content, whole_file=whole_file).text
    return read_answer(bundle, Answer(answers=_quiz_answers(content))).source


def _quiz_answers(content: bytes) -> dict[str, list[str]]:
    """Read a quiz's answers from a JSON file.

    Raises:
        AnswerDoesNotFit: The file is no JSON object of lists of strings.

    """
    try:
        answers = json.loads(content)
    except ValueError as error:
        raise AnswerDoesNotFit(Text(zh=f"文件不是 JSON：{error}", en=f"The file is not JSON: {error}")) from error
    fits = isinstance(answers, dict) and all(
        isinstance(given, list) and all(isinstance(value, str) for value in given) for given in answers.values()
    )
    if not fits:
        raise AnswerDoesNotFit(
            Text(
                zh='请写成一个 JSON 对象：{"题目 id": ["选项 id"], ...}',
                en='Write one JSON object: {"question id": ["option id"], ...}',
            )
        )
    checked: dict[str, list[str]] = answers
    return checked


@contextmanager
def _judging(bundle: Bundle, settings: Settings, sandbox: str, mode: Isolation | None) -> Iterator[Judging]:
    """Yield what judges this bundle; the sandbox is opened once for all files and stays warm until after the last.

    Raises:
        typer.Exit: The data or the sandbox cannot be had here.

    """
    if not isinstance(bundle.exercise, CodeExercise):
        yield judge_quiz
        return
    try:
        with Steps(common.speech) as steps:
            build_data([bundle.folder], settings.built, steps)
            workshop = open_workshop_for(settings, backend(sandbox, settings), steps, mode=mode, ahead=False)
    except (DataUnavailable, SandboxUnavailable) as error:
        raise common.give_up(str(error), common.EXIT_FAULT) from error
    judge = Judge(workshop)
    try:
        yield judge.whole
    finally:
        judge.close()
