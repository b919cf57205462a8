"""The line to whoever asked: requests come in, and everything that the outside is told goes out."""

import json
import os
import select
import time
from collections.abc import Sequence
from typing import Any, Self

from .wire import LENGTH, Content, read_message, widen, write_message

MOST_WITHOUT_WAITING = 4096  # bytes that a pipe which can be written to takes at once


class Abandoned(Exception):
    """Whoever asked is gone."""


class TookTooLong(Exception):
    """What was waited for did not come in time."""


class Asker:
    """Stdin and stdout, moved out of everybody's way."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self.incoming = incoming
        self._outgoing = outgoing

    @classmethod
    def claim(cls) -> Self:
        """Take over stdin and stdout; what is printed by accident goes to stderr."""
        incoming, outgoing = os.dup(0), os.dup(1)
        widen(outgoing)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        return cls(incoming, outgoing)

    def wait_for(self, descriptor: int, seconds: float) -> None:
        """Wait until a descriptor can be read, as long as somebody is there who wants it.

        Raises:
            Abandoned: Nobody is, any more.
            TookTooLong: The time is over.

        """
        deadline = time.monotonic() + seconds
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.register(self.incoming, 0)  # hang-up only: the next request may already be there
        while (left := deadline - time.monotonic()) > 0:
            ready = [one for one, _ in poll.poll(left * 1000)]
            if descriptor in ready:
                return
            if ready:
                raise Abandoned
        raise TookTooLong

    def wait_for_request(self, others: Sequence[int]) -> bool:
        """Wait for the next request, or for something to happen elsewhere.

        Args:
            others: Descriptors that should stay silent.

        Returns:
            Whether it is a request (or the end of them), rather than one of the others.

        """
        poll = select.poll()
        for descriptor in (self.incoming, *others):
            poll.register(descriptor, select.POLLIN)
        ready = [one for one, _ in poll.poll()]
        return not any(one in ready for one in others)

    def read_request(self) -> tuple[dict[str, Any], list[bytearray]]:
        """Read a request.

        Raises:
            StreamEnded: There will be none.

        """
        return read_message(self.incoming)

    def say(self, what: str, blobs: Sequence[Content] = (), **more: Any) -> None:  # noqa: ANN401 - any JSON
        """Say one thing.

        Raises:
            BrokenPipeError: Nobody listens any more.

        """
        write_message(self._outgoing, {"say": what, **more}, blobs)

    def tell(self, event: dict[str, Any]) -> None:
        """Pass an event of the run on, if that can be done without waiting."""
        text = json.dumps({"say": "event", "event": event, "blobs": []}).encode()
        frame = LENGTH.pack(len(text)) + text
        if len(frame) <= MOST_WITHOUT_WAITING and select.select([], [self._outgoing], [], 0)[1]:
            os.write(self._outgoing, frame)
