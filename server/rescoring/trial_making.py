"""Make a trial of a sandbox image: a set over a sample of a course's programs, or over all of them."""

import uuid
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.courses.enrolments import find_course
from server.courses.shelf import Shelf
from server.database.models import Depth, Rescore
from server.errors import NothingToRescore
from server.rescoring.making import Wish, make_rescore
from server.rescoring.sampling import sample_of, strata_of
from server.rescoring.scope import Scope


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be tried.

    Attributes:
        image: Id of the image that is tried.
        present: Id of the image that it would replace.
        sample: How many programs of each course; all when None.
        seed: Which ones.
        repeats: How many further runs are made on both images where a verdict is another.

    """

    image: str
    present: str
    sample: int | None = None
    seed: int = 0
    repeats: int = 2


async def make_trial(session: AsyncSession, course: str, trial: Trial, shelf: Shelf) -> Rescore:
    """Make the set of a course; whoever has both images works it out, nobody is asked to.

    Raises:
        UnknownCourse: There is none.
        NothingToRescore: No program of it was judged yet.

    """
    found = await find_course(session, course)
    scope = Scope(course, depth=Depth.RERUN, replayed=True)
    strata = await strata_of(session, scope, found.id)
    if trial.sample is not None:
        chosen: list[uuid.UUID] = list(await sample_of(session, scope, found.id, number=trial.sample, seed=trial.seed))
        if not chosen:
            raise NothingToRescore
        scope = replace(scope, submissions=chosen)
    upgrade = {
        "image": trial.image,
        "present": trial.present,
        "sample": trial.sample,
        "seed": trial.seed,
        "strata": [one.to_json() for one in strata],
    }
    wish = Wish(scope, repeats=trial.repeats, reason=f"trial of {trial.image}", upgrade=upgrade)
    return await make_rescore(session, None, wish, shelf)
