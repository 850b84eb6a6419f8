"""Blocs in time: who is in on a day, with what standing, and how the overlap of two blocs moves.

`memberships` and `status_meanings` are the tables of those names. A spell holds on day d when start <= d < end. A
coarse date is an interval, and a day inside it is answered "uncertain"; so is a day before a start that is only the
first attested one (`is_start_attested`, where the table has it). `suspended` is an overlay and removes
nobody; `candidate` never counts. Measures on the sets themselves are in `sets` and reached from here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analysis.errors import UsageError, did_you_mean

from .dates import Days, as_day, days, is_blank, is_true
from .sets import (
    Churn,
    Intersections,
    Members,
    affiliation,
    churn,
    co_membership,
    containment,
    dice,
    exclusive_intersections,
    inclusive_intersections,
    intersection,
    jaccard,
    jaccard_bounds,
    jaccard_matrix,
    overlap_coefficient,
    size,
    union,
)
from .weights import (
    BlocWeights,
    WeightedOverlap,
    Weights,
    bloc_weights,
    weighted_overlap,
    weights,
)

__all__ = [
    "BlocWeights",
    "Churn",
    "Intersections",
    "Members",
    "WeightedOverlap",
    "Weights",
    "affiliation",
    "bloc_weights",
    "churn",
    "co_membership",
    "containment",
    "dice",
    "exclusive_intersections",
    "inclusive_intersections",
    "intersection",
    "jaccard",
    "jaccard_bounds",
    "jaccard_matrix",
    "members",
    "overlap_coefficient",
    "overlap_through_time",
    "size",
    "spells",
    "standing",
    "standing_matrix",
    "union",
    "weighted_overlap",
    "weights",
]

CANDIDATE = "candidate"
SUSPENDED = "suspended"
UNCERTAIN = "uncertain"
STEPS = ("change", "month", "year")


def members(
    memberships: pd.DataFrame,
    status_meanings: pd.DataFrame,
    bloc: str,
    on: date | str,
    statuses: Collection[str] | None = None,
) -> Members:
    """The countries of a bloc on a day, certain and uncertain apart.

    `statuses` are those that count; None takes every status with full standing. Two spells that meet at the same
    coarse date are one spell when both statuses count, so that a promotion makes nobody uncertain. A bloc without
    rows has no members. Raises UsageError for an unknown status, for `candidate`, and for a day that is no day.
    Source: DESIGN section 3; METHODS 1.4.

    >>> rows = [("b", "AAA", "member", "2011", ""), ("b", "BBB", "member", "2009-01-01", "2012-03-01")]
    >>> frame = pd.DataFrame(rows, columns=["bloc", "country", "status", "start", "end"]).assign(source="s")
    >>> meanings = pd.DataFrame({"status": ["member", "observer"], "is_full": [True, False]})
    >>> found = members(frame, meanings, "b", "2011-06-30")
    >>> sorted(found.certain), sorted(found.uncertain)
    (['BBB'], ['AAA'])
    """
    day = as_day(on)
    counted = _statuses(status_meanings, statuses)
    spells_of = _spells(memberships[(memberships["bloc"] == bloc) & memberships["status"].isin(counted)])
    certain = frozenset(spell.country for spell in spells_of if spell.surely_holds(day))
    possible = frozenset(spell.country for spell in spells_of if spell.may_hold(day))
    used = [spell for spell in spells_of if spell.may_hold(day)]
    return Members(
        bloc,
        day,
        certain,
        possible - certain,
        tuple(row for spell in used for row in spell.rows),
        tuple(dict.fromkeys(source for spell in used for source in spell.sources)),
    )


def standing(
    memberships: pd.DataFrame,
    status_meanings: pd.DataFrame,
    *,
    blocs: Sequence[str],
    on: date | str,
    countries: Collection[str] | None = None,
) -> pd.DataFrame:
    """The standing of each country in each bloc on a day: one row for every pair that has one.

    Columns: country, bloc, status (or "uncertain"), is_full, is_suspended, could_be (the statuses that an
    uncertain standing can be, "none" among them when no spell surely holds), rows, sources. A full status goes
    before a lesser one, a later spell before an earlier. Only `suspended` itself is shown where no other status
    runs beside it. Source: DESIGN section 3.

    >>> rows = [("b", "AAA", "member", "2009-01-01", ""), ("b", "AAA", "suspended", "2010-01-01", "")]
    >>> frame = pd.DataFrame(rows, columns=["bloc", "country", "status", "start", "end"]).assign(source="s")
    >>> meanings = pd.DataFrame({"status": ["member", "suspended"], "is_full": [True, False]})
    >>> standing(frame, meanings, blocs=["b"], on="2011-06-30")[["status", "is_suspended"]].values.tolist()
    [['member', True]]
    """
    day = as_day(on)
    full = _statuses(status_meanings, None)
    inside = memberships[memberships["bloc"].isin(list(blocs))]
    if countries is not None:
        inside = inside[inside["country"].isin(list(countries))]
    now: dict[tuple[str, str], list[_Spell]] = {}
    for spell in _spells(inside, join=False):
        if spell.may_hold(day):
            now.setdefault((spell.country, spell.bloc), []).append(spell)
    found = [
        {"country": country, "bloc": bloc} | _standing_of(now[country, bloc], day, full)
        for country, bloc in sorted(now)
    ]
    columns = ["country", "bloc", "status", "is_full", "is_suspended", "could_be", "rows", "sources"]
    frame = pd.DataFrame(found, columns=columns)
    order = {bloc: place for place, bloc in enumerate(blocs)}
    return frame.sort_values(
        ["country", "bloc"],
        key=lambda keys: keys.map(order) if keys.name == "bloc" else keys,
        ignore_index=True,
    )


def standing_matrix(
    frame: pd.DataFrame, *, blocs: Sequence[str], countries: Sequence[str] | None = None
) -> pd.DataFrame:
    """The result of `standing` as a matrix of labels, countries by blocs; an empty text is no standing.

    A suspended country that keeps its status reads "member, suspended".
    """
    labels = [
        f"{row.status}, {SUSPENDED}" if row.is_suspended and row.status != SUSPENDED else row.status
        for row in frame.itertuples()
    ]
    wide = frame.assign(label=labels).pivot(index="country", columns="bloc", values="label")
    rows = sorted(frame["country"].unique()) if countries is None else list(countries)
    return wide.reindex(index=rows, columns=list(blocs)).astype(object).fillna("").rename_axis(columns=None)


def spells(
    memberships: pd.DataFrame,
    *,
    blocs: Sequence[str],
    start: date | str,
    end: date | str,
    countries: Collection[str] | None = None,
    statuses: Collection[str] | None = None,
) -> pd.DataFrame:
    """The spells that touch a window, for interval charts.

    Columns: bloc, country, status; start_first, start_last, end_first, end_last (datetime64: the days that a
    coarse date can mean, clipped to the window; an end still open is the day after the window, and `is_open`);
    is_start_coarse, is_end_coarse, is_clipped (began before the window), is_start_attested (may have begun
    earlier); row, source. Sorted by bloc, country,
    start. Raises UsageError when the window is empty.
    """
    first, last = as_day(start), as_day(end)
    if first > last:
        raise UsageError(f"the window runs backwards: {first} to {last}")
    after = last + timedelta(days=1)
    inside = memberships[memberships["bloc"].isin(list(blocs))]
    for column, wanted in (("country", countries), ("status", statuses)):
        if wanted is not None:
            inside = inside[inside[column].isin(list(wanted))]
    found = []
    for spell in _spells(inside, join=False):
        if spell.start.first > last or (spell.end and spell.end.last <= first):
            continue
        ends = spell.end or Days(after, after)
        clip = [min(max(day, first), after) for day in (*spell.start, *ends)]
        found.append(
            (
                spell.bloc,
                spell.country,
                spell.status,
                *clip,
                spell.end is None or spell.end.first > last,
                spell.start.first != spell.start.last,
                ends.first != ends.last,
                spell.start.last < first,
                spell.is_attested,
                spell.rows[0],
                spell.sources[0],
            )
        )
    dates = ["start_first", "start_last", "end_first", "end_last"]
    marks = ["is_open", "is_start_coarse", "is_end_coarse", "is_clipped", "is_start_attested"]
    frame = pd.DataFrame(found, columns=["bloc", "country", "status", *dates, *marks, "row", "source"])
    frame[dates] = frame[dates].apply(pd.to_datetime)
    order = {bloc: place for place, bloc in enumerate(blocs)}
    return frame.sort_values(
        ["bloc", "country", "start_first"],
        key=lambda keys: keys.map(order) if keys.name == "bloc" else keys,
        ignore_index=True,
        kind="stable",
    )


def overlap_through_time(
    memberships: pd.DataFrame,
    status_meanings: pd.DataFrame,
    bloc_a: str,
    bloc_b: str,
    *,
    start: date | str,
    end: date | str,
    step: str = "month",
    statuses: Collection[str] | None = None,
) -> pd.DataFrame:
    """The overlap of two blocs on many days, from `start` to `end`.

    `step`: "month" and "year" take the first day of each (and both ends), "change" only the days on which the
    sets can change. Columns: date (datetime64), size_a, size_b, intersection, union (counts of certain members),
    jaccard (NaN where undefined: both empty, or an uncertain country), low, high (bounds over the uncertain ones),
    uncertain (tuple of countries). Source: METHODS 1.4; MISSION_MAP 004a.

    >>> rows = [("a", "AAA", "member", "2010-01-01", ""), ("b", "AAA", "member", "2010-02-15", ""),
    ...         ("b", "BBB", "member", "2010-01-01", "")]
    >>> frame = pd.DataFrame(rows, columns=["bloc", "country", "status", "start", "end"]).assign(source="s")
    >>> meanings = pd.DataFrame({"status": ["member"], "is_full": [True]})
    >>> line = overlap_through_time(frame, meanings, "a", "b", start="2010-01-01", end="2010-03-01")
    >>> line["jaccard"].tolist()
    [0.0, 0.0, 0.5]
    """
    if step not in STEPS:
        raise UsageError(f"step: '{step}' is not one of {', '.join(STEPS)}{did_you_mean(step, STEPS)}")
    first, last = as_day(start), as_day(end)
    if first > last:
        raise UsageError(f"the window runs backwards: {first} to {last}")
    counted = _statuses(status_meanings, statuses)
    sides = [
        _spells(memberships[(memberships["bloc"] == bloc) & memberships["status"].isin(counted)])
        for bloc in (bloc_a, bloc_b)
    ]
    points = _points(first, last, step, [spell for side in sides for spell in side])
    places = np.array([day.toordinal() for day in points])
    names = sorted({spell.country for side in sides for spell in side})
    (sure_a, may_a), (sure_b, may_b) = (_presence(side, names, places) for side in sides)
    both, either = (sure_a & sure_b).sum(1), (sure_a | sure_b).sum(1)
    unsure = (may_a & ~sure_a) | (may_b & ~sure_b)
    can_join = unsure & may_a & may_b
    low = _quotient(both, (sure_a | sure_b | unsure).sum(1))
    high = _quotient(((sure_a & sure_b) | can_join).sum(1), (sure_a | sure_b | can_join).sum(1))
    return pd.DataFrame(
        {
            "date": pd.to_datetime(points),
            "size_a": sure_a.sum(1),
            "size_b": sure_b.sum(1),
            "intersection": both,
            "union": either,
            "jaccard": np.where(unsure.any(1), np.nan, _quotient(both, either)),
            "low": low,
            "high": high,
            "uncertain": [
                tuple(name for name, is_so in zip(names, row, strict=True) if is_so) for row in unsure
            ],
        }
    )


@dataclass(frozen=True)
class _Spell:
    bloc: str
    country: str
    status: str
    start: Days
    end: Days | None
    rows: tuple[str, ...]
    sources: tuple[str, ...]
    is_attested: bool = False
    """The start is the first date the status is attested: it may have begun any time before."""

    def surely_holds(self, day: date) -> bool:
        return self.start.last <= day and (self.end is None or day < self.end.first)

    def may_hold(self, day: date) -> bool:
        return (self.is_attested or self.start.first <= day) and (self.end is None or day < self.end.last)


def _spells(rows: pd.DataFrame, *, join: bool = True) -> list[_Spell]:
    """The rows as spells; with `join`, spells of a country that meet at one date become one."""
    found: list[_Spell] = []
    for bloc, country, status, start, end, source, is_attested in _in_order(rows):
        span = days(start), None if is_blank(end) else days(end)
        row = f"memberships:{bloc}/{country}/{status}/{start}"
        spell = _Spell(bloc, country, status, *span, (row,), (source,), is_true(is_attested))
        previous = found[-1] if found else None
        if (
            join
            and previous
            and (previous.bloc, previous.country) == (spell.bloc, spell.country)
            and (previous.end == spell.start)
        ):
            found[-1] = replace(
                previous,
                end=spell.end,
                rows=previous.rows + spell.rows,
                sources=previous.sources + spell.sources,
            )
        else:
            found.append(spell)
    return found


def _in_order(rows: pd.DataFrame) -> list[tuple]:
    """The cells of the memberships by bloc, country, start and end, one still open last."""
    columns = ("bloc", "country", "status", "start", "end", "source", "is_start_attested")
    cells = [rows[column].tolist() if column in rows else [False] * len(rows) for column in columns]

    def order(row: tuple) -> tuple:
        bloc, country, _, start, end, *_ = row
        return bloc, country, start, not isinstance(end, str), str(end)

    return sorted(zip(*cells, strict=True), key=order)


def _statuses(status_meanings: pd.DataFrame, statuses: Collection[str] | None) -> frozenset[str]:
    known = list(status_meanings["status"])
    if statuses is None:
        return frozenset(status_meanings.loc[status_meanings["is_full"].astype(bool), "status"])
    problems = [
        f"status: '{status}' is not in status_meanings{did_you_mean(status, known)}"
        for status in statuses
        if status not in known
    ]
    if CANDIDATE in statuses:
        problems.append(f"status: '{CANDIDATE}' is no membership and never counts; leave it out")
    if problems:
        raise UsageError(*problems)
    return frozenset(statuses)


def _standing_of(now: list[_Spell], day: date, full: frozenset[str]) -> dict[str, object]:
    """Label and marks of one country in one bloc from its spells that may hold on the day."""
    sure = [spell for spell in now if spell.surely_holds(day)]
    held = sorted(
        (spell for spell in sure if spell.status != SUSPENDED),
        key=lambda spell: (spell.status in full, spell.start.last, spell.status),
    )
    open_ones = [spell for spell in now if spell not in sure and spell.status != SUSPENDED]
    is_suspended = any(spell.status == SUSPENDED for spell in sure)
    best = held[-1].status if held else SUSPENDED if is_suspended else None
    settles = best in full or not open_ones
    could_be = sorted({spell.status for spell in open_ones} | {best or "none"}) if not settles else []
    if best is None and settles:  # only a suspension whose own dates are coarse
        could_be, settles = sorted({SUSPENDED, "none"}), False
    return {
        "status": best if settles else UNCERTAIN,
        "is_full": settles and best in full,
        "is_suspended": is_suspended,
        "could_be": tuple(could_be),
        "rows": tuple(row for spell in now for row in spell.rows),
        "sources": tuple(dict.fromkeys(source for spell in now for source in spell.sources)),
    }


def _points(first: date, last: date, step: str, held: Iterable[_Spell]) -> list[date]:
    """The days to look at: both ends and, between them, what the step asks for."""
    if step == "change":
        edges = {edge for spell in held for span in (spell.start, spell.end) if span for edge in span}
        inner = {day for day in edges if first < day < last}
    else:
        months = range(1, 13) if step == "month" else (1,)
        inner = {date(year, month, 1) for year in range(first.year, last.year + 1) for month in months}
        inner = {day for day in inner if first < day < last}
    return sorted({first, last} | inner)


def _presence(held: list[_Spell], names: list[str], places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two tables of days by countries: surely in, and possibly in."""
    sure = np.zeros((len(places), len(names)), dtype=bool)
    may = np.zeros_like(sure)
    columns = {name: place for place, name in enumerate(names)}
    for spell in held:
        ends = spell.end or Days(date.max, date.max)
        column = columns[spell.country]
        sure[:, column] |= (spell.start.last.toordinal() <= places) & (places < ends.first.toordinal())
        earliest = date.min if spell.is_attested else spell.start.first
        may[:, column] |= (earliest.toordinal() <= places) & (places < ends.last.toordinal())
    return sure, may


def _quotient(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
