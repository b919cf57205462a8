"""The list of attacks is whole: each program says what it tries and how it may end, and each kind is there."""

import ast
import re
from pathlib import Path

import pytest
from attackhouse import WON
from attacklist import GROUPS, OUTCOMES, PROGRAMS, Attack, HeaderUnreadable, all_attacks, attack_in

from exercises.schema import Limits

ATTACKS = all_attacks()

#: How programs name what they replace in the code that runs beside them: ``module.Recorder.steps = ...``.
REPLACED = re.compile(r'hasattr\(module, "(\w+)"\)|(?:module|recorder)\.(?:[A-Z]\w+\.)?(\w+) = ')
INSIDE = Path(__file__).resolve().parents[2] / "grader" / "inside"


def test_there_are_many() -> None:
    """A hundred programs at least, several of each kind."""
    groups = [attack.group for attack in ATTACKS]

    assert len(ATTACKS) >= 100
    assert set(GROUPS) == set(groups)
    assert min(groups.count(group) for group in GROUPS) >= 4


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_each_says_what_it_tries_and_how_it_may_end(attack: Attack) -> None:
    """It is a program; no attack may safely pass; its limits are ones that an exercise may have."""
    ast.parse(attack.source)
    Limits(wall_seconds=attack.seconds, memory_mib=attack.mib)

    assert attack.aim
    assert attack.safe <= OUTCOMES - {"passed"}
    assert "canary~" not in attack.source


def test_attacks_on_the_walls_say_when_they_win() -> None:
    """Whoever tries to get out tells of a success, so that silence means that there was none."""
    silent = {
        attack.name
        for attack in ATTACKS
        if attack.group in {"stolen", "network", "kernel"} and WON not in attack.source
    }

    assert set() == silent


def test_what_an_attack_replaces_is_there() -> None:
    """A program that replaces a name nobody uses any more would be harmless and attack nothing."""
    inside = "\n".join(path.read_text("utf-8") for path in INSIDE.glob("*.py"))
    there = set(re.findall(r"(?:def|class) (\w+)|self\.(\w+): ", inside))
    known = {name for names in there for name in names}
    replaced = {name for attack in ATTACKS for names in REPLACED.findall(attack.source) for name in names if name}

    assert {"Outbox", "write_json", "steps"} <= replaced
    assert set() == replaced - known


@pytest.mark.parametrize(
    "text",
    [
        "import os\n",
        "# Aim: nothing\n",
        "# Aim: nothing. Safe: .\n",
        "# Aim: nothing. Safe: failed, raised.\n",
        "# Aim: nothing. Safe: failed.\n# Judged with: patience.\n",
    ],
)
def test_a_program_that_does_not_say_so_is_refused(tmp_path: Path, text: str) -> None:
    """A header in other words is an error, not an attack with promises of its own."""
    path = tmp_path / "forged_nothing.py"
    path.write_text(text)

    with pytest.raises(HeaderUnreadable):
        attack_in(path)


def test_every_file_is_an_attack() -> None:
    """Nothing lies beside the programs that nobody runs."""
    assert {f"{attack.name}.py" for attack in ATTACKS} | {"ruff.toml"} == {
        path.name for path in PROGRAMS.iterdir() if path.is_file()
    }
