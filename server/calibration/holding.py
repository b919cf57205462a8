"""What a calibration holds for: a report made of measurements, kept for a changed bundle, or found out of date.

Apart from the report itself because digests reach for the sandbox's locks, which no web process loads.
"""

from collections.abc import Sequence

from exercises import Bundle
from grader.seeds import Rule
from server.calibration.digests import Digests, digests_of
from server.calibration.measuring import Accuracy, NothingToCalibrate, accuracy_check
from server.calibration.odds import Measured, false_fail
from server.calibration.proposal import Proposal, propose
from server.calibration.report import Report, read_report, unfair

ABOUT = ("backend", "cpu", "python", "tensorflow", "keras", "numpy")  #: what a report tells of where it was measured
REFERENCE = "reference"


def report_of(
    bundle: Bundle, accuracies: Sequence[Accuracy], majority: float | None, digests: Digests | None = None
) -> Report:
    """Sum up what was measured.

    Args:
        bundle: The exercise.
        accuracies: Of the reference and of the baselines that were trained.
        majority: What one and the same answer gets right; None where baselines were left out.
        digests: What it was measured with, where that was noted before the first training began.

    """
    check = accuracy_check(bundle)
    named: dict[str, list[Accuracy]] = {}
    for one in accuracies:
        named.setdefault(one.name, []).append(one)
    runs = named.pop(REFERENCE)
    where = runs[0].environment
    baselines = {} if majority is None else {"majority": [majority]}
    baselines |= {name: [one.accuracy for one in several] for name, several in named.items()}
    measured = Measured.of([one.accuracy for one in runs])
    proposal = propose(measured, max((max(one) for one in baselines.values()), default=0.0))
    return Report.model_validate(
        {
            "exercise": bundle.id,
            "check": check.id,
            "runs": [{"seed": one.seed, "accuracy": one.accuracy} for one in runs],
            "mean": round(measured.mean, 6),
            "sd": round(measured.sd, 6),
            "min": min(one.accuracy for one in runs),
            "max": max(one.accuracy for one in runs),
            "baselines": [{"name": name, "accuracies": several} for name, several in baselines.items()],
            **_proposed(measured, proposal),
            "digests": digests or digests_of(bundle, check),
            "measured_on": {name: str(where[name]) for name in ABOUT if name in where},
            "schema": 1,
        }
    )


def held_for(report: Report, bundle: Bundle) -> Report:
    """Return the same measurements for a bundle, or an environment, that differs in nothing that matters."""
    return report.model_copy(update={"digests": digests_of(bundle, accuracy_check(bundle))})


def _proposed(measured: Measured, proposal: Proposal) -> dict[str, float | None]:
    """Return what is proposed, with the odds at that threshold."""
    threshold = proposal.threshold
    odds = None if threshold is None else false_fail(measured, Rule(threshold, proposal.spread))
    return {
        "spread": proposal.spread,
        "lowest": proposal.lowest,
        "highest": proposal.highest,
        "threshold": threshold,
        "probability": None if odds is None else float(f"{odds:.3g}"),
    }


def outdated(bundle: Bundle) -> tuple[str, ...]:
    """Return in sentences why a bundle's calibration does not hold for it; empty where it does, or none is needed.

    Needs neither the data nor a sandbox.
    """
    try:
        check = accuracy_check(bundle)
    except NothingToCalibrate:
        return ()
    report = read_report(bundle)
    if report is None:
        return (f"{bundle.id} has not been calibrated: run `beginend exercise calibrate {bundle.folder}`.",)
    now = digests_of(bundle, check)
    changed = [name for name in now if report.digests.get(name) != now[name]]
    told = [f"{', '.join(changed)} changed since the calibration: run it again, or with --confirm."] if changed else []
    return (*told, *unfair(report, check))
