"""A course of many submissions with evidence, written straight into an empty database, to measure rescores on."""

import asyncio
import hashlib
import io
import json
import random
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from sqlalchemy import select

import grader
from exercises import Bundle, Text, load_bundle
from grader.seeds import RUNS
from server.accounts import create_user
from server.courses import enrol, publish_catalogue
from server.courses.publishing import publish_version
from server.database.models import Assignment, Role, User
from server.opening import Foundation
from server.phase import PhaseResult
from server.submissions.storage import storable
from server.verdict_object import finding_object

COURSE = "bench"
#: Different predictions; more submissions than these share evidence, as they do where many hand in the same.
DIFFERENT = 10_000
HISTORY = {"loss": [0.9, 0.4, 0.3], "accuracy": [0.7, 0.88, 0.91]}  # of a training, for readers
RIGHT = (0.80, 0.99)  # share of the hidden rows that a submission gets right


@dataclass(frozen=True, slots=True)
class Course:
    """What was written."""

    teacher: User
    student: User
    assignment: Assignment
    bundle: Bundle  #: as it is handed out
    easier: str  #: hash of a version with a lower threshold
    image: str  #: that their verdicts name


@dataclass(frozen=True, slots=True)
class _Empty:
    """To what is submitted, and by whom."""

    student: User
    assignment: Assignment
    bundle: Bundle


async def furnish(base: Foundation, bundle: Bundle, result: PhaseResult, number: int, folder: Path) -> Course:
    """Write a course with ``number`` submissions whose evidence is that of ``result``, with predictions of their own.

    Args:
        base: An empty database that is up to date.
        bundle: The exercise.
        result: What its quick phase found of a program that is right.
        number: How many.
        folder: Where the further version is made.

    """
    easier = await asyncio.to_thread(_easier, bundle, folder)
    async with base.database.unit_of_work() as session:
        course = await publish_catalogue(
            session, {bundle.id: bundle}, COURSE, Text(zh="测量", en="Bench"), shelf=base.shelf
        )
        await asyncio.to_thread(base.shelf.keep, easier)
        version = await publish_version(session, easier)
        teacher = await create_user(session, login="teacher", password="measured by nobody")  # noqa: S106
        student = await create_user(session, login="student", password="measured by nobody")  # noqa: S106
        await enrol(session, teacher, course, Role.TEACHER)
        await enrol(session, student, course, Role.STUDENT)
        assignment = (await session.scalars(select(Assignment).where(Assignment.course_id == course.id))).one()
    empty = _Empty(student, assignment, bundle)
    await asyncio.to_thread(_copy_in, base.database.url, empty, result, number)
    return Course(teacher, student, assignment, bundle, version.version, result.environment["image"])


def _easier(bundle: Bundle, folder: Path) -> Bundle:
    """Make a version with a lower threshold."""
    place = folder / "easier" / bundle.folder.name
    shutil.copytree(bundle.folder, place)
    manifest = place / "exercise.toml"
    text = manifest.read_text("utf-8").replace("threshold = 0.90", "threshold = 0.85")
    manifest.write_text(text.replace("spread = 0.0088", "spread = 0"), "utf-8")
    return load_bundle(place, bundle.built)


def _copy_in(url: str, course: _Empty, result: PhaseResult, number: int) -> None:
    """Write submissions, gradings and findings, without asking anything of what would judge them."""
    rows: dict[str, list[tuple[Any, ...]]] = {"came": [], "judged": [], "found": []}
    verdicts = list(_verdicts(course.bundle, result, min(number, DIFFERENT)))
    environment = json.dumps(result.environment)
    task = course.assignment
    for place in range(number):
        evidence, found, outcome, score = verdicts[place % len(verdicts)]
        submission, grading = uuid.uuid4(), uuid.uuid4()
        source = f"{course.bundle.solution}\n# {place}\n"
        digest = hashlib.sha256(source.encode()).hexdigest()
        rows["came"].append(
            (submission, course.student.id, task.id, task.exercise_version_id, place + 1, source, digest)
        )
        rows["judged"].append((grading, submission, outcome, score, evidence, environment))
        rows["found"] += [(grading, at, one["id"], one["outcome"], json.dumps(one)) for at, one in enumerate(found)]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table, columns in _TABLES.items():
            cursor.execute(f"create temporary table {table} ({columns}) on commit drop")
            with cursor.copy(f"copy {table} from stdin") as copy:
                for row in rows[table]:
                    copy.write_row(row)
        for statement in _INSERTS:
            cursor.execute(statement)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze")


_TABLES = {
    "came": "id uuid, person uuid, task uuid, version uuid, n int, source text, sha text",
    "judged": "id uuid, submission uuid, outcome text, score float, evidence jsonb, environment jsonb",
    "found": "grading uuid, place int, name text, outcome text, data jsonb",
}
_INSERTS = (
    """insert into submissions (id, user_id, assignment_id, exercise_version_id, number, kind, answer, source, sha256,
       state, attempt) select id, person, task, version, n, 'file', '{}', source, sha, 'done', 1 from came""",
    """insert into gradings (id, submission_id, attempt, state, outcome, score, evidence, artifacts, stdout,
       environment, timing_ms)
       select id, submission, 1, 'final', outcome, score, evidence, '{}', '', environment, '{}' from judged""",
    """insert into findings (grading_id, position, phase, check_id, outcome, data)
       select grading, place, 'quick', name, outcome, data from found""",
    "update submissions set current_grading_id = judged.id from judged where submissions.id = judged.submission",
)


def _verdicts(
    bundle: Bundle, result: PhaseResult, number: int
) -> Iterator[tuple[str, list[dict[str, Any]], str, float]]:
    """Yield evidence with predictions of its own each, and its verdict: findings, outcome, score."""
    chance = random.Random(1447)  # noqa: S311 - the same figures each time
    evidence: Mapping[str, Any] = json.loads(json.dumps(storable(result.evidence)))
    labels = "".join(str(one) for one in np.load(io.BytesIO(bundle.read("private/test_labels.npy"))))
    for _ in range(number):
        right = chance.uniform(*RIGHT)
        classes = "".join(one if chance.random() < right else "0" for one in labels)
        runs = [{"seed": 1447, "ending": "finished", "problem": None, "history": HISTORY, "classes": classes}] * RUNS
        mine = {**evidence, "trained": {"model": {"runs": runs}}}
        verdict = grader.recheck(bundle, mine)
        found = [storable(finding_object(one)) for one in verdict.findings]
        yield json.dumps(mine), found, verdict.outcome.value, verdict.score
