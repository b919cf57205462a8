"""Begin an exercise: a small bundle that is whole, passes its own checks, and is there to be changed."""

from pathlib import Path
from string import Template

from pydantic import TypeAdapter, ValidationError

from exercises.errors import ExerciseError
from exercises.schema import Identifier

TEMPLATE = Path(__file__).resolve().parent / "template"
SUFFIX = ".tmpl"  #: keeps stubs and solutions from being taken for modules of ours


class IdentifierWrong(ExerciseError):
    """An exercise cannot have this id."""

    def __init__(self, identifier: str) -> None:
        super().__init__(
            f"{identifier!r} cannot be an id: write small letters, digits and hyphens, such as `two-moons`."
        )


class FolderTaken(ExerciseError):
    """Something lies already where the new exercise should."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is there already; choose another id, or another folder with --into.")


def draft(identifier: str, into: Path) -> Path:
    """Write a new exercise into a folder of its own and return that folder.

    Args:
        identifier: The exercise's id, and the folder's name.
        into: In which folder the new one is made.

    Raises:
        IdentifierWrong: It is no id.
        FolderTaken: There is something of that name already.
    """
    try:
        TypeAdapter(Identifier).validate_python(identifier)
    except ValidationError as error:
        raise IdentifierWrong(identifier) from error
    folder = into / identifier
    if folder.exists():
        raise FolderTaken(folder)
    words = {"id": identifier, "file_name": f"{identifier.replace('-', '_')}.py"}
    for file in sorted(TEMPLATE.rglob(f"*{SUFFIX}")):
        place = folder / file.relative_to(TEMPLATE).with_name(file.name.removesuffix(SUFFIX))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(Template(file.read_text("utf-8")).substitute(words), "utf-8")
    return folder
