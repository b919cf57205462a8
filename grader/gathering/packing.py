"""What both gatherings share: who answers for a run that did not finish, and how evidence is packed."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from grader.contract import CheckBroke, Gathered, Json, Run, RunResult
from grader.student_errors import error_from_json

Gathering = Generator[tuple[Run, ...], tuple[RunResult, ...], Gathered]

VERSION = 1
MAX_STDOUT = 64 << 10


def finished(result: RunResult) -> Mapping[str, bytes]:
    """Return the artifacts of a judge's run.

    Raises:
        CheckBroke: It did not finish; that is never the student's fault.

    """
    if result.ending != "finished":
        raise CheckBroke(f"a judge's run ended as {result.ending}: {result.error_type}: {result.error_message}")
    return result.artifacts


def pack(
    captures: Mapping[str, dict[str, Json]],
    printed: Sequence[str],
    **more: Any,  # noqa: ANN401 - further plain JSON
) -> Gathered:
    """Pack what was gathered; the first run that did not finish names the ending and the error of the whole."""
    first = next((one for one in captures.values() if one["ending"] != "finished"), None)
    evidence: dict[str, Json] = {
        "version": VERSION,
        "captures": dict(captures),
        "ending": "finished" if first is None else first["ending"],
        "error": None if first is None else first["error"],
        **more,
    }
    # Several runs of one program mostly print the same again.
    stdout = "".join(dict.fromkeys(text for text in printed if text))[:MAX_STDOUT]
    return Gathered(evidence, {}, stdout, error_from_json(evidence["error"]))


@contextmanager
def our_own_failures() -> Iterator[None]:
    """Name whatever goes wrong while evidence is distilled as a fault of ours."""
    try:
        yield
    except CheckBroke:
        raise
    except Exception as error:
        raise CheckBroke(f"distilling evidence failed: {type(error).__name__}: {error}") from error
