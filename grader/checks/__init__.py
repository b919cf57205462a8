"""The checks, one module per kind, in an explicit table: pure functions of evidence and references."""

from collections.abc import Callable
from typing import Any

from grader.checks.accuracy import check_accuracy
from grader.checks.behaviour import check_behaviour
from grader.checks.compile import check_compile
from grader.checks.images import check_images
from grader.checks.judgement import Context, Judgement
from grader.checks.layers import check_layers
from grader.checks.one_hot import check_one_hot
from grader.checks.parameters import check_parameters
from grader.checks.returns import check_returns
from grader.checks.training import check_training

#: Kind -> check. Each takes its own kind of check, which the schema guarantees.
CHECKS: dict[str, Callable[[Any, Context], Judgement]] = {
    "layers": check_layers,
    "behaviour": check_behaviour,
    "parameters": check_parameters,
    "images": check_images,
    "one_hot": check_one_hot,
    "compile": check_compile,
    "training": check_training,
    "returns": check_returns,
    "accuracy": check_accuracy,
}

__all__ = ["CHECKS", "Context", "Judgement"]
