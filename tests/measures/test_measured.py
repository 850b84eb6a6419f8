import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.measured import (
    Interval,
    Measured,
    MeasuredSeries,
    YearContext,
    derive,
    merged,
    number,
    obstacle,
    ratio_bounds,
    rounding_interval,
)


def test_a_measured_holds_a_value_or_a_reason_never_both_never_neither() -> None:
    assert Measured(0, "usd", "m").defined
    assert not Measured.undefined("why", unit="usd", method="m").defined
    with pytest.raises(ValueError, match="either a value or a reason"):
        Measured(1, "usd", "m", reason="why")
    with pytest.raises(ValueError, match="either a value or a reason"):
        Measured(None, "usd", "m")
    with pytest.raises(ValueError, match="either a value or a reason"):
        Measured(None, "usd", "m", reason="")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, True, "3"])
def test_what_is_no_finite_number_is_no_value(value: object) -> None:
    with pytest.raises(ValueError, match="is no value"):
        Measured(value, "usd", "m")


def test_units_are_a_closed_list_and_spans_run_forward() -> None:
    with pytest.raises(ValueError, match="unit 'percent'"):
        Measured(1, "percent", "m")
    with pytest.raises(ValueError, match="backwards"):
        Measured(1, "usd", "m", start=2023, end=2016)


def test_numbers_of_numpy_become_plain_numbers() -> None:
    values = pd.Series([3, 4])
    assert type(Measured(values.iloc[0], "count", "m", start=values.index[1]).value) is int
    assert type(Measured(values.mean(), "count", "m").value) is float


def test_context_is_merged_in_order_and_kept_only_where_shared() -> None:
    a = Measured(
        1, "usd", "m", start=2016, end=2016, reporter="AAA", flow="export", rows=("r1", "r2"), flags=("X",)
    )
    b = Measured(
        2,
        "usd",
        "m",
        start=2020,
        end=2020,
        reporter="AAA",
        flow="import",
        rows=("r2", "r3"),
        flags=("X", "Y"),
    )
    context = merged(a, 5.0, b)
    assert (context["start"], context["end"]) == (2016, 2020)
    assert (context["reporter"], context["flow"]) == ("AAA", None)
    assert (context["rows"], context["flags"]) == (("r1", "r2", "r3"), ("X", "Y"))


def test_values_that_differ_in_kind_may_not_be_combined() -> None:
    a = Measured(1, "usd", "m", reporter="AAA", price_basis="current")
    other = Measured(1, "usd", "m", reporter="BBB", price_basis="current")
    real = Measured(1, "usd", "m", reporter="AAA", price_basis="constant-2016")
    assert obstacle({"x": a, "y": a}) is None
    assert obstacle({"x": a, "y": other}) == (
        "the values differ in reporter: AAA and BBB",
        ("MIXED_REPORTER",),
    )
    assert obstacle({"x": a, "y": real})[1] == ("MIXED_PRICE",)
    assert obstacle({"x": a, "y": other}, may_differ=("reporter",)) is None


def test_an_undefined_input_passes_its_reason_on() -> None:
    gone = Measured.undefined("nobody counted", unit="usd", method="m")
    found = derive("sum", "usd", {"a": gone, "b": 2}, lambda a, b: a + b)
    assert found.reason == "nobody counted"
    assert number(found) is None


def test_a_series_tells_the_context_of_single_years() -> None:
    years = {2016: YearContext(("X",), ("r1",), ("s1",)), 2017: YearContext((), ("r2",), ("s2",))}
    series = MeasuredSeries(
        pd.Series([1.0, math.nan], index=[2016, 2017]),
        "usd",
        "m",
        flags=("X",),
        rows=("r1", "r2"),
        years=years,
    )
    assert (series.at(2016).rows, series.at(2016).flags) == (("r1",), ("X",))
    assert series.at(2017).reason == "m has no value for 2017"
    assert series.context(2017, 2016)["rows"] == ("r2", "r1")
    with pytest.raises(ValueError, match="either values or a reason"):
        MeasuredSeries(pd.Series(dtype=float), "usd", "m")


def test_rounding_worked_example() -> None:
    low, high = ratio_bounds(rounding_interval(1.8, 0.1), rounding_interval(4.1, 0.1))
    assert (round(low, 2), round(high, 2)) == (2.19, 2.37)
    assert ratio_bounds(rounding_interval(0.05, 0.1), Interval(1, 2)) is None
    with pytest.raises(ValueError, match="positive unit"):
        rounding_interval(1.0, 0)


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.floats(0.01, 1.9), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_the_bounds_hold_every_ratio_that_rounding_allows(a, b, unit, shift_a, shift_b) -> None:
    bounds = ratio_bounds(rounding_interval(a, unit), rounding_interval(b, unit))
    ratio = (b + shift_b * unit) / (a + shift_a * unit)
    assert bounds.low * (1 - 1e-9) <= ratio <= bounds.high * (1 + 1e-9)


class TestDays:
    def test_a_day_is_kept_as_text_and_joined_where_every_input_has_one(self):
        then = Measured(2, "count", "ties", on=date(2019, 12, 31), rows=("a:1",))
        now = Measured(3, "count", "ties", on="2026-11-22", rows=("a:2",))
        assert then.on == "2019-12-31"
        joined = merged(then, now)
        assert (joined["since"], joined["on"]) == ("2019-12-31", "2026-11-22")
        assert (merged(now, now)["since"], merged(now, now)["on"]) == (None, "2026-11-22")

    def test_a_value_of_a_year_gives_a_joined_one_no_day(self):
        level = Measured(2.0, "usd", "turnover", start=2023, end=2023)
        aim = Measured(4.0, "usd", "target", on="2018-03")
        assert (merged(level, aim)["since"], merged(level, aim)["on"]) == (None, None)
