"""What the views of two blocs say on small sets: shared, none shared, both empty, uncertain, counted by request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analysis import tables
from analysis.exhibits import blocks, overlap
from analysis.exhibits.overlap.sets import standing_of
from analysis.measures import blocs, panels
from analysis.measures.sets import Members
from analysis.measures.weights import Weights, bloc_weights

DAY = date(2020, 6, 30)
FULL = ["member", "participant"]
MEANINGS = pd.DataFrame(
    {"status": ["member", "participant", "observer", "candidate"], "is_full": [True, True, False, False]}
)


def spells(*rows: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [(*row, "", "", "")[:5] for row in rows], columns=["bloc", "country", "status", "start", "end"]
    )
    return frame.assign(source="wiki-ots")


TABLE = spells(
    ("eaeu", "KAZ", "member", "2015-01-01"),
    ("eaeu", "RUS", "member", "2015-01-01"),
    ("eaeu", "UZB", "observer", "2019-01-01"),
    ("cmhs", "KAZ", "participant", "2018-03-15"),
    ("cmhs", "UZB", "participant", "2018-03-15"),
    ("ots", "KGZ", "member", "2020"),
)


def sets(statuses: list[str] | None = None, on: date = DAY) -> dict[str, Members]:
    return panels.members(TABLE, MEANINGS, ["eaeu", "cmhs", "ots"], on, statuses or FULL)


def said(shown) -> str:
    block = shown.block()
    assert blocks.check(block) == []
    return block.get("text") or block["title"]


class TestLead:
    def test_shared(self) -> None:
        found = sets()
        assert said(overlap.lead(found["eaeu"], found["cmhs"])) == (
            "On 30 June 2020, EAEU and CMHS share 1 of the 3 countries in either, Kazakhstan: a Jaccard index of 0.33."
        )

    def test_statuses_change_what_counts_and_what_is_said(self) -> None:
        wider = [*FULL, "observer"]
        found = sets(wider)
        assert "Kazakhstan and Uzbekistan" in said(overlap.lead(found["eaeu"], found["cmhs"]))
        shared = overlap.shared(found["eaeu"], found["cmhs"], wider)
        assert shared.change == "counted as member, participant or observer; Jaccard index 0.67"
        standing = blocs.standing(TABLE, MEANINGS, blocs=["eaeu", "cmhs"], on=DAY)
        assert (
            said(overlap.not_counted(standing, "eaeu", FULL, id="beside-a"))
            == "With another standing in EAEU, not counted: as observer Uzbekistan."
        )
        assert said(overlap.not_counted(standing, "eaeu", wider, id="beside-a")).startswith(
            "Every country with a standing in EAEU on this day"
        )

    def test_none_shared(self) -> None:
        a, b = Members("eaeu", DAY, frozenset({"RUS"})), Members("cmhs", DAY, frozenset({"UZB"}))
        assert "share none of the 2 countries" in said(overlap.lead(a, b))

    def test_both_empty(self) -> None:
        a, b = Members("eaeu", DAY, frozenset()), Members("cmhs", DAY, frozenset())
        assert said(overlap.lead(a, b)) == (
            "For 30 June 2020, the overlap of EAEU and CMHS cannot be given: neither has a member on that day."
        )
        assert "no member of EAEU or CMHS" in said(overlap.shared(a, b, FULL))
        assert said(overlap.closeness(a, b)) == "Measures of the overlap need certain members in both blocs."

    def test_uncertain_is_named_once_then_short(self) -> None:
        found = sets()
        lead = said(overlap.lead(found["eaeu"], found["ots"]))
        assert "it is uncertain whether Kyrgyzstan is in OTS on 30 June 2020" in lead
        assert said(overlap.shared(found["eaeu"], found["ots"], FULL)) == (
            "How many countries EAEU and OTS share is uncertain on this day."
        )


class TestMatrix:
    def shown(self, one: str, other: str):
        found = sets()
        columns = ["eaeu", "cmhs", "ots"]
        standing = blocs.standing(TABLE, MEANINGS, blocs=columns, on=DAY)
        return overlap.matrix(standing, found[one], found[other], columns, FULL)

    def test_title_counts(self) -> None:
        assert said(self.shown("eaeu", "cmhs")) == "1 country is in both EAEU and CMHS"

    def test_title_says_uncertain(self) -> None:
        shown = self.shown("eaeu", "ots")
        assert said(shown) == "Who is in both EAEU and OTS on 30 June 2020 is uncertain"
        row = next(row for row in shown.block()["table"]["rows"] if row[0] == "Kyrgyzstan")
        assert row[3] == "uncertain"


class TestThroughTime:
    def lines(self, step: str = "change", other: str = "cmhs"):
        view = {"start": "2016-01-01", "end": DAY, "statuses": FULL}
        return panels.overlaps(TABLE, MEANINGS, "eaeu", [other], step=step, **view)

    def test_largest_since(self) -> None:
        shown = overlap.through_time(self.lines(), TABLE, FULL, DAY, "change")
        assert said(shown) == (
            "The overlap of EAEU and CMHS was at its largest from 15 March 2018, at a Jaccard index of 0.33"
        )

    def test_step_is_said(self) -> None:
        shown = overlap.through_time(self.lines("year"), TABLE, FULL, DAY, "year")
        assert "at its largest on 1 January 2019" in said(shown)
        assert "on the first of each year" in shown.block()["subtitle"]

    def test_never_shared(self) -> None:
        shown = overlap.through_time(self.lines(other="ots"), TABLE, FULL, DAY)
        assert said(shown) == "On none of the days shown do EAEU and OTS share a country"

    def test_last_change(self) -> None:
        found = panels.last_change(
            TABLE, MEANINGS, "eaeu", "cmhs", start="2016-01-01", end=DAY, statuses=FULL
        )
        assert said(overlap.last_change(found)) == (
            "The counts behind the overlap of EAEU and CMHS last changed on 15 March 2018: from 0 shared of 2 to 1 of 3."
        )

    def test_spell_begun_before_the_view(self) -> None:
        frame = blocs.spells(TABLE, blocs=["eaeu", "cmhs"], start="2016-01-01", end=DAY)
        shown = overlap.spells(frame, FULL, DAY, ["eaeu", "cmhs"])
        assert said(shown) == "5 spells of standing in EAEU or CMHS, 2 of them begun before the view"
        assert shown.block()["table"]["rows"][0][3] == "before 1 January 2016"


def test_churn_compares_two_days() -> None:
    shown = overlap.churn(sets(on=date(2016, 1, 1)), sets())
    assert said(shown) == "The members of no bloc shown differ between 1 January 2016 and 30 June 2020"
    # OTS is uncertain, and nobody was in CMHS on the first day
    assert [row[0] for row in shown.block()["table"]["rows"]] == ["EAEU"]


def test_churn_without_a_certain_member_names_the_days() -> None:
    assert said(overlap.churn(sets(on=date(2014, 1, 1)), sets())) == (
        "Entries and exits from 1 January 2014 to 30 June 2020 cannot be counted: the tables name no certain member of"
        " any bloc shown on 1 January 2014."
    )


@pytest.mark.parametrize(
    ("early", "expected"),
    [
        (
            ["eaeu"],
            "Between 1 January 2016 and 30 June 2020 the members of EAEU changed: from 2 countries to 3",
        ),
        (
            ["eaeu", "cmhs"],
            "Between 1 January 2016 and 30 June 2020 EAEU changed most: from 2 countries to 3",
        ),
    ],
)
def test_one_bloc_alone_did_not_change_most(early: list[str], expected: str) -> None:
    first = {bloc: Members(bloc, date(2016, 1, 1), frozenset({"KAZ", "RUS"})) for bloc in early}
    last = {bloc: replace(sets()[bloc], certain=frozenset({"KAZ", "RUS", "KGZ"})) for bloc in early}
    last |= {"cmhs": Members("cmhs", DAY, frozenset({"KAZ", "RUS"}))} if "cmhs" in early else {}
    assert said(overlap.churn(first, last)) == expected


def test_one_country_is_no_countries() -> None:
    first = {"eaeu": Members("eaeu", date(2016, 1, 1), frozenset({"RUS"}))}
    assert said(overlap.churn(first, {"eaeu": sets()["eaeu"]})).endswith("changed: from 1 country to 2")


def test_closeness_holds_all_measures() -> None:
    found = sets()
    shown = overlap.closeness(found["eaeu"], found["cmhs"])
    assert said(shown) == "1 of the 2 countries of EAEU and of the 2 of CMHS is in both"
    assert {row[0]: row[3] for row in shown.block()["table"]["rows"]} == {
        "Jaccard index": "0.33",
        "Dice index": "0.50",
        "Overlap coefficient": "0.50",
        "Containment of EAEU": "0.50",
        "Containment of CMHS": "0.50",
    }


class TestWeight:
    GIVEN = Weights("gdp_current_usd", 2019, "wb-gdp-datahub", {"KAZ": 25.0, "RUS": 75.0})

    def test_herfindahl_and_equal_members(self) -> None:
        spread = bloc_weights(sets()["eaeu"], self.GIVEN)
        assert said(overlap.heaviest(spread)) == (
            "Russia makes 75.0% of the output of EAEU (2019), whose Herfindahl index of 0.63 is that of 1.6 members of"
            " equal size."
        )
        shown = overlap.evenness({"gdp_current_usd": {"eaeu": spread}})
        assert said(shown) == "By gross domestic product the Herfindahl index of EAEU is 0.63"

    def test_missing_weight_is_named(self) -> None:
        spread = bloc_weights(sets()["cmhs"], self.GIVEN)
        assert said(overlap.heaviest(spread)) == (
            "The members of CMHS cannot be weighed: no gross domestic product of 2019 by World Bank, 20 March 2026, for"
            " Uzbekistan."
        )
        assert "no gross domestic product of 2019 by World Bank, 20 March 2026, for Uzbekistan" in said(
            overlap.composition({"cmhs": spread})
        )


@pytest.mark.parametrize("highlight", [frozenset(), frozenset({"KAZ"})])
def test_patterns_name_who_is_left_out(highlight: frozenset[str]) -> None:
    shown = overlap.upset(sets(), highlight)
    assert said(shown) == "3 countries fall into 3 patterns of membership"
    assert shown.block()["note"] == (
        "Codes: KAZ Kazakhstan; RUS Russia; UZB Uzbekistan. Left out as uncertain on this day: Kyrgyzstan (OTS)."
    )


class TestPlaces:
    OUTLINES = pd.DataFrame(
        {
            "country": ["KAZ", "RUS", "UZB"],
            "is_whole": True,
            "ring": ["60 40;70 40;70 50;60 50", "60 50;70 50;70 60;60 60", "60 40;70 40;70 30;60 30"],
            "source": "natural-earth-2018",
        }
    )

    def map(self, found: dict[str, Members], outlines: pd.DataFrame = OUTLINES):
        return overlap.places(outlines, found["eaeu"], found["cmhs"])

    def test_tells_which_countries_of_one_bloc_border_the_other(self) -> None:
        shown = self.map(sets())
        assert said(shown) == (
            "Each of the 2 countries in only one of EAEU and CMHS borders a country of the other bloc"
        )
        assert list(shown.data.itertuples(index=False, name=None)) == [
            ("KAZ", "yes", "yes", "in both"),
            ("RUS", "yes", "no", "yes"),
            ("UZB", "no", "yes", "yes"),
        ]
        assert "in EAEU only Russia; in CMHS only Uzbekistan" in shown.alt
        assert shown.note.endswith("no opinion on the status of any territory or border.")

    def test_a_sea_between_two_coasts_is_no_border(self) -> None:
        apart = self.OUTLINES.assign(
            ring=["60 40;70 40;70 50;60 50", "60 51;70 51;70 60;60 60", "60 40;70 40;70 30;60 30"]
        )
        assert said(self.map(sets(), apart)).startswith(
            "1 of the 2 countries in only one of EAEU and CMHS borders"
        )

    def test_a_country_outside_the_map_is_named_and_no_border_is_told(self) -> None:
        shown = self.map(sets(), self.OUTLINES.query("country != 'RUS'"))
        assert said(shown) == "2 countries are in only one of EAEU and CMHS"
        assert shown.note.startswith("Outside the map: Russia.")
        assert "unknown" in set(shown.data["borders"])

    def test_uncertain_empty_and_unmapped_are_said(self) -> None:
        uncertain = overlap.places(self.OUTLINES, sets()["eaeu"], sets()["ots"])
        assert said(uncertain) == "Where EAEU and OTS meet on 30 June 2020 is uncertain"
        early = sets(on=date(2016, 1, 1))
        assert "CMHS has no member on 1 January 2016" in said(self.map(early))
        assert said(self.map(sets(), self.OUTLINES.iloc[:0])) == "No country of EAEU or CMHS lies on the map."


def test_every_status_of_the_tables_has_its_word() -> None:
    for status in tables.read("status_meanings")["status"]:
        assert standing_of(status) == status.replace("-", " ")
