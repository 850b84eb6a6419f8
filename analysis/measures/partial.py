"""Figures of part of a year: the rows there are of a pair, and whether a stated figure could be one of them.

A stated figure is that of a part of the year only where such a row says so. How many twelfths of the year it would
be is arithmetic and never a verdict.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import pandas as pd

from .dates import as_day
from .measured import Interval, Measured, derive, number, rounding_interval
from .reasons import because
from .releases import row_ids

MONTHS = 12
NEAR = 0.005
"""How near to n twelfths a figure must lie to fit n months: half a point."""

TURNOVER = "trade turnover"
UNIT = "bn USD"
SCALE = 1e9


def part_years(flows: pd.DataFrame, pair: Collection[str]) -> pd.DataFrame:
    """Turnover of the pair in periods shorter than a year: as published, else export plus import of one source.

    One row a reporter, period, coverage and source: reporter, partner, period_start, period_end, coverage, source,
    year, value_usd, rows (tuple of row ids). Source: DESIGN section 4; METHODS section 5.

    >>> from analysis.measures.example import tables
    >>> part_years(tables()[0], ("AAA", "BBB")).empty
    True
    """
    wanted = set(pair)
    part = flows[
        flows["is_partial_year"].astype(bool)
        & flows["reporter"].isin(wanted)
        & flows["partner"].isin(wanted)
        & (flows["reporter"] != flows["partner"])
    ].copy()
    part["row"] = row_ids(part)
    keys = ["reporter", "partner", "period_start", "period_end", "coverage", "source"]
    found = []
    for key, group in part.groupby(keys, sort=True):
        by_flow = group.set_index("flow")
        used = by_flow.loc[["turnover"]] if "turnover" in by_flow.index else by_flow
        if "turnover" in by_flow.index or {"export", "import"} <= set(by_flow.index):
            told = {"year": int(group["year"].iloc[0]), "value_usd": float(used["value_usd"].sum())}
            found.append(dict(zip(keys, key, strict=True)) | told | {"rows": tuple(used["row"])})
    return pd.DataFrame(found, columns=[*keys, "year", "value_usd", "rows"])


def stated(
    claims: pd.DataFrame, subjects: pd.DataFrame, pair: Collection[str], as_of: date | str
) -> pd.DataFrame:
    """The figures of turnover that documents state for the pair and one full year, as plain dollars.

    `claims` and `subjects` are the tables `claims` and `claim_subjects`. Claims about exactly the two, of the metric
    "trade turnover", with a number of billions and a year that had ended by `as_of`: claim, source, year, value_usd,
    place (the last printed place, in dollars).

    >>> claims = pd.DataFrame([("c1", "doc", "trade turnover", "4.1", "bn USD", "2023")],
    ...     columns=["claim", "source", "metric", "stated_value", "unit", "period"])
    >>> subjects = pd.DataFrame({"claim": ["c1", "c1"], "subject": ["AAA", "BBB"]})
    >>> stated(claims, subjects, ("BBB", "AAA"), "2025-12-31")[["year", "value_usd", "place"]].values.tolist()
    [[2023.0, 4100000000.0, 100000000.0]]
    """
    last, found = as_day(as_of), []
    about = subjects.groupby("claim")["subject"].agg(frozenset)
    for row in claims.to_dict("records"):
        text, year = str(row["stated_value"]), str(row["period"])
        if (
            row["metric"] != TURNOVER
            or row["unit"] != UNIT
            or not year.isdigit()
            or int(year) >= last.year + 1
        ):
            continue
        if about.get(row["claim"]) != frozenset(pair) or not _is_number(text):
            continue
        if int(year) == last.year and (last.month, last.day) != (12, 31):
            continue
        decimals = len(text.partition(".")[2])
        told = {
            "year": int(year),
            "value_usd": float(round(float(text) * SCALE)),
            "place": SCALE * 10.0**-decimals,
        }
        found.append({"claim": row["claim"], "source": row["source"]} | told)
    return pd.DataFrame(found, columns=["claim", "source", "year", "value_usd", "place"])


def claimed(row: Mapping[str, Any]) -> Measured:
    """The figure of a row of `stated`, in plain dollars: what the document says, held against nothing.

    >>> claimed({"claim": "c1", "source": "doc", "value_usd": 4.1e9, "year": 2023}).rows
    ('claims:c1',)
    """
    return Measured(
        row["value_usd"],
        "usd",
        "claimed_turnover",
        start=row["year"],
        end=row["year"],
        flow="turnover",
        price_basis="current",
        rows=(f"claims:{row['claim']}",),
        sources=(row["source"],),
    )


def fits(value: float, place: float, found: Measured | float) -> bool | None:
    """Whether a printed figure and a value agree within the rounding of the print; None without a value.

    >>> fits(4.1e9, 0.1e9, 4.1e9), fits(4.1e9, 0.1e9, 4.42e9)
    (True, False)
    """
    held = number(found)
    interval: Interval = rounding_interval(value, place)
    return None if held is None else interval.low <= held <= interval.high


def months_of(value: float, year: Measured) -> Measured:
    """How many months of a year a smaller figure would fit, within half a point of n twelfths.

    Formula: n with |v / T - n / 12| <= 0.005, n from 1 to 11. Undefined where there is none. Arithmetic only: that a
    figure would fit does not say that it is one of part of the year. Source: MISSION, partial-year test.

    >>> months_of(4.1e9, Measured(4.486e9, "usd", "turnover")).value
    11
    """

    def nearest(total: float) -> int:
        return round(value / total * MONTHS)

    def refuse(total: float) -> str | None:
        if total <= 0:
            return because("the year is not above zero")
        months = nearest(total)
        is_near = 1 <= months < MONTHS and math.fabs(value / total - months / MONTHS) <= NEAR
        return None if is_near else because("the figure fits no whole number of months")

    return derive("months_of", "count", {"the year": year}, nearest, refuse=refuse)


def _is_number(text: str) -> bool:
    whole, _, decimals = text.partition(".")
    return whole.isdigit() and (decimals.isdigit() or not decimals)
