import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.measures import growth
from analysis.measures.measured import Measured

levels = st.floats(1, 1e4)
years = st.integers(2, 30).flatmap(
    lambda n: st.lists(levels, min_size=n, max_size=n).map(
        lambda values: pd.Series(values, index=range(2000, 2000 + n))
    )
)


def of(value: float, year: int, **rest) -> Measured:
    return Measured(value, "usd", "turnover", start=year, end=year, **rest)


class TestWorkedExamples:
    def test_absolute_percentage_and_log_change(self) -> None:
        assert growth.absolute_change(3.0, 3.6).value == pytest.approx(0.6)
        assert growth.percentage_growth(3.0, 3.6).value == pytest.approx(0.20)
        assert growth.log_growth(3.0, 3.6).value == pytest.approx(0.1823, abs=1e-4)

    def test_cagr_counts_periods_not_years(self) -> None:
        assert growth.cagr(1.8, 4.1, 7).value == pytest.approx(0.1248, abs=5e-5)
        assert growth.cagr(of(1.8, 2016), of(4.1, 2023)).value == growth.cagr(1.8, 4.1, 7).value
        assert growth.cagr(1.8, 4.1, 8).value == pytest.approx(
            0.1084, abs=5e-5
        )  # the wrong count, for contrast

    def test_trend(self) -> None:
        assert growth.trend_growth(pd.Series([1, 2, 4], index=[1, 2, 3])).value == pytest.approx(1.0)

    def test_fold_change_with_interval(self) -> None:
        fold = growth.fold_interval(1.8, 4.1, 0.1)
        assert [round(x.value, 2) for x in (fold.low, fold.ratio, fold.high)] == [2.19, 2.28, 2.37]
        assert (fold.exceeds(2), fold.robust(2), fold.robust(2.2)) == (True, True, False)

    def test_index_numbers_and_splice(self) -> None:
        index = growth.index_numbers(pd.Series([20, 25, 30], index=[2001, 2002, 2003]), 2001)
        assert index.values.tolist() == [100, 125, 150]
        spliced = growth.splice(pd.Series([100, 104], index=[1, 2]), pd.Series([100, 110], index=[2, 3]), 2)
        assert spliced.at(3).value == pytest.approx(114.4)

    def test_real_growth_of_the_document(self) -> None:
        cpi = pd.Series([240.007, 304.702], index=[2016, 2023])
        real = growth.deflate(of(4.1, 2023, price_basis="current"), cpi, 2016)
        assert (real.unit, real.price_basis) == ("usd_constant", "constant-2016")
        assert real.value == pytest.approx(3.229, abs=5e-4)
        base = growth.deflate(of(1.8, 2016, price_basis="current"), cpi, 2016)
        assert growth.fold_change(base, real).value == pytest.approx(1.794, abs=5e-4)

    def test_rolling_and_volatility(self) -> None:
        rolling = growth.rolling_growth(pd.Series([8, 10, 12.5], index=[1, 2, 3]), 2)
        assert rolling.at(3).value == pytest.approx(0.25)
        assert not rolling.at(2).defined
        logs = pd.Series(np.exp([0, 0.1, 0.4]), index=[1, 2, 3])
        assert growth.volatility(logs).value == pytest.approx(0.1414, abs=5e-5)
        assert growth.volatility(logs).notes == ("only 2 growth rates",)

    def test_contributions(self) -> None:
        frame = growth.contributions({"a": 60, "b": 40}, {"a": 66, "b": 38})
        assert frame["contribution"].tolist() == pytest.approx([0.06, -0.02])
        assert frame["share_of_growth"].sum() == pytest.approx(1)
        assert not frame["is_unstable"].any()

    def test_base_check(self) -> None:
        assert growth.base_check(50, 40, -0.25).fits == "later"
        assert growth.base_check(50, 40, -0.20).fits == "earlier"
        assert growth.base_check(50, 40, -0.40).fits == "neither"
        assert growth.base_check(100, 101, 0.01).fits == "both"
        assert growth.base_check(0, 0, 0.1).fits is None


class TestRefusals:
    @pytest.mark.parametrize("measure", [growth.percentage_growth, growth.fold_change, growth.log_growth])
    @pytest.mark.parametrize(("a", "b"), [(0, 5), (-1, 5), (5, -1), (None, 5), (5, math.nan), (math.inf, 1)])
    def test_no_rate_without_a_base(self, measure, a, b) -> None:
        found = measure(a, b)
        assert found.value is None and found.reason

    def test_cagr_edges(self) -> None:
        assert growth.cagr(5, 0, 3).value == -1
        assert "0 periods" in growth.cagr(1, 2, 0).reason
        assert growth.cagr(1, 2).reason == "the number of periods is not known"

    def test_shares_change_in_points_only(self) -> None:
        a, b = (Measured(value, "share", "trade_share") for value in (0.10, 0.12))
        assert growth.absolute_change(a, b).unit == "points"
        assert "percentage points" in growth.percentage_growth(a, b).reason

    def test_unlike_levels_are_refused(self) -> None:
        a = of(1, 2016, reporter="AAA", coverage="goods")
        assert "differ in reporter" in growth.cagr(a, of(2, 2017, reporter="BBB", coverage="goods")).reason
        assert "differ in coverage" in growth.cagr(a, of(2, 2017, reporter="AAA", coverage="services")).reason
        mixed = growth.fold_change(
            a, of(2, 2017, reporter="AAA", coverage="goods", price_basis="constant-2016")
        )
        assert mixed.flags == ("MIXED_PRICE",)

    def test_the_later_value_must_be_later(self) -> None:
        assert "before the earlier one" in growth.percentage_growth(of(1, 2020), of(2, 2019)).reason

    def test_trend_needs_three_years_and_half_of_the_span(self) -> None:
        assert "three years" in growth.trend_growth(pd.Series([1, 2], index=[1, 2])).reason
        thin = pd.Series([1, 2, 3], index=[2000, 2003, 2006])
        assert "over half" in growth.trend_growth(thin).reason
        assert growth.trend_growth(pd.Series([1, 2, 4], index=[1, 2, 5])).notes == ("2 of 5 years missing",)
        assert "not above zero" in growth.trend_growth(pd.Series([1, 0, 4], index=[1, 2, 3])).reason

    def test_missing_years_are_not_filled(self) -> None:
        gap = pd.Series([1, 2, 4, 8], index=[1, 2, 4, 5])
        assert math.isnan(growth.rolling_growth(gap, 1).values[4])
        assert growth.volatility(pd.Series([1, 2, 4], index=[1, 3, 5])).reason.endswith("there is none")

    def test_an_index_never_moves_its_base(self) -> None:
        assert "2005 is not reported" in growth.index_numbers(pd.Series([1], index=[2004]), 2005).reason
        assert "not above zero" in growth.index_numbers(pd.Series([0, 1], index=[2004, 2005]), 2004).reason

    def test_a_missing_deflator_refuses(self) -> None:
        cpi = pd.Series([100.0], index=[2016])
        assert growth.deflate(4.1, cpi, 2016, year=2023).reason == "the deflator has no value for 2023"
        assert "2023" in growth.deflate_series(pd.Series([1, 2], index=[2016, 2023]), cpi, 2016).reason
        real = Measured(1, "usd_constant", "deflate", start=2016, end=2016, price_basis="constant-2016")
        assert growth.deflate(real, cpi, 2016).reason == "only current dollars can be deflated"

    def test_a_year_that_occurs_twice_is_the_callers_fault(self) -> None:
        with pytest.raises(ValueError, match="2016 occurs twice"):
            growth.volatility(pd.Series([1, 2], index=[2016, 2016]))

    def test_rounding_that_reaches_zero_leaves_no_interval(self) -> None:
        fold = growth.fold_interval(0.05, 4, 0.1)
        assert fold.ratio.defined and fold.robust() is None

    def test_contributions_need_every_component(self) -> None:
        assert growth.contributions({"a": 1, "b": 2}, {"a": 1}).empty
        assert growth.contributions({"a": 50, "b": 50}, {"a": 51, "b": 50})["is_unstable"].all()


def test_the_highest_year_between_is_strictly_between() -> None:
    series = pd.Series([9.0, 5.0, 7.0, 8.0], index=[2016, 2017, 2022, 2023])
    peak = growth.highest_between(series, 2016, 2023)
    assert (peak.start, peak.value) == (2022, 7.0)
    assert growth.highest_between(series, 2016, 2017).reason == "no year between 2016 and 2017 is reported"


def test_a_price_index_carries_its_rows_and_refuses_two_sources() -> None:
    macro = pd.DataFrame(
        [("US", 2016, "cpi", 100.0, "one", False), ("US", 2023, "cpi", 125.0, "two", True)],
        columns=["country", "year", "indicator", "value", "source", "is_partial_year"],
    )
    cpi = growth.price_index(macro, country="US", indicator="cpi")
    real = growth.deflate(of(5.0, 2023, price_basis="current", rows=("trade:x",)), cpi, 2016)
    assert real.value == 4.0
    assert real.rows == ("trade:x", "macro:US/2016/cpi/one", "macro:US/2023/cpi/two")
    assert (real.sources, real.flags) == (("one", "two"), ("ESTIMATE",))
    assert growth.deflate(of(5.0, 2016, price_basis="current"), cpi, 2016).flags == ()
    twice = pd.concat([macro, macro.assign(source="three")])
    assert "several sources" in growth.price_index(twice, country="US", indicator="cpi").reason
    assert "no cpi of XX" in growth.price_index(macro, country="XX", indicator="cpi").reason


@given(years)
def test_yearly_growth_compounds_to_the_cagr(series: pd.Series) -> None:
    n = len(series) - 1
    rates = [growth.percentage_growth(a, b).value for a, b in zip(series, series.iloc[1:], strict=False)]
    total = math.prod(1 + rate for rate in rates)
    assert total == pytest.approx((1 + growth.cagr(series.iloc[0], series.iloc[-1], n).value) ** n, rel=1e-6)


@given(years)
def test_log_growth_adds_up_and_is_symmetric(series: pd.Series) -> None:
    parts = [growth.log_growth(a, b).value for a, b in zip(series, series.iloc[1:], strict=False)]
    assert sum(parts) == pytest.approx(growth.log_growth(series.iloc[0], series.iloc[-1]).value, abs=1e-9)
    back = growth.log_growth(series.iloc[-1], series.iloc[0]).value
    assert back == pytest.approx(-growth.log_growth(series.iloc[0], series.iloc[-1]).value, abs=1e-9)


@given(years, st.data())
def test_rebasing_twice_is_rebasing_once_and_keeps_growth(series: pd.Series, data) -> None:
    one, two = (data.draw(st.sampled_from(list(series.index))) for _ in range(2))
    once = growth.index_numbers(series, two).values
    twice = growth.rebase(growth.index_numbers(series, one), two).values
    assert twice.to_numpy() == pytest.approx(once.to_numpy(), rel=1e-9)
    assert (once / once.shift()).dropna().to_numpy() == pytest.approx(
        (series / series.shift()).dropna().to_numpy(), rel=1e-9
    )


@given(levels, levels, levels, levels)
def test_real_growth_is_the_growth_of_deflated_levels(y0, y1, p0, p1) -> None:
    assume(0.01 < y1 / y0 < 100 and 0.01 < p1 / p0 < 100)
    prices = pd.Series([p0, p1], index=[1, 2])
    first, last = growth.deflate(y0, prices, 1, year=1), growth.deflate(y1, prices, 1, year=2)
    exact = growth.real_growth(growth.percentage_growth(y0, y1), growth.percentage_growth(p0, p1))
    assert exact.value == pytest.approx(growth.percentage_growth(first, last).value, rel=1e-6, abs=1e-9)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.tuples(levels, levels), min_size=1, max_size=6))
def test_contributions_sum_to_the_growth_of_the_total(parts) -> None:
    before, after = ({name: pair[place] for name, pair in parts.items()} for place in (0, 1))
    total = growth.percentage_growth(sum(before.values()), sum(after.values())).value
    assert growth.contributions(before, after)["contribution"].sum() == pytest.approx(
        total, rel=1e-6, abs=1e-9
    )
