"""What a claim asks of the tables, and what a reading of them answers: the two records of the claim checker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.errors import UsageError

from .dates import days
from .evidence import Row

YEAR = 365.2425
"""Mean length of a Gregorian year in days."""

UNITS = {
    "": 1.0,
    "USD": 1.0,
    "mn USD": 1e6,
    "bn USD": 1e9,
    "percent": 0.01,
    "km": 1.0,
    "miles": 1.609344,
    "years": 1.0,
    "months": 1 / 12,
    "days": 1 / YEAR,
    "times": 1.0,
    "states": 1.0,
    "countries": 1.0,
}
"""Units of a stated number and what one is in the unit of the tables (US dollars, kilometres, fractions, years).
The mile is the international one of 1959: 1.609344 km."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Question:
    """What is asked of the tables for one part of a claim; the columns of data/claim_tests.csv."""

    claim: str
    part: int
    kind: str
    query: str = ""
    other: str = ""
    column: str = ""
    stated: str = ""
    unit: str = ""
    bound: str = "eq"
    on: str = ""
    tolerance: float | None = None
    tolerance_reason: str = ""
    why: str = ""
    about: str = ""

    @property
    def number(self) -> float:
        """The stated number in the unit of the tables; UsageError when it is none."""
        try:
            return float(self.stated) * UNITS[self.unit]
        except (ValueError, KeyError):
            told = f"{self.stated} {self.unit}".strip()
            units = ", ".join(filter(None, UNITS))
            raise UsageError(
                f"claim {self.claim}: '{told}' is no number with a unit; the units are {units}"
            ) from None


@dataclass(frozen=True)
class Reading:
    """One value found: `value` is a number in the unit of the tables, an ISO date or text; `unit` says which.

    unit: usd, ratio, rate, years, count, km, share, date, days, text, row (the title of a row, its date in `note`),
    state, countries, weekday, order. `who` is the
    reporter or source it is of; `difference` the relative one of the stated number to the found, as a fraction of
    the found; `note` what else is to be said, in words.
    """

    value: float | int | str
    unit: str
    fits: bool | None
    rows: tuple[str, ...]
    sources: tuple[str, ...]
    who: str = ""
    difference: float | None = None
    note: str = ""
    last: float | None = None
    """The upper end where a coarse date makes the value an interval."""


def within(stated: float, found: float, bound: str, tolerance: float) -> bool:
    """Whether a found number is what is stated: inside the tolerance, or on the right side of a bound.

    For "eq" the tolerance is a fraction of the found number; a bound is strict and takes no tolerance.

    >>> within(4.1, 4.418, "eq", 0.05), within(4.1, 4.2, "eq", 0.05), within(2, 2.36, "gt", 0.05)
    (False, True, True)
    """
    if bound == "gt":
        return found > stated
    if bound == "ge":
        return found >= stated
    if bound == "lt":
        return found < stated
    if bound == "le":
        return found <= stated
    return abs(stated - found) <= tolerance * abs(found) + 1e-12


def dates_fit(stated: str, found: str) -> bool | None:
    """Whether a found date is the stated one at the precision stated; None when the found one is coarser.

    `stated` may be a span "1991/1993". Source: MISSION_MAP section 4, date at stated precision.

    >>> dates_fit("2013-06", "2013-06-14"), dates_fit("2022-11", "2022"), dates_fit("1991/1993", "1993-01-07")
    (True, None, True)
    """
    first, _, last = stated.partition("/")
    low, high = days(first).first, days(last or first).last
    span = days(found)
    if low <= span.first and span.last <= high:
        return True
    return None if span.first <= high and span.last >= low else False


def compared(
    question: Question, found: float, unit: str, tolerance: float, ids, sources, **more: str
) -> Reading:
    """A number found, held against the stated one."""
    stated = question.number
    difference = (stated - found) / abs(found) if found else None
    return Reading(
        found,
        unit,
        within(stated, found, question.bound, tolerance),
        ids,
        sources,
        difference=difference,
        **more,
    )


def trail(rows: Sequence[Row]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids of rows and their sources, without repeats."""
    return (
        tuple(row.id for row in rows),
        tuple(dict.fromkeys(source for row in rows for source in row.sources)),
    )
