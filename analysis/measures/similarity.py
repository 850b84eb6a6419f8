"""How alike two portfolios are: Signorino and Ritter's S, and the chance-corrected kappa and pi.

A portfolio is one value for each item (a bloc, a partner), the same items in the same order for both sides. With six to
ten states these describe; they test nothing. Kendall's tau-b, used before 1999, is left out: it compares orders, not
positions, and has no value for a constant portfolio (Signorino and Ritter 1999).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from .blocs import CANDIDATE, UNCERTAIN
from .measured import Measured, number
from .reasons import because

METRICS = ("absolute", "squared")

FULL, LESSER, NONE = 2, 1, 0
"""How a standing in a bloc is coded in a portfolio: full standing; another one; none, or only a candidate."""
Portfolio = Sequence[float | int | None]


def standings(standing: pd.DataFrame, *, blocs: Sequence[str], countries: Sequence[str]) -> pd.DataFrame:
    """The portfolio of each country over the blocs: 2 full standing, 1 another, 0 none or a candidate, NaN uncertain.

    `standing` is the frame of `blocs.standing`. Source: METHODS 1.4 (print the coding).

    >>> rows = [("AAA", "x", "member", True), ("AAA", "y", "observer", False), ("BBB", "x", "uncertain", False)]
    >>> frame = pd.DataFrame(rows, columns=["country", "bloc", "status", "is_full"])
    >>> standings(frame, blocs=["x", "y"], countries=["AAA", "BBB"]).values.tolist()
    [[2.0, 1.0], [nan, 0.0]]
    """
    found = pd.DataFrame(float(NONE), index=list(countries), columns=list(blocs))
    for row in standing.itertuples():
        if row.country in found.index and row.bloc in found.columns:
            lesser = NONE if row.status == CANDIDATE else LESSER
            code = FULL if row.is_full else lesser
            found.loc[row.country, row.bloc] = float("nan") if row.status == UNCERTAIN else float(code)
    return found


def s_score(
    x: Portfolio,
    y: Portfolio,
    *,
    largest: float,
    metric: str = "absolute",
    weights: Sequence[float] | None = None,
) -> Measured:
    """Signorino and Ritter's S, from −1 (as far apart as can be) to 1 (the same).

    Formula: S = 1 − 2 Σ w |x − y| / Σ w D, with D the largest possible distance (`largest`), w the weights (1 when
    not given); the squared variant squares both distances. Items that both sides lack make S larger. Undefined for a
    missing value, no items, or weights that sum to zero. Source: METHODS 1.4; Signorino and Ritter 1999, ISQ 43(1),
    115–144.

    >>> round(s_score((3, 1, 0), (2, 1, 3), largest=3).value, 3)
    0.111
    >>> round(s_score((3, 1, 0), (2, 1, 3), largest=3, metric="squared").value, 3)
    0.259
    """
    if metric not in METRICS:
        raise ValueError(f"the metric is one of {', '.join(METRICS)}, not '{metric}'")
    power = 1 if metric == "absolute" else 2
    given = [1.0] * len(x) if weights is None else list(weights)
    if reason := _unfit(x, y) or _unfit_weights(given, x, largest):
        return Measured.undefined(reason, unit="score", method="s_score")
    apart = sum(w * abs(a - b) ** power for w, a, b in zip(given, x, y, strict=True))
    return Measured(1 - 2 * apart / sum(w * largest**power for w in given), "score", "s_score")


def kappa(x: Portfolio, y: Portfolio) -> Measured:
    """Cohen's kappa with squared distances: likeness beyond what two such portfolios have by chance; at most 1.

    Formula: 1 − Σ (x − y)² / (Σ (x − x̄)² + Σ (y − ȳ)² + n (x̄ − ȳ)²). Undefined when both are constant and equal.
    It equals quadratically weighted kappa of Cohen 1968. Source: METHODS 1.4; Häge 2011, Political Analysis 19(3),
    287–305.

    >>> kappa((0, 0, 3, 3), (0, 0, 3, 0)).value
    0.5
    """
    return _corrected("kappa", x, y, lambda: _spread(x) + _spread(y) + len(x) * (_mean(x) - _mean(y)) ** 2)


def pi(x: Portfolio, y: Portfolio) -> Measured:
    """Scott's pi with squared distances: as kappa, but chance is that of the two portfolios pooled; at most 1.

    Formula: 1 − Σ (x − y)² / (Σ (x − m)² + Σ (y − m)²), m the mean of both. Undefined when both are constant and
    equal. Source: METHODS 1.4; Scott 1955, Public Opinion Quarterly 19(3), 321–325; Häge 2011.

    >>> round(pi((0, 0, 3, 3), (0, 0, 3, 0)).value, 4)
    0.4667
    """
    return _corrected("pi", x, y, lambda: _spread([*x, *y]))


def nominal_kappa(x: Sequence[str], y: Sequence[str], *, labels: Collection[str]) -> Measured:
    """Cohen's kappa of labels: (Po − Pe) / (1 − Pe), Pe the sum of the products of both margins.

    `labels` are all labels there could be, so that a typing error is no new label (ValueError). Undefined when both
    sides are the same label throughout. Source: METHODS 1.4; Cohen 1960.

    >>> nominal_kappa("aabb", "aaba", labels="ab").value
    0.5
    """
    return _nominal("nominal_kappa", x, y, labels, lambda a, b: a * b)


def nominal_pi(x: Sequence[str], y: Sequence[str], *, labels: Collection[str]) -> Measured:
    """Scott's pi of labels: (Po − Pe) / (1 − Pe), Pe the sum of the squared margins of both sides pooled.

    Source: METHODS 1.4; Scott 1955.

    >>> round(nominal_pi("aabb", "aaba", labels="ab").value, 4)
    0.4667
    """
    return _nominal("nominal_pi", x, y, labels, lambda a, b: ((a + b) / 2) ** 2)


def _corrected(method: str, x: Portfolio, y: Portfolio, chance) -> Measured:
    reason = _unfit(x, y)
    expected = 0.0 if reason else chance()
    if not reason and not expected:
        reason = because("both are constant and equal")
    if reason:
        return Measured.undefined(reason, unit="score", method=method)
    apart = sum((a - b) ** 2 for a, b in zip(x, y, strict=True))
    return Measured(1 - apart / expected, "score", method)


def _nominal(method: str, x: Sequence[str], y: Sequence[str], labels: Collection[str], chance) -> Measured:
    if strange := sorted({*x, *y} - set(labels)):
        raise ValueError(f"{method}: {', '.join(strange)} is not among the labels")
    reason = because("there is nothing to compare") if not len(x) else None
    if len(x) != len(y):
        raise ValueError(f"{method}: {len(x)} labels against {len(y)}")
    expected = sum(chance(_part(x, label), _part(y, label)) for label in labels)
    if not reason and expected == 1:
        reason = because("both are constant and equal")
    if reason:
        return Measured.undefined(reason, unit="score", method=method)
    observed = sum(a == b for a, b in zip(x, y, strict=True)) / len(x)
    return Measured((observed - expected) / (1 - expected), "score", method)


def _part(values: Sequence[str], label: str) -> float:
    return sum(value == label for value in values) / len(values) if len(values) else 0.0


def _unfit(x: Portfolio, y: Portfolio) -> str | None:
    if len(x) != len(y):
        raise ValueError(f"the portfolios hold {len(x)} and {len(y)} items; they must hold the same")
    if not len(x):
        return because("there is nothing to compare")
    if any(number(value) is None for value in (*x, *y)):
        return because("a standing is uncertain")
    return None


def _unfit_weights(weights: Sequence[float], x: Portfolio, largest: float) -> str | None:
    if len(weights) != len(x) or any(w < 0 for w in weights) or largest <= 0:
        raise ValueError("give one weight of zero or more for each item, and a largest distance above zero")
    return None if sum(weights) else because("the weights sum to zero")


def _mean(values: Portfolio) -> float:
    return sum(values) / len(values)


def _spread(values: Portfolio) -> float:
    mean = _mean(values)
    return sum((value - mean) ** 2 for value in values)
