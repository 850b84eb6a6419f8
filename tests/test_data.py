"""The economic tables: public facts by name, and what must hold for every row."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import tables

MILLION, BILLION = 1e6, 1e9


def flow(reporter: str, partner: str, year: int, kind: str, source: str) -> pd.Series:
    """The one annual row of a flow in one release."""
    trade = tables.read("trade")
    found = trade[
        (trade["reporter"] == reporter)
        & (trade["partner"] == partner)
        & (trade["year"] == year)
        & (trade["flow"] == kind)
        & (trade["source"] == source)
        & ~trade["is_partial_year"]
    ]
    assert len(found) == 1, f"{len(found)} rows for {reporter}-{partner} {year} {kind} in {source}"
    return found.iloc[0]


def usd(*key: object) -> float:
    return flow(*key)["value_usd"]


def indicator(country: str, year: int, name: str, source: str, as_of: str | None = None) -> float:
    macro = tables.read("macro")
    found = macro[
        (macro["country"] == country)
        & (macro["year"] == year)
        & (macro["indicator"] == name)
        & (macro["source"] == source)
        & (macro["as_of"].isna() if as_of is None else macro["as_of"] == as_of)
    ]
    assert len(found) == 1
    return found["value"].iloc[0]


def water(country: str, name: str, period: str, source: str = "aquastat-ddf-2024") -> pd.Series:
    rows = tables.read("water").set_index(["country", "indicator", "period", "source"])
    return rows.loc[(country, name, period, source)]


# --- trade of Uzbekistan and Kazakhstan ---------------------------------------------------------------


def test_uzbek_report_of_exports_to_kazakhstan_2016() -> None:
    row = flow("UZB", "KAZ", 2016, "export", "uzstat-2024")
    assert (row["value_usd"], row["coverage"]) == (945_023_700, "goods-and-services")


def test_uzbek_report_of_imports_from_kazakhstan_2016() -> None:
    assert usd("UZB", "KAZ", 2016, "import", "uzstat-2024") == 953_886_200


def test_uzbek_report_of_turnover_with_kazakhstan_grew_2_36_times_from_2016_to_2023() -> None:
    first, last = (
        sum(usd("UZB", "KAZ", year, kind, "uzstat-2024") for kind in ("export", "import"))
        for year in (2016, 2023)
    )
    assert first / BILLION == pytest.approx(1.899, abs=0.0005)
    assert last / BILLION == pytest.approx(4.486, abs=0.0005)
    assert last / first == pytest.approx(2.36, abs=0.005)
    assert (last / first) ** (1 / 7) - 1 == pytest.approx(0.131, abs=0.0005)


def test_that_growth_is_1_86_in_dollars_of_2016() -> None:
    prices = [indicator("USA", year, "us_cpi", "bls-cpi-datahub") for year in (2016, 2023)]
    turnover = [
        sum(usd("UZB", "KAZ", y, f, "uzstat-2024") for f in ("export", "import")) for y in (2016, 2023)
    ]
    assert turnover[1] / turnover[0] / (prices[1] / prices[0]) == pytest.approx(1.86, abs=0.005)


def test_uzbek_report_2023_by_flow() -> None:
    assert usd("UZB", "KAZ", 2023, "export", "uzstat-2024") == 1_417_053_600
    assert usd("UZB", "KAZ", 2023, "import", "uzstat-2024") == 3_068_544_900


def test_kazakh_report_of_turnover_with_uzbekistan_2023_is_4_418_bn_of_goods() -> None:
    rows = [flow("KAZ", "UZB", 2023, kind, "kazstat-2023y") for kind in ("export", "import")]
    assert [row["value_usd"] for row in rows] == [3_129_992_900, 1_287_926_300]
    assert {row["coverage"] for row in rows} == {"goods"}
    assert sum(row["value_usd"] for row in rows) / BILLION == pytest.approx(4.418, abs=0.0005)


def test_deliveries_to_uzbekistan_agree_from_both_sides_since_2018() -> None:
    for year in range(2018, 2024):
        release = f"kazstat-{max(year, 2019)}y"
        seen = usd("UZB", "KAZ", year, "import", "uzstat-2024")
        assert 0.88 < seen / usd("KAZ", "UZB", year, "export", release) < 1.0, year


def test_uzbek_imports_from_kazakhstan_in_2024_are_known_for_eleven_months_only() -> None:
    trade = tables.read("trade").query(
        "reporter == 'UZB' and partner == 'KAZ' and year == 2024 and flow == 'import'"
    )
    assert set(trade["period_end"]) <= {"2024-11-30"}
    assert trade["is_partial_year"].all()


def test_every_uzbek_release_counts_services() -> None:
    sources = tables.read("sources").set_index("source")
    uzbek = tables.read("trade").query("reporter == 'UZB'")
    own = uzbek[uzbek["source"].map(sources["office"]) == "uzstat"]
    assert len(own) > 600 and set(own["coverage"]) == {"goods-and-services"}


def test_kazakhstan_has_five_yearly_releases_that_restate_the_year_before() -> None:
    trade = tables.read("trade")
    for year in range(2019, 2024):
        assert set(trade.loc[trade["source"] == f"kazstat-{year}y", "year"]) == {year - 1, year}
    sources = tables.read("sources")
    assert len(sources[(sources["office"] == "kazstat") & (sources["basis"] == "national-reporter")]) == 5


# --- trade of others ----------------------------------------------------------------------------------


def test_kazakh_trade_with_russia_2023() -> None:
    assert usd("KAZ", "RUS", 2023, "export", "kazstat-2023y") == 10_207_415_700
    assert usd("KAZ", "RUS", 2023, "import", "kazstat-2023y") == 16_847_033_900


def test_russian_exports_to_kazakhstan_2021() -> None:
    assert usd("RUS", "KAZ", 2021, "export", "rosstat-fts-94itog") == 18_496_000_000


def test_kazakh_exports_to_the_world_2023() -> None:
    assert usd("KAZ", "WLD", 2023, "export", "kazstat-2023y") == 79_138_754_700


def test_chinese_and_kyrgyz_figures_of_2024_differ_fourfold() -> None:
    chinese = usd("CHN", "KGZ", 2024, "turnover", "astanatimes-2025-01-chn")
    kyrgyz = flow("KGZ", "CHN", 2024, "turnover", "24kg-2025-07-chn")
    assert (chinese, kyrgyz["value_usd"]) == (22.71 * BILLION, 5.3 * BILLION)
    assert kyrgyz["is_approximate"]


def test_chinese_and_tajik_figures_of_2024() -> None:
    assert usd("CHN", "TJK", 2024, "turnover", "astanatimes-2025-01-chn") == 3.86 * BILLION
    assert usd("TJK", "CHN", 2024, "turnover", "orda-2025-01") == 1.96 * BILLION


def test_kyrgyz_imports_from_china_2023_are_preliminary() -> None:
    row = flow("KGZ", "CHN", 2023, "import", "kgzstat-2024")
    assert row["value_usd"] == 5_353_257_300 and row["is_preliminary"]


def test_world_exports_2024() -> None:
    assert usd("WLD", "WLD", 2024, "export", "wdi-merch-2024") == 24_551_072_311_500


def test_the_reconciled_world_lies_5_to_9_percent_below_the_wto_total() -> None:
    for year in (2005, 2010, 2015, 2020):
        ratio = usd("WLD", "WLD", year, "export", "baci-ot-2024") / usd(
            "WLD", "WLD", year, "export", "wdi-merch-2024"
        )
        assert 0.90 < ratio < 0.95, year


def test_reconciled_iranian_exports_2020_are_a_quarter_of_the_wto_total_and_marked() -> None:
    reconciled = flow("IRN", "WLD", 2020, "export", "baci-ot-2024")
    assert reconciled["value_usd"] / usd("IRN", "WLD", 2020, "export", "wdi-merch-2024") == pytest.approx(
        0.23, abs=0.005
    )
    assert reconciled["is_contested"]


def test_uzbek_exports_of_goods_2023_lie_below_those_with_services() -> None:
    goods = flow("UZB", "WLD", 2023, "export", "wdi-merch-2024")
    both = flow("UZB", "WLD", 2023, "export", "uzstat-2024")
    assert (goods["coverage"], both["coverage"]) == ("goods", "goods-and-services")
    assert (goods["value_usd"], both["value_usd"]) == (19_229_000_000, 24_869_366_300)


def test_turkmen_imports_from_uzbekistan_before_2015_are_derived_from_the_partner() -> None:
    row = flow("TKM", "UZB", 2014, "import", "cow-trade-4")
    assert row["value_usd"] == 226 * MILLION and row["is_partner_derived"] and row["valuation"] == "cif"


def test_azerbaijani_and_israeli_figures_are_two_concepts() -> None:
    oil = flow("AZE", "ISR", 2022, "turnover", "apa-2023-05-isr")
    civil = flow("ISR", "AZE", 2025, "turnover", "minval-2026-01-isr")
    assert (oil["value_usd"], oil["coverage"]) == (1.7 * BILLION, "goods")
    assert (civil["value_usd"], civil["coverage"], civil["is_lower_bound"]) == (
        360 * MILLION,
        "civil-goods",
        True,
    )


def test_azerbaijani_trade_with_israel_2021_covers_seven_months() -> None:
    trade = tables.read("trade").query(
        "reporter == 'AZE' and partner == 'ISR' and source == 'azernews-2021-08-isr'"
    )
    assert set(zip(trade["period_start"], trade["period_end"], strict=True)) == {("2021-01-01", "2021-07-31")}
    assert trade.set_index("flow").at["export", "value_usd"] == 460.5 * MILLION


# --- output, people, prices, debt ---------------------------------------------------------------------


def test_uzbek_gdp_of_2023_before_and_after_the_revision() -> None:
    assert indicator("UZB", 2023, "gdp_current_usd", "wb-gdp-datahub") / BILLION == pytest.approx(
        90.9, abs=0.05
    )
    assert indicator("UZB", 2023, "gdp_current_usd_before_revision", "kun-2024-07-gdp") == 90.8 * BILLION
    assert indicator("UZB", 2023, "gdp_current_usd", "kun-2024-07-gdp") == 101.6 * BILLION


def test_us_consumer_prices_rose_27_percent_from_2016_to_2023() -> None:
    first, last = (indicator("USA", year, "us_cpi", "bls-cpi-datahub") for year in (2016, 2023))
    assert (first, last) == (101.2616, 128.5568)
    # the annual averages of the Bureau of Labor Statistics, 1982-84 = 100
    assert last / first == pytest.approx(304.702 / 240.007, abs=1e-5)


def test_us_consumer_prices_of_2025_are_a_mean_of_eleven_months() -> None:
    macro = tables.read("macro").query("indicator == 'us_cpi' and year == 2025")
    assert macro["is_partial_year"].tolist() == [True]


def test_population_of_uzbekistan_2023() -> None:
    assert indicator("UZB", 2023, "population", "wb-population-datahub") == 35_652_307


def test_population_of_turkmenistan_differs_between_the_two_concepts() -> None:
    world_bank = indicator("TKM", 2024, "population", "wb-population-datahub")
    census = indicator("TKM", 2024, "population_us_census_projection", "cia-factbook-2026")
    assert world_bank / MILLION == pytest.approx(7.5, abs=0.05) and census / MILLION == pytest.approx(
        5.7, abs=0.05
    )


def test_external_debt_of_pakistan_at_the_end_of_march_2025_was_revised() -> None:
    key = ("PAK", 2025, "gross_external_debt_and_liabilities")
    assert indicator(*key, "brecorder-2025-06-sbp", "2025-03-31") == 130_310 * MILLION
    assert indicator(*key, "pge-2025-12-sbp", "2025-03-31") == 130_097 * MILLION


# --- targets and water --------------------------------------------------------------------------------


def test_kazakhstan_and_uzbekistan_want_10_bn_by_2030() -> None:
    targets = tables.read("targets").query(
        "country_a == 'KAZ' and country_b == 'UZB' and target_year == 2030"
    )
    assert set(targets["value_usd"]) == {10 * BILLION} and targets["is_official"].all()
    assert targets["announced"].min() == "2025-03"


def test_an_expert_is_no_official() -> None:
    targets = tables.read("targets").set_index("source")
    assert not targets.at["newsaz-2024-08-uzb", "is_official"]
    assert (~targets["is_official"]).sum() == 1


def test_uzbekistan_depends_on_inflow_for_80_percent_and_turkmenistan_for_97() -> None:
    assert water("UZB", "dependency_ratio", "long-term-average")["value"] == pytest.approx(
        0.8007, abs=0.00005
    )
    assert water("TKM", "dependency_ratio", "long-term-average")["value"] == pytest.approx(0.97, abs=0.0005)


def test_kyrgyz_external_resources_are_negative_after_the_allocation() -> None:
    assert water("KGZ", "external_renewable_water_resources", "long-term-average")["value"] == -25.312


def test_turkmen_withdrawal_of_2018_is_a_report_of_2007_carried_forward() -> None:
    row = water("TKM", "total_freshwater_withdrawal", "2018")
    assert (row["value"], row["is_carried_forward"], row["last_report"]) == (27.865, True, 2007)


def test_the_syr_darya_flows_from_kyrgyzstan_to_kazakhstan() -> None:
    course = tables.read("water_basins").query("river == 'Syr Darya'").set_index("country")["role"]
    assert course.to_dict() == {
        "KGZ": "upstream",
        "TJK": "midstream",
        "UZB": "midstream",
        "KAZ": "downstream",
    }


# --- what holds for every row -------------------------------------------------------------------------


def test_no_table_has_a_fault() -> None:
    tables.check()  # descriptors, frictionless, keys, rules across tables, data package


def test_the_data_package_is_what_the_descriptors_say() -> None:
    assert (tables.root() / "data" / "datapackage.json").read_text(encoding="utf-8") == tables.package()


def test_values_are_plain_digits_without_noise() -> None:
    """A file that was written through binary fractions shows it: 953886200.0000001."""
    for name in ("trade", "macro", "targets", "water"):
        column = "value" if name in ("macro", "water") else "value_usd"
        text = pd.read_csv(tables.root() / "data" / f"{name}.csv", dtype=str)[column]
        assert not text.str.contains(r"\.\d*0$|\.$|\.\d{7,}").any(), name


def test_only_a_source_of_figures_has_an_office_and_every_release_of_one() -> None:
    sources = tables.read("sources")
    assert sources.loc[sources["office"].notna(), "basis"].notna().all()
    quoting = sources["basis"].isin(["press-quoting-official"])
    assert (
        sources.loc[
            sources["basis"].notna() & ~quoting & ~sources["basis"].isin(["macro", "water"]), "office"
        ]
        .notna()
        .all()
    )
    assert sources.loc[sources["family"] == "statistics", "basis"].notna().all()


def test_every_source_of_figures_states_its_basis() -> None:
    sources = tables.read("sources").set_index("source")
    for name in ("trade", "macro", "targets", "water"):
        assert sources.loc[tables.read(name)["source"].unique(), "basis"].notna().all(), name


def test_a_pair_is_written_in_alphabetical_order() -> None:
    targets = tables.read("targets")
    assert (targets["country_a"] < targets["country_b"]).all()


def test_nobody_trades_with_itself_but_the_world() -> None:
    trade = tables.read("trade")
    assert set(trade.loc[trade["reporter"] == trade["partner"], "reporter"]) == {"WLD"}


def test_reconciled_flows_are_free_on_board_and_never_independent() -> None:
    bases = tables.read("bases").set_index("basis")
    assert not bases.at["reconciled", "is_independent"] and bases.at["national-reporter", "rank"] == 1
    reconciled = tables.read("trade").query("source == 'baci-ot-2024'")
    assert set(reconciled["valuation"]) == {"fob"}


# --- blocs ---------------------------------------------------------------------------------------------


def standing(bloc: str, country: str) -> list[tuple[str, str]]:
    """The spells of a country in a bloc that are in force at the cut-off: (status, start)."""
    rows = tables.read("memberships")
    rows = rows[(rows["bloc"] == bloc) & (rows["country"] == country) & rows["end"].isna()]
    return sorted(zip(rows["status"], rows["start"], strict=True))


def test_kyrgyzstan_is_a_member_of_the_eurasian_union_since_12_august_2015() -> None:
    assert standing("eaeu", "KGZ") == [("member", "2015-08-12")]


def test_uzbekistan_is_an_observer_of_the_eurasian_union_since_11_december_2020() -> None:
    assert standing("eaeu", "UZB") == [("observer", "2020-12-11")]


def test_azerbaijan_takes_part_in_the_consultative_meetings_since_16_november_2025() -> None:
    assert standing("cmhs", "AZE") == [("participant", "2025-11-16")]


def test_kazakhstan_has_announced_but_not_joined_the_abraham_accords() -> None:
    assert standing("abraham-accords", "KAZ") == [("candidate", "2025-11-06")]


def test_armenia_is_a_suspended_member_of_the_collective_security_treaty() -> None:
    assert [status for status, _ in standing("csto", "ARM")] == ["member", "suspended"]


def test_belarus_is_the_tenth_member_of_the_shanghai_organisation() -> None:
    assert standing("sco", "BLR") == [("member", "2024-07-04")]
    rows = tables.read("memberships")
    now = rows[(rows["bloc"] == "sco") & (rows["status"] == "member") & rows["end"].isna()]
    assert len(now) == 10


def test_uzbekistan_left_the_collective_security_treaty_twice() -> None:
    rows = tables.read("memberships")
    rows = rows[(rows["bloc"] == "csto") & (rows["country"] == "UZB") & (rows["status"] == "member")]
    assert sorted(rows["end"]) == ["1999-04-20", "2012-12-19"]


# --- rules for every row -------------------------------------------------------------------------------


def test_the_unit_of_an_indicator_is_one() -> None:
    for name in ("macro", "water"):
        assert (tables.read(name).groupby("indicator")["unit"].nunique() == 1).all()


# --- corridors ----------------------------------------------------------------------------------------


def test_the_first_and_last_stage_of_a_corridor_are_those_of_its_row() -> None:
    order = ["announced", "planned", "feasibility-study", "under-construction", "operational"]
    stages = tables.read("corridor_stages")
    for row in tables.read("corridors").itertuples():
        own = stages[stages["corridor"] == row.corridor].set_index("status")["since"]
        reached = [status for status in order if status in own]
        assert (reached[-1], own[reached[0]]) == (row.status, row.announced), row.corridor


def test_landlocked_is_a_country_without_a_coast() -> None:
    coasts = tables.read("coasts")
    assert (coasts["is_landlocked"] == (coasts["coastline_km"] == 0)).all()
    landlocked = set(coasts.loc[coasts["is_landlocked"], "country"])
    assert {"KAZ", "KGZ", "TJK", "TKM", "UZB", "AFG", "ARM", "AZE"} < landlocked


def test_mundra_lies_in_india_and_gwadar_in_pakistan() -> None:
    ports = tables.read("ports").set_index("port")["country"]
    assert ports.to_dict() == {"Gwadar": "PAK", "Karachi": "PAK", "Mundra": "IND"}
