"""The notebook relations_ladder on the real tables: the facts it must say, and what it must say where there is none."""

from __future__ import annotations

from typing import Any

import pytest
from notebook_checks import column, plain, problems, shown

from analysis import tables
from analysis.errors import UsageError
from analysis.execution import contract

Blocks = dict[str, dict[str, Any]]


def run(**parameters: Any) -> Blocks:
    found = shown("relations_ladder", parameters)
    assert problems(found) == []
    return {block["id"]: block for block in found}


@pytest.fixture(scope="module")
def now() -> Blocks:
    return run()


@pytest.fixture(scope="module")
def pact() -> Blocks:
    """The case of document 000: a pact of Kazakhstan and Kyrgyzstan, said to be announced in Dushanbe in March 2024."""
    return run(pair=["KGZ", "KAZ"], stated_on="2024-03-23", stated_place="Dushanbe")


class TestEveryPair:
    def test_lead_counts_the_allies(self, now: Blocks) -> None:
        assert "7 of the 21 pairs" in now["lead"]["text"] and "alliance" in now["lead"]["text"]
        assert "the median pair stands on enhanced strategic partnership" in now["lead"]["text"]

    def test_2019_and_2025_differ(self) -> None:
        early, late = run(as_of="2019-12-31"), run(as_of="2025-12-31", since="2019-12-31")
        assert "2 of the 21 pairs" in early["lead"]["text"]
        assert "(Azerbaijan–Kazakhstan and Kazakhstan–Kyrgyzstan)" in early["lead"]["text"]
        assert "7 of the 21 pairs" in late["lead"]["text"]
        assert "7 pairs stand on the rung alliance, against 2 on 31 December 2019" in plain(
            late["ladder"]["title"]
        )
        assert plain(late["moved"]["figure"]) == "12 of 21" and plain(late["moved"]["change"]) == "13 steps"
        assert len(late["moves"]["table"]["rows"]) == 13
        was = column(late["ladder"], "31 December 2019")
        assert was == {pair: column(early["ladder"], "31 December 2019")[pair] for pair in was}

    def test_the_square_shows_rung_date_and_agreement(self, now: Blocks) -> None:
        reached = column(now["ladder"], "Reached")
        assert reached["Kazakhstan–Kyrgyzstan"] == "25 December 2003"
        assert reached["Kazakhstan–Uzbekistan"] == "6 December 2021"
        assert reached["Azerbaijan–Uzbekistan"] == "23 August 2024"
        assert column(now["ladder"], "22 November 2026")["Turkmenistan–Türkiye"] == "diplomatic relations"

    def test_the_closing_of_the_triangle_is_the_last_step_to_alliance(self, now: Blocks) -> None:
        rows = [list(map(plain, row)) for row in now["moves"]["table"]["rows"]]
        allied = [(row[0], row[1]) for row in rows if row[3] == "alliance"]
        assert allied[-1] == ("23 August 2024", "Azerbaijan–Uzbekistan")
        states = {row[1]: row[5] for row in rows if row[3] == "alliance"}
        assert states["Azerbaijan–Türkiye"] == "in force" and states["Kazakhstan–Uzbekistan"] == "signed"

    def test_the_treaty_of_2005_is_read_as_asked(self) -> None:
        lower = run(as_of="2019-12-31", double_titles="lower")
        assert column(lower["ladder"], "31 December 2019")["Azerbaijan–Kazakhstan"] == "strategic partnership"
        assert "by the lower of the two" in lower["readings"]["text"]

    def test_entry_into_force_is_thin_and_says_so(self) -> None:
        thin = run(rung_rule="in-force")
        assert "2 of the 21 pairs" in thin["lead"]["text"]
        assert "(Azerbaijan–Türkiye and Tajikistan–Uzbekistan)" in thin["lead"]["text"]
        assert (
            "many rungs are too low" in thin["limits"]["text"]
            and "this ladder is thin" in thin["rungs"]["text"]
        )
        assert column(thin["ladder"], "Reached")["Tajikistan–Uzbekistan"] == "31 March 2025"

    def test_an_unverified_date_is_marked_or_left_out(self) -> None:
        marked, strict = run(as_of="2016-01-01"), run(as_of="2016-01-01", count_unverified=False)
        assert column(marked["ladder"], "Reached")["Kyrgyzstan–Uzbekistan"] == "1996 †"
        assert "† the date is not verified" in marked["ladder"]["note"]
        assert column(strict["ladder"], "Reached")["Kyrgyzstan–Uzbekistan"] == "16 February 1993"
        assert "†" not in (strict["ladder"]["note"] or "")

    def test_a_coarse_date_leaves_the_rung_uncertain(self) -> None:
        found = run(as_of="1992-10-15", pair=["KAZ", "TKM"])
        standing = column(found["ladder"], "15 October 1992")
        assert standing["Kazakhstan–Turkmenistan"] == "no rung or diplomatic relations, uncertain"
        assert "10 of the 21 pairs" in found["lead"]["text"]
        assert "uncertain" in found["milestones"]["title"] and found["dwell"]["kind"] == "finding"


class TestOnePair:
    def test_the_milestones_of_document_001(self, now: Blocks) -> None:
        assert column(now["milestones"], "Rung") == {
            "23 November 1992": "diplomatic relations",
            "31 October 1998": "friendship",
            "14 June 2013": "strategic partnership",
            "6 December 2021": "alliance",
            "22 December 2022": "alliance",
        }
        assert "enhanced strategic partnership" in now["milestones"]["note"], "a rung that was skipped"
        assert "1 later agreement confirms it, that of 22 December 2022" in plain(now["pair-rung"]["text"])

    def test_days_between_the_rungs(self, now: Blocks) -> None:
        assert column(now["dwell"], "Days") == {
            "Diplomatic relations": "2 168", "Friendship": "5 340", "Strategic partnership": "3 097", "Alliance": "1 812",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("pair", "declared", "treaty"),
        [
            (["KAZ", "TJK"], "4 May 2023", "22 August 2024"),
            (["TJK", "UZB"], "2 June 2022", "18 April 2024"),
        ],
    )
    def test_a_declaration_comes_before_the_treaty(self, pair: list[str], declared: str, treaty: str) -> None:
        found = run(pair=pair)
        step = column(found["milestones"], "Step")
        assert step[declared] == "from strategic partnership" and step[treaty] == "confirms"
        assert f"since {declared}" in plain(found["pair-rung"]["change"])

    def test_alliance_was_there_before_the_visit_to_dushanbe(self) -> None:
        found = run(pair=["KAZ", "TJK"], stated_on="2024-08-22")
        rows = {row[0]: row[1:] for row in found["before-after"]["table"]["rows"]}
        assert rows["Rung"] == ["alliance", "alliance"]
        assert [plain(each) for each in rows["Reached"]] == ["4 May 2023", "4 May 2023"]
        assert "did not change on 22 August 2024" in plain(found["before-after"]["title"])

    def test_what_tied_the_two_before_the_newest_step(self, now: Blocks) -> None:
        rows = {row[0]: row[1:] for row in now["before-after"]["table"]["rows"]}
        assert rows["Rung"] == ["strategic partnership", "alliance"]
        assert rows["Blocs of security in common"] == ["SCO, PfP", "SCO, PfP"], (
            "Uzbekistan had left the CSTO in 2012"
        )

    def test_the_portfolio_counts_by_kind(self, now: Blocks) -> None:
        assert column(now["portfolio"], "Number")["Defence cooperation"] == "3"
        assert "15 November 2025" in column(now["portfolio"], "Agreements")["Other"], "the water agreement"

    def test_a_pair_outside_the_countries_is_fine(self) -> None:
        found = run(countries=["KAZ", "KGZ"], pair=["PAK", "SAU"])
        assert "1 pair of Kazakhstan and Kyrgyzstan" in found["lead"]["text"]
        assert (
            found["milestones"]["kind"] == "finding" and "Strategic Mutual Defence" in found["signed"]["text"]
        )

    def test_a_pair_without_agreements_is_said_in_a_sentence(self) -> None:
        found = run(pair=["CHN", "ISR"])
        assert "had surely put them on a rung" in found["pair-rung"]["text"]
        for each in ("milestones", "dwell", "before-after", "portfolio", "fields"):
            assert found[each]["kind"] == "finding", each

    def test_no_pair_is_said_in_sentences(self) -> None:
        found = run(pair=[])
        texts = [
            found[each]["text"] for each in ("pair-rung", "milestones", "dwell", "before-after", "portfolio")
        ]
        assert all(text.startswith("No pair of countries was chosen") for text in texts)
        assert len(set(texts)) == len(texts)


class TestDocument000:
    def test_allies_since_2003_and_nothing_new_in_march_2024(self, pact: Blocks) -> None:
        text = plain(pact["novelty"]["text"])
        assert "On 22 March 2024 and on 23 March 2024" in text and "stood on alliance" in text
        assert "They had stood there since 25 December 2003" in text

    def test_stated_against_found(self, pact: Blocks) -> None:
        assert "is 27 days after it" in plain(pact["stated"]["title"])
        days, place = column(pact["stated"], "Days"), column(pact["stated"], "Place")
        assert place["As stated"] == "Dushanbe"
        assert days["Treaty on deepening and expanding allied relations"] == "27"
        assert place["Treaty on deepening and expanding allied relations"] == "Astana"
        assert days["5th Consultative Meeting of the Heads of State of Central Asia"] == "−191"
        text = plain(pact["stated-place"]["text"])
        assert "in Astana 27 days after it" in text and "191 days before it" in text

    def test_the_document_is_shown_and_supports_nothing(self, pact: Blocks) -> None:
        rows = [list(map(plain, row)) for row in pact["stated"]["table"]["rows"]]
        assert rows[-1][0] == "Military cooperation pact as only one document describes it"
        assert rows[-1][2] == "March 2024 †‡" and rows[-1][5] == "announced"
        assert "supports nothing" in pact["stated-place"]["text"]
        assert "doc-000" not in {each["id"] for each in pact["stated-place"]["sources"]}

    def test_fields_are_named_by_a_source_or_by_the_document_alone(self, pact: Blocks) -> None:
        named = column(pact["fields"], "In a source")
        assert named["Joint exercises"] == named["Intelligence"] == "named by the document alone"
        assert named["Defence technology"] == "named"
        assert (
            "no source read names joint exercises and intelligence, which does not refute it"
            in pact["covered"]["text"]
        )

    def test_fields_of_document_003(self) -> None:
        found = run(pair=["KAZ", "TJK"], fields=["agriculture", "defence-technology", "water"])
        named = column(found["fields"], "In a source")
        assert named == {"Agriculture": "not found", "Defence technology": "named", "Water": "named"}
        assert "2021 †" in column(found["fields"], "Agreements")["Defence technology"]

    def test_before_the_treaty_only_the_document_is_there(self) -> None:
        found = run(pair=["KAZ", "KGZ"], stated_on="2024-03-23", as_of="2024-04-01", window=30)
        assert "No agreement found near" in found["stated"]["title"]
        assert "No agreement of these kinds" in found["stated-place"]["text"]

    def test_a_stated_day_after_the_briefing_is_said(self) -> None:
        found = run(pair=["KAZ", "KGZ"], stated_on="2024-03-23", as_of="2020-01-01")
        assert "is after the day of this briefing" in found["stated"]["text"]


class TestPace:
    def test_the_rate_rose_and_the_intervals_are_apart(self, now: Blocks) -> None:
        values = now["rate"]["values"]
        assert values["rate"]["value"] == pytest.approx(44 / 10, rel=0.01)
        assert values["was"]["value"] == pytest.approx(8 / 10, rel=0.01)
        assert "up from" in now["rate"]["text"] and "do not overlap" in now["rate"]["text"]
        assert values["was_high"]["value"] < values["low"]["value"]

    def test_the_busiest_year(self, now: Blocks) -> None:
        assert plain(now["pace"]["title"]) == "14 of 69 agreements were signed in 2022, the busiest year"
        assert column(now["pace"], "Defence")["2022"] == "4"

    def test_kinds_left_out_are_named(self, now: Blocks) -> None:
        assert "Not counted: diplomatic relations." in now["pace"]["note"]
        assert "Not counted" not in run(left_out=[])["pace"]["note"]

    def test_blocs_shared_and_open(self, now: Blocks) -> None:
        assert column(now["shared-blocs"], "Shared")["Kazakhstan–Kyrgyzstan"] == "22"
        assert column(now["shared-blocs"], "Open to both")["Kazakhstan–Kyrgyzstan"] == "23"


@pytest.mark.parametrize("as_of", ["1991-01-01", "1992-06-01", "1996-06-15", "2012-10-01", "2022-02-10"])
def test_every_day_is_well_said(as_of: str) -> None:
    found = run(as_of=as_of)
    assert found["lead"]["defined"] and as_of[:4] in found["lead"]["text"]


@pytest.mark.parametrize("pair", [["KAZ"], ["KAZ", "KAZ"], ["KAZ", "UZB", "TJK"]])
def test_a_pair_of_other_than_two_is_refused_before_anything_runs(pair: list[str]) -> None:
    declared = contract.read(tables.root() / "notebooks" / "relations_ladder.ipynb")
    with pytest.raises(UsageError, match="write two different countries, or none"):
        declared.coerce({"pair": pair})


def test_one_country_has_no_pairs() -> None:
    with pytest.raises(UsageError, match="name at least two"):
        shown("relations_ladder", {"countries": ["KAZ"]})


def test_every_reading_of_a_title_is_a_rung() -> None:
    kinds = tables.read("agreement_kinds").set_index("kind")["rung"]
    readings = tables.read("rung_readings").pivot(index="agreement", columns="reading", values="kind")
    agreements = tables.read("agreements").set_index("agreement")["kind"]
    for agreement, row in readings.iterrows():
        assert kinds[row["higher"]] > kinds[row["lower"]]
        assert agreements[agreement] == row["higher"], "the table of agreements has the higher reading"


def test_a_year_that_is_over_has_a_mean() -> None:
    over, not_over = run(as_of="2025-12-31"), run(as_of="2025-12-30")
    assert column(over["pace"], "Mean")["2025"] == "6.6"
    assert column(not_over["pace"], "Mean")["2025"] == "–"


def test_a_field_named_by_a_document_is_that_of_a_document_only_row() -> None:
    fields = tables.read("agreement_fields")
    alone = set(tables.read("agreements").query("is_document_only")["agreement"])
    documents = set(fields[fields["source"].str.startswith("doc-")]["agreement"])
    assert documents and documents <= alone
    assert not set(fields[~fields["source"].str.startswith("doc-")]["agreement"]) & alone


def test_every_kind_of_agreement_has_its_row_and_every_rung_is_one_kind() -> None:
    kinds = tables.read("agreement_kinds")
    assert set(tables.read("agreements")["kind"]) <= set(kinds["kind"])
    assert sorted(kinds["rung"].dropna()) == [1, 2, 3, 4, 5]
    assert kinds[kinds["is_defence_tie"]]["rung"].isna().all(), "alliance is a name and no tie of defence"
