"""Coming into a course by its join code, in the browser or through the API; guessing is slowed down for both alike."""

import math

from server.courses.join_codes import Joined, join_course
from server.database.models import User
from server.errors import TooManyCodes, UnknownJoinCode
from server.web.house import House


async def join_by_code(house: House, user: User, code: str) -> Joined:
    """Let ``user`` into the course of this code; whoever is in it stays what they are.

    Raises:
        TooManyCodes: There were too many wrong ones just now; ``retry_after`` says when the next may come.
        UnknownJoinCode: No course has it.
        CourseArchived: The course takes nobody in.

    """
    key = str(user.id)
    wait = house.join_throttle.wait(key)
    if wait > 0:
        raise TooManyCodes(retry_after=math.ceil(wait))
    try:
        async with house.database.unit_of_work() as session:
            return await join_course(session, user, code)
    except UnknownJoinCode:
        house.join_throttle.failed(key)
        raise
