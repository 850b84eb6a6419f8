"""Shared water: who depends on inflow from abroad, who withdraws how much for what, who lies above whom.

`water` and `basins` are the tables `water` and `water_basins`. Resources are long-term averages and the same for
every day; withdrawals are of a year. A report carried forward is an old figure repeated, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import pandas as pd

from .dates import as_day, is_true
from .measured import Measured, derive

AVERAGE = "long-term-average"
SECTORS = ("agricultural_withdrawal", "industrial_withdrawal", "municipal_withdrawal")
TOTAL_WITHDRAWAL = "total_freshwater_withdrawal"
POSITIONS = ("upstream", "midstream", "downstream")
"""Places on the course of a river, from its source."""

_FLAGS = {"is_carried_forward": "CARRIED_FORWARD", "is_estimate": "ESTIMATE"}
_UNITS = {"km3-per-year": "km3", "share": "share"}


class Dependency(NamedTuple):
    """The dependency ratio of a country, worked out and as published, with its parts.

    internal: flow that arises inside. inflow: accounted inflow from abroad. reserved: outflow that agreements keep
    for neighbours. total: internal and external resources after that.
    """

    country: str
    ratio: Measured
    published: Measured
    internal: Measured
    inflow: Measured
    reserved: Measured
    total: Measured


def cell(water: pd.DataFrame, country: str, indicator: str, period: str = AVERAGE) -> Measured:
    """One figure of the table in its unit, with its row and source.

    Undefined when the table has no such row. Of several sources the first in the table is taken: they are told apart
    by period in the table. Source: METHODS section 0, rule 1.

    >>> rows = [("AAA", "dependency_ratio", "long-term-average", 0.8, "share", False, "s")]
    >>> table = pd.DataFrame(rows, columns=["country", "indicator", "period", "value", "unit", "is_carried_forward",
    ...                                     "source"])
    >>> cell(table, "AAA", "dependency_ratio").value, cell(table, "BBB", "dependency_ratio").reason
    (0.8, 'there is no figure for BBB')
    """
    rows = water[
        (water["country"] == country) & (water["indicator"] == indicator) & (water["period"] == str(period))
    ]
    unit = "share" if indicator.endswith(("ratio", "share_of_withdrawal")) else "km3"
    method = indicator if indicator == "dependency_ratio" else "water_figure"
    if rows.empty:
        return Measured.undefined(f"there is no figure for {country}", unit=unit, method=method)
    row = rows.iloc[0]
    year = int(period) if str(period).isdigit() else None
    return Measured(
        float(row["value"]),
        _UNITS[row["unit"]],
        method,
        start=year,
        end=year,
        basis=AVERAGE if period == AVERAGE else None,
        flags=tuple(flag for column, flag in _FLAGS.items() if is_true(row.get(column))),
        rows=(f"water:{country}/{indicator}/{period}/{row['source']}",),
        sources=(row["source"],),
    )


def dependency(water: pd.DataFrame, country: str) -> Dependency:
    """The part of a country's renewable water that comes in from abroad, worked out from its parts.

    Formula: inflow / (inflow + internal), where inflow is the accounted one: external resources plus the outflow
    reserved to neighbours by agreement, which the table has deducted. It is the ratio of AQUASTAT, from 0 to 1; with
    the outflow deducted an upstream country would stand below zero. Undefined when a part is missing or all water is
    zero. Source: FAO AQUASTAT, glossary, dependency ratio; MISSION_MAP 003.

    >>> parts = {"external_renewable_water_resources": 32.53, "surface_water_outflow_reserved_by_treaty": 33.12,
    ...          "internal_renewable_water_resources": 16.34}
    >>> table = pd.DataFrame([("AAA", name, AVERAGE, value, "km3-per-year", False, "s") for name, value in parts.items()],
    ...     columns=["country", "indicator", "period", "value", "unit", "is_carried_forward", "source"])
    >>> round(dependency(table, "AAA").ratio.value, 4)
    0.8007
    """
    external = cell(water, country, "external_renewable_water_resources")
    reserved = cell(water, country, "surface_water_outflow_reserved_by_treaty")
    internal = cell(water, country, "internal_renewable_water_resources")
    inflow = derive(
        "water_figure",
        "km3",
        {"external resources": external, "the reserved outflow": reserved},
        lambda outside, kept: outside + kept,
    )
    ratio = derive(
        "dependency_ratio",
        "share",
        {"the inflow": inflow, "internal resources": internal},
        lambda into, own: into / (into + own),
        refuse=lambda into, own: None if into + own > 0 else "there is no water to divide",
    )
    return Dependency(
        country,
        ratio,
        cell(water, country, "dependency_ratio"),
        internal,
        inflow,
        reserved,
        cell(water, country, "total_renewable_water_resources"),
    )


def agrees(found: Dependency, within: float = 0.0005) -> bool | None:
    """Whether the ratio worked out and the published one are the same but for rounding; None where one is missing.

    >>> agrees(dependency(pd.DataFrame(columns=["country", "indicator", "period"]), "AAA")) is None
    True
    """
    if not (found.ratio.defined and found.published.defined):
        return None
    return abs(found.ratio.value - found.published.value) <= within


class Withdrawals(NamedTuple):
    """What a country takes in a year by sector: the amounts, their sum and the share of each."""

    country: str
    year: int
    amounts: dict[str, Measured]
    total: Measured
    shares: dict[str, Measured]


def last_ended(on: date | str) -> int:
    """The last calendar year that had ended by a day.

    >>> last_ended("2022-07-10"), last_ended("2022-12-31")
    (2021, 2022)
    """
    day = as_day(on)
    return day.year if (day.month, day.day) == (12, 31) else day.year - 1


def latest_year(water: pd.DataFrame, indicators: Iterable[str], until: int) -> int | None:
    """The newest year, not after `until`, for which the table has all these indicators of some country.

    >>> table = pd.DataFrame({"country": ["A", "A"], "indicator": ["x", "x"], "period": ["2018", "2022"]})
    >>> latest_year(table, ["x"], 2020)
    2018
    """
    wanted = set(indicators)
    rows = water[water["indicator"].isin(wanted) & water["period"].str.isdigit()]
    years = [
        int(year)
        for (_, year), group in rows.groupby(["country", "period"])
        if set(group["indicator"]) == wanted and int(year) <= until
    ]
    return max(years, default=None)


def withdrawals(water: pd.DataFrame, country: str, year: int) -> Withdrawals:
    """Withdrawals of water by sector in a year, and the share of each in their sum.

    Formula: w(s) / sum of w. Undefined when a sector is missing or the sum is zero. Source: FAO AQUASTAT, glossary.

    >>> rows = [("AAA", sector, "2022", amount, "km3-per-year", False, "s")
    ...         for sector, amount in zip(SECTORS, (8.0, 1.0, 1.0))]
    >>> table = pd.DataFrame(rows, columns=["country", "indicator", "period", "value", "unit", "is_carried_forward",
    ...                                     "source"])
    >>> withdrawals(table, "AAA", 2022).shares["agricultural_withdrawal"].value
    0.8
    """
    amounts = {sector: cell(water, country, sector, str(year)) for sector in SECTORS}
    total = derive("withdrawal", "km3", amounts, lambda *parts: sum(parts))
    shares = {
        sector: derive(
            "withdrawal_share",
            "share",
            {sector: amount, "the sum": total},
            lambda part, whole: part / whole,
            refuse=lambda part, whole: None if whole > 0 else "nothing is withdrawn",
        )
        for sector, amount in amounts.items()
    }
    return Withdrawals(country, year, amounts, total, shares)


def position(basins: pd.DataFrame, basin: str, country: str) -> str | None:
    """Where a country lies in a basin: upstream if a river of it rises there, else its highest place; None outside.

    >>> rows = [("r", "Sea", "A", "upstream"), ("s", "Sea", "A", "midstream"), ("r", "Sea", "B", "downstream")]
    >>> table = pd.DataFrame(rows, columns=["river", "basin", "country", "role"])
    >>> [position(table, "Sea", country) for country in "ABC"]
    ['upstream', 'downstream', None]
    """
    roles = set(basins.loc[(basins["basin"] == basin) & (basins["country"] == country), "role"])
    return next((each for each in POSITIONS if each in roles), None)


def courses(basins: pd.DataFrame, countries: Sequence[str]) -> pd.DataFrame:
    """Rivers that touch these countries, one row a river: basin, and its countries by place (tuples).

    >>> rows = [("r", "Sea", "A", "upstream"), ("r", "Sea", "B", "downstream"), ("q", "Lake", "C", "upstream")]
    >>> table = pd.DataFrame(rows, columns=["river", "basin", "country", "role"])
    >>> courses(table, ["A"])[["river", "upstream", "downstream"]].values.tolist()
    [['r', ('A',), ('B',)]]
    """
    rivers = basins.loc[basins["country"].isin(list(countries)), "river"].unique()
    found = []
    for river in rivers:
        rows = basins[basins["river"] == river]
        places = {role: tuple(rows.loc[rows["role"] == role, "country"]) for role in POSITIONS}
        found.append({"river": river, "basin": rows["basin"].iloc[0]} | places)
    frame = pd.DataFrame(found, columns=["river", "basin", *POSITIONS])
    return frame.sort_values(["basin", "river"], ignore_index=True)
