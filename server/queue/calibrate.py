"""Calibrate a draft one training at a time: each is a job of its own, so that checks and rescores go between two."""

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from exercises import Bundle
from exercises.sources import DataDiffers, DataUnavailable, RecipeUnknown, build_data
from server.authoring.examining import bundle_of_files
from server.authoring.measured import (
    CalibrationClaim,
    claim_calibration,
    files_of_claimed,
    hold_copy,
    is_claimed,
    mark_calibration_broken,
    record_calibration,
    record_calibration_fault,
    record_refusal,
    record_training,
)
from server.calibration import Report
from server.calibration.baselines import NoBaseline, majority_accuracy
from server.calibration.digests import Digests, digests_of
from server.calibration.holding import ABOUT, report_of
from server.calibration.measuring import (
    SEEDS,
    Accuracy,
    CannotMeasure,
    Judging,
    NothingToCalibrate,
    accuracy_check,
    measure,
    trials_of,
)
from server.errors import JudgingBroke, JudgingFault, JudgingUnavailable, Refused
from server.queue.aside import Abandoned, Courteous
from server.queue.work import Bench, PutDown, name_of, stop_when_void

log = logging.getLogger(__name__)


class Unmeasurable(Exception):
    """Nothing can be measured, for a reason that the author can mend.

    ``reason`` is kept as it is: ``kind`` is ``changed`` (``names``: of the digests), ``program``, ``data``
    (``message``), ``baseline`` or ``training`` (``name``, ``seed``, ``zh``, ``en``).
    """

    def __init__(self, kind: str, **more: Any) -> None:  # noqa: ANN401 - plain JSON
        super().__init__(kind)
        self.reason = {"kind": kind, **more}


@dataclass(frozen=True, slots=True)
class Step:
    """What is known after a training.

    Attributes:
        measured: What all so far came to, as the table has them.
        digests: What they hold for.
        report: The calibration, after the last.

    """

    measured: list[dict[str, Any]]
    digests: Digests
    report: Report | None


async def calibrate_draft(bench: Bench, copy_id: uuid.UUID) -> None:
    """Do one job: the next training of a draft's calibration. Delivered twice, one of both counts.

    Raises:
        JudgingFault: Try again; the trainings before this one stay.
        DatabaseAway: Try again; the next claim takes over.
        PutDown: Try again, elsewhere or later.

    """
    async with bench.database.unit_of_work() as session:
        held = await claim_calibration(session, copy_id)
    if held is None:
        log.info("draft %s: no training is due", copy_id)
        return
    try:
        step = await _trained(bench, held)
    except PutDown:
        raise
    except Abandoned:
        log.info("the calibration of draft %s was called off, or taken over", copy_id)
    except JudgingUnavailable as problem:
        log.warning("the calibration of draft %s waits, there is nothing to judge with: %s", copy_id, problem)
        raise
    except Unmeasurable as problem:
        async with bench.database.unit_of_work() as session:
            await record_refusal(session, held, problem.reason)
    except JudgingBroke as problem:
        log.error("draft %s cannot be calibrated", copy_id, exc_info=problem)  # noqa: TRY400 - the trace is told
        async with bench.database.unit_of_work() as session:
            if await is_claimed(session, held):
                await mark_calibration_broken(session, copy_id, type=name_of(problem), message=str(problem))
    except Exception as problem:  # noqa: BLE001 (whatever it is, it is ours and says nothing about the exercise)
        await _try_again_or_give_up(bench, held, problem)
    else:
        await _write_down(bench, held, step)


async def _trained(bench: Bench, held: CalibrationClaim) -> Step:
    """Train in a thread, for as long as the worker may wait and the result is wanted."""
    async with bench.database.reading() as session:
        files = await files_of_claimed(session, held)
    judge = Courteous(bench, asyncio.get_running_loop())
    wanted = partial(is_claimed, claim=held)
    watching = asyncio.create_task(stop_when_void(bench, held.copy_id, wanted, judge.abandon))
    try:
        return await bench.in_thread(partial(_next_step, bench, held, files, judge.judge))
    finally:
        watching.cancel()
        judge.abandon()


def _next_step(bench: Bench, held: CalibrationClaim, files: Mapping[str, bytes], judging: Judging) -> Step:
    """Carry out the next training; runs in a thread.

    Raises:
        Unmeasurable: There is nothing to measure, or the draft is another by now.

    """
    bundle = bench.shelf.load(held.version)
    _build(bundle)
    try:
        check = accuracy_check(bundle)
        digests = digests_of(bundle, check)
        trials = trials_of(bundle, SEEDS, with_baselines=True)
    except SyntaxError as problem:
        raise Unmeasurable("program") from problem
    except (NothingToCalibrate, NoBaseline) as problem:
        raise Unmeasurable("baseline") from problem
    if changed := changed_since(digests, held.exercise_id, files, bundle.built):
        raise Unmeasurable("changed", names=changed)
    measured = list(held.measured) if held.digests == digests else []  # else this worker is of another version
    trial = trials[len(measured)]
    began = time.monotonic()
    try:
        (one,) = measure([trial], judging)
    except CannotMeasure as problem:
        why = problem.why
        said = {} if why is None else {"zh": why.zh, "en": why.en}
        raise Unmeasurable("training", name=trial.name, seed=trial.seed, **said) from problem
    measured.append(_kept(one, time.monotonic() - began))
    if len(measured) < len(trials):
        return Step(measured, digests, None)
    return Step(measured, digests, report_of(bundle, _read(measured), majority_accuracy(bundle, check), digests))


def _build(bundle: Bundle) -> None:
    """Build the data that are made by recipe."""
    try:
        build_data([bundle.folder], bundle.built, lambda step: log.info("calibration of %s: %s", bundle.id, step))
    except (DataDiffers, RecipeUnknown) as problem:
        raise Unmeasurable("data", message=str(problem)) from problem
    except DataUnavailable as problem:
        raise JudgingFault(str(problem)) from problem


def changed_since(
    digests: Mapping[str, str], exercise_id: str, files: Mapping[str, bytes], built: Path
) -> list[str] | None:
    """Return the names of the digests that are others for a draft as it is now; None while it is no exercise."""
    try:
        with bundle_of_files(exercise_id, files, built) as bundle:
            now = digests_of(bundle, accuracy_check(bundle))
    except (Refused, NothingToCalibrate, SyntaxError):
        return None
    return [name for name in now if digests.get(name) != now[name]]


async def _write_down(bench: Bench, held: CalibrationClaim, step: Step) -> None:
    """Write down what a training came to; after the last, into a draft that nobody changes at that moment."""
    async with bench.database.unit_of_work() as session:
        if step.report is None:
            written = await record_training(session, held, step.measured, step.digests)
        else:
            copy = await hold_copy(session, held)
            if copy is None:
                return
            files = await files_of_claimed(session, held)
            built = bench.shelf.load(held.version).built
            changed = await asyncio.to_thread(changed_since, step.digests, held.exercise_id, files, built)
            if changed == []:
                report = json.dumps(step.report.to_json(), indent=2, ensure_ascii=False) + "\n"
                written = await record_calibration(session, held, copy, step.measured, report.encode())
            else:
                written = await record_refusal(session, held, {"kind": "changed", "names": changed or []})
    if not written:
        log.warning("the calibration of draft %s was called off, or taken over; this training is dropped", held.copy_id)


def _kept(one: Accuracy, seconds: float) -> dict[str, Any]:
    """Return a training as the table has it."""
    environment = {name: str(one.environment[name]) for name in ABOUT if name in one.environment}
    return {
        "name": one.name,
        "seed": one.seed,
        "accuracy": one.accuracy,
        "seconds": round(seconds, 2),
        "environment": environment,
    }


def _read(measured: list[dict[str, Any]]) -> list[Accuracy]:
    """Return trainings from how the table has them."""
    return [Accuracy(one["name"], one["seed"], one["accuracy"], one["environment"]) for one in measured]


async def _try_again_or_give_up(bench: Bench, held: CalibrationClaim, problem: Exception) -> None:
    """Count the fault, and raise so that the job is repeated unless there were too many."""
    trace = None if isinstance(problem, JudgingFault) else problem
    log.error("the calibration of draft %s met a fault of ours: %s", held.copy_id, problem, exc_info=trace)
    async with bench.database.unit_of_work() as session:
        again = await record_calibration_fault(
            session, held, most=bench.max_faults, type=name_of(problem), message=str(problem)
        )
    if again:
        raise JudgingFault(str(problem)) from problem
