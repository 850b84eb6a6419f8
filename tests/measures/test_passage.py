"""First passage: the draws against the closed form, the closed form against scipy, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.measures import passage

EXACT = 10**9
"""So many rates that the drift is as good as known."""


def levels(*rates: float, last: int = 2023) -> pd.Series:
    """Levels from these yearly log growth rates, the first at 1."""
    values = np.exp(np.cumsum([0.0, *rates]))
    return pd.Series(values, index=range(last - len(rates), last + 1))


UNEVEN = levels(0.4, 0.0, 0.1, 0.1, -0.25, -0.35, 0.1, 0.35, 0.13, -0.1)


class TestClosedForm:
    def test_the_worked_example(self) -> None:
        assert passage.reach_probability(0.10, 0.20, 0.50, 5) == pytest.approx(0.654, abs=5e-4)

    @pytest.mark.parametrize(
        "drift, spread, distance, years", [(0.1, 0.2, 0.5, 5), (0.03, 0.1, 0.7, 12), (0.2, 0.4, 1.5, 3)]
    )
    def test_is_the_inverse_gaussian_of_scipy(
        self, drift: float, spread: float, distance: float, years: float
    ) -> None:
        mean, shape = distance / drift, (distance / spread) ** 2
        other = stats.invgauss.cdf(years, mean / shape, scale=shape)
        assert passage.reach_probability(drift, spread, distance, years) == pytest.approx(other, rel=1e-6)

    def test_with_a_falling_drift_the_chance_of_ever_is_known(self) -> None:
        ever = passage.reach_probability(-0.05, 0.2, 0.5, 1e6)
        assert ever == pytest.approx(math.exp(2 * -0.05 * 0.5 / 0.2**2), rel=1e-6)

    def test_a_small_spread_does_not_overflow(self) -> None:
        assert passage.reach_probability(0.1, 1e-3, 0.4, 5) == pytest.approx(1.0)
        assert passage.reach_probability(0.1, 1e-3, 0.6, 5) == pytest.approx(0.0, abs=1e-12)

    @pytest.mark.parametrize("wrong", [(0.1, 0.0, 0.5, 5), (0.1, 0.2, 0.0, 5), (0.1, 0.2, 0.5, 0)])
    def test_refuses_what_has_no_passage(self, wrong: tuple) -> None:
        with pytest.raises(ValueError, match="above zero"):
            passage.reach_probability(*wrong)


class TestDraws:
    def test_agree_with_the_closed_form_of_a_barrier_seen_once_a_month(self) -> None:
        """Watching in steps shifts the barrier by 0.5826 of their spread (Broadie, Glasserman and Kou 1997)."""
        step = 0.20 / math.sqrt(12)
        seen = (passage.walks(0.10 / 12, step, EXACT, 60, draws=50_000) >= 0.50).any(axis=1).mean()
        assert seen == pytest.approx(passage.reach_probability(0.10, 0.20, 0.50 + 0.5826 * step, 5), abs=0.01)

    def test_watched_once_a_year_they_see_less_than_the_closed_form_and_more_than_the_last_year(self) -> None:
        paths = passage.walks(0.10, 0.20, EXACT, 5, draws=50_000)
        last = (paths[:, 4] >= 0.50).mean()
        assert last == pytest.approx(0.5, abs=0.01), "above the target in year five itself"
        assert last < (paths >= 0.50).any(axis=1).mean() < passage.reach_probability(0.10, 0.20, 0.50, 5)

    def test_spread_is_that_of_the_drift_method(self) -> None:
        """With many rates the t distribution is normal: s * sqrt(h * (1 + h / n))."""
        paths = passage.walks(0.05, 0.1, 100, 10, draws=100_000)
        expected = 0.1 * math.sqrt(10 * (1 + 10 / 100))
        assert paths[:, 9].std() == pytest.approx(expected, rel=0.03)

    def test_are_the_same_each_time(self) -> None:
        first, second = (passage.first_passage(UNEVEN, 3.0, 2030).chance.value for _ in range(2))
        assert first == second


class TestPassage:
    def test_steady_growth_is_certain(self) -> None:
        found = passage.first_passage(levels(*[0.1] * 8), math.exp(0.8) * math.exp(0.45), 2028)
        assert (found.early, found.middle, found.late) == (2028, 2028, 2028)
        assert found.chance.value == 1.0 and found.rates == 8
        early = passage.first_passage(levels(*[0.1] * 8), math.exp(0.8) * math.exp(0.45), 2027)
        assert early.chance.value == 0.0

    def test_never_is_told_as_such(self) -> None:
        falling = passage.first_passage(levels(*[-0.1, -0.12] * 4), 5.0, 2030)
        assert falling.middle is None and falling.late is None and falling.until == 2053
        assert falling.ever.value < 0.5

    def test_more_years_make_it_likelier_and_the_range_wider(self) -> None:
        chances = [passage.first_passage(UNEVEN, 3.0, year).chance.value for year in (2025, 2030, 2040)]
        assert chances == sorted(chances) and chances[0] < chances[2]
        band = passage.first_passage(UNEVEN, 3.0, 2030).band
        assert (np.diff(band["high"] / band["low"]) > 0).all() and band.index[0] == 2024

    def test_too_short_a_record_gives_no_probability(self) -> None:
        seven = passage.first_passage(levels(*[0.1, 0.2] * 3, 0.1), 9.0, 2030)
        assert not seven.defined and not seven.chance.defined and seven.band.empty
        assert seven.reason == "only 7 growth rates end in 2023 without a gap; a probability needs at least 8"
        assert passage.first_passage(levels(*[0.1, 0.2] * 4), 9.0, 2030).defined

    def test_a_gap_ends_the_record(self) -> None:
        broken = UNEVEN.drop(2018)
        assert "only 4 growth rates" in passage.first_passage(broken, 3.0, 2030).reason

    def test_reached_empty_and_no_year(self) -> None:
        assert passage.first_passage(UNEVEN, 1.0, 2030).reason == "the target has already been reached"
        assert passage.first_passage(pd.Series(dtype=float), 1.0).reason == "no year is reported"
        open_ended = passage.first_passage(UNEVEN, 3.0)
        assert open_ended.defined and open_ended.chance.reason == "no year is named for the target"
        assert "not above zero" in passage.first_passage(UNEVEN.where(UNEVEN.index != 2016, 0.0), 3.0).reason


class TestBackTest:
    def test_counts_each_later_year_once_for_each_origin(self) -> None:
        found = passage.back_test(levels(*[0.1, 0.05] * 6))
        assert (found.origins, found.checks) == (4, 4 + 3 + 2 + 1)
        assert (found.hits.start, found.hits.end) == (2019, 2023)

    def test_a_break_is_a_miss(self) -> None:
        steady = [0.1, 0.11] * 4
        assert passage.back_test(levels(*steady, 0.1, 0.11)).hits.value == 1.0
        assert passage.back_test(levels(*steady, 2.0, 0.1)).hits.value < 1.0

    def test_without_an_origin_there_is_none(self) -> None:
        assert not passage.back_test(levels(*[0.1] * 8)).hits.defined
