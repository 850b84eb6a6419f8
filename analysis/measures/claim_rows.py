"""Readings from rows: dates, texts, numbers, states and intervals that the rows of a query hold.

Each kind is one function from a question, the evidence, the rows its query found and the tolerance to readings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from analysis.errors import UsageError

from .claim_form import words
from .claim_terms import UNITS, WEEKDAYS, YEAR, Question, Reading, compared, dates_fit, trail, within
from .dates import days, is_true
from .evidence import OPEN, Evidence, Row, as_of_day, parse


def of_dates(question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float) -> list[Reading]:
    """The date of each row, against the stated one at its precision."""
    column = question.column or "date"
    return [
        Reading(found, "date", _sure(row, dates_fit(question.stated, found)), (row.id,), row.sources)
        for row in rows
        for found in _filled(row, column)
    ]


def of_days(question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float) -> list[Reading]:
    """The set of days of all rows, against the stated set (days with commas between them)."""
    found = sorted({each for row in rows for each in _filled(row, question.column or "date")})
    if not found:
        return []
    stated = sorted(each.strip() for each in question.stated.split(","))
    fits = found == stated if all(days(each).first == days(each).last for each in found) else None
    return [Reading(", ".join(found), "days", fits, *trail(rows))]


def of_texts(question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float) -> list[Reading]:
    """A column of text of each row, equal to what is stated or, with the bound "contains", holding it."""

    def fits(found: str) -> bool:
        one, other = question.stated.casefold(), found.casefold()
        return one in other if question.bound == "contains" else one == other

    return [
        Reading(found, "text", fits(found), (row.id,), row.sources)
        for row in rows
        for found in _filled(row, question.column or "title")
    ]


def of_existence(
    question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float
) -> list[Reading]:
    """Each row that is there: it bears the claim out; one that may not be there yet leaves it open."""
    return [
        Reading(_title(row), "row", _sure(row, True), (row.id,), row.sources, note=_dated(row))
        for row in rows
    ]


def of_absence(
    question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float
) -> list[Reading]:
    """Each row that is there although the claim says that there is none."""
    return [
        Reading(_title(row), "row", _sure(row, False), (row.id,), row.sources, note=_dated(row))
        for row in rows
    ]


def of_numbers(
    question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float
) -> list[Reading]:
    """A column of numbers of each row, against the stated number in the unit of the tables."""
    unit = "km" if question.column.endswith("_km") else "usd" if question.unit.endswith("USD") else "count"
    unit = "share" if question.unit == "percent" else "years" if question.unit == "years" else unit
    return [
        compared(question, _number(found, question, row), unit, tolerance, (row.id,), row.sources)
        for row in rows
        for found in _filled(row, question.column or "value")
    ]


def of_counts(question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float) -> list[Reading]:
    """The number of rows; open where rows that may not be there yet would decide."""
    if not rows:
        return []
    found = compared(question, len(rows), "count", 0.0, *trail(rows))
    least = sum(not is_true(row.cells.get(OPEN)) for row in rows)
    same = found.fits is within(question.number, least, question.bound, 0.0)
    return [found if same else replace(found, fits=None)]


def of_states(question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float) -> list[Reading]:
    """How far each agreement, corridor or bloc had come on the day, against the states stated (any of several)."""
    wanted = words(question)
    found = []
    for row in rows:
        state = str(row.cells.get(question.column or ("state" if "state" in row.cells else "status")))
        fits = None if is_true(row.cells.get("is_uncertain")) else state in wanted
        found.append(Reading(state, "state", fits, (row.id,), row.sources))
    return found


def of_weekdays(
    question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float
) -> list[Reading]:
    """The weekday of the date of each row that names a day."""
    spans = [(row, days(found)) for row in rows for found in _filled(row, question.column or "date")]
    return [
        Reading(
            WEEKDAYS[span.first.weekday()],
            "weekday",
            WEEKDAYS[span.first.weekday()] == question.stated,
            (row.id,),
            row.sources,
        )
        for row, span in spans
        if span.first == span.last
    ]


def of_intervals(
    question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float
) -> list[Reading]:
    """Years from each row to each row of `other` (`calendar?day=2025-12` is a day of its own), as an interval.

    `stated` may be a span "7/8". The tolerance is in years.
    """
    low, _, high = question.stated.partition("/")
    lowest, highest = (float(each) * UNITS[question.unit or "years"] for each in (low, high or low))
    found = []
    for row in rows:
        for ident, sources, said in _other_days(question, evidence):
            for text in _filled(row, question.column or "date"):
                span, later = days(text), days(said)
                least, most = (later.first - span.last).days / YEAR, (later.last - span.first).days / YEAR
                fits = _interval_fits(question, (lowest, highest), (least, most), tolerance)
                found.append(
                    Reading(
                        least,
                        "years",
                        fits,
                        (row.id, *ident),
                        tuple(dict.fromkeys((*row.sources, *sources))),
                        last=most if most - least > 1 / 12 else None,
                    )
                )
    return found


def of_orders(question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float) -> list[Reading]:
    """Whether each row comes before, after or on the same day as each row of `other`; `note` is both dates."""
    found = []
    for row in rows:
        for ident, sources, said in _other_days(question, evidence):
            for text in _filled(row, question.column or "date"):
                order = _order(days(text), days(said))
                found.append(
                    Reading(
                        order or "uncertain",
                        "order",
                        _order_fits(question.stated, order),
                        (row.id, *ident),
                        tuple(dict.fromkeys((*row.sources, *sources))),
                        note=f"{text}/{said}",
                    )
                )
    return found


# --- inside ------------------------------------------------------------------------------------------------------------


def _filled(row: Row, column: str) -> Iterable[str]:
    """The cell of a row as text, nothing where it is empty."""
    if column not in row.cells:
        raise UsageError(f"the column '{column}' is not in {row.id.partition(':')[0]}")
    cell = row.cells[column]
    return () if cell is None or cell != cell or str(cell) in ("", "<NA>") else (str(cell),)


def _number(cell: str, question: Question, row: Row) -> float:
    try:
        return float(cell)
    except ValueError:
        column, table = question.column or "value", row.id.partition(":")[0]
        raise UsageError(
            f"the column '{column}' of {table} holds no numbers; name one that does with column:"
        ) from None


def _sure(row: Row, fits: bool | None) -> bool | None:
    """`fits`, or None where the day falls inside the coarse date of the row."""
    return None if is_true(row.cells.get(OPEN)) else fits


def _title(row: Row) -> str:
    if {"aspect", "value"} <= row.cells.keys():
        return f"{row.cells['aspect']}: {row.cells['value']}"
    if "field" in row.cells:
        return str(row.cells["field"]).replace("-", " ")
    return str(row.cells.get("title") or row.cells.get("name") or row.id.partition(":")[2])


def _dated(row: Row) -> str:
    """The date of a row as ISO text, nothing where it has none."""
    return str(row.cells["date"]) if "date" in row.cells else ""


def _other_days(question: Question, evidence: Evidence) -> list[tuple[tuple[str, ...], tuple[str, ...], str]]:
    """Row ids, sources and dates of the other end."""
    if question.other.startswith("calendar?"):
        return [((), (), parse(question.other)[1][0][2])]
    rows = evidence.select(question.other, on=as_of_day(question.on) if question.on else None)
    return [((row.id,), row.sources, text) for row in rows for text in _filled(row, "date")]


def _order_fits(stated: str, order: str | None) -> bool | None:
    """Of two things on one day no table tells which came first."""
    if order is None or (order == "same" and stated != "same"):
        return None
    return order == stated


def _interval_fits(question: Question, stated, found, tolerance: float) -> bool | None:
    low, high = stated[0] - tolerance, stated[1] + tolerance
    if question.bound in ("gt", "ge"):
        sure, may = found[0] >= stated[0], found[1] >= stated[0]
    elif question.bound in ("lt", "le"):
        sure, may = found[1] <= stated[1], found[0] <= stated[1]
    else:
        sure, may = low <= found[0] and found[1] <= high, found[0] <= high and found[1] >= low
    return True if sure else None if may else False


def _order(here, there) -> str | None:
    if here.last < there.first:
        return "before"
    if here.first > there.last:
        return "after"
    return "same" if here == there and here.first == here.last else None
