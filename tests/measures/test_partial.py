"""Figures of part of a year: the rows there are, and what a stated figure would fit."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.measures import example, partial
from analysis.measures.measured import Measured

YEAR = Measured(4.486e9, "usd", "turnover", start=2023, end=2023)


def part_rows(*flows: tuple[str, float]) -> pd.DataFrame:
    whole = (
        example.tables()[0]
        .iloc[[0]]
        .assign(year=2023, period_start="2023-01-01", period_end="2023-11-30", is_partial_year=True)
    )
    return pd.concat([whole.assign(flow=flow, value_usd=value) for flow, value in flows])


class TestRows:
    def test_turnover_as_published_or_the_sum_of_both_flows(self) -> None:
        assert partial.part_years(part_rows(("turnover", 4.1e9)), ("BBB", "AAA"))["value_usd"].tolist() == [
            4.1e9
        ]
        both = partial.part_years(part_rows(("export", 1e9), ("import", 3e9)), ("BBB", "AAA"))
        assert both["value_usd"].tolist() == [4e9] and len(both["rows"].iloc[0]) == 2

    def test_one_flow_alone_is_no_turnover_and_other_pairs_are_none(self) -> None:
        assert partial.part_years(part_rows(("export", 1e9)), ("BBB", "AAA")).empty
        assert partial.part_years(part_rows(("turnover", 1e9)), ("CCC", "AAA")).empty


class TestStated:
    CLAIMS = pd.DataFrame(
        [
            ("c1", "doc", "trade turnover", "4.1", "bn USD", "2023"),
            ("c2", "doc", "trade turnover", "rise expected", None, "after 2025"),
            ("c3", "doc", "trade target", "2", "bn USD", "2023"),
        ],
        columns=["claim", "source", "metric", "stated_value", "unit", "period"],
    )
    SUBJECTS = pd.DataFrame(
        [(claim, code) for claim in ("c1", "c2", "c3") for code in ("AAA", "BBB")],
        columns=["claim", "subject"],
    )

    def test_only_numbers_of_turnover_of_a_year(self) -> None:
        found = partial.stated(self.CLAIMS, self.SUBJECTS, ("BBB", "AAA"), "2025-12-31")
        assert found["claim"].tolist() == ["c1"] and found["place"].tolist() == [pytest.approx(1e8)]

    def test_only_of_years_that_had_ended_and_of_exactly_the_pair(self) -> None:
        assert partial.stated(self.CLAIMS, self.SUBJECTS, ("BBB", "AAA"), "2023-12-30").empty
        assert len(partial.stated(self.CLAIMS, self.SUBJECTS, ("BBB", "AAA"), "2023-12-31")) == 1
        assert partial.stated(self.CLAIMS, self.SUBJECTS, ("CCC", "AAA"), "2025-12-31").empty


class TestFit:
    def test_agrees_within_the_rounding_of_the_print(self) -> None:
        assert partial.fits(4.1e9, 1e8, 4.149e9) and not partial.fits(4.1e9, 1e8, 4.16e9)
        assert partial.fits(4.1e9, 1e8, Measured.undefined("none", unit="usd", method="turnover")) is None

    def test_months_within_half_a_point(self) -> None:
        assert partial.months_of(4.1e9, YEAR).value == 11
        assert not partial.months_of(4.1e9, Measured(4.418e9, "usd", "turnover")).defined, "1.1 points off"
        assert not partial.months_of(4.486e9, YEAR).defined, "twelve months are no part of the year"
        assert not partial.months_of(1e6, YEAR).defined
