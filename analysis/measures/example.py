"""The smallest tables that make a series or a world: what the examples in the docstrings compute on."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from .releases import FOOTNOTED, UNFIT, WORLD


def tables() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The tables trade, sources and bases with one release: AAA with BBB and with the world, 2016 and 2017.

    Exports to BBB 1 and 3, imports from BBB 2 and 4 (plain dollars); to and from the world 10 each year.
    """
    values = [
        (2016, "BBB", 1.0, 2.0),
        (2017, "BBB", 3.0, 4.0),
        (2016, WORLD, 10.0, 10.0),
        (2017, WORLD, 10.0, 10.0),
    ]
    rows = [
        ("AAA", partner, year, flow, value)
        for year, partner, *both in values
        for flow, value in zip(("export", "import"), both, strict=True)
    ]
    sources = pd.DataFrame(
        [("office-2018", "2018", "2026-11-22", "national", "office")],
        columns=["source", "published", "accessed", "basis", "office"],
    )
    bases = pd.DataFrame([("national", 1, True)], columns=["basis", "rank", "is_independent"])
    return _trade(rows, "office-2018"), sources, bases


def world(rows: Iterable[tuple[str, str, str, float]]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The same tables with one reconciled release that holds these (reporter, partner, flow, dollars) of 2019."""
    sources = pd.DataFrame(
        [("world-2021", "2021", "2026-11-22", "reconciled", "world")],
        columns=["source", "published", "accessed", "basis", "office"],
    )
    bases = pd.DataFrame([("reconciled", 5, False)], columns=["basis", "rank", "is_independent"])
    of_2019 = [(reporter, partner, 2019, flow, value) for reporter, partner, flow, value in rows]
    return _trade(of_2019, "world-2021"), sources, bases


def _trade(rows: Iterable[tuple[str, str, int, str, float]], source: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "reporter": reporter,
            "partner": partner,
            "year": year,
            "period_start": f"{year}-01-01",
            "period_end": f"{year}-12-31",
            "flow": flow,
            "value_usd": float(value),
            "coverage": "goods",
            "valuation": "unstated",
            "source": source,
            **dict.fromkeys((*UNFIT, *FOOTNOTED), False),
        }
        for reporter, partner, year, flow, value in rows
    )
