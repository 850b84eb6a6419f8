"""Counts of events: how many there were in a span, the rate that this is, and what the count alone leaves open."""

from __future__ import annotations

from typing import Any, NamedTuple

from .measured import Measured

CONFIDENCE = 0.95


class Rate(NamedTuple):
    """Events per unit of exposure, with the limits of the exact interval; of no event only `high` is a limit."""

    rate: Measured
    low: Measured
    high: Measured


def garwood(count: int, exposure: float, *, confidence: float = CONFIDENCE, **context: Any) -> Rate:
    """The rate of a count of events that come singly and independently, with its exact (Garwood) interval.

    Formula: n / E; limits chi2(a/2, 2n) / 2E and chi2(1 - a/2, 2n + 2) / 2E, a = 1 - confidence. For n = 0 the lower
    limit is 0 and the upper is one-sided, -ln(a) / E, which is 3.0 / E at 95 per cent. Unit: score (events per unit
    of exposure). Undefined, with a reason, where the exposure is not positive. `context` is passed to each Measured.
    Raises ValueError for a count that is negative or not whole, or a confidence outside (0, 1). Source: METHODS 1.4;
    Garwood 1936, Biometrika 28, 437. The tests hold the limits against what defines them, the tails of scipy's
    Poisson distribution.

    >>> found = garwood(2, 1)
    >>> [round(each.value, 3) for each in found]
    [2.0, 0.242, 7.225]
    >>> none = garwood(0, 2)
    >>> none.low.value, round(none.high.value, 2)
    (0.0, 1.5)
    """
    from scipy.stats import chi2

    if isinstance(count, bool) or count != int(count) or count < 0:
        raise ValueError(f"{count!r} is not a number of events")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not at {confidence!r}")
    method, unit = "poisson_interval", "score"
    if not exposure > 0:
        reason = "there is no time in which events could have been counted"
        return Rate(*(Measured.undefined(reason, unit=unit, method=method, **context) for _ in range(3)))
    tail = 1 - confidence
    if count:
        limits = chi2.ppf(tail / 2, 2 * count) / 2, chi2.ppf(1 - tail / 2, 2 * count + 2) / 2
    else:
        limits = 0.0, chi2.ppf(confidence, 2) / 2
    values = (count, *limits)
    return Rate(*(Measured(float(value) / exposure, unit, method, **context) for value in values))
