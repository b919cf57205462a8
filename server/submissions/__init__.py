"""Submissions: taken in, judged under a token, and shown to whoever may see them."""

from server.submissions.accept import accept_submission
from server.submissions.answers import Answer
from server.submissions.corrections import (
    Corrected,
    NewScore,
    correct,
    correction_in_force,
    corrections_of,
    find_submission,
    lift_correction,
)
from server.submissions.grading import (
    Claim,
    claim,
    put_back,
    record_checking,
    record_fault,
    record_quick,
    record_system_error,
    record_verdict,
    run_again,
)
from server.submissions.progress import NumberedPoint, TrainingProgress
from server.submissions.view import Attempt, SubmissionView, history, submission_view

__all__ = [
    "Answer",
    "Attempt",
    "Claim",
    "Corrected",
    "NewScore",
    "NumberedPoint",
    "SubmissionView",
    "TrainingProgress",
    "accept_submission",
    "claim",
    "correct",
    "correction_in_force",
    "corrections_of",
    "find_submission",
    "history",
    "lift_correction",
    "put_back",
    "record_checking",
    "record_fault",
    "record_quick",
    "record_system_error",
    "record_verdict",
    "run_again",
    "submission_view",
]
