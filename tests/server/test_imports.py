"""Whose exercises are, what becomes of imports, and versions that never change once they are published."""

import asyncio
import uuid
from pathlib import Path

import pytest
from importhouse import import_row, imported, person, small
from serverhouse import House
from sqlalchemy import func, select, text

from exercises import Bundle
from server.courses import publish_catalogue
from server.database.models import AuditEvent, ExerciseImport, ExerciseRow, ExerciseVersion, ImportState, User
from server.errors import (
    CheckNotDue,
    ExerciseIdTaken,
    GateNotPassed,
    NotAllowed,
    NotCheckedYet,
    Refused,
    TooManyImports,
    UnknownExercise,
    UnknownImport,
    UnknownVersion,
)
from server.imports import check_again, find_import, publish, published_version, take_in, versions_of, whole_bundle
from server.imports.candidates import MOST_CHECKING
from server.imports.checking import claim_import, record_report
from server.imports.differences import Change, differences, packed

pytestmark = pytest.mark.database


async def said(house: House, row: ExerciseImport, *, passed: bool) -> None:
    """Let the gate have said."""
    async with house.database.unit_of_work() as session:
        held = await claim_import(session, row.id)
        assert held is not None
        outcome = "passed" if passed else "failed"
        assert await record_report(session, held, {"outcome": outcome}, passed=passed)


async def published(house: House, actor: User | None, bundle: Bundle) -> ExerciseVersion:
    """Import, check and publish a bundle."""
    row = await imported(house, actor, bundle)
    await said(house, row, passed=True)
    async with house.database.unit_of_work() as session:
        return await publish(session, actor, row.id, house.shelf)


async def refused_with(house: House, user: User, row: ExerciseImport, reason: str | None = None) -> type[Refused]:
    """Return how publishing is refused."""
    with pytest.raises(Refused) as refusal:
        async with house.database.unit_of_work() as session:
            await publish(session, user, row.id, house.shelf, reason=reason)
    return type(refusal.value)


async def jobs(house: House) -> int:
    """Return how many checks wait."""
    async with house.database.reading() as session:
        asked = text("select count(*) from procrastinate_jobs where task_name = 'check_exercise'")
        return await session.scalar(asked) or 0


# Whose an exercise is.


async def test_an_id_belongs_to_who_imported_it_first(house: House, tmp_path: Path) -> None:
    """Its owner imports further versions; another author does not, an admin does, and it stays its owner's."""
    owner, other = await person(house, "owner"), await person(house, "rival")
    admin = await person(house, "admin", author=False, admin=True)
    await imported(house, owner, small(tmp_path))
    await imported(house, owner, small(tmp_path, title="Second"))
    with pytest.raises(ExerciseIdTaken):
        await imported(house, other, small(tmp_path, title="Third"))
    await imported(house, admin, small(tmp_path, title="Fourth"))

    async with house.database.reading() as session:
        assert owner.id == (await session.get_one(ExerciseRow, "small")).owner_id
        assert 3 == await session.scalar(select(func.count()).select_from(ExerciseImport))


@pytest.mark.parametrize("login", ["student", "teacher"])
async def test_who_writes_no_exercises_imports_none(login: str, house: House, tmp_path: Path) -> None:
    """Neither a student nor a teacher who is no author imports, and nothing is left of the attempt."""
    user = house.student if login == "student" else house.teacher
    with pytest.raises(NotAllowed):
        await imported(house, user, small(tmp_path))
    async with house.database.reading() as session:
        assert await session.get(ExerciseRow, "small") is None


async def test_built_in_exercises_belong_to_the_platform(house: House, tmp_path: Path) -> None:
    """An author cannot import under the id of an exercise that came with the platform; an admin can."""
    bundle = small(tmp_path, "backpropagation")
    with pytest.raises(ExerciseIdTaken):
        await imported(house, await person(house, "author"), bundle)
    admin = await person(house, "admin", admin=True)
    assert ImportState.CHECKING is (await imported(house, admin, bundle)).state


async def test_who_is_no_author_any_more_owns_nothing(house: House, tmp_path: Path) -> None:
    """An owner whose right was taken away neither sees nor publishes what was imported."""
    owner = await person(house, "owner")
    row = await imported(house, owner, small(tmp_path))
    await said(house, row, passed=True)
    owner.is_author = False

    assert UnknownImport is await refused_with(house, owner, row)


async def test_two_people_at_once(house: House, tmp_path: Path) -> None:
    """Of two who import the same new id at the same moment one gets it, and the other is told."""
    people = [await person(house, "one"), await person(house, "two")]
    bundles = [small(tmp_path), small(tmp_path, title="Another")]
    outcomes = await asyncio.gather(
        *(imported(house, user, bundle) for user, bundle in zip(people, bundles, strict=True)), return_exceptions=True
    )

    assert {"ExerciseImport", "ExerciseIdTaken"} == {type(outcome).__name__ for outcome in outcomes}


async def test_the_same_import_twice_at_once(house: House, tmp_path: Path) -> None:
    """The same contents sent twice at the same moment are one import with one job."""
    author = await person(house, "author")
    rows = await asyncio.gather(*(imported(house, author, small(tmp_path)) for _ in range(4)))

    assert 1 == len({row.id for row in rows})
    assert 1 == await jobs(house)


async def test_others_imports_are_not_there(house: House, tmp_path: Path) -> None:
    """Another author hears of somebody's import what everybody hears of one that is not there."""
    row = await imported(house, await person(house, "owner"), small(tmp_path))
    other = await person(house, "other-author")
    async with house.database.reading() as session:
        for import_id in (row.id, uuid.uuid4()):
            with pytest.raises(UnknownImport):
                await find_import(session, other, import_id)


async def test_many_imports_wait(house: House, tmp_path: Path) -> None:
    """One person's imports do not fill the queue; what was said makes room."""
    author = await person(house, "author")
    rows = [await imported(house, author, small(tmp_path, f"nr-{number}")) for number in range(MOST_CHECKING)]
    with pytest.raises(TooManyImports):
        await imported(house, author, small(tmp_path, "one-more"))
    assert MOST_CHECKING == await jobs(house)
    await said(house, rows[0], passed=False)
    await imported(house, author, small(tmp_path, "one-more"))
    with pytest.raises(TooManyImports):
        async with house.database.unit_of_work() as session:
            await check_again(session, author, rows[0].id)


# What becomes of imports.


async def test_the_same_contents_again(house: House, tmp_path: Path) -> None:
    """What waits or passed stays as it is; what was refused is checked again, from the beginning."""
    author = await person(house, "author")
    row = await imported(house, author, small(tmp_path))
    assert row.id == (await imported(house, author, small(tmp_path))).id
    assert 1 == await jobs(house)

    await said(house, row, passed=False)
    again = await imported(house, author, small(tmp_path))
    assert (row.id, ImportState.CHECKING, None) == (again.id, again.state, again.report)
    assert 2 == await jobs(house)

    await said(house, row, passed=True)
    assert ImportState.READY is (await imported(house, author, small(tmp_path))).state
    assert 2 == await jobs(house)


async def test_a_check_that_is_not_due(house: House, tmp_path: Path) -> None:
    """What is being checked or passed is not checked again; what was refused is, once."""
    author = await person(house, "author")
    row = await imported(house, author, small(tmp_path))
    for passed in (None, True):
        if passed:
            await said(house, row, passed=True)
        with pytest.raises(CheckNotDue):
            async with house.database.unit_of_work() as session:
                await check_again(session, author, row.id)


async def test_what_was_published_without_an_import(house: House) -> None:
    """Importing a version that the course published already makes nothing to check and nothing to publish."""
    quiz = house.catalogue["backpropagation"]
    row = await imported(house, await person(house, "admin", admin=True), quiz)

    assert (ImportState.PUBLISHED, 0) == (row.state, await jobs(house))
    async with house.database.unit_of_work() as session:
        version = await publish(session, None, row.id, house.shelf)
        assert 1 == await session.scalar(
            select(func.count()).select_from(ExerciseVersion).where(ExerciseVersion.exercise_id == quiz.id)
        )
    assert quiz.version == version.version


# Publishing.


async def test_publishing_twice_changes_nothing(house: House, tmp_path: Path) -> None:
    """The second time gives the same row, and the audit has one event, with who did it."""
    author = await person(house, "author")
    row = await imported(house, author, small(tmp_path))
    await said(house, row, passed=True)
    versions = []
    for _ in range(2):
        async with house.database.unit_of_work() as session:
            versions.append(await publish(session, author, row.id, house.shelf))

    assert versions[0].id == versions[1].id
    assert (ImportState.PUBLISHED, author.id) == ((one := await import_row(house, row.id)).state, one.published_by_id)
    async with house.database.reading() as session:
        asked = select(AuditEvent).where(AuditEvent.action == "exercise.publish", AuditEvent.subject == "small")
        event = (await session.scalars(asked)).one()
    assert (author.id, row.version, "passed") == (event.actor_id, event.detail["version"], event.detail["gate"])


async def test_publishing_at_once(house: House, tmp_path: Path) -> None:
    """Two who publish at the same moment publish one version."""
    author = await person(house, "author")
    row = await imported(house, author, small(tmp_path))
    await said(house, row, passed=True)

    async def once() -> uuid.UUID:
        async with house.database.unit_of_work() as session:
            return (await publish(session, author, row.id, house.shelf)).id

    assert 1 == len(set(await asyncio.gather(once(), once(), once())))


async def test_what_has_not_passed(house: House, tmp_path: Path) -> None:
    """Before the gate has said, and after it said no, an author publishes nothing, with whatever reason."""
    author = await person(house, "author")
    row = await imported(house, author, small(tmp_path))
    assert NotCheckedYet is await refused_with(house, author, row, "please")
    await said(house, row, passed=False)
    assert GateNotPassed is await refused_with(house, author, row, "please")
    async with house.database.reading() as session:
        with pytest.raises(UnknownVersion):
            await published_version(session, "small", row.version)


async def test_an_admin_publishes_in_spite_of_the_gate(house: House, tmp_path: Path) -> None:
    """With a reason, which is kept in the row and in the audit; without one an admin does not either."""
    admin = await person(house, "admin", admin=True)
    row = await imported(house, await person(house, "author"), small(tmp_path))
    await said(house, row, passed=False)
    assert GateNotPassed is await refused_with(house, admin, row)
    assert GateNotPassed is await refused_with(house, admin, row, "   ")
    async with house.database.unit_of_work() as session:
        await publish(session, admin, row.id, house.shelf, reason="the course begins today")

    assert "the course begins today" == (await import_row(house, row.id)).reason
    async with house.database.reading() as session:
        asked = select(AuditEvent).where(AuditEvent.action == "exercise.publish-unchecked")
        event = (await session.scalars(asked)).one()
    assert (admin.id, "the course begins today", "failed") == (
        event.actor_id, event.detail["reason"], event.detail["gate"],
    )  # fmt: skip


async def test_a_worker_that_is_late_takes_nothing_back(house: House, tmp_path: Path) -> None:
    """What an admin published while the gate was at it stays published, whatever the gate says then."""
    admin = await person(house, "admin", admin=True)
    row = await imported(house, admin, small(tmp_path))
    async with house.database.unit_of_work() as session:
        held = await claim_import(session, row.id)
        await publish(session, admin, row.id, house.shelf, reason="now")
        assert held is not None
        assert not await record_report(session, held, {"outcome": "failed"}, passed=False)
    assert ImportState.PUBLISHED is (await import_row(house, row.id)).state


async def test_a_published_version_never_changes(house: House, tmp_path: Path) -> None:
    """A changed folder imported again is another version; the first is what it was, its files too."""
    author = await person(house, "author")
    first = await published(house, author, small(tmp_path))
    second = await published(house, author, small(tmp_path, title="Second"))

    assert first.version != second.version
    async with house.database.reading() as session:
        again = await published_version(session, "small", first.version)
        bundle = await whole_bundle(session, author, "small", first.version, house.shelf)
    assert (first.id, first.manifest) == (again.id, again.manifest)
    assert first.version == bundle.version


async def test_a_course_may_hand_out_what_was_imported(house: House, tmp_path: Path) -> None:
    """A published import is a version like any other: a catalogue that has it makes no second one."""
    bundle = small(tmp_path)
    first = await published(house, await person(house, "author"), bundle)
    async with house.database.unit_of_work() as session:
        course = await publish_catalogue(
            session, {bundle.id: bundle}, "another", bundle.exercise.title, shelf=house.shelf
        )
        assert course.slug == "another"
        assert 1 == await session.scalar(
            select(func.count()).select_from(ExerciseVersion).where(ExerciseVersion.exercise_id == "small")
        )
        assert first.id == (await published_version(session, "small", bundle.version)).id


@pytest.mark.parametrize("cut", [12, 20, 64])
@pytest.mark.parametrize("prefix", ["", "sha256:"])
async def test_a_version_by_its_first_digits(house: House, cut: int, prefix: str) -> None:
    """A version may be called as `exercise pack` names its file."""
    version = house.catalogue["cnn-digits"].version.removeprefix("sha256:")
    async with house.database.reading() as session:
        found = await published_version(session, "cnn-digits", prefix + version[:cut])
        assert f"sha256:{version}" == found.version


@pytest.mark.parametrize(
    "wrong", ["", "sha256:", "%", "sha256:%%%%%%%%%%%%", "_" * 64, "ABCDEF012345", "0" * 64, "0" * 11]
)
async def test_versions_that_are_not_there(house: House, wrong: str) -> None:
    """What is no version, or one of another exercise, is not found; no pattern is either."""
    async with house.database.reading() as session:
        for version in (wrong, house.catalogue["backpropagation"].version):
            with pytest.raises(UnknownVersion):
                await published_version(session, "cnn-digits", version)


# Who sees versions, and files.


async def test_who_sees_which_versions_there_are(house: House, tmp_path: Path) -> None:
    """Authors and admins; teachers those of exercises that their course hands out; students none."""
    author = await person(house, "author")
    await published(house, author, small(tmp_path))
    await published(house, author, small(tmp_path, title="Second"))

    async def seen(user: User, exercise_id: str) -> int:
        async with house.database.reading() as session:
            return len(await versions_of(session, user, exercise_id, limit=10, before=None))

    assert 2 == await seen(author, "small")
    assert 1 == await seen(author, "cnn-digits")
    assert 1 == await seen(house.teacher, "cnn-digits")
    for user, exercise_id in ((house.teacher, "small"), (house.student, "cnn-digits"), (author, "nothing")):
        with pytest.raises(UnknownExercise):
            await seen(user, exercise_id)


async def test_who_takes_files_home(house: House, tmp_path: Path) -> None:
    """Solutions leave the house for the owner and admins alone; teachers and other authors find nothing."""
    author = await person(house, "author")
    version = (await published(house, author, small(tmp_path))).version
    admin, other = await person(house, "admin", author=False, admin=True), await person(house, "other-author")
    async with house.database.reading() as session:
        for user in (author, admin):
            assert version == (await whole_bundle(session, user, "small", version, house.shelf)).version
        for user in (other, house.teacher, house.student):
            with pytest.raises(UnknownVersion):
                await whole_bundle(session, user, "small", version, house.shelf)
        with pytest.raises(UnknownVersion):
            await whole_bundle(session, author, "cnn-digits", house.catalogue["cnn-digits"].version, house.shelf)


def test_what_differs(tmp_path: Path) -> None:
    """A difference names each file that is new, gone or changed; texts line by line, anything else as such."""
    old = small(tmp_path)
    new = small(tmp_path, title="Second")
    (new.folder / "data").mkdir()
    (new.folder / "data" / "a.npy").write_bytes(b"\x93NUMPY\0\xff")
    (new.folder / "submissions" / "layers" / "no_activation.py").unlink()
    (new.folder / "stub.py").write_bytes((old.folder / "stub.py").read_bytes().replace(b"\n", b"\r\n"))
    found = {one.path: one for one in differences(old, new)}

    assert {
        "data/a.npy": Change.ADDED,
        "exercise.toml": Change.CHANGED,
        "submissions/layers/no_activation.py": Change.REMOVED,
    } == {path: one.change for path, one in found.items()}
    assert found["data/a.npy"].diff is None
    lines = (found["exercise.toml"].diff or "").split("\n")
    assert ["--- a/exercise.toml", "+++ b/exercise.toml"] == lines[:2]
    assert 1 == sum("Second" in line for line in lines if line.startswith("+"))
    assert (found["submissions/layers/no_activation.py"].diff or "").count("\n-") > 10
    assert [] == differences(old, old)


def test_a_version_as_a_file_is_the_same_each_time(tmp_path: Path) -> None:
    """The zip is named by the version, and its bytes do not depend on when it is made."""
    bundle = small(tmp_path)
    name, content = packed(bundle)

    assert (name, content) == packed(bundle)
    assert f"small-{bundle.version[7:19]}.zip" == name


async def test_an_import_by_the_platform(house: House, tmp_path: Path) -> None:
    """An operator imports without being anybody: the exercise is the platform's, and no author's to change."""
    row = await imported(house, None, small(tmp_path))
    assert row.uploader_id is None
    async with house.database.unit_of_work() as session:
        with pytest.raises(ExerciseIdTaken):
            await take_in(session, await person(house, "author"), small(tmp_path, title="Second"), house.shelf)
