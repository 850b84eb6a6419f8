"""Corridors on small tables: stages on a day, paths and branches, what neighbours share, ways to a coast."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.measures import transport
from analysis.measures.transport import Path

STAGES = pd.DataFrame(
    [
        ("a", "announced", "2014", False, "s1"),
        ("a", "operational", "2014", False, "s2"),
        ("b", "announced", "2018-12", False, "s3"),
        ("b", "operational", "2022-07", True, "s4"),
        ("c", "planned", "2025-07", False, "s5"),
    ],
    columns=["corridor", "status", "since", "is_since_attested", "source"],
)
CORRIDORS = pd.DataFrame({"corridor": ["a", "b", "c"], "status": ["operational", "operational", "planned"]})
TIES = pd.DataFrame(
    [
        ("a", "CHN", "origin", 1),
        ("a", "KAZ", "transit", 2),
        ("a", "GEO", "transit", 3),
        ("a", "TUR", "branch", 4),
        ("a", "ROU", "destination", 5),
        ("b", "IND", "origin", 1),
        ("b", "TKM", "branch-east", 2),
        ("b", "AZE", "branch-west", 2),
        ("b", "RUS", "destination", 3),
        ("b", "TJK", "member", None),
        ("c", "UZB", "origin", 1),
        ("c", "PAK", "destination", 2),
    ],
    columns=["corridor", "country", "role", "order"],
)
MEANINGS = pd.DataFrame({"status": ["member", "suspended"], "is_full": [True, False]})


def on(day: str) -> dict[str, tuple[str, bool]]:
    held = transport.on_day(CORRIDORS, STAGES, day)
    return {row.corridor: (row.state, row.is_uncertain) for row in held.itertuples()}


class TestStages:
    def test_nothing_before_the_first_day_it_can_mean(self) -> None:
        assert on("2013-12-31") == {}

    def test_inside_a_coarse_date_it_is_uncertain_and_after_it_sure(self) -> None:
        assert on("2014-06-30") == {"a": ("operational", True)}
        assert on("2015-01-01") == {"a": ("operational", False)}

    def test_before_an_attested_stage_the_earlier_one_is_uncertain(self) -> None:
        assert on("2020-01-01")["b"] == ("announced", True)
        assert on("2022-08-01")["b"] == ("operational", False)

    def test_the_status_of_the_cutoff_never_leaks(self) -> None:
        assert "status" not in transport.on_day(CORRIDORS, STAGES, "2020-01-01")

    def test_a_stage_lasts_until_the_next_and_the_last_goes_on(self) -> None:
        held = transport.on_day(CORRIDORS, STAGES, "2022-07-10")
        spells = transport.stage_spells(held, STAGES, "2022-07-10").set_index(["corridor", "status"])
        first = spells.loc[("b", "announced")]
        assert (first["start_first"], first["start_last"]) == (
            pd.Timestamp("2018-12-01"),
            pd.Timestamp("2018-12-31"),
        )
        assert (first["end_first"], first["end_last"]) == (
            pd.Timestamp("2022-07-01"),
            pd.Timestamp("2022-07-10"),
        )
        assert pd.isna(
            spells.loc[("b", "operational"), "end_first"]
        ) and "c" not in spells.index.get_level_values(0)

    def test_only_what_surely_runs_is_counted(self) -> None:
        found = transport.operational(transport.on_day(CORRIDORS, STAGES, "2020-01-01"))
        assert found.value == 1
        # a count of those that run rests on the stage of every corridor looked at
        assert len(found.rows) == len(found.sources) and "s2" in found.sources
        assert transport.operational(transport.on_day(CORRIDORS, STAGES, "2014-06-30")).value == 0


class TestPaths:
    def test_main_line_leaves_branches_out(self) -> None:
        ways = {path.branch: path.countries for path in transport.paths(TIES, "a")}
        assert ways == {"": ("CHN", "KAZ", "GEO", "ROU"), "branch": ("CHN", "KAZ", "GEO", "TUR", "ROU")}

    def test_parallel_branches_are_never_on_one_path(self) -> None:
        ways = [set(path.countries) for path in transport.paths(TIES, "b")]
        assert ways == [{"IND", "RUS"}, {"IND", "AZE", "RUS"}, {"IND", "TKM", "RUS"}]

    def test_a_member_without_a_place_is_on_no_path(self) -> None:
        assert "TJK" not in transport.on_route(TIES, ["b"])["b"]

    def test_borders_are_countries_less_one(self) -> None:
        assert [transport.border_crossings(path).value for path in transport.paths(TIES, "a")] == [3, 4]
        assert not transport.border_crossings(Path("a", "", ("CHN",))).defined


def spells(*rows: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["bloc", "country", "status", "start", "end"])
    return frame.assign(source="m")


def steps(path: tuple[str, ...], day: str = "2020-06-30", **changes) -> pd.DataFrame:
    agreed = pd.DataFrame(
        columns=["agreement", "kind", "state", "is_uncertain", "parties", "is_document_only", "row", "source"]
    )
    events = pd.DataFrame(columns=["event", "date", "kind", "status", "is_document_only"])
    actors = pd.DataFrame(columns=["event", "actor"])
    given = {
        "memberships": spells(
            ("u", "KAZ", "member", "2015-01-01", ""), ("u", "RUS", "member", "2015-01-01", "")
        ),
        "status_meanings": MEANINGS,
        "agreed": agreed,
        "events": events,
        "actors": actors,
        "customs_unions": ["u"],
        "defence_blocs": ["d"],
    }
    return transport.steps(Path("a", "", path), on=day, **given | changes)


def pact(**changes) -> pd.DataFrame:
    row = {
        "agreement": "p",
        "kind": "alliance",
        "state": "signed",
        "is_uncertain": False,
        "parties": ("AZE", "KAZ"),
    }
    return pd.DataFrame([row | {"is_document_only": False, "row": "agreements:p", "source": "p"} | changes])


class TestSteps:
    def test_customs_union_of_both_neighbours(self) -> None:
        assert list(steps(("CHN", "KAZ", "RUS"))["tie"]) == ["none", "customs-union"]

    def test_alliance_counts_when_binding_and_bilateral(self) -> None:
        assert list(steps(("KAZ", "AZE"), agreed=pact())["tie"]) == ["alliance"]
        for change in (
            {"state": "announced"},
            {"is_document_only": True},
            {"kind": "friendship"},
            {"parties": ("AZE", "KAZ", "TUR")},
        ):
            assert list(steps(("KAZ", "AZE"), agreed=pact(**change))["tie"]) == ["none"], change

    def test_an_uncertain_signature_or_membership_is_uncertain(self) -> None:
        assert list(steps(("KAZ", "AZE"), agreed=pact(is_uncertain=True))["tie"]) == ["uncertain"]
        table = spells(("u", "KAZ", "member", "2020", ""), ("u", "RUS", "member", "2015-01-01", ""))
        found = steps(("KAZ", "RUS"), memberships=table)
        assert list(found["tie"]) == ["uncertain"]
        assert not transport.tied_steps(found, ["customs-union"]).defined

    def test_union_and_defence_bloc_together(self) -> None:
        table = spells(
            *((bloc, code, "member", "2015-01-01", "") for bloc in "ud" for code in ("KAZ", "RUS"))
        )
        found = steps(("KAZ", "RUS"), memberships=table)
        assert list(found["tie"]) == ["both"] and found["unions"].iloc[0] == ("u",)
        assert transport.tied_steps(found, ["both", "alliance"]).value == 1

    def test_a_war_that_only_the_document_tells_is_kept_apart(self) -> None:
        events = pd.DataFrame(
            [("w", "2020", "conflict", "held", True), ("v", "2019", "conflict", "held", False)],
            columns=["event", "date", "kind", "status", "is_document_only"],
        )
        actors = pd.DataFrame([(e, c) for e in "wv" for c in ("ARM", "AZE")], columns=["event", "actor"])
        found = steps(("AZE", "ARM"), "2021-01-01", events=events, actors=actors)
        assert (found["conflicts"].iloc[0], found["claimed_conflicts"].iloc[0]) == (("v",), ("w",))
        early = steps(("AZE", "ARM"), "2020-06-30", events=events, actors=actors)
        assert early["claimed_conflicts"].iloc[0] == ()


class TestOutlets:
    COASTS = pd.DataFrame(
        {
            "country": ["CHN", "KAZ", "GEO", "ROU", "TUR", "UZB", "PAK", "TKM", "RUS", "IND"],
            "is_landlocked": [False, True, False, False, False, True, False, True, False, False],
        }
    )

    def found(self, open_to: set[str], day: str = "2026-01-01") -> dict[tuple[str, str], tuple[str, ...]]:
        held = transport.on_day(CORRIDORS, STAGES, day)
        frame = transport.outlets(held, TIES, self.COASTS, ["KAZ", "UZB", "TKM", "GEO"], open_to)
        return {(row.country, row.corridor): row.coasts for row in frame.itertuples()}

    def test_nearest_coast_each_way(self) -> None:
        assert self.found({"CHN", "GEO", "ROU", "PAK", "IND", "RUS"}) == {
            ("KAZ", "a"): ("CHN", "GEO"),
            ("UZB", "c"): ("PAK",),
            ("TKM", "b"): ("IND", "RUS"),
        }

    def test_a_country_with_a_coast_has_no_outlets(self) -> None:
        assert not [key for key in self.found({"ROU"}) if key[0] == "GEO"]

    def test_counts_and_what_runs(self) -> None:
        held = transport.on_day(CORRIDORS, STAGES, "2026-01-01")
        frame = transport.outlets(held, TIES, self.COASTS, ["UZB", "KAZ"], {"PAK", "GEO"})
        counts = [
            transport.outlet_count(frame, code, running=run).value
            for code in ("UZB", "KAZ")
            for run in (False, True)
        ]
        assert counts == [1, 0, 1, 1]

    def test_only_coasts_of_the_regions(self) -> None:
        regions = pd.DataFrame({"country": ["CHN", "GEO"], "region": ["East Asia", "South Caucasus"]})
        assert transport.coastal(self.COASTS, regions, ["South Caucasus"]) == {"GEO"}
        assert transport.coastal(self.COASTS, regions, ["Central Asia"]) == frozenset()


def test_a_corridor_that_is_not_there_is_not_walked() -> None:
    held = transport.on_day(CORRIDORS, STAGES, "2013-01-01")
    assert transport.walked(held, TIES, "a") == {}
    with pytest.raises(TypeError):
        transport.walked(transport.on_day(CORRIDORS, STAGES, "2020-01-01"), TIES, "a")
