"""Targets: what was known when, which is tracked, what it needs, and what past rates would give."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures import example, targets
from analysis.measures.measured import Measured
from analysis.measures.series import select

SOURCES = pd.DataFrame(
    [("s", "2018", "2026-11-22"), ("undated", "", "2026-11-22")], columns=["source", "published", "accessed"]
)


def table(*rows: tuple) -> pd.DataFrame:
    """Rows of (id, dollars, year, announced, official, potential) for AAA and BBB."""
    columns = ["target", "value_usd", "target_year", "announced", "is_official", "is_potential"]
    return pd.DataFrame(rows, columns=columns).assign(country_a="AAA", country_b="BBB", source="s")


ROWS = table(
    ("potential", 2e9, None, "2018-03", True, True),
    ("yearless", 2e9, None, "2023-05", True, False),
    ("dated", 2e9, 2027, "2024-08", True, False),
    ("expert", 9e9, 2030, "2025", False, False),
)


def held(day: str) -> pd.DataFrame:
    return targets.mentions(ROWS, SOURCES, ("BBB", "AAA"), day)


class TestMentions:
    def test_only_what_had_been_announced(self) -> None:
        assert held("2017-12-31").empty
        assert held("2019-12-31")["target"].tolist() == ["potential"]
        assert held("2024-12-31")["target"].tolist() == ["potential", "yearless", "dated"]

    def test_kinds_are_told_apart(self) -> None:
        assert held("2026-01-01").set_index("target")["kind"].to_dict() == {
            "potential": "potential", "yearless": "goal", "dated": "goal", "expert": "unofficial",
        }  # fmt: skip

    def test_inside_a_coarse_date_it_is_uncertain(self) -> None:
        assert held("2024-08-10").set_index("target").at["dated", "is_uncertain"]
        assert not held("2024-08-31")["is_uncertain"].any()

    def test_without_a_date_it_was_made_when_its_source_appeared(self) -> None:
        rows = table(("t", 1e9, None, None, True, False))
        assert targets.mentions(rows, SOURCES, ("AAA", "BBB"), "2018-12-30").empty
        assert len(targets.mentions(rows, SOURCES, ("AAA", "BBB"), "2018-12-31")) == 1
        undated = rows.assign(source="undated")
        assert targets.mentions(undated, SOURCES, ("AAA", "BBB"), "2026-11-21").empty

    def test_other_pairs_are_left_out(self) -> None:
        assert targets.mentions(ROWS, SOURCES, ("AAA", "CCC"), "2026-01-01").empty


class TestGoal:
    def test_a_year_ahead_comes_first_then_no_year_then_a_passed_one(self) -> None:
        known = held("2026-01-01")
        assert targets.goal(known, 2023).row["target"] == "dated"
        assert targets.goal(known, 2027).row["target"] == "yearless"
        passed = targets.goal(known[known["target"] == "dated"], 2030)
        assert passed.row["target"] == "dated" and passed.year == 2027

    def test_a_potential_an_opinion_and_an_uncertain_one_are_not_tracked(self) -> None:
        assert not targets.goal(held("2019-12-31"), 2018).defined
        assert targets.goal(held("2024-08-10"), 2023).row["target"] == "yearless"

    def test_given_values_win(self) -> None:
        given = targets.goal(held("2026-01-01"), 2023, value=5e9, year=2028)
        assert (given.value, given.year, given.row) == (5e9, 2028, None)
        assert targets.goal(held("2026-01-01"), 2023, year=2029).year == 2029

    def test_the_level_names_its_row_or_its_reason(self) -> None:
        assert targets.goal(held("2026-01-01"), 2023).level.rows == ("targets:dated",)
        assert "no target that officials set" in targets.goal(held("2017-12-31"), 2016).level.reason


class TestRequired:
    def test_the_worked_example(self) -> None:
        assert targets.required_cagr(1.2, 2.0, 2028, base_year=2023).value == pytest.approx(0.1076, abs=5e-5)

    def test_reached_is_zero_with_a_note(self) -> None:
        level = Measured(2.5e9, "usd", "turnover", start=2023, end=2023, notes=("a note",))
        found = targets.required_cagr(level, 2e9, 2027)
        assert found.value == 0 and found.notes == ("a note", "the target has already been reached")
        assert (found.start, found.end) == (2023, 2027)

    @pytest.mark.parametrize("year", [2023, 2020])
    def test_no_year_is_left(self, year: int) -> None:
        found = targets.required_cagr(1.2, 2.0, year, base_year=2023)
        assert not found.defined and f"set for {year}" in found.reason

    def test_refuses_no_year_and_no_base(self) -> None:
        assert targets.required_cagr(1.2, 2.0, base_year=2023).reason == "no year is named for the target"
        assert targets.required_cagr(0.0, 2.0, 2028, base_year=2023).reason == "the base is not above zero"

    @given(st.floats(1e6, 1e12), st.floats(1e6, 1e12), st.integers(1, 30))
    def test_growth_at_the_rate_leads_to_the_target(self, base: float, target: float, years: int) -> None:
        rate = targets.required_cagr(base, target, 2023 + years, base_year=2023).value
        assert base * (1 + rate) ** years == pytest.approx(max(base, target), rel=1e-9)


class TestRates:
    def test_years_to_a_target(self) -> None:
        assert targets.years_to(1.0, 2.0, 0.1).value == pytest.approx(7.2725, abs=1e-4)
        assert targets.years_to(3.0, 2.0, -0.1).value == 0
        assert "never reached" in targets.years_to(1.0, 2.0, -0.1).reason

    def test_required_and_years_agree(self) -> None:
        rate = targets.required_cagr(1.13, 2.0, 2027, base_year=2023)
        assert targets.years_to(1.13, 2.0, rate.value).value == pytest.approx(4)

    def test_achieved_uses_the_ends_of_the_series(self) -> None:
        flows, sources, bases = example.tables()
        flows = flows.assign(value_usd=flows["value_usd"] * 1e9)
        aaa = select(flows, sources, bases, reporter="AAA", partner="BBB", start=2016, end=2017)
        found = targets.achieved(aaa, (1, 3))
        assert found[1].value == pytest.approx(7 / 3 - 1) and not found[3].defined


class TestHistory:
    def test_goes_back_in_the_same_office_only(self) -> None:
        flows, sources, bases = example.tables()
        other = flows.assign(source="other-2019", year=flows["year"] - 2, value_usd=99.0)
        for column in ("period_start", "period_end"):
            other[column] = [str(int(day[:4]) - 2) + day[4:] for day in other[column]]
        more = sources.assign(source="other-2019", office="other", published="2019")
        tables = (pd.concat([flows, other]), pd.concat([sources, more]), bases)
        aaa = select(*tables, reporter="AAA", partner="BBB", start=2017, end=2017)
        long = targets.history(*tables, aaa)
        assert long.frame["turnover"].dropna().to_dict() == {2016: 3.0, 2017: 7.0}
        assert long.office == aaa.office == "office"

    def test_an_undefined_series_stays_so(self) -> None:
        none = select(*example.tables(), reporter="BBB", partner="AAA", start=2016, end=2017)
        assert targets.history(*example.tables(), none) is none
        assert not targets.base(none).defined
