"""accords_and_peace on the real tables: what it must say on which day, and what it must not."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from notebook_checks import column, plain, problems, shown

Blocks = dict[str, dict[str, Any]]


@cache
def at(as_of: str | None = None, process: str = "all", known_by: str | None = None) -> Blocks:
    found = shown("accords_and_peace", {"as_of": as_of, "process": process, "known_by": known_by})
    return {block["id"]: block for block in found}


def rows(block: dict[str, Any]) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in block["table"]["rows"]]


def stages(block: dict[str, Any], name: str) -> dict[str, tuple[str, str]]:
    """State and date of each stage of one row of a track."""
    return {row[1]: (row[2], row[3]) for row in rows(block) if row[0] == name}


class TestAbrahamAccords:
    def test_kazakhstan_is_announced_and_confirmed_and_no_signature_is_found(self) -> None:
        for day in ("2025-12-31", None):
            assert stages(at(day)["track-abraham"], "Kazakhstan") == {
                "announced": ("reached", "6 November 2025"),
                "confirmed": ("reached", "7 November 2025"),
                "signed": ("not found", ""),
                "in force": ("not found", ""),
            }
        assert "no signature is found" in at()["signed"]["text"] and at()["signed"]["figure"] == "4 of 5"

    def test_nothing_of_kazakhstan_the_day_before(self) -> None:
        found = at("2025-11-05")
        assert "Kazakhstan" not in column(found["track-abraham"], "State")
        assert found["signed"]["figure"] == "4 of 4"
        assert "Kazakhstan" not in column(found["expansion"], "State")

    def test_a_candidate_is_no_member(self) -> None:
        states = column(at("2025-12-31")["expansion"], "State")
        assert states["Kazakhstan"] == "announced"
        assert [name for name, state in states.items() if state == "in"] == [
            "UAE",
            "Bahrain",
            "Israel",
            "US",
            "Morocco",
        ]
        assert states["Sudan"] == "declaration signed only"

    def test_what_only_a_document_proposes_is_marked_and_never_in(self) -> None:
        found = at()["expansion"]
        assert {name: state for name, state in column(found, "State").items() if "proposed" in state} == {
            "Pakistan": "proposed ‡",
            "Saudi Arabia": "proposed ‡",
        }
        assert "only the document" in found["note"]
        assert "that only a document proposes" in at()["scenario"]["text"]

    def test_relations_since_1992_are_33_years_before_the_step(self) -> None:
        key = at()["relations-before"]
        assert plain(key["figure"]) == "33 years" and "10 April 1992" in key["text"]
        assert {name: plain(years) for name, years in column(at()["relations"], "Years between").items()} == {
            "UAE": "–", "Bahrain": "–", "Sudan": "–", "Morocco": "–", "Kazakhstan": "33 years",
        }  # fmt: skip

    def test_the_others_normalised_relations_on_joining(self) -> None:
        relations = column(at()["relations"], "Relations")
        assert {name for name, told in relations.items() if told == "on joining"} == {
            "UAE",
            "Bahrain",
            "Morocco",
            "Sudan",
        }
        assert (
            "By a press report, Bahrain, Morocco, Sudan and the United Arab Emirates"
            in at()["relations-before"]["text"]
        )
        assert "on joining" not in str(at("2020-08-20", "abraham")["relations-before"])

    def test_an_announcement_alone_is_no_signature(self) -> None:
        assert at("2020-08-20", "abraham")["signed"]["figure"] == "0 of 1"


class TestTreaty:
    def test_published_and_not_signed(self) -> None:
        assert stages(at()["track-arm-aze"], "Armenia and Azerbaijan") == {
            "text agreed": ("reached", "13 March 2025"),
            "initialed": ("reached", "8 August 2025"),
            "published": ("reached", "11 August 2025"),
            "signed": ("not found", ""),
            "ratified": ("not found", ""),
            "in force": ("not found", ""),
        }
        since = [row[4] for row in rows(at()["track-arm-aze"])]
        assert since[:4] == ["", "148 days", "3 days", "468 days so far"]

    def test_days_in_the_stage_are_counted_to_the_day(self) -> None:
        assert plain(at("2025-12-31")["waiting"]["figure"]) == "142 days"
        assert plain(at()["waiting"]["figure"]) == "468 days"

    def test_the_board_tells_what_is_met(self) -> None:
        met = column(at()["conditions-board"], "Met")
        assert {name for name, is_met in met.items() if is_met == "yes"} == {
            "Election in Armenia",
            "End of the OSCE Minsk process",
            "Rules for the border commissions",
        }
        assert column(at()["conditions-board"], "Date")["End of the OSCE Minsk process"] == "September 2025"
        assert column(at()["conditions-board"], "State")["Constitution of Armenia"] == "reaffirmed"

    def test_the_board_knows_nothing_later(self) -> None:
        before = at("2025-12-31")["conditions-board"]
        assert column(before, "State")["Election in Armenia"] == "named"
        assert column(before, "Date")["Election in Armenia"] == "24 December 2025 †‡"
        assert "Two thirds of Armenia’s parliament" not in column(before, "State")

    def test_a_day_inside_a_coarse_date_meets_nothing(self) -> None:
        inside = at("2025-09-15")["conditions-board"]
        assert column(inside, "State")["End of the OSCE Minsk process"] == "requested, perhaps closed since"
        assert column(inside, "Met")["End of the OSCE Minsk process"] == "no"


class TestRoute:
    def test_the_end_year_under_each_reading(self) -> None:
        found = at()["concessions"]
        assert [(row[0], row[1], row[4]) for row in rows(found)] == [
            ("Armenian railway: the concession", "firm", "2038"),
            ("Armenian railway: the concession", "possible extension", "2058"),
            ("TRIPP: US officials", "spoken of, at most", "2125"),
            ("TRIPP: the framework", "firm", "2075"),
            ("TRIPP: the framework", "possible extension", "2125"),
        ]
        assert at()["term-ends"]["figure"] == "2075 or 2125"

    def test_99_years_are_the_ceiling_and_no_land_is_leased(self) -> None:
        assert column(at()["route-terms"], "Result") == {
            "Term": "only with the extension",
            "Legal form": "differs",
            "Operator": "agrees",
        }
        assert "74%, Armenia 26%" in at()["holders"]["text"]

    def test_the_framework_is_not_known_in_2025(self) -> None:
        assert "framework" not in str(rows(at("2025-12-31")["concessions"]))
        assert list(column(at("2025-12-31")["route-terms"], "Result")) == ["Legal form"]


class TestNeighbour:
    def test_the_visa_step_of_1_january(self) -> None:
        track = stages(at()["track-arm-tur"], "Armenia and Türkiye")
        assert track["visa step in force"] == ("reached", "1 January 2026")
        assert track["diplomatic relations"] == ("not found", "")
        assert (
            stages(at("2025-12-31")["track-arm-tur"], "Armenia and Türkiye")["visa step in force"][0]
            == "not found"
        )
        assert "ties the normalisation to the treaty" in at()["waits"]["text"]

    def test_talks_of_2022_are_a_range_of_days(self) -> None:
        since = [row[4] for row in rows(at()["track-arm-tur"])]
        assert since[1] == "1 094–1 458 days"
        assert at("2022-06-01")["track-arm-tur"]["title"].endswith("had begun is uncertain")


class TestDocuments:
    def test_6_november_was_a_thursday_and_the_election_held_on_the_day_named(self) -> None:
        results = column(at()["calendar"], "Result")
        assert results["Weekday of the announcement on Kazakhstan"] == "agrees"
        assert (
            column(at()["calendar"], "Found")["Weekday of the announcement on Kazakhstan"]
            == "Thursday, 6 November 2025"
        )
        assert results["Armenian election"] == "agrees"
        assert "hours" in results["Announcement ahead of the summit with Central Asian leaders"]

    def test_a_row_of_the_document_itself_never_supports_it(self) -> None:
        assert column(at()["calendar"], "Result")["Report on the election day"] == "only the document says so"
        assert "7 of 9" in at()["calendar"]["title"]

    def test_signing_expected_against_formal_accession(self) -> None:
        results = column(at()["contradictions"], "They")
        assert results == {
            "Kazakhstan’s place in the Abraham Accords": "contradict",
            "Alliance of Kazakhstan and Uzbekistan": "agree",
        }
        assert at()["documents-differ"]["text"].endswith(
            "Found on 22 November 2026: Kazakhstan’s joining of the Abraham Accords: announced, 6 November 2025."
        )

    def test_a_document_not_yet_known_is_left_out(self) -> None:
        found = at(known_by="2025-12-31")
        assert set(column(found["calendar"], "Result")) == {
            "Weekday of the announcement on Kazakhstan",
            "Announcement ahead of the summit with Central Asian leaders",
        }
        assert found["contradictions"]["kind"] == "finding"


def test_1995_is_one_sentence_for_each() -> None:
    found = at("1995-01-01")
    assert {block["kind"] for block in found.values()} == {"finding", "references"}
    assert found["lead"]["text"] == (
        "On 1 January 1995, no stage of the Abraham Accords, the peace treaty of Armenia and Azerbaijan or the normalisation"
        " of Armenia and Türkiye had been reached."
    )


def test_each_process_can_be_asked_about_alone() -> None:
    for process, others in (("abraham", 2), ("arm-aze", 2), ("arm-tur", 2)):
        found = at(None, process)
        keys = [block for block in found.values() if block.get("role") == "key" and block["defined"]]
        assert 2 <= len(keys) <= 4, process
        assert (
            sum(found[f"track-{each}"]["kind"] == "finding" for each in ("abraham", "arm-aze", "arm-tur"))
            == others
        )


def test_stages_asked_for_are_drawn_and_change_no_sentence() -> None:
    few = {block["id"]: block for block in shown("accords_and_peace", {"stages": ["signed", "initialed"]})}
    assert list(dict.fromkeys(row[1] for row in rows(few["track-arm-aze"]))) == ["initialed", "signed"]
    assert len(rows(few["track-arm-tur"])) == 4, "none of its stages was asked for: all are drawn"
    assert few["lead"]["text"] == at()["lead"]["text"]


@pytest.mark.soak
@pytest.mark.parametrize(
    "day",
    [
        "1991-01-01",
        "2008-02-13",
        "2020-08-13",
        "2022-06-01",
        "2024-11-01",
        "2025-03-13",
        "2025-09-15",
        "2026-01-13",
    ],
)
def test_other_days_are_well_said(day: str) -> None:
    assert problems(list(at(day).values())) == []


def test_every_exhibit_is_mentioned_by_a_finding() -> None:
    found = at()
    named = {block["exhibit"] for block in found.values() if block.get("exhibit")}
    assert {ident for ident, block in found.items() if block["kind"] in ("figure", "table")} <= named
