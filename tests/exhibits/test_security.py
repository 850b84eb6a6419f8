"""What the views of the security network say on small tables: one tie, none, uncertain ones, one country taken out."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analysis.exhibits import blocks, security
from analysis.exhibits.security import kinds
from analysis.measures import network, summits
from analysis.measures.sets import Members

COUNTRIES = ["KAZ", "UZB", "KGZ", "TUR"]
KINDS = pd.DataFrame(
    [("alliance", 5), ("mutual-assistance", 4), ("defence-cooperation", 3), ("arms", 1)],
    columns=["kind", "rank"],
)
NONE = pd.DataFrame({"agreement": []}, dtype=object)
ROWS = [
    ("one", "KAZ UZB", "alliance", "2010-01-01", "signed", False),
    ("two", "KAZ KGZ", "alliance", "2012-03-04", "signed", False),
    ("three", "KGZ UZB", "alliance", "2015", "signed", False),
    ("four", "KAZ TUR", "arms", "2011-01-01", "announced", False),
    ("five", "TUR UZB", "arms", "2011-01-01", "signed", True),
]


def nets(*days: str, rows: int = 5, countries: list[str] | None = None) -> list[network.Network]:
    frame = pd.DataFrame(
        ROWS[:rows], columns=["agreement", "parties", "kind", "date", "status", "is_document_only"]
    )
    sides = [(row.agreement, party) for row in frame.itertuples() for party in row.parties.split()]
    frame = frame.drop(columns="parties").assign(
        title="Treaty", in_force="", ended="", is_date_unverified=False, source="wiki-ots"
    )
    tables = (frame, pd.DataFrame(sides, columns=["agreement", "party"]), KINDS, NONE)
    return network.on_days(*tables, countries=countries or COUNTRIES, days=list(days))


def layers(found: list[network.Network]) -> list[dict[str, Members]]:
    return [{"ots": Members("ots", each.on, frozenset({"KAZ", "TUR"}))} for each in found]


def said(shown) -> str:
    block = shown.block()
    assert blocks.check(block) == []
    return block.get("text") or block["title"]


class TestLead:
    def test_one_tie_and_many(self) -> None:
        assert said(security.lead(nets("2011-06-01"))) == (
            "On 1 June 2011, 1 of the 6 pairs of the 4 countries is tied by a security agreement that binds, 1 of them at"
            " the level of an alliance; no earlier day is compared."
        )
        assert said(security.lead(nets("2011-06-01", "2020-01-01"))).endswith("; on 1 June 2011, 1 was tied.")

    def test_none(self) -> None:
        assert "none of the 6 pairs of the 4 countries is tied" in said(security.lead(nets("2000-01-01")))

    def test_uncertain_gives_both_ends_and_says_why(self) -> None:
        assert said(security.lead(nets("2015-06-01"))) == (
            "On 1 June 2015, between 2 and 3 of the 6 pairs of the 4 countries are tied by a security agreement that"
            " binds: it is uncertain what binds Kyrgyzstan with Uzbekistan; no earlier day is compared."
        )

    def test_an_uncertain_first_day(self) -> None:
        assert said(security.lead(nets("2015-06-01", "2020-01-01"))).endswith(
            "how many were on 1 June 2015 is uncertain."
        )


class TestKeyFigures:
    def test_the_tied_pairs_are_counted_and_the_allied_ones_named(self) -> None:
        block = security.tied(nets("2011-06-01", "2020-01-01")).block()
        assert (block["figure"], block["change"]) == ("3 of 6", "1 on 1 June 2011")
        assert block["label"].startswith("Pairs tied") and block["text"].startswith(
            "Allied on 1 January 2020: "
        )

    def test_where_nothing_is_tied_there_is_no_one_to_name(self) -> None:
        assert (
            said(security.tied(nets("2000-01-01"))) == "No two of the countries are allied on 1 January 2000."
        )

    def test_what_is_left_without_a_country_is_counted_in_pairs(self) -> None:
        block = security.without_said(nets("2013-01-01"), "UZB").block()
        assert (block["figure"], block["change"]) == ("1 of 3", "with it 2 of 6")


class TestLines:
    def test_every_standing_has_its_own_line(self) -> None:
        (found,) = nets("2015-06-01")
        assert kinds.styles(found) == {
            ("Kazakhstan", "Kyrgyzstan"): "strong",
            ("Kazakhstan", "Türkiye"): "dashed",
            ("Kazakhstan", "Uzbekistan"): "strong",
            ("Kyrgyzstan", "Uzbekistan"): "unsure",
            ("Türkiye", "Uzbekistan"): "dashed",
        }
        key = kinds.key([found], ["ots"])
        assert key["strong"] == "alliance" and key["OTS"] == "both in OTS"
        assert key["dashed"] == "not counted: announced or told by a document only"

    def test_words_of_a_pair(self) -> None:
        (found,) = nets("2015-06-01")
        words = {pair: kinds.stated(found, *pair) for pair in found.pairs}
        assert words[("KGZ", "UZB")] == "alliance, uncertain on this day"
        assert words[("KAZ", "TUR")] == "arms, announced"
        assert words[("TUR", "UZB")] == "arms, signed ‡"
        assert words[("KGZ", "TUR")] == "none"


class TestPair:
    def test_place_with_equals_alone_and_none(self) -> None:
        found = nets("2013-01-01")
        assert said(security.pair_said(found, ["UZB", "KAZ"])) == (
            "Kazakhstan and Uzbekistan stand at the level of alliance on 1 January 2013, the highest that any of the 6"
            " pairs has, with 1 other pair."
        )
        assert said(security.pair_said(nets("2011-06-01"), ["UZB", "KAZ"])).endswith(
            "the highest of the 6 pairs."
        )
        assert "no security tie of their own" in said(security.pair_said(found, ["KAZ", "TUR"]))
        assert "is uncertain" in said(security.pair_said(nets("2015-06-01"), ["KGZ", "UZB"]))

    def test_what_was_before(self) -> None:
        text = said(security.pair_said(nets("2009-01-01", "2013-01-01"), ["KAZ", "UZB"]))
        assert text.endswith("on 1 January 2009 nothing bound the two.")

    @pytest.mark.parametrize("lit", [[], ["KAZ"], ["KAZ", "KAZ"], ["KAZ", "RUS"], ["KAZ", "UZB", "KGZ"]])
    def test_no_pair_is_said(self, lit: list[str]) -> None:
        found = nets("2013-01-01")
        assert "names no two of these countries" in said(security.pair_said(found, lit))
        assert said(security.of_pair(found, lit)) == "No pair of these countries is singled out."
        assert security.drawing(found, layers(found), lit).figure is not None


class TestWithout:
    def test_density_with_and_without(self) -> None:
        found = nets("2013-01-01")
        text = said(security.without_said(found, "UZB"))
        assert (
            text
            == "Without Uzbekistan, 1 of 3 pairs is tied on 1 January 2013, a density of 33% against 33% with it."
        )
        assert (
            said(security.without(found, layers(found), "UZB")) == "Without Uzbekistan, 1 of 2 ties is left"
        )
        assert said(security.without(found, layers(found), "TUR")) == "Türkiye has none of the 2 ties"

    def test_nobody_a_stranger_and_one_of_two(self) -> None:
        found = nets("2013-01-01")
        assert said(security.without_said(found, None)) == "No country is taken out of the network."
        assert said(security.without_said(found, "RUS")).startswith("Russia is not among the countries")
        two = nets("2013-01-01", countries=["KAZ", "UZB"])
        assert (
            said(security.without_said(two, "KAZ")) == "With one of two countries taken out, no pair is left."
        )
        assert said(security.without(two, layers(two), "KAZ")) == "There is no second network to draw."

    def test_uncertain_is_said_and_the_table_gives_both_ends(self) -> None:
        found = nets("2015-06-01")
        assert "is uncertain on 1 June 2015" in said(security.without_said(found, "TUR"))
        rows = security.without(found, layers(found), "TUR").block()["table"]["rows"]
        assert rows[0] == ["Tied pairs", "2 to 3 of 6", "2 to 3 of 3"]
        assert ["Triangles of allies", "0 to 1", "0 to 1"] in rows


class TestTriangles:
    def test_a_coarse_date_stays_coarse(self) -> None:
        found = nets("2016-01-01")
        assert said(security.triangles(found)) == (
            "Kazakhstan, Kyrgyzstan and Uzbekistan closed a triangle of alliances in 2015"
        )
        assert "since 2015, when Kyrgyzstan–Uzbekistan became the last of the three pairs." in said(
            security.triangle_said(found)
        )

    def test_none_known(self) -> None:
        assert "No three of the countries" in said(security.triangle_said(nets("2015-06-01")))


class TestMix:
    ROWS = pd.DataFrame(
        columns=["item", "item_table", "state", "last", "is_document_only", "source", "shown_by"],
        data=[("ots-defence", "agreements", "proposed", date(2014, 1, 1), False, "wiki-ots", "wiki-ots")],
    )

    def test_uncertain_and_told_are_apart_from_what_binds(self) -> None:
        (found,) = nets("2015-06-01")
        shown = security.mix(found, "TUR", self.ROWS, "ots")
        assert said(shown) == "2 of 6 security acts are signed or in force"
        table = shown.block()["table"]
        assert [column["label"] for column in table["columns"]][1:] == [
            "Signed", "Announced", "Proposed", "Uncertain on this day", "Told by a document only ‡",
        ]  # fmt: skip
        assert table["rows"] == [
            ["Türkiye and one of the others", "0", "1", "0", "0", "1"],
            ["Two of the others", "2", "0", "0", "1", "0"],
            ["OTS as a body", "0", "0", "1", "0", "0"],
        ]

    def test_nobody_taken_out(self) -> None:
        (found,) = nets("2015-06-01")
        rows = security.mix(found, None, self.ROWS, "ots").block()["table"]["rows"]
        assert [row[0] for row in rows] == ["Pairs of these countries", "OTS as a body"]


def test_summits_that_do_not_run_on() -> None:
    events = pd.DataFrame(
        [("a", "2020-01-01", "held", 1), ("b", "2021-01-01", "held", 4), ("c", "2030", "planned", 5)],
        columns=["event", "date", "status", "ordinal"],
    ).assign(bloc="ots", kind="summit", place="Baku", source="wiki-ots", is_document_only=False)
    sources = pd.DataFrame({"source": ["wiki-ots"], "published": ["2019"]})
    calendar = summits.known(events, sources, "2022-01-01", bloc="ots")
    topics = pd.DataFrame({"event": ["a"], "aspect": ["theme"], "text": ["trade"], "source": ["wiki-ots"]})
    assert said(security.summits_said(calendar, "ots", date(2022, 1, 1))) == (
        "OTS had held 2 numbered summits by 1 January 2022; the numbers do not run on, 2 and 3 are missing; the longest"
        " gap is 366 days, before number 4."
    )
    shown = security.summits(calendar, topics, "ots", date(2022, 1, 1))
    assert said(shown) == "2 summits of OTS held by 1 January 2022, 1 more planned or expected"
    assert [row[-1] for row in shown.block()["table"]["rows"]] == ["held", "held", "planned, not counted"]
