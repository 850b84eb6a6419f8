"""Before and after a date, and the meetings of two countries."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.measures import around, example
from analysis.measures.dates import days
from analysis.measures.series import Series, select


@pytest.fixture(scope="module")
def pair() -> Series:
    return select(*example.tables(), reporter="AAA", partner="BBB", start=2016, end=2017)


class TestWindow:
    def test_only_full_years_count(self, pair: Series) -> None:
        found = around.window(pair, days("2016-06-30"))
        assert not found.before.defined and found.after.end == 2017 and not found.change.defined
        assert around.window(pair, days("2015-12-31")).after.end == 2016
        assert around.window(pair, days("2018-01-01")).before.end == 2017

    def test_a_coarse_date_takes_all_its_days_out(self, pair: Series) -> None:
        assert around.window(pair, days("2016")).after.end == 2017
        assert not around.window(pair, days("2017")).after.defined

    def test_the_change_is_between_the_two(self) -> None:
        flows, sources, bases = example.tables()
        later = flows.assign(year=flows["year"] + 2)
        for column in ("period_start", "period_end"):
            later[column] = [str(int(day[:4]) + 2) + day[4:] for day in later[column]]
        long = select(
            pd.concat([flows, later]), sources, bases, reporter="AAA", partner="BBB", start=2016, end=2019
        )
        found = around.window(long, days("2017-05-05"))
        assert (found.before.end, found.after.end, found.change.value) == (2016, 2018, 0.0)

    def test_without_a_series_the_reason_is_its_own(self) -> None:
        none = select(*example.tables(), reporter="BBB", partner="AAA", start=2016, end=2017)
        assert "BBB" in around.window(none, days("2016-06-30")).after.reason


class TestMeetings:
    EVENTS = pd.DataFrame(
        [
            ("alone", "2024-04-05", "visit", "held", False),
            ("wider", "2024-08", "summit", "held", False),
            ("planned", "2024-09-01", "summit", "planned", False),
            ("told", "2024-03-01", "meeting", "held", True),
            ("news", "2024-02-01", "announcement", "held", False),
            ("other", "2024-01-01", "visit", "held", False),
        ],
        columns=["event", "date", "kind", "status", "is_document_only"],
    )
    ACTORS = pd.DataFrame(
        [
            (event, code, "country")
            for event in EVENTS["event"]
            for code in ("AAA", "BBB")
            if (event, code) != ("other", "BBB")
        ]
        + [("wider", "CCC", "country"), ("alone", "ots", "bloc")],
        columns=["event", "actor", "actor_kind"],
    )

    def test_planned_told_by_the_document_alone_and_one_sided_events_are_not_in_it(self) -> None:
        found = around.meetings(self.EVENTS, self.ACTORS, ("BBB", "AAA"), "2026-01-01")
        assert found["event"].tolist() == ["alone", "wider"] and found["is_alone"].tolist() == [True, False]

    def test_on_a_day_inside_a_coarse_date_it_is_uncertain(self) -> None:
        found = around.meetings(self.EVENTS, self.ACTORS, ("BBB", "AAA"), "2024-08-10")
        assert found["is_uncertain"].tolist() == [False, True]
        assert len(around.meetings(self.EVENTS, self.ACTORS, ("BBB", "AAA"), "2024-07-31")) == 1
