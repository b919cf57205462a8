"""Calibration: how accurate the reference is over seeds, and which threshold is fair for it.

Measured through the same door as every submission, written down as ``calibration.json`` in the bundle, and held against
the bundle by digests, so that a gate can tell without a sandbox whether it still holds.
"""

from server.calibration.report import Report, read_report, unfair

__all__ = ["Report", "read_report", "unfair"]
