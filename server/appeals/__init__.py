"""Appeals: a student says that a verdict is wrong, staff answer, and the case may become a known submission."""

from server.appeals.answering import Reply, answer_appeal
from server.appeals.case import Case, CaseFile, case_file, find_case
from server.appeals.listing import AppealLine, appeals_in, appeals_of, one_appeal, place_of_appeal
from server.appeals.making import make_appeal

__all__ = [
    "AppealLine",
    "Case",
    "CaseFile",
    "Reply",
    "answer_appeal",
    "appeals_in",
    "appeals_of",
    "case_file",
    "find_case",
    "make_appeal",
    "one_appeal",
    "place_of_appeal",
]
