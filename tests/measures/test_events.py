"""Rates of counts with Garwood's interval, against what defines it: the tails of the Poisson distribution."""

from __future__ import annotations

import pytest
from scipy.stats import poisson

from analysis.measures.events import garwood


def test_worked_examples() -> None:
    none, two = garwood(0, 2), garwood(2, 1)
    assert (none.rate.value, none.low.value) == (0, 0) and round(none.high.value, 2) == 1.50
    assert (round(two.low.value, 3), round(two.high.value, 2)) == (0.242, 7.22)


@pytest.mark.parametrize("count", [1, 2, 13, 33, 250])
def test_the_limits_leave_half_the_error_in_either_tail(count: int) -> None:
    low, high = (each.value for each in garwood(count, 1)[1:])
    assert poisson.sf(count - 1, low) == pytest.approx(0.025)
    assert poisson.cdf(count, high) == pytest.approx(0.025)
    assert low < count < high


def test_of_no_event_the_limit_is_one_sided() -> None:
    assert poisson.cdf(0, garwood(0, 1).high.value) == pytest.approx(0.05)


def test_exposure_scales_rate_and_limits() -> None:
    one, ten = garwood(5, 1), garwood(5, 10)
    assert [each.value / 10 for each in one] == pytest.approx([each.value for each in ten])


def test_no_exposure_has_no_rate() -> None:
    found = garwood(0, 0)
    assert not any(each.defined for each in found) and "no time" in found.rate.reason


@pytest.mark.parametrize("count", [-1, 1.5, True])
def test_a_count_is_whole(count: float) -> None:
    with pytest.raises(ValueError, match="number of events"):
        garwood(count, 1)


def test_a_confidence_is_between_none_and_all() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        garwood(1, 1, confidence=95)
