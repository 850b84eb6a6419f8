"""One truth: what two exhibits or tables say of the same matter is the same, or says why it differs."""

from __future__ import annotations

from analysis import tables
from analysis.measures import relations

ALLIANCE = "alliance"


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
