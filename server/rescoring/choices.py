"""What may be asked for in a course: the checks that its verdicts have, the images that made them, its people."""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from server.database.models import Assignment, Enrolment, ExerciseVersion, Grading, Submission, User

#: An image is named in some gradings of every course; more than so many are not offered.
MOST_IMAGES = 50


async def checks_of_exercise(session: AsyncSession, exercise_id: str) -> Mapping[str, Text]:
    """Return the checks, or questions, of all versions of an exercise: id to title, those of the newest version first.

    A question is called by its prompt.
    """
    manifests = await session.scalars(
        select(ExerciseVersion.manifest)
        .where(ExerciseVersion.exercise_id == exercise_id)
        .order_by(ExerciseVersion.created_at.desc(), ExerciseVersion.id)
    )
    found: dict[str, Text] = {}
    for manifest in manifests:
        for check in (*manifest.get("checks", ()), *manifest.get("questions", ())):
            title = check.get("title") or check.get("prompt") or {"zh": check["id"], "en": check["id"]}
            found.setdefault(check["id"], Text.model_validate(title))
    return found


async def images_of(session: AsyncSession, course_id: uuid.UUID, exercise_id: str | None) -> Sequence[str]:
    """Return the sandbox images that the present verdicts of a course, or of one of its exercises, name."""
    image = Grading.environment["image"].as_string()
    wanted = (
        select(image)
        .select_from(Submission)
        .join(Grading, Grading.id == Submission.current_grading_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == course_id, image.is_not(None))
        .distinct()
        .order_by(image)
        .limit(MOST_IMAGES)
    )
    if exercise_id is not None:
        wanted = wanted.where(Assignment.exercise_id == exercise_id)
    return [one for one in await session.scalars(wanted) if one]


async def strangers(session: AsyncSession, course_id: uuid.UUID, logins: Sequence[str]) -> Sequence[str]:
    """Return those of some login names that nobody of the course has."""
    known = set(
        await session.scalars(
            select(User.login)
            .join(Enrolment, Enrolment.user_id == User.id)
            .where(Enrolment.course_id == course_id, User.login.in_(logins))
        )
    )
    return [login for login in logins if login not in known]
