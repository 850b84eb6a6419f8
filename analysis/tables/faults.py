"""How a fault of a table is said: where, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.errors import BriefingError, UsageError

SHOWN = 10  # lines named one by one before the rest of a column is summed up in one sentence


class TableError(BriefingError):
    """A table, or its descriptor, is not as declared; `problems` holds every fault found."""


class UnknownTableError(TableError, UsageError):
    """A table was asked for that nobody declared."""


def at(file: str, line: int | None = None, column: str | None = None) -> str:
    """The place a fault is at.

    >>> at("data/memberships.csv", 3, "bloc")
    'data/memberships.csv line 3, column bloc'
    >>> at("data/trade.csv")
    'data/trade.csv'
    >>> at("data/trade.parquet", 7)
    'data/trade.parquet row 7'
    """
    place = file if line is None else f"{file} {counted(file)} {line}"
    return place if column is None else f"{place}, column {column}"


def counted(file: str) -> str:
    """What is counted to find a place in a file: lines of text, rows of what is no text."""
    return "row" if file.endswith(".parquet") else "line"


def capped(file: str, column: str, faults: Iterable[tuple[int, str]]) -> Iterator[str]:
    """Sentences for the (line, what) faults of one column: the first ones in full, the rest as a count.

    A spreadsheet damages a whole column at once, and twenty thousand equal sentences hide the others.

    >>> list(capped("data/x.csv", "year", [(2, "'n' is not a whole number")]))
    ["data/x.csv line 2, column year: 'n' is not a whole number"]
    """
    rest = 0
    for number, (line, what) in enumerate(faults):
        if number < SHOWN:
            yield f"{at(file, line, column)}: {what}"
        else:
            rest += 1
    if rest:
        yield f"{at(file, None, column)}: {rest} more cells have faults of this kind; mend the ones above first"
