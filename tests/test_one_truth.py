"""One truth: what two exhibits or tables say of the same matter is the same, or says why it differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import tables
from analysis.briefings import definition
from analysis.measures import relations

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
