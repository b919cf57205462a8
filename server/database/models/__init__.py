"""The tables, with what each column means where its name does not say it; one file a noun."""

from server.database.models.authoring import Calibration, CalibrationState, WorkingCopy, WorkingFile
from server.database.models.base import Json, JsonList, Table
from server.database.models.corrections import Appeal, AppealState, Correction
from server.database.models.courses import Assignment, Course, Enrolment, Extension, Keep, Late, Notice, Role, Unlock
from server.database.models.exercises import ExerciseImport, ExerciseRow, ExerciseVersion, ImportState
from server.database.models.operations import AuditEvent, DrainedHost, Installation, WorkerRow
from server.database.models.people import ApiToken, FailedTry, Identity, LoginSession, User
from server.database.models.rescores import Cause, Depth, ItemState, Rescore, RescoreItem, RescoreState
from server.database.models.submissions import (
    OPEN,
    USES_AN_ATTEMPT,
    Draft,
    FindingRow,
    Grading,
    GradingState,
    Kind,
    ProgressRow,
    State,
    Submission,
)

__all__ = [
    "OPEN",
    "USES_AN_ATTEMPT",
    "ApiToken",
    "Appeal",
    "AppealState",
    "Assignment",
    "AuditEvent",
    "Calibration",
    "CalibrationState",
    "Cause",
    "Correction",
    "Course",
    "Depth",
    "Draft",
    "DrainedHost",
    "Enrolment",
    "ExerciseImport",
    "ExerciseRow",
    "ExerciseVersion",
    "Extension",
    "FailedTry",
    "FindingRow",
    "Grading",
    "GradingState",
    "Identity",
    "ImportState",
    "Installation",
    "ItemState",
    "Json",
    "JsonList",
    "Keep",
    "Kind",
    "Late",
    "LoginSession",
    "Notice",
    "ProgressRow",
    "Rescore",
    "RescoreItem",
    "RescoreState",
    "Role",
    "State",
    "Submission",
    "Table",
    "Unlock",
    "User",
    "WorkerRow",
    "WorkingCopy",
    "WorkingFile",
]
