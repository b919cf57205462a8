"""What a student is asked: the format of exercises, their loader, and the way an answer becomes a program.

A *bundle* is a folder with ``exercise.toml``, a statement in two languages and, for code, a stub and its reference
solution. ``load_bundle`` and ``load_catalogue`` read and check bundles; ``splice`` and ``extract`` turn what a student
sends into a program. Nothing here runs code, and nothing here knows of graders, sandboxes or servers.
"""

from exercises import errors
from exercises.bundle import Bundle, load_bundle
from exercises.catalogue import load_catalogue
from exercises.markers import Cut, cut, regions
from exercises.schema import Answer, CodeExercise, QuizExercise
from exercises.splicing import Source, extract, splice
from exercises.text import Language, Text

__all__ = [
    "Answer",
    "Bundle",
    "CodeExercise",
    "Cut",
    "Language",
    "QuizExercise",
    "Source",
    "Text",
    "cut",
    "errors",
    "extract",
    "load_bundle",
    "load_catalogue",
    "regions",
    "splice",
]
