"""What the tests of rescoring share: submissions with real evidence, and versions of the exercise that differ."""

import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scriptedjudging import LABELS, quick_script, trained
from serverhouse import COURSE, FakeJudge, House, until
from sqlalchemy import select, text, update

from exercises import Bundle, load_bundle
from grader.contract import Phase
from sandbox.fake import ScriptedSandbox
from server.accounts import create_user
from server.courses import enrol, find_course
from server.database.models import (
    ExerciseVersion,
    FindingRow,
    Grading,
    Rescore,
    RescoreItem,
    RescoreState,
    Role,
    Submission,
    User,
)
from server.judging import Judge
from server.kept_runs import digests_of
from server.phase import PhaseResult
from server.queue.rescore import rescore_chunk
from server.queue.work import Bench
from server.rescoring import Scope, Wish, make_rescore
from server.submissions import Answer, claim, record_verdict

BUILT = Path("var/data")
EXERCISE = "cnn-digits"
#: Predictions of which nine, eight and seven in ten are right.
NINE, EIGHT, SEVEN = [*LABELS[:9], 0], [*LABELS[:8], 0, 0], [*LABELS[:7], 0, 0, 0]


def judged(bundle: Bundle, classes: Sequence[int], source: str = "") -> PhaseResult:
    """Judge a program, or the solution, for real: over a sandbox that plays a training with these predictions."""
    sandbox = ScriptedSandbox({**quick_script(), "judge_train": [trained(list(classes))]})
    return Judge(sandbox).whole(bundle, source or bundle.solution or "")


@dataclass
class RescoreHouse:
    """A house whose course has submissions with evidence, and versions to rescore them by."""

    house: House
    folder: Path
    bench: Bench
    judge: FakeJudge
    students: list[User] = field(default_factory=list)

    @property
    def bundle(self) -> Bundle:
        """The exercise as it is handed out."""
        return self.house.catalogue[EXERCISE]

    async def handed_in(
        self,
        classes: Sequence[int],
        *,
        user: User | None = None,
        code: str = "",
        image: str = "sha256:one",
        keep: bool = False,
    ) -> uuid.UUID:
        """Hand in a program of which the training predicts these digits, and let it be judged."""
        region = Answer(regions=[f"    model.add(Flatten())  # {code or uuid.uuid4()}\n"])
        submission = await self.house.submit(EXERCISE, region, user=user or self.house.student, per_minute=10_000)
        result = judged(self.bundle, classes, submission.source)
        result = replace(result, environment={**result.environment, "image": image})
        if keep:
            await self.bench.keep(result.left)
        async with self.house.database.unit_of_work() as session:
            held = await claim(session, submission.id, Phase.QUICK)
            if held is not None:
                await record_verdict(session, held, result, digests_of(result.left) if keep else {})
            # A job that nobody takes is a student who waits, for whom reruns step aside.
            await session.execute(text("delete from procrastinate_jobs where queue_name = 'live-quick'"))
        return submission.id

    async def version(self, name: str, **changes: tuple[str, str]) -> str:
        """Publish a version in which parts of the manifest are others, and return its hash."""
        place = self.folder / name / EXERCISE
        if not place.exists():
            _copy(self.bundle.folder, place)
            manifest = place / "exercise.toml"
            written = manifest.read_text("utf-8")
            for old, new in changes.values():
                assert old in written, old
                written = written.replace(old, new)
            manifest.write_text(written, "utf-8")
        bundle = load_bundle(place, BUILT)
        self.house.shelf.keep(bundle)
        async with self.house.database.unit_of_work() as session:
            found = await session.scalar(select(ExerciseVersion).where(ExerciseVersion.version == bundle.version))
            if found is None:
                manifest_of = bundle.exercise.model_dump(mode="json", by_alias=True)
                session.add(
                    ExerciseVersion(exercise_id=EXERCISE, version=bundle.version, manifest=manifest_of, answers={})
                )
        return bundle.version

    async def make(self, *, user: User | None = None, wish: dict[str, Any] | None = None, **scope: Any) -> Rescore:  # noqa: ANN401
        """Make a rescore as the teacher."""
        asked = Scope(course=COURSE, **{"exercise": EXERCISE, **scope})
        async with self.house.database.unit_of_work() as session:
            return await make_rescore(
                session, user or self.house.teacher, Wish(asked, **(wish or {})), self.house.shelf
            )

    async def work_out(self, rescore: Rescore) -> Rescore:
        """Do every chunk of a set in this process."""
        async with self.house.database.reading() as session:
            chunks = await session.scalars(
                select(RescoreItem.chunk).where(RescoreItem.rescore_id == rescore.id).distinct()
            )
            numbers = chunks.all()
        for chunk in numbers:
            await rescore_chunk(self.bench, rescore.id, chunk)
        return await self.reload(rescore)

    async def made(self, **scope: Any) -> Rescore:  # noqa: ANN401
        """Make a set and work it out."""
        return await self.work_out(await self.make(**scope))

    async def reload(self, rescore: Rescore) -> Rescore:
        """Return a set's row as it is now."""
        async with self.house.database.reading() as session:
            return await session.get_one(Rescore, rescore.id)

    async def items(self, rescore: Rescore) -> dict[uuid.UUID, RescoreItem]:
        """Return a set's items by submission."""
        async with self.house.database.reading() as session:
            rows = await session.scalars(select(RescoreItem).where(RescoreItem.rescore_id == rescore.id))
            return {row.submission_id: row for row in rows}

    async def verdict(self, submission_id: uuid.UUID) -> tuple[str, float, list[str]]:
        """Return what counts of a submission: outcome, score, outcomes of its checks."""
        async with self.house.database.reading() as session:
            grading = await self.grading(submission_id)
            rows = await session.scalars(
                select(FindingRow.outcome).where(FindingRow.grading_id == grading.id).order_by(FindingRow.position)
            )
            return grading.outcome, grading.score, list(rows)

    async def grading(self, submission_id: uuid.UUID) -> Grading:
        """Return the grading that counts."""
        async with self.house.database.reading() as session:
            submission = await session.get_one(Submission, submission_id)
            return await session.get_one(Grading, submission.current_grading_id)

    async def change(self, submission_id: uuid.UUID, **values: object) -> None:
        """Change columns of the grading that counts, as no code does: to what an older one left, or none would."""
        grading = await self.grading(submission_id)
        async with self.house.database.unit_of_work() as session:
            await session.execute(update(Grading).where(Grading.id == grading.id).values(**values))

    async def classmate(self, login: str, role: Role = Role.STUDENT) -> User:
        """Let somebody into the course."""
        async with self.house.database.unit_of_work() as session:
            course = await find_course(session, COURSE)
            user: User = await create_user(session, login=login, password="correct horse")
            await enrol(session, user, course, role)
            return user


async def became(house: RescoreHouse, rescore: Rescore, state: RescoreState, within: float = 20) -> None:
    """Wait until a set is in a state."""

    async def there() -> bool:
        return (await house.reload(rescore)).state is state

    await until(there, within)


def _copy(source: Path, target: Path) -> None:
    """Copy a bundle's folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, target)
