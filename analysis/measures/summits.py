"""The meetings of a bloc by a day: numbered summits and whether their numbers run on, gaps in days, plans apart.

`events` and `sources` are the tables of those names. Only an event with status held took place; one that is planned or
expected is listed once its source had been published, is marked, and never counts (DESIGN section 3).
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from .dates import as_day, days, is_blank, is_true
from .measured import Measured

HELD = "held"
AHEAD = ("planned", "expected", "announced")
COLUMNS = ("state", "first", "last", "is_counted", "row")


def known(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    on: date | str,
    *,
    bloc: str,
    kind: str | None = None,
    known_by: date | str | None = None,
) -> pd.DataFrame:
    """The events of a bloc that a reader could know of on a day, in order of time, with five more columns.

    state: the status of the table. first, last: the days its date can mean. is_counted: it was held, on a day that has
    come for sure, and more than the document says so. row: "events:ID". Held events are there from the first day that
    their date can mean; planned ones from the day their source was published (its last possible day, which is not after
    `known_by` either): the table keeps the last status shown by a source.

    >>> table = pd.DataFrame({"event": ["a", "b"], "date": ["2020-05-01", "2021"], "status": ["held", "planned"],
    ...     "bloc": "x", "kind": "summit", "source": ["s", "s"]})
    >>> known(table, pd.DataFrame({"source": ["s"], "published": ["2020-06"]}), "2020-07-01", bloc="x")[
    ...     ["event", "is_counted"]].values.tolist()
    [['a', True], ['b', False]]
    """
    day = as_day(on)
    newest = day if known_by is None else min(day, as_day(known_by))
    published = dict(zip(sources["source"], sources["published"], strict=True))
    found = []
    for event in events.to_dict("records"):
        if event.get("bloc") != bloc or (kind is not None and event["kind"] != kind):
            continue
        span = days(event["date"])
        if event["status"] in AHEAD:
            said = published.get(event["source"])
            is_known = not is_blank(said) and days(str(said)).last <= newest
        else:
            is_known = span.first <= day
        if is_known:
            is_counted = (
                event["status"] == HELD and span.last <= day and not is_true(event.get("is_document_only"))
            )
            values = (event["status"], span.first, span.last, is_counted, f"events:{event['event']}")
            found.append(event | dict(zip(COLUMNS, values, strict=True)))
    frame = pd.DataFrame(found, columns=[*events.columns, *COLUMNS])
    return frame.sort_values(["first", "event"], ignore_index=True)


class Series(NamedTuple):
    """The numbered summits held: how many, the highest number, the numbers that are missing or twice, and the gaps."""

    count: Measured
    highest: int | None
    missing: tuple[int, ...]
    doubled: tuple[int, ...]
    gaps: tuple[int | None, ...]
    """Days since the numbered summit before, in order; None for the first and where a date is coarse."""

    @property
    def is_unbroken(self) -> bool:
        """Whether the numbers run from 1 to the highest, in the order of the days."""
        return not self.missing and not self.doubled


def numbered(calendar: pd.DataFrame) -> pd.DataFrame:
    """The summits of the numbered series that were held, in order of their day."""
    kept = calendar[calendar["is_counted"].astype(bool) & calendar["ordinal"].notna()]
    return kept.sort_values(["first", "ordinal"], ignore_index=True)


def series(calendar: pd.DataFrame) -> Series:
    """The ordinal check of the numbered summits in a frame of `known`.

    Formula: numbers n of held summits against 1 … max n; gap = days between one first day and the one before. Source:
    MISSION_MAP 004d.

    >>> frame = pd.DataFrame({"ordinal": [1, 3], "first": [date(2020, 1, 1), date(2020, 3, 1)], "is_counted": True,
    ...     "last": [date(2020, 1, 1), date(2020, 3, 1)], "row": ["r", "s"], "source": ["a", "b"]})
    >>> found = series(frame)
    >>> found.missing, found.gaps, found.is_unbroken
    ((2,), (None, 60), False)
    """
    held = numbered(calendar)
    numbers = [int(each) for each in held["ordinal"]]
    highest = max(numbers, default=None)
    missing = tuple(each for each in range(1, (highest or 0) + 1) if each not in numbers)
    doubled = tuple(sorted({each for each in numbers if numbers.count(each) > 1}))
    spans = list(zip(held["first"], held["last"], strict=True))
    gaps = [
        (own[0] - before[0]).days if own[0] == own[1] and before[0] == before[1] else None
        for before, own in pairwise(spans)
    ]
    count = Measured(
        len(held), "count", "summits_held", rows=tuple(held["row"]), sources=tuple(held["source"])
    )
    return Series(count, highest, missing, doubled, (None, *gaps) if spans else ())
