"""Stages of a process on a day, times between coarse dates, and the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures import stages
from analysis.measures.dates import Days, days

STAGES = pd.DataFrame({"stage": ["announced", "confirmed", "signed"], "position": [1, 2, 3]})
EVENTS = pd.DataFrame(
    [
        ("said", "2020-08-13", "held", False, "s1"),
        ("soon", "2020-12-01", "planned", False, "s2"),
        ("told", "2020-09", "reported", True, "s3"),
    ],
    columns=["event", "date", "status", "is_document_only", "source"],
)
AGREEMENTS = pd.DataFrame(
    [("pact", "2020-09-15", None, "s4"), ("visa", "2025-12-29", "2026-01-01", "s5")],
    columns=["agreement", "date", "in_force", "source"],
)


def steps(*rows: tuple) -> pd.DataFrame:
    columns = ["country", "stage", "event", "agreement", "agreement_date", "date", "source"]
    return pd.DataFrame([row + (None,) * (len(columns) - len(row)) for row in rows], columns=columns)


class TestDated:
    def test_takes_date_mark_and_source_of_what_it_rests_on(self) -> None:
        found = stages.dated(steps(("AAA", "announced", "told")), AGREEMENTS, EVENTS).iloc[0]
        assert (found["date"], found["row"], found["source"]) == ("2020-09", "events:told", "s3")
        assert found["is_document_only"] and not found["is_date_unverified"]

    def test_takes_the_date_that_is_named(self) -> None:
        found = stages.dated(steps(("AAA", "signed", None, "visa", "in_force")), AGREEMENTS, EVENTS)
        assert found["date"].tolist() == ["2026-01-01"]

    def test_a_planned_event_and_an_empty_date_never_count(self) -> None:
        rows = steps(("AAA", "announced", "soon"), ("AAA", "signed", None, "pact", "in_force"))
        assert stages.dated(rows, AGREEMENTS, EVENTS).empty

    def test_its_own_date_where_no_row_holds_it(self) -> None:
        found = stages.dated(
            steps(("AAA", "announced", None, None, None, "2024-06", "own")), AGREEMENTS, EVENTS
        )
        assert found[["first", "last", "row", "source"]].values.tolist() == [
            [date(2024, 6, 1), date(2024, 6, 30), "", "own"]
        ]


class TestTrack:
    ROWS = steps(
        ("AAA", "announced", "said"), ("AAA", "signed", None, "pact", "date"), ("BBB", "announced", "told")
    )

    def states(self, on: str) -> dict[str, list[str]]:
        frame = stages.track(STAGES, stages.dated(self.ROWS, AGREEMENTS, EVENTS), on)
        return {country: own["state"].tolist() for country, own in frame.groupby("country")}

    def test_nothing_before_the_first_day(self) -> None:
        assert self.states("2020-08-12") == {}

    def test_a_day_inside_a_coarse_date_is_uncertain(self) -> None:
        assert self.states("2020-09-14") == {
            "AAA": ["reached", "open", "open"],
            "BBB": ["uncertain", "open", "open"],
        }

    def test_a_stage_passed_over_is_not_open(self) -> None:
        assert self.states("2020-09-30") == {
            "AAA": ["reached", "passed", "reached"],
            "BBB": ["reached", "open", "open"],
        }

    def test_the_furthest_stands_first_and_its_last_stage_is_current(self) -> None:
        frame = stages.track(STAGES, stages.dated(self.ROWS, AGREEMENTS, EVENTS), "2020-12-31")
        assert frame["country"].iloc[0] == "AAA"
        assert stages.current(frame, "AAA")["stage"] == "signed"
        assert stages.current(frame, "CCC") is None

    def test_one_choice_stands_for_all(self) -> None:
        processes = pd.DataFrame({"process": ["p", "every", "q"], "kind": ["treaty", "all", "accession"]})
        table = pd.concat([STAGES.assign(process=each) for each in ("p", "q")])
        rows = stages.dated(self.ROWS.assign(process="q"), AGREEMENTS, EVENTS)
        found = stages.tracks(processes, table, rows, "every", "2020-12-31")
        assert list(found) == ["p", "q"] and found["p"].empty and set(found["q"]["kind"]) == {"accession"}
        assert list(stages.tracks(processes, table, rows, "p", "2020-12-31")) == ["p"]


class TestTimes:
    def test_a_coarse_end_gives_a_range(self) -> None:
        low, high = stages.days_between(days("2022"), days("2025-12-29"))
        assert (low.value, high.value) == (1094, 1458)
        assert stages.days_between(days("2022"), days("2025-12-29")).is_range

    def test_a_day_before_the_date_is_refused(self) -> None:
        since = stages.days_since(days("2025-08-11"), "2025-08-10")
        assert not since.fewest.defined and "before" in str(since.most.reason)

    def test_inside_the_date_the_fewest_is_nothing(self) -> None:
        since = stages.days_since(days("2025-08"), "2025-08-11")
        assert (since.fewest.value, since.most.value) == (0, 10)

    @given(st.dates(date(1992, 1, 1), date(2026, 1, 1)), st.integers(0, 4000))
    def test_single_days_agree_with_the_calendar(self, start: date, gap: int) -> None:
        end = start + timedelta(days=gap)
        low, high = stages.days_between(Days(start, start), Days(end, end))
        assert low.value == high.value == gap

    @pytest.mark.parametrize(
        ("earlier", "later", "years"),
        [
            ("1992-04-10", "2025-11-06", 33),
            ("1992-04-10", "2025-04-10", 33),
            ("1992-04-10", "2025-04-09", 32),
            ("2020-09-15", "2020-09-15", 0),
            ("2024-02-29", "2025-02-28", 0),
        ],
    )
    def test_years_are_anniversaries_passed(self, earlier: str, later: str, years: int) -> None:
        assert stages.years_before(earlier, later).value == years

    def test_years_without_an_answer(self) -> None:
        assert stages.years_before("1992", "2025-11-06").reason == "the dates leave 32 or 33 years"
        assert not stages.years_before(None, "2025-11-06").defined
        assert not stages.years_before("2026-01-01", "2025-11-06").defined


class TestCalendar:
    @pytest.mark.parametrize(
        ("one", "other", "how"),
        [
            ("2025-11-06", "2025-11-07", "before"),
            ("2025-11-07", "2025-11-06", "after"),
            ("2025-11-06", "2025-11-06", "same day"),
            ("2025-11", "2025-11", "uncertain"),
            ("2025-10", "2025-11", "before"),
        ],
    )
    def test_order(self, one: str, other: str, how: str) -> None:
        assert stages.order(one, other) == how

    @given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
    def test_weekday_is_that_of_the_calendar(self, day: date) -> None:
        assert stages.weekday(day.isoformat()) == day.strftime("%A")

    @pytest.mark.parametrize(
        ("stated", "found", "how"),
        [
            ("2025-11-06", "2025-11-06", "agrees"),
            ("2025", "2025-11", "agrees"),
            ("2025-12-22", "2025-12-21", "differs"),
            ("2025-11-06", "2025", "uncertain"),
        ],
    )
    def test_a_date_fits_at_the_precision_stated(self, stated: str, found: str, how: str) -> None:
        assert stages.fits(stated, found) == how


class TestTerms:
    ROWS = pd.DataFrame(
        [
            ("rail", "r", "firm", 30, 2008),
            ("rail", "r", "extension", 20, None),
            ("road", "q", "firm", 49, None),
            ("talk", "q", "ceiling", 99, None),
        ],
        columns=["term", "route", "part", "years", "start_year"],
    )

    def test_an_extension_follows_the_firm_part(self) -> None:
        found = stages.term_ends(self.ROWS, {"q": 2026})
        assert found["end_year"].tolist() == [2038, 2058, 2075, 2125]
        assert found["start_year"].tolist() == [2008, 2038, 2026, 2026]

    def test_without_a_start_the_newest_text_counts(self) -> None:
        assert stages.term_ends(self.ROWS, {"q": 2025})["end_year"].iloc[3] == 2124
        with pytest.raises(KeyError):
            stages.term_ends(self.ROWS, {})


def test_the_last_step_that_is_certain() -> None:
    rows = pd.DataFrame(
        {
            "condition": ["a", "a", "b"],
            "step": [1, 2, 1],
            "state": ["demanded", "closed", "set"],
            "is_uncertain": [False, True, True],
        }
    )
    found = stages.latest(rows, "condition").set_index("condition")
    assert found["state"].to_dict() == {"a": "demanded", "b": "set"}
    assert found["next_state"].to_dict() == {"a": "closed", "b": ""}
