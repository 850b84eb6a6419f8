"""Measures of a whole run of years: trend, rolling rates, volatility, contributions, the highest year between.

`levels` is a Series of floats indexed by year, or a MeasuredSeries, whose context the result then carries.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from .measured import Measured, MeasuredSeries
from .reasons import because

Levels = pd.Series | MeasuredSeries

FEW_RATES = 5
"""Below this many growth rates a volatility carries a note."""

UNSTABLE_GROWTH = 0.02
"""Below this total growth, shares of growth are flagged as unstable."""


def trend_growth(levels: Levels, start: int | None = None, end: int | None = None) -> Measured:
    """Growth a year of the least-squares line through the logarithms of all observations, as a fraction.

    Formula: fit ln y = a + b t, then exp(b) - 1 (some editions of UNCTAD print b itself). `levels` is indexed by
    year; `start` and `end` default to its first and last year. Undefined with fewer than three observations, when
    over half of the years are missing, or when a level is zero or below. Source: METHODS 1.1; World Development
    Indicators, statistical methods.

    >>> round(trend_growth(pd.Series([1.0, 2.0, 4.0], index=[2001, 2002, 2003])).value, 9)
    1.0
    """
    series, context = window(levels, start, end)
    observed = series.dropna()
    years = len(series)
    reason = None
    if len(observed) < 3:
        reason = because(
            "a trend needs at least three years; {count:count} are reported", count=len(observed)
        )
    elif years > 2 * len(observed):
        reason = because(
            "over half of the years are missing: {count:count} of {years:count} are reported",
            count=len(observed),
            years=years,
        )
    elif (observed <= 0).any():
        reason = because("the level of {year} is not above zero", year=int(observed.index[observed <= 0][0]))
    if reason:
        return Measured.undefined(reason, unit="rate", method="trend_growth", **context)
    slope = np.polyfit(observed.index.to_numpy(float) - observed.index.min(), np.log(observed), 1)[0]
    if len(observed) < years:
        context["notes"] += (
            because(
                "{missing:count} of {years:count} years missing", missing=years - len(observed), years=years
            ),
        )
    return Measured(math.expm1(slope), "rate", "trend_growth", **context)


def rolling_growth(levels: Levels, periods: int) -> MeasuredSeries:
    """Compound growth a year over the `periods` years that end in each year, as fractions.

    Formula: (y_t / y_(t-k)) ** (1 / k) - 1; without a value for the first k years and wherever an end is missing
    or not above zero: nothing is filled. Source: METHODS 1.1.

    >>> rolling = rolling_growth(pd.Series([8, 10, 12.5], index=[2001, 2002, 2003]), 2)
    >>> round(rolling.at(2003).value, 6)
    0.25
    """
    series, context = window(levels)
    context = _series_context(context)
    if periods < 1:
        return MeasuredSeries(
            series.iloc[:0],
            "rate",
            "rolling_growth",
            because("{periods:count} is no number of periods", periods=periods),
            **context,
        )
    positive = series.where(series > 0)
    rates = (positive / positive.shift(periods)) ** (1 / periods) - 1
    if rates.notna().any():
        return MeasuredSeries(rates, "rate", "rolling_growth", **context)
    reason = because("no two reported years lie {periods:count} years apart", periods=periods)
    return MeasuredSeries(rates.iloc[:0], "rate", "rolling_growth", reason, **context)


def volatility(levels: Levels) -> Measured:
    """Sample standard deviation (n - 1) of the yearly log growth.

    Only neighbouring years make a rate. Undefined with fewer than two rates or a level not above zero; fewer than
    five rates are noted. Source: METHODS 1.1.

    >>> levels = pd.Series(np.exp([0.0, 0.1, 0.4]), index=[2001, 2002, 2003])
    >>> round(volatility(levels).value, 4)
    0.1414
    """
    series, context = window(levels)
    if (series <= 0).any():
        return Measured.undefined(
            because("the level of {year} is not above zero", year=int(series.index[series <= 0][0])),
            unit="log",
            method="volatility",
            **context,
        )
    rates = np.log(series).diff().dropna()
    if len(rates) < 2:
        return Measured.undefined(
            because("volatility needs two growth rates; there is one")
            if len(rates)
            else because("volatility needs two growth rates; there is none"),
            unit="log",
            method="volatility",
            **context,
        )
    if len(rates) < FEW_RATES:
        context["notes"] += (because("only {count:count} growth rates", count=len(rates)),)
    return Measured(float(rates.std(ddof=1)), "log", "volatility", **context)


def coefficient_of_variation(levels: Levels) -> Measured:
    """Sample standard deviation of the level over its mean; a trend inflates it, so prefer `volatility`.

    Undefined with fewer than two years or a mean not above zero. Source: METHODS 1.1.

    >>> round(coefficient_of_variation(pd.Series([1.0, 3.0], index=[2001, 2002])).value, 4)
    0.7071
    """
    series, context = window(levels)
    observed = series.dropna()
    reason = None
    if len(observed) < 2:
        reason = (
            because("variation needs two years; there is one")
            if len(observed)
            else because("variation needs two years; there is none")
        )
    elif observed.mean() <= 0:
        reason = because("the mean of the level is not above zero")
    if reason:
        return Measured.undefined(reason, unit="score", method="coefficient_of_variation", **context)
    return Measured(
        float(observed.std(ddof=1) / observed.mean()), "score", "coefficient_of_variation", **context
    )


def contributions(earlier: Mapping[str, float], later: Mapping[str, float]) -> pd.DataFrame:
    """What each component adds to the growth of the total, in points (as fractions).

    Formula: c_i = s_i0 * g_i = (y_i1 - y_i0) / sum(y_0); the contributions sum to the growth of the total. Frame
    indexed by component: level_start, level_end, contribution, share_of_growth, is_unstable (total growth under
    2 per cent, where shares of growth mean little). Empty when a component is missing in either year or the
    starting total is not above zero. Source: METHODS 1.1.

    >>> contributions({"a": 60, "b": 40}, {"a": 66, "b": 38})["contribution"].round(4).to_dict()
    {'a': 0.06, 'b': -0.02}
    """
    frame = pd.DataFrame(
        {"level_start": pd.Series(earlier, dtype=float), "level_end": pd.Series(later, dtype=float)}
    )
    total = frame["level_start"].sum()
    if frame.isna().any(axis=None) or total <= 0:
        frame = frame.iloc[:0]
    frame["contribution"] = (frame["level_end"] - frame["level_start"]) / total
    growth = frame["contribution"].sum()
    frame["share_of_growth"] = frame["contribution"] / growth if growth else float("nan")
    frame["is_unstable"] = abs(growth) < UNSTABLE_GROWTH
    return frame.rename_axis("component")


def highest_between(levels: Levels, start: int, end: int) -> Measured:
    """The highest level strictly between two years, with its year as span: what an end-point rate hides.

    Undefined when no year between is reported. Source: METHODS section 0, rule 7.

    >>> peak = highest_between(pd.Series([1.8, 5.0, 4.1], index=[2016, 2022, 2023]), 2016, 2023)
    >>> peak.start, peak.value
    (2022, 5.0)
    """
    unit = levels.unit if isinstance(levels, MeasuredSeries) else "usd"
    series, context = window(levels, start, end)
    inner = series.loc[start + 1 : end - 1].dropna()
    if inner.empty:
        reason = because("no year between {start} and {end} is reported", start=start, end=end)
        return Measured.undefined(reason, unit=unit, method="highest_between", **context)
    year = int(inner.idxmax())
    return Measured(inner.max(), unit, "highest_between", **context | {"start": year, "end": year})


def window(
    levels: Levels, start: int | None = None, end: int | None = None
) -> tuple[pd.Series, dict[str, object]]:
    """The levels as floats on every year from start to end (NaN where none is reported), and their context.

    Raises ValueError for a year that occurs twice: which of the two is meant is the caller's to say.
    """
    series = levels.values if isinstance(levels, MeasuredSeries) else levels
    series = pd.to_numeric(series).astype(float).replace([np.inf, -np.inf], np.nan)
    if series.index.has_duplicates:
        raise ValueError(f"year {series.index[series.index.duplicated()][0]} occurs twice")
    observed = series.dropna()
    first = start if start is not None else observed.index.min() if len(observed) else None
    last = end if end is not None else observed.index.max() if len(observed) else None
    context: dict[str, object] = {"start": first, "end": last, "notes": ()}
    if isinstance(levels, MeasuredSeries):
        context |= {
            name: getattr(levels, name) for name in ("price_basis", "flags", "notes", "rows", "sources")
        }
    if first is None or last is None:
        return series.iloc[:0], context
    return series.reindex(range(int(first), int(last) + 1)), context


def _series_context(context: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in context.items() if name not in ("start", "end")}
