"""Cells of a table: coarse dates as intervals of days (`2022-10` is a month, never a day), empty cells, marks."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from analysis.errors import BriefingError

_COARSE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


class Days(NamedTuple):
    """The first and the last day that a date, possibly coarse, can mean (both inclusive)."""

    first: date
    last: date


@lru_cache(maxsize=8192)
def days(text: str) -> Days:
    """The days that an ISO date of any precision can mean.

    >>> days("2022-10")
    Days(first=datetime.date(2022, 10, 1), last=datetime.date(2022, 10, 31))
    >>> days("2011").last
    datetime.date(2011, 12, 31)

    Raises BriefingError when the text is no ISO date of a year, a month or a day.
    """
    found = _COARSE.fullmatch(str(text).strip())
    try:
        if not found:
            raise ValueError
        year, month, day = (int(part) if part else None for part in found.groups())
        if month is None:
            return Days(date(year, 1, 1), date(year, 12, 31))
        if day is None:
            following = date(year + month // 12, month % 12 + 1, 1)
            return Days(date(year, month, 1), following - timedelta(days=1))
        return Days(date(year, month, day), date(year, month, day))
    except ValueError:
        raise BriefingError(
            f"'{text}' is not a date; write a year, a month or a day: 2011, 2022-10, 2022-10-05"
        ) from None


def text(span: Days) -> str:
    """The ISO text that means these days: a year or a month as a whole, else the first day.

    >>> text(days("2022-10")), text(days("2011")), text(days("2022-10-05"))
    ('2022-10', '2011', '2022-10-05')
    """
    day = span.first.isoformat()
    return next((coarse for coarse in (day[:4], day[:7]) if days(coarse) == span), day)


def as_day(value: date | str) -> date:
    """One day from a date or its full ISO text; a coarse date is refused, since it would need a made-up day.

    >>> as_day("2025-12-31")
    datetime.date(2025, 12, 31)
    """
    if isinstance(value, date):
        return value.date() if hasattr(value, "date") else value
    span = days(value)
    if span.first != span.last:
        raise BriefingError(f"'{value}' is not a single day; write it in full, as in {span.last.isoformat()}")
    return span.first


def is_blank(value: object) -> bool:
    """Whether a cell of a table is empty (None, NaN, NA or an empty text).

    >>> is_blank(""), is_blank(float("nan")), is_blank("2011")
    (True, True, False)
    """
    if isinstance(value, str):
        return value == ""
    if isinstance(value, float):
        return value != value
    return value is None or bool(pd.isna(value))


def is_true(value: object) -> bool:
    """Whether a boolean cell is set; an empty one is not.

    >>> is_true(True), is_true(None), is_true(float("nan"))
    (True, False, False)
    """
    return not is_blank(value) and bool(value)
