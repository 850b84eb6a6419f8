"""The sentence of a refused selection: which cells are missing, what the table has, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from .releases import Asked, cells_of, spans


def absence(rows: pd.DataFrame, asked: Asked, has_other: bool) -> str:
    """The sentence of a refusal: which cells are missing, what there is, what to do."""
    usable = rows[rows["is_usable"]]
    other = f"choose reporter {asked.partner}" if has_other else ""
    if usable.empty:
        unfit = [
            f"{words} ({spans(group['year'])})" for words, group in rows.groupby("unfit", sort=True) if words
        ]
        held = f"data/trade.csv has only {', '.join(unfit)}" if unfit else "data/trade.csv has no such rows"
        text = f"{asked.reporter} reports {_what(asked.flows, asked.partner)}; {held}"
        return f"{text}; {other}" if other else text
    best = max(
        (group for _, group in usable.groupby(["rank", "basis", "office", "coverage"], sort=True)),
        key=lambda group: (len(_inside(group, asked)), -group["rank"].iloc[0], len(cells_of(group))),
    )
    cells = cells_of(best)
    missing = asked.cells() - cells
    complete = {year for _, year in cells if all((flow, year) in cells for flow in asked.flows)}
    has = spans(complete) if complete else "no year with both"
    advice = " or ".join(filter(None, [_advice(complete, asked), other]))
    gaps = _gaps(missing, asked)
    sentence = f"{asked.reporter} reports {gaps} ({best['office'].iloc[0]}); data/trade.csv has {has}"
    return f"{sentence}; {advice}" if advice else sentence


def _gaps(missing: Iterable[tuple[str, int]], asked: Asked) -> str:
    by_years: dict[tuple[int, ...], list[str]] = {}
    for flow in asked.flows:
        years = tuple(sorted(year for name, year in missing if name == flow))
        if years:
            by_years.setdefault(years, []).append(flow)
    return " and ".join(
        f"{_what(flows, asked.partner)} in {spans(years)}" for years, flows in by_years.items()
    )


def _inside(rows: pd.DataFrame, asked: Asked) -> frozenset[tuple[str, int]]:
    return asked.cells("all") & cells_of(rows)


def _what(flows: Sequence[str], partner: str) -> str:
    if len(flows) > 1:
        return f"no exports to or imports from {partner}"
    return (
        "no "
        + {"export": "exports to", "import": "imports from", "turnover": "turnover with"}[flows[0]]
        + f" {partner}"
    )


def _advice(complete: set[int], asked: Asked) -> str:
    """The smallest change of start and end that the data can answer, if there is one."""
    inside = sorted(year for year in complete if asked.start <= year <= asked.end)
    if len(inside) < 2 or (asked.need != "ends" and len(inside) != inside[-1] - inside[0] + 1):
        return ""
    moves = [
        f"{name} to {year}"
        for name, year, old in (("start", inside[0], asked.start), ("end", inside[-1], asked.end))
        if year != old
    ]
    return f"set {' and '.join(moves)}" if moves else ""
