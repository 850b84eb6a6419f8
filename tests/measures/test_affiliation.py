"""Two-mode measures against networkx, against formulas written out, and by hand."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures import affiliation

matrices = st.lists(st.lists(st.integers(0, 1), min_size=3, max_size=3), min_size=2, max_size=6).map(
    lambda rows: pd.DataFrame(
        rows, columns=["x", "y", "z"], index=[f"c{i}" for i in range(len(rows))], dtype="Int64"
    )
)

LINE = pd.DataFrame({"x": [1, 1], "y": [0, 1]}, index=["a", "b"], dtype="Int64")


def newman_by_formula(matrix: pd.DataFrame) -> np.ndarray:
    held = matrix.to_numpy(dtype=float)
    sizes = held.sum(axis=0)
    each = np.divide(1.0, sizes - 1, out=np.zeros_like(sizes), where=sizes > 1)
    weights = (held * each) @ held.T
    np.fill_diagonal(weights, 0)
    return weights


class TestProjections:
    @given(matrices)
    def test_newman_is_the_sum_over_shared_blocs_and_networkx_agrees(self, matrix: pd.DataFrame) -> None:
        found = affiliation.newman_weights(matrix)
        assert np.allclose(found, newman_by_formula(matrix))
        graph = affiliation.bipartite(matrix)
        nodes = [("country", each) for each in matrix.index]
        projected = nx.bipartite.collaboration_weighted_projected_graph(graph, nodes)
        assert np.allclose(found, nx.to_numpy_array(projected, nodelist=nodes))

    def test_a_bloc_of_one_ties_nobody(self) -> None:
        assert affiliation.newman_weights(LINE).loc["a", "b"] == 1
        assert affiliation.newman_weights(LINE[["y"]]).to_numpy().sum() == 0

    @given(matrices)
    def test_counts_and_jaccard(self, matrix: pd.DataFrame) -> None:
        counts, shares = affiliation.shared_counts(matrix), affiliation.jaccard_projection(matrix)
        for a in matrix.index:
            for b in matrix.index:
                one, other = ({c for c in matrix if matrix.loc[each, c]} for each in (a, b))
                assert a == b or counts.loc[a, b] == len(one & other)
                if one | other:
                    assert shares.loc[a, b] == pytest.approx(len(one & other) / len(one | other))
                else:
                    assert np.isnan(shares.loc[a, b])

    def test_an_uncertain_membership_is_not_guessed(self) -> None:
        unsure = pd.DataFrame({"x": [1, pd.NA, 1], "y": [1, 1, 0]}, index=list("abc"), dtype="Int64")
        weights = affiliation.newman_weights(unsure)
        assert np.isnan(weights.loc["a", "b"]) and np.isnan(weights.loc["a", "c"])
        with pytest.raises(ValueError, match="settle it first"):
            affiliation.bipartite(unsure)
        cell = affiliation.centralities(unsure).loc["a", "degree"]
        assert cell.reason == "it is uncertain which blocs hold b"


class TestCentralities:
    def test_path_by_hand(self) -> None:
        """a - x - b - y: b reaches the least sum of distances, a stands at 6 against 4; all shortest ways pass b or x."""
        found = affiliation.centralities(LINE).map(lambda cell: cell.value)
        assert found.loc["a", "degree"] == 0.5 and found.loc["b", "degree"] == 1
        assert found.loc["a", "closeness"] == pytest.approx(4 / 6) and found.loc["b", "closeness"] == 1
        assert found.loc["a", "betweenness"] == 0 and found.loc["b", "betweenness"] == 1
        assert found.loc["b", "eigenvector"] == 1
        assert found.loc["a", "eigenvector"] == pytest.approx(2 / (1 + 5**0.5))
        blocs = affiliation.centralities(LINE, of="bloc").map(lambda cell: cell.value)
        assert blocs.loc["x", "betweenness"] == 1 and blocs.loc["y", "degree"] == 0.5

    def test_ties_of_singular_values_have_no_vector(self) -> None:
        apart = pd.DataFrame({"x": [1, 0], "y": [0, 1]}, index=["a", "b"], dtype="Int64")
        assert "none is first" not in str(affiliation.centralities(apart).loc["a", "degree"].reason)
        assert "no vector is first" in affiliation.centralities(apart).loc["a", "eigenvector"].reason

    def test_nobody_in_any_bloc(self) -> None:
        empty = pd.DataFrame({"x": [0, 0]}, index=["a", "b"], dtype="Int64")
        assert (
            affiliation.centralities(empty).loc["a", "closeness"].reason
            == "no country is in any of the blocs"
        )


def test_equal_values_share_the_best_place() -> None:
    assert affiliation.ranks(pd.Series([2.0, 3.0, 2.0, float("nan")])).tolist() == [2, 1, 2, pd.NA]
