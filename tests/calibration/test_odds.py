"""The odds of a right solution: Student's t as tabulated, the whole rule as simulated, and thresholds that follow."""

import numpy as np
import pytest

from grader.seeds import CLEARANCE, RUNS, Rule
from server.calibration.odds import MOST_ODDS, Measured, TooFewRuns, false_fail
from server.calibration.proposal import MARGIN, propose
from server.calibration.student_t import below

#: Quantiles of Student's t as any table has them, with three decimals.
TABLE = [
    (1, 0.95, 6.314), (1, 0.975, 12.706), (2, 0.95, 2.920), (2, 0.99, 6.965), (3, 0.975, 3.182), (4, 0.99, 3.747),
    (5, 0.995, 4.032), (7, 0.95, 1.895), (7, 0.999, 4.785), (9, 0.999, 4.297), (15, 0.9, 1.341), (30, 0.995, 2.750),
]  # fmt: skip


@pytest.mark.parametrize(("degrees", "probability", "quantile"), TABLE)
def test_students_t_is_as_tabulated(degrees: int, probability: float, quantile: float) -> None:
    """Between the neighbours of a tabulated quantile lies its probability; both tails are alike."""
    assert below(quantile - 0.0006, degrees) < probability < below(quantile + 0.0006, degrees)
    assert below(-quantile, degrees) == pytest.approx(1 - below(quantile, degrees), abs=1e-12)


def test_students_t_has_its_closed_forms() -> None:
    """One degree of freedom is Cauchy's distribution; without any there is none."""
    for value in (-3.0, -0.5, 0.0, 1.0, 40.0):
        assert 0.5 + np.arctan(value) / np.pi == pytest.approx(below(value, 1), abs=1e-14)
    with pytest.raises(ValueError, match="degree of freedom"):
        below(1.0, 0)


@pytest.mark.parametrize("runs", [4, 8, 16])
@pytest.mark.parametrize("distance", [0.5, 1.0, 1.6])
def test_the_odds_are_those_of_a_simulation(runs: int, distance: float) -> None:
    """Calibrate, set the threshold some standard deviations below the mean, judge: as many fail as foretold."""
    times = 400_000
    chance = np.random.default_rng(1447)
    calibrating = chance.standard_normal((times, runs))
    mean, sd = calibrating.mean(axis=1), calibrating.std(axis=1, ddof=1)
    judging = chance.standard_normal((times, RUNS))
    threshold = mean - distance * sd
    fails = (judging[:, 0] < threshold + CLEARANCE * sd) & (judging.mean(axis=1) < threshold)
    foretold = false_fail(Measured(runs, 0.9, 0.01), Rule(0.9 - distance * 0.01, 0.01))
    error = np.sqrt(foretold * (1 - foretold) / times)

    assert abs(float(fails.mean()) - foretold) < 4 * error


def test_a_clear_first_run_lowers_the_odds() -> None:
    """The whole rule fails no more often than the mean of five alone, whose odds Student's t has."""
    measured = Measured(8, 0.9, 0.01)
    of_mean = below(-1.5 / np.sqrt(1 / 5 + 1 / 8), 7)

    assert of_mean == pytest.approx(false_fail(measured, Rule(0.885, 1.0)), abs=1e-7)
    assert false_fail(measured, Rule(0.885, 0.01)) < of_mean


def test_the_odds_grow_with_the_threshold() -> None:
    """From never to always."""
    measured = Measured(8, 0.9, 0.01)
    odds = [false_fail(measured, Rule(threshold, 0.01)) for threshold in (0.5, 0.85, 0.88, 0.89, 0.9, 0.92, 0.99)]

    assert sorted(odds) == odds
    assert odds[0] < 1e-9
    assert odds[-1] > 0.99


def test_without_any_spread_the_mean_decides() -> None:
    """A reference that is always equally good never fails at what it reaches, and always above."""
    measured = Measured.of([0.9] * 8)

    assert [0.0, 1.0] == [false_fail(measured, Rule(threshold, 0.0)) for threshold in (0.9, 0.91)]


def test_accuracies_are_summed_up() -> None:
    """Mean, and the standard deviation with one degree of freedom less than runs."""
    measured = Measured.of([0.92, 0.94, 0.96])

    assert (3, pytest.approx(0.94), pytest.approx(0.02)) == (measured.runs, measured.mean, measured.sd)
    with pytest.raises(TooFewRuns):
        Measured.of([0.9])


def test_a_proposal_is_fair_and_between() -> None:
    """From the best baseline and a margin to the highest threshold with small odds, and the middle is proposed."""
    measured = Measured(8, 0.943, 0.006)
    proposal = propose(measured, 0.826)
    assert proposal.lowest is not None
    assert proposal.highest is not None
    assert proposal.threshold is not None
    spread = proposal.spread

    assert 0.826 + MARGIN <= proposal.lowest <= proposal.threshold <= proposal.highest
    assert false_fail(measured, Rule(proposal.highest, spread)) <= MOST_ODDS
    assert MOST_ODDS < false_fail(measured, Rule(proposal.highest + 0.01, spread))
    assert (0.006, 0.85, 0.92, 0.88) == (spread, proposal.lowest, proposal.highest, proposal.threshold)


def test_where_nothing_is_fair_nothing_is_proposed() -> None:
    """The figures from which cats-vs-dogs began: no threshold is above the baseline and below the reference."""
    proposal = propose(Measured(8, 0.799, 0.045), 0.69)

    assert (None, None, None) == (proposal.lowest, proposal.highest, proposal.threshold)
