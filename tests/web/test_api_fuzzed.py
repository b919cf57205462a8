"""The live API against what its own description allows and forbids: no request makes the server fail."""

import asyncio
import re
import sys
from pathlib import Path

import pytest
from serverhouse import COURSE
from webhouse import Site

from server.accounts import create_api_token, create_user
from server.courses import enrol, find_course
from server.database.models import Role, User

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


@pytest.mark.parametrize("role", CALLERS)
async def test_no_request_makes_the_api_fail(site: Site, tmp_path: Path, role: str) -> None:
    """Examples, odd values at every edge and made-up requests, by somebody who may do everything and by a student."""
    program = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{site.address}/api/v1/openapi.json",
        "--header", f"Authorization: Bearer {await token_of(site, role)}",
        "--checks", HELD, "--exclude-path-regex", LEFT_OUT, "--phases", CALLERS[role],
        "--max-examples", "2", "--seed", "7", "--generation-deterministic", "--no-shrink", "--continue-on-failure",
        "--request-timeout", "20", "--workers", "2", "--warnings", "off", "--no-color",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=tmp_path,
    )  # fmt: skip
    said = (await program.communicate())[0].decode()

    assert 0 == program.returncode, said[-6000:]
    assert int(re.findall(r"Tested: (\d+)", said)[0]) >= OPERATIONS
