import random
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trade_tables import BASES, SOURCES, pair, trade

from analysis.errors import UsageError
from analysis.measures import series
from analysis.measures.releases import known_releases, spans

TODAY = "2026-11-22"


def select(frame: pd.DataFrame, **asked) -> series.Series:
    defaults = {"reporter": "AAA", "partner": "BBB", "start": 2020, "end": 2021, "known_by": TODAY}
    return series.select(frame, SOURCES, BASES, **defaults | asked)


CHAIN = trade(
    *pair("AAA", "BBB", "a-2022", {2020: (1, 2), 2021: (3, 4)}),
    *pair("AAA", "BBB", "a-2023", {2021: (3.3, 4), 2022: (5, 6)}),
    *pair("AAA", "BBB", "a-2024", {2022: (5, 6.6), 2023: (7, 8)}),
)


class TestRules:
    def test_one_release_that_covers_all_goes_first_the_newest_of_them(self) -> None:
        frame = trade(
            *pair("AAA", "BBB", "a-2022", {2020: (1, 2), 2021: (3, 4)}),
            *pair("AAA", "BBB", "a-2023", {2020: (10, 20), 2021: (30, 40)}),
            *pair("AAA", "BBB", "a-2024", {2021: (300, 400)}),
        )
        found = select(frame)
        assert (found.rule, found.sources) == ("single-release", ("a-2023",))
        assert found.frame["turnover"].tolist() == [30, 70]
        assert found.flags == ()
        assert "a-2023" in found.rule_text

    def test_otherwise_a_chain_of_one_office_each_year_from_its_newest_release(self) -> None:
        found = select(CHAIN, end=2023)
        assert found.rule == "chain"
        assert found.sources == ("a-2022", "a-2023", "a-2024")
        assert found.frame["export"].tolist() == [1, 3.3, 5, 7]
        assert found.frame["import"].tolist() == [2, 4, 6.6, 8]
        assert found.flags == ("VINTAGE",)
        revised = found.revisions.set_index(["year", "flow"])["change"]
        assert revised[(2021, "export")] == pytest.approx(0.1)
        assert revised[(2021, "import")] == 0
        assert len(revised) == 4

    def test_a_chain_keeps_both_flows_of_a_year_in_one_release(self) -> None:
        frame = pd.concat([CHAIN, trade(("AAA", "BBB", 2020, "export", 99, "a-2024"))])
        assert select(frame, end=2023).frame.loc[2020, "export"] == 1

    def test_offices_are_never_mixed(self) -> None:
        frame = trade(
            *pair("AAA", "BBB", "a-2022", {2020: (1, 2)}), *pair("AAA", "BBB", "b-2024", {2021: (3, 4)})
        )
        assert select(frame).reason

    def test_coverages_and_bases_are_never_mixed(self) -> None:
        frame = trade(
            *pair("AAA", "BBB", "a-2022", {2020: (1, 2)}, "goods"),
            *pair("AAA", "BBB", "a-2023", {2021: (3, 4)}, "goods-and-services"),
        )
        assert select(frame).reason
        frame = trade(
            *pair("AAA", "BBB", "a-2022", {2020: (1, 2)}), *pair("AAA", "BBB", "un-2023", {2021: (3, 4)})
        )
        assert select(frame).reason

    def test_the_better_basis_goes_before_the_newer_release(self) -> None:
        frame = trade(
            *pair("AAA", "BBB", "a-2022", {2020: (1, 2), 2021: (3, 4)}),
            *pair("AAA", "BBB", "un-2023", {2020: (5, 6), 2021: (7, 8)}),
        )
        assert select(frame).basis == "national"
        assert select(frame, basis="comtrade").sources == ("un-2023",)
        assert select(frame, source="un-2023").frame["turnover"].tolist() == [11, 15]

    def test_the_press_stands_in_only_when_nothing_better_does_and_is_marked(self) -> None:
        frame = pd.concat(
            [
                trade(*pair("AAA", "BBB", "press-1", {2020: (1, 2), 2021: (3, 4)}), is_approximate=True),
                trade(*pair("AAA", "BBB", "a-2022", {2020: (1, 2)})),
            ]
        )
        assert (select(frame).basis, select(frame).flags) == ("press", ("APPROXIMATE",))
        assert select(frame, start=2020, end=2020).basis == "national"

    def test_two_outlets_without_a_named_office_make_no_chain(self) -> None:
        frame = trade(
            *pair("AAA", "BBB", "press-1", {2020: (1, 2)}), *pair("AAA", "BBB", "press-2", {2021: (3, 4)})
        )
        assert select(frame).reason

    def test_an_undated_release_is_never_the_newest(self) -> None:
        frame = trade(
            *pair("AAA", "BBB", "undated", {2020: (9, 9), 2021: (9, 9)}),
            *pair("AAA", "BBB", "a-2022", {2020: (1, 2), 2021: (3, 4)}),
        )
        assert select(frame).sources == ("a-2022",)


class TestRows:
    @pytest.mark.parametrize("mark", ["is_partner_derived", "is_weak", "is_partial_year", "is_lower_bound"])
    def test_unfit_rows_never_enter_not_even_by_name(self, mark: str) -> None:
        frame = trade(*pair("AAA", "BBB", "a-2022", {2020: (1, 2), 2021: (3, 4)}), **{mark: True})
        assert "; it has only figures" in select(frame).absence
        assert select(frame, source="a-2022").reason

    def test_a_basis_that_is_no_independent_report_must_be_asked_by_name(self) -> None:
        frame = trade(
            ("AAA", "BBB", 2019, "export", 5, "world-2021"), ("BBB", "AAA", 2019, "export", 7, "world-2021")
        )
        asked = {"start": 2019, "end": 2019}
        assert "reconciled figures (2019)" in select(frame, **asked).reason
        found = select(frame, **asked, basis="reconciled")
        assert found.frame.loc[2019].tolist() == [5, 7, 12]
        assert found.rows[("import", 2019)].startswith("trade:BBB/AAA/")
        assert not found.is_independent

    def test_a_partners_report_is_not_read_as_the_reporters(self) -> None:
        frame = trade(*pair("BBB", "AAA", "b-2024", {2020: (1, 2), 2021: (3, 4)}))
        assert select(frame).reason.endswith("choose reporter BBB")
        assert select(frame, basis="national").reason

    def test_a_published_turnover_is_a_flow_of_its_own(self) -> None:
        frame = pd.concat([CHAIN, trade(("AAA", "BBB", 2020, "turnover", 100, "a-2022"))])
        assert select(frame).frame.loc[2020, "turnover"] == 3
        published = select(frame, start=2020, end=2020, flows=("turnover",))
        assert published.frame.loc[2020, "turnover"] == 100
        assert published.frame["export"].isna().all()
        with pytest.raises(UsageError, match="ask for it alone"):
            select(frame, flows=("export", "turnover"))

    def test_the_world_is_no_reporter(self) -> None:
        frame = trade(*pair("WLD", "BBB", "a-2022", {2020: (1, 2), 2021: (3, 4)}))
        assert "no reporter" in select(frame, reporter="WLD").reason

    def test_row_ids_name_the_primary_key(self) -> None:
        assert select(CHAIN).rows[("export", 2020)] == "trade:AAA/BBB/2020-01-01/2020-12-31/export/a-2022"


class TestNeeds:
    GAP = trade(*pair("AAA", "BBB", "a-2024", {2020: (1, 2), 2022: (5, 6)}))

    def test_ends_allow_gaps_and_list_them(self) -> None:
        assert select(self.GAP, end=2022).reason
        found = select(self.GAP, end=2022, need="ends")
        assert found.defined and found.frame["turnover"].isna().tolist() == [False, True, False]
        assert found.missing == (("export", 2021), ("import", 2021))

    def test_any_takes_the_office_with_the_most_cells(self) -> None:
        frame = pd.concat([CHAIN, trade(*pair("AAA", "BBB", "press-1", {2019: (1, 1), 2023: (1, 1)}))])
        found = select(frame, start=2019, end=2023, need="any")
        assert (found.office, found.rule, len(found.rows)) == ("a-office", "chain", 8)
        assert found.missing == (("export", 2019), ("import", 2019))

    def test_the_rule_does_not_claim_to_cover_what_it_lacks(self) -> None:
        text = "One release, a-2024: the release known by 2026-11-22 with most of what is asked."
        assert select(self.GAP, end=2022, need="any").rule_text == text
        assert select(self.GAP, end=2022, need="ends").rule_text.endswith("that covers what is asked.")

    def test_any_still_needs_something(self) -> None:
        assert select(self.GAP, start=2010, end=2012, need="any").reason


class TestReasons:
    def test_missing_cells_are_named_with_the_years_there_are_and_the_remedy(self) -> None:
        frame = pd.concat(
            [CHAIN, trade(*pair("BBB", "AAA", "b-2024", dict.fromkeys(range(2018, 2026), (1, 1))))]
        )
        assert select(frame, end=2025).reason == (
            "the series of AAA has no exports to or imports from BBB in 2024-2025;"
            " data/trade.csv has it for 2020-2023; set end to 2023 or choose reporter BBB"
        )
        assert "; set start to 2020 or choose reporter BBB" in select(frame, start=2018, end=2023).reason
        assert "; set start to 2020 and end to 2023" in select(frame, start=2018, end=2024).reason

    def test_one_flow_missing(self) -> None:
        frame = pd.concat([CHAIN, trade(("AAA", "BBB", 2024, "export", 1, "a-2024"))])
        assert select(frame, end=2024).reason.startswith("the series of AAA has no imports from BBB in 2024;")
        assert select(frame, end=2024, flows=("export",)).defined

    def test_nothing_at_all(self) -> None:
        assert select(CHAIN, partner="CCC").reason == (
            "the table of trade has no usable exports of AAA to or imports from CCC"
        )
        assert select(CHAIN, basis="press").reason == (
            "the table of trade has no usable exports of AAA to or imports from BBB in the press figures"
        )
        assert select(CHAIN, flows=("turnover",)).reason == (
            "the table of trade has no usable turnover of AAA with BBB"
        )

    def test_years_outside_all_that_is_held_are_led_to_the_longest_run(self) -> None:
        found = select(CHAIN, start=2010, end=2012)
        assert found.reason.endswith(
            "; data/trade.csv has it for 2020-2023; set start and end within 2020-2023"
        )
        assert found.absence == "the series of AAA has no exports to or imports from BBB in 2010-2012"
        alone = trade(*pair("AAA", "BBB", "a-2024", {2020: (1, 2)}))
        assert select(alone, start=2010, end=2012).reason.endswith("has it for 2020")

    def test_no_year_with_both_flows(self) -> None:
        frame = trade(("AAA", "BBB", 2020, "export", 1, "a-2024"))
        assert select(frame).reason.endswith("; data/trade.csv has both flows of it for no year")

    def test_bad_requests_are_refused_together(self) -> None:
        with pytest.raises(UsageError) as caught:
            select(CHAIN, flows=("exports",), need="most", basis="natonal", start=2022, end=2020)
        assert len(caught.value.problems) == 4
        assert "did you mean 'export'" in str(caught.value) and "did you mean 'national'" in str(caught.value)


class TestKnownBy:
    def test_a_coarse_publication_date_counts_when_all_of_it_is_past(self) -> None:
        known = {
            day: set(frame.loc[frame["is_known"], "source"])
            for day in ("2024-06-29", "2024-06-30", "2024-12-30", "2024-12-31")
            for frame in [known_releases(SOURCES, BASES, day)]
        }
        assert "a-2024" not in known["2024-06-29"] and "a-2024" in known["2024-06-30"]
        assert "b-2024" not in known["2024-12-30"] and "b-2024" in known["2024-12-31"]
        assert "bank" not in known["2024-12-31"]  # states no basis

    def test_what_was_read_was_known_even_if_its_year_is_not_over(self) -> None:
        sources = pd.DataFrame(
            [("x", "2026", "2026-11-22", "national", ""), ("y", "", "2026-11-22", "national", "")],
            columns=SOURCES.columns,
        )
        assert known_releases(sources, BASES, "2026-11-22")["is_known"].tolist() == [True, True]
        assert known_releases(sources, BASES, "2026-11-21")["is_known"].tolist() == [False, False]

    def test_an_earlier_day_gives_the_earlier_vintage(self) -> None:
        assert select(CHAIN, known_by="2022-12-31").frame.loc[2021, "export"] == 3
        assert select(CHAIN, known_by=date(2023, 12, 31), end=2022).frame.loc[2021, "export"] == 3.3
        early = select(CHAIN, known_by="2022-06-30")
        assert early.absence == (
            "the table of trade has no usable exports of AAA to or imports from BBB: releases known by 2022-06-30 hold none"
        )
        assert early.reason == (
            f"{early.absence}; take data known by 2022-12-31 (first day on which one is known)"
        )
        assert select(CHAIN, known_by="2022-12-31").defined

    def test_a_day_before_a_release_is_named_as_the_cause_of_a_gap(self) -> None:
        frame = trade(
            ("AAA", "BBB", 2020, "export", 1, "a-2022"),
            ("AAA", "BBB", 2021, "export", 1, "a-2022"),
            ("AAA", "BBB", 2020, "import", 1, "a-2023"),
            ("AAA", "BBB", 2021, "import", 1, "a-2024"),
        )
        early = select(frame, known_by="2022-12-31")
        assert early.reason == (
            "the series of AAA has no imports from BBB in 2020-2021; releases known by 2022-12-31 have both flows of it "
            "for no year; take data known by 2024-06-30, by when releases hold more of it"
        )
        assert select(frame, known_by="2024-06-30").defined
        between = select(frame, known_by="2023-12-31").reason
        assert "releases known by 2023-12-31 have it for 2020; take data known by 2024-06-30" in between
        assert "known_by" not in select(frame[:3], known_by="2024-06-30").reason

    def test_a_later_release_that_could_not_be_used_is_no_advice(self) -> None:
        frame = CHAIN.assign(is_weak=True)
        assert "it has only releases not known by then" in select(frame, known_by="2022-06-30").reason

    def test_any_table_is_cut_to_what_was_known(self) -> None:
        macro = pd.DataFrame({"source": ["a-2022", "bank", "nowhere"]})
        held = {
            day: series.known(macro, SOURCES, day)["source"].tolist() for day in ("2023-12-31", "2024-12-31")
        }
        assert held == {"2023-12-31": ["a-2022"], "2024-12-31": ["a-2022", "bank"]}
        assert series.known(macro, SOURCES, None) is macro
        assert series.known(macro, SOURCES, "2000-01-01").empty

    @given(st.dates(date(2021, 1, 1), date(2026, 12, 31)), st.dates(date(2021, 1, 1), date(2026, 12, 31)))
    def test_known_by_is_monotone(self, one: date, other: date) -> None:
        first, last = sorted((one, other))
        earlier, later = (
            set(select(CHAIN, start=2020, end=2023, need="any", known_by=day).rows) for day in (first, last)
        )
        assert earlier <= later


@settings(max_examples=12)
@given(st.randoms(use_true_random=False))
def test_the_choice_does_not_depend_on_the_order_of_rows_and_never_mixes_offices(
    shuffle: random.Random,
) -> None:
    rows = [
        (("AAA", "BBB"), year, source, (shuffle.uniform(1, 9), shuffle.uniform(1, 9)))
        for year in range(2018, 2024)
        for source in ("a-2022", "a-2023", "a-2024", "b-2024", "un-2023", "press-1")
        if shuffle.random() < 0.5
    ]
    if not rows:
        return
    frame = trade(*(row for (a, b), year, source, both in rows for row in pair(a, b, source, {year: both})))
    mixed = frame.sample(frac=1, random_state=shuffle.randrange(1000))
    for need in ("all", "ends", "any"):
        found, again = (select(table, start=2019, end=2022, need=need) for table in (frame, mixed))
        assert (found.rows, found.rule) == (again.rows, again.rule)
        assert (
            found.cells.empty or found.cells[["office", "basis", "coverage"]].drop_duplicates().shape[0] == 1
        )


def test_availability_lists_each_release_and_why_its_rows_do_not_count() -> None:
    frame = pd.concat([CHAIN, trade(("AAA", "BBB", 2019, "export", 5, "world-2021"))])
    table = series.available(frame, SOURCES, BASES, reporter="AAA", partner="BBB", known_by="2023-12-31")
    by_source = table.drop_duplicates("source").set_index("source")
    assert by_source.loc["a-2022", "years"] == (2020, 2021)
    assert by_source.loc["a-2024", "reason"] == "releases not known by then"
    assert by_source.loc["world-2021", "reason"] == "reconciled figures"
    assert table.iloc[-1]["source"] == "world-2021"
    assert series.available(CHAIN, SOURCES, BASES, reporter="XXX", partner="BBB").empty


def test_spans() -> None:
    assert spans([2023, 2016, 2017, 2018]) == "2016-2018, 2023"
