"""The committed reports of ``make gate``: nothing in them is wrong, and they speak of every known submission."""

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
REPORTS = sorted((ROOT / "docs" / "gate").glob("*.json"))


def read(file: Path) -> dict[str, Any]:
    """Return a report."""
    report: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return report


@pytest.mark.parametrize("file", REPORTS, ids=lambda file: file.stem)
def test_a_committed_report_is_a_good_one(file: Path) -> None:
    """Ready to publish, no mutant of thirty kinds and more survived, nothing was left open."""
    report = read(file)

    assert ("passed", 0, 0) == (report["outcome"], report["promises"]["open"], report["mutants"]["survived"])
    assert report["mutants"]["kinds"] >= 30


@pytest.mark.parametrize("file", REPORTS, ids=lambda file: file.stem)
def test_a_report_covers_what_is_there(file: Path) -> None:
    """A submission that was added, or moved to another folder, has to go through the gate."""
    submissions = (ROOT / "exercises" / "bundles" / file.stem).glob("submissions/*/*.py")
    covered = {row["file"] for row in read(file)["promises"]["files"]}

    assert set() == {f"submissions/{one.parent.name}/{one.name}" for one in submissions} - covered
