"""The ladder of relations on tiny tables worked by hand, and the public facts of the real ones."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analysis import tables
from analysis.errors import UsageError
from analysis.measures import agreements as held_on
from analysis.measures import relations
from analysis.measures.relations import Rules

SEVEN = ["KAZ", "KGZ", "TJK", "TKM", "UZB", "AZE", "TUR"]
COLUMNS = [
    "agreement",
    "date",
    "rung",
    "status",
    "in_force",
    "ended",
    "is_date_unverified",
    "is_document_only",
]


def table(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame([(*row, *("", "", False, False)[len(row) - 4 :]) for row in rows], columns=COLUMNS)
    return frame.assign(kind="k", label="", title="t", source="s", is_defence_tie=False)


def between(frame: pd.DataFrame, *extra: str) -> pd.DataFrame:
    return pd.DataFrame(
        [(agreement, party) for agreement in frame["agreement"] for party in ("AAA", "BBB", *extra)],
        columns=["agreement", "party"],
    )


def rung(
    frame: pd.DataFrame, day: str, rules: Rules = relations.BY_SIGNATURE, *extra: str
) -> tuple[int, int]:
    row = relations.ladder(frame, between(frame, *extra), ["BBB", "AAA"], day, rules).iloc[0]
    return row["rung"], row["could_be"]


class TestLadder:
    def test_the_highest_rung_holds(self) -> None:
        frame = table(("a", "2000-01-01", 5, "signed"), ("b", "2010-01-01", 2, "signed"))
        assert rung(frame, "1999-12-31") == (0, 0)
        assert rung(frame, "2000-01-01") == rung(frame, "2020-01-01") == (5, 5)

    def test_a_day_inside_a_coarse_date_is_uncertain(self) -> None:
        frame = table(("a", "2000", 2, "signed"), ("b", "2010-06", 3, "signed"))
        assert rung(frame, "2000-12-30") == (0, 2)
        assert rung(frame, "2000-12-31") == (2, 2)
        assert rung(frame, "2010-06-15") == (2, 3)

    def test_in_force_from_a_coarse_date_is_uncertain_under_its_rule_only(self) -> None:
        frame = table(("a", "2021-06-15", 5, "in-force", "2022-02"))
        assert rung(frame, "2022-02-10") == (5, 5)
        assert rung(frame, "2022-02-10", Rules("in-force")) == (0, 5)
        assert rung(frame, "2022-03-01", Rules("in-force")) == (5, 5)
        assert rung(frame, "2022-01-31", Rules("in-force")) == (0, 0)

    def test_a_coarse_signature_of_one_in_force_is_uncertain_too(self) -> None:
        assert rung(table(("a", "1992-10", 1, "in-force", "1992-10")), "1992-10-15") == (0, 1)

    def test_an_agreement_that_ended_counts_no_longer(self) -> None:
        frame = table(("a", "2000-01-01", 3, "ended", "2001-01-01", "2010"))
        assert rung(frame, "2009-12-31") == (3, 3)
        assert rung(frame, "2010-07-01") == (0, 3)
        assert rung(frame, "2011-01-01") == (0, 0)

    @pytest.mark.parametrize("status", ["proposed", "announced", "initialed"])
    def test_what_is_not_signed_makes_no_rung(self, status: str) -> None:
        assert rung(table(("a", "2000-01-01", 5, status)), "2020-01-01") == (0, 0)

    def test_what_the_document_alone_says_makes_no_rung(self) -> None:
        frame = table(("a", "2000-01-01", 5, "signed", "", "", False, True))
        assert rung(frame, "2020-01-01") == (0, 0)

    def test_an_unverified_date_counts_only_if_asked_for(self) -> None:
        frame = table(("a", "2000-01-01", 5, "signed", "", "", True, False))
        assert rung(frame, "2020-01-01") == (5, 5)
        assert rung(frame, "2020-01-01", Rules(count_unverified=False)) == (0, 0)

    def test_a_treaty_of_three_is_no_rung_of_two(self) -> None:
        assert rung(table(("a", "2000-01-01", 5, "signed")), "2020-01-01", Rules(), "CCC") == (0, 0)

    def test_the_order_of_countries_does_not_matter(self) -> None:
        frame = table(("a", "2000-01-01", 5, "signed"))
        found = [
            relations.ladder(frame, between(frame), pair, "2020-01-01")
            for pair in (["AAA", "BBB"], ["BBB", "AAA"])
        ]
        pd.testing.assert_frame_equal(*found)

    def test_a_verified_date_goes_before_one_that_is_not(self) -> None:
        frame = table(("a", "2000", 5, "signed", "", "", True), ("b", "2003-01-01", 5, "signed"))
        row = relations.ladder(frame, between(frame), ["AAA", "BBB"], "2020-01-01").iloc[0]
        assert (row["agreement"], row["is_date_unverified"]) == ("b", False)

    def test_refuses_one_country_and_strange_rules(self) -> None:
        frame = table(("a", "2000-01-01", 5, "signed"))
        with pytest.raises(UsageError, match="at least two"):
            relations.ladder(frame, between(frame), ["AAA", "AAA"], "2020-01-01")
        with pytest.raises(UsageError, match="not 'ratified'"):
            Rules("ratified")


class TestSteps:
    FRAME = table(
        ("a", "1992-11-23", 1, "in-force", "1992-11-23"),
        ("b", "1998", 2, "signed", "", "", True),
        ("c", "2013-06-14", 3, "signed"),
        ("d", "2014-06-14", 3, "signed"),
        ("e", "2022-12", 5, "signed"),
    )

    def steps(self, until: str = "2023-06-30", rules: Rules = relations.BY_SIGNATURE) -> pd.DataFrame:
        return relations.milestones(self.FRAME, between(self.FRAME), ["BBB", "AAA"], until, rules)

    def test_each_has_the_rung_before_and_after(self) -> None:
        found = self.steps()[["agreement", "before", "after"]].values.tolist()
        assert found == [["a", 0, 1], ["b", 1, 2], ["c", 2, 3], ["d", 3, 3], ["e", 3, 5]]

    def test_nothing_later_is_told(self) -> None:
        assert list(self.steps("1998-01-01")["agreement"]) == ["a", "b"]
        assert self.steps("1998-01-01")["is_uncertain"].tolist() == [False, True]
        assert self.steps("1997-12-31")["agreement"].tolist() == ["a"]

    def test_an_end_is_a_step_down(self) -> None:
        frame = table(("a", "1992-01-01", 1, "signed"), ("b", "2000-01-01", 4, "ended", "", "2010-01-01"))
        found = relations.milestones(frame, between(frame), ["AAA", "BBB"], "2020-01-01")
        assert found[["cause", "before", "after"]].values.tolist() == [
            ["signed", 0, 1],
            ["signed", 1, 4],
            ["ended", 4, 1],
        ]

    def test_the_last_step_agrees_with_the_ladder(self) -> None:
        for day in ("1991-01-01", "1995-01-01", "2013-06-14", "2020-01-01", "2023-01-01"):
            steps = self.steps(day)
            held = int(steps["after"].iloc[-1]) if len(steps) else 0
            assert held == rung(self.FRAME, day)[1]

    def test_dwell_is_a_range_where_a_date_is_coarse(self) -> None:
        held = relations.dwell(self.steps(), "2023-06-30")
        # 23 November 1992 to 1 January 1998 and to 31 December 1998
        assert (held[0].low.value, held[0].high.value) == (1865, 2229)
        assert (held[2].low.value, held[2].high.value) == (3457, 3487)
        assert (held[3].rung, held[3].end, held[3].low.value, held[3].high.value) == (5, None, 181, 211)
        assert all(each.low.value <= each.high.value for each in held)

    def test_a_step_that_may_not_have_come_has_no_dwell(self) -> None:
        assert [each.rung for each in relations.dwell(self.steps("2022-12-10"), "2022-12-10")] == [1, 2, 3]

    def test_moves_begin_after_the_day(self) -> None:
        def found(since: str) -> list:
            moves = relations.moves(self.FRAME, between(self.FRAME), ["AAA", "BBB"], since, "2023-06-30")
            return moves[["agreement", "may_be_before"]].values.tolist()

        assert found("2013-06-13") == [["c", False], ["e", False]]
        assert found("2013-06-14") == [["e", False]]
        assert found("2022-12-10") == [["e", True]]
        assert found("2022-12-31") == []

    def test_no_pair_has_no_steps(self) -> None:
        assert relations.milestones(self.FRAME, between(self.FRAME), [], "2023-06-30").empty

    def test_a_turn_is_looked_at_from_both_sides(self) -> None:
        found = relations.turn(self.steps(), "2023-06-30")
        assert (found.before, found.after) == (date(2022, 11, 30), date(2022, 12, 31))
        found = relations.turn(self.steps("2022-12-10"), "2022-12-10")
        assert (found.before, found.after) == (date(2013, 6, 13), date(2013, 6, 14))
        assert relations.turn(self.steps(), "2023-06-30", date(2024, 1, 1)) is None
        assert relations.turn(self.steps("1991-01-01"), "1991-01-01") is None

    @pytest.mark.parametrize("pair", [["AAA"], ["AAA", "AAA"], ["AAA", "BBB", "CCC"]])
    def test_a_pair_is_two_different_countries(self, pair: list[str]) -> None:
        with pytest.raises(UsageError, match="two different countries"):
            relations.ordered(pair)


def test_readings_refuse_another_word() -> None:
    with pytest.raises(UsageError, match="higher or lower, not 'best'"):
        relations.coded(pd.DataFrame(), pd.DataFrame(), None, "best")


def test_no_median_of_nothing() -> None:
    with pytest.raises(ValueError, match="no rung"):
        relations.median_rung([])


# --- the real tables -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def parties() -> pd.DataFrame:
    return tables.read("agreement_parties")


def read(reading: str = "higher") -> pd.DataFrame:
    names = ("agreements", "agreement_kinds", "rung_readings")
    return relations.coded(*map(tables.read, names), reading)


def standing(
    parties: pd.DataFrame, day: str, rules: Rules = relations.BY_SIGNATURE, reading: str = "higher"
) -> dict:
    found = relations.ladder(read(reading), parties, SEVEN, day, rules)
    return {f"{row.a}-{row.b}": row.rung for row in found.itertuples()}


def test_the_ladders_of_2019_and_2025_differ_as_the_tables_say(parties: pd.DataFrame) -> None:
    early, late = standing(parties, "2019-12-31"), standing(parties, "2025-12-31")
    assert {pair for pair, found in early.items() if found == 5} == {"AZE-KAZ", "KAZ-KGZ"}
    assert {pair for pair, found in late.items() if found == 5} == {
        "AZE-KAZ", "AZE-TUR", "AZE-UZB", "KAZ-KGZ", "KAZ-TJK", "KAZ-UZB", "TJK-UZB",
    }  # fmt: skip
    assert {pair for pair in early if early[pair] != late[pair]} == {
        "AZE-KGZ", "AZE-TJK", "AZE-TUR", "AZE-UZB", "KAZ-TJK", "KAZ-TUR", "KAZ-UZB", "KGZ-TUR", "KGZ-UZB", "TJK-UZB",
        "TKM-UZB", "TUR-UZB",
    }  # fmt: skip
    assert all(early[pair] <= late[pair] for pair in early)


def test_three_pairs_have_no_strategic_partnership(parties: pd.DataFrame) -> None:
    now = standing(parties, "2026-11-22")
    assert {pair for pair, found in now.items() if found < 3} == {"KGZ-TJK", "TJK-TUR", "TKM-TUR"}


@pytest.mark.parametrize(
    ("pair", "declared", "treaty"),
    [
        ("KAZ-UZB", "2021-12-06", "2022-12-22"),
        ("KAZ-TJK", "2023-05-04", "2024-08-22"),
        ("TJK-UZB", "2022-06-02", "2024-04-18"),
    ],
)
def test_alliance_was_declared_before_it_was_a_treaty(
    parties: pd.DataFrame, pair: str, declared: str, treaty: str
) -> None:
    steps = relations.milestones(read(), parties, pair.split("-"), "2026-11-22")
    allied = steps[steps["after"] == 5]
    assert allied["when"].tolist()[:2] == [declared, treaty]
    assert (allied["before"] != allied["after"]).tolist()[:2] == [True, False]


def test_kazakhstan_and_kyrgyzstan_are_allies_by_treaty_since_2003(parties: pd.DataFrame) -> None:
    steps = relations.milestones(read(), parties, ["KAZ", "KGZ"], "2026-11-22")
    assert steps.set_index("when")["after"].to_dict()["2003-12-25"] == 5
    assert standing(parties, "2003-12-24")["KAZ-KGZ"] == 2
    assert standing(parties, "2003-12-25")["KAZ-KGZ"] == 5


def test_the_treaty_of_2005_is_a_switch(parties: pd.DataFrame) -> None:
    assert standing(parties, "2019-12-31")["AZE-KAZ"] == 5
    assert standing(parties, "2019-12-31", reading="lower")["AZE-KAZ"] == 3
    assert standing(parties, "2022-08-24", reading="lower")["AZE-KAZ"] == 5, "the declaration of 2022"
    assert standing(parties, "2023-01-01", reading="lower")["TJK-UZB"] == 3


def test_in_force_alone_is_thin(parties: pd.DataFrame) -> None:
    thin = standing(parties, "2026-11-22", Rules("in-force"))
    assert {pair for pair, found in thin.items() if found > 1} == {"AZE-TUR", "TJK-UZB"}


def test_the_ladder_counts_nothing_that_is_not_held_on_the_day(parties: pd.DataFrame) -> None:
    frame = read()
    for day in ("1995-01-01", "2008-08-08", "2019-12-31", "2025-12-31"):
        held = set(held_on.on_day(frame, parties, day)["row"])
        ladder = relations.ladder(frame, parties, SEVEN, day)
        assert {row for rows in ladder["rows"] for row in rows} <= held


def test_the_pact_of_the_document_is_no_tie_of_defence(parties: pd.DataFrame) -> None:
    ties = relations.defence_ties(read(), parties, ["KGZ", "KAZ"], "2024-04-19")
    assert list(ties["agreement"]) == ["kaz-kgz-2021-miltech-aid"]
    assert relations.defence_ties(read(), parties, ["KAZ", "KGZ"], "2021-06-01")["is_certain"].tolist() == [
        False
    ]
    strict = Rules(count_unverified=False)
    assert relations.defence_ties(read(), parties, ["KAZ", "KGZ"], "2024-04-19", strict).empty
