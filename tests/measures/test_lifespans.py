"""Blocs that follow one another, on small tables: lives, moves, lags over coarse dates, meetings known and planned."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.measures import lifespans
from analysis.measures.dates import days

MEANINGS = pd.DataFrame(
    {"status": ["member", "observer", "suspended", "candidate"], "is_full": [True, False, False, False]}
)
BLOCS = pd.DataFrame(
    {
        "bloc": ["old", "new", "idea"],
        "standing": ["established", "established", "proposed"],
        "founded": ["1994", "1998-07-17", ""],
        "is_founded_unverified": [False, True, False],
        "dissolved": ["1998-07-17", "", ""],
        "is_dissolved_unverified": [True, False, False],
        "successor": ["new", "", ""],
        "source": ["s1", "s2", "s3"],
    }
)
ROWS = [
    ("old", "AAA", "member", "1994-04-30", "1998-07-17"),
    ("old", "BBB", "member", "1998-03", "1998-07-17"),
    ("old", "BBB", "observer", "1996", "1998-03"),
    ("new", "AAA", "member", "1998-07-17", ""),
    ("new", "BBB", "member", "1998-07-17", "2008-10-20"),
    ("new", "BBB", "suspended", "2008-10-20", "2012-01-01"),
    ("new", "BBB", "member", "2012-01-01", ""),
    ("new", "CCC", "member", "2000-01-01", "2001-01-01"),
    ("idea", "AAA", "candidate", "2025-11-16", ""),
]
MEMBERSHIPS = pd.DataFrame(ROWS, columns=["bloc", "country", "status", "start", "end"]).assign(
    source="s", is_start_unverified=False, is_end_unverified=False
)
LINE = ["old", "new", "idea"]


def life(on: str) -> pd.DataFrame:
    return lifespans.lives(BLOCS, MEMBERSHIPS, LINE, on)


class TestLives:
    def test_states_follow_the_day(self) -> None:
        assert dict(zip(life("2026-01-01")["bloc"], life("2026-01-01")["state"], strict=True)) == {
            "old": "ended", "new": "exists", "idea": "proposed",
        }  # fmt: skip
        assert life("2020-01-01")["bloc"].tolist() == ["old", "new"]
        assert life("1990-01-01").empty

    def test_a_later_end_and_successor_are_not_known(self) -> None:
        early = life("1998-07-16")
        assert early[["state", "end", "successor"]].values.tolist() == [["exists", "", ""]]
        assert not early["is_end_unverified"].any() and life("1998-07-17")["is_end_unverified"].iloc[0]


class TestMoves:
    def test_each_kind_is_told_apart(self) -> None:
        found = lifespans.moves(MEMBERSHIPS, MEANINGS, life("2026-01-01"), "2026-01-01")
        told = found[["bloc", "country", "move", "date"]].values.tolist()
        assert ["old", "BBB", "joined", "1998-03"] in told, "an observer who becomes a member joins then"
        assert ["old", "AAA", "ended-with-bloc", "1998-07-17"] in told
        assert ["new", "BBB", "suspended", "2008-10-20"] in told
        assert ["new", "BBB", "resumed", "2012-01-01"] in told
        assert ["new", "CCC", "left", "2001-01-01"] in told
        assert ["idea", "AAA", "candidate", "2025-11-16"] in told
        assert [move for bloc, country, move, _ in told if (bloc, country) == ("new", "BBB")] == [
            "founder", "suspended", "resumed",
        ]  # fmt: skip

    def test_nothing_later_is_seen(self) -> None:
        found = lifespans.moves(MEMBERSHIPS, MEANINGS, life("2008-10-19"), "2008-10-19")
        assert "suspended" not in set(found["move"])
        early = lifespans.moves(MEMBERSHIPS, MEANINGS, life("1998-07-16"), "1998-07-16")
        assert set(early["move"]) == {"founder", "joined"}


class TestElapsed:
    def test_coarse_dates_give_a_range_and_no_day(self) -> None:
        assert lifespans.elapsed(days("1998-03"), days("1998-07-17")) == (108, 138)
        assert lifespans.lag("2004-10-18", "2005-10-06").value == 353
        gone = lifespans.lag("1998-03", "1998-07-17")
        assert not gone.defined and "108 to 138 days" in gone.reason

    def test_years_take_the_middle(self) -> None:
        assert lifespans.years_between("2005-10-06", "2018-03-15").value == pytest.approx(4543 / 365.2425)
        assert lifespans.years_between("2005-10-06", "2017-09").notes == ("between 4348 and 4377 days",)


def test_who_was_in_at_both_ends() -> None:
    found = lifespans.at_ends(MEMBERSHIPS, MEANINGS, life("2026-01-01"), ["AAA", "CCC"], "2026-01-01")
    rows = found.set_index("bloc")
    assert rows.loc["old", "last"] == ("AAA",) and rows.loc["old", "others"] == ("BBB",)
    assert rows.loc["new", "others"] == ("BBB",) and "idea" not in rows.index
    assert str(rows.loc["old", "last_day"]) == "1998-07-16"


class TestMeetings:
    EVENTS = pd.DataFrame(
        [
            ("held", "2018-03-15", "summit", "held", "b", "s1"),
            ("month", "2025-08", "summit", "held", "b", "s1"),
            ("plan", "2026-05-28", "summit", "planned", "b", "s2"),
            ("talk", "2017-09", "announcement", "held", "b", "s1"),
            ("else", "2018-05-01", "summit", "held", "c", "s1"),
        ],
        columns=["event", "date", "kind", "status", "bloc", "source"],
    )
    ACTORS = pd.DataFrame(
        {"event": ["held", "held", "month"], "actor": ["AAA", "BBB", "AAA"], "actor_kind": "country"}
    )
    SOURCES = pd.DataFrame({"source": ["s1", "s2"], "published": ["2025-09", "2025-12-21"]})

    def ids(self, on: str, **options: object) -> list[str]:
        return lifespans.meetings(self.EVENTS, self.ACTORS, self.SOURCES, on, **options)["event"].tolist()

    def test_held_ones_once_they_surely_were(self) -> None:
        assert self.ids("2025-08-15", bloc="b") == ["held"], "a month is over only at its end"
        assert self.ids("2025-08-31", bloc="b") == ["held", "month"]

    def test_planned_ones_once_announced_and_known(self) -> None:
        assert self.ids("2025-12-20", bloc="b") == ["held", "month"]
        assert self.ids("2025-12-21", bloc="b") == ["held", "month", "plan"]
        assert self.ids("2026-01-01", bloc="b", known_by="2025-12-01") == ["held", "month"]

    def test_by_kind_actors_and_blocs(self) -> None:
        assert self.ids("2026-01-01", bloc=["b", "c"], countries=["AAA", "BBB"]) == ["held"]
        assert self.ids("2020-01-01", bloc="b", kind=None) == ["talk", "held"]


class TestDoubt:
    """A date that is coarse leaves the day inside it open, and a suspension is neither in nor out."""

    COARSE = BLOCS.assign(dissolved=["1998-07", "", ""])
    FROZEN = pd.DataFrame(
        [
            ("new", "AAA", "member", "1998-07-17", ""),
            ("new", "AAA", "suspended", "2003-01-01", "2005-01-01"),
            ("new", "BBB", "member", "1998-07-17", "2008-10-20"),
            ("new", "BBB", "suspended", "2008-10-20", ""),
            ("new", "CCC", "member", "2010", ""),
        ],
        columns=["bloc", "country", "status", "start", "end"],
    ).assign(source="s", is_start_unverified=False, is_end_unverified=False)

    def test_inside_a_coarse_date_neither_founding_nor_end_is_told(self) -> None:
        found = lifespans.lives(self.COARSE, MEMBERSHIPS, ["old"], "1998-07-10").iloc[0]
        assert (found["state"], found["end"], found["successor"]) == ("may-have-ended", "", "")
        assert lifespans.lives(self.COARSE, MEMBERSHIPS, ["old"], "1998-07-31")["state"].tolist() == ["ended"]
        assert lifespans.lives(BLOCS, MEMBERSHIPS, ["old"], "1994-06-01")["state"].tolist() == ["may-exist"]

    def moves(self, on: str) -> list[tuple[str, str, bool]]:
        lived = lifespans.lives(BLOCS, self.FROZEN, ["new"], on)
        found = lifespans.moves(self.FROZEN, MEANINGS, lived, on)
        return [(row.country, row.move, row.is_uncertain) for row in found.itertuples()]

    def test_a_suspension_beside_full_standing_is_a_freeze(self) -> None:
        told = self.moves("2026-01-01")
        assert [each[1] for each in told if each[0] == "AAA"] == ["founder", "frozen", "thawed"]
        assert [each[1] for each in told if each[0] == "BBB"] == ["founder", "suspended"]
        assert not {"frozen", "thawed"} & {*lifespans.STARTS, *lifespans.STOPS}, "it removes nobody"

    def test_a_move_inside_a_coarse_date_is_uncertain(self) -> None:
        assert ("CCC", "joined", True) in self.moves("2010-06-01")
        assert ("CCC", "joined", False) in self.moves("2010-12-31")

    def test_suspended_and_uncertain_are_told_apart_from_in_and_out(self) -> None:
        lived = lifespans.lives(BLOCS, self.FROZEN, ["new"], "2010-06-01")
        found = lifespans.at_ends(self.FROZEN, MEANINGS, lived, ["AAA", "BBB", "CCC"], "2010-06-01").iloc[0]
        assert (found["last"], found["suspended"], found["uncertain"]) == (("AAA",), ("BBB",), ("CCC",))
