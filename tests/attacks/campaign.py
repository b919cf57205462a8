"""The campaign: every attack in every place, fought in the background while the tests read the reports."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from attackhouse import Place, Report
from attacklist import Attack
from canaries import draw_canaries, planted_here

from exercises import load_catalogue
from sandbox import Isolation

ROOT = Path(__file__).resolve().parent.parent.parent
HANDS = 2  # places fought in at the same time

#: Where attacks are carried out: backend and isolation; those that take longest first.
PLACES = {
    "docker oneshot": ("docker", Isolation.ONESHOT),
    "docker warm": ("docker", Isolation.WARM),
    "process warm": ("process", Isolation.WARM),
}


@dataclass(frozen=True)
class Fought:
    """An attack's report, and what the honest program's evidence was before any attack."""

    report: Report
    before: bytes


Key = tuple[str, str]  #: place, attack's name
Fights = Mapping[Key, "Future[Fought]"]


@contextmanager
def campaign_of(asked: Mapping[str, list[Attack]]) -> Iterator[Fights]:
    """Carry out attacks, one after the other in each place.

    Args:
        asked: Place to attacks.

    Yields:
        For each of them a future, which the fight in its place settles sooner or later.

    """
    fights: dict[Key, Future[Fought]] = {(place, one.name): Future() for place in asked for one in asked[place]}
    canaries = draw_canaries()
    catalogue = load_catalogue(ROOT / "exercises" / "bundles", ROOT / "var" / "data")
    with planted_here(canaries) as listener, ThreadPoolExecutor(HANDS) as hands:
        for name in (name for name in PLACES if name in asked):
            kind, mode = PLACES[name]
            own = {attack: fights[name, attack.name] for attack in asked[name]}
            opener = lambda kind=kind, mode=mode: Place(kind, mode, catalogue, canaries, listener)  # noqa: E731
            hands.submit(_fight_all, opener, own, always_honest=mode is Isolation.WARM)
        yield fights
        for future in fights.values():
            future.cancel()


def _fight_all(
    open_place: Callable[[], Place], fights: Mapping[Attack, "Future[Fought]"], *, always_honest: bool
) -> None:
    """Carry out attacks in one place and settle their futures; a place that fails fails all that is left.

    Args:
        open_place: Opens it.
        fights: Attack to the future of its report.
        always_honest: Whether an honest program follows each attack, and not only the last of its group; where no
            slot serves twice, it could not tell more.

    """
    try:
        place = open_place()
        try:
            place.plant()
            before = place.honest()
            last = {attack.group: attack for attack in fights}
            for attack, future in fights.items():
                if future.set_running_or_notify_cancel():
                    then_honest = always_honest or last[attack.group] is attack
                    _settle(future, lambda one=attack, then=then_honest: place.attack(one, then_honest=then), before)  # type: ignore[misc]
        finally:
            place.close()
    except Exception as problem:  # noqa: BLE001 - told to every test that waits
        for future in fights.values():
            if not future.done():
                future.set_exception(problem)


def _settle(future: "Future[Fought]", fight: Callable[[], Report], before: bytes) -> None:
    """Carry out one attack and settle its future, with what it broke if it broke something."""
    try:
        future.set_result(Fought(fight(), before))
    except Exception as problem:  # noqa: BLE001 - told to the test of this attack
        future.set_exception(problem)
