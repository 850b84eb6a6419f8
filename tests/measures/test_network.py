"""Networks on tables worked by hand: what ties, what does not, what is uncertain, and what each measure then is."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import pandas as pd
import pytest

from analysis.errors import UsageError
from analysis.measures import network

KINDS = pd.DataFrame(
    [("alliance", 5), ("mutual-assistance", 4), ("defence-cooperation", 3), ("arms", 1)],
    columns=["kind", "rank"],
)
FOUR = ["AAA", "BBB", "CCC", "DDD"]


def tables(*rows: tuple[str, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Agreements from (id, parties, kind, date, status, in_force, ended, marks), the last three as needed."""
    filled = [(*row, "signed", "", "", "")[:8] if len(row) == 4 else (*row, "", "", "")[:8] for row in rows]
    names = ["agreement", "parties", "kind", "date", "status", "in_force", "ended", "marks"]
    frame = pd.DataFrame(filled, columns=names)
    sides = [(row.agreement, party) for row in frame.itertuples() for party in row.parties.split()]
    frame = frame.assign(
        title=frame["agreement"].str.title(),
        source=frame["agreement"].map("source of {}".format),
        is_document_only=frame["marks"].eq("told"),
        is_date_unverified=frame["marks"].eq("unverified"),
    )
    return frame.drop(columns=["parties", "marks"]), pd.DataFrame(sides, columns=["agreement", "party"])


def net(
    *rows: tuple[str, ...], on: str = "2020-06-30", pacts: tuple[str, ...] = (), kinds=None
) -> network.Network:
    listed = pd.DataFrame({"agreement": list(pacts)}, dtype=object)
    return network.on_day(*tables(*rows), KINDS, listed, countries=FOUR, on=on, kinds=kinds)


AB = ("ab", "AAA BBB", "alliance", "2010-01-01")
BC = ("bc", "CCC BBB", "alliance", "2012-01-01")
AC = ("ac", "AAA CCC", "alliance", "2015-05-05")
CD = ("cd", "CCC DDD", "defence-cooperation", "2016-01-01")


class TestTies:
    def test_the_highest_kind_counts_and_only_once(self) -> None:
        found = net(AB, ("ab2", "AAA BBB", "arms", "2005-01-01"))
        assert network.level(found, "BBB", "AAA") == 5
        assert network.ties(found).value == 1
        assert network.strength(found, "AAA").value == 2
        assert network.strength(found, "AAA", weights="plain").value == 1

    @pytest.mark.parametrize("status", ["proposed", "announced", "initialed"])
    def test_what_does_not_bind_is_open(self, status: str) -> None:
        found = net(("ab", "AAA BBB", "alliance", "2010-01-01", status))
        assert network.standing(found, "AAA", "BBB") == network.OPEN
        assert network.ties(found).value == 0

    def test_a_document_alone_makes_no_tie(self) -> None:
        found = net(("ab", "AAA BBB", "alliance", "2010-01-01", "signed", "", "", "told"))
        assert network.standing(found, "AAA", "BBB") == network.OPEN
        assert network.ties(found).value == 0 and found.rows == ()

    def test_third_parties_and_other_kinds_make_no_tie(self) -> None:
        found = net(
            ("abc", "AAA BBB CCC", "alliance", "2010-01-01"), ("x", "AAA BBB", "border", "2010-01-01")
        )
        assert found.acts.empty and network.ties(found).value == 0

    def test_not_before_its_day_and_not_after_its_end(self) -> None:
        ended = ("ab", "AAA BBB", "alliance", "2010-01-01", "ended", "2010-02-01", "2019-01-01")
        assert network.ties(net(AB, on="2009-12-31")).value == 0
        assert network.ties(net(ended, on="2018-12-31")).value == 1
        assert network.ties(net(ended)).value == 0

    def test_a_listed_pact_of_another_kind_is_mutual_assistance(self) -> None:
        row = ("ab", "AAA BBB", "strategic-partnership", "2010-01-01")
        assert network.ties(net(row)).value == 0
        assert network.level(net(row, pacts=("ab",)), "AAA", "BBB") == 4
        assert network.ties(net(row, pacts=("ab",), kinds=["alliance"])).value == 0
        assert network.level(net(AB, pacts=("ab",)), "AAA", "BBB") == 5, "its own kind goes first"

    def test_kinds_that_are_not_asked_for_are_left_out(self) -> None:
        assert network.ties(net(AB, CD, kinds=["defence-cooperation"])).value == 1

    def test_two_countries_are_needed(self) -> None:
        with pytest.raises(UsageError, match="needs two countries"):
            network.on_day(
                *tables(AB), KINDS, pd.DataFrame({"agreement": []}), countries=["AAA"], on="2020-01-01"
            )


class TestUncertain:
    COARSE = ("ab", "AAA BBB", "alliance", "2020")

    def test_inside_a_coarse_date_nothing_is_guessed(self) -> None:
        found = net(self.COARSE, BC)
        assert network.standing(found, "AAA", "BBB") == network.UNCERTAIN
        assert not network.ties(found).defined and network.limits(found, "ties") == (1, 2)
        assert "AAA with BBB" in network.ties(found).reason
        assert not network.density(found).defined
        assert network.degree(found, "CCC").value == 1, "what it does not touch is defined"
        assert not network.degree(found, "BBB").defined
        assert network.limits(found, "degree", "BBB") == (1, 2)

    def test_after_it_all_is_settled(self) -> None:
        assert network.ties(net(self.COARSE, on="2021-01-01")).value == 1

    def test_entry_into_force_in_a_coarse_month_leaves_the_signature(self) -> None:
        row = ("ab", "AAA BBB", "alliance", "2019-01-01", "in-force", "2020-06")
        assert network.ties(net(row)).value == 1

    def test_a_coarse_end_is_uncertain(self) -> None:
        row = ("ab", "AAA BBB", "alliance", "2010-01-01", "ended", "2010-02-01", "2020")
        assert network.standing(net(row), "AAA", "BBB") == network.UNCERTAIN

    def test_a_count_behind_a_sure_tie_may_be_uncertain_alone(self) -> None:
        found = net(AB, ("ab2", "AAA BBB", "arms", "2020"))
        assert network.ties(found).value == 1 and not network.strength(found, "AAA").defined
        assert network.strength(found, "AAA", weights="plain").value == 1

    def test_uncertain_ties_close_no_triangle(self) -> None:
        found = net(self.COARSE, BC, AC)
        assert network.triangles(found) == [] and network.limits(found, "triangles") == (0, 1)


class TestMeasures:
    FOUND = net(AB, BC, AC, CD)

    def test_density_at_every_level(self) -> None:
        assert network.density(self.FOUND).value == pytest.approx(4 / 6)
        assert network.density(self.FOUND, level=5).value == pytest.approx(3 / 6)

    def test_degree_strength_parts(self) -> None:
        degrees = {code: network.degree(self.FOUND, code).value for code in FOUR}
        assert degrees == {"AAA": 2, "BBB": 2, "CCC": 3, "DDD": 1}
        assert network.components(self.FOUND).value == 1
        assert network.components(self.FOUND, level=5).value == 2
        assert sum(degrees.values()) == 2 * network.ties(self.FOUND).value

    def test_without_one(self) -> None:
        rest = network.without(self.FOUND, "CCC")
        assert rest.countries == ("AAA", "BBB", "DDD")
        assert network.ties(rest).value == 1 and network.density(rest).value == pytest.approx(1 / 3)
        assert network.triangle_count(rest).value == 0 and network.components(rest).value == 2
        assert len(self.FOUND.acts) == 4, "the whole is untouched"
        with pytest.raises(UsageError, match="'XXX' is not among"):
            network.without(self.FOUND, "XXX")

    def test_the_last_edge_closes_the_triangle(self) -> None:
        (only,) = network.triangles(self.FOUND, level=5)
        assert only.countries == ("AAA", "BBB", "CCC") and only.closed == "2015-05-05"
        assert [act["agreement"] for act in only.edges] == ["ab", "bc", "ac"] and only.is_order_certain
        assert network.triangle_count(self.FOUND).value == 1

    def test_a_tie_is_as_old_as_its_earliest_act_of_the_level(self) -> None:
        found = net(AB, BC, AC, ("ac0", "AAA CCC", "defence-cooperation", "2000-01-01"))
        assert network.triangles(found, level=5)[0].closed == "2015-05-05"
        assert network.triangles(found, level=1)[0].closed == "2012-01-01"

    def test_coarse_dates_may_hide_which_came_last(self) -> None:
        summer, coarse = ("bc", "CCC BBB", "alliance", "2012-06-01"), ("ac", "AAA CCC", "alliance", "2012")
        (only,) = network.triangles(net(AB, summer, coarse), level=5)
        assert only.closed == "2012" and not only.is_order_certain

    def test_place_counts_the_pairs_above(self) -> None:
        assert network.place(self.FOUND, "AAA", "BBB").value == 1
        assert network.place(self.FOUND, "DDD", "CCC").value == 4
        assert "no tie that binds" in network.place(self.FOUND, "AAA", "DDD").reason

    def test_triangles_agree_with_a_count_over_all_threes(self) -> None:
        drawn = network.graph(self.FOUND)
        by_hand = sum(
            all(drawn.has_edge(*pair) for pair in combinations(three, 2)) for three in combinations(FOUR, 3)
        )
        assert network.triangle_count(self.FOUND).value == by_hand == len(network.triangles(self.FOUND))
        assert nx.density(drawn) == network.density(self.FOUND).value

    def test_weights_are_named(self) -> None:
        with pytest.raises(UsageError, match="is not one of agreements, plain"):
            network.strength(self.FOUND, "AAA", weights="ranked")


def test_days_after_the_last_are_not_looked_at() -> None:
    listed = pd.DataFrame({"agreement": []}, dtype=object)
    view = {"countries": FOUR, "kinds": None}
    late = network.on_days(*tables(AB), KINDS, listed, days=["2019-12-31", "2015-01-01"], **view)
    assert [each.on.isoformat() for each in late] == ["2015-01-01"]
    both = network.on_days(*tables(AB), KINDS, listed, days=["2009-01-01", "2015-01-01"], **view)
    assert [network.ties(each).value for each in both] == [0, 1]
