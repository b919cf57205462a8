"""Work out items from stored evidence alone: pure functions in a thread, the same evidence once."""

import time
from collections import OrderedDict
from collections.abc import Sequence

import grader
from exercises import Bundle
from grader.contract import CheckBroke
from server.courses.shelf import Shelf
from server.database.models import Cause, Depth
from server.errors import StoreAway
from server.rescoring.after import After, Written, after_check, deeper, failed, parsed, written
from server.rescoring.before import Item

#: Verdicts of evidence that are remembered: enough for what many hand in, and a few MB at most.
REMEMBERED = 256
#: Longer evidence is not remembered.
LONGEST = 64 * 1024

Verdicts = OrderedDict[tuple[str, str], After]


class Rechecker:
    """Checks stored evidence; one instance a job, used by one thread at a time."""

    def __init__(self, shelf: Shelf, *, deepen: bool) -> None:
        """Use the versions on ``shelf``.

        Args:
            shelf: Where the versions stand.
            deepen: Whether what evidence cannot tell is to be run; else it is an error.

        """
        self._shelf = shelf
        self._deepen = deepen
        self._known: Verdicts = OrderedDict()

    def work_out(self, items: Sequence[Item]) -> list[Written]:
        """Return what becomes of the items; what goes wrong with one is that one's error."""
        done = []
        for item in items:
            done.append(self._one(item))
            time.sleep(0)  # the interpreter is handed over: the worker's event loop serves students between two items
        return done

    def after(self, item: Item) -> After:
        """Return the verdict of an item's stored evidence.

        Raises:
            EvidenceLacks: It does not hold what is needed.
            CheckBroke: A check of ours raised.

        """
        key = (item.version, item.evidence)
        if (known := self._known.get(key)) is not None:
            self._known.move_to_end(key)
            return known
        found = after_check(grader.recheck(self.bundle(item.version), parsed(item.evidence)))
        if len(item.evidence) <= LONGEST:
            self._known[key] = found
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found

    def bundle(self, version: str) -> Bundle:
        """Return the bundle of a version."""
        return self._shelf.load(version)

    def _one(self, item: Item) -> Written:
        try:
            return written(item, self.after(item), Cause.RULE)
        except grader.EvidenceLacks as lacks:
            if self._deepen:
                return deeper(item, Depth.REJUDGE, lacks.what.value)
            return failed(item, "EvidenceLacks", lacks.what.value)
        except CheckBroke as broke:
            return failed(item, "CheckBroke", str(broke))
        except StoreAway:
            raise
        except Exception as problem:  # noqa: BLE001 - old evidence can be odd in ways nobody foresaw; the rest goes on
            return failed(item, type(problem).__name__, str(problem))
