"""The gate's report as one self-contained page: both languages, light and dark, nothing to load and no script."""

from exercises.text import Language
from server.gate.report import Report


def page_of(report: Report, language: Language) -> str:
    """Return the page."""
    return f"{report.exercise_id} {language}"
