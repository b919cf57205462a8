"""The supervisor: takes requests, has them run, answers. Holds no secret and parses nothing that a student wrote."""

import os
import sys
import traceback
from contextlib import suppress
from itertools import count
from pathlib import Path

from . import identity
from .asker import Abandoned, Asker, TookTooLong
from .collect import CollectionFailed
from .identity import Users, UsersUsedUp
from .layers import CLOSED
from .libc import adopt_orphans, close_to_debuggers, return_large_blocks
from .run import run
from .settings import Settings
from .spare import NotStarted, discard, make_ready, spawn
from .wire import StreamEnded
from .zygote import PATIENCE, Zygote, ZygoteFault

NEEDED_BY_ALL = (Path(os.__file__), Path(sys.executable), Path(__file__))  # by every user a child may become
MOST_DEATHS = 3  # of spares in a row, before it is us who have the problem
MOST_FAULT = 8 << 10  # characters


def serve(settings: Settings) -> None:
    """Serve requests from stdin on stdout: one, or with ``keep`` as many as come."""
    asker = Asker.claim()
    if settings.has(CLOSED):
        close_to_debuggers()
    adopt_orphans()
    return_large_blocks()
    fault = _fault_of(settings, asker)
    if fault is not None:
        with suppress(BrokenPipeError):
            asker.say("fault", fault=fault[-MOST_FAULT:])


def _fault_of(settings: Settings, asker: Asker) -> str | None:
    """Serve to the end; says what went wrong if that came too early."""
    try:
        _serve(settings, asker)
    except (StreamEnded, Abandoned, UsersUsedUp, BrokenPipeError):
        return None
    except (NotStarted, ZygoteFault, CollectionFailed) as error:
        return str(error)
    except Exception:
        return traceback.format_exc(limit=-6)
    return None


def _serve(settings: Settings, asker: Asker) -> None:
    """Have the children forked by a process of its own, for as long as there are requests."""
    own_users = identity.can_become_other(settings, NEEDED_BY_ALL)
    zygote = Zygote.start(settings)
    try:
        _await_loading(asker, zygote)
        _serve_with(settings, asker, zygote, Users(settings.uids) if own_users else None)
    finally:
        zygote.end()


def _await_loading(asker: Asker, zygote: Zygote) -> None:
    """Wait until the payload is imported, as long as somebody wants it."""
    try:
        asker.wait_for(zygote.descriptor, PATIENCE)
    except TookTooLong as error:
        raise ZygoteFault("the payload was not imported in time") from error
    zygote.expect("loaded")


def _serve_with(settings: Settings, asker: Asker, zygote: Zygote, users: Users | None) -> None:
    """Keep one child ready, give it the next request, answer, and only then have the next child made."""
    deaths = 0
    for number in count(1):
        spare = spawn(settings, zygote, None if users is None else users.next())
        try:
            ready = make_ready(settings, spare, asker)
            asker.say("ready", layers=ready["layers"], python=ready["python"], number=number)
            if not asker.wait_for_request((spare.listener.descriptor, zygote.descriptor)):
                deaths += 1
                _put_up_with(deaths)
                continue
            deaths = 0
            answer = run(settings, zygote, asker, spare, ready["layers"])
        finally:
            discard(settings, zygote, spare)
        asker.say("answer", list(answer.artifacts.values()), **answer.header)
        del answer
        if not settings.keep:
            return


def _put_up_with(deaths: int) -> None:
    """Accept that a spare was killed while it waited, but not one after another."""
    if deaths >= MOST_DEATHS:
        raise NotStarted(f"{deaths} children in a row were killed while they waited for a job")
