"""The political tables: public facts by name, and rules that hold for every row."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pandas as pd
import pytest

from analysis import tables
from analysis.tables import descriptor

CENTRAL_ASIA = {"KAZ", "KGZ", "TJK", "TKM", "UZB"}
FULL = frozenset({"member", "participant"})
ENDLESS = date.max


def text(value: object) -> str:
    return "" if pd.isna(value) else str(value)


def holds(start: object, end: object, day: date) -> bool | None:
    """Whether a half-open spell holds on `day`; None where a coarse date leaves it open."""
    earliest, past_latest = tables.interval(text(start))
    ends, past_ends = tables.interval(text(end)) if text(end) else (ENDLESS, ENDLESS)
    latest = date.fromordinal(past_latest.toordinal() - 1)
    if latest <= day < ends:
        return True
    last_end = past_ends if past_ends == ENDLESS else date.fromordinal(past_ends.toordinal() - 1)
    return None if earliest <= day < last_end else False


def countries_in(bloc: str, day: str, statuses: frozenset[str] = FULL) -> set[str]:
    """Countries that surely hold one of `statuses` in `bloc` on `day`."""
    rows = tables.read("memberships").query("bloc == @bloc and status in @statuses")
    on = date.fromisoformat(day)
    return {row.country for row in rows.itertuples() if holds(row.start, row.end, on)}


def statuses_of(country: str, bloc: str, day: str) -> set[str]:
    rows = tables.read("memberships").query("bloc == @bloc and country == @country")
    on = date.fromisoformat(day)
    return {row.status for row in rows.itertuples() if holds(row.start, row.end, on)}


def spells(country: str, bloc: str, status: str) -> list[tuple[str, str]]:
    rows = tables.read("memberships").query("bloc == @bloc and country == @country and status == @status")
    return [(text(row.start), text(row.end)) for row in rows.itertuples()]


def row(table: str, key: str, value: str) -> pd.Series:
    found = tables.read(table).query(f"{key} == @value")
    assert len(found) == 1, f"{table} has {len(found)} rows for {value}"
    return found.iloc[0]


def linked(table: str, key: str, value: str, column: str) -> set[str]:
    return set(tables.read(table).query(f"{key} == @value")[column])


# --- who is in which bloc on which day ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bloc", "day", "countries"),
    [
        pytest.param("eaeu", "2025-12-31", "ARM BLR KAZ KGZ RUS", id="the Eurasian Five"),
        pytest.param("eaeu", "2015-01-01", "BLR KAZ RUS", id="EAEU began with three"),
        pytest.param(
            "eaeu", "2015-01-02", "ARM BLR KAZ RUS", id="Armenia joined the EAEU a day after it began"
        ),
        pytest.param("eaeu", "2015-08-11", "ARM BLR KAZ RUS", id="Kyrgyzstan not yet in the EAEU"),
        pytest.param("eaeu", "2015-08-12", "ARM BLR KAZ KGZ RUS", id="Kyrgyzstan joined the EAEU"),
        pytest.param("cmhs", "2025-11-15", "KAZ KGZ TJK TKM UZB", id="five at the Consultative Meetings"),
        pytest.param("cmhs", "2025-11-16", "AZE KAZ KGZ TJK TKM UZB", id="Azerbaijan is the sixth"),
        pytest.param("c6", "2025-12-31", "AZE KAZ KGZ TJK TKM UZB", id="the Central Asian Six"),
        pytest.param(
            "csto", "2025-12-31", "ARM BLR KAZ KGZ RUS TJK", id="CSTO of six, Armenia's membership in law"
        ),
        pytest.param("csto", "1998-01-01", "ARM AZE BLR GEO KAZ KGZ RUS TJK UZB", id="the Treaty of nine"),
        pytest.param("sco", "2001-06-15", "CHN KAZ KGZ RUS TJK UZB", id="SCO began with six"),
        pytest.param(
            "sco", "2017-06-09", "CHN IND KAZ KGZ PAK RUS TJK UZB", id="India and Pakistan joined the SCO"
        ),
        pytest.param(
            "sco", "2024-07-04", "BLR CHN IND IRN KAZ KGZ PAK RUS TJK UZB", id="SCO of ten with Belarus"
        ),
        pytest.param("ots", "2025-12-31", "AZE KAZ KGZ TUR UZB", id="OTS of five"),
        pytest.param("ots", "2019-10-14", "AZE KAZ KGZ TUR", id="Uzbekistan not yet in the Turkic Council"),
        pytest.param("caco", "2004-10-18", "KAZ KGZ RUS TJK UZB", id="Russia joined CACO"),
        pytest.param("caco", "2004-10-17", "KAZ KGZ TJK UZB", id="CACO had four Central Asian members"),
        pytest.param("eurasec", "2007-01-01", "BLR KAZ KGZ RUS TJK UZB", id="Uzbekistan inside EurAsEC"),
        pytest.param("eacu", "2010-01-01", "BLR KAZ RUS", id="the Customs Union of 2010"),
        pytest.param(
            "shanghai-five", "2001-01-01", "CHN KAZ KGZ RUS TJK", id="the Shanghai Five had no Uzbekistan"
        ),
        pytest.param("guam", "2006-01-01", "AZE GEO MDA UKR", id="GUAM after Uzbekistan left"),
        pytest.param("canwfz", "2009-03-21", "KAZ KGZ TJK TKM UZB", id="the nuclear-free zone in force"),
        pytest.param(
            "abraham-accords", "2025-12-31", "ARE BHR ISR MAR USA", id="the Accords without Kazakhstan"
        ),
        pytest.param("gcc", "2025-12-31", "ARE BHR KWT OMN QAT SAU", id="the Gulf Cooperation Council"),
        pytest.param("cpec", "2025-12-31", "CHN PAK", id="the China-Pakistan corridor of two"),
    ],
)
def test_full_standing(bloc: str, day: str, countries: str):
    assert countries_in(bloc, day) == set(countries.split())


def test_the_eurasian_five_and_the_central_asian_six_share_exactly_kazakhstan_and_kyrgyzstan():
    eaeu, cmhs = countries_in("eaeu", "2025-12-31"), countries_in("cmhs", "2025-12-31")
    assert eaeu & cmhs == {"KAZ", "KGZ"}
    assert len(eaeu | cmhs) == 9


def test_counting_only_members_would_empty_the_consultative_meetings():
    assert countries_in("cmhs", "2025-12-31", frozenset({"member"})) == set()


def test_all_five_central_asian_states_are_in_the_un_and_the_osce():
    assert countries_in("un", "1992-03-02") >= CENTRAL_ASIA
    assert countries_in("osce", "1992-01-30") >= CENTRAL_ASIA


def test_kyrgyzstan_was_the_first_central_asian_state_in_the_wto_and_uzbekistan_still_observes():
    assert countries_in("wto", "2025-12-31") & CENTRAL_ASIA == {"KAZ", "KGZ", "TJK"}
    assert countries_in("wto", "1999-01-01") & CENTRAL_ASIA == {"KGZ"}
    assert statuses_of("UZB", "wto", "2025-12-31") == {"observer"}


@pytest.mark.parametrize(
    ("country", "bloc", "day", "statuses"),
    [
        pytest.param("UZB", "eaeu", "2020-12-11", {"observer"}, id="Uzbekistan became an EAEU observer"),
        pytest.param("UZB", "eaeu", "2020-12-10", set(), id="and was none the day before"),
        pytest.param("MDA", "eaeu", "2018-05-14", {"observer"}, id="Moldova observes the EAEU"),
        pytest.param("KAZ", "abraham-accords", "2025-11-06", {"candidate"}, id="Kazakhstan is announced"),
        pytest.param("KAZ", "abraham-accords", "2025-11-05", set(), id="and was not before"),
        pytest.param("SAU", "brics", "2025-12-31", {"candidate"}, id="Saudi Arabia has not completed BRICS"),
        pytest.param("IDN", "brics", "2025-01-06", {"member"}, id="Indonesia joined BRICS"),
        pytest.param("HUN", "ots", "2018-09-03", {"observer"}, id="Hungary observes the Turkic states"),
        pytest.param("TKM", "ots", "2025-12-31", {"observer"}, id="Turkmenistan observes the Turkic states"),
        pytest.param("TKM", "cis", "2025-12-31", {"associate"}, id="Turkmenistan is an associate of the CIS"),
        pytest.param("ARM", "csto", "2025-12-31", {"member", "suspended"}, id="Armenia froze, did not leave"),
        pytest.param("UZB", "eurasec", "2010-01-01", {"suspended"}, id="Uzbekistan suspended, did not leave"),
        pytest.param(
            "KGZ", "ifas", "2020-01-01", {"member", "suspended"}, id="Kyrgyzstan froze the Aral fund"
        ),
        pytest.param("AZE", "cmhs", "2024-08-09", {"guest"}, id="Azerbaijan was a guest in 2024"),
        pytest.param("TUR", "sco", "2025-09-01", {"partner"}, id="one SCO partner category since 2025"),
        pytest.param("TUR", "sco", "2025-08-31", {"dialogue-partner"}, id="a dialogue partner before"),
        pytest.param("KAZ", "cca", "2025-12-31", {"candidate"}, id="no Community of Central Asia yet"),
    ],
)
def test_standing_of_a_country(country: str, bloc: str, day: str, statuses: set[str]):
    assert statuses_of(country, bloc, day) == statuses


def test_uzbekistan_was_twice_in_the_csto():
    assert spells("UZB", "csto", "member") == [("1994-04-20", "1999-04-20"), ("2006-08-16", "2012-12-19")]


def test_turkmenistan_was_never_in_the_csto_nor_the_sco():
    memberships = tables.read("memberships")
    assert memberships.query("country == 'TKM' and bloc in ['csto', 'sco', 'eaeu', 'caco']").empty


def test_belarus_climbed_the_sco_step_by_step():
    steps = ("dialogue-partner", "observer", "member")
    starts = [spells("BLR", "sco", step)[0][0] for step in steps]
    assert starts == ["2010", "2015-07-10", "2024-07-04"]


def test_a_day_inside_a_coarse_date_is_open():
    start = tables.read("memberships").query("bloc == 'titr' and country == 'KAZ'").iloc[0]["start"]
    assert start == "2014"
    assert holds(start, None, date(2014, 6, 1)) is None
    assert holds(start, None, date(2014, 12, 31)) is True
    assert holds(start, None, date(2013, 12, 31)) is False


# --- blocs and their names ------------------------------------------------------------------------------


def test_the_turkic_council_became_the_organization_of_turkic_states():
    alias = row("aliases", "alias", "Turkic Council")
    assert (alias["bloc"], alias["kind"]) == ("ots", "former-name")
    assert (alias["valid_from"], alias["valid_to"]) == ("2009-10-03", "2021-11-12")
    assert row("agreements", "agreement", "ots-2021-rename")["date"] == "2021-11-12"


def test_caco_was_merged_into_eurasec_and_that_into_the_eaeu():
    assert (row("blocs", "bloc", "caco")["successor"], row("blocs", "bloc", "caco")["dissolved"]) == (
        "eurasec",
        "2006-01-25",
    )
    assert (row("blocs", "bloc", "eurasec")["successor"], row("blocs", "bloc", "eurasec")["dissolved"]) == (
        "eaeu",
        "2015-01-01",
    )
    assert row("events", "event", "caco-2005-merger-decision")["date"] == "2005-10-06"


def test_a_label_a_proposal_and_a_claim_are_no_established_blocs():
    blocs = tables.read("blocs").set_index("bloc")["standing"]
    assert blocs[["c5", "c6"]].eq("label").all()
    assert blocs["cca"] == "proposed"
    assert blocs["kaz-kgz-pact"] == "claimed"
    assert blocs["eaeu"] == blocs["cmhs"] == "established"


def test_both_spellings_of_the_eurasian_community_lead_to_one_bloc():
    aliases = tables.read("aliases")
    assert set(aliases[aliases["alias"].isin(["EvrAzES", "EurAsEC", "EAEC"])]["bloc"]) == {"eurasec"}


def test_labels_for_charts_are_short_unique_and_never_empty():
    blocs = tables.read("blocs")
    assert blocs["label"].notna().all() and blocs["label"].is_unique
    assert blocs["label"].str.len().max() <= 20
    assert tables.read("countries")["short_name"].str.len().max() <= 12


def test_where_only_the_region_is_listed_the_table_says_so():
    coverage = tables.read("blocs").set_index("bloc")["coverage"]
    assert coverage[["un", "wto", "oic", "osce", "bri"]].eq("region").all()
    assert coverage[["eaeu", "cmhs", "csto", "sco", "ots", "cis"]].eq("all").all()


def test_full_standing_is_member_or_participant():
    meanings = tables.read("status_meanings")
    assert set(meanings[meanings["is_full"]]["status"]) == FULL


# --- agreements -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agreement", "day", "kind", "parties"),
    [
        pytest.param(
            "kaz-uzb-2022-alliance", "2022-12-22", "alliance", "KAZ UZB", id="Kazakh-Uzbek alliance"
        ),
        pytest.param(
            "kaz-tjk-2024-alliance", "2024-08-22", "alliance", "KAZ TJK", id="Kazakh-Tajik alliance"
        ),
        pytest.param("tjk-uzb-2024-alliance", "2024-04-18", "alliance", "TJK UZB", id="Tajik-Uzbek alliance"),
        pytest.param(
            "aze-uzb-2024-alliance", "2024-08-23", "alliance", "AZE UZB", id="Azerbaijani-Uzbek alliance"
        ),
        pytest.param(
            "kaz-kgz-2003-alliance", "2003-12-25", "alliance", "KAZ KGZ", id="the first of the alliances"
        ),
        pytest.param("aze-tur-2021-shusha", "2021-06-15", "alliance", "AZE TUR", id="Shusha Declaration"),
        pytest.param(
            "pak-sau-2025-smda", "2025-09-17", "mutual-defence", "PAK SAU", id="Saudi-Pakistani pact"
        ),
        pytest.param(
            "kaz-uzb-diplomatic", "1992-11-23", "diplomatic-relations", "KAZ UZB", id="KAZ-UZB relations"
        ),
        pytest.param(
            "isr-kaz-diplomatic", "1992-04-10", "diplomatic-relations", "ISR KAZ", id="ISR-KAZ relations"
        ),
        pytest.param("kgz-tjk-2025-border", "2025-03-13", "border", "KGZ TJK", id="Kyrgyz-Tajik border"),
        pytest.param("cpec-2015", "2015-04-20", "transit", "CHN PAK", id="CPEC launched"),
        pytest.param("cku-2024", "2024-06-06", "transit", "CHN KGZ UZB", id="railway of three"),
        pytest.param("eaeu-2014", "2014-05-29", "economic", "BLR KAZ RUS", id="EAEU treaty"),
        pytest.param("caco-2005-merger", "2005-10-06", "charter", "caco eurasec", id="two blocs as parties"),
    ],
)
def test_agreement(agreement: str, day: str, kind: str, parties: str):
    found = row("agreements", "agreement", agreement)
    assert (found["date"], found["kind"]) == (day, kind)
    assert linked("agreement_parties", "agreement", agreement, "party") == set(parties.split())


def test_stages_are_not_blurred():
    status = tables.read("agreements").set_index("agreement")["status"]
    assert status["arm-aze-2025-peace"] == "initialed"
    assert status["abraham-2025-kaz"] == "announced"
    assert status["kaz-uzb-2022-alliance"] == "signed"
    assert status["tjk-uzb-2024-alliance"] == "in-force"
    assert status["ots-treaty-proposed"] == "proposed"


def test_three_pacts_are_said_to_oblige_help():
    agreements = tables.read("agreements")
    assert set(agreements[agreements["has_mutual_assistance"]]["agreement"]) == {
        "cst-1992",
        "aze-tur-2021-shusha",
        "pak-sau-2025-smda",
    }


def test_what_only_a_document_says_is_marked():
    agreements = tables.read("agreements")
    marked = set(agreements[agreements["is_document_only"]]["agreement"])
    assert marked >= {
        "kaz-kgz-2024-doc-pact",
        "kaz-tur-2020-doc-defence",
        "tur-uzb-2022-intelligence",
        "tkm-tur-2021-tb2",
    }
    for table in ("agreements", "events"):
        frame = tables.read(table)
        assert (frame["is_document_only"] == frame["source"].str.startswith("doc-")).all(), table


def test_eleven_agreements_have_an_unverified_date():
    assert tables.read("agreements")["is_date_unverified"].sum() == 11


# --- events, corridors, claims --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "day", "status"),
    [
        ("cm-1", "2018-03-15", "held"),
        ("cm-7", "2025-11-16", "held"),
        ("ots-12", "2025-10-07", "held"),
        ("seec-2025", "2025-12-21", "held"),
        ("cca-rumour", "2025-12", "reported"),
        ("seec-2026", "2026-05-28", "planned"),
        ("csto-2026", "2026-11-11", "planned"),
        ("ots-13", "2026", "expected"),
    ],
)
def test_event(event: str, day: str, status: str):
    found = row("events", "event", event)
    assert (found["date"], found["status"]) == (day, status)


def test_the_consultative_meetings_are_numbered_without_a_gap():
    events = tables.read("events").query("bloc == 'cmhs' and status == 'held'")
    numbered = events[events["ordinal"].notna()].sort_values("date")
    assert numbered["ordinal"].tolist() == list(range(1, 8))


def test_no_planned_event_is_told_as_held_after_its_last_verified_day():
    late = tables.read("events").query("date > '2026-06-07'")
    assert not late.empty and (late["status"] != "held").all()


def test_the_armenian_part_of_tripp_is_a_section_and_the_afghan_line_a_lower_bound():
    tripp, uap = row("corridors", "corridor", "tripp"), row("corridors", "corridor", "uap-railway")
    assert (tripp["length_km"], tripp["length_scope"]) == (42, "section")
    assert uap["is_length_lower_bound"] and uap["length_km"] == 700
    assert linked("corridor_lengths", "corridor", "uap-railway", "length_km") == {573, 760, 850}


def test_the_three_countries_of_the_china_kyrgyzstan_uzbekistan_railway_in_order():
    route = tables.read("corridor_countries").query("corridor == 'cku-railway'").sort_values("order")
    assert route["country"].tolist() == ["CHN", "KGZ", "UZB"]


def test_every_document_makes_claims_and_some_have_no_first_verdict():
    claims = tables.read("claims")
    assert len(claims) == 123
    assert set(claims["source"]) == {
        *("doc-000", "doc-001", "doc-002", "doc-003"),
        *("doc-004a", "doc-004b", "doc-004c", "doc-004d"),
    }
    assert claims["first_verdict"].isna().sum() == 23


# --- rules for every row --------------------------------------------------------------------------------


def test_every_spell_can_begin_before_it_ends():
    for found in tables.read("memberships").itertuples():
        if text(found.end):
            assert tables.interval(found.start)[0] < tables.interval(found.end)[0], found


def test_spells_of_one_country_in_one_bloc_overlap_only_as_suspension():
    for key, frame in tables.read("memberships").groupby(["bloc", "country"]):
        legal = frame[frame["status"] != "suspended"]
        bounds = sorted(
            (
                tables.interval(found.start)[0],
                tables.interval(text(found.end))[0] if text(found.end) else ENDLESS,
            )
            for found in legal.itertuples()
        )
        assert all(end <= start for (_, end), (start, _) in pairwise(bounds)), key


def test_every_status_is_declared_and_every_attested_start_is_unverified():
    memberships = tables.read("memberships")
    assert set(memberships["status"]) <= set(tables.read("status_meanings")["status"])
    assert memberships[memberships["is_start_attested"]]["is_start_unverified"].all()
    assert memberships[memberships["is_end_unverified"]]["end"].notna().all()


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("agreement_parties", "party", "party_kind"),
        ("event_actors", "actor", "actor_kind"),
        ("corridor_sponsors", "sponsor", "sponsor_kind"),
        ("claim_subjects", "subject", "subject_kind"),
    ],
)
def test_a_key_of_two_kinds_is_found_where_its_kind_says(table: str, column: str, kind: str):
    keys = {"country": set(tables.read("countries")["country"]), "bloc": set(tables.read("blocs")["bloc"])}
    for found in tables.read(table)[[column, kind]].itertuples(index=False):
        assert found[1] == "other" or found[0] in keys[found[1]], found


@pytest.mark.parametrize(
    ("parents", "children", "key"),
    [
        ("agreements", "agreement_parties", "agreement"),
        ("events", "event_actors", "event"),
        ("corridors", "corridor_countries", "corridor"),
        ("corridors", "corridor_sponsors", "corridor"),
        ("claims", "claim_subjects", "claim"),
    ],
)
def test_no_row_is_left_without_its_links(parents: str, children: str, key: str):
    assert set(tables.read(parents)[key]) == set(tables.read(children)[key])


def test_a_claim_is_checked_with_tables_that_exist():
    assert set(tables.read("claim_tables")["table"]) <= set(tables.names())


def test_further_sources_belong_to_rows_that_exist():
    further = tables.read("further_sources")
    for table, rows in further.groupby("table"):
        primary_key = tables.read(table)[list(descriptor.load(table).primary_key)].astype("string")
        known = {f"{table}:{'/'.join(key)}" for key in primary_key.itertuples(index=False)}
        assert set(rows["row"]) <= known, table


def test_nothing_rests_on_general_knowledge_alone():
    for table in ("blocs", "memberships", "nonstate_participants", "agreements", "events", "corridors"):
        assert "gk" not in set(tables.read(table)["source"]), table


def test_every_country_code_in_use_is_a_country_and_only_the_world_is_an_aggregate():
    countries = tables.read("countries")
    assert set(countries[countries["kind"] == "aggregate"]["country"]) == {"WLD"}
    trade = tables.read("trade")
    assert set(trade["reporter"]) | set(trade["partner"]) <= set(countries["country"])
