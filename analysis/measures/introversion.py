"""How far a bloc trades within itself, against its size and through changes of its membership."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pandas as pd

from .blocs import members
from .intensity import bloc_trades
from .measured import Measured, derive
from .reasons import because

COUNTED_ON = (7, 1)
"""Month and day of the year on which a member is a member for the whole year: 1 July."""


def introversion(share: Measured | float, world_share: Measured | float) -> Measured:
    """The symmetric trade introversion index of a bloc, from -1 to 1; 0 is geographic neutrality.

    Formula: HI = (T_ii / T_i) / (T_oi / T_o); HE = (1 - T_ii / T_i) / (1 - T_oi / T_o); (HI - HE) / (HI + HE), where
    T_i is all trade of the bloc, T_ii that within it, T_o all trade of outsiders and T_oi theirs with the bloc. With
    s = T_ii / T_i and w = T_i / T_w it follows that T_oi / T_o = w (1 - s) / (1 - w), so `share` and `world_share`
    are enough. No trade within: -1. All of it within: 1, the limit. Undefined where the bloc is the whole world or
    has no trade, and where outsiders trade with nobody else.

    Source: METHODS 1.2; Iapadre 2004, Iapadre and Tironi 2008, Hamanaka 2015 (ADB Economics Working Paper 455), of
    which the abstracts could be read; the form was held against what these say of it: bounds, neutrality at zero,
    and the opposite sign when inner and outer trade change places. HI / HE is the odds ratio of the table of trade
    {inside, outside} by {bloc, outsiders}, so the index is Yule's Q of that table (Yule 1900): the second
    implementation that the tests hold it against is `scipy.stats.contingency.odds_ratio`. That T_oi is T_i less T_ii
    holds where each flow is recorded once for either side, as in a reconciled source.

    >>> round(introversion(10 / 50, 50 / 850).value, 3)
    0.652
    >>> introversion(0.0, 0.1).value, introversion(1.0, 0.1).value
    (-1.0, 1.0)
    """
    return derive(
        "introversion",
        "score",
        {"the inner share": share, "the world share": world_share},
        _introversion,
        refuse=_no_introversion,
    )


@dataclass(frozen=True, eq=False)
class BlocYears:
    """Inner trade of a bloc through the years, by its membership of each year and by fixed ones.

    `frame` is indexed by year: count (members counted that year), varying (share by the members of the year),
    latest (by those of the last day), first (by those of its first year), introversion and world_share (of the
    members of the year); each a Measured. `enlargement` is varying less first in the newest year that has both, in
    points. `reason` is set, and the frame empty, when no year has a share.
    """

    bloc: str
    frame: pd.DataFrame
    enlargement: Measured
    reason: str | None = None


def through_years(
    trade: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    memberships: pd.DataFrame,
    status_meanings: pd.DataFrame,
    bloc: str,
    *,
    as_of: date,
    statuses: Collection[str] | None = None,
    known_by: date | str | None = None,
    basis: str | None = None,
) -> BlocYears:
    """The inner share of a bloc in every year that one release covers, with varying and with fixed membership.

    A country counts for a year when it is a full member on 1 July of it; a year with an uncertain member has no
    share. Each year stands in one release with its own world total (see `bloc_trade`, which refuses below 90 per
    cent coverage). Enlargement effect: the share by the members of the year less that by the first members. Source:
    METHODS 1.2, intraregional share.
    """
    world = trade[trade["reporter"].eq("WLD") & trade["partner"].eq("WLD")]
    years = sorted({int(year) for year in world["year"] if date(int(year), *COUNTED_ON) <= as_of})
    held = {
        year: members(memberships, status_meanings, bloc, date(year, *COUNTED_ON), statuses) for year in years
    }
    sure = [year for year, one in held.items() if one.certain and not one.uncertain]
    latest = members(memberships, status_meanings, bloc, as_of, statuses)
    if not sure or latest.uncertain or len(latest.certain) < 2:
        why = because("{bloc} has no certain members in a year with a world total", bloc=bloc)
        return BlocYears(bloc, pd.DataFrame(), _none("enlargement_effect", why), why)

    first = held[sure[0]].certain
    asked = dict.fromkeys(
        (countries, year)
        for year in years
        for countries in (held[year].certain if year in sure else frozenset(), latest.certain, first)
        if len(countries) > 1
    )
    found = bloc_trades(trade, sources, bases, asked, known_by=known_by, basis=basis)
    seen = dict(zip(asked, found, strict=True))
    rows = {}
    for year in years:
        own = seen.get((held[year].certain, year)) if year in sure else None
        gone = _none(
            "intra_share",
            because("{bloc} has no two certain members on {day}", bloc=bloc, day=date(year, *COUNTED_ON)),
        )
        rows[year] = {
            "count": len(held[year].certain) if year in sure else None,
            "varying": own.share if own else gone,
            "latest": seen[latest.certain, year].share,
            "first": seen[first, year].share if len(first) > 1 else gone,
            "introversion": introversion(own.share, own.world_share) if own else gone,
            "world_share": own.world_share if own else gone,
        }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("year")
    both = [year for year in sure if rows[year]["varying"].defined and rows[year]["first"].defined]
    if not any(rows[year][column].defined for year in years for column in ("varying", "latest")):
        why = next(rows[year]["latest"].reason for year in reversed(years))
        return BlocYears(bloc, pd.DataFrame(), _none("enlargement_effect", why), why)
    return BlocYears(bloc, frame, _effect(rows[both[-1]]) if both else _none("enlargement_effect", _NO_YEAR))


_NO_YEAR = because("no year has the share by the members of the year and by the first ones")


def _effect(row: dict) -> Measured:
    return derive(
        "enlargement_effect",
        "points",
        {"the share": row["varying"], "the share of the first members": row["first"]},
        lambda now, then: now - then,
    )


def _none(method: str, reason: str) -> Measured:
    unit = "points" if method == "enlargement_effect" else "share"
    return Measured.undefined(reason, unit=unit, method=method)


def _introversion(s: float, w: float) -> float:
    if s == 1:
        return 1.0
    outside = w * (1 - s) / (1 - w)
    inner, outer = s / outside, (1 - s) / (1 - outside)
    return (inner - outer) / (inner + outer)


def _no_introversion(s: float, w: float) -> str | None:
    if not 0 <= s <= 1 or not 0 < w < 1:
        return because("the bloc has no part in world trade, or is all of it")
    if s < 1 and w * (1 - s) / (1 - w) >= 1:
        return because("outsiders trade with the bloc alone")
    return None
