"""What two countries, or the pairs of a set, have concluded: by kind and year, at what pace, and which blocs they share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any, NamedTuple

import pandas as pd

from . import agreements as held_on
from .blocs import standing
from .dates import as_day, days, is_true
from .events import Rate, garwood
from .measured import Measured
from .relations import BY_SIGNATURE, Rules, Turn, defence_ties, ladder

YEAR = 365.25
"""Days in a year, for rates: the mean of the Julian calendar."""

FEWEST_MEMBERS = 3
"""A body of fewer states is no international organisation."""


class Pace(NamedTuple):
    """Agreements a year in two spans of days, `split` being the first day of the second."""

    before: Rate
    after: Rate
    start: date
    split: date
    end: date
    counts: tuple[int, int]
    left_out: tuple[str, ...]


class Side(NamedTuple):
    """What ties two countries on a day: the row of the ladder, agreements of defence, blocs in common, all agreements.

    Agreements are those of the two alone: of a treaty of many, the bloc tells who is in it on the day.
    """

    on: date
    rung: dict[str, object]
    ties: pd.DataFrame
    blocs: tuple[str, ...]
    concluded: pd.DataFrame


def sides(
    table: pd.DataFrame,
    parties: pd.DataFrame,
    pair: Sequence[str],
    turn: Turn | None,
    rules: Rules = BY_SIGNATURE,
    *,
    memberships: pd.DataFrame,
    status_meanings: pd.DataFrame,
    blocs: Sequence[str] = (),
    statuses: Collection[str] = (),
) -> tuple[Side, ...]:
    """The two sides of a turn (`relations.turn`), the day before it and the day after; nothing where there is none.

    `blocs` are those looked at: one is in common where both surely have one of `statuses` in it on the day.
    Source: MISSION_MAP section 2 (000, novelty of the step).
    """
    if turn is None or not pair:
        return ()
    counted = {"count_unverified": rules.count_unverified}
    return tuple(
        Side(
            on,
            ladder(table, parties, pair, on, rules).iloc[0].to_dict(),
            defence_ties(table, parties, pair, on, rules),
            _common(standing(memberships, status_meanings, blocs=blocs, on=on, countries=pair), statuses),
            concluded(table, parties, pair, on, **counted),
        )
        for on in (turn.before, turn.after)
    )


def concluded(
    table: pd.DataFrame,
    parties: pd.DataFrame,
    countries: Collection[str],
    until: date | str,
    *,
    left_out: Collection[str] = (),
    count_unverified: bool = True,
) -> pd.DataFrame:
    """The agreements that two of `countries` alone had signed by a day, whether or not they have ended since.

    `table` is the result of `relations.coded`; `left_out` are kinds that are not counted. What is announced, proposed
    or only initialed, and what the document alone says, is not concluded. Columns of `agreements.on_day` and year.
    A row whose coarse date `until` falls inside is left out: it may not have come about yet. Source: MISSION_MAP
    section 2 (003, 004d).
    """
    kept = table[~table["kind"].isin(list(left_out)) & ~table["is_document_only"].map(is_true)]
    if not count_unverified:
        kept = kept[~kept["is_date_unverified"].map(is_true)]
    day, wanted = as_day(until), set(countries)
    rows = held_on.on_day(kept, parties, day, countries=countries)
    alone = rows["parties"].map(lambda held: len(set(held)) == 2 and set(held) <= wanted)
    states = rows["state"].isin([*held_on.BINDING, held_on.ENDED])
    rows = rows[alone.astype(bool) & states & (rows["last"] <= day)]
    return rows.assign(year=[first.year for first in rows["first"]]).reset_index(drop=True)


def by_year(rows: pd.DataFrame, column: str, start: int, end: int) -> pd.DataFrame:
    """The number of agreements in each year and group; years without one are zero. `rows` is from `concluded`.

    >>> frame = pd.DataFrame({"year": [2021, 2021, 2023], "kind": ["x", "y", "x"]})
    >>> by_year(frame, "kind", 2021, 2023).values.tolist()
    [[1, 1], [0, 0], [1, 0]]
    """
    inside = rows[(rows["year"] >= start) & (rows["year"] <= end)]
    wide = pd.crosstab(inside["year"], inside[column])
    return wide.reindex(range(start, end + 1), fill_value=0).rename_axis(index="year", columns=None)


def moving_mean(totals: pd.Series, window: int) -> pd.Series:
    """The mean of each year and the years before it, `window` in all; missing until there are so many.

    Formula: sum of the last k values / k. Raises ValueError for a window below one. Source: elementary.

    >>> moving_mean(pd.Series([1, 2, 6], index=[2021, 2022, 2023]), 2).tolist()
    [nan, 1.5, 4.0]
    """
    if window < 1:
        raise ValueError(f"a moving mean needs a window of one year or more, not {window}")
    return totals.rolling(window).mean()


def pace(rows: pd.DataFrame, since: date | str, until: date | str, first: date | str) -> Pace:
    """Agreements a year from `since` to `until`, and in a span as long before it (from `first` at the earliest).

    Both rates have their exact interval (`events.garwood`); exposure is in years of 365.25 days. A row whose coarse
    date touches both spans, or the edge of one, belongs to none and is named in left_out. Unit: score (agreements a
    year). Source: METHODS 1.4 (event counts).
    """
    split, end = as_day(since), as_day(until)
    start = max(as_day(first), split - (end - split) - timedelta(days=1))
    spans = ((start, split - timedelta(days=1)), (split, end))
    counts, trails, seen = [], [], set()
    for low, high in spans:
        inside = rows[(rows["first"] >= low) & (rows["last"] <= high)]
        seen |= set(inside["row"])
        counts.append(len(inside))
        trails.append({"rows": tuple(inside["row"])})
    touching = rows[(rows["last"] >= start) & (rows["first"] <= end)]
    rates = [
        garwood(
            count, ((high - low).days + 1) / YEAR, start=low.year, end=high.year, since=low, on=high, **trail
        )
        if high >= low
        else garwood(0, 0)
        for count, (low, high), trail in zip(counts, spans, trails, strict=True)
    ]
    left_out = tuple(row for row in touching["row"] if row not in seen)
    return Pace(*rates, start, split, end, (counts[0], counts[1]), left_out)


def shared_blocs(
    memberships: pd.DataFrame,
    status_meanings: pd.DataFrame,
    blocs: pd.DataFrame,
    countries: Sequence[str],
    on: date | str,
    *,
    statuses: Collection[str],
    left_out: Collection[str] = (),
) -> pd.DataFrame:
    """The blocs that each two countries share on a day, against those that they could.

    Columns: a, b; shared (blocs in which both have a counted standing), size_a, size_b (blocs of each), open_to_both
    (blocs in which both have any standing, be it as observer or candidate), share_of_smaller (shared / the smaller of
    the two sizes), share_of_open (shared / open_to_both); names (ids of the shared ones); rows, sources. Only blocs
    that are established, of a kind not `left_out`, in life on the day and with FEWEST_MEMBERS or more counted countries. The number
    shared grows as blocs are founded: the shares do not. A standing that the day leaves open counts neither as shared
    nor as open. Undefined, with a reason, where the divisor is zero. Source: METHODS 1.4 (IGO portfolio); that an
    organisation has three members or more is the rule of the Correlates of War data (Pevehouse and others 2020).
    """
    day = as_day(on)
    alive = blocs[(blocs["standing"] == "established") & ~blocs["kind"].isin(list(left_out))]
    in_life = [
        row.bloc
        for row in alive.itertuples()
        if isinstance(row.founded, str)
        and days(row.founded).last <= day
        and not (isinstance(row.dissolved, str) and days(row.dissolved).first <= day)
    ]
    frame = standing(memberships, status_meanings, blocs=in_life, on=day)
    frame = frame[frame["status"] != held_on.UNCERTAIN]
    frame = frame.assign(counts=frame["status"].isin(list(statuses)))
    size = frame[frame["counts"]].groupby("bloc").size()
    frame = frame[frame["bloc"].isin(size[size >= FEWEST_MEMBERS].index)]
    of: dict[str, list[dict[str, Any]]] = {code: [] for code in sorted(set(countries))}
    for held in frame[frame["country"].isin(of)].to_dict("records"):
        of[held["country"]].append(held)
    full = {code: {held["bloc"] for held in own if held["counts"]} for code, own in of.items()}
    found = []
    for one, other in combinations(of, 2):
        both = full[one] & full[other]
        could = {held["bloc"] for held in of[one]} & {held["bloc"] for held in of[other]}
        used = [held for held in (*of[one], *of[other]) if held["bloc"] in could]
        rows = tuple(dict.fromkeys(row for held in used for row in held["rows"]))
        sources = tuple(dict.fromkeys(source for held in used for source in held["sources"]))
        smaller = min(len(full[one]), len(full[other]))
        found.append(
            {
                "a": one,
                "b": other,
                "shared": Measured(len(both), "count", "shared_blocs", rows=rows, on=day),
                "size_a": len(full[one]),
                "size_b": len(full[other]),
                "open_to_both": len(could),
                "share_of_smaller": _share(len(both), smaller, "shared_of_smaller", rows=rows, on=day),
                "share_of_open": _share(len(both), len(could), "shared_of_open", rows=rows, on=day),
                "names": tuple(sorted(both)),
                "rows": rows,
                "sources": sources,
            }
        )
    return pd.DataFrame(found)


def _common(frame: pd.DataFrame, statuses: Collection[str]) -> tuple[str, ...]:
    held = frame[frame["status"].isin(list(statuses))].groupby("bloc", sort=False)["country"].nunique()
    return tuple(str(bloc) for bloc, count in held.items() if count == 2)


def _share(part: int, whole: int, method: str, **context: Any) -> Measured:
    if not whole:
        reason = "there is no bloc in which both could be"
        return Measured.undefined(reason, unit="share", method=method, **context)
    return Measured(part / whole, "share", method, **context)
