"""Evidence of the real run: the classes that a student's training function answered, and how it trained on the way."""

from collections.abc import Mapping

from grader.contract import Json
from grader.evidence.model import problem_facts
from grader.evidence.predictions import Decision, decided
from grader.hostile import BadArtifact, read_array, read_json


def real_run_facts(artifacts: Mapping[str, bytes], decide: Decision) -> dict[str, Json]:
    """Return what a real run answered and what was recorded of its training.

    Args:
        artifacts: ``real.json`` and ``answer.npy`` of one run.
        decide: How the check turns the answer into classes.

    Returns:
        ``classes`` (one per hidden row, or None where the answer decides nothing) and ``record``: what was recorded,
        None where nothing could be. Both are claims of the student's process.

    Raises:
        BadArtifact: There is no readable answer.

    """
    report = read_json(artifacts, "real.json")
    if not isinstance(report, dict):
        raise BadArtifact("real.json is not an object")
    if report.get("problem") not in {None, "not_numeric"}:
        return problem_facts(report)
    classes = None
    if report.get("problem") is None:
        classes = decided(read_array(artifacts, "answer.npy"), decide)
    return {"classes": classes, "record": None}
