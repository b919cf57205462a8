"""What every page and every API route needs of the building, put together once by ``create_app``."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from server.courses import Shelf
from server.database.engine import Database
from server.feed import Feed
from server.looks import Looks
from server.openid import Provider
from server.settings import Settings
from server.stopwatch import Stopwatch
from server.web.pace import Pace
from server.web.password_throttle import PasswordThrottle
from server.web.requests import RequestNumbers
from server.web.throttle import Throttle


@dataclass(frozen=True, slots=True)
class House:
    """The parts of the server that a request may use."""

    settings: Settings
    database: Database
    feed: Feed
    shelf: Shelf
    login_throttle: PasswordThrottle
    #: Where people may sign in besides here, if anywhere.
    provider: Provider | None
    #: How streams look at what changed.
    looks: Looks
    #: Signs forms.
    form_key: bytes
    #: Whether students' code would run as a local process: pages then say for whom that is.
    own_code_only: bool
    #: Slows down guessing of join codes, by who guesses.
    join_throttle: Throttle = field(default_factory=Throttle)
    #: How fast one person may ask the API.
    pace: Pace = field(default_factory=lambda: Pace(3000))
    #: What this process answered, for ``/metrics``.
    numbers: RequestNumbers = field(default_factory=RequestNumbers)
    #: How long verdicts took while this process ran, likewise.
    stopwatch: Stopwatch = field(default_factory=Stopwatch)


def house_of(connection: HTTPConnection) -> House:
    """Return the house that answers this connection."""
    house: House = connection.app.state.house
    return house


HouseDep = Annotated[House, Depends(house_of)]
