"""What bloc_overlap says of trade inside blocs through the years, and of a membership that is only imagined."""

from __future__ import annotations

from functools import cache
from typing import Any

from notebook_checks import column, plain, problems, shown


@cache
def run(as_of: str, *what_if: str) -> dict[str, dict[str, Any]]:
    found = shown("bloc_overlap", {"as_of": as_of, "what_if": list(what_if)})
    assert problems(found) == []
    return {block["id"]: block for block in found}


RUSSIA = "cmhs:RUS:2026-01-01"


def test_scenario_stands_beside_the_fact_and_is_not_counted() -> None:
    found = run("2025-12-31", RUSSIA)
    table = found["what-if"]
    assert table["title"].startswith("Scenario:") and "not a fact" in table["subtitle"]
    assert [column(table, side)["Countries in both"] for side in ("As it is", "With the entries")] == [
        "2",
        "3",
    ]
    assert [column(table, side)["Jaccard index"] for side in ("As it is", "With the entries")] == [
        "0.22",
        "0.33",
    ]
    assert "by gross domestic product Kazakhstan as it is, Russia with the entries" in plain(table["note"])
    assert "share 2 of the 9 countries" in found["lead"]["text"], "the fact stays as it was"
    assert len([each for each in column(found["matrix"], "CMHS").values() if each == "participant"]) == 6


def test_nobody_is_imagined_in_a_bloc_that_has_no_member() -> None:
    found = run("1995-01-01", RUSSIA)
    assert plain(found["supposed"]["text"]) == (
        "No scenario is computed: on 1 January 1995, CMHS has no certain member that a country could join."
    )
    assert found["what-if"]["kind"] == "finding"


def test_no_scenario_is_said_in_a_sentence() -> None:
    assert "the parameter that names them is empty" in run("2019-12-31")["supposed"]["text"]
    assert "changes no measure" in run("2019-12-31", "eaeu:KAZ:2020-01-01")["supposed"]["text"]


def test_enlargement_of_the_union_by_kyrgyzstan() -> None:
    found = run("2025-12-31", RUSSIA)
    assert column(found["inner-years"], "Members of each year")["2015"] == "13.0%", (
        "four members on 1 July 2015"
    )
    assert column(found["inner-years"], "Members of the day")["2015"] == "13.5%", (
        "with Kyrgyzstan, in from August"
    )
    assert "0.6 percentage points above that of its first members" in plain(found["enlarged"]["text"])
    assert "CMHS has no share by the members of the day in 2001–2015" in plain(found["introversion"]["note"])
    assert "Tajikistan" in found["introversion"]["note"], "whose flows are missing is named"


def test_no_later_year_is_told() -> None:
    assert max(int(row[0]) for row in run("2019-12-31")["inner-years"]["table"]["rows"]) == 2019
