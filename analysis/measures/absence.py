"""The sentence of a refused selection: which cells are missing, what the table has, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from .dates import as_day
from .reasons import Reason, because, template, together
from .releases import NO_FLOW, Asked, cells_of, spans


def absence(
    rows: pd.DataFrame, asked: Asked, has_other: bool, source: str | None, basis: str | None
) -> tuple[Reason, Reason]:
    """Which cells are missing, and the whole sentence of the refusal: that, what there is, what to do.

    `source` is the release, else `basis` the basis that alone was asked for.
    """
    usable = rows[rows["is_usable"]]
    other = because("choose reporter {partner}", partner=asked.partner) if has_other else None
    if usable.empty:
        text, remedy = _unusable(rows, asked, source, basis)
        return text, _advised(text, _either(remedy, other))
    best = max(
        (group for _, group in usable.groupby(["rank", "basis", "office", "coverage"], sort=True)),
        key=lambda group: (len(_inside(group, asked)), -group["rank"].iloc[0], len(cells_of(group))),
    )
    cells = cells_of(best)
    complete = {year for _, year in cells if all((flow, year) in cells for flow in asked.flows)}
    missing = asked.cells() - cells
    text = because("the series of {reporter} has {gaps}", reporter=asked.reporter, gaps=_gaps(missing, asked))
    later = _later(rows, missing)
    return text, _advised(
        text, _held(complete, asked if later else None), _either(later or _advice(complete, asked), other)
    )


def _advised(*parts: Reason | None) -> Reason:
    return together(part for part in parts if part)


def _either(*ways: Reason | None) -> Reason | None:
    known = [way for way in ways if way]
    return (
        because("{one} or {other}", one=known[0], other=known[1]) if len(known) == 2 else (known or [None])[0]
    )


def _held(complete: set[int], known: Asked | None) -> Reason:
    """The years that are whole: in the table, or in what was `known` by the day asked for, where later releases hold more."""
    years = spans(complete)
    if known is None:
        return (
            because("data/trade.csv has it for {years}", years=years)
            if complete
            else because("data/trade.csv has both flows of it for no year")
        )
    day = as_day(known.known_by)
    return (
        because("releases known by {day} have it for {years}", day=day, years=years)
        if complete
        else because("releases known by {day} have both flows of it for no year", day=day)
    )


def _later(rows: pd.DataFrame, missing: frozenset[tuple[str, int]]) -> Reason | None:
    """The day by which releases that came later hold what of the missing cells they ever will."""
    waiting = rows[rows["is_waiting"] & rows["since"].notna()]
    first: dict[tuple[str, int], date] = {}
    for flow, year, since in zip(waiting["flow"], waiting["year"], waiting["since"], strict=True):
        if (flow, year) in missing:
            first[flow, year] = min(since, first.get((flow, year), since))
    return (
        because("take data known by {day}, by when releases hold more of it", day=max(first.values()))
        if first
        else None
    )


_UNUSABLE = {
    ("export",): template("the table of trade has no usable exports of {reporter} to {partner}"),
    ("import",): template("the table of trade has no usable imports of {reporter} from {partner}"),
    ("turnover",): template("the table of trade has no usable turnover of {reporter} with {partner}"),
    ("export", "import"): template(
        "the table of trade has no usable exports of {reporter} to or imports from {partner}"
    ),
}


def _unusable(
    rows: pd.DataFrame, asked: Asked, source: str | None, basis: str | None
) -> tuple[Reason, Reason | None]:
    """That no row can be used and why, and the day by which one could be."""
    flows = tuple(sorted(asked.flows))
    text = because(_UNUSABLE[flows], reporter=asked.reporter, partner=asked.partner)
    if source:
        text = because("{text} in {release}", text=text, release=source)
    elif basis:
        text = because("{text} in the {basis} figures", text=text, basis=basis)
    waiting = rows[rows["is_waiting"] & rows["since"].notna()]
    if not waiting.empty:
        wanted = waiting[waiting["year"].between(asked.start, asked.end)]
        first = min((waiting if wanted.empty else wanted)["since"])
        known = as_day(asked.known_by)
        return (
            because("{text}: releases known by {day} hold none", text=text, day=known),
            because("take data known by {day} (first day on which one is known)", day=first),
        )
    unfit = tuple(
        because("{figures} ({years})", figures=words, years=spans(group["year"]))
        for words, group in rows.groupby("unfit", sort=True)
    )
    return because("{text}; it has only {unfit}", text=text, unfit=unfit) if unfit else text, None


def _gaps(missing: Iterable[tuple[str, int]], asked: Asked) -> Reason:
    by_years: dict[tuple[int, ...], list[str]] = {}
    for flow in sorted(asked.flows):
        years = tuple(sorted(year for name, year in missing if name == flow))
        if years:
            by_years.setdefault(years, []).append(flow)
    told = [
        because(NO_FLOW[tuple(flows)], partner=asked.partner, years=spans(years))
        for years, flows in by_years.items()
    ]
    return because("{one} and {other}", one=told[0], other=told[1]) if len(told) > 1 else told[0]


def _inside(rows: pd.DataFrame, asked: Asked) -> frozenset[tuple[str, int]]:
    return asked.cells("all") & cells_of(rows)


def _advice(complete: set[int], asked: Asked) -> Reason | None:
    """The smallest change of start and end that the data can answer, else the longest run of years it holds."""
    inside = sorted(year for year in complete if asked.start <= year <= asked.end)
    if len(inside) < 2 or (asked.need != "ends" and len(inside) != inside[-1] - inside[0] + 1):
        first = {
            year: next(start for start in range(year, 0, -1) if start - 1 not in complete)
            for year in complete
        }
        last = max(complete, key=lambda year: (year - first[year], year), default=0)
        held = f"{first[last]}-{last}" if last > first.get(last, last) else ""
        return because("set start and end within {years}", years=held) if held else None
    start, end = inside[0], inside[-1]
    if start != asked.start and end != asked.end:
        return because("set start to {start} and end to {end}", start=start, end=end)
    if start != asked.start:
        return because("set start to {start}", start=start)
    return because("set end to {end}", end=end) if end != asked.end else None
