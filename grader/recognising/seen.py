"""What a rule looks at: the differences, and the two networks."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.difference import Difference
from grader.network import Network


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules below look at."""

    different: Sequence[Difference]
    expected: Network
    found: Network

    def changed(self, argument: str) -> list[Difference]:
        """Return the differences in one argument."""
        return [one for one in self.different if one.kind == "changed" and one.argument == argument]

    def of_layer(self, layer: str, *kinds: str) -> list[Difference]:
        """Return the differences of some kinds that are about one class."""
        return [one for one in self.different if one.kind in kinds and one.layer == layer]
