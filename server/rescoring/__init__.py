"""Rescoring: verdicts of many submissions worked out anew, seen before they count, applied or thrown away."""

from server.rescoring.again import try_again
from server.rescoring.applying import Applied, Undone, apply, undo
from server.rescoring.finding import Found, find_rescore, rescores_of
from server.rescoring.making import Wish, make_rescore
from server.rescoring.matrix import Overview, overview
from server.rescoring.picking import Pick
from server.rescoring.planning import Plan, plan
from server.rescoring.progress import Progress, progress_of
from server.rescoring.scope import Scope
from server.rescoring.steering import cancel, discard, keep_present, pause, resume, throttle

__all__ = [
    "Applied",
    "Found",
    "Overview",
    "Pick",
    "Plan",
    "Progress",
    "Scope",
    "Undone",
    "Wish",
    "apply",
    "cancel",
    "discard",
    "find_rescore",
    "keep_present",
    "make_rescore",
    "overview",
    "pause",
    "plan",
    "progress_of",
    "rescores_of",
    "resume",
    "throttle",
    "try_again",
    "undo",
]
