"""Levels made comparable over time: index numbers with a base, splicing, rebasing, constant prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from analysis.errors import UsageError

from .dates import is_blank, is_true
from .measured import Measured, MeasuredSeries, YearContext, derive, merged, number
from .reasons import Reason, because
from .trends import Levels, window

Level = float | int | Measured | None

MACRO_CAVEATS = {
    "is_approximate": "APPROXIMATE",
    "is_preliminary": "PRELIMINARY",
    "is_partial_year": "ESTIMATE",
}
"""Caveats of the macro table; a yearly mean of fewer than twelve months counts as an estimate."""


def index_numbers(levels: Levels, base_year: int) -> MeasuredSeries:
    """The levels as an index, 100 in the base year.

    Formula: 100 y_t / y_b. Undefined, never moved to another base, when the base year is missing or not above
    zero. Source: METHODS 1.1.

    >>> index = index_numbers(pd.Series([20, 25, 30], index=[2001, 2002, 2003]), 2001)
    >>> index.values.tolist()
    [100.0, 125.0, 150.0]
    """
    series, context = _parts(levels)
    base = number(series.get(base_year))
    if base is None or base <= 0:
        told = (
            "the base year {year} is not reported"
            if base is None
            else "the base year {year} is not above zero"
        )
        reason = because(told, year=base_year)
        return MeasuredSeries(series.iloc[:0], "index", "index_numbers", reason, **context)
    context["notes"] += (because("{year} = 100", year=base_year),)
    return MeasuredSeries(100 * series / base, "index", "index_numbers", **context)


def rebase(index: Levels, base_year: int) -> MeasuredSeries:
    """The same index with another base year; growth is unchanged, and rebasing twice is rebasing once.

    Undefined when the new base year is missing or not above zero. Source: METHODS 1.1.

    >>> rebase(pd.Series([100.0, 125.0, 150.0], index=[2001, 2002, 2003]), 2002).values.tolist()
    [80.0, 100.0, 120.0]
    """
    series, context = _parts(index)
    context["notes"] = tuple(note for note in context["notes"] if not note.endswith("= 100"))
    return index_numbers(MeasuredSeries(series, "index", "index_numbers", **context), base_year)


def splice(old: Levels, new: Levels, link_year: int) -> MeasuredSeries:
    """One index from two that overlap: the old one up to the link year, then the new one brought to its level.

    Formula: new_t * old_link / new_link for t after the link. Undefined when either index has no value above zero
    in the link year. Source: METHODS 1.1; CPI Manual 2020 and XMPI Manual 2009, chapters on linking.

    >>> old = pd.Series([100.0, 104.0], index=[2001, 2002])
    >>> new = pd.Series([100.0, 110.0], index=[2002, 2003])
    >>> round(splice(old, new, 2002).at(2003).value, 6)
    114.4
    """
    before, context = _parts(old)
    after, other = _parts(new)
    for name in ("flags", "notes", "rows", "sources"):
        context[name] = tuple(dict.fromkeys((*context[name], *other[name])))
    links = [number(series.get(link_year)) for series in (before, after)]
    if any(link is None or link <= 0 for link in links):
        reason = because("the two indices have no common value above zero in {year}", year=link_year)
        return MeasuredSeries(before.iloc[:0], "index", "splice", reason, **context)
    later = after[after.index > link_year] * links[0] / links[1]
    joined = pd.concat([before[before.index <= link_year], later])
    context["notes"] += (because("two indices linked in {year}", year=link_year),)
    return MeasuredSeries(joined, "index", "splice", **context)


def price_index(
    macro: pd.DataFrame, *, country: str, indicator: str, source: str | None = None
) -> MeasuredSeries:
    """One price index of one country from the macro table, by year.

    `macro` has the columns country, year, indicator, value, source. Years that several sources report take the
    row of `source`; without it they are refused. Undefined when the table holds no such index.

    >>> macro = pd.DataFrame([("CCC", 2016, "cpi", 240.007, "bls")],
    ...                      columns=["country", "year", "indicator", "value", "source"])
    >>> price_index(macro, country="CCC", indicator="cpi").at(2016).value
    240.007
    """
    found = macro[(macro["country"] == country) & (macro["indicator"] == indicator)]
    if source is not None:
        found = found[found["source"] == source]
    found = found.sort_values("year")
    years = macro_years(found)
    context = {
        "flags": tuple(dict.fromkeys(flag for own in years.values() for flag in own.flags)),
        "rows": tuple(row for own in years.values() for row in own.rows),
        "sources": tuple(found["source"].unique()),
        "years": years,
    }
    if found.empty:
        reason = because(
            "data/macro.csv has no {indicator} of {country}", indicator=indicator, country=country
        )
        return MeasuredSeries(pd.Series(dtype=float), "index", "price_index", reason)
    if found["year"].duplicated().any():
        year = found.loc[found["year"].duplicated(), "year"].iloc[0]
        reason = because(
            "several sources give {indicator} of {country} for {year}; name one",
            indicator=indicator,
            country=country,
            year=year,
        )
        return MeasuredSeries(pd.Series(dtype=float), "index", "price_index", reason, **context)
    return MeasuredSeries(found.set_index("year")["value"].astype(float), "index", "price_index", **context)


def deflate(level: Level, deflator: Levels, base_year: int, *, year: int | None = None) -> Measured:
    """A level of one year in the dollars of the base year.

    Formula: y_t / (P_t / P_b). The year is that of a Measured level, or `year` for a bare number. The result is
    in constant dollars of the base year, whatever the deflator says about purchasing power, and is never a
    volume. Undefined when the deflator lacks either year or the level is already in constant prices. Source:
    METHODS 1.1, real growth.

    >>> cpi = pd.Series([240.007, 304.702], index=[2016, 2023])
    >>> round(deflate(4.1, cpi, 2016, year=2023).value, 3)
    3.229
    """
    year = level.end if isinstance(level, Measured) and level.end is not None else year
    if year is None:
        raise UsageError("deflate: the year of the level is not known; give year=")
    prices, _ = _parts(deflator)
    first, last = number(prices.get(base_year)), number(prices.get(year))

    def refuse(value: float) -> str | None:
        if isinstance(level, Measured) and (
            level.unit != "usd" or level.price_basis not in (None, "current")
        ):
            return because("only current dollars can be deflated")
        if isinstance(deflator, MeasuredSeries) and not deflator.defined:
            return deflator.reason
        missing = [at for at, price in ((base_year, first), (year, last)) if price is None or price <= 0]
        return _no_price(missing) if missing else None

    own = merged(level)
    used = deflator.context(base_year, year) if isinstance(deflator, MeasuredSeries) else {}
    changes = {name: (*own[name], *used.get(name, ())) for name in ("flags", "notes", "rows", "sources")}
    return derive(
        "deflate",
        "usd_constant",
        {"the level": level},
        lambda value: value / (last / first),
        refuse=refuse,
        **changes | {"start": year, "end": year, "price_basis": f"constant-{base_year}"},
    )


def deflate_series(levels: Levels, deflator: Levels, base_year: int) -> MeasuredSeries:
    """Levels of many years in the dollars of the base year; formula and meaning as in `deflate`.

    Undefined when the deflator lacks the base year or any year that has a level. Source: METHODS 1.1.

    >>> cpi = pd.Series([100.0, 125.0], index=[2016, 2023])
    >>> deflate_series(pd.Series([2.0, 5.0], index=[2016, 2023]), cpi, 2016).values.tolist()
    [2.0, 4.0]
    """
    series, context = _parts(levels)
    prices, other = _parts(deflator)
    series = series.dropna()
    wanted = [base_year, *series.index]
    missing = [year for year in wanted if not (number(prices.get(year)) or 0) > 0]
    used = deflator.context(*wanted) if isinstance(deflator, MeasuredSeries) else other
    for name in ("flags", "notes", "rows", "sources"):
        context[name] = tuple(dict.fromkeys((*context[name], *used[name])))
    context["price_basis"] = f"constant-{base_year}"
    reason = None
    if isinstance(levels, MeasuredSeries) and not levels.defined:
        reason = levels.reason
    elif isinstance(deflator, MeasuredSeries) and not deflator.defined:
        reason = deflator.reason
    elif missing:
        reason = _no_price(missing)
    elif series.empty:
        reason = because("there is no level to deflate")
    if reason:
        return MeasuredSeries(series.iloc[:0], "usd_constant", "deflate", reason, **context)
    relative = prices.reindex(series.index) / prices.loc[base_year]
    return MeasuredSeries(series / relative, "usd_constant", "deflate", **context)


def real_growth(growth: Level, inflation: Level) -> Measured:
    """Growth with inflation taken out, exactly.

    Formula: (1 + g) / (1 + p) - 1, never g - p; both as fractions over the same span. Undefined when prices fell
    by all they are. Source: METHODS 1.1, real growth.

    >>> round(real_growth(0.21, 0.10).value, 6)
    0.1
    """
    return derive(
        "real_growth",
        "rate",
        {"the growth rate": growth, "the inflation rate": inflation},
        lambda g, p: (1 + g) / (1 + p) - 1,
        refuse=lambda g, p: None if p > -1 else because("the inflation rate is -100 per cent or below"),
        may_differ=("reporter", "partner", "flow", "basis", "coverage", "price_basis"),
    )


def _no_price(missing: Iterable[int]) -> Reason:
    return because("the deflator has no value for {years}", years=tuple(dict.fromkeys(missing)))


def _parts(levels: Levels) -> tuple[pd.Series, dict]:
    """Observed levels by year as floats, and a context whose tuples are always there."""
    series, context = window(levels)
    names = ("price_basis", "flags", "notes", "rows", "sources")
    return series.dropna(), {name: context.get(name, None if name == "price_basis" else ()) for name in names}


def macro_years(rows: pd.DataFrame) -> dict[int, YearContext]:
    """Caveats, row id and source of each row of the macro table, by year."""
    return {int(row["year"]): macro_year(row) for row in rows.to_dict("records")}


def macro_year(row: Mapping[str, object]) -> YearContext:
    """Caveats, row id and source of one row of the macro table."""
    flags = tuple(flag for name, flag in MACRO_CAVEATS.items() if is_true(row.get(name)))
    return YearContext(flags, (macro_row(row),), (row["source"],))


def macro_row(row: Mapping[str, object]) -> str:
    """The row id of a row of the macro table: its key without what is empty."""
    key = [row[name] for name in ("country", "year", "indicator", "source")]
    stamp = [] if is_blank(row.get("as_of")) else [row["as_of"]]
    return f"macro:{'/'.join(map(str, [*key, *stamp]))}"
