"""Every attack comes to nothing, in every place: no forgery, no theft, and the next student notices nothing."""

import os

import pytest
from attacklist import GROUPS, Attack, all_attacks
from campaign import PLACES, Fights

#: Of which groups every program is carried out in a place, and of the others each so-manieth. Warm containers, where
#: students' code runs, get all. A local process gets all that is about its walls; a container that is used once, where
#: each program costs a container, what is about who one is there. What they leave out meets the same code inside as it
#: does in the first. ``BEGINEND_TEST_ATTACKS=all`` spares nothing.
CHOICE: dict[str, tuple[tuple[str, ...], int]] = {
    "docker warm": (GROUPS, 1),
    "process warm": (("stolen", "bomb", "survivor", "network", "kernel", "poison"), 4),
    "docker oneshot": (("survivor",), 3),
}
WHO_ONE_IS = {
    "kernel_identity", "kernel_priorities", "kernel_settings", "kernel_undo", "stolen_own_proc", "stolen_proc_others",
    "stolen_process_vm", "stolen_ptrace",
}  # fmt: skip


def attacks_in(place: str) -> list[Attack]:
    """Return the attacks that are carried out in a place, sorted by name."""
    attacks = [attack for attack in all_attacks() if not attack.not_in & {*place.split()}]
    if os.environ.get("BEGINEND_TEST_ATTACKS") == "all":
        return attacks
    whole, every = CHOICE[place]
    chosen = {attack for attack in attacks if attack.group in whole or attack.name in WHO_ONE_IS}
    for group in GROUPS:
        chosen |= {*[attack for attack in attacks if attack.group == group][::every]}
    return [attack for attack in attacks if attack in chosen]


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
