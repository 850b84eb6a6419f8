"""Marks: how a reader sees that a date is coarse, unverified or the document's own, and how far a thing had come.

One set of marks for every table and chart. A coarse date is printed as coarse as it is ("October 2022", "2011") and
drawn as a span, hatched, never as a day. A dagger stands behind a date that no source confirms, a double dagger
behind what only the document itself says. A state is always a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.measures.dates import days, is_blank, is_true

from . import wording
from .language import Told, noted
from .template import msg

UNVERIFIED = "†"
DOCUMENT_ONLY = "‡"
MEANINGS = noted(
    {
        UNVERIFIED: "the date is not verified",
        DOCUMENT_ONLY: "only the document that claims it says so",
    }
)

STATES = noted(
    {
        "proposed": "proposed",
        "announced": "announced",
        "initialed": "initialed",
        "signed": "signed",
        "in-force": "in force",
        "ended": "ended",
        "planned": "planned",
        "expected": "expected",
        "reported": "reported",
        "held": "held",
        "under-construction": "under construction",
        "feasibility-study": "under study",
        "operational": "operational",
        "uncertain": "uncertain",
    }
)
"""States of agreements, events and corridors as words."""


def state(code: str, *, is_uncertain: bool = False) -> str:
    """A state as a word; one that the day leaves open says so.

    >>> state("in-force"), state("signed", is_uncertain=True)
    ('in force', 'signed, uncertain on this day')
    """
    said = msg(STATES[code])
    return msg("{state}, uncertain on this day", state=said) if is_uncertain else said


def date(row: Mapping[str, Any], column: str = "date", *, unverified: str = "is_date_unverified") -> str:
    """The date in a row of a table, as coarse as it is, with its marks; nothing where the cell is empty.

    >>> date({"date": "2022-10", "is_date_unverified": True})
    'October 2022 †'
    """
    if is_blank(row.get(column)):
        return ""
    said = of(row, unverified=unverified)
    return Told(f"{wording.date(str(row[column]))} {said}".strip())


def of(row: Mapping[str, Any], *, unverified: str = "is_date_unverified") -> str:
    """The marks of a row, without its date.

    >>> of({"is_date_unverified": True, "is_document_only": True})
    '†‡'
    """
    given = ((UNVERIFIED, unverified), (DOCUMENT_ONLY, "is_document_only"))
    return "".join(mark for mark, column in given if is_true(row.get(column)))


def note(texts: Iterable[object]) -> str | None:
    """The sentence that explains the marks which stand in the printed texts; None where there are none.

    >>> note(["October 2022 †", "5 April 2024"])
    '† the date is not verified.'
    """
    seen = " ".join(str(text) for text in texts)
    told = [f"{mark} {msg(meaning)}" for mark, meaning in MEANINGS.items() if mark in seen]
    return Told(f"{'; '.join(told)}.") if told else None


def is_coarse(text: str) -> bool:
    """Whether an ISO date names no single day.

    >>> is_coarse("2022-10"), is_coarse("2022-10-06")
    (True, False)
    """
    span = days(text)
    return span.first != span.last
