"""What the views of a target, of a day and of part of a year say on small tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from analysis import tables
from analysis.exhibits import bilateral, blocks
from analysis.measures import around, passage, targets, trade
from analysis.measures.series import Series, select

TODAY = dt.date(2026, 11, 22)
GROWING = {2018 + n: 1000.0 * 1.1**n for n in range(6)}


def series(levels: dict[int, float], reporter: str = "UZB", partner: str = "KAZ") -> Series:
    """Turnover in millions by year, half of it exports."""
    row = tables.read("trade").query("source == 'uzstat-2024'").iloc[0].to_dict()
    source = {"UZB": "uzstat-2024", "KAZ": "kazstat-2023y"}[reporter]
    rows = [
        row
        | {"reporter": reporter, "partner": partner, "source": source, "flow": flow, "value_usd": value * 5e5}
        | {"year": year, "period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
        for year, value in levels.items()
        for flow in ("export", "import")
    ]
    frame = pd.DataFrame(rows, columns=list(row))
    ends = {"start": min([*levels, 2018]), "end": max([*levels, 2023]), "need": "any"}
    return select(
        frame, tables.read("sources"), tables.read("bases"), reporter=reporter, partner=partner, **ends
    )


def said(shown) -> str:
    block = shown.block()
    assert blocks.check(block) == []
    return (block.get("text") or block["title"]).replace("\xa0", " ").replace("\u202f", " ")


def drawn(past: Series, goal: targets.Goal) -> passage.Passage:
    return passage.first_passage(trade.levels(past), goal.aim, goal.year)


@pytest.fixture(scope="module")
def agreements() -> tuple[pd.DataFrame, pd.DataFrame]:
    return tables.read("agreements"), tables.read("agreement_parties")


class TestDistance:
    def test_what_is_reckoned_towards_a_target_rests_on_its_announcement(self) -> None:
        row = {"row": "targets:t", "source": "trend-2026-02-afg", "announced": "2026-02"}
        found = bilateral.distance(series(GROWING), targets.Goal(2e9, 2027, row)).block()["values"]["need"]
        assert "targets:t" in found["rows"] and "trend-2026-02-afg" in found["sources"]
        assert len(found["rows"]) > 1

    def test_a_target_ahead_asks_for_a_rate(self) -> None:
        found = bilateral.distance(series(GROWING), targets.Goal(2e9, 2027))
        assert said(found) == (
            "To reach USD 2 billion by 2027, turnover by Uzbekistan’s report would have to grow by 5.6% a year from the"
            " USD 1.61 billion of 2023; in 2018–2023 it rose by 10.0% a year."
        )
        assert found.role == "key" and found.figure.startswith("5.6")

    def test_a_target_whose_year_is_over_asked_for_a_rate(self) -> None:
        past, goal = series(GROWING), targets.Goal(2e9, 2025, as_of=TODAY)
        assert "turnover by Uzbekistan’s report would have had to grow by 11.4%" in said(
            bilateral.distance(past, goal)
        )
        assert "the target needed +11.4% a year" in said(bilateral.required(past, (past,), goal))
        shown = bilateral.tracking(tables.read("trade").iloc[:0], past, goal, drawn(past, goal))
        assert "trade in 2025 would have been" in said(shown)

    def test_without_a_year_the_part_reached_stands(self) -> None:
        assert said(bilateral.distance(series(GROWING), targets.Goal(2e9))) == (
            "By Uzbekistan’s report turnover of 2023, USD 1.61 billion, is 80.5% of the target of USD 2 billion, which has"
            " no year."
        )

    def test_a_passed_year_is_held_against_its_own_figure(self) -> None:
        passed = bilateral.distance(series(GROWING), targets.Goal(1e9, 2020))
        assert said(passed).endswith("turnover of that year, USD 1.21 billion, was above it.")
        missing = bilateral.distance(series(GROWING), targets.Goal(1e9, 2010))
        assert said(missing).endswith("has no turnover of that year.") and missing.role == "text"

    def test_reached_already_asks_for_nothing(self) -> None:
        assert "is 161.1% of the target of USD 1 billion for 2027" in said(
            bilateral.distance(series(GROWING), targets.Goal(1e9, 2027))
        )

    def test_no_goal_and_no_series(self) -> None:
        assert "no goal of officials" in said(
            bilateral.distance(series(GROWING), targets.Goal(reason="none"))
        )
        assert "cannot be told" in said(bilateral.distance(series({}), targets.Goal(2e9, 2027)))


class TestTracking:
    def made(self, past: Series, goal: targets.Goal):
        return bilateral.tracking(tables.read("trade").iloc[:0], past, goal, drawn(past, goal))

    def test_past_rates_give_a_range_and_no_single_figure(self) -> None:
        uneven = {2018: 1000.0, 2019: 900.0, 2020: 1000.0, 2021: 1300.0, 2022: 1700.0, 2023: 1600.0}
        found = self.made(series(uneven), targets.Goal(3e9, 2027))
        assert said(found).startswith(
            "At past rates trade in 2027 would be USD 2.33 billion to USD 2.99 billion"
        )
        assert list(found.data.columns) == ["year", "reported", "at_rate_2020_2023", "at_rate_2018_2023"]
        assert found.data["reported"].notna().sum() == 6, "a scenario never stands among the reported figures"

    def test_the_band_comes_only_with_eight_rates(self) -> None:
        long = series({2012 + n: 1000.0 * 1.1**n * (1 + 0.1 * (n % 2)) for n in range(12)})
        assert {"low", "middle", "high"} <= set(self.made(long, targets.Goal(9e9, 2030)).data.columns)
        assert "low" not in self.made(series(GROWING), targets.Goal(9e9, 2030)).data.columns

    def test_later_published_turnover_is_beside_the_line(self) -> None:
        flows = tables.read("trade")
        later = flows[(flows["flow"] == "turnover") & (flows["year"] > 2023)]
        past = series(GROWING)
        found = bilateral.tracking(later, past, targets.Goal(9e9, 2030), drawn(past, targets.Goal(9e9, 2030)))
        assert "Open marks: turnover as published by" in found.note
        assert found.data.set_index("year")["reported"].last_valid_index() == 2023

    def test_no_goal_no_chart(self) -> None:
        assert self.made(series(GROWING), targets.Goal(reason="none")).data is None


class TestOutlook:
    def reach(self, past: Series, goal: targets.Goal, as_of: dt.date = TODAY) -> str:
        return said(bilateral.reach(tables.read("trade").iloc[:0], past, replace(goal, as_of=as_of)))

    def test_a_short_record_gives_no_probability(self) -> None:
        past, goal = series(GROWING), targets.Goal(2e9, 2027)
        found = bilateral.chance(past, goal, drawn(past, goal), passage.back_test(trade.levels(past)))
        assert said(found) == (
            "No probability of reaching the target is given: only 5 growth rates end in 2023 without a gap; a"
            " probability needs at least 8."
        )

    def test_what_is_not_reached_within_the_draws_is_said(self) -> None:
        falling = series({2012 + n: 5000.0 * 0.9**n * (1 + 0.02 * (n % 2)) for n in range(12)})
        goal = targets.Goal(9e9, 2030)
        found = said(
            bilateral.chance(falling, goal, drawn(falling, goal), passage.back_test(trade.levels(falling)))
        )
        assert found.startswith(
            "Of 20 000 courses drawn at random from the 11 yearly changes up to 2023, 0.0% reach"
        )
        assert "By 2053, the last year drawn, 0.0% of them have reached it." in found

    def test_rates_that_never_reach_it_are_named(self) -> None:
        mixed = {2013: 900.0, 2016: 1000.0, 2018: 3000.0, 2020: 1500.0, 2023: 2000.0}
        found = self.reach(series(mixed), targets.Goal(4e9, 2030))
        assert (
            found.endswith("At the rate of 2018–2023 it would not be reached at all.") and "between" in found
        )

    @pytest.mark.parametrize(
        ("as_of", "told"),
        [
            (dt.date(2024, 6, 1), "would be reached between 2025 and 2026."),
            (
                dt.date(2026, 6, 1),
                "would have been reached in 2025 or would be reached by 2026.",
            ),
            (dt.date(2027, 6, 1), "would have been reached between 2025 and 2026."),
        ],
    )
    def test_a_year_that_is_over_is_told_as_past(self, as_of: dt.date, told: str) -> None:
        past = series({2016: 1000.0, 2018: 1000.0, 2020: 1000.0, 2023: 2000.0})
        found = self.reach(past, targets.Goal(2.6e9), as_of)
        assert told in found
        assert ("no turnover that was published for a year after 2023" in found) == (as_of.year > 2024)

    def test_what_has_passed_is_held_against_the_newest_turnover_published(self) -> None:
        trade_rows = tables.read("trade")
        later = trade_rows[
            (trade_rows["flow"] == "turnover") & (trade_rows["source"] == "trend-2025-10-kaz-rus")
        ]
        past = series({2018: 1000.0, 2020: 1000.0, 2023: 2000.0}, "KAZ", "RUS")
        found = bilateral.reach(later, past, targets.Goal(2.6e9, as_of=TODAY))
        assert said(found).endswith(
            "Turnover published for 2024 is USD 28 billion, above the target of USD 2.6 billion."
        )
        assert any(row.startswith("trade:KAZ/RUS/2024") for row in found.block()["values"]["newest"]["rows"])
        short = said(bilateral.reach(later.assign(value_usd=2.5e9), past, targets.Goal(2.6e9, as_of=TODAY)))
        assert short.endswith("for 2024 is USD 2.5 billion, below the target of USD 2.6 billion.")

    def test_one_rate_makes_no_range(self) -> None:
        short = series({2020: 1000.0, 2023: 1500.0})
        assert "give no range of years" in self.reach(short, targets.Goal(2e9, 2030))

    def test_without_a_goal_the_spread_of_the_windows_is_told(self) -> None:
        mixed = series({2016: 1000.0, 2018: 3000.0, 2020: 1500.0, 2023: 2000.0})
        assert self.reach(mixed, targets.Goal(reason="none")).startswith(
            "By Uzbekistan’s report growth lies between −7.8% a year (2018–2023) and +10.4% (2016–2023)"
        )

    def test_required_stands_for_both_sides(self) -> None:
        sides = (series(GROWING), series(GROWING, "KAZ", "UZB"))
        rows = bilateral.required(sides[0], sides, targets.Goal(2e9, 2027)).block()["table"]["rows"]
        assert [row[0] for row in rows] == ["Uzbekistan", "Kazakhstan"] and {row[3] for row in rows} == {
            "+5.6%"
        }

    def test_without_a_year_the_same_windows_lie_ahead(self) -> None:
        table = bilateral.required(series(GROWING), (series(GROWING),), targets.Goal(2e9)).block()["table"]
        assert [row[0] for row in table["rows"]] == ["Uzbekistan: had", "Uzbekistan: would need"]
        assert table["rows"][1][3:] == ["+7.5%", "+4.4%", "+3.1%", "+2.2%"]
        assert [column["label"] for column in table["columns"][3:]] == [
            "3 years",
            "5 years",
            "7 years",
            "10 years",
        ]


class TestMoments:
    def test_the_newest_signed_agreement_of_the_two_by_the_last_year(self, agreements: tuple) -> None:
        found = bilateral.moment(*agreements, ("UZB", "KAZ"), TODAY, 2023)
        assert found.text == "2022-12-22" and len(found.what) == 2
        assert found.mark == (
            "The dotted line marks 22 December 2022: “Treaty on Allied Relations” and “Treaty on demarcation of the state"
            " border”."
        )
        assert bilateral.moment(*agreements, ("UZB", "KAZ"), dt.date(2022, 12, 21), 2023).text == "2021-12-06"
        assert bilateral.moment(*agreements, ("KGZ", "CHN"), TODAY, 2023).when is None

    def test_a_given_day_wins_and_says_nothing_happened(self, agreements: tuple) -> None:
        found = bilateral.moment(*agreements, ("KAZ", "ISR"), TODAY, 2023, dt.date(2025, 11, 6))
        assert found.date == "6 November 2025" and found.what == ()

    def test_full_years_on_both_sides_without_a_causal_word(self, agreements: tuple) -> None:
        moment = bilateral.moment(*agreements, ("UZB", "KAZ"), TODAY, 2023, dt.date(2020, 5, 5))
        assert said(bilateral.window(series(GROWING), moment)) == (
            "In 2019, the last full year before 5 May 2020, turnover was USD 1.1 billion; in 2021, the first full year"
            " after it in the series, it was USD 1.33 billion, USD 231 million more. The one followed the other;"
            " nothing here says that it was the cause."
        )

    def test_no_full_year_after_is_said(self, agreements: tuple) -> None:
        moment = bilateral.moment(*agreements, ("UZB", "KAZ"), TODAY, 2023, dt.date(2025, 11, 6))
        assert said(bilateral.window(series(GROWING), moment)).startswith(
            "The series has no full year after 6 November 2025, so it says nothing of trade after it"
        )
        early = bilateral.moment(*agreements, ("UZB", "KAZ"), TODAY, 2023, dt.date(2010, 1, 1))
        assert "no full year before 1 January 2010" in said(bilateral.window(series(GROWING), early))

    def test_a_day_after_the_line_extends_the_axis_and_not_the_data(self, agreements: tuple) -> None:
        moment = bilateral.moment(*agreements, ("UZB", "KAZ"), TODAY, 2023, dt.date(2025, 11, 6))
        found = bilateral.levels(series(GROWING), series({}, "KAZ", "UZB"), "both", moment)
        assert found.figure.artists[0].x[1] > 2025 and found.data["year"].max() == 2023
        assert found.note.endswith("The dotted line marks 6 November 2025.")
        assert len(found.table.rows) == 6


class TestPartYear:
    CLAIMS = pd.DataFrame(
        [("c", "doc-001", "trade turnover", "1.5", "bn USD", "2023")],
        columns=["claim", "source", "metric", "stated_value", "unit", "period"],
    )
    SUBJECTS = pd.DataFrame({"claim": ["c", "c"], "subject": ["UZB", "KAZ"]})

    def test_without_a_row_it_is_arithmetic_and_no_finding(self) -> None:
        flows, sides = tables.read("trade").iloc[:0], (series(GROWING), series({}, "KAZ", "UZB"))
        text = said(bilateral.part_year(flows, self.CLAIMS, self.SUBJECTS, sides, TODAY))
        assert "No figure of part of that year is in the tables, so this is no finding" in text
        exact = self.CLAIMS.assign(stated_value="1.48")
        assert "It would fit 11 months of Uzbekistan’s figure." in said(
            bilateral.part_year(flows, exact, self.SUBJECTS, sides, TODAY)
        )

    def test_a_row_makes_it_a_fact(self) -> None:
        flows = tables.read("trade").query("is_partial_year and source == 'astanatimes-2024-11m'")
        sides = (series(GROWING), series({}, "KAZ", "UZB"))
        stated = self.CLAIMS.assign(stated_value="4.1")
        text = said(bilateral.part_year(flows, stated, self.SUBJECTS, sides, TODAY))
        assert "that is the figure published for January–November 2023" in text

    def test_a_figure_that_fits_the_year_is_no_part_of_it(self) -> None:
        flows, sides = tables.read("trade").iloc[:0], (series(GROWING), series({}, "KAZ", "UZB"))
        stated = self.CLAIMS.assign(stated_value="1.6")
        text = said(bilateral.part_year(flows, stated, self.SUBJECTS, sides, TODAY))
        assert text.endswith("which fits the full year by Uzbekistan’s report.")


class TestMeetings:
    def test_coarse_days_are_months_and_planned_ones_are_absent(self) -> None:
        held = around.meetings(tables.read("events"), tables.read("event_actors"), ("KAZ", "UZB"), TODAY)
        found = bilateral.meetings(held, ("KAZ", "UZB"), 2016, TODAY)
        dates = [row[0] for row in found.block()["table"]["rows"]]
        assert "August 2025" in dates and not any(
            "Informal OTS summit" in row[1] and "2026" in row[0] for row in found.table.rows
        )

    def test_that_two_never_met_twice_is_said_of_the_tables_and_not_of_the_two(self) -> None:
        held = around.meetings(tables.read("events"), tables.read("event_actors"), ("KGZ", "CHN"), TODAY)
        assert said(bilateral.met(held, ("KGZ", "CHN"), 2016, TODAY)).startswith(
            "The tables hold no year in which"
        )

    def test_none_is_said_once(self) -> None:
        none = around.meetings(tables.read("events"), tables.read("event_actors"), ("KAZ", "ISR"), TODAY)
        assert "hold no summit, visit or meeting of Kazakhstan and Israel" in said(
            bilateral.met(none, ("KAZ", "ISR"), 2018, TODAY)
        )
        assert (
            said(bilateral.meetings(none, ("KAZ", "ISR"), 2018, TODAY))
            == "No calendar is drawn where no event is found."
        )
