"""Whether a question has the form that its kind reads; one that has not is refused, never answered.

A code mistyped or a word that no row can hold differs from every row, and the claim would be contradicted by the slip.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isfinite

from analysis.errors import UsageError, did_you_mean

from .claim_terms import UNITS, WEEKDAYS, Question
from .dates import days
from .evidence import parse

EQUAL = ("eq",)
COMPARING = ("eq", "gt", "ge", "lt", "le")
HOLDING = ("eq", "contains")
ORDERS = ("before", "after", "same")
MONEY = ("USD", "mn USD", "bn USD")
LENGTHS = ("km", "miles")
TIMES = ("years", "months", "days")
COUNTED = ("", "states", "countries")

BOUNDS_OF = {
    "count": COMPARING,
    "interval": COMPARING,
    "members": (*COMPARING, "contains"),
    "number": COMPARING,
    "ratio": COMPARING,
    "text": HOLDING,
    "turnover": COMPARING,
}
"""Bounds that a kind reads; every other kind reads "eq" alone."""

UNITS_OF = {
    "count": COUNTED,
    "interval": ("", *TIMES),
    "members": COUNTED,
    "percentage": ("percent",),
    "ratio": ("", "times"),
    "turnover": MONEY,
}
"""Units that a kind reads, where it does not read all of them."""

TABLES_OF = {
    "members": ("memberships", ("bloc",), ("country",)),
    "standing": ("memberships", ("bloc", "country"), ()),
    "percentage": ("trade", ("reporter", "partner", "year.from", "year.to"), ()),
    "ratio": ("trade", ("reporter", "partner", "year.from", "year.to"), ()),
    "turnover": ("trade", ("reporter", "partner", "year"), ()),
}
"""The table that a kind reads through a measure, the conditions it needs and those that it allows besides."""


def hold(question: Question) -> None:
    """Nothing if the question can be read as its kind reads it; else UsageError, all faults at once.

    >>> hold(Question("c1", 1, "weekday", "events?bloc=x", stated="Thurday"))
    Traceback (most recent call last):
    ...
    analysis.errors.UsageError: claim c1: 'Thurday' is no weekday (did you mean 'Thursday'?)
    """
    problems = [f"claim {question.claim}: {each}" for each in _faults(question)]
    if problems:
        raise UsageError(*problems)


def words(question: Question) -> list[str]:
    """The words of `stated`, with commas or plus signs between them.

    >>> words(Question("c1", 1, "state", stated="signed, in-force"))
    ['signed', 'in-force']
    """
    return [each.strip() for each in question.stated.replace("+", ",").split(",") if each.strip()]


# --- inside ------------------------------------------------------------------------------------------------------------


def _faults(question: Question) -> Iterator[str]:
    yield from _of_bound(question)
    yield from _of_unit(question)
    yield from _of_stated(question)
    yield from _of_query(question)
    tolerance = question.tolerance
    if tolerance is not None and not (isfinite(tolerance) and tolerance >= 0):
        yield f"the tolerance {tolerance:g} is none; write 0 or more, as 0.05 for 5 percent"


def _of_bound(question: Question) -> Iterator[str]:
    allowed = BOUNDS_OF.get(question.kind, EQUAL)
    if question.bound not in allowed:
        yield f"a test of the kind {question.kind} reads no bound '{question.bound}'; choose {_or(allowed)}"


def _of_unit(question: Question) -> Iterator[str]:
    kind, unit, column = question.kind, question.unit, question.column
    allowed = UNITS_OF.get(kind, tuple(UNITS))
    if kind == "number" and column.endswith("_km"):
        allowed = LENGTHS
    if kind == "number" and column.endswith("_usd"):
        allowed = MONEY
    if unit not in UNITS:
        yield f"'{question.stated} {unit}' is no number with a unit; the units are {', '.join(filter(None, UNITS))}"
    elif unit not in allowed:
        said = f"is in '{unit}'" if unit else "has no unit"
        yield f"what is stated {said}, which a test of {column or kind} cannot read; choose {_or(allowed)}"


def _of_stated(question: Question) -> Iterator[str]:
    kind, stated = question.kind, question.stated
    if kind in ("count", "number", "percentage", "ratio", "turnover") and question.unit in UNITS:
        yield from () if isfinite(question.number) else _no_number(stated)
    elif kind == "interval":
        for end in stated.split("/"):
            yield from () if _is_number(end) else _no_number(end)
    elif kind == "days":
        for each in stated.split(","):
            days(each)
    elif kind == "weekday" and stated not in WEEKDAYS:
        yield f"'{stated}' is no weekday{_near(stated, WEEKDAYS)}"
    elif kind == "order" and stated not in ORDERS:
        yield f"'{stated}' is no order{_near(stated, ORDERS)}"
    elif kind == "components":
        numbers = stated.replace(";", " ").split()
        yield from (fault for each in numbers if not _is_number(each) for fault in _no_number(each))
    elif kind in ("members", "standing", "state", "text") and not stated:
        yield f"a test of the kind {kind} has nothing stated; write stated: and what the sentence says"


def _of_query(question: Question) -> Iterator[str]:
    if question.kind in ("interval", "order") and question.other.partition("?")[0] == "calendar":
        conditions = parse(question.other)[1]
        if [column for column, _, _ in conditions] != ["day"]:
            yield f"'{question.other}' names no day; write calendar?day=2025-12"
    if question.kind not in TABLES_OF:
        return
    table, needed, allowed = TABLES_OF[question.kind]
    for query in filter(None, (question.query, question.other)):
        name, conditions = parse(query)
        named = [f"{column}.{mode}" if mode else column for column, mode, _ in conditions]
        if name != table:
            yield f"a test of the kind {question.kind} reads {table}, not {name}{_form(table, needed)}"
        elif not set(needed) <= set(named):
            yield f"the query '{query}' does not name {_and(needed)}{_form(table, needed)}"
        elif strange := [each for each in named if each not in (*needed, *allowed)]:
            yield f"a test of the kind {question.kind} does not read {_and(strange)}{_form(table, needed)}"
    if not question.query:
        yield f"a test of the kind {question.kind} has no query{_form(table, needed)}"


def _form(table: str, needed: Iterable[str]) -> str:
    return f"; write {table}?" + "&".join(f"{each}=…" for each in needed)


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _no_number(text: str) -> list[str]:
    return [f"'{text}' is no number; write it with a point and no thousands mark, as 1234.5"]


def _near(word: str, known: tuple[str, ...]) -> str:
    return did_you_mean(word, known) or f"; choose {_or(known)}"


def _or(words_: Iterable[str]) -> str:
    held = [each or "none" for each in words_]
    return held[0] if len(held) == 1 else f"{', '.join(held[:-1])} or {held[-1]}"


def _and(words_: Iterable[str]) -> str:
    held = list(words_)
    return held[0] if len(held) == 1 else f"{', '.join(held[:-1])} and {held[-1]}"
