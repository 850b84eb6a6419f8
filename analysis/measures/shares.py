"""A partner's part in a reporter's trade, and trade against output; numerator and denominator of one source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from .dates import is_true
from .indices import macro_years
from .levels import level
from .measured import Measured, derive, merged, number
from .reasons import because, template
from .releases import FOOTNOTED, WORLD, between, is_fit, row_ids
from .series import Series, select


def trade_share(trade: pd.DataFrame, series: Series, year: int, flow: str = "turnover") -> Measured:
    """The partner's share in the reporter's trade with the world in one year.

    Formula: T_ij / T_iw, the total from the very release and period that gives the part. Undefined when that
    release prints no total, or a total of zero. Source: METHODS 1.2.

    >>> from analysis.measures.example import tables
    >>> trade, sources, bases = tables()
    >>> aaa = select(trade, sources, bases, reporter="AAA", partner="BBB", start=2016, end=2017)
    >>> trade_share(trade, aaa, 2017).value
    0.35
    """
    part = level(series, year, flow)
    whole = _total(trade, series, part)
    return derive(
        "trade_share",
        "share",
        {"the trade with the partner": part, "the trade with the world": whole},
        lambda a, b: a / b,
        refuse=lambda a, b: None if b > 0 else because("the total is zero"),
        may_differ=("partner",),
        partner=series.partner,
    )


@dataclass(frozen=True, eq=False)
class PartnerShares:
    """The partners of one reporter in two years, each year wholly from one release.

    `frame` is indexed by partner: value_start, value_end (plain dollars), share_start, share_end (fractions),
    change (points); NaN where the partner has no row. `unnamed_start` and `unnamed_end` are the shares that the
    listed partners leave open. With `reason` set the frame is empty.
    """

    reporter: str
    start: int
    end: int
    flow: str
    frame: pd.DataFrame
    unnamed_start: Measured
    unnamed_end: Measured
    sources: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    rule_text: str | None = None
    reason: str | None = None


def partner_shares(
    trade: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    *,
    reporter: str,
    start: int,
    end: int,
    flow: str = "turnover",
    known_by: date | str | None = None,
    basis: str | None = None,
    source: str | None = None,
) -> PartnerShares:
    """The share of each listed partner in a reporter's trade in two years, and what is left to the others.

    The reporter's total with the world is selected as a series of its two ends; each year's partners are then
    read from the release that gives its total. A turnover needs both flows: a partner with one of them has no
    turnover. Source: METHODS 1.2, trade share, and 5, residual line in every breakdown.

    >>> from analysis.measures.example import tables
    >>> shares = partner_shares(*tables(), reporter="AAA", start=2016, end=2017)
    >>> shares.frame["share_end"].to_dict(), shares.unnamed_end.value
    ({'BBB': 0.35}, 0.65)
    """
    flows = ("export", "import") if flow == "turnover" else (flow,)
    total = select(
        trade,
        sources,
        bases,
        reporter=reporter,
        partner=WORLD,
        start=start,
        end=end,
        known_by=known_by,
        flows=flows,
        need="ends",
        basis=basis,
        source=source,
    )
    context = {"reporter": reporter, "flow": flow, "basis": total.basis, "coverage": total.coverage}
    if total.reason:
        gone = [
            Measured.undefined(
                total.absence, unit="share", method="trade_share", start=year, end=year, **context
            )
            for year in (start, end)
        ]
        return PartnerShares(reporter, start, end, flow, pd.DataFrame(), *gone, reason=total.absence)
    parts = [_partners(trade, total, year, flows) for year in (start, end)]
    frame = pd.concat([values["value"] for values in parts], axis=1, keys=["value_start", "value_end"])
    frame = frame.sort_index().rename_axis(index="partner", columns=None)
    whole = [float(total.frame.loc[year, list(flows)].sum()) for year in (start, end)]
    for place, amount in zip(("start", "end"), whole, strict=True):
        frame[f"share_{place}"] = frame[f"value_{place}"] / amount if amount > 0 else float("nan")
    frame["change"] = frame["share_end"] - frame["share_start"]
    rest = [
        _unnamed(frame[f"share_{place}"], year, found, total, context)
        for place, year, found in zip(("start", "end"), (start, end), parts, strict=True)
    ]
    rows = (
        *(total.rows[cell] for cell in sorted(total.rows)),
        *(row for found in parts for rows in found["rows"] for row in rows),
    )
    return PartnerShares(
        reporter, start, end, flow, frame, *rest, total.sources, rows, total.flags, total.rule_text
    )


def trade_to_gdp(
    series: Series,
    macro: pd.DataFrame,
    year: int,
    *,
    indicator: str,
    flow: str = "turnover",
    source: str | None = None,
) -> Measured:
    """Trade with the partner over the reporter's gross domestic product of the same year.

    Formula: T_ij / GDP_i (not halved). `macro` has the columns country, year, indicator, value, source; without a
    `source` the one with the most years of that country is taken. Undefined when GDP is missing or not above
    zero. Source: METHODS 1.2, also expected.

    >>> from analysis.measures.example import tables
    >>> aaa = select(*tables(), reporter="AAA", partner="BBB", start=2016, end=2017)
    >>> macro = pd.DataFrame([("AAA", 2017, "gdp", 100.0, "bank")],
    ...                      columns=["country", "year", "indicator", "value", "source"])
    >>> trade_to_gdp(aaa, macro, 2017, indicator="gdp").value
    0.07
    """
    source = source or _source_of(macro, series.reporter, indicator, (year,))
    return _over_gdp(series, macro, year, indicator, flow, source)


def trade_to_gdp_change(
    series: Series,
    macro: pd.DataFrame,
    start: int,
    end: int,
    *,
    indicator: str,
    flow: str = "turnover",
    source: str | None = None,
) -> Measured:
    """The change of trade to GDP between two years, in points, GDP of both years from one source.

    Refused when no single source has both years: levels of two sources differ by revisions. Source: METHODS 1.2.
    """
    source = source or _source_of(macro, series.reporter, indicator, (start, end))
    first, last = (_over_gdp(series, macro, year, indicator, flow, source) for year in (start, end))
    if source is None:
        reason = because(
            "no one source gives {indicator} of {country} for {start} and {end}",
            indicator=indicator,
            country=series.reporter,
            start=start,
            end=end,
        )
        return Measured.undefined(reason, unit="points", method="trade_to_gdp_change", **merged(first, last))
    return derive(
        "trade_to_gdp_change",
        "points",
        {f"the share of {start}": first, f"the share of {end}": last},
        lambda a, b: b - a,
    )


def _over_gdp(series, macro, year, indicator, flow, source) -> Measured:
    found = macro[(macro["year"] == year) & (macro["country"] == series.reporter)]
    found = found[(found["indicator"] == indicator) & (found["source"] == source)]
    part = level(series, year, flow)
    gdp = number(found["value"].iloc[0]) if len(found) == 1 else None
    context = merged(part)
    for own in macro_years(found).values():
        context |= {name: context[name] + getattr(own, name) for name in ("flags", "rows", "sources")}
    if part.defined and (gdp is None or gdp <= 0):
        reason = because(
            "data/macro.csv has no {indicator} of {country} for {year}",
            indicator=indicator,
            country=series.reporter,
            year=year,
        )
        return Measured.undefined(reason, unit="share", method="trade_to_gdp", **context)
    return derive("trade_to_gdp", "share", {"the trade": part}, lambda value: value / gdp, **context)


def _source_of(macro: pd.DataFrame, country: str, indicator: str, years: tuple[int, ...]) -> str | None:
    """The source with the most years of the indicator among those that have all the years asked."""
    found = macro[(macro["country"] == country) & (macro["indicator"] == indicator)]
    held: dict[str, set[int]] = {}
    for name, year in zip(found["source"], found["year"].tolist(), strict=True):
        held.setdefault(name, set()).add(year)
    fitting = [(len(own), name) for name, own in held.items() if own.issuperset(years)]
    return max(fitting)[1] if fitting else None


def _total(trade: pd.DataFrame, series: Series, part: Measured) -> Measured:
    """The trade with the world behind a level: for each of its cells the row of the same release and period."""
    context = merged(part, partner=WORLD, rows=(), sources=(), flags=())
    if not part.defined:
        return part
    cells = series.cells[series.cells["row"].isin(part.rows)]
    keys = ["flow", "source", "coverage", "period_start", "period_end"]
    world = between(trade, series.reporter, WORLD)
    found = cells[keys].merge(world[is_fit(world)], on=keys, how="inner")
    if len(found) < len(cells):
        absent = cells[~cells["flow"].isin(found["flow"])]
        reason = because(
            _NO_TOTAL[tuple(sorted(set(absent["flow"])))],
            releases=tuple(sorted(set(absent["source"]))),
            reporter=series.reporter,
            year=part.start,
        )
        return Measured.undefined(reason, unit="usd", method=str(part.flow), **context)
    flags = tuple(flag for name, flag in FOOTNOTED.items() if found[name].map(is_true).any())
    context |= {"rows": tuple(row_ids(found)), "sources": tuple(found["source"]), "flags": flags}
    return Measured(float(found["value_usd"].sum()), "usd", str(part.flow), **context)


_NO_TOTAL = {
    ("export",): template("{releases} gives no export of {reporter} with the world in {year}"),
    ("import",): template("{releases} gives no import of {reporter} with the world in {year}"),
    ("turnover",): template("{releases} gives no turnover of {reporter} with the world in {year}"),
    ("export", "import"): template(
        "{releases} gives no export and no import of {reporter} with the world in {year}"
    ),
}


def _partners(trade: pd.DataFrame, total: Series, year: int, flows: tuple[str, ...]) -> pd.DataFrame:
    """Value and row ids by partner for one year, from the releases that give the year's total."""
    cells = total.cells[total.cells["year"] == year]
    keys = ["flow", "source", "coverage", "period_start", "period_end"]
    rows = trade[trade["reporter"] == total.reporter]
    rows = rows[(rows["partner"] != WORLD) & is_fit(rows)]
    rows = cells[keys].merge(rows, on=keys, how="inner")
    rows = rows[rows["flow"].isin(flows)].assign(row=lambda frame: [(row,) for row in row_ids(frame)])
    grouped = rows.groupby("partner").agg(
        value=("value_usd", "sum"), flows=("flow", "nunique"), rows=("row", "sum")
    )
    return grouped[grouped["flows"] == len(flows)]


def _unnamed(shares: pd.Series, year: int, found: pd.DataFrame, total: Series, context: dict) -> Measured:
    rest = 1 - shares.sum()
    cells = total.cells[total.cells["year"] == year]
    own = {
        "start": year,
        "end": year,
        "sources": tuple(cells["source"]),
        "rows": (*cells["row"], *(row for rows in found["rows"] for row in rows)),
    }
    if not shares.notna().any():
        reason = because("no partner of {reporter} is listed for {year}", reporter=total.reporter, year=year)
        return Measured.undefined(reason, unit="share", method="trade_share", **context, **own)
    if rest < -1e-6:
        reason = because(
            "the listed partners of {reporter} add up to more than its total in {year}",
            reporter=total.reporter,
            year=year,
        )
        return Measured.undefined(
            reason, unit="share", method="trade_share", flags=("NES",), **context, **own
        )
    return Measured(
        max(rest, 0.0), "share", "trade_share", flags=("NES",) if rest > 1e-6 else (), **context, **own
    )
