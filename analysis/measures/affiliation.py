"""The two-mode network of countries and blocs: projections on the countries, and centralities in both modes.

`matrix` is the affiliation matrix of `sets.affiliation`: countries in rows, blocs in columns, 1 in, 0 out, NA uncertain.
A bloc that holds everyone makes the plain projection complete, so the weights of Newman, under which a large bloc ties
its members less, and the two-mode measures stand beside it (METHODS 1.4).
"""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import pandas as pd

from .blocs import CANDIDATE, SUSPENDED
from .measured import Measured
from .reasons import because

CENTRALITIES = ("degree", "betweenness", "closeness", "eigenvector")


def any_standing(status_meanings: pd.DataFrame) -> list[str]:
    """Every status that is some standing in a bloc, lesser ones too: neither a candidate nor the overlay suspended."""
    return [each for each in status_meanings["status"] if each not in (CANDIDATE, SUSPENDED)]


def bipartite(matrix: pd.DataFrame) -> nx.Graph:
    """The two-mode graph; nodes are ("country", code) and ("bloc", id), so that no name can stand for both.

    Raises ValueError when the matrix holds an uncertain membership.
    """
    if matrix.isna().any(axis=None):
        raise ValueError("an uncertain membership is no edge; settle it first")
    found = nx.Graph()
    found.add_nodes_from((("country", each) for each in matrix.index), bipartite=0)
    found.add_nodes_from((("bloc", each) for each in matrix.columns), bipartite=1)
    found.add_edges_from(
        (("country", row), ("bloc", bloc)) for bloc in matrix for row in matrix.index[matrix[bloc].eq(1)]
    )
    return found


def newman_weights(matrix: pd.DataFrame) -> pd.DataFrame:
    """How closely two countries are tied by the blocs they share, each bloc the less the more members it has.

    Formula: w(i, j) = Σ over shared blocs of 1 / (n − 1), n the members of the bloc; a bloc with one member ties
    nobody. The diagonal is 0; NaN where an uncertain membership would change a weight. Computed by networkx
    (bipartite.collaboration_weighted_projected_graph). Source: METHODS 1.4; Newman 2001, Phys. Rev. E 64, 016132.

    >>> matrix = pd.DataFrame({"x": [1, 1, 0], "y": [1, 1, 1]}, index=["a", "b", "c"])
    >>> newman_weights(matrix).loc["a"].tolist()
    [0.0, 1.5, 0.5]
    """
    return _projected(matrix, nx.bipartite.collaboration_weighted_projected_graph)


def shared_counts(matrix: pd.DataFrame) -> pd.DataFrame:
    """The number of blocs that two countries share; the diagonal is 0. Source: METHODS 1.4; Breiger 1974.

    >>> matrix = pd.DataFrame({"x": [1, 1, 0], "y": [1, 1, 1]}, index=["a", "b", "c"])
    >>> shared_counts(matrix).loc["a"].tolist()
    [0.0, 2.0, 1.0]
    """
    return _projected(matrix, nx.bipartite.weighted_projected_graph)


def jaccard_projection(matrix: pd.DataFrame) -> pd.DataFrame:
    """Blocs that two countries share over blocs that either is in; NaN for two countries in no bloc.

    Source: METHODS 1.4; networkx (bipartite.overlap_weighted_projected_graph with jaccard).

    >>> matrix = pd.DataFrame({"x": [1, 1, 0], "y": [1, 1, 1]}, index=["a", "b", "c"])
    >>> jaccard_projection(matrix).loc["a"].tolist()
    [1.0, 1.0, 0.5]
    """
    filled = [matrix.fillna(value).to_numpy(dtype=float) for value in (0, 1)]
    low, high = (_jaccard(values) for values in filled)
    same = np.isclose(low, high) & (matrix.notna().all(axis=1).to_numpy()[:, None])
    same &= matrix.notna().all(axis=1).to_numpy()[None, :]
    return pd.DataFrame(np.where(same, low, np.nan), index=matrix.index, columns=matrix.index)


def centralities(matrix: pd.DataFrame, *, of: str = "country") -> pd.DataFrame:
    """The two-mode centralities of the countries (or of="bloc"), one Measured in each cell.

    Columns: degree (affiliations over all in the other mode); betweenness and closeness, normalised by the most that a
    node of its mode can reach (Borgatti and Everett 1997, Social Networks 19(3), 243–269, as in
    networkx.algorithms.bipartite; in a graph of several parts closeness counts within the part and is scaled by its
    size); eigenvector (the first left or right singular vector of the matrix, largest value 1). All are undefined when
    a membership is uncertain; the eigenvector also when two singular values tie, so that none is first.
    Source: METHODS 1.4; Borgatti and Halgin 2011 on two-mode measures.

    >>> line = pd.DataFrame({"x": [1, 1], "y": [0, 1]}, index=["a", "b"])  # the path a - x - b - y
    >>> found = centralities(line).map(lambda cell: round(cell.value, 3))
    >>> found.loc["a"].tolist(), found.loc["b"].tolist()
    ([0.5, 0.0, 0.667, 0.618], [1.0, 1.0, 1.0, 1.0])
    """
    names = list(matrix.index if of == "country" else matrix.columns)
    if matrix.isna().any(axis=None):
        unsure = [country for country in matrix.index if matrix.loc[country].isna().any()]
        reason = because("it is uncertain which blocs hold {countries}", countries=tuple(unsure))
        return _frame(names, lambda name, kind: _undefined(kind, reason))
    if matrix.empty or not matrix.to_numpy(dtype=float).any():
        return _frame(
            names, lambda name, kind: _undefined(kind, because("no country is in any of the blocs"))
        )
    found, side = bipartite(matrix), [(of, name) for name in names]
    values = {
        "degree": nx.bipartite.degree_centrality(found, side),
        "betweenness": nx.bipartite.betweenness_centrality(found, side),
        "closeness": nx.bipartite.closeness_centrality(found, side),
    }
    vector = _first_vector(matrix.to_numpy(dtype=float), left=of == "country")

    def cell(name: str, kind: str) -> Measured:
        if kind == "eigenvector":
            if vector is None:
                return _undefined(kind, because("two singular values tie, so no vector is first"))
            return Measured(float(vector[names.index(name)]), "score", "two_mode_eigenvector")
        return Measured(float(values[kind][(of, name)]), "score", f"two_mode_{kind}")

    return _frame(names, cell)


def ranks(values: pd.Series) -> pd.Series:
    """The place of each value, 1 the largest, equal ones sharing the best place (1, 2, 2, 4); NaN keeps none.

    >>> ranks(pd.Series([0.5, 0.9, 0.5, 0.1])).tolist()
    [2, 1, 2, 4]
    """
    return values.round(9).rank(method="min", ascending=False).astype("Int64")


def _frame(names: list[str], cell: Callable[[str, str], Measured]) -> pd.DataFrame:
    cells = {kind: [cell(name, kind) for name in names] for kind in CENTRALITIES}
    return pd.DataFrame(cells, index=pd.Index(names), dtype=object)


def _undefined(kind: str, reason: str) -> Measured:
    return Measured.undefined(reason, unit="score", method=f"two_mode_{kind}")


def _projected(matrix: pd.DataFrame, project: Callable[..., nx.Graph]) -> pd.DataFrame:
    """A weighted projection on the countries, NaN where the uncertain memberships would change it."""
    ends = []
    for value in (0, 1) if matrix.isna().any(axis=None) else (0,):
        settled = matrix.fillna(value).astype(int)
        shown = project(bipartite(settled), [("country", each) for each in settled.index])
        order = [("country", each) for each in settled.index]
        ends.append(nx.to_numpy_array(shown, nodelist=order, weight="weight"))
    kept = np.where(np.isclose(ends[0], ends[-1]), ends[0], np.nan)
    return pd.DataFrame(kept, index=matrix.index, columns=matrix.index)


def _jaccard(values: np.ndarray) -> np.ndarray:
    both = values @ values.T
    sizes = values.sum(axis=1)
    either = sizes[:, None] + sizes[None, :] - both
    return np.divide(both, either, out=np.full_like(both, np.nan), where=either > 0)


def _first_vector(values: np.ndarray, *, left: bool) -> np.ndarray | None:
    """The first singular vector, all its values positive and the largest 1; None when it is not the only first."""
    vectors, sizes, others = np.linalg.svd(values, full_matrices=False)
    if len(sizes) > 1 and np.isclose(sizes[0], sizes[1]):
        return None
    first = np.abs(vectors[:, 0] if left else others[0])
    return first / first.max()
