"""The sentence of a refused selection: which cells are missing, what the table has, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from .dates import as_day
from .releases import TOLD, Asked, cells_of, spans


def absence(rows: pd.DataFrame, asked: Asked, has_other: bool, within: str | None = None) -> str:
    """The sentence of a refusal: which cells are missing, what there is, what to do.

    `within` names the release or the basis that alone was asked for.
    """
    usable = rows[rows["is_usable"]]
    other = f"choose reporter {asked.partner}" if has_other else ""
    if usable.empty:
        why, remedy = _unusable(rows, asked)
        place = f" in {within}" if within else ""
        text = f"data/trade.csv has no usable {_told(asked.flows, asked.partner, asked.reporter)}{place}{why}"
        advice = " or ".join(filter(None, [remedy, other]))
        return f"{text}; {advice}" if advice else text
    best = max(
        (group for _, group in usable.groupby(["rank", "basis", "office", "coverage"], sort=True)),
        key=lambda group: (len(_inside(group, asked)), -group["rank"].iloc[0], len(cells_of(group))),
    )
    cells = cells_of(best)
    missing = asked.cells() - cells
    complete = {year for _, year in cells if all((flow, year) in cells for flow in asked.flows)}
    has = f"it for {spans(complete)}" if complete else "both flows of it for no year"
    advice = " or ".join(filter(None, [_advice(complete, asked), other]))
    gaps = _gaps(missing, asked)
    sentence = (
        f"the series of {asked.reporter} ({best['office'].iloc[0]}) has {gaps}; data/trade.csv has {has}"
    )
    return f"{sentence}; {advice}" if advice else sentence


def _unusable(rows: pd.DataFrame, asked: Asked) -> tuple[str, str]:
    """Why no row can be used, and the day by which one could be."""
    waiting = rows[rows["is_waiting"] & rows["since"].notna()]
    if not waiting.empty:
        wanted = waiting[waiting["year"].between(asked.start, asked.end)]
        first = min((waiting if wanted.empty else wanted)["since"])
        return (
            f": releases known by {as_day(asked.known_by).isoformat()} hold none",
            f"set known_by to {first.isoformat()} (first day on which one is known)",
        )
    unfit = [f"{words} ({spans(group['year'])})" for words, group in rows.groupby("unfit", sort=True)]
    return f"; it has only {', '.join(unfit)}" if unfit else "", ""


def _gaps(missing: Iterable[tuple[str, int]], asked: Asked) -> str:
    by_years: dict[tuple[int, ...], list[str]] = {}
    for flow in asked.flows:
        years = tuple(sorted(year for name, year in missing if name == flow))
        if years:
            by_years.setdefault(years, []).append(flow)
    return " and ".join(
        f"no {_told(flows, asked.partner)} in {spans(years)}" for years, flows in by_years.items()
    )


def _inside(rows: pd.DataFrame, asked: Asked) -> frozenset[tuple[str, int]]:
    return asked.cells("all") & cells_of(rows)


def _told(flows: Sequence[str], partner: str, reporter: str = "") -> str:
    first, *rest = (TOLD[flow] for flow in flows)
    owned = first.replace(" ", f" of {reporter} ") if reporter else first
    return f"{' or '.join([owned, *rest])} {partner}"


def _advice(complete: set[int], asked: Asked) -> str:
    """The smallest change of start and end that the data can answer, else the longest run of years it holds."""
    inside = sorted(year for year in complete if asked.start <= year <= asked.end)
    if len(inside) < 2 or (asked.need != "ends" and len(inside) != inside[-1] - inside[0] + 1):
        first = {
            year: next(start for start in range(year, 0, -1) if start - 1 not in complete)
            for year in complete
        }
        last = max(complete, key=lambda year: (year - first[year], year), default=0)
        return f"set start and end within {first[last]}-{last}" if last > first.get(last, last) else ""
    moves = [
        f"{name} to {year}"
        for name, year, old in (("start", inside[0], asked.start), ("end", inside[-1], asked.end))
        if year != old
    ]
    return f"set {' and '.join(moves)}" if moves else ""
