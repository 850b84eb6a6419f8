"""The same measure for several blocs, weights or years: what a notebook would otherwise need a loop for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

import pandas as pd

from . import blocs as _blocs
from . import series as _series
from .intensity import BlocTrade, Intensity, bloc_trades, trade_intensities
from .sets import Members
from .weights import BlocWeights, WeightedOverlap, Weights, bloc_weights, weighted_overlap, weights

LOOK_BACK = 25
"""Years that a search for the latest year with figures goes back."""


class Change(NamedTuple):
    """The last day on which the overlap of two blocs changed, with the sets on the day before and on it.

    `count` is the number of changes in the span; with none, both pairs are those of the last day.
    """

    count: int
    before: tuple[Members, Members]
    after: tuple[Members, Members]


def members(
    memberships: pd.DataFrame,
    status_meanings: pd.DataFrame,
    blocs: Sequence[str],
    on: date | str,
    statuses: Collection[str] | None = None,
) -> dict[str, Members]:
    """`blocs.members` of each bloc, in the order given and each once."""
    return {
        bloc: _blocs.members(memberships, status_meanings, bloc, on, statuses)
        for bloc in dict.fromkeys(blocs)
    }


def overlaps(
    memberships: pd.DataFrame,
    status_meanings: pd.DataFrame,
    bloc: str,
    others: Sequence[str],
    *,
    start: date | str,
    end: date | str,
    step: str = "month",
    statuses: Collection[str] | None = None,
) -> dict[tuple[str, str], pd.DataFrame]:
    """`blocs.overlap_through_time` of one bloc with each of the others."""
    return {
        (bloc, other): _blocs.overlap_through_time(
            memberships, status_meanings, bloc, other, start=start, end=end, step=step, statuses=statuses
        )
        for other in dict.fromkeys(others)
        if other != bloc
    }


def last_change(
    memberships: pd.DataFrame,
    status_meanings: pd.DataFrame,
    bloc_a: str,
    bloc_b: str,
    *,
    start: date | str,
    end: date | str,
    statuses: Collection[str] | None = None,
) -> Change:
    """The last day in the span on which the overlap of two blocs changed in its counts."""
    line = _blocs.overlap_through_time(
        memberships, status_meanings, bloc_a, bloc_b, start=start, end=end, step="change", statuses=statuses
    )
    text = line[["intersection", "union"]].astype(str).agg("/".join, axis=1)
    changed = line[text.ne(text.shift()) & (line.index > 0)]
    day = (changed if len(changed) else line)["date"].iloc[-1].date()

    def pair(on: date) -> tuple[Members, Members]:
        one, other = members(memberships, status_meanings, [bloc_a, bloc_b], on, statuses).values()
        return one, other

    return Change(len(changed), pair(day - timedelta(days=1)) if len(changed) else pair(day), pair(day))


def latest_weights(macro: pd.DataFrame, *, indicator: str, countries: Collection[str], until: int) -> Weights:
    """The weights of the newest year, up to `until`, in which one source has all the countries.

    When no year has them all, those of the newest year that has any, so that what is missing can be named.

    >>> rows = [("AAA", 2022, "gdp", 1.0, "bank"), ("BBB", 2022, "gdp", 2.0, "bank"), ("AAA", 2023, "gdp", 3.0, "bank")]
    >>> macro = pd.DataFrame(rows, columns=["country", "year", "indicator", "value", "source"])
    >>> latest_weights(macro, indicator="gdp", countries=["AAA", "BBB"], until=2023).year
    2022
    """
    macro = macro[macro["indicator"] == indicator]
    found = []
    for year in range(until, until - LOOK_BACK, -1):
        given = weights(macro, indicator=indicator, year=year, countries=countries)
        if set(countries) <= set(given.values):
            return given
        found.append(given)
    return next((each for each in found if each.values), found[0])


def weighted_overlaps(
    a: Members, b: Members, macro: pd.DataFrame, indicators: Sequence[str], until: int
) -> dict[str, WeightedOverlap]:
    """`blocs.weighted_overlap` by each indicator, in the newest year that has all the countries."""
    everyone = a.certain | b.certain
    given = {
        each: latest_weights(macro, indicator=each, countries=everyone, until=until) for each in indicators
    }
    return {each: weighted_overlap(a, b, given[each]) for each in indicators}


def spreads(
    sets: Mapping[str, Members], macro: pd.DataFrame, indicator: str, until: int
) -> dict[str, BlocWeights]:
    """`blocs.bloc_weights` of every bloc, all in the year that is the newest for the first bloc."""
    first = next(iter(sets.values()))
    year = latest_weights(macro, indicator=indicator, countries=first.certain, until=until).year
    return {
        bloc: bloc_weights(held, weights(macro, indicator=indicator, year=year, countries=held.certain))
        for bloc, held in sets.items()
    }


def inner_trade(
    trade: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    sets: Mapping[str, Members],
    *,
    until: int,
    known_by: date | str | None = None,
    basis: str | None = None,
) -> dict[str, BlocTrade]:
    """`trade.bloc_trade` of the certain members of every bloc, in the newest year that one source covers.

    When none does, the refusal of the newest year.
    """
    world = trade[trade["reporter"].eq("WLD") & trade["partner"].eq("WLD") & (trade["year"] <= until)]
    if basis is not None:
        world = world[world["source"].isin(sources.loc[sources["basis"] == basis, "source"])]
    latest = until if world.empty else int(world["year"].max())
    return {
        bloc: _latest_bloc_trade(trade, sources, bases, sorted(held.certain), latest, known_by, basis)
        for bloc, held in sets.items()
    }


def _latest_bloc_trade(trade, sources, bases, held, until, known_by, basis) -> BlocTrade:
    years = range(until, until - LOOK_BACK, -1)
    asked = [(held, year) for year in years]
    found = bloc_trades(trade, sources, bases, asked, known_by=known_by, basis=basis)
    newest = next(found)
    return next((each for each in chain([newest], found) if each.share.defined), newest)


def latest_intensity(
    trade: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    *,
    reporter: str,
    partner: str,
    start: int,
    end: int,
    known_by: date | str | None = None,
    basis: str | None = None,
) -> Intensity:
    """`trade.trade_intensity` of the newest year of the span that one source covers; else the reason of the last."""
    years = range(end, start - 1, -1)
    found = trade_intensities(trade, sources, bases, reporter, partner, years, known_by=known_by, basis=basis)
    newest = next(found)
    return next((each for each in chain([newest], found) if each.index.defined), newest)


def available(
    trade: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    *,
    pair: tuple[str, str],
    known_by: date | str | None = None,
) -> dict[str, pd.DataFrame]:
    """`series.available` of both sides of a pair, by reporter."""
    return {
        reporter: _series.available(
            trade, sources, bases, reporter=reporter, partner=partner, known_by=known_by
        )
        for reporter, partner in (pair, pair[::-1])
    }
