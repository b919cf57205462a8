"""Publishing the built-in catalogue: it takes the ids that are free or its own, and nobody's work."""

import logging

import pytest
from serverhouse import COURSE, House
from sqlalchemy import func, select, update

from exercises import Text
from server.courses import publish_catalogue
from server.database.models import Assignment, Course, ExerciseRow, ExerciseVersion

pytestmark = pytest.mark.database

TITLE = Text(zh="另一门", en="Another")


async def test_nothing_is_published_over_somebodys_exercise(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """An id that an author has is left out, and the log says so; the rest is published, and theirs stays."""
    async with house.database.unit_of_work() as session:
        taken = update(ExerciseRow).where(ExerciseRow.id == "cnn-digits")
        await session.execute(taken.values(owner_id=house.teacher.id))
        manifests = update(ExerciseVersion).where(ExerciseVersion.exercise_id == "cnn-digits")
        await session.execute(manifests.values(version="sha256:theirs", answers={"theirs": {}}))
    with caplog.at_level(logging.WARNING):
        async with house.database.unit_of_work() as session:
            course = await publish_catalogue(session, house.catalogue, "another", TITLE, shelf=house.shelf)
            given = await session.scalars(select(Assignment.exercise_id).where(Assignment.course_id == course.id))
            handed_out = set(given)

    assert set(house.catalogue) - {"cnn-digits"} == handed_out
    assert "cnn-digits is not published" in caplog.text
    async with house.database.reading() as session:
        versions = select(ExerciseVersion.version).where(ExerciseVersion.exercise_id == "cnn-digits")
        assert ["sha256:theirs"] == list(await session.scalars(versions))
        owner = await session.scalar(select(ExerciseRow.owner_id).where(ExerciseRow.id == "cnn-digits"))
        assert house.teacher.id == owner


async def test_publishing_twice_changes_nothing(house: House) -> None:
    """The platform's own ids stay its own."""
    async with house.database.unit_of_work() as session:
        count = select(func.count()).select_from(ExerciseVersion)
        before = await session.scalar(count)
        await publish_catalogue(session, house.catalogue, COURSE, TITLE, shelf=house.shelf)
        assert before == await session.scalar(count)
        owners = await session.scalars(select(ExerciseRow.owner_id).distinct())
        assert [None] == list(owners)
        assert 1 == await session.scalar(select(func.count()).select_from(Course))
