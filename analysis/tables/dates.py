"""Coarse dates: "2022", "2022-10" and "2022-10-06" are intervals, and questions inside them stay open."""

from __future__ import annotations

import re
from datetime import date, timedelta

from analysis.tables.faults import TableError

ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
FIRST, LAST = date.min, date.max  # the ends of a spell that has none


def interval(text: str) -> tuple[date, date]:
    """The half-open interval of days that a full or coarse ISO date stands for.

    Raises TableError when `text` is no such date.

    >>> interval("2022-10")
    (datetime.date(2022, 10, 1), datetime.date(2022, 11, 1))
    >>> interval("2011")
    (datetime.date(2011, 1, 1), datetime.date(2012, 1, 1))
    >>> interval("2024-02-29")
    (datetime.date(2024, 2, 29), datetime.date(2024, 3, 1))
    """
    found = ISO.fullmatch(text) if isinstance(text, str) else None
    if found:
        year, month, day = (int(part) if part else None for part in found.groups())
        try:
            if day:
                start = date(year, month, day)
                return start, start + timedelta(days=1)
            if month:
                return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
            if found[2] is None:
                return date(year, 1, 1), date(year + 1, 1, 1)
        except (ValueError, OverflowError):
            pass
    raise TableError(f"{text!r} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")


def before(first: str, second: str) -> bool | None:
    """Whether `first` lies before `second`; None where the coarse dates leave it open.

    >>> before("2011", "2012-05"), before("2012-05", "2011"), before("2012", "2012-05")
    (True, False, None)
    >>> before("2012-05-01", "2012-05-01")
    False
    """
    (first_from, first_to), (second_from, second_to) = interval(first), interval(second)
    if first_to <= second_from:
        return True
    # the earliest day of the first is already not before the latest day of the second
    return False if first_from >= second_to - timedelta(days=1) else None


def span(start: str | None, end: str | None) -> tuple[tuple[date, date], tuple[date, date]]:
    """The intervals in which a spell begins and ends; a missing date is the end of time on that side."""
    return (
        interval(start) if start else (FIRST, FIRST),
        interval(end) if end else (LAST, LAST),
    )


def surely_overlap(one: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> bool:
    """Whether two half-open spells share a day however their coarse dates are read.

    >>> surely_overlap(("2001", "2005"), ("2004", None))   # 2005 may mean 1 January, 2004 31 December
    True
    >>> surely_overlap(("2001", "2005"), ("2005", None))
    False
    """
    (_, latest_start), (earliest_end, _) = span(*one)
    (_, other_latest_start), (other_earliest_end, _) = span(*other)
    # the last day on which a spell may begin is one day before its half-open interval closes
    return max(_last(latest_start), _last(other_latest_start)) < min(earliest_end, other_earliest_end)


def _last(day: date) -> date:
    return day - timedelta(days=1) if day > FIRST else day
