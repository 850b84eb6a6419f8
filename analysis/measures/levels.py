"""Levels of a trade series: one flow in one year with its rows and caveats, turnover and balance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.errors import UsageError, did_you_mean

from .dates import is_true
from .measured import Measured, MeasuredSeries, YearContext, derive
from .reasons import because, template
from .releases import FLOWS, FOOTNOTED, NO_FLOW
from .series import Series


def level(series: Series, year: int, flow: str = "turnover") -> Measured:
    """One year of one flow in plain current dollars, with the rows and caveats of exactly that year.

    Undefined when the series is, or when a flow it needs is not reported: missing is not zero.

    >>> from analysis.measures.example import tables
    >>> from analysis.measures.series import select
    >>> aaa = select(*tables(), reporter="AAA", partner="BBB", start=2016, end=2017)
    >>> level(aaa, 2017).value, len(level(aaa, 2017).rows)
    (7.0, 2)
    """
    check_flow(flow)
    context = {
        "start": year,
        "end": year,
        "reporter": series.reporter,
        "partner": series.partner,
        "flow": flow,
    }
    context |= {"basis": series.basis, "coverage": series.coverage, "price_basis": "current"}
    if series.reason:
        return Measured.undefined(series.absence, unit="usd", method=flow, **context)
    parts = ("export", "import") if flow == "turnover" and "turnover" not in series.flows else (flow,)
    cells = [cell for cell in series.cells_of_year.get(year, ()) if cell["flow"] in parts]
    absent = [part for part in parts if part not in {cell["flow"] for cell in cells}]
    if absent:
        gap = because(NO_FLOW[tuple(absent)], partner=series.partner, years=str(year))
        reason = because("the series of {reporter} has {gap}", reporter=series.reporter, gap=gap)
        return Measured.undefined(reason, unit="usd", method=flow, **context)
    context |= {
        "rows": tuple(cell["row"] for cell in cells),
        "sources": tuple(cell["source"] for cell in cells),
        "flags": tuple(
            flag for column, flag in FOOTNOTED.items() if any(is_true(cell[column]) for cell in cells)
        ),
    }
    return Measured(float(sum(cell["value_usd"] for cell in cells)), "usd", flow, **context)


def turnover(series: Series, year: int) -> Measured:
    """Exports plus imports of one reporter in one year, in plain dollars.

    Formula: T = X + M; the published turnover when that is what was selected. Source: METHODS 1.2; IMTS 2010.

    >>> from analysis.measures.example import tables
    >>> from analysis.measures.series import select
    >>> turnover(select(*tables(), reporter="AAA", partner="BBB", start=2016, end=2016), 2016).value
    3.0
    """
    return level(series, year, "turnover")


def published(row: Mapping[str, Any]) -> Measured:
    """Turnover as one source publishes it, in plain current dollars; of a part of a year it belongs to no year.

    `row` is one of the trade table, or of `partial.part_years`, with its row ids in `rows`.

    >>> row = {"reporter": "AAA", "partner": "BBB", "coverage": "goods", "source": "s", "value_usd": 4.0}
    >>> year = published(row | {"period_start": "2024-01-01", "period_end": "2024-12-31", "rows": ("trade:1",)})
    >>> part = published(row | {"period_start": "2024-01-01", "period_end": "2024-11-30", "rows": ("trade:2",)})
    >>> year.end, part.end
    (2024, None)
    """
    first, last = (str(row[key])[:10] for key in ("period_start", "period_end"))
    is_year = first[:4] == last[:4] and (first[4:], last[4:]) == ("-01-01", "-12-31")
    return Measured(
        float(row["value_usd"]),
        "usd",
        "published_turnover",
        start=int(first[:4]) if is_year else None,
        end=int(first[:4]) if is_year else None,
        since=None if is_year else first,
        on=None if is_year else last,
        reporter=row["reporter"],
        partner=row["partner"],
        flow="turnover",
        coverage=row["coverage"],
        price_basis="current",
        rows=tuple(row["rows"]),
        sources=(row["source"],),
    )


def balance(series: Series, year: int) -> Measured:
    """Exports less imports of one reporter in one year, in plain dollars.

    Formula: B = X - M. Most offices print exports free on board and imports with freight, so that the balance is
    biased down: noted unless both have one stated valuation. Source: METHODS 1.2.

    >>> from analysis.measures.example import tables
    >>> from analysis.measures.series import select
    >>> balance(select(*tables(), reporter="AAA", partner="BBB", start=2016, end=2016), 2016).value
    -1.0
    """
    return _flows_measure("balance", "usd", series, year, lambda x, m: x - m)


def normalised_balance(series: Series, year: int) -> Measured:
    """The balance as a part of turnover, from -1 (only imports) to 1 (only exports).

    Formula: (X - M) / (X + M). Undefined when turnover is zero. Source: METHODS 1.2.

    >>> from analysis.measures.example import tables
    >>> from analysis.measures.series import select
    >>> round(normalised_balance(select(*tables(), reporter="AAA", partner="BBB", start=2016, end=2016), 2016).value, 4)
    -0.3333
    """
    return _flows_measure(
        "normalised_balance",
        "score",
        series,
        year,
        lambda x, m: (x - m) / (x + m),
        refuse=lambda x, m: None if x + m > 0 else because("turnover is zero"),
    )


def balances(series: Series) -> pd.DataFrame:
    """All years of a series: export, import, turnover, balance (dollars) and normalised_balance (-1 to 1).

    Indexed by year; a year in which a flow is missing has NaN in what needs it.
    """
    frame = series.frame.copy()
    frame["balance"] = frame["export"] - frame["import"]
    total = frame["export"] + frame["import"]
    frame["normalised_balance"] = frame["balance"] / total.where(total > 0)
    return frame


def levels(series: Series, flow: str = "turnover") -> MeasuredSeries:
    """One flow of a series by year, ready for trends, index numbers and constant prices."""
    check_flow(flow)
    if series.reason:
        return MeasuredSeries(pd.Series(dtype=float), "usd", flow, series.absence, "current")
    values = series.frame[flow].dropna()
    ends = {year: level(series, year, flow) for year in values.index}
    years = {year: YearContext(one.flags, one.rows, one.sources) for year, one in ends.items()}
    cells = series.cells if flow == "turnover" else series.cells[series.cells["flow"] == flow]
    context = {"flags": series.flags, "rows": tuple(cells["row"]), "sources": series.sources}
    told = because(_NO_YEAR[flow], reporter=series.reporter, partner=series.partner)
    reason = told if values.empty else None
    return MeasuredSeries(values, "usd", flow, reason, "current", notes=series.notes, years=years, **context)


_NO_YEAR = {
    "export": template("the series of {reporter} has no year of exports to {partner}"),
    "import": template("the series of {reporter} has no year of imports from {partner}"),
    "turnover": template("the series of {reporter} has no year of turnover with {partner}"),
}


def _flows_measure(
    method: str,
    unit: str,
    series: Series,
    year: int,
    formula: Callable[[float, float], float],
    refuse: Callable[[float, float], str | None] | None = None,
) -> Measured:
    sides = {"the export": level(series, year, "export"), "the import": level(series, year, "import")}
    valuations = set() if series.reason else set(series.cells.loc[series.cells["year"] == year, "valuation"])
    is_even = len(valuations) == 1 and "unstated" not in valuations
    result = derive(method, unit, sides, formula, refuse=refuse, may_differ=("flow",), flow=None)
    return (
        result
        if is_even
        else replace(
            result, notes=(*result.notes, because("imports usually include freight, exports do not"))
        )
    )


def check_flow(flow: str) -> None:
    """Raises UsageError for a flow that does not exist."""
    if flow not in FLOWS:
        raise UsageError(f"flow: '{flow}' is not one of {', '.join(FLOWS)}{did_you_mean(flow, FLOWS)}")
