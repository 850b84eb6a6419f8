"""Whether printed figures fit each other, and what the choice of figures does to a ratio between two years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.errors import UsageError, did_you_mean

from .dates import is_true
from .measured import Interval, Measured, number, rounding_interval
from .reasons import because, template
from .releases import FLOWS, FOOTNOTED, Asked, pair_rows


@dataclass(frozen=True)
class Consistency:
    """Printed exports, imports and turnover with their growth, held against each other."""

    sum_difference: Measured
    """Exports plus imports less the printed turnover, in dollars."""
    previous: Measured
    """The turnover of the year before that the growth of exports and imports implies, in dollars."""
    implied_growth: Measured
    """The growth of turnover that follows from it, as a fraction."""
    sum_fits: bool | None
    """Whether the sum fits the printed turnover within rounding; None when it cannot be told."""
    growth_fits: bool | None
    """Whether the implied growth fits the printed one within rounding; None when it cannot be told."""


def component_consistency(
    exports: tuple[float, float],
    imports: tuple[float, float],
    total: tuple[float, float],
    *,
    unit: float,
    rate_unit: float = 0.001,
) -> Consistency:
    """Whether printed (level, growth) pairs of exports, imports and turnover can be of one source and base.

    Levels in dollars printed to `unit`, growth as a fraction printed to `rate_unit`. Formulas: X + M against T;
    previous = X / (1 + gX) + M / (1 + gM); implied growth = (X + M) / previous - 1. Both tests allow the worst
    case of rounding. A growth of -100 per cent or below leaves the previous year undefined. Source: METHODS 1.2.

    >>> check = component_consistency((60, 0.2), (40, -0.2), (100, 0.0), unit=1, rate_unit=0.01)
    >>> check.previous.value, check.implied_growth.value, check.sum_fits, check.growth_fits
    (100.0, 0.0, True, True)
    """
    method = "component_consistency"
    given = [number(value) for pair in (exports, imports, total) for value in pair]
    if None in given or min(exports[1], imports[1]) <= -1:
        reason = (
            because("a figure is missing")
            if None in given
            else because("a growth of -100 per cent leaves no year before")
        )
        gone = [Measured.undefined(reason, unit=name, method=method) for name in ("usd", "usd", "rate")]
        return Consistency(*gone, None, None)
    (x, gx), (m, gm), (t, gt) = exports, imports, total
    previous = x / (1 + gx) + m / (1 + gm)
    sides = [
        (rounding_interval(level, unit), rounding_interval(rate, rate_unit))
        for level, rate in (exports, imports)
    ]
    low = sum(level.low / (1 + rate.high) for level, rate in sides)
    high = sum(level.high / (1 + rate.low) for level, rate in sides if rate.low > -1)
    bounded = all(rate.low > -1 for _, rate in sides) and low > 0
    now = Interval(sum(level.low for level, _ in sides), sum(level.high for level, _ in sides))
    implied = Interval(now.low / high - 1, now.high / low - 1) if bounded else None
    difference = Measured(x + m - t, "usd", method)
    base = Measured(previous, "usd", method)
    growth = (
        Measured((x + m) / previous - 1, "rate", method)
        if previous > 0
        else Measured.undefined(because("the year before is not above zero"), unit="rate", method=method)
    )
    return Consistency(
        difference,
        base,
        growth,
        _overlap(now, rounding_interval(t, unit)),
        _overlap(implied, rounding_interval(gt, rate_unit)) if implied else None,
    )


@dataclass(frozen=True, eq=False)
class RatioMatrix:
    """The ratio between two years for every choice of figures that the tables allow.

    `frame` has one row a choice: for the start and the end each reporter, source, office, coverage, kind (derived
    or published) and value in dollars; ratio; is_like (one reporter, office, coverage and kind on both ends);
    flags (why a choice that is not alike is a mixture). Sorted by ratio. `lowest` and `highest` are over all
    choices, `lowest_like` and `highest_like` over the like ones.
    """

    frame: pd.DataFrame
    lowest: Measured
    highest: Measured
    lowest_like: Measured
    highest_like: Measured
    reason: str | None = None


def ratio_matrix(
    trade: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    *,
    reporter: str,
    partner: str,
    start: int,
    end: int,
    flow: str = "turnover",
    known_by: date | str | None = None,
    reporters: Sequence[str] | None = None,
) -> RatioMatrix:
    """The best and the worst case for a ratio between two years, over all pairs of sources.

    Both sides of the pair are read (`reporters` narrows that): for an export of `reporter`, its partner's import
    is a reading of the same flow. Rows that may not enter a series (part of a year, partner-derived, weak, lower
    bound, no independent report) are left out. Source: MISSION_MAP 001, best-case and worst-case base.

    >>> from analysis.measures.example import tables
    >>> matrix = ratio_matrix(*tables(), reporter="AAA", partner="BBB", start=2016, end=2017)
    >>> matrix.frame[["source_start", "source_end", "ratio"]].round(3).values.tolist()
    [['office-2018', 'office-2018', 2.333]]
    """
    if flow not in FLOWS:
        raise UsageError(f"flow: '{flow}' is not one of {', '.join(FLOWS)}{did_you_mean(flow, FLOWS)}")
    sides = reporters or (reporter, partner)
    given = [
        reading
        for side in sides
        for reading in readings(trade, sources, bases, reporter, partner, side, flow, (start, end), known_by)
    ]
    firsts = [reading for reading in given if reading["year"] == start and reading["value"] > 0]
    lasts = [reading for reading in given if reading["year"] == end]
    choices = [_choice(first, last) for first in firsts for last in lasts]
    context = {"start": start, "end": end, "flow": flow, "partner": partner, "price_basis": "current"}
    if not choices:
        reason = because(
            _NO_FIGURE[flow],
            reporter=reporter,
            partner=partner,
            years=tuple(year for year, found in ((start, firsts), (end, lasts)) if not found),
        )
        gone = Measured.undefined(reason, unit="ratio", method="ratio_matrix", **context)
        return RatioMatrix(pd.DataFrame(), gone, gone, gone, gone, reason)
    frame = pd.DataFrame(choices).sort_values(["ratio", "source_start", "source_end"], ignore_index=True)
    like = frame[frame["is_like"]]
    ends = [_extreme(rows, place, context) for rows in (frame, like) for place in (0, -1)]
    return RatioMatrix(frame, *ends)


_NO_FIGURE = {
    "export": template("no figure of export between {reporter} and {partner} for {years} can be used"),
    "import": template("no figure of import between {reporter} and {partner} for {years} can be used"),
    "turnover": template("no figure of turnover between {reporter} and {partner} for {years} can be used"),
}


def readings(
    trade: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    reporter: str,
    partner: str,
    side: str,
    flow: str,
    years: Sequence[int],
    known_by: date | str | None,
) -> list[dict]:
    """Every figure that one side of a pair gives for a flow in these years, one a source, coverage and kind.

    Each has reporter, source, office, coverage, kind (published or derived), year, value in dollars, rows (ids) and
    caveats. Rows that may not enter a series are left out.
    """
    other = partner if side == reporter else reporter
    own = flow if side == reporter or flow == "turnover" else {"export": "import", "import": "export"}[flow]
    asked = Asked(side, other, min(years), max(years), FLOWS, "any", known_by)
    rows = pair_rows(trade, sources, bases, asked, basis=None, source=None)
    rows = rows[rows["is_usable"] & rows["year"].isin(years)]
    found = []
    for (year, source, coverage), group in rows.groupby(["year", "source", "coverage"], sort=True):
        cells = {row["flow"]: row for row in group.to_dict("records")}
        picks = [("published", [cells.get(own)])]
        if own == "turnover":
            picks.append(("derived", [cells.get("export"), cells.get("import")]))
        for kind, parts in picks:
            if None not in parts:
                found.append(
                    {
                        "reporter": side,
                        "source": source,
                        "office": parts[0]["office"],
                        "coverage": coverage,
                        "kind": kind,
                        "year": int(year),
                        "value": float(sum(part["value_usd"] for part in parts)),
                        "rows": tuple(part["row"] for part in parts),
                        "caveats": tuple(
                            flag
                            for name, flag in FOOTNOTED.items()
                            if any(is_true(part[name]) for part in parts)
                        ),
                    }
                )
    return found


def _choice(first: dict, last: dict) -> dict:
    same = {name: first[name] == last[name] for name in ("reporter", "office", "coverage", "kind", "source")}
    mixed = {
        "MIXED_REPORTER": not same["reporter"],
        "MIXED_OFFICE": not same["office"],
        "MIXED_DEFINITION": not same["coverage"],
        "MIXED_KIND": not same["kind"],
        "VINTAGE_MIX": same["office"] and not same["source"],
    }
    caveats = tuple(dict.fromkeys((*first["caveats"], *last["caveats"])))
    ends = {
        f"{name}_{place}": reading[name]
        for place, reading in (("start", first), ("end", last))
        for name in ("reporter", "source", "office", "coverage", "kind", "value")
    }
    return ends | {
        "ratio": last["value"] / first["value"],
        "is_like": all(same[name] for name in ("reporter", "office", "coverage", "kind")),
        "flags": (*(flag for flag, holds in mixed.items() if holds), *caveats),
        "rows": (*first["rows"], *last["rows"]),
    }


def _extreme(rows: pd.DataFrame, place: int, context: dict) -> Measured:
    if rows.empty:
        reason = because("no one office gives both years on one definition")
        return Measured.undefined(reason, unit="ratio", method="ratio_matrix", **context)
    row = rows.iloc[place]
    one = row["reporter_start"] if row["reporter_start"] == row["reporter_end"] else None
    own = {"flags": row["flags"], "rows": row["rows"], "sources": (row["source_start"], row["source_end"])}
    return Measured(row["ratio"], "ratio", "ratio_matrix", reporter=one, **context, **own)


def _overlap(one: Interval, other: Interval) -> bool:
    slack = 1e-9 * max(1.0, abs(one.high), abs(other.high))
    return one.low <= other.high + slack and other.low <= one.high + slack
