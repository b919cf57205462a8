"""Distil what runs left behind into evidence: bounded, plain data from which every check can be repeated.

One module per kind of capture. Each takes hostile artifacts and either says what they show or names the problem; a
:class:`grader.hostile.BadArtifact` never leaves this package.
"""

from grader.evidence.capture import capture_evidence
from grader.evidence.folder import folder_facts
from grader.evidence.model import model_facts
from grader.evidence.predictions import prediction_facts
from grader.evidence.real_run import real_run_facts
from grader.evidence.training import replay_facts, training_facts
from grader.evidence.weights import CannotTrain, StartingPoint, starting_point

__all__ = [
    "CannotTrain",
    "StartingPoint",
    "capture_evidence",
    "folder_facts",
    "model_facts",
    "prediction_facts",
    "real_run_facts",
    "replay_facts",
    "starting_point",
    "training_facts",
]
