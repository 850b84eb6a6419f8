"""The notebook corridors_and_water on the real tables: the public facts it must say, and on which day."""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

import pytest
from notebook_checks import ROOT, column, plain, problems, shown

from analysis import tables

Blocks = dict[str, dict[str, Any]]


@cache
def run(**parameters: Any) -> Blocks:
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in parameters.items()}
    return {block["id"]: block for block in shown("corridors_and_water", given)}


class TestStages:
    def test_uap_is_under_study_and_imec_only_announced(self) -> None:
        stages = column(run()["comparison"], "Stage")
        assert (stages["UAP"], stages["IMEC"], stages["TITR"]) == ("under study", "announced", "operational")
        assert (stages["CKU"], stages["TRIPP"]) == ("under construction", "planned")
        assert (
            "3 of the 8 corridors asked about are operational: CPEC, INSTC and TITR" in run()["lead"]["text"]
        )

    def test_at_the_end_of_2019_there_is_no_tripp_and_no_imec(self) -> None:
        found = run(as_of="2019-12-31")
        assert set(column(found["comparison"], "Stage")) == {"CPEC", "INSTC", "TITR", "UAP"}
        assert {"IMEC", "TRIPP"} <= set(found["not-yet"]["text"].replace(",", "").split())
        assert column(found["comparison"], "Stage")["UAP"] == "announced"
        assert "of INSTC the stage is uncertain" in found["lead"]["text"]

    def test_tripp_is_planned_only_since_its_framework(self) -> None:
        assert column(run(as_of="2025-12-31")["comparison"], "Stage")["TRIPP"] == "announced"
        assert "TRIPP" not in column(run(as_of="2025-08-07")["comparison"], "Stage")

    def test_a_corridor_announced_in_a_year_is_uncertain_within_it(self) -> None:
        found = run(as_of="2014-06-30")
        assert "uncertain" in column(found["comparison"], "Stage")["TITR"]
        assert found["lead"]["defined"], "a lead without a value would fail the build"
        assert "none of the 8 corridors asked about is surely operational" in found["lead"]["text"]
        assert "of INSTC and TITR the stage is uncertain" in found["lead"]["text"]

    def test_before_the_first_corridor_one_sentence_says_so(self) -> None:
        found = run(as_of="1995-01-01")
        assert "none of the 8 corridors" in found["lead"]["text"] and found["lead"]["defined"]
        assert {found[ident]["kind"] for ident in ("comparison", "matrix", "route", "outlets", "debt")} == {
            "finding"
        }

    def test_coarse_dates_stay_coarse(self) -> None:
        announced = column(run()["comparison"], "Announced")
        assert (announced["CPEC"], announced["TITR"], announced["UAP"]) == (
            "May 2013",
            "2014",
            "December 2018",
        )


class TestLengths:
    def test_42_km_against_25_miles_within_5_percent(self) -> None:
        text = plain(run()["section"]["text"])
        assert (
            "42 km long" in text
            and "the 25 miles" in text
            and "40.2 km, 4.2% less, within the tolerance of 5%" in text
        )
        values = run()["section"]["values"]
        assert values["share"]["value"] == pytest.approx(42 / 4766)
        assert "Azerbaijan and Türkiye" in text

    def test_a_narrower_tolerance_is_outside(self) -> None:
        assert "outside the tolerance of 4%" in plain(run(tolerance_pct=4)["section"]["text"])

    def test_the_reading_of_the_document_is_marked(self) -> None:
        rows = [row for row in run()["lengths"]["table"]["rows"] if row[0] == "TRIPP"]
        assert [plain(row[1]) for row in rows] == ["42", "40.2"] and rows[1][5].endswith("‡")

    def test_lengths_of_different_scope_are_not_compared(self) -> None:
        rows = [row for row in run()["lengths"]["table"]["rows"] if row[0] == "UAP"]
        assert len(rows) == 4 and all(row[4] == "" for row in rows)


class TestNeighbours:
    def test_kazakhstan_and_azerbaijan_are_the_allies_on_the_middle_corridor(self) -> None:
        found = run()
        assert "24 August 2022" in column(found["steps"], "Alliance")["Kazakhstan – Azerbaijan"]
        assert (found["friction"]["figure"], found["friction"]["change"]) == ("0 of 6", "between allies: 2")

    def test_the_borders_of_all_ways_are_told_beside_those_of_one(self) -> None:
        found = run()
        assert column(found["comparison"], "Borders")["TITR"] == "4–5"
        assert found["friction"]["text"].endswith("One way alone crosses 4 to 5 borders.")
        assert "6 borders on the 2 ways of TITR" in found["route"]["title"]

    def test_kazakhstan_and_russia_share_the_union_and_the_alliance_on_the_north_south_route(self) -> None:
        found = run(path="instc")
        assert column(found["steps"], "Customs union")["Kazakhstan – Russia"] == "EAEU"
        assert "CSTO" in column(found["steps"], "Alliance")["Kazakhstan – Russia"]
        before = run(path="instc", as_of="2009-12-31")
        assert "Customs union" not in [each["label"] for each in before["steps"]["table"]["columns"]] or (
            column(before["steps"], "Customs union")["Kazakhstan – Russia"] == "no"
        )

    def test_a_war_told_by_the_document_alone_is_marked(self) -> None:
        found = run(path="tripp")
        assert column(found["steps"], "War in the tables")["Azerbaijan – Armenia"].endswith("‡")
        assert "initialed" in column(found["steps"], "Peace or normalisation")["Azerbaijan – Armenia"]

    def test_saudi_arabia_and_the_emirates_share_the_gulf_council(self) -> None:
        assert column(run(path="imec")["steps"], "Customs union")["UAE – Saudi Arabia"] == "GCC"


class TestOutlets:
    def test_what_runs_and_what_does_not(self) -> None:
        rows = {(row[0], row[1]): (row[2], row[3]) for row in run()["outlets"]["table"]["rows"]}
        assert rows["Uzbekistan", "UAP"] == ("under study", "Pakistan")
        assert rows["Kazakhstan", "TITR"] == ("operational", "Georgia")
        assert not [key for key in rows if key[0] == "Tajikistan"]
        assert run()["running-outlets"]["figure"] == "2 of 5"

    def test_a_member_off_the_route_has_no_outlet_by_it(self) -> None:
        assert "Tajikistan to INSTC" in run()["off-route"]["text"]

    def test_a_coast_in_the_east_counts_only_when_asked_for(self) -> None:
        east = run(regions=("East Asia",))
        assert {row[3] for row in east["outlets"]["table"]["rows"]} == {"China"}

    def test_mundra_is_in_india_and_off_the_trans_afghan_lines(self) -> None:
        found = run()
        assert "Mundra lies in India" in found["ports"]["title"] and "UAP" in found["ports"]["title"]
        assert column(found["ports"], "Country") == {
            "Gwadar": "Pakistan",
            "Karachi": "Pakistan",
            "Mundra": "India",
        }
        assert (
            "UAP (under study) for Uzbekistan" in column(found["ports"], "Corridors, and for whom")["Gwadar"]
        )


class TestArithmetic:
    def test_40_percent_of_30_days(self) -> None:
        found = run()["transit"]
        assert plain(found["title"]).startswith("Scenario: a saving of 40% turns 30 days into 18 days")
        assert column(found, "Days")["break-even"] == "20.0"

    def test_no_break_even_when_the_route_is_faster(self) -> None:
        found = run(base_days=15)["transit"]
        assert "break-even" not in column(found, "Days") and "below the 20 days" in plain(found["title"])

    def test_130_bn_is_debt_and_liabilities_not_that_of_the_government(self) -> None:
        levels = column(run()["debt"], "USD bn")
        assert (levels["External debt and liabilities"], levels["External debt of the government"]) == (
            "134.5",
            "86.1",
        )
        assert "is reached by external debt and liabilities" in run()["debt-reached"]["text"]
        assert (
            "not reached by public external debt or external debt of the government"
            in run()["debt-reached"]["text"]
        )

    def test_no_debt_is_shown_before_it_was_measured(self) -> None:
        assert run(as_of="2019-12-31")["debt"]["kind"] == "finding"


class TestWater:
    def test_kyrgyzstan_and_tajikistan_lie_upstream(self) -> None:
        assert "Kyrgyzstan and Tajikistan lie upstream" in run()["positions"]["text"]
        assert "Kazakhstan, Turkmenistan and Uzbekistan lie below them" in run()["positions"]["text"]

    def test_ratios_worked_out_are_those_published(self) -> None:
        found = run()["dependency"]
        assert column(found, "Worked out") == column(found, "Published")
        assert column(found, "Worked out")["Uzbekistan"] == "80.1%"
        assert found["note"].startswith("The ratios worked out from their parts are the published ones.")

    def test_the_turkmen_total_is_an_old_report(self) -> None:
        text = plain(run()["carried"]["text"])
        assert "Turkmenistan, 27.9 km³ from 2007 against a sum of sectors of 17.4 km³ in 2022" in text
        assert "CARRIED_FORWARD" in [flag["flag"] for flag in run()["carried"]["flags"]]

    def test_all_five_are_party_to_almaty_1992(self) -> None:
        found = run()
        assert found["bound"]["figure"] == "5 of 5" and "18 February 1992" in found["bound"]["text"]
        assert set(column(found["water-agreements"], "Almaty 1992").values()) == {"signed"}
        assert column(found["water-agreements"], "IFAS")["Kyrgyzstan"] == "member, participation frozen"

    def test_before_and_after_the_first_agreement(self) -> None:
        assert run(as_of="1992-02-17")["water-agreements"]["kind"] == "finding"
        found = run(as_of="1992-02-18")
        assert [each["label"] for each in found["water-agreements"]["table"]["columns"]] == [
            "Country",
            "Almaty 1992",
        ]
        frozen = run(as_of="2015-12-31")["water-agreements"]
        assert column(frozen, "IFAS")["Kyrgyzstan"] == "member"

    def test_a_freezing_known_by_its_year_is_uncertain_within_it(self) -> None:
        standing = column(run(as_of="2016-06-30")["water-agreements"], "IFAS")
        assert standing["Kyrgyzstan"] == "member, uncertain whether frozen"
        assert (
            column(run(as_of="2017-01-01")["water-agreements"], "IFAS")["Kyrgyzstan"]
            == "member, participation frozen"
        )

    def test_withdrawals_wait_for_their_year(self) -> None:
        assert run(as_of="2022-07-10")["withdrawals"]["kind"] == "finding"
        assert run(as_of="2019-12-31")["withdrawals"]["kind"] == "finding"
        assert "57% in Kazakhstan" in run()["withdrawals"]["title"]

    def test_resources_wait_for_their_release(self) -> None:
        assert run(known_by="2020-01-01")["dependency"]["kind"] == "finding"

    def test_without_water_it_says_so(self) -> None:
        found = run(water=False)
        for ident in ("depends", "dependency", "courses", "withdrawals", "bound", "water-agreements"):
            assert found[ident]["kind"] == "finding" and found[ident]["text"].startswith("Not asked for")
        assert found["outlets"]["kind"] == "figure"


class TestWhole:
    def test_key_figures_and_mentions(self) -> None:
        found = run()
        keys = sorted(block["rank"] for block in found.values() if block.get("role") == "key")
        assert keys == [1, 2, 3, 4]
        mentioned = {block.get("exhibit") for block in found.values()}
        exhibits = {ident for ident, block in found.items() if block["kind"] in ("figure", "table")}
        assert exhibits <= mentioned

    @pytest.mark.soak
    @pytest.mark.parametrize(
        "day", ["1991-01-01", "1993-03-26", "2000-09-12", "2014-06-30", "2016-06-30", "2018-12-15", "2022-07-10", "2025-07-15"]
    )  # fmt: skip
    def test_every_day_is_well_said(self, day: str) -> None:
        assert problems(list(run(as_of=day).values())) == []

    @pytest.mark.soak
    @pytest.mark.parametrize(
        "path", ["cku-railway", "cpec", "imec", "instc", "trans-afghan", "tripp", "uap-railway"]
    )
    def test_every_corridor_can_be_walked(self, path: str) -> None:
        assert problems(list(run(path=path, section="cku-railway").values())) == []

    @pytest.mark.soak
    @pytest.mark.parametrize(
        "change",
        [
            {"corridors": ("imec",)},
            {"countries": ("RUS",)},
            {"countries": ("TJK",), "corridors": ("titr", "tripp")},
            {"corridors": (), "countries": ()},
            {"regions": ()},
            {"saving_pct": 0, "base_days": 1, "competitor_days": 1},
        ],
        ids=str,
    )
    def test_odd_sets_are_well_said(self, change: dict) -> None:
        assert problems(list(run(**change).values())) == []


class TestTime:
    def test_uap_has_waited_longest_and_is_under_study(self) -> None:
        assert run()["waiting"]["text"] == (
            "Of the corridors that do not run on 22 November 2026, UAP was announced first (December 2018) and is under study."
        )
        assert "has come no further" in run(as_of="2019-12-31")["waiting"]["text"]

    def test_stages_keep_their_coarse_dates(self) -> None:
        rows = {(row[0], row[1]): row[2] for row in run()["timeline"]["table"]["rows"]}
        assert (
            rows["UAP", "planned"] == "July 2023" and rows["CKU", "under construction"] == "27 December 2024"
        )
        assert "INSTC (operational)" in run()["timeline"]["note"]
        assert "is uncertain, and may be a later one: INSTC" in run(as_of="2019-12-31")["timeline"]["note"]


def test_every_row_that_stands_behind_a_number_is_in_the_tables() -> None:
    named = {
        row for block in run().values() for card in block.get("values", {}).values() for row in card["rows"]
    }
    known = {
        f"{name}:" + "/".join(str(cell) for cell in cells if str(cell) not in ("", "nan", "None", "NaT"))
        for name in {row.partition(":")[0] for row in named}
        for cells in keys_of(name)
    }
    assert named and named - known == set()


def keys_of(table: str) -> list[list[str]]:
    with (ROOT / f"data/{table}.csv").open(encoding="utf-8", newline="") as file:
        return [[row[name] for name in tables.describe(table).primary_key] for row in csv.DictReader(file)]
