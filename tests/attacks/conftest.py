"""The reports of the selected attacks."""

from collections.abc import Iterator
from typing import cast

import pytest
from attacklist import Attack
from campaign import Fights, campaign_of


@pytest.fixture(scope="module")
def fights(request: pytest.FixtureRequest) -> Iterator[Fights]:
    """Carry out what the selected tests ask about."""
    asked: dict[str, list[Attack]] = {}
    for item in request.session.items:
        given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        if {"place", "attack"} <= given.keys():
            asked.setdefault(str(given["place"]), []).append(cast("Attack", given["attack"]))
    with campaign_of(asked) as carried_out:
        yield carried_out
