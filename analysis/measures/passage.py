"""When a level first reaches a target: a random walk with drift, drawn many times, and its back-test.

Nothing here extrapolates a single rate: what is returned is a distribution, and it is refused where the record is
too short to give one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .measured import Measured, MeasuredSeries
from .reasons import because, template
from .trends import window

MIN_RATES = 8
"""Below this many neighbouring growth rates no probability is given."""

HORIZON = 30
"""Years after which the draws end: what is not reached by then is "not within the horizon"."""

DRAWS = 20_000
SEED = 20_261_122
LOW, HIGH = 0.1, 0.9
"""The ends of the range that is told: four of five draws lie inside."""


@dataclass(frozen=True, eq=False)
class Passage:
    """The distribution of the first year in which a target is reached, or the reason why none is given.

    `chance` is the share of draws that reach the target by its year, `ever` that within the horizon. `early`,
    `middle` and `late` are the years by which a tenth, half and nine tenths of the draws have reached it; None: not
    within the horizon (`until`). `band` is indexed by year from the first after the base, with the columns low,
    middle and high (plain dollars) of the level itself.
    """

    chance: Measured
    ever: Measured
    early: int | None = None
    middle: int | None = None
    late: int | None = None
    until: int | None = None
    rates: int = 0
    drift: float | None = None
    spread: float | None = None
    band: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["low", "middle", "high"]))
    reason: str | None = None

    @property
    def defined(self) -> bool:
        """Whether there is a distribution."""
        return self.reason is None


@dataclass(frozen=True)
class BackTest:
    """How often a later year lay inside the range that would have been told before it, from each past origin."""

    hits: Measured
    checks: int = 0
    origins: int = 0


def first_passage(
    levels: pd.Series | MeasuredSeries,
    target: float,
    target_year: int | None = None,
    *,
    horizon: int = HORIZON,
) -> Passage:
    """When the level first stands at or above the target, by a random walk with drift on its logarithms.

    Draws: drift = m + s / sqrt(n) * t with n - 1 degrees of freedom, each year a normal shock of standard deviation
    s; m and s are mean and sample standard deviation of the n growth rates that end in the last year without a gap
    (with T levels, n = T - 1: the spread after h years is s * sqrt(h * (1 + h / (T - 1)))). The seed is fixed, so
    the answer is the same each time. Undefined under MIN_RATES rates, for a level of zero or below, and where the
    target is reached already. Source: METHODS 1.3; Hyndman and Athanasopoulos, Forecasting: Principles and Practice,
    drift method; the spread is that of `rwf` in R's package forecast.

    >>> passage = first_passage(pd.Series([1.0, 2.0], index=[2022, 2023]), 4.0, 2030)
    >>> passage.reason
    'only one growth rate ends in 2023 without a gap; a probability needs at least 8'
    """
    values, context = _run(levels)
    last = int(values.index[-1]) if len(values) else None
    context |= {"start": int(values.index[0]) if len(values) else None, "end": last}
    if reason := _obstacle(values, target, context):
        absent = Measured.undefined(reason, unit="share", method="first_passage", **context)
        return Passage(absent, absent, reason=reason)
    rates = np.diff(np.log(values.to_numpy()))
    horizon = max(horizon, (target_year or last) - last)
    drift, spread = float(rates.mean()), float(rates.std(ddof=1))
    paths = walks(drift, spread, len(rates), horizon)
    is_there = paths >= math.log(target / values.iloc[-1])
    first = np.where(is_there.any(axis=1), is_there.argmax(axis=1) + 1, horizon + 1)
    band = np.exp(np.quantile(paths, [LOW, 0.5, HIGH], axis=0)) * values.iloc[-1]
    years = pd.RangeIndex(last + 1, last + horizon + 1, name="year")
    early, middle, late = (_year(first, share, last, horizon) for share in (LOW, 0.5, HIGH))
    ever = Measured(float(is_there.any(axis=1).mean()), "share", "first_passage", **context)
    return Passage(
        _chance(first, target_year, last, context),
        ever,
        early=early,
        middle=middle,
        late=late,
        until=last + horizon,
        rates=len(rates),
        drift=drift,
        spread=spread,
        band=pd.DataFrame(band.T, index=years, columns=["low", "middle", "high"]),
    )


def walks(drift: float, spread: float, rates: int, periods: int, draws: int = DRAWS) -> np.ndarray:
    """Log growth since the base for each draw (row) after each period (column), as in `first_passage`.

    >>> walks(0.1, 0.0, 8, 3, draws=2).round(2).tolist()
    [[0.1, 0.2, 0.3], [0.1, 0.2, 0.3]]
    """
    generator = np.random.default_rng(SEED)
    drifts = drift + spread / math.sqrt(rates) * generator.standard_t(rates - 1, size=(draws, 1))
    return np.cumsum(drifts + generator.normal(0.0, spread, size=(draws, periods)), axis=1)


def reach_probability(drift: float, spread: float, distance: float, periods: float) -> float:
    """Chance that Brownian motion with known drift reaches a distance above it within a time: the check of the draws.

    Formula (inverse Gaussian first passage): P = Phi((m h - a) / (s sqrt(h))) + exp(2 m a / s**2) * Phi((-a - m h) /
    (s sqrt(h))), all in logarithms. It watches every moment, the draws only the ends of years, so it lies above
    them. With m < 0 the chance of ever reaching is exp(2 m a / s**2). Raises ValueError unless spread, distance and
    periods are above zero. Source: METHODS 1.3; Cox and Miller 1965; Folks and Chhikara 1978; equal to
    scipy.stats.invgauss with mean a / m and shape a**2 / s**2 for m > 0.

    >>> round(reach_probability(0.10, 0.20, 0.50, 5), 3)
    0.654
    """
    from scipy.special import log_ndtr, ndtr

    if min(spread, distance, periods) <= 0:
        raise ValueError("spread, distance and periods must be above zero")
    scale = spread * math.sqrt(periods)
    behind = 2 * drift * distance / spread**2 + log_ndtr((-distance - drift * periods) / scale)
    return float(ndtr((drift * periods - distance) / scale) + math.exp(behind))


def back_test(levels: pd.Series | MeasuredSeries) -> BackTest:
    """The share of later years inside the 10-90 % range of `first_passage`, redone from every past year.

    An origin is a year with at least MIN_RATES growth rates behind it; each year after it is one check, so the
    checks overlap. Right ranges hold four of five. Undefined when no year lies after the first possible origin.
    Source: METHODS 1.3.

    >>> back_test(pd.Series([1.0, 2.0], index=[2022, 2023])).hits.reason
    'no year follows a first origin with 8 growth rates behind it'
    """
    values, context = _run(levels)
    context |= {"start": None, "end": None}
    origins = range(MIN_RATES, len(values) - 1)
    if not len(origins) or (values <= 0).any():
        reason = because(
            "no year follows a first origin with {least:count} growth rates behind it", least=MIN_RATES
        )
        return BackTest(Measured.undefined(reason, unit="share", method="back_test", **context))
    logs, inside = np.log(values.to_numpy()), []
    for origin in origins:
        rates = np.diff(logs[: origin + 1])
        paths = walks(float(rates.mean()), float(rates.std(ddof=1)), len(rates), len(logs) - origin - 1)
        low, high = np.quantile(paths, [LOW, HIGH], axis=0)
        since = logs[origin + 1 :] - logs[origin]
        inside += [*((low <= since) & (since <= high))]
    context |= {"start": int(values.index[MIN_RATES]), "end": int(values.index[-1])}
    hits = Measured(float(np.mean(inside)), "share", "back_test", **context)
    return BackTest(hits, checks=len(inside), origins=len(origins))


# --- inside ----------------------------------------------------------------------------------------------------------


def _run(levels: pd.Series | MeasuredSeries) -> tuple[pd.Series, dict]:
    """The neighbouring years that end in the last one, without a gap, and the context of the levels."""
    values, context = window(levels)
    known = values.notna()
    gaps = values.index[~known]
    return (values.loc[gaps[-1] + 1 :] if len(gaps) else values), context


_FEW = {
    0: template("no growth rate ends in {last} without a gap; a probability needs at least {least:count}"),
    1: template(
        "only one growth rate ends in {last} without a gap; a probability needs at least {least:count}"
    ),
}
_SOME = template(
    "only {count:count} growth rates end in {last} without a gap; a probability needs at least {least:count}"
)


def _obstacle(values: pd.Series, target: float, context: dict) -> str | None:
    count = max(len(values) - 1, 0)
    if not len(values):
        return because("no year is reported")
    if count < MIN_RATES:
        told = _FEW.get(count, _SOME)
        count, least = (Measured(each, "count", "yearly_changes", **context) for each in (count, MIN_RATES))
        return because(told, count=count, last=int(values.index[-1]), least=least)
    if (values <= 0).any():
        return because("the level of {year} is not above zero", year=int(values.index[values <= 0][0]))
    return because("the target has already been reached") if values.iloc[-1] >= target else None


def _chance(first: np.ndarray, target_year: int | None, last: int, context: dict) -> Measured:
    if target_year is None or target_year <= last:
        reason = (
            because("no year is named for the target")
            if target_year is None
            else because(
                "the target is set for {target}, and the figures reach to {last}",
                target=target_year,
                last=last,
            )
        )
        return Measured.undefined(reason, unit="share", method="first_passage", **context)
    share = float((first <= target_year - last).mean())
    return Measured(share, "share", "first_passage", **context | {"start": last, "end": target_year})


def _year(first: np.ndarray, share: float, last: int, horizon: int) -> int | None:
    """The first year by which that share of the draws has reached the target."""
    place = int(np.sort(first)[math.ceil(share * len(first)) - 1])
    return None if place > horizon else last + place
