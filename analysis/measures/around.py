"""Trade before and after a date: the full years on either side of it, and how often the two met.

Two levels set side by side say nothing about why they differ.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pandas as pd

from . import growth, trade
from .dates import Days, as_day, days, is_true
from .measured import Measured
from .reasons import because, template
from .series import Series

MEETING_KINDS = ("summit", "visit", "meeting")
HELD = "held"


@dataclass(frozen=True)
class Window:
    """Turnover in the last full year before a date and the first one after it, and the change between them."""

    when: Days
    before: Measured
    after: Measured
    change: Measured


def window(series: Series, when: Days) -> Window:
    """The full years of a series next to a date, which may be coarse: those wholly before and wholly after it.

    Only years that the series has count, so a gap moves them apart; each carries its year. Undefined where there is
    none on a side. Source: MISSION, before and after window.

    >>> from analysis.measures.example import tables
    >>> from analysis.measures.series import select
    >>> aaa = select(*tables(), reporter="AAA", partner="BBB", start=2016, end=2017)
    >>> window(aaa, days("2016-11")).after.value, window(aaa, days("2016-11")).before.reason
    (7.0, 'the series has no full year before 2016-11')
    """
    known = series.frame["turnover"].dropna().index if series.defined else pd.Index([], dtype=int)
    earlier, later = known[known < when.first.year], known[known > when.last.year]
    before = _at(series, int(earlier[-1]) if len(earlier) else None, "before", when)
    after = _at(series, int(later[0]) if len(later) else None, "after", when)
    return Window(when, before, after, growth.absolute_change(before, after))


def _at(series: Series, year: int | None, side: str, when: Days) -> Measured:
    if year is not None:
        return trade.turnover(series, year)
    reason = series.absence or because(_NO_FULL_YEAR[side], day=_said(when))
    return Measured.undefined(reason, unit="usd", method="turnover", reporter=series.reporter)


_NO_FULL_YEAR = {
    "before": template("the series has no full year before {day:date}"),
    "after": template("the series has no full year after {day:date}"),
}


def _said(when: Days) -> str:
    return f"{when.first:%Y-%m}" if when.first != when.last else when.first.isoformat()


def meetings(
    events: pd.DataFrame,
    actors: pd.DataFrame,
    pair: Collection[str],
    as_of: date | str,
    *,
    kinds: Collection[str] = MEETING_KINDS,
) -> pd.DataFrame:
    """The events held by a day at which both countries took part, oldest first.

    `events` and `actors` are the tables `events` and `event_actors`. The rows of the table and four columns: first,
    last (the days that the date can mean), is_uncertain (the day falls between them), is_alone (no third country
    took part). Planned and expected events, and rows that only the document itself tells, are never in it.

    >>> events = pd.DataFrame([("e1", "2024-04-05", "visit", "held", False), ("e2", "2026", "summit", "planned", False)],
    ...     columns=["event", "date", "kind", "status", "is_document_only"])
    >>> actors = pd.DataFrame([("e1", "AAA", "country"), ("e1", "BBB", "country"), ("e2", "AAA", "country"),
    ...     ("e2", "BBB", "country")], columns=["event", "actor", "actor_kind"])
    >>> meetings(events, actors, ("AAA", "BBB"), "2026-11-22")[["event", "is_alone"]].values.tolist()
    [['e1', True]]
    """
    day, wanted = as_day(as_of), set(pair)
    states = actors[actors["actor_kind"] == "country"].groupby("event")["actor"].agg(set)
    found = []
    for row in events.to_dict("records"):
        present = states.get(row["event"], set())
        if not wanted <= present or row["kind"] not in kinds or row["status"] != HELD:
            continue
        span = days(row["date"])
        if span.first > day or is_true(row["is_document_only"]):
            continue
        told = {"first": span.first, "last": span.last, "is_uncertain": span.last > day}
        found.append(row | told | {"is_alone": present == wanted})
    frame = pd.DataFrame(found, columns=[*events.columns, "first", "last", "is_uncertain", "is_alone"])
    return frame.sort_values(["first", "event"], ignore_index=True)
