"""The live API against what its own description allows and forbids: no request makes the server fail."""

import asyncio
import re
import sys
from pathlib import Path

import pytest
from serverhouse import COURSE, ended, until
from sqlalchemy import select, update
from webhouse import Site

from server.accounts import create_api_token, create_user
from server.courses import enrol, find_course
from server.database.models import AuditEvent, Rescore, RescoreState, Role, State, User
from server.rescoring import Scope, Wish, make_rescore

pytestmark = pytest.mark.database

#: What must hold of every answer: the server did not fail, and it answered in the form that OpenAPI tells.
HELD = "not_a_server_error,content_type_conformance,response_schema_conformance"

#: How many of them there are at the least; fewer would mean that the description was not read.
OPERATIONS = 70

#: Who asks, and in how much detail: odd values at every edge once, by somebody whom nothing is closed to.
CALLERS = {"everything": "examples,coverage,fuzzing", "student": "examples,fuzzing"}

#: Streams never end, and what measures the process is no part of the contract.
LEFT_OUT = r"/events$|^/metrics|^/healthz|^/readyz"


async def token_of(site: Site, role: str) -> str:
    """Return a token of somebody who may do everything, or of a student."""
    async with site.house.database.unit_of_work() as session:
        if role == "student":
            return await create_api_token(session, site.house.student, "fuzzed")
        user: User = await create_user(session, login="fuzzer", password="correct horse", is_admin=True)
        await enrol(session, user, await find_course(session, COURSE), Role.TEACHER)
        return await create_api_token(session, user, "fuzzed")


async def fuzzed(site: Site, folder: Path, token: str, phases: str, *more: str) -> str:
    """Send requests of every kind, and return what the program said of the answers."""
    program = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{site.address}/api/v1/openapi.json",
        "--header", f"Authorization: Bearer {token}",
        "--checks", HELD, "--exclude-path-regex", LEFT_OUT, "--phases", phases,
        "--max-examples", "2", "--seed", "7", "--generation-deterministic", "--no-shrink", "--continue-on-failure",
        "--request-timeout", "20", "--workers", "1", "--warnings", "off", "--no-color", *more,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=folder,
    )  # fmt: skip
    said = (await program.communicate())[0].decode()

    assert 0 == program.returncode, said[-6000:]
    return said


def operations_in(said: str) -> int:
    """Return to how many operations something was sent."""
    return int(re.findall(r"Tested: (\d+)", said)[0])


@pytest.mark.parametrize("role", CALLERS)
async def test_no_request_makes_the_api_fail(site: Site, tmp_path: Path, role: str) -> None:
    """Examples, odd values at every edge and made-up requests, by somebody who may do everything and by a student."""
    said = await fuzzed(site, tmp_path, await token_of(site, role), CALLERS[role])

    assert operations_in(said) >= OPERATIONS


#: Operations on one rescore, at the least.
ON_A_SET = 12


@pytest.mark.parametrize("state", [RescoreState.READY, RescoreState.PAUSED, RescoreState.APPLIED])
async def test_no_request_about_a_real_rescore_makes_the_api_fail(
    site: Site, tmp_path: Path, state: RescoreState
) -> None:
    """The same of a set that is there, with an item: so that answers are more than that there is none."""
    house = site.house
    submission = await house.submit()
    assert State.DONE == await ended(house, submission.id)
    async with house.database.unit_of_work() as session:
        made = await make_rescore(session, house.teacher, Wish(Scope(COURSE)), house.shelf)

    async def worked_out() -> bool:
        async with house.database.reading() as session:
            return (await session.get_one(Rescore, made.id)).state is RescoreState.READY

    await until(worked_out)
    async with house.database.unit_of_work() as session:
        await session.execute(update(Rescore).where(Rescore.id == made.id).values(state=state))
    named = f'[parameters]\n"path.rescore_id" = "{made.id}"\n"path.submission_id" = "{submission.id}"\n'
    (tmp_path / "schemathesis.toml").write_text(named, "utf-8")
    token = await token_of(site, "everything")

    said = await fuzzed(site, tmp_path, token, "examples,fuzzing", "--include-path-regex", r"/rescores/\{rescore_id\}")

    assert operations_in(said) >= ON_A_SET
    async with house.database.reading() as session:
        deeds = await session.scalars(select(AuditEvent.action).where(AuditEvent.subject == str(made.id)))
        assert len(set(deeds)) > 1  # something was done to it: the answers were not all that there is no such set
