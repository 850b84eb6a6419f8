from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import BriefingError, UsageError
from analysis.measures import blocs
from analysis.measures.blocs import Members
from analysis.measures.dates import as_day, days

MEANINGS = pd.DataFrame(
    {
        "status": ["candidate", "member", "observer", "participant", "suspended"],
        "is_full": [False, True, False, True, False],
    }
)


def spells(*rows: tuple, attested: bool = False) -> pd.DataFrame:
    """(bloc, country, status, start, end) as a membership table."""
    frame = pd.DataFrame(rows, columns=["bloc", "country", "status", "start", "end"])
    return frame.assign(source=[f"s-{row[0]}" for row in rows], is_start_attested=attested)


TABLE = spells(
    ("a", "AAA", "member", "2010-01-01", ""),
    ("a", "BBB", "member", "2010", ""),
    ("a", "CCC", "member", "2005-03-01", "2012-10"),
    ("a", "DDD", "observer", "2010-01-01", "2015"),
    ("a", "DDD", "member", "2015", ""),
    ("a", "EEE", "candidate", "2011-01-01", ""),
    ("a", "FFF", "member", "2009-01-01", ""),
    ("a", "FFF", "suspended", "2013-01-01", ""),
    ("a", "GGG", "suspended", "2013-01-01", "2014-01-01"),
    ("b", "AAA", "participant", "2011-06-15", ""),
    ("b", "BBB", "participant", "2010-01-01", "2014-01-01"),
)


def members(on: str, bloc: str = "a", **asked) -> Members:
    return blocs.members(TABLE, MEANINGS, bloc, on, **asked)


class TestDates:
    def test_coarse_dates_are_intervals(self) -> None:
        assert days("2024-02").last == date(2024, 2, 29)
        assert days("2023-12").last == date(2023, 12, 31)
        assert days("2011") == (date(2011, 1, 1), date(2011, 12, 31))

    @pytest.mark.parametrize("text", ["", "Oct-22", "2022-13", "2022-02-30", "22", "2022-1"])
    def test_what_is_no_date_is_refused(self, text: str) -> None:
        with pytest.raises(BriefingError, match="is not a date"):
            days(text)

    def test_a_question_needs_a_full_day(self) -> None:
        with pytest.raises(BriefingError, match="not a single day"):
            as_day("2022-10")


class TestMembers:
    def test_a_spell_holds_from_its_start_to_the_day_before_its_end(self) -> None:
        assert "AAA" not in members("2009-12-31").certain
        assert "AAA" in members("2010-01-01").certain
        assert "BBB" in members("2013-12-31", "b").certain
        assert members("2014-01-01", "b") == Members(
            "b",
            date(2014, 1, 1),
            frozenset({"AAA"}),
            frozenset(),
            ("memberships:b/AAA/participant/2011-06-15",),
            ("s-b",),
        )

    def test_a_day_inside_a_coarse_date_is_uncertain(self) -> None:
        assert "BBB" not in members("2009-12-31").uncertain
        assert members("2010-06-01").uncertain == {"BBB"}
        assert "BBB" in members("2010-12-31").certain
        assert "CCC" in members("2012-09-30").certain
        assert members("2012-10-15").uncertain == {"CCC"}
        assert "CCC" not in members("2012-10-31").certain | members("2012-10-31").uncertain

    def test_candidates_never_count_and_suspension_removes_nobody(self) -> None:
        found = members("2020-01-01")
        assert found.certain == {"AAA", "BBB", "DDD", "FFF"}
        with pytest.raises(UsageError, match="no membership and never counts"):
            members("2020-01-01", statuses=["candidate"])
        with pytest.raises(UsageError, match="did you mean 'observer'"):
            members("2020-01-01", statuses=["observr"])

    def test_counting_only_one_full_status_is_possible_but_not_the_default(self) -> None:
        assert members("2012-01-01", "b").certain == {"AAA", "BBB"}
        assert members("2012-01-01", "b", statuses=["member"]).certain == frozenset()

    def test_a_promotion_at_a_coarse_date_makes_nobody_uncertain_when_both_statuses_count(self) -> None:
        assert members("2015-06-01").uncertain == {"DDD"}
        assert "DDD" in members("2015-06-01", statuses=["member", "observer"]).certain

    def test_a_start_that_is_only_attested_leaves_the_time_before_open(self) -> None:
        table = spells(("a", "AAA", "member", "2015", ""), attested=True)
        assert blocs.members(table, MEANINGS, "a", "2012-01-01").uncertain == {"AAA"}
        assert blocs.members(table, MEANINGS, "a", "2016-01-01").certain == {"AAA"}

    def test_only_rows_that_matter_on_the_day_are_named(self) -> None:
        assert members("2004-01-01").rows == ()
        assert "memberships:a/CCC/member/2005-03-01" not in members("2020-01-01").rows

    @given(st.dates(date(2004, 1, 1), date(2017, 1, 1)))
    def test_nobody_is_certain_and_uncertain(self, on: date) -> None:
        found = blocs.members(TABLE, MEANINGS, "a", on)
        assert not found.certain & found.uncertain


class TestStanding:
    def labels(self, on: str) -> dict[str, str]:
        frame = blocs.standing(TABLE, MEANINGS, blocs=["b", "a"], on=on)
        return blocs.standing_matrix(frame, blocs=["b", "a"])["a"].to_dict()

    def test_labels(self) -> None:
        assert self.labels("2013-06-01") == {
            "AAA": "member", "BBB": "member", "DDD": "observer", "EEE": "candidate",
            "FFF": "member, suspended", "GGG": "suspended",
        }  # fmt: skip

    def test_what_an_uncertain_standing_can_be(self) -> None:
        frame = blocs.standing(TABLE, MEANINGS, blocs=["a"], on="2015-06-01", countries=["DDD"])
        assert frame[["status", "could_be", "is_full"]].values.tolist() == [
            ["uncertain", ("member", "none", "observer"), False]
        ]

    def test_matrix_keeps_the_order_asked_and_leaves_no_standing_empty(self) -> None:
        frame = blocs.standing(TABLE, MEANINGS, blocs=["b", "a"], on="2013-06-01")
        matrix = blocs.standing_matrix(frame, blocs=["b", "a"], countries=["FFF", "AAA", "ZZZ"])
        assert matrix.values.tolist() == [["", "member, suspended"], ["participant", "member"], ["", ""]]

    def test_nobody_at_all(self) -> None:
        frame = blocs.standing(TABLE, MEANINGS, blocs=["a"], on="1990-01-01")
        assert frame.empty and blocs.standing_matrix(frame, blocs=["a"]).empty


class TestSetMeasures:
    A, B = set("abcde"), set("abcdfghi")

    def test_worked_example(self) -> None:
        assert blocs.jaccard(self.A, self.B).value == pytest.approx(0.444, abs=5e-4)
        assert blocs.jaccard(self.A, self.B).notes == ("4 of 9",)
        assert blocs.dice(self.A, self.B).value == pytest.approx(0.615, abs=5e-4)
        assert blocs.overlap_coefficient(self.A, self.B).value == 0.8
        assert blocs.containment(self.A, self.B).value == 0.8
        assert blocs.containment(self.B, self.A).value == 0.5
        assert (blocs.intersection(self.A, self.B).value, blocs.union(self.A, self.B).value) == (4, 9)

    def test_empty_sets(self) -> None:
        assert blocs.jaccard(set(), set()).reason == "both sets are empty"
        assert blocs.dice(set(), set()).reason == "both sets are empty"
        assert blocs.jaccard(set(), {"a"}).value == 0
        assert blocs.overlap_coefficient(set(), {"a"}).reason == "a set is empty"
        assert blocs.containment(set(), {"a"}).reason == "the first set is empty"

    def test_an_uncertain_country_makes_it_undefined_and_is_named(self) -> None:
        found = blocs.jaccard(members("2010-06-01"), members("2010-06-01", "b"))
        assert found.reason == "it is uncertain whether BBB is in a on 2010-06-01"
        assert "memberships:a/BBB/member/2010" in found.rows

    @given(st.sets(st.sampled_from("abcdefgh")), st.sets(st.sampled_from("abcdefgh")))
    def test_order_of_the_coefficients(self, a: set[str], b: set[str]) -> None:
        assert blocs.jaccard(a, b).value == blocs.jaccard(b, a).value
        if a and b:
            jaccard, dice = blocs.jaccard(a, b).value, blocs.dice(a, b).value
            overlap = blocs.overlap_coefficient(a, b).value
            assert 0 <= jaccard <= dice <= overlap <= 1
            assert max(blocs.containment(a, b).value, blocs.containment(b, a).value) == overlap
            assert dice == pytest.approx(2 * jaccard / (1 + jaccard))

    @given(*(st.sets(st.sampled_from("abcde")) for _ in range(4)))
    def test_bounds_hold_every_way_to_settle_the_uncertain(self, sure_a, sure_b, open_a, open_b) -> None:
        open_a, open_b = open_a - sure_a, open_b - sure_b
        one = Members("x", None, frozenset(sure_a), frozenset(open_a))
        other = Members("y", None, frozenset(sure_b), frozenset(open_b))
        settled = [
            blocs.jaccard(sure_a | more_a, sure_b | more_b).value
            for more_a in subsets(open_a)
            for more_b in subsets(open_b)
        ]
        values = [value for value in settled if value is not None]
        low, high = blocs.jaccard_bounds(one, other)
        if values:
            assert low.value == min(values)
            assert not high.defined or high.value == max(values)


def subsets(items: set[str]) -> list[set[str]]:
    found: list[set[str]] = [set()]
    for item in items:
        found += [held | {item} for held in found]
    return found


class TestIntersections:
    def test_worked_example(self) -> None:
        cells = blocs.exclusive_intersections({"A": {1, 2, 3}, "B": {2, 3, 4}}).cells
        assert dict(zip(cells["blocs"], cells["countries"], strict=True)) == {
            ("A", "B"): (2, 3), ("A",): (1,), ("B",): (4,),
        }  # fmt: skip

    def test_uncertain_countries_stand_apart(self) -> None:
        found = blocs.exclusive_intersections({"a": members("2010-06-01"), "b": members("2010-06-01", "b")})
        assert found.uncertain == {"BBB": ("a",)}
        assert "BBB" not in {country for cell in found.cells["countries"] for country in cell}

    @given(st.dictionaries(st.sampled_from("ABCD"), st.sets(st.integers(0, 9)), min_size=1))
    def test_exclusive_cells_partition_the_union(self, sets: dict[str, set[int]]) -> None:
        cells = blocs.exclusive_intersections(sets).cells
        held = [country for cell in cells["countries"] for country in cell]
        assert len(held) == len(set(held)) == cells["size"].sum()
        assert set(held) == set().union(*sets.values())
        for names, size in blocs.inclusive_intersections(sets).cells[["blocs", "size"]].values:
            assert size == len(set.intersection(*(sets[name] for name in names)))


SETS = {"A": {"x", "y"}, "B": {"x", "y", "z"}}


class TestMatrices:
    def test_affiliation_and_co_membership(self) -> None:
        matrix = blocs.affiliation(SETS)
        assert blocs.co_membership(matrix).loc["x"].tolist() == [2, 2, 1]
        by_bloc = blocs.co_membership(matrix, by="bloc")
        assert by_bloc.values.tolist() == [[2, 2], [2, 3]]
        assert blocs.jaccard_matrix(SETS).loc["A", "B"] == pytest.approx(2 / 3)

    def test_an_uncertain_membership_leaves_only_its_own_counts_open(self) -> None:
        matrix = blocs.affiliation({"a": Members("a", None, frozenset("x"), frozenset("y")), "b": {"x", "y"}})
        assert pd.isna(matrix.loc["y", "a"])
        counts = blocs.co_membership(matrix)
        assert counts.loc["x", "x"] == 2 and pd.isna(counts.loc["x", "y"]) and pd.isna(counts.loc["y", "y"])


class TestThroughTime:
    def line(self, **asked) -> pd.DataFrame:
        defaults = {"start": "2009-01-01", "end": "2016-06-01"}
        return blocs.overlap_through_time(TABLE, MEANINGS, "a", "b", **defaults | asked)

    def test_it_says_what_members_say_on_each_day(self) -> None:
        for row in self.line(step="month").itertuples():
            a, b = members(row.date.date().isoformat()), members(row.date.date().isoformat(), "b")
            assert (row.size_a, row.size_b) == (len(a.certain), len(b.certain))
            assert set(row.uncertain) == a.uncertain | b.uncertain
            expected = blocs.jaccard(a, b).value
            assert row.jaccard == expected or (pd.isna(row.jaccard) and expected is None)
            low, high = (bound.value for bound in blocs.jaccard_bounds(a, b))
            assert (row.low, row.high) == pytest.approx((low, high), nan_ok=True)

    def test_change_points_tell_the_whole_line(self) -> None:
        changes = self.line(step="change")
        at = dict(
            zip(
                changes["date"].dt.date,
                changes[["size_a", "size_b", "intersection"]].values.tolist(),
                strict=True,
            )
        )
        day, last = date(2009, 1, 1), at[date(2009, 1, 1)]
        while day <= date(2016, 6, 1):
            last = at.get(day, last)
            a, b = members(day.isoformat()), members(day.isoformat(), "b")
            assert last == [len(a.certain), len(b.certain), len(a.certain & b.certain)], day
            day += timedelta(days=7)
            last = [value for when, value in at.items() if when <= day][-1]

    def test_years_and_bad_requests(self) -> None:
        assert self.line(step="year")["date"].dt.year.tolist() == [
            2009,
            2010,
            2011,
            2012,
            2013,
            2014,
            2015,
            2016,
            2016,
        ]
        with pytest.raises(UsageError, match="did you mean 'month'"):
            self.line(step="months")
        with pytest.raises(UsageError, match="backwards"):
            self.line(start="2020-01-01")


class TestSpells:
    def test_spells_are_clipped_to_the_window_and_coarse_ends_stay_spans(self) -> None:
        frame = blocs.spells(TABLE, blocs=["b", "a"], start="2010-06-01", end="2012-12-31")
        row = frame.set_index(["bloc", "country", "status"])
        assert frame["bloc"].tolist()[0] == "b"
        ccc = row.loc[("a", "CCC", "member")]
        assert (ccc["start_first"], ccc["end_first"], ccc["end_last"]) == tuple(
            map(pd.Timestamp, ("2010-06-01", "2012-10-01", "2012-10-31"))
        )
        assert ccc["is_clipped"] and ccc["is_end_coarse"] and not ccc["is_open"]
        bbb = row.loc[("a", "BBB", "member")]
        assert bbb["is_open"] and bbb["is_start_coarse"] and bbb["end_first"] == pd.Timestamp("2013-01-01")
        assert ("a", "FFF", "suspended") not in row.index
        with pytest.raises(UsageError, match="backwards"):
            blocs.spells(TABLE, blocs=["a"], start="2013-01-01", end="2012-01-01")


class TestChurn:
    def test_worked_example(self) -> None:
        found = blocs.churn(set("abcde"), set("abcdef"))
        assert found.entered == {"f"} and found.left == frozenset()
        assert (found.entry_rate.value, found.exit_rate.value) == (0.2, 0)
        assert found.churn.value == pytest.approx(1 / 11)
        assert found.persistence.value == pytest.approx(5 / 6)

    def test_no_rate_from_nothing(self) -> None:
        found = blocs.churn(set(), {"a"})
        assert found.entry_rate.reason == "the first set is empty" and found.entries.value == 1
        assert blocs.churn(set(), set()).churn.reason == "both sets are empty"

    def test_a_suspension_is_no_exit(self) -> None:
        assert "FFF" not in blocs.churn(members("2012-12-01"), members("2013-06-01")).left


class TestWeights:
    MACRO = pd.DataFrame(
        [
            ("x", 2023, "gdp", 200.0, "bank", False), ("y", 2023, "gdp", 10.0, "bank", False),
            ("z", 2023, "gdp", 90.0, "bank", True), ("x", 2023, "gdp", 999.0, "other", False),
        ],
        columns=["country", "year", "indicator", "value", "source", "is_approximate"],
    )  # fmt: skip

    def given(self, countries: str = "xyz", **asked) -> blocs.Weights:
        return blocs.weights(self.MACRO, **{"indicator": "gdp", "year": 2023, "countries": countries} | asked)

    def test_worked_example_with_and_without_the_largest(self) -> None:
        found = blocs.weighted_overlap(set("xy"), set("xyz"), self.given())
        assert (found.whole.value, found.largest, found.without_largest.value) == (0.7, "x", 0.1)
        assert found.whole.sources == ("bank",) and found.whole.flags == ("APPROXIMATE",)
        assert found.without_largest.notes == ("gdp of 2023", "without x")

    def test_all_weights_come_from_one_source(self) -> None:
        assert self.given().values == {"x": 200, "y": 10, "z": 90}
        assert self.given(source="other").values == {"x": 999}

    def test_missing_weights_are_named(self) -> None:
        given = self.given("xyw")
        assert (
            blocs.weighted_overlap(set("xy"), set("xw"), given).whole.reason
            == "no gdp of 2023 by bank, for w"
        )
        assert (
            blocs.weighted_overlap({"q"}, {"q"}, self.given(year=1990)).whole.reason == "no gdp of 1990 for q"
        )
        assert blocs.weighted_overlap(set(), set(), given).whole.reason == "no country is left in either set"
        unsure = Members("a", None, frozenset("x"), frozenset("y"))
        assert "uncertain whether y is in a" in blocs.weighted_overlap(unsure, set("x"), given).whole.reason

    def test_concentration_inside_a_bloc(self) -> None:
        found = blocs.bloc_weights(set("xyz"), self.given())
        assert found.frame["share"].sum() == pytest.approx(1) and found.largest == "x"
        assert found.hhi.value == pytest.approx((200**2 + 10**2 + 90**2) / 300**2)
        assert blocs.bloc_weights(set("xw"), self.given()).hhi.reason == "no gdp of 2023 by bank, for w"
        assert blocs.bloc_weights(set(), self.given()).largest_share.reason == "the set has no members"
