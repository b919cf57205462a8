"""Which data files the keys of ``exercise.toml`` name, and on which side of the wall each must lie."""

from dataclasses import dataclass
from typing import Literal

from exercises.schema import AccuracyCheck, CodeExercise, FolderCapture, RealRunCapture

Side = Literal["data/", "private/"]

ENTERS = "it enters the process that runs the student's code"
STAYS_OUT = "it must never enter a process that runs the student's code"


@dataclass(frozen=True)
class NamedFile:
    """A path, the key that names it, and where it must lie for the reason given."""

    key: str
    path: str
    under: Side | Literal[""] = ""
    because: str = ""


def named_files(exercise: CodeExercise) -> tuple[NamedFile, ...]:
    """Return every data file that a capture, the training or a check names."""
    found: list[NamedFile] = []
    for capture in exercise.captures:
        key = f"captures.{capture.id}"
        if isinstance(capture, FolderCapture):
            found.append(NamedFile(f"{key}.pictures", capture.pictures, "data/", ENTERS))
        elif isinstance(capture, RealRunCapture):
            found.append(NamedFile(f"{key}.train_pictures", capture.train_pictures, "data/", ENTERS))
            found.append(NamedFile(f"{key}.test_pictures", capture.test_pictures, "data/", ENTERS))
    if exercise.training is not None:
        found.append(NamedFile("training.train_inputs", exercise.training.train_inputs))
        found.append(NamedFile("training.train_targets", exercise.training.train_targets))
        found.append(NamedFile("training.test_inputs", exercise.training.test_inputs))
    found += [
        NamedFile(f"checks.{check.id}.test_targets", check.test_targets, "private/", STAYS_OUT)
        for check in exercise.checks
        if isinstance(check, AccuracyCheck)
    ]
    return tuple(found)
