"""Courses: who takes part, which exercises they hold, and how far a person has come."""

from server.courses.assignments import find_assignment, version_of
from server.courses.enrolments import CourseOfUser, courses_of, enrol, find_course
from server.courses.publishing import publish_catalogue
from server.courses.shelf import Shelf

__all__ = [
    "CourseOfUser",
    "Shelf",
    "courses_of",
    "enrol",
    "find_assignment",
    "find_course",
    "publish_catalogue",
    "version_of",
]
