"""Bilateral trade of one reporter: levels, balances, growth, and what the choice of figures does to a ratio.

Every function takes a `Series` from `series.select` (or the tables it selects from) and never mixes two of them.
Mirror comparison, shares, concentration and intensity have modules of their own and are reached from here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import pandas as pd

from . import growth as _growth
from . import indices as _indices
from .concentration import effective_number, hhi, hhi_bounds
from .consistency import Consistency, RatioMatrix, component_consistency, ratio_matrix
from .intensity import BlocTrade, Intensity, bloc_trade, trade_intensity
from .levels import balance, balances, level, levels, normalised_balance, published, turnover
from .measured import Measured, MeasuredSeries
from .mirror import Mirror, mirror
from .reasons import because
from .series import Series, available, select
from .shares import PartnerShares, partner_shares, trade_share, trade_to_gdp, trade_to_gdp_change

__all__ = [
    "BlocTrade",
    "Consistency",
    "Intensity",
    "Mirror",
    "PartnerShares",
    "RatioMatrix",
    "Series",
    "absolute_change",
    "available",
    "balance",
    "balances",
    "bloc_trade",
    "cagr",
    "component_consistency",
    "effective_number",
    "fold_change",
    "hhi",
    "hhi_bounds",
    "highest_between",
    "level",
    "levels",
    "log_growth",
    "mirror",
    "normalised_balance",
    "partner_shares",
    "percentage_growth",
    "published",
    "ratio_matrix",
    "select",
    "trade_intensity",
    "trade_share",
    "trade_to_gdp",
    "trade_to_gdp_change",
    "trend_growth",
    "turnover",
    "volatility",
]

SMALL_BASE_FLOOR = 10e6
"""Below this base, in dollars, a growth rate is withheld and only the absolute change is given."""

DOUBLED = 2
"""The fold change whose statement is tested against the rounding of the levels."""

REROUTE_YEAR = 2022
"""Growth windows that cross this year are flagged for the countries named as possible re-routing partners."""


def absolute_change(series: Series, start: int, end: int, flow: str = "turnover") -> Measured:
    """The change of one flow between two years, in plain dollars; as `growth.absolute_change`."""
    return _between(_growth.absolute_change, series, start, end, flow, (), None)


def percentage_growth(
    series: Series,
    start: int,
    end: int,
    flow: str = "turnover",
    *,
    rerouted: Collection[str] = (),
    deflator: MeasuredSeries | pd.Series | None = None,
) -> Measured:
    """Growth of one flow over a span of years, as a fraction of its first year.

    With a `deflator` (a price index by year) the growth is in constant dollars of the first year. `rerouted` are
    the countries for which a window that crosses 2022 carries REROUTE_2022. A base under SMALL_BASE_FLOOR makes
    no rate. Formula: `growth.percentage_growth`. Source: METHODS 1.1 and 5.

    >>> from analysis.measures.example import tables
    >>> aaa = select(*tables(), reporter="AAA", partner="BBB", start=2016, end=2017)
    >>> percentage_growth(aaa, 2016, 2017).flags
    ('SMALL_BASE',)
    """
    return _between(_growth.percentage_growth, series, start, end, flow, rerouted, deflator, is_percent=True)


def cagr(
    series: Series,
    start: int,
    end: int,
    flow: str = "turnover",
    *,
    rerouted: Collection[str] = (),
    deflator: MeasuredSeries | pd.Series | None = None,
) -> Measured:
    """Compound growth a year of one flow, as a fraction; arguments and refusals as in `percentage_growth`.

    Formula: `growth.cagr`. Source: METHODS 1.1.
    """
    return _between(_growth.cagr, series, start, end, flow, rerouted, deflator, is_percent=True)


def log_growth(
    series: Series, start: int, end: int, flow: str = "turnover", *, rerouted: Collection[str] = ()
) -> Measured:
    """Log growth of one flow between two years; formula `growth.log_growth`."""
    return _between(_growth.log_growth, series, start, end, flow, rerouted, None)


def fold_change(
    series: Series,
    start: int,
    end: int,
    flow: str = "turnover",
    *,
    rerouted: Collection[str] = (),
    deflator: MeasuredSeries | pd.Series | None = None,
) -> Measured:
    """How many times its first year one flow is in the last; with a `deflator`, in constant dollars of the first.

    Formula: `growth.fold_change`. A small base is flagged, not withheld; ROUNDING when a level is approximate in
    its source and its rounding leaves open whether the flow doubled. Source: METHODS 1.1 and 5.

    >>> from analysis.measures.example import tables
    >>> aaa = select(*tables(), reporter="AAA", partner="BBB", start=2016, end=2017)
    >>> round(fold_change(aaa, 2016, 2017).value, 4)
    2.3333
    """
    fold = _between(_growth.fold_change, series, start, end, flow, rerouted, deflator)
    is_open = fold.defined and _is_doubling_open(series, start, end, flow, fold.value)
    return replace(fold, flags=(*fold.flags, "ROUNDING")) if is_open else fold


def trend_growth(series: Series, flow: str = "turnover") -> Measured:
    """Least-squares growth a year over all years of a series; formula `growth.trend_growth`."""
    return _of(series, flow, _growth.trend_growth(_levels_asked(series, flow), series.start, series.end))


def volatility(series: Series, flow: str = "turnover") -> Measured:
    """Sample standard deviation of yearly log growth; formula `growth.volatility`."""
    return _of(series, flow, _growth.volatility(_levels_asked(series, flow)))


def highest_between(series: Series, start: int, end: int, flow: str = "turnover") -> Measured:
    """The highest year strictly between two years; formula `growth.highest_between`."""
    peak = _growth.highest_between(_levels_asked(series, flow), start, end)
    return (
        replace(level(series, peak.end, flow), method="highest_between")
        if peak.defined
        else _of(series, flow, peak)
    )


def _between(
    measure: Callable[..., Measured],
    series: Series,
    start: int,
    end: int,
    flow: str,
    rerouted: Collection[str],
    deflator: MeasuredSeries | pd.Series | None,
    *,
    is_percent: bool = False,
) -> Measured:
    first, last = level(series, start, flow), level(series, end, flow)
    flags = _span_flags(series, first, last, rerouted)
    if deflator is not None:
        first, last = (_indices.deflate(value, deflator, start) for value in (first, last))
    result = measure(first, last)
    if is_percent and result.defined and "SMALL_BASE" in flags:
        reason = because(
            "the base of {start} is under {floor}: only the absolute change is given",
            start=start,
            floor=f"{SMALL_BASE_FLOOR:,.0f} dollars",
        )
        result = replace(result, value=None, reason=reason)
    return replace(result, flags=(*result.flags, *flags))


def _span_flags(
    series: Series, first: Measured, last: Measured, rerouted: Collection[str]
) -> tuple[str, ...]:
    """Flags that belong to the window and not to either of its ends."""
    if not (first.defined and last.defined):
        return ()
    crosses = first.start < REROUTE_YEAR <= last.start
    found = {
        "VINTAGE": set(first.sources) != set(last.sources),
        "REROUTE_2022": crosses and bool({series.reporter, series.partner} & set(rerouted)),
        "SMALL_BASE": first.value < SMALL_BASE_FLOOR,
    }
    return tuple(flag for flag, holds in found.items() if holds)


def _is_doubling_open(series: Series, start: int, end: int, flow: str, ratio: float) -> bool:
    """Whether the rounding of approximate levels leaves 2 inside the interval of a fold change (`ratio`)."""
    ends = level(series, start, flow), level(series, end, flow)
    if not any("APPROXIMATE" in each.flags for each in ends):
        return False
    printed = [series.cells.loc[series.cells["row"].isin(each.rows), "value_usd"] for each in ends]
    fold = _growth.fold_interval(*ends, *(sum(map(_last_place, values)) for values in printed))
    if not (fold.low.defined and fold.ratio.value):
        return False
    constant = ratio / fold.ratio.value
    return fold.low.value * constant <= DOUBLED <= fold.high.value * constant


def _last_place(value: float) -> float:
    """The last place to which a figure was printed, read from its trailing zeros."""
    digits = f"{value:.0f}"
    return 10.0 ** (len(digits) - len(digits.rstrip("0")))


def _levels_asked(series: Series, flow: str) -> MeasuredSeries | pd.Series:
    found = levels(series, flow)
    return found if found.defined else pd.Series(dtype=float)


def _of(series: Series, flow: str, result: Measured) -> Measured:
    """The result with the identity of the series it was made from."""
    reason = series.absence if series.reason and not result.defined else result.reason
    return replace(
        result,
        reason=reason,
        reporter=series.reporter,
        partner=series.partner,
        flow=flow,
        basis=series.basis,
        coverage=series.coverage,
        price_basis="current",
    )
