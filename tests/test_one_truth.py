"""One truth: what two exhibits or tables say of the same matter is the same, or says why it differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import tables
from analysis.briefings import definition
from analysis.measures import relations
from analysis.tables import invariants

ALLIANCE = "alliance"
REPORTS = Path(__file__).resolve().parents[1] / "reports"
OF_ALL_PAIRS = {"top-rung", "moved"}


def first_alliance(*pair: str) -> str:
    """The agreement that first puts a pair on the rung of the alliance, as the ladder reads it."""
    table = relations.coded(
        *(tables.read(each) for each in ("agreements", "agreement_kinds", "rung_readings"))
    )
    steps = relations.milestones(table, tables.read("agreement_parties"), pair, tables.cutoff())
    return steps.loc[steps["kind"] == ALLIANCE, "agreement"].iloc[0]


class TestAllianceOfKazakhstanAndUzbekistan:
    def test_the_ladder_and_the_accords_name_the_declaration_that_came_first(self) -> None:
        matters = tables.read("claim_matters").set_index("matter")
        assert first_alliance("KAZ", "UZB") == "kaz-uzb-2021-alliance-declaration"
        assert set(matters.loc["kaz-uzb-alliance", "agreement"]) == {first_alliance("KAZ", "UZB")}


@pytest.mark.parametrize("path", sorted(REPORTS.glob("*.yml")), ids=lambda path: path.stem)
def test_a_briefing_on_one_pair_opens_with_no_figure_of_all_pairs(path: Path) -> None:
    for section in definition.load(path).sections:
        if section.notebook == "relations_ladder" and "pair" in section.parameters:
            assert set(section.without) >= OF_ALL_PAIRS, section.name


class TestSourcesNamedFirst:
    @staticmethod
    def kinds() -> dict[str, str]:
        return dict(tables.read("sources")[["source", "kind"]].itertuples(index=False))

    def test_a_membership_with_an_official_source_names_it_first(self) -> None:
        further = tables.read("further_sources").query("table == 'memberships'")
        official = set(further.loc[further["source"].map(self.kinds()) == "official", "row"])
        for row in tables.read("memberships").to_dict("records"):
            ident = f"memberships:{row['bloc']}/{row['country']}/{row['status']}/{row['start']}"
            assert ident not in official or self.kinds()[row["source"]] == "official", ident

    def test_the_founders_of_the_turkic_council_are_told_by_itself(self) -> None:
        own = tables.read("memberships").query("bloc == 'ots' and start == '2009-10-03'")
        assert set(own["source"]) == {"turkicstates-summits"}

    def test_an_exhibit_names_official_sources_before_others(self) -> None:
        given = ["shongjog-abraham", "wiki-ots", "trend-cmhs-2025", "eec-observers"]
        assert tables.by_rank(given) == given[::-1]

    def test_a_check_refuses_a_website_before_an_official_source(self) -> None:
        further = [(1, {"table": "memberships", "row": "memberships:b/KAZ/member/2015", "source": "good"})]
        member = {"bloc": "b", "country": "KAZ", "status": "member", "start": "2015", "source": "bad"}
        ranks = [(1, {"kind": "official", "rank": "1"}), (2, {"kind": "website", "rank": "5"})]
        sources = [(1, {"source": "good", "kind": "official"}), (2, {"source": "bad", "kind": "website"})]
        told = list(
            invariants._not_first(
                {
                    "source_kinds": ranks,
                    "sources": sources,
                    "memberships": [(7, member)],
                    "further_sources": further,
                }
            )
        )
        assert told == [
            "data/memberships.csv line 7, column source: names 'bad' although 'good', an official source, vouches for it"
            " too; let the two change places"
        ]
