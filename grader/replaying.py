"""What a replay proves: whether the judge, following the recorded steps, came to the same weights."""

from collections.abc import Mapping

from grader.contract import Json

TOLERANCE = 0.01  #: of the way the weights went; rounding stays below 1e-4, another rate or a lost epoch far above


def agrees(facts: Mapping[str, Json], recipe: Mapping[str, Json]) -> bool:
    """Tell whether the replay with one recipe gave the claimed weights; never without steps."""
    return bool(facts["steps"]) and any(
        one["recipe"] == recipe and _near(one["difference"]) for one in facts.get("replays", ())
    )


def any_agrees(facts: Mapping[str, Json]) -> bool:
    """Tell whether the replay with any recipe gave the claimed weights."""
    return bool(facts["steps"]) and any(_near(one["difference"]) for one in facts.get("replays", ()))


def _near(difference: float | None) -> bool:
    """Tell whether a difference is within the tolerance."""
    return difference is not None and difference <= TOLERANCE
