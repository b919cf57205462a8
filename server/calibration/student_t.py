"""Student's t distribution for whole degrees of freedom, exactly, without a library of statistics."""

import math


def below(value: float, degrees: int) -> float:
    """Return the probability that a variable with Student's t distribution is less than ``value``.

    Source: M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4: a finite sum for whole
    degrees of freedom. The absolute error stays below 1e-12.

    Raises:
        ValueError: There are no degrees of freedom.

    """
    if degrees < 1:
        raise ValueError("Student's t distribution needs at least one degree of freedom")
    angle = math.atan(value / math.sqrt(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = degrees % 2 == 1
    term = cosine if odd else 1.0
    total = term if degrees > 1 else 0.0
    # Each term is the one before it times (k - 1) / k * cos²: k runs over 3, 5, ... or 2, 4, ... up to degrees - 2.
    for k in range(3 if odd else 2, degrees - 1, 2):
        term *= (k - 1) / k * cosine * cosine
        total += term
    within = 2 / math.pi * (angle + sine * total) if odd else sine * total
    return (1 + within) / 2
