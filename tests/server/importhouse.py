"""What the tests of imports share: exercises to import, their authors, and a judge that knows what is right."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from serverhouse import FakeJudge, House, finding, phase_result, until

from exercises import Bundle, extract, load_bundle
from exercises.drafting import draft
from exercises.errors import Refused
from grader.contract import Outcome, Selection, SubmissionOutcome, Verdict
from server.accounts import create_user
from server.database.models import ExerciseImport, ImportState, User
from server.gate import promises
from server.imports import take_in
from server.phase import PhaseResult
from server.stopping import Stop

BUILT = Path("var/data")
RIGHT = phase_result("layers", "parameters")
_WRONG = (finding("layers", Outcome.FAILED), finding("parameters"))
WRONG = phase_result(
    "layers", verdict=Verdict(outcome=SubmissionOutcome.FAILED, score=0.2, findings=_WRONG, error=None), findings=_WRONG
)


@dataclass
class KnowingJudge(FakeJudge):
    """Judges an exercise as it should be judged: right is what the bundle says is right.

    ``troubles`` come first: each is raised once. ``lenient`` finds everything right.
    """

    troubles: list[Exception] = field(default_factory=list)
    lenient: bool = False
    told: Callable[[], None] = lambda: None

    def quick(
        self, bundle: Bundle, source: str, selection: Selection | None = None, *, stop: Stop | None = None
    ) -> PhaseResult:
        """Judge by the text of the program."""
        del selection, stop
        with self.lock:
            self.calls.append(("quick", source, None))
            trouble = self.troubles.pop(0) if self.troubles else None
        self.before("quick")
        self.told()
        time.sleep(self.quick_seconds)
        if trouble is not None:
            raise trouble
        return RIGHT if self.lenient or source in right_programs(bundle) else WRONG


def right_programs(bundle: Bundle) -> set[str]:
    """Return the programs that an exercise says are right."""
    right = set()
    for promise in promises(bundle):
        if promise.word == "passed":
            try:
                right.add(extract(bundle.stub or "", promise.file.read_bytes(), whole_file=False).text)
            except Refused:
                continue
    return right


def small(tmp_path: Path, identifier: str = "small", *, title: str = "") -> Bundle:
    """Return a small exercise, as ``exercise new`` makes it; another title makes another version."""
    into = tmp_path / "drafts" / (title or "first")
    folder = into / identifier
    if not folder.exists():
        draft(identifier, into)
        manifest = folder / "exercise.toml"
        text = manifest.read_text("utf-8")
        if title:
            text = text.replace('en = "Build a small network"', f"en = {json.dumps(title)}")
        manifest.write_text(text, "utf-8")
    return load_bundle(folder, BUILT)


async def person(house: House, login: str, *, author: bool = True, admin: bool = False) -> User:
    """Make somebody who writes exercises, or who may do everything."""
    async with house.database.unit_of_work() as session:
        return await create_user(session, login=login, password="correct horse", is_admin=admin, is_author=author)


async def imported(house: House, actor: User | None, bundle: Bundle, *, ring: bool = True) -> ExerciseImport:
    """Import a bundle."""
    async with house.database.unit_of_work() as session:
        return await take_in(session, actor, bundle, house.shelf, ring=ring)


async def import_row(house: House, import_id: uuid.UUID) -> ExerciseImport:
    """Return an import as it is now."""
    async with house.database.reading() as session:
        return await session.get_one(ExerciseImport, import_id)


async def checked(house: House, import_id: uuid.UUID, within: float = 20) -> ExerciseImport:
    """Wait until the gate has said, and return the import."""

    async def over() -> bool:
        return (await import_row(house, import_id)).state is not ImportState.CHECKING

    await until(over, within)
    return await import_row(house, import_id)
