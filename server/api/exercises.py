"""``/courses`` and ``/exercises``: what there is to work on."""

from typing import Annotated

from fastapi import APIRouter, Query

from server.api.identity import DOCUMENTED, ApiUser
from server.api.models import CourseOut, ExerciseLine, ExerciseOut
from server.api.problems import RESPONSES
from server.courses import courses_of, find_assignment
from server.courses.overview import course_overview
from server.web.desk import bundle_of
from server.web.house import HouseDep

router = APIRouter(tags=["exercises"], dependencies=DOCUMENTED, responses=RESPONSES)

CourseQuery = Annotated[str | None, Query(description="slug of the course, where several have the exercise")]


@router.get("/courses")
async def list_courses(house: HouseDep, user: ApiUser) -> list[CourseOut]:
    """List the caller's courses."""
    async with house.database.reading() as session:
        return [CourseOut.of(course) for course in await courses_of(session, user)]


@router.get("/exercises")
async def list_exercises(house: HouseDep, user: ApiUser, course: CourseQuery = None) -> list[ExerciseLine]:
    """List the exercises of the caller's courses, in course order."""
    async with house.database.reading() as session:
        slugs = [course] if course is not None else [one.slug for one in await courses_of(session, user)]
        return [ExerciseLine.of(level, slug) for slug in slugs for level in await course_overview(session, user, slug)]


@router.get("/exercises/{exercise_id}")
async def get_exercise(exercise_id: str, house: HouseDep, user: ApiUser, course: CourseQuery = None) -> ExerciseOut:
    """Return an exercise: statement, stub and where its regions lie, or a quiz's questions."""
    async with house.database.reading() as session:
        assignment = await find_assignment(session, user, exercise_id, course)
        bundle = await bundle_of(session, house, assignment)
    return ExerciseOut.of(bundle)
