"""The publishing gate: what an exercise must prove before students see it.

Its solution passes, its stub does not, its known submissions end as their folders say; generated wrong solutions are
noticed; statement and checks agree; the calibration is up to date. ``check_exercise`` finds all that out and returns
one report, which the terminal, JSON and a page show.
"""

from server.gate.check import Places, check_exercise
from server.gate.fates import Fate, Fated
from server.gate.promises import STUB, Kept, Promise, Training, keep, promises
from server.gate.report import BundleProblem, Report, report_json

__all__ = [
    "STUB",
    "BundleProblem",
    "Fate",
    "Fated",
    "Kept",
    "Places",
    "Promise",
    "Report",
    "Training",
    "check_exercise",
    "keep",
    "promises",
    "report_json",
]
