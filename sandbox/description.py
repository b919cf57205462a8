"""Ask a sandbox what it is made of, through its own door."""

import json
from collections.abc import Mapping

from pydantic import BaseModel, ValidationError

from sandbox.contract import Ending, Limits, RunOutcome, RunRequest, SandboxFault

_ARTIFACT = "description.json"

#: The entry that every supervisor has of its own.
QUESTION = RunRequest(entry="sandbox:describe", artifacts=(_ARTIFACT,), limits=Limits(wall_seconds=60))


class Inside(BaseModel):
    """What the inside says of itself."""

    python: str
    packages: Mapping[str, str]
    cpu: str


def read_description(outcome: RunOutcome) -> Inside:
    """Read the answer to :data:`QUESTION`.

    Raises:
        SandboxFault: There is none.

    """
    if outcome.ending is not Ending.FINISHED or _ARTIFACT not in outcome.artifacts:
        raise SandboxFault(f"The sandbox could not describe itself: {outcome.ending}, {outcome.error}.")
    try:
        return Inside.model_validate(json.loads(outcome.artifacts[_ARTIFACT]))
    except (ValueError, ValidationError) as error:
        raise SandboxFault("The sandbox described itself in words that make no sense.") from error
