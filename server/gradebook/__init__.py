"""The gradebook: what each student has reached, and what an exercise's checks and questions tell about themselves."""

from server.gradebook.book import Book, Cell, Line, gradebook
from server.gradebook.items import ItemStatistics, OptionCount
from server.gradebook.sheet import as_csv
from server.gradebook.statistics import CheckStatistics, ExerciseStatistics, exercise_statistics

__all__ = [
    "Book",
    "Cell",
    "CheckStatistics",
    "ExerciseStatistics",
    "ItemStatistics",
    "Line",
    "OptionCount",
    "as_csv",
    "exercise_statistics",
    "gradebook",
]
