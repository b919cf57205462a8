"""What a student's runs left, packed to be kept, so that a judge can later look at the same runs again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from grader.contract import Run, RunResult

#: Names under which a grading keeps what runs left: a record of each run, and the files that records name.
RUN, FILE = "run/", "file/"


class RunsNotKept(Exception):
    """A run that is needed was not kept, or is another than the one that was: it must be carried out."""


def name_of(run: Run) -> str:
    """Return the name under which a run is kept: a digest of everything that it was given."""
    files = {name: hashlib.sha256(content).hexdigest() for name, content in run.files.items()}
    given = [run.entry, run.arguments, files, sorted(run.artifacts), run.training]
    text = json.dumps(given, sort_keys=True, separators=(",", ":"), default=list)
    return RUN + hashlib.sha256(text.encode()).hexdigest()


def packed(run: Run, result: RunResult) -> dict[str, bytes]:
    """Return a run's record and the files it names, by the names under which they are kept."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in result.artifacts.items()}
    record: dict[str, Any] = {**asdict(result), "artifacts": digests}
    files = {FILE + digests[name]: content for name, content in result.artifacts.items()}
    return {name_of(run): json.dumps(record, sort_keys=True).encode(), **files}


def unpacked(run: Run, kept: Mapping[str, bytes]) -> RunResult:
    """Return what a run came to when it was carried out.

    Raises:
        RunsNotKept: It was not kept, not whole, or was given something else.

    """
    try:
        record = json.loads(kept[name_of(run)])
        artifacts = {name: kept[FILE + digest] for name, digest in record["artifacts"].items()}
    except KeyError as missing:
        raise RunsNotKept(f"the run {run.id} was not kept") from missing
    frames = tuple((str(where), int(line), str(what)) for where, line, what in record["error_frames"])
    return RunResult(**{**record, "artifacts": artifacts, "error_frames": frames})


def digests_of(left: Mapping[str, bytes]) -> dict[str, str]:
    """Return name to digest of what runs left, as the artifact store will call it."""
    return {name: f"sha256:{hashlib.sha256(content).hexdigest()}" for name, content in left.items()}


def is_of_runs(name: str) -> bool:
    """Tell whether an artifact of this name is what a run left, and not something that a later phase needs."""
    return name.startswith((RUN, FILE))
