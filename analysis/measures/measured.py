"""A number that carries where it comes from, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from numbers import Integral, Real
from typing import Any, NamedTuple

import pandas as pd

from .reasons import because, template

UNITS = frozenset(
    {
        "usd",
        "usd_constant",
        "rate",
        "share",
        "ratio",
        "index",
        "count",
        "points",
        "years",
        "year",
        "days",
        "log",
        "score",
        "km",
        "km3",
    }
)
"""usd, usd_constant: plain dollars. rate: growth as a fraction. share: part of a whole, or of a mean, as a
fraction. points: difference of two shares. ratio: one level over another. index: base 100. log: difference of
logarithms. score: a pure number on a scale of its own (Jaccard, Herfindahl, intensity, normalised balance).
days: a length of time. km: a length. km3: cubic kilometres of water a year."""

IDENTITY = ("reporter", "partner", "flow", "basis", "coverage", "price_basis")
"""What two values must share before one may be set against the other."""

DEFLATION = "deflate"
"""The method that turns current prices into constant ones."""

_DIFFERENT = {
    "unit": template("the values differ in unit: {one} and {other}"),
    "reporter": template("the values differ in reporter: {one} and {other}"),
    "partner": template("the values differ in partner: {one} and {other}"),
    "flow": template("the values differ in flow: {one} and {other}"),
    "basis": template("the values differ in basis: {one} and {other}"),
    "coverage": template("the values differ in coverage: {one} and {other}"),
    "price_basis": template("the values differ in price basis: {one} and {other}"),
}
_MIXED = {"reporter": "MIXED_REPORTER", "price_basis": "MIXED_PRICE"}


@dataclass(frozen=True)
class Measured:
    """A value or a reason, never both, with unit, method, span and everything it was made from.

    `value` is a finite number or None; `reason` says in words why there is none; `unit` is one of UNITS;
    `start` and `end` are years; `on` is the day that it is the state of, `since` the first day where it is of a span
    of days (ISO texts, a date as coarse as it is known); `rows` are row ids and `sources` source ids, in the order of use.

    >>> Measured(2.36, "ratio", "fold_change", start=2016, end=2023).defined
    True
    >>> Measured(float("nan"), "ratio", "fold_change")
    Traceback (most recent call last):
    ...
    ValueError: fold_change: nan is no value; give a finite number or a reason

    Raises ValueError when value and reason are both set or both missing, when the value is not a finite number,
    when the unit is not in the list, when the span runs backwards.
    """

    value: float | int | None
    unit: str
    method: str
    reason: str | None = None
    start: int | None = None
    end: int | None = None
    reporter: str | None = None
    partner: str | None = None
    flow: str | None = None
    basis: str | None = None
    coverage: str | None = None
    price_basis: str | None = None
    since: str | None = None
    on: str | None = None
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"{self.method}: unit '{self.unit}' is not one of {', '.join(sorted(UNITS))}")
        if (self.value is None) == (not self.reason):
            raise ValueError(f"{self.method}: give either a value or a reason, not both and not neither")
        if self.value is not None:
            object.__setattr__(self, "value", _finite(self.value, self.method))
        for name in ("start", "end"):
            year = getattr(self, name)
            object.__setattr__(self, name, None if year is None else int(year))
        if self.start is not None and self.end is not None and self.start > self.end:
            raise ValueError(f"{self.method}: the span runs backwards, {self.start} to {self.end}")
        for name in ("since", "on"):
            day = getattr(self, name)
            object.__setattr__(self, name, day.isoformat()[:10] if isinstance(day, date) else day)
        for name in ("flags", "notes", "rows", "sources"):
            object.__setattr__(self, name, _unique(getattr(self, name)))

    @property
    def defined(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    @classmethod
    def undefined(cls, reason: str, *, unit: str, method: str, **context: Any) -> Measured:
        """No value, and the reason in words.

        >>> Measured.undefined("the base is zero", unit="rate", method="cagr").value is None
        True
        """
        return cls(None, unit, method, reason=reason, **context)


class YearContext(NamedTuple):
    """Flags, row ids and sources of one year of a series."""

    flags: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class MeasuredSeries:
    """Yearly values of one measure with their context; `values` is empty exactly when `reason` is set.

    `values` is a Series of floats indexed by year; a year without a value is NaN inside it and nowhere else.
    Flags, rows and sources are those of all years; `years` tells them for single ones, where that is known.
    """

    values: pd.Series
    unit: str
    method: str
    reason: str | None = None
    price_basis: str | None = None
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    years: Mapping[int, YearContext] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"{self.method}: unit '{self.unit}' is not one of {', '.join(sorted(UNITS))}")
        if self.values.empty == (not self.reason):
            raise ValueError(f"{self.method}: give either values or a reason, not both and not neither")

    @property
    def defined(self) -> bool:
        """Whether there are values."""
        return self.reason is None

    def context(self, *years: int) -> dict[str, Any]:
        """Flags, notes, rows and sources of these years (of all when none is named or none is told apart)."""
        told = [self.years[year] for year in years if year in self.years]
        if not told:
            names = ("price_basis", "flags", "notes", "rows", "sources")
            return {name: getattr(self, name) for name in names}
        parts = {
            name: _unique(item for own in told for item in getattr(own, name)) for name in YearContext._fields
        }
        return {"price_basis": self.price_basis, "notes": self.notes} | parts

    def at(self, year: int) -> Measured:
        """The value of one year, or the reason why it has none."""
        context = self.context(year)
        value = number(self.values.get(year))
        if value is None:
            reason = self.reason or because("{method} has no value for {year}", method=self.method, year=year)
            return Measured.undefined(
                reason, unit=self.unit, method=self.method, start=year, end=year, **context
            )
        return Measured(value, self.unit, self.method, start=year, end=year, **context)


def applied(method: str, price_basis: str | None) -> tuple[str, ...]:
    """The methods behind a value in their order of a formula: its own, and what put its levels into constant prices.

    >>> applied("cagr", "constant-2016"), applied("cagr", "current"), applied("deflate", "constant-2016")
    (('cagr', 'deflate'), ('cagr',), ('deflate',))
    """
    is_deflated = (price_basis or "").startswith("constant")
    return tuple(dict.fromkeys((method, DEFLATION))) if is_deflated else (method,)


def tally(counted: Iterable[str], method: str, **context: Any) -> Measured:
    """How many rows there are: a count that names each of them once.

    >>> found = tally(["blocs:a", "blocs:b", "blocs:a"], "blocs_shown", on="2026-11-22")
    >>> found.value, found.unit, found.rows
    (2, 'count', ('blocs:a', 'blocs:b'))
    """
    rows = _unique(counted)
    return Measured(len(rows), "count", method, rows=rows, **context)


class Interval(NamedTuple):
    """Lowest and highest value that a printed number can stand for."""

    low: float
    high: float


def number(value: object) -> float | int | None:
    """The number in a cell or a Measured, or None when there is none; infinity is none.

    >>> number(float("nan")), number(None), number(3), number(Measured(2.5, "ratio", "fold_change"))
    (None, None, 3, 2.5)
    """
    if isinstance(value, Measured):
        return value.value
    if value is None or isinstance(value, str | bool) or pd.isna(value) or not math.isfinite(value):
        return None
    return int(value) if isinstance(value, Integral) else float(value)


def merged(*inputs: object, **changes: Any) -> dict[str, Any]:
    """The context of a measure made from other values: what they share, and all their rows and sources in order.

    Reporter, partner, flow, basis, coverage and price basis are kept where all inputs that are Measured agree.
    Flags, notes, rows and sources are joined without repeats; the span runs from the first to the last year, and where all have a day from the first to the last day.
    `changes` overrides single fields. Inputs that are no Measured are passed over.

    >>> a = Measured(1, "usd", "level", start=2016, end=2016, reporter="AAA", rows=("r1",))
    >>> b = Measured(2, "usd", "level", start=2023, end=2023, reporter="AAA", rows=("r2",))
    >>> context = merged(a, b)
    >>> context["start"], context["end"], context["reporter"], context["rows"]
    (2016, 2023, 'AAA', ('r1', 'r2'))
    """
    given = [value for value in inputs if isinstance(value, Measured)]
    years = [year for value in given for year in (value.start, value.end) if year is not None]
    context: dict[str, Any] = {name: _agreed(given, name) for name in IDENTITY}
    context |= {"start": min(years, default=None), "end": max(years, default=None)}
    days = sorted({day for value in given for day in (value.since, value.on) if day})
    is_dated = bool(days) and all(value.on for value in given)
    context |= {"since": days[0] if is_dated and days[1:] else None, "on": days[-1] if is_dated else None}
    for name in ("flags", "notes", "rows", "sources"):
        context[name] = _unique(item for value in given for item in getattr(value, name))
    return context | changes


def obstacle(
    inputs: Mapping[str, object], *, may_differ: Collection[str] = ()
) -> tuple[str, tuple[str, ...]] | None:
    """Why these values, each under the words it is called by, may not be combined, and the flags that say so.

    An undefined input passes its reason on, a missing one is named, and inputs that differ in unit or in a field
    of IDENTITY (but for `may_differ`) are refused. None when nothing stands in the way. Source: METHODS
    section 0, rule 5.

    >>> obstacle({"the earlier value": 1.0, "the later value": None})
    ('the later value is missing', ())
    """
    for label, value in inputs.items():
        if isinstance(value, Measured) and not value.defined:
            return value.reason, ()
        if number(value) is None:
            return because("{value} is missing", value=label), ()
    given = [value for value in inputs.values() if isinstance(value, Measured)]
    for name in ("unit", *IDENTITY):
        if name in may_differ:
            continue
        seen = list(dict.fromkeys(getattr(value, name) for value in given))
        if len(seen) > 1:
            one, other = (str(item) if item is not None else because("none stated") for item in seen[:2])
            reason = because(_DIFFERENT[name], one=one, other=other)
            return reason, (_MIXED[name],) if name in _MIXED else ()
    return None


def derive(
    method: str,
    unit: str,
    inputs: Mapping[str, object],
    formula: Callable[..., float],
    *,
    refuse: Callable[..., str | None] | None = None,
    may_differ: Collection[str] = (),
    **changes: Any,
) -> Measured:
    """One measure from other values: their context merged, their obstacles and those of `refuse` as the reason.

    `inputs` are numbers, None or Measured under the words a reason calls them by; `formula` and `refuse` take
    the bare numbers in that order, and `refuse` answers with a reason or None. `changes` overrides context.

    >>> derive("ratio", "ratio", {"a": 4, "b": 0}, lambda a, b: a / b, refuse=lambda a, b: None if b else "b is 0")
    ... # doctest: +ELLIPSIS
    Measured(value=None, unit='ratio', method='ratio', reason='b is 0', ...)
    """
    context = merged(*inputs.values(), **changes)
    found = obstacle(inputs, may_differ=may_differ)
    numbers = [number(value) for value in inputs.values()]
    reason, flags = found or ((refuse(*numbers) if refuse else None), ())
    if reason:
        return Measured.undefined(
            reason, unit=unit, method=method, **context | {"flags": context["flags"] + flags}
        )
    return Measured(formula(*numbers), unit, method, **context)


def rounding_interval(value: float, unit: float) -> Interval:
    """The interval that a figure printed to `unit` stands for: [v - u/2, v + u/2], in the unit of the value.

    `unit` is the last printed place (100e6 for "4.1 billion"). Source: METHODS section 0, rule 4.

    >>> rounding_interval(4.1, 0.1)
    Interval(low=4.05, high=4.1499999999999995)
    """
    if number(value) is None or number(unit) is None or unit <= 0:
        raise ValueError(
            f"a rounding interval needs a finite value and a positive unit, not {value} and {unit}"
        )
    return Interval(value - unit / 2, value + unit / 2)


def ratio_bounds(earlier: Interval, later: Interval) -> Interval | None:
    """Lowest and highest ratio later/earlier that two printed figures allow; None when the base may be zero.

    low = (b - u/2) / (a + u/2), high = (b + u/2) / (a - u/2). Source: METHODS section 0, rule 4.

    >>> bounds = ratio_bounds(rounding_interval(1.8, 0.1), rounding_interval(4.1, 0.1))
    >>> round(bounds.low, 2), round(bounds.high, 2)
    (2.19, 2.37)
    """
    if earlier.low <= 0:
        return None
    divisors = (earlier.high, earlier.low) if later.low >= 0 else (earlier.low, earlier.low)
    return Interval(later.low / divisors[0], later.high / divisors[1])


def _finite(value: object, method: str) -> float | int:
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise ValueError(f"{method}: {value} is no value; give a finite number or a reason")
    return int(value) if isinstance(value, Integral) else float(value) + 0.0


def _agreed(given: list[Measured], name: str) -> Any:
    seen = {getattr(value, name) for value in given}
    return seen.pop() if len(seen) == 1 else None


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
