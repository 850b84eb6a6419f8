"""What security_network must say on the real tables: public facts by name, on the days that matter."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from notebook_checks import column, plain, problems, shown

from analysis import blocs, network, security, tables

Blocks = dict[str, dict[str, Any]]
ALLIES_2025 = {
    "Azerbaijan–Kazakhstan", "Azerbaijan–Türkiye", "Azerbaijan–Uzbekistan", "Kazakhstan–Kyrgyzstan",
    "Kazakhstan–Tajikistan", "Kazakhstan–Uzbekistan", "Tajikistan–Uzbekistan",
}  # fmt: skip


@cache
def on(day: str | None, **more: Any) -> Blocks:
    found = shown(
        "security_network",
        {"as_of": day} | {name: list(v) if isinstance(v, tuple) else v for name, v in more.items()},
    )
    return {block["id"]: block for block in found}


def text(block: dict[str, Any]) -> str:
    return plain(block.get("text") or block["title"])


class TestNetwork:
    def test_the_two_days_differ_as_the_tables_say(self) -> None:
        found = on("2025-12-31")
        early, late = (column(found["pairs"], day) for day in ("31 December 2019", "31 December 2025"))
        assert {pair for pair, kind in late.items() if kind == "alliance"} == ALLIES_2025
        assert {pair for pair, kind in early.items() if kind == "alliance"} == {
            "Azerbaijan–Kazakhstan",
            "Kazakhstan–Kyrgyzstan",
        }
        assert early["Kazakhstan–Uzbekistan"] == "defence cooperation"
        assert early["Azerbaijan–Türkiye"] == "mutual assistance", "the treaty of 2010, before Shusha"
        assert "10 of the 21 pairs" in text(found["lead"]) and "on 31 December 2019, 6 were tied" in text(
            found["lead"]
        )

    def test_as_of_the_first_day_nothing_later_is_known(self) -> None:
        found = on("2019-12-31")
        assert "6 of the 21 pairs" in text(found["lead"]) and "no earlier day is compared" in text(
            found["lead"]
        )
        assert "Tajikistan–Uzbekistan" not in column(found["pairs"], "31 December 2019")
        assert len(found["network"]["table"]["columns"]) == 2

    def test_what_is_announced_or_only_told_is_marked_and_not_counted(self) -> None:
        pairs = on("2025-12-31")["pairs"]
        now, count = column(pairs, "31 December 2025"), column(pairs, "Agreements")
        assert now["Kyrgyzstan–Türkiye"] == "arms, announced" and count["Kyrgyzstan–Türkiye"] == "0"
        assert now["Turkmenistan–Türkiye"] == "arms, announced †‡" and count["Turkmenistan–Türkiye"] == "0"
        assert "‡ only the document that claims it says so" in pairs["note"]

    def test_a_tie_of_an_unverified_date_is_marked(self) -> None:
        assert (
            column(on("2022-06-30")["pairs"], "30 June 2022")["Kazakhstan–Tajikistan"]
            == "defence cooperation †"
        )

    def test_inside_a_coarse_date_both_ends_are_given(self) -> None:
        found = on("2021-10-15")
        assert "between 6 and 7 of the 21 pairs" in text(found["lead"])
        assert "uncertain what binds Kazakhstan with Tajikistan" in text(found["lead"])
        assert column(found["degrees"], "Degree, 15 October 2021")["Tajikistan"] == "0 to 1"
        assert column(found["pairs"], "15 October 2021")["Kazakhstan–Tajikistan"].endswith(
            "uncertain on this day"
        )

    def test_first_years_say_that_there_is_nothing(self) -> None:
        found = on("1995-01-01")
        assert "none of the 21 pairs" in text(found["lead"])
        assert found["network"]["kind"] == found["triangles"]["kind"] == found["mix"]["kind"] == "finding"
        assert text(found["without-density"]) == "No pair is tied on 1 January 1995, with Türkiye or without."


class TestPair:
    def test_the_pair_was_allied_long_before(self) -> None:
        found = on("2025-12-31")
        assert "the highest that any of the 21 pairs has, with 6 other pairs" in text(found["pair-place"])
        assert "it was the same on 31 December 2019" in text(found["pair-place"])
        assert column(found["pair"], "Date")["Treaty on Allied Relations"] == "25 December 2003"
        assert (
            column(found["pair"], "Counts")["Military cooperation pact as only one document describes it"]
            == "no"
        )

    def test_none_and_strangers_are_said_in_a_sentence(self) -> None:
        found = on("2025-12-31", pair=("KAZ", "RUS"))
        assert "names no two of these countries" in text(found["pair-place"])
        assert found["pair"]["kind"] == "finding" and found["pairs"]["kind"] == "table"


class TestWithout:
    def test_with_and_without_turkiye(self) -> None:
        found = on("2025-12-31")
        assert "7 of 15 pairs are tied" in text(found["without-density"])
        late = column(found["without"], "Without Türkiye, 31 December 2025")
        assert (
            late["Tied pairs"] == "7 of 15"
            and late["Triangles of allies"] == "2"
            and late["Density"] == "47%"
        )
        early = column(found["without"], "Without Türkiye, 31 December 2019")
        assert early["Tied pairs"] == "4 of 15" and early["Triangles of allies"] == "0"

    def test_another_country_and_one_that_is_not_there(self) -> None:
        assert (
            text(on("2025-12-31", drop_node="KAZ")["without"]) == "Without Kazakhstan, 5 of 10 ties are left"
        )
        found = on("2025-12-31", drop_node="RUS")
        assert "Russia is not among the countries of the network" in text(found["without-density"])


class TestTriangle:
    def test_the_triangle_closed_with_azerbaijan_and_uzbekistan(self) -> None:
        found = on("2025-12-31")
        assert (
            "Azerbaijan, Kazakhstan and Uzbekistan have been allied two by two since 23 August 2024, when"
            " Azerbaijan–Uzbekistan became the last of the three pairs" in text(found["ally-triangles"])
        )
        first = [row[1:3] for row in found["triangles"]["table"]["rows"][:3]]
        assert first == [
            ["Azerbaijan–Kazakhstan", "24 May 2005"],
            ["Kazakhstan–Uzbekistan", "6 December 2021"],
            ["Azerbaijan–Uzbekistan", "23 August 2024"],
        ]
        assert "Kazakhstan–Tajikistan–Uzbekistan" in text(found["ally-triangles"])

    @pytest.mark.parametrize(
        ("day", "count"), [("2023-05-03", 0), ("2023-05-04", 1), ("2024-08-22", 1), ("2024-08-23", 2)]
    )
    def test_on_its_day_and_not_before(self, day: str, count: int) -> None:
        signed = map(tables.read, ("agreements", "agreement_parties", "tie_kinds", "defence_pacts"))
        found = network.on_day(*signed, countries=["AZE", "KAZ", "KGZ", "TJK", "TKM", "TUR", "UZB"], on=day)
        assert len(network.triangles(found, level=found.ranks["alliance"])) == count


class TestPacts:
    def test_who_promised_whom_help(self) -> None:
        pacts = on("2025-12-31")["pacts"]
        assert column(pacts, "Form") == {
            "Collective Security Treaty": "treaty",
            "Treaty on Strategic Partnership and Mutual Assistance": "treaty",
            "Shusha Declaration on Allied Relations": "declaration",
            "Strategic Mutual Defence Agreement": "agreement",
        }
        parties, states = column(pacts, "Parties"), column(pacts, "State")
        assert parties["Strategic Mutual Defence Agreement"] == "Pakistan, Saudi Arabia"
        assert parties["Collective Security Treaty"].startswith("Armenia (suspended), Belarus")
        assert "Uzbekistan" not in parties["Collective Security Treaty"]
        assert states["Shusha Declaration on Allied Relations"] == "in force"
        assert (
            column(pacts, "Promise in")["Treaty on Strategic Partnership and Mutual Assistance"]
            == "title only"
        )

    @staticmethod
    def listed(day: str) -> dict[str, str]:
        agreements, parties, pacts = map(tables.read, ("agreements", "agreement_parties", "defence_pacts"))
        memberships, meanings = map(tables.read, ("memberships", "status_meanings"))
        standing = blocs.standing(memberships, meanings, blocs=["csto"], on=day)
        return column(security.pacts(agreements, parties, pacts, standing, day).block(), "Parties")

    def test_not_before_they_were_made(self) -> None:
        assert "Strategic Mutual Defence Agreement" in self.listed("2025-09-17")
        assert "Strategic Mutual Defence Agreement" not in self.listed("2025-09-16")
        assert "Uzbekistan" in self.listed("2010-01-01")["Collective Security Treaty"]
        assert "Uzbekistan" not in self.listed("2005-01-01")["Collective Security Treaty"]
        assert "Belarus" not in self.listed("1993-01-01")["Collective Security Treaty"], (
            "signed by six in 1992"
        )


class TestBlocs:
    def test_csto_against_ots(self) -> None:
        found = on("2025-12-31")
        assert "Kazakhstan and Kyrgyzstan are in each of OTS and CSTO; Turkmenistan stands outside" in text(
            found["bloc-members"]
        )
        assert column(found["shared-blocs"], "OTS")["Turkmenistan"] == "observer"

    def test_uzbekistan_is_in_one_only(self) -> None:
        found = on("2019-12-31")["shared-blocs"]
        assert (
            column(found, "OTS")["Uzbekistan"] == "member" and column(found, "CSTO")["Uzbekistan"] == "none"
        )

    def test_likeness_describes(self) -> None:
        found = on("2025-12-31")
        assert "most alike" in text(found["alike"]) and "test nothing" in found["alike"]["note"]
        assert {row[0]: row[1] for row in found["alike"]["table"]["rows"]}["Kazakhstan"] == ""


class TestSummits:
    def test_twelve_numbered_summits_run_on(self) -> None:
        found = on(None)
        assert "OTS had held 12 numbered summits" in text(found["summit-numbers"])
        assert "the numbers run on without a break" in text(found["summit-numbers"])
        assert "1 088 days, before number 6" in text(found["summit-numbers"])
        rows = [[plain(cell) for cell in row] for row in found["summits"]["table"]["rows"]]
        assert [
            "12",
            "7 October 2025",
            "335",
            "Gabala",
            "Regional Peace and Security; Gabala Declaration, OTS+ format",
            "held",
        ] in rows

    def test_plans_are_marked_and_known_only_from_their_source_on(self) -> None:
        def states(day: str | None) -> list[str]:
            return [row[-1] for row in on(day)["summits"]["table"]["rows"]]

        assert states(None).count("expected, not counted") == states(None).count("planned, not counted") == 1
        assert set(states("2022-06-30")) == {"held"}


class TestSecurityActs:
    def test_the_turn_of_the_ots_in_order_with_states(self) -> None:
        rows = on(None)["acts"]["table"]["rows"]
        assert [row[0] for row in rows] == [
            "21 October 2011 ‡", "11 November 2022", "6 November 2024", "23 July 2025", "7 October 2025",
            "7 October 2025", "2026",
        ]  # fmt: skip
        assert [row[-1] for row in rows] == [
            "held",
            "held",
            "proposed",
            "held",
            "signed",
            "proposed",
            "planned",
        ]

    def test_a_summit_told_by_a_document_is_no_support(self) -> None:
        assert (
            text(on("2019-12-31")["acts"])
            == "OTS: no security act is shown to have been done by 31 December 2019"
        )
        assert "3 security acts done" in text(on(None)["acts"])

    def test_what_binds_and_what_does_not(self) -> None:
        mix = on("2025-12-31")["mix"]
        signed, told = column(mix, "Signed"), column(mix, "Told by a document only ‡")
        assert signed == {
            "Türkiye and one of the others": "5",
            "Two of the others": "17",
            "OTS as a body": "1",
        }
        assert (
            told["Türkiye and one of the others"] == "3" and column(mix, "Proposed")["OTS as a body"] == "2"
        )
        assert "25 of 32 security acts" in text(mix)


@pytest.mark.soak
@pytest.mark.parametrize(
    "more",
    [
        {"as_of": "2022-02-10", "drop_node": "AZE", "pair": [], "include_blocs": [], "bloc": "csto"},
        {"as_of": "1992-06-01", "date_1": "1992-03-01"},
        {"countries": ["KAZ", "UZB"], "drop_node": "UZB", "bloc": "sco"},
        {"kinds": ["arms"], "portfolio": [], "bloc": "c5", "weights": "plain"},
        {"as_of": "2004-06-30", "date_1": "2003-01-01"},
    ],
    ids=str,
)
def test_odd_parameters_are_well_said(more: dict[str, Any]) -> None:
    assert problems(shown("security_network", more)) == []
