"""Growth of one level over time: changes, rates, fold changes, and how firm a printed rate is.

Every function takes bare numbers or Measured levels; with Measured levels the result carries their span, rows,
sources and flags, and levels that differ in reporter, flow, basis, coverage or prices are refused. Rates are
fractions: 0.2 is 20 per cent. Measures of whole runs of years (`trends`) and of comparable levels (`indices`) are
reached from here. Values of part of a year are not for these functions: the caller leaves them out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from .indices import deflate, deflate_series, index_numbers, price_index, real_growth, rebase, splice
from .measured import Interval, Measured, derive, number, ratio_bounds, rounding_interval
from .reasons import because
from .trends import (
    Levels,
    coefficient_of_variation,
    contributions,
    highest_between,
    rolling_growth,
    trend_growth,
    volatility,
)

Level = float | int | Measured | None

__all__ = [
    "BaseCheck",
    "Fold",
    "Level",
    "Levels",
    "absolute_change",
    "base_check",
    "cagr",
    "coefficient_of_variation",
    "contributions",
    "deflate",
    "deflate_series",
    "fold_change",
    "fold_interval",
    "highest_between",
    "index_numbers",
    "log_growth",
    "percentage_growth",
    "price_index",
    "real_growth",
    "rebase",
    "rolling_growth",
    "splice",
    "trend_growth",
    "volatility",
]

_SHARES = frozenset({"share", "points", "rate"})


def absolute_change(earlier: Level, later: Level) -> Measured:
    """The later level less the earlier one, in the unit of the levels; of two shares, in points.

    Formula: y1 - y0. Undefined when a level is missing. Source: METHODS 1.1.

    >>> round(absolute_change(3.0, 3.6).value, 6)
    0.6
    """
    unit = next((value.unit for value in (earlier, later) if isinstance(value, Measured)), "usd")
    unit = "points" if unit == "share" else unit
    return derive(
        "absolute_change", unit, _pair(earlier, later), lambda a, b: b - a, refuse=_order(earlier, later)
    )


def percentage_growth(earlier: Level, later: Level) -> Measured:
    """Growth over the whole span as a fraction of the earlier level.

    Formula: y1 / y0 - 1. Undefined when the base is zero or below, when the sign changes, and for shares (their
    difference is in points). Source: METHODS 1.1; World Bank, growth rates note; UNCTAD Handbook of Statistics.

    >>> round(percentage_growth(3.0, 3.6).value, 6)
    0.2
    >>> percentage_growth(0, 5).reason
    'the earlier value is zero: growth from nothing has no rate'
    """
    return derive(
        "percentage_growth",
        "rate",
        _pair(earlier, later),
        lambda a, b: b / a - 1,
        refuse=_order(earlier, later, _no_rate, is_rate=True),
    )


def log_growth(earlier: Level, later: Level) -> Measured:
    """Difference of the logarithms: additive over time and symmetric, for averaging and not for headlines.

    Formula: ln(y1 / y0). Undefined unless both levels are above zero. Source: METHODS 1.1; Tornqvist, Vartia and
    Vartia 1985.

    >>> round(log_growth(3.0, 3.6).value, 4)
    0.1823
    """
    return derive(
        "log_growth",
        "log",
        _pair(earlier, later),
        lambda a, b: math.log(b / a),
        refuse=_order(earlier, later, _not_positive, is_rate=True),
    )


def cagr(earlier: Level, later: Level, periods: int | None = None) -> Measured:
    """Compound growth a period between two ends, as a fraction.

    Formula: (y1 / y0) ** (1 / n) - 1, where n is the end year less the start year, not the count of years; it is
    read from the levels when they carry years. Undefined for a base of zero or below, a negative end, or n < 1;
    an end of zero gives -1. Source: METHODS 1.1; World Bank, growth rates note; UNCTAD Handbook of Statistics.

    >>> round(cagr(1.8, 4.1, 7).value, 4)
    0.1248
    """
    if periods is None and isinstance(earlier, Measured) and isinstance(later, Measured):
        periods = None if earlier.end is None or later.end is None else later.end - earlier.end

    def refuse(a: float, b: float) -> str | None:
        if periods is None:
            return because("the number of periods is not known")
        if periods < 1:
            return because(
                "the span has {periods:count} periods: a rate a year needs at least one", periods=periods
            )
        return _no_rate(a, b)

    return derive(
        "cagr",
        "rate",
        _pair(earlier, later),
        lambda a, b: (b / a) ** (1 / periods) - 1,
        refuse=_order(earlier, later, refuse, is_rate=True),
    )


@dataclass(frozen=True)
class Fold:
    """A fold change with the interval that the rounding of its two levels leaves open."""

    ratio: Measured
    low: Measured
    high: Measured

    def exceeds(self, bound: float = 2.0) -> bool | None:
        """Whether the ratio is above the bound ("more than doubled"); None when it is undefined."""
        return self.ratio.value > bound if self.ratio.defined else None

    def robust(self, bound: float = 2.0) -> bool | None:
        """Whether even the low end of the interval is above the bound; None when it is undefined."""
        return self.low.value > bound if self.low.defined else None


def fold_change(earlier: Level, later: Level) -> Measured:
    """How many times the earlier level the later one is.

    Formula: y1 / y0. Undefined when the base is zero or below. "Grew by 2.5 times" in translated Russian normally
    means a fold change of 2.5. Source: METHODS 1.1.

    >>> round(fold_change(1.8, 4.1).value, 2)
    2.28
    """
    return derive(
        "fold_change",
        "ratio",
        _pair(earlier, later),
        lambda a, b: b / a,
        refuse=_order(earlier, later, _no_rate, is_rate=True),
    )


def fold_interval(earlier: Level, later: Level, unit: float, later_unit: float | None = None) -> Fold:
    """The fold change of two printed figures with its worst-case interval from rounding.

    `unit` is the last printed place in the unit of the levels (`later_unit` when the later one is printed to
    another). Source: METHODS section 0, rule 4, and 1.1.

    >>> fold = fold_interval(1.8, 4.1, unit=0.1)
    >>> round(fold.low.value, 2), round(fold.high.value, 2), fold.robust(2)
    (2.19, 2.37, True)
    """
    ratio = fold_change(earlier, later)
    interval: Interval | None = None
    if ratio.defined:
        interval = ratio_bounds(
            rounding_interval(number(earlier), unit), rounding_interval(number(later), later_unit or unit)
        )

    def end(place: int) -> Measured:
        def refuse(a: float, b: float) -> str | None:
            return ratio.reason or (
                None if interval else because("the rounding of the base reaches down to zero")
            )

        return derive(
            "fold_change", "ratio", _pair(earlier, later), lambda a, b: interval[place], refuse=refuse
        )

    return Fold(ratio, end(0), end(1))


@dataclass(frozen=True)
class BaseCheck:
    """A printed percentage against both bases it can have been taken over."""

    over_earlier: Measured
    over_later: Measured
    fits: str | None
    """`earlier` (the right base), `later`, `both`, `neither`; None when neither base gives a rate."""


def base_check(earlier: Level, later: Level, claimed: float, claim_unit: float = 0.01) -> BaseCheck:
    """Which base a printed growth rate was taken over: the earlier level, as it should be, or the later one.

    `claimed` is the printed rate as a fraction and `claim_unit` its last printed place (0.01 for whole per cent);
    a base fits when its rate lies within half of that place. Source: METHODS 1.1, base check.

    >>> base_check(50, 40, -0.25).fits
    'later'
    """
    over_earlier = percentage_growth(earlier, later)
    over_later = derive(
        "percentage_growth",
        "rate",
        _pair(earlier, later),
        lambda a, b: (b - a) / b,
        refuse=_order(
            earlier, later, lambda a, b: None if b > 0 else because("the later value is not above zero")
        ),
        notes=(because("over the later value"),),
    )
    low, high = rounding_interval(claimed, claim_unit)
    slack = 1e-9  # a claim on the very edge of the interval fits, whatever binary fractions make of it
    hits = [
        base
        for base, rate in (("earlier", over_earlier), ("later", over_later))
        if rate.defined and low - slack <= rate.value <= high + slack
    ]
    if not over_earlier.defined and not over_later.defined:
        return BaseCheck(over_earlier, over_later, None)
    return BaseCheck(
        over_earlier, over_later, {0: "neither", 2: "both"}.get(len(hits), hits[0] if hits else "")
    )


def _pair(earlier: Level, later: Level) -> dict[str, Level]:
    return {"the earlier value": earlier, "the later value": later}


def _order(
    earlier: Level,
    later: Level,
    then: Callable[[float, float], str | None] | None = None,
    *,
    is_rate: bool = False,
) -> Callable[[float, float], str | None]:
    """The common refusals of two levels, then those of the measure itself."""

    def refuse(a: float, b: float) -> str | None:
        given = [value for value in (earlier, later) if isinstance(value, Measured)]
        if is_rate and any(value.unit in _SHARES for value in given):
            return because(
                "the values are shares or rates: their change is in percentage points, not in per cent"
            )
        years = [value.start for value in given]
        if len(years) == 2 and None not in years and years[0] > years[1]:
            return because(
                "the later value is of {later}, before the earlier one of {earlier}",
                later=years[1],
                earlier=years[0],
            )
        return then(a, b) if then else None

    return refuse


def _no_rate(a: float, b: float) -> str | None:
    if a == 0:
        return because("the earlier value is zero: growth from nothing has no rate")
    if a < 0 or b < 0:
        return because("a value is negative: a balance has an absolute change, not a rate")
    return None


def _not_positive(a: float, b: float) -> str | None:
    return None if a > 0 and b > 0 else because("a logarithm needs both values above zero")
