"""Every attack comes to nothing, in every place: no forgery, no theft, and the next student notices nothing."""

import pytest
from attacklist import Attack, all_attacks
from campaign import PLACES, Fights

#: A container that is used once runs what a warm one runs, as another user and without any capability. There every
#: attack on the walls is tried, and a few of those that meet the same code inside: each costs a container.
WALLS = ("stolen", "survivor", "network", "kernel")
OF_EACH_OTHER_GROUP = 3


def attacks_in(place: str) -> list[Attack]:
    """Return the attacks that are carried out in a place."""
    attacks = [attack for attack in all_attacks() if not attack.not_in & {*place.split()}]
    if place != "docker oneshot":
        return attacks
    few: dict[str, list[Attack]] = {}
    for attack in attacks:
        kept = few.setdefault(attack.group, [])
        if attack.group in WALLS or len(kept) < OF_EACH_OTHER_GROUP:
            kept.append(attack)
    return [attack for group in few.values() for attack in group]


CASES = [
    pytest.param(
        place, attack, id=f"{place}-{attack.name}".replace(" ", "-"), marks=getattr(pytest.mark, PLACES[place][0])
    )
    for place in PLACES
    for attack in attacks_in(place)
]


@pytest.mark.parametrize(("place", "attack"), CASES)
def test_an_attack_comes_to_nothing(fights: Fights, place: str, attack: Attack) -> None:
    """It ends as it says it safely may, and nothing that comes back tells of a success or holds a canary.

    An honest program judged next in the same slot passes with the evidence it had before any attack, byte for byte.
    """
    fought = fights[place, attack.name].result()
    report = fought.report

    assert ((), (), b"", False) == (report.said, report.leaked, report.heard, report.ran_here)
    assert report.outcome in attack.safe
    assert report.honest is None or fought.before == report.honest
