"""What a submission proves: pure functions from artifacts to findings. Nothing here runs a student's code.

The way of a grading::

    gather_quick      asks for runs, distils their artifacts into evidence
    check             evidence + exercise -> findings (layers, parameters, one-hot, images, recorded training)
    needs_training    whether accuracy is still to be found out; then gather_training and check once more
    verdict           findings -> outcome and score

``gather_*`` are generators: they yield the runs they need and are sent the results, so that the sandbox stays outside.
Evidence is all that ``check`` needs, so a changed threshold, weight or sentence is rescored without running anything.
What runs inside the sandbox lies in ``grader/inside`` and is not imported here.
"""

from grader.checking import check, needs_training
from grader.contract import (
    CheckBroke,
    Finding,
    Gathered,
    Outcome,
    Phase,
    Run,
    RunResult,
    Selection,
    StudentError,
    SubmissionOutcome,
    Verdict,
)
from grader.gathering import gather_quick, gather_training
from grader.quiz import check_quiz
from grader.rechecking import EvidenceLacks, Lacking, recheck
from grader.runs import weights_run
from grader.verdict import verdict

__all__ = [
    "CheckBroke",
    "EvidenceLacks",
    "Finding",
    "Gathered",
    "Lacking",
    "Outcome",
    "Phase",
    "Run",
    "RunResult",
    "Selection",
    "StudentError",
    "SubmissionOutcome",
    "Verdict",
    "check",
    "check_quiz",
    "gather_quick",
    "gather_training",
    "needs_training",
    "recheck",
    "verdict",
    "weights_run",
]
