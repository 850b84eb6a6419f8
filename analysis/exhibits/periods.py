"""Days, months and years as a reader sees them, as coarse as they are known."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable

from babel.dates import format_date, format_interval, format_skeleton

from analysis.measures import releases

from .language import Told
from .language import locale as _locale

DASH = "\u2013"

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def date(day: str | dt.date, *, language: str | None = None) -> str:
    """A date as fine as it is known: a day, a month or a year.

    >>> date("2025-12-31"), date("2022-10"), date("2011"), date(dt.date(2016, 1, 5))
    ('31 December 2025', 'October 2022', '2011', '5 January 2016')
    """
    if isinstance(day, dt.datetime):
        raise ValueError(f"{day!r} is a moment, not a date")
    text = day.isoformat() if isinstance(day, dt.date) else day
    parts = _DATE.fullmatch(text) if isinstance(text, str) else None
    if not parts:
        raise ValueError(f"{day!r} is not a date; write 2025-12-31, 2022-10 or 2011")
    year, month, dom = (int(part) if part else None for part in parts.groups())
    first = dt.date(year, month or 1, dom or 1)  # a day that is not in the calendar ends here, as ValueError
    locale = _locale(language)
    if dom:
        return Told(format_date(first, "long", locale=locale))
    return Told(format_skeleton("yMMMM", first, locale=locale) if month else parts[1])


def years(start: int, end: int) -> str:
    """A span of years with an en dash; one year stands alone.

    >>> years(2016, 2023), years(2016, 2016)
    ('2016–2023', '2016')
    """
    first, last = year(start), year(end)
    if start > end:
        raise ValueError(f"the span {start} to {end} runs backwards")
    return first if start == end else f"{first}{DASH}{last}"


def spans(held: Iterable[int]) -> str:
    """Years with their runs joined.

    >>> spans([2016, 2017, 2018, 2020])
    '2016–2018, 2020'
    """
    return releases.spans(held).replace("-", DASH)


def months(first: str | dt.date, last: str | dt.date, *, language: str | None = None) -> str:
    """The months from one day to another.

    >>> months("2022-01-01", "2022-10-31"), months("2022-10-01", "2022-10-31")
    ('January–October 2022', 'October 2022')
    """
    days = [dt.date.fromisoformat(str(day)[:10]) for day in (first, last)]
    return Told(re.sub(r"\s*–\s*", DASH, format_interval(*days, "yMMMM", locale=_locale(language))))


def year(value: int) -> str:
    """A calendar year: four digits, never grouped.

    >>> year(2016)
    '2016'
    """
    if (
        isinstance(value, bool)
        or not math.isfinite(value)
        or int(value) != value
        or not 1000 <= value <= 2999
    ):
        raise ValueError(f"{value!r} is not a calendar year")
    return str(int(value))
