"""How deep a rescore has to go from one version of an exercise to another: the least that suffices, and why."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from exercises import Bundle
from exercises.schema import CodeExercise, FolderCapture, LayersCheck, QuizExercise, RealRunCapture
from server.database.models import Depth

Json = Any

#: Outcomes of submissions that a limit ended: other limits may let them finish.
ENDED_BY_A_LIMIT = frozenset({"timed_out", "out_of_memory", "too_much_output"})


@dataclass(frozen=True, slots=True)
class Need:
    """What suffices, with the words (``server.rescoring.words``) that say why."""

    depth: Depth
    reasons: tuple[str, ...]
    possible: bool = field(default=True)


def least_that_suffices(old: Bundle, new: Bundle, *, by_a_limit: bool = False) -> Need:
    """Return how deep submissions judged by ``old`` must be judged again to have the verdict of ``new``.

    Args:
        old: The version that they were judged by.
        new: The version that they are to be judged by.
        by_a_limit: Whether they were ended by a limit.

    """
    if old.version == new.version:
        return Need(Depth.RECHECK, ("same-version",))
    if isinstance(old.exercise, QuizExercise) or isinstance(new.exercise, QuizExercise):
        same_kind = isinstance(old.exercise, QuizExercise) and isinstance(new.exercise, QuizExercise)
        return Need(Depth.RECHECK, ("quiz",)) if same_kind else Need(Depth.RERUN, ("kind",), possible=False)
    if rerun := tuple(_for_rerun(old, new, by_a_limit=by_a_limit)):
        return Need(Depth.RERUN, rerun)
    if rejudge := tuple(_for_rejudge(old, new)):
        return Need(Depth.REJUDGE, rejudge)
    return Need(Depth.RECHECK, ("checks",))


def _for_rerun(old: Bundle, new: Bundle, *, by_a_limit: bool) -> Iterator[str]:
    """Yield the reasons for which student code must run again."""
    before, after = old.code, new.code
    known = {one.id: one.model_dump() for one in before.captures}
    if any(known.get(one.id) != one.model_dump() for one in after.captures):
        yield "captures"
    if _pictures(old) != _pictures(new):
        yield "pictures"
    if before.seed != after.seed:
        yield "seed"
    if (before.compat, before.runtime) != (after.compat, after.runtime):
        yield "compat"
    if before.isolation != after.isolation:
        yield "isolation"
    if by_a_limit and (before.limits, before.training_limits) != (after.limits, after.training_limits):
        yield "limits"


def _for_rejudge(old: Bundle, new: Bundle) -> Iterator[str]:
    """Yield the reasons for which the judge's own runs must be repeated."""
    if _networks(old.code) != _networks(new.code):
        yield "network"
    if _training(old) != _training(new):
        yield "training"


def _networks(exercise: CodeExercise) -> dict[str, Json]:
    """Return the networks that are described: what a model's behaviour is compared with."""
    return {
        check.capture: [layer.model_dump() for layer in check.network]
        for check in exercise.checks
        if isinstance(check, LayersCheck)
    }


def _training(bundle: Bundle) -> Json:
    """Return how the judge trains and on what; hidden labels are compared by a check, so they are no part of it."""
    recipe = bundle.code.training
    if recipe is None:
        return None
    files = (recipe.train_inputs, recipe.train_targets, recipe.test_inputs)
    return recipe.model_dump(exclude={"hidden"}), [digest_of(bundle, path) for path in files]


def _pictures(bundle: Bundle) -> dict[str, list[str]]:
    """Return the digests of the pictures that functions are given."""
    digests: dict[str, list[str]] = {}
    for capture in bundle.code.captures:
        if isinstance(capture, FolderCapture):
            digests[capture.id] = [digest_of(bundle, capture.pictures)]
        elif isinstance(capture, RealRunCapture):
            digests[capture.id] = [digest_of(bundle, one) for one in (capture.train_pictures, capture.test_pictures)]
    return digests


def digest_of(bundle: Bundle, path: str) -> str:
    """Return the hex digest of a bundle's file; of data that are built as the manifest has it, built or not."""
    named = {file.path: file.sha256 for file in bundle.code.data}
    return named.get(path) or hashlib.sha256(bundle.read(path)).hexdigest()
