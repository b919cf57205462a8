"""Opening the sandbox: what a start waits for, what an exercise may ask, which images must stay."""

import asyncio
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pydantic import ValidationError
from serverhouse import QUICK_ONLY, WARM, House
from sqlalchemy import update

from exercises import Bundle
from exercises.schema import CodeExercise
from grader.contract import Phase
from sandbox.contract import Health, SlotHealth, SlotState
from sandbox.fake import ScriptedSandbox
from server import doctor
from server.database.models import Grading
from server.keeping import images_of_gradings
from server.queue.roll import sign
from server.settings import Settings
from server.submissions import Answer, claim, record_verdict
from server.workshop import wait_until_warm


def health(*states: tuple[str, SlotState], problem: str | None = None) -> Health:
    """Return the health of a sandbox with slots of these roles in these states."""
    return Health(tuple(SlotHealth(role, state, 0, 1.0) for role, state in states), problem=problem)


class Warming(ScriptedSandbox):
    """A sandbox whose health changes from look to look; the last one stays."""

    def __init__(self, *healths: Health) -> None:
        super().__init__({})
        self._healths: Iterator[Health] = iter(healths)
        self.looks = 0

    def health(self) -> Health:
        """Say how it is by now."""
        self.looks += 1
        return next(self._healths)


@pytest.mark.parametrize(
    "last",
    [
        health(("quick", SlotState.READY), ("quick", SlotState.STARTING), ("judge", SlotState.RUNNING)),
        health(("quick", SlotState.STARTING), problem="no engine"),
    ],
)
def test_a_start_waits_for_the_first_slot_of_each_kind(last: Health) -> None:
    """One ready slot of each role is enough, and a problem ends the waiting: the rest goes on in the background."""
    sandbox, said = Warming(health(), health(("quick", SlotState.STARTING)), last), list[str]()
    wait_until_warm(sandbox, said.append)

    assert (3, ["warming the sandbox's slots"]) == (sandbox.looks, said)


def test_an_exercise_asks_for_warm_or_oneshot(catalogue: dict[str, Bundle]) -> None:
    """The built-in exercises are content with warm; other words than the two are refused by name."""
    exercise = catalogue["cnn-digits"].code
    written = exercise.model_dump(by_alias=True)

    assert "warm" == exercise.isolation
    assert "oneshot" == CodeExercise.model_validate({**written, "isolation": "oneshot"}).isolation
    with pytest.raises(ValidationError, match="isolation"):
        CodeExercise.model_validate({**written, "isolation": "cold"})


@pytest.mark.database
async def test_images_of_stored_gradings_are_found(house: House) -> None:
    """Each image that a grading names is found once; gradings without one name none."""
    for number, image in enumerate(("sha256:a", "sha256:b", "sha256:a", None)):
        # The same code again would be answered from its first verdict.
        submission = await house.submit(answer=Answer(regions=[f"    model.add(Flatten())  # {number}\n"]))
        async with house.database.unit_of_work() as session:
            held = await claim(session, submission.id, Phase.QUICK)
            assert held is not None
            environment = {"seed": 1, **({"image": image} if image else {})}
            await record_verdict(session, held, replace(QUICK_ONLY, environment=environment))

    assert {"sha256:a", "sha256:b"} == await images_of_gradings(house.settings)
    async with house.database.unit_of_work() as session:
        await session.execute(update(Grading).values(environment={}))
    assert frozenset() == await images_of_gradings(house.settings)


@pytest.mark.database
async def test_doctor_names_the_workers_and_their_problems(house: House) -> None:
    """Who judges, where and with which slots; a worker that cannot is red with its reason."""

    def looked() -> list[doctor.Checkup]:
        return [one for one in doctor._running(house.settings, "en") if one.name in {"worker", "workers"}]

    (nobody,) = await asyncio.to_thread(looked)
    async with house.database.unit_of_work() as session:
        await sign(session, uuid.uuid4(), WARM)
        await sign(session, uuid.uuid4(), replace(WARM, problem="no engine"))
    workers, well, stuck = await asyncio.to_thread(looked)

    assert (False, "no worker runs") == (nobody.well, nobody.found)
    assert not workers.well
    assert well.found.endswith(": ready, quick 1 ready")
    assert (False, "no engine") == (stuck.well, stuck.advice)


def test_doctor_starts_no_database_to_look_for_workers(tmp_path: object) -> None:
    """Where no database runs nothing is said of workers."""
    assert [] == list(doctor._running(Settings(home=tmp_path), "en"))  # type: ignore[arg-type]
