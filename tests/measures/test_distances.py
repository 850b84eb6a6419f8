"""Lengths, shares and scenarios, worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures import distances
from analysis.measures.measured import Measured


def test_25_miles_are_40_km_and_within_5_percent_of_42() -> None:
    km = distances.kilometres(25)
    assert km.value == pytest.approx(40.2336) and km.unit == "km"
    assert distances.length_difference(km, 42).value == pytest.approx(-0.04206, abs=1e-5)


@given(st.floats(min_value=0, max_value=1e5))
def test_there_and_back_is_the_same_length(miles: float) -> None:
    assert distances.miles(distances.kilometres(miles)) == pytest.approx(miles)


def test_lengths_in_other_units_are_not_compared() -> None:
    days = Measured(42, "days", "transit_days")
    assert not distances.length_difference(distances.kilometres(25), days).defined


def test_share_of_a_section() -> None:
    assert distances.length_share(42, 4766).value == pytest.approx(0.00881, abs=1e-5)
    assert "longer" in distances.length_share(50, 42).reason
    assert not distances.length_share(42, None).defined and not distances.length_share(1, 0).defined


def test_transit_days_and_break_even() -> None:
    assert distances.transit_days(30, 0.4).value == 18
    assert not distances.transit_days(30, 1.2).defined
    assert distances.break_even_saving(30, 20).value == pytest.approx(1 / 3)
    assert not distances.break_even_saving(20, 20).defined


@given(st.integers(2, 365), st.integers(1, 364))
def test_at_break_even_both_take_as_long(days: int, other: int) -> None:
    even = distances.break_even_saving(days, other)
    if days > other:
        assert distances.transit_days(days, even.value).value == pytest.approx(other)
    else:
        assert "no slower" in even.reason
