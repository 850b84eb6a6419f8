"""The notebook bloc_succession on the real tables: the public facts it must say, on which day, and what it must not."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from notebook_checks import column, plain, problems, shown


@cache
def run(as_of: str | None = None, **parameters: Any) -> dict[str, dict[str, Any]]:
    found = shown("bloc_succession", {"as_of": as_of, **parameters})
    assert problems(found) == []
    return {block["id"]: block for block in found}


def rows(block: dict[str, Any]) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in block["table"]["rows"]]


def test_lineage_ends_one_after_another() -> None:
    found = run("2025-12-31")
    assert (
        "CAU, CAEC, CACO and EurAsEC have ended, each followed by another bloc; EAEU and CMHS exist"
        in (found["lead"]["text"])
    )
    assert "CCA is only proposed" in found["lead"]["text"]
    assert found["lives"]["title"] == "CAU was followed by CAEC, then CACO, then EurAsEC and then EAEU"
    assert column(found["lives"], "Ended")["EurAsEC"] == "1 January 2015"
    assert column(found["lives"], "Followed by")["CACO"] == "EurAsEC"
    assert column(found["lives"], "State")["CCA"] == "proposed, not established"


def test_proposal_is_not_known_on_the_day_before() -> None:
    assert "CCA" not in run("2025-11-15")["lead"]["text"]


def test_russia_joined_caco_a_year_before_its_merger_was_decided() -> None:
    lag = run("2025-12-31")["accession-lag"]
    assert lag["values"]["span"]["value"] == 353 and lag["values"]["whole"]["value"] == 464
    assert plain(lag["text"]).startswith("Russia joined CACO on 18 October 2004")
    assert "on 6 October 2005" in plain(lag["text"]) and "25 January 2006" in plain(lag["text"])
    assert lag["role"] == "key"


def test_lag_is_open_before_the_decision_and_the_end() -> None:
    assert plain(run("2005-10-05")["accession-lag"]["text"]).endswith("on 5 October 2005 the bloc exists.")
    between = run("2005-12-31")["accession-lag"]
    assert between["values"]["span"]["value"] == 353 and "whole" not in between["values"]
    assert "had not joined CACO" in run("2004-10-17")["accession-lag"]["text"]


def test_second_case_is_read_the_same_way() -> None:
    told = {(row[0], row[1]): row for row in rows(run("2025-12-31")["lags"])}
    assert told["Tajikistan", "CAU"][6] == "108–138", "a joining known by its month gives a range"
    assert told["Uzbekistan", "EurAsEC"][2:5] == ["25 January 2006", "10 October 2014", "3 180"]
    assert told["Kyrgyzstan", "EAEU"][5] == "exists"


def test_uzbekistan_was_suspended_and_did_not_withdraw() -> None:
    found = run("2025-12-31")
    assert plain(found["suspended"]["text"]) == (
        "From 20 October 2008 the part of Uzbekistan in EurAsEC was suspended; that is no withdrawal, and none is on"
        " record."
    )
    told = [row[2] for row in rows(found["moves"]) if row[0] == "EurAsEC" and row[3] == "Uzbekistan"]
    assert told == ["joined", "suspended, not left"]
    assert "suspended" not in {row[2] for row in rows(run("2008-10-19")["moves"])}


def test_caco_had_four_central_asian_members_and_not_turkmenistan() -> None:
    found = run("2025-12-31")
    assert found["central-members"]["figure"] == "4 of 5"
    assert "Turkmenistan was not in it" in found["central-members"]["text"]
    (caco,) = [row for row in rows(found["inside"]) if row[0] == "CACO"]
    assert caco[2] == "4" and caco[4] == "4" and caco[5] == "Turkmenistan"
    assert column(found["inside"], "Others in")["CACO"] == "Russia"
    # suspended is neither in nor out
    assert column(found["inside"], "Suspended or uncertain")["EurAsEC"] == "Uzbekistan (suspended)"
    assert "Uzbekistan" not in column(found["inside"], "Not in")["EurAsEC"]


def test_integration_paused_for_twelve_years() -> None:
    found = run("2025-12-31")
    assert plain(found["pause"]["figure"]) == "12.4 years"
    assert [row[4] for row in rows(found["readings"])] == ["11.9", "12.4", "11.6", "12.1"]
    assert "no meeting of CMHS had been held" in run("2018-03-14")["pause"]["text"]


@pytest.mark.parametrize(
    ("as_of", "count"),
    [("2017-12-31", None), ("2018-03-15", 1), ("2019-12-31", 2), ("2025-11-15", 7), ("2025-12-31", 8)],
)
def test_meetings_of_all_five(as_of: str, count: int | None) -> None:
    found = run(as_of)["by-year"]
    assert found["values"]["all"]["value"] == count if count else "no meeting" in found["text"]


def test_summits_were_on_neighbouring_days_and_not_on_those_stated() -> None:
    found = run("2025-12-31")["calendar"]
    assert found["title"] == (
        "The summits of EAEU and CIS were held on 21 and 22 December 2025, not on 22 and 23 December 2025 as stated"
    )
    assert column(found, "Apart") == {"2024": "neighbouring days", "2025": "neighbouring days"}
    right = run("2025-12-31", stated=("2025-12-21", "2025-12-22"))["calendar"]
    assert "as stated (21 and 22 December 2025)" in right["title"]


def test_first_years_say_what_there_is() -> None:
    assert "CAU is the only bloc known of this lineage" in run("1995-01-01")["lead"]["text"]
    nothing = run("1991-01-01")
    assert nothing["lead"]["text"].startswith("By 1 January 1991, none of the blocs asked about")
    assert nothing["lives"]["kind"] == "finding"


def test_planned_meetings_are_drawn_apart_and_never_counted() -> None:
    found = run("2026-01-31", pause_to="eaeu", pause_from="cmhs")
    states = {row[1]: row[4] for row in rows(found["meetings"]) if row[0] == "EAEU"}
    assert states["28 May 2026"] == "planned"
    assert found["by-year"]["text"].startswith("By 31 January 2026, no meeting of EAEU with all of")


def test_armenia_is_frozen_in_csto_and_still_counted() -> None:
    found = run("2025-12-31", lineage=("csto",), second_lineage=(), lag_bloc="csto", countries=("ARM", "AZE"))
    assert "the part of Armenia in CSTO was suspended" in found["suspended"]["text"]
    assert (
        found["central-members"]["figure"] == "1 of 2"
        and "Armenia was suspended" in found["central-members"]["text"]
    )
    told = [row[2] for row in rows(found["moves"]) if row[3] == "Armenia"]
    assert told == ["suspended, still counted"]


def test_a_day_inside_a_coarse_date_is_uncertain() -> None:
    found = run("1998-03-15")
    assert [row[2] for row in rows(found["moves"]) if row[3] == "Tajikistan"] == [
        "joined, uncertain on this day"
    ]
    assert found["moves"]["title"].startswith("No joining")
    assert column(found["inside"], "Suspended or uncertain")["CAU"] == "Tajikistan (uncertain)"
    assert found["lags"]["kind"] == "finding"
    assert "uncertain" in run("2013-09-15", lineage=("bri",), second_lineage=())["lead"]["text"]


def test_the_second_reading_of_the_lag() -> None:
    assert plain(run()["lag-second"]["text"]).endswith(
        "Tajikistan in CAU, 108–138 days; Uzbekistan in EurAsEC, 3 263 days (suspended after 999 days)."
    )


def test_the_shortest_reading_of_the_pause_is_over_eleven_years() -> None:
    text = plain(run()["shortest-pause"]["text"])
    assert "from the end of CACO (25 January 2006)" in text and text.endswith("gives 11.6 years.")


def test_stated_days_are_a_key_figure_and_wait_until_they_have_passed() -> None:
    key = run("2025-12-31")["stated-days"]
    assert (key["role"], key["figure"]) == ("key", "1 of 2")
    assert "EAEU on 21 December 2025 and CIS on 22 December 2025" in key["text"]
    assert (
        "Of the 2 years with both in that month they were on one day in none and on neighbouring days in 2."
        in key["text"]
    )
    before = run("2025-12-21")
    assert "had not all passed" in before["stated-days"]["text"]
    assert (
        before["calendar"]["title"]
        == "By 21 December 2025, the stated days, 22 and 23 December 2025, had not all passed"
    )


@pytest.mark.parametrize("as_of", ["1995-01-01", "2025-12-31", None])
def test_every_exhibit_is_mentioned_by_a_finding(as_of: str | None) -> None:
    found = run(as_of)
    named = {block["exhibit"] for block in found.values() if block.get("exhibit")}
    assert {ident for ident, block in found.items() if block["kind"] in ("figure", "table")} <= named
