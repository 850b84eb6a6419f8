"""Lengths and times of corridors: miles and kilometres, differences of two readings, shares, transit scenarios."""

from __future__ import annotations

from .measured import Measured, derive

KM_PER_MILE = 1.609344
"""The international mile in kilometres, by definition (international yard and pound agreement of 1959)."""

Length = float | int | Measured | None


def kilometres(miles: Length) -> Measured:
    """A length given in international miles, in kilometres.

    Formula: 1.609344 x miles, a definition. Undefined below zero. Source: NIST Special Publication 811, appendix B.

    >>> round(kilometres(25).value, 2)
    40.23
    """
    return derive(
        "length_conversion",
        "km",
        {"the length in miles": miles},
        lambda length: length * KM_PER_MILE,
        refuse=lambda length: None if length >= 0 else "a length is not below zero",
    )


def miles(kilometres: Length) -> float | None:
    """A length given in kilometres, in international miles: a bare number, for a column that names the unit.

    >>> round(miles(42), 1)
    26.1
    """
    value = kilometres.value if isinstance(kilometres, Measured) else kilometres
    return None if value is None else value / KM_PER_MILE


def length_difference(stated: Length, found: Length) -> Measured:
    """How far a stated length lies from the one found, as a part of the one found.

    Formula: (stated - found) / found. Undefined when the length found is not above zero. Source: MISSION_MAP
    section 4, number within tolerance.

    >>> round(length_difference(kilometres(25), 42).value, 3)
    -0.042
    """
    return derive(
        "length_difference",
        "rate",
        {"the stated length": stated, "the length found": found},
        lambda a, b: (a - b) / b,
        refuse=lambda a, b: None if b > 0 else "the length found is not above zero",
    )


def length_share(section: Length, whole: Length) -> Measured:
    """The part that a section would make of a route of the given length.

    Formula: section / whole. Undefined when the whole is not above zero or the section is longer. Source:
    MISSION_MAP 004b, route share in the corridor.

    >>> round(length_share(42, 4766).value, 4)
    0.0088
    """
    return derive(
        "length_share",
        "share",
        {"the length of the section": section, "the length of the route": whole},
        lambda a, b: a / b,
        refuse=lambda a, b: (
            "the length of the route is not above zero"
            if b <= 0
            else "the section is longer than the route"
            if a > b
            else None
        ),
    )


def transit_days(base_days: float, saving: float) -> Measured:
    """The days that a route takes once a part of its time is saved: a scenario, nothing measured.

    Formula: base days x (1 - saving). Undefined for a saving outside 0 to 1. Source: MISSION_MAP 004c.

    >>> transit_days(30, 0.4).value
    18.0
    """
    return derive(
        "transit_days",
        "days",
        {"the days of the route": base_days, "the saving": saving},
        lambda days, part: days * (1 - part),
        refuse=lambda days, part: None if 0 <= part <= 1 else "a saving lies between nothing and all",
    )


def break_even_saving(base_days: float, competitor_days: float) -> Measured:
    """The saving at which a route takes as long as a competing one.

    Formula: 1 - competitor days / base days. Undefined when the route is no slower than the other as it is. Source:
    MISSION_MAP 004c.

    >>> round(break_even_saving(30, 20).value, 3)
    0.333
    """
    return derive(
        "break_even_saving",
        "share",
        {"the days of the route": base_days, "the days of the competing route": competitor_days},
        lambda days, other: 1 - other / days,
        refuse=lambda days, other: (
            None if days > other else "the route is no slower than the competing one without any saving"
        ),
    )
