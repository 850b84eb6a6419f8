"""Words of the ladder: rungs, kinds and fields as the tables name them, pairs, and the marks of a date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from analysis import tables
from analysis.exhibits import marks, names, wording
from analysis.exhibits.finding import Finding
from analysis.measures.dates import is_blank

NONE = "no rung"
CAUSES = {"signed": "signed", "in-force": "entered into force", "ended": "ended"}
SIGNED_RULE = "signed"


@cache
def _rungs() -> dict[int, tuple[str, str]]:
    kinds = tables.read("agreement_kinds")
    held = {
        int(row.rung): (row.label, row.short_label) for row in kinds.itertuples() if not is_blank(row.rung)
    }
    return {0: (NONE, "none"), **dict(sorted(held.items()))}


def rung(number: int) -> str:
    """A rung as a word.

    >>> rung(5), rung(0)
    ('alliance', 'no rung')
    """
    return _rungs()[number][0]


def short_rung(number: int) -> str:
    """A rung in one word, for a cell.

    >>> short_rung(4)
    'enhanced'
    """
    return _rungs()[number][1]


def rungs() -> list[str]:
    """Every rung from the lowest, without the ground below it.

    >>> rungs()[0]
    'diplomatic relations'
    """
    return [label for number, (label, _) in _rungs().items() if number]


def kind(code: str) -> str:
    """A kind of agreement as a word.

    >>> kind("economic")
    'economy'
    """
    return dict(tables.read("agreement_kinds")[["kind", "label"]].itertuples(index=False))[code]


def field(code: str) -> str:
    """A field of cooperation as a word.

    >>> field("exercises")
    'joint exercises'
    """
    return dict(tables.read("field_meanings")[["field", "label"]].itertuples(index=False))[code]


def pair(codes: Sequence[str]) -> str:
    """The names of a pair inside a sentence.

    >>> pair(["UZB", "KAZ"])
    'Kazakhstan and Uzbekistan'
    """
    return wording.join(names.countries(codes))


def label(codes: Iterable[str]) -> str:
    """The names of a pair in a cell or a list.

    >>> label(["KAZ", "UZB"])
    'Kazakhstan–Uzbekistan'
    """
    return "–".join(names.label(code) for code in sorted(codes, key=names.label))


def dated(row: Mapping[str, Any], column: str = "date") -> str:
    """The date of a row with its marks, or nothing; a date of entry into force or of an end takes no mark of the signature."""
    if is_blank(row[column]):
        return ""
    if column == "date" or row[column] == row["date"]:
        return marks.date(dict(row) | {"date": row[column]})
    return wording.date(str(row[column]))


def title(row: Mapping[str, Any]) -> str:
    """The title of an agreement or event, codes of countries written as names; nothing where there is none.

    >>> title({"title": "Establishment of diplomatic relations KAZ-UZB"})
    'Establishment of diplomatic relations Kazakhstan-Uzbekistan'
    """
    return "" if is_blank(row["title"]) else names.spoken(str(row["title"]))


def listed(rows: Iterable[Mapping[str, Any]]) -> str:
    """Agreements with their dates, in one cell."""
    return "; ".join(f"{title(row)} ({dated(row)})" for row in rows)


def no_pair(ident: str, what: str) -> Finding:
    """What stands in the place of something that needs a pair."""
    return Finding(ident, "No pair of countries was chosen, so there is no {what}.", what=what)


def open_years(on: date) -> list[int]:
    """The year of a day, unless that day ends it.

    >>> open_years(date(2025, 11, 22)), open_years(date(2025, 12, 31))
    ([2025], [])
    """
    return [] if (on + timedelta(days=1)).year > on.year else [on.year]


def upper(text: str) -> str:
    """A text with a capital at its head, for the first column of a table.

    >>> upper("alliance")
    'Alliance'
    """
    return text[:1].upper() + text[1:]


def day_note(texts: Iterable[object], *more: str) -> str | None:
    """The note of an exhibit: what its marks mean, and what else has to be said."""
    return " ".join(filter(None, (marks.note(texts), *more))) or None
