"""Evidence: the rows of the tables that a query names, as they could be known on a day.

A query is a table and conditions, written like the end of a web address:

    agreements?kind=alliance&party=KAZ&party=UZB
    events?bloc=ots&kind=summit&date.from=2020&title.contains=summit

A condition `column=value` wants equality, `a,b` either of several; `.not`, `.contains`, `.from` and `.to` after the
column want what they say (dates compare as the first day that they can mean). A key that a link table holds (party,
actor, country, sponsor, field) may be named again: all of its values must be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import pandas as pd

from analysis.errors import UsageError, did_you_mean

from .agreements import on_day
from .dates import as_day, days, is_blank, is_true

LINKS = {
    "agreements": {"party": "agreement_parties", "field": "agreement_fields"},
    "events": {"actor": "event_actors"},
    "corridors": {"country": "corridor_countries", "sponsor": "corridor_sponsors"},
}
"""Keys that are columns of a link table rather than of the table itself, and that table."""

MODES = ("not", "contains", "from", "to")
HAPPENED = ("held", "reported")
FURTHER = "further_sources"
OPEN = "is_open"


class Row(NamedTuple):
    """One row of evidence: its id, its cells, everything that vouches for it."""

    id: str
    cells: Mapping[str, Any]
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Evidence:
    """The tables a check may look into, and the day it stands at.

    `frames` are tables by name, `keys` the columns of their primary keys. `as_of` is the state of the world;
    `known_by` the newest release allowed, `deflator` the price index of constant dollars; `documents` the sources
    whose own claims are under review: a row for which nothing else vouches supports no claim.
    """

    frames: Mapping[str, pd.DataFrame]
    keys: Mapping[str, Sequence[str]]
    as_of: date
    known_by: date | None = None
    deflator: str = "us_cpi"
    documents: frozenset[str] = frozenset()
    _vouched: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict, repr=False)
    _agreed: dict[date, pd.DataFrame] = field(default_factory=dict, repr=False)

    def select(self, query: str, *, on: date | None = None) -> list[Row]:
        """The rows of a query as of `on` (at the latest `as_of`), in the order of the table.

        Agreements are in the state of that day (`agreements.on_day`) and carry it as `state`; a dated row is there
        once its date can have come, with a cell OPEN while the day falls inside it; a planned or expected event
        never is. Raises UsageError for a query that does not fit the tables.

        >>> events = pd.DataFrame({"event": ["a", "b"], "date": ["2011-10-21", "2026"], "status": ["held", "planned"],
        ...     "source": ["s", "s"]})
        >>> evidence = Evidence({"events": events}, {"events": ["event"]}, date(2026, 6, 1))
        >>> [row.id for row in evidence.select("events?date.from=2000")]
        ['events:a']
        """
        name, conditions = parse(query)
        frame = self._table(name, query)
        day = min(on, self.as_of) if on else self.as_of
        if name == "agreements":
            frame = self._agreements(day, query)
        places: Iterable[int] = range(len(frame))
        if "date" in frame.columns and name != "agreements":
            places = _where(frame["date"], lambda each: is_blank(each) or days(each).first <= day, places)
        if name == "events":
            places = _where(frame["status"], HAPPENED.__contains__, places)
        if name == "macro":
            ended = _have_ended(frame, day)
            places = [place for place in places if ended[place]]
        for condition in conditions:
            places = _where(*self._wanted(frame, name, *condition, query), places)
        found = frame.iloc[list(places)].to_dict("records")
        return [self._row(name, cells | _opened(cells, day)) for cells in found]

    def apart_from(self, document: str | None) -> Evidence:
        """The same evidence for a claim of that document, which cannot vouch for itself.

        >>> Evidence({}, {}, date(2026, 6, 1)).apart_from("doc-x").is_documents_own(["doc-x"])
        True
        """
        return self if document is None else replace(self, documents=self.documents | {document})

    def is_documents_own(self, sources: Iterable[str]) -> bool:
        """Whether no source but documents under review vouches."""
        held = set(sources)
        return bool(held) and held <= self.documents

    def is_of_document_only(self, row: Row) -> bool:
        """Whether nothing but a document under review vouches for a row: such a row is never support.

        >>> Evidence({}, {}, date(2026, 6, 1)).is_of_document_only(Row("events:x", {"is_document_only": True}, ("s",)))
        True
        """
        return is_true(row.cells.get("is_document_only")) or self.is_documents_own(row.sources)

    def vouched(self, table: str) -> pd.DataFrame:
        """The rows of a table for which something else than a document under review vouches."""
        frame = self.frames[table]
        suspects = frame[frame["source"].isin(self.documents)]
        own = [self.is_of_document_only(self._row(table, cells)) for cells in suspects.to_dict("records")]
        return frame.drop(index=suspects.index[own])

    def strangers(self, query: str) -> list[str]:
        """A sentence for each value that the query wants equality with and that its column never holds."""
        name, conditions = parse(query)
        frame = self._table(name, query)
        found = []
        for column, mode, value in conditions:
            link = LINKS.get(name, {}).get(column)
            held = self.frames.get(link, frame)
            if mode or column not in held.columns or not pd.api.types.is_string_dtype(held[column]):
                continue
            known = set(held[column].dropna())
            found += [
                f"no row of {name} has the {column} '{each}'{did_you_mean(each, known)}"
                for each in value.split(",")
                if each not in known
            ]
        return found

    def vouchers(self, table: str, row: str, source: object) -> tuple[str, ...]:
        """The sources of a row: its own and those of `further_sources`."""
        if table not in self._vouched:
            held: dict[str, tuple[str, ...]] = {}
            if FURTHER in self.frames:
                frame = self.frames[FURTHER]
                own = frame[frame["table"] == table]
                held = {key: tuple(group) for key, group in own.groupby("row")["source"]}
            self._vouched[table] = held
        first = () if is_blank(source) else (str(source),)
        return tuple(dict.fromkeys((*first, *self._vouched[table].get(row, ()))))

    # --- inside ------------------------------------------------------------------------------------------------------

    def _table(self, name: str, query: str) -> pd.DataFrame:
        if name not in self.frames:
            near = did_you_mean(name, self.frames)
            raise UsageError(f"the query '{query}' names the table '{name}', which there is not{near}")
        return self.frames[name]

    def _agreements(self, day: date, query: str) -> pd.DataFrame:
        """The agreements as they stood on a day, of which many claims speak."""
        if day not in self._agreed:
            tables = (self._table(name, query) for name in ("agreements", "agreement_parties"))
            self._agreed[day] = on_day(*tables, day)
        return self._agreed[day]

    def _row(self, name: str, cells: Mapping[str, Any]) -> Row:
        parts = [cells[column] for column in self.keys[name]]
        ident = f"{name}:" + "/".join("" if is_blank(part) else str(part) for part in parts)
        return Row(ident, cells, self.vouchers(name, ident, cells.get("source")) or self._behind(name, cells))

    def _behind(self, name: str, cells: Mapping[str, Any]) -> tuple[str, ...]:
        """The sources of the row that a row of a link table belongs to."""
        for table, linked in LINKS.items():
            if name in linked.values() and table in self.frames:
                key = self.keys[table][0]
                frame = self.frames[table]
                return tuple(frame.loc[frame[key] == cells[key], "source"])
        return ()

    def _wanted(self, frame, name, column, mode, value, query) -> tuple[pd.Series, Callable[[Any], bool]]:
        """The cells that a condition is about, and what holds of those it wants."""
        if column in LINKS.get(name, {}) and LINKS[name][column] in self.frames:
            link = self.frames[LINKS[name][column]]
            ident = self.keys[name][0]
            linked = set(link.loc[link[column] == value, ident])
            return frame[ident], lambda each: (each in linked) != (mode == "not")
        if column not in frame.columns:
            known = [*frame.columns, *LINKS.get(name, {})]
            raise UsageError(
                f"the query '{query}' names the column '{column}', which {name} has not{did_you_mean(column, known)}"
            )
        return frame[column], cache(lambda cell: _fits(cell, mode, value))


def parse(query: str) -> tuple[str, list[tuple[str, str, str]]]:
    """A query as its table and its conditions (column, mode, value); UsageError when it is none.

    >>> parse("events?bloc=ots&date.from=2020")
    ('events', [('bloc', '', 'ots'), ('date', 'from', '2020')])
    """
    name, _, rest = query.partition("?")
    try:
        pairs = parse_qsl(rest, keep_blank_values=True, strict_parsing=True) if rest else []
    except ValueError:
        raise UsageError(f"'{query}' is not a query; write TABLE?column=value&column=value") from None
    if not name:
        raise UsageError(f"'{query}' names no table; write TABLE?column=value")
    conditions = []
    for key, value in pairs:
        column, _, mode = key.partition(".")
        if mode and mode not in MODES:
            raise UsageError(
                f"the query '{query}' asks for '.{mode}'; choose one of .{', .'.join(MODES)}{did_you_mean(mode, MODES)}"
            )
        conditions.append((column, mode, value))
    return name, conditions


def _where(cells: pd.Series, holds: Callable[[Any], bool], places: Iterable[int]) -> list[int]:
    """Those of the places at which it holds of the cell."""
    listed = cells.tolist()
    return [place for place in places if holds(listed[place])]


def _have_ended(macro: pd.DataFrame, day: date) -> list[bool]:
    """Which rows are of a day that has come or of a year that is over."""
    stamps = macro["as_of"].tolist() if "as_of" in macro else [None] * len(macro)
    last = day.year if day.month == 12 else day.year - 1
    return [
        int(year) <= last if is_blank(stamp) else days(stamp).first <= day
        for stamp, year in zip(stamps, macro["year"].tolist(), strict=True)
    ]


def _opened(cells: Mapping[str, Any], day: date) -> dict[str, bool]:
    """Whether a dated row may not have come about by the day, as the day falls inside its coarse date."""
    return {} if is_blank(cells.get("date")) else {OPEN: days(cells["date"]).last > day}


def _fits(cell: Any, mode: str, value: str) -> bool:
    if is_blank(cell):
        return mode == "not" or (mode == "" and value == "")
    if mode in ("from", "to") and isinstance(cell, float) and _number(value) is not None:
        return cell >= _number(value) if mode == "from" else cell <= _number(value)
    if mode in ("from", "to"):
        here, there = days(str(cell)[:10]), days(value)
        return here.first >= there.first if mode == "from" else here.first <= there.last
    text = str(cell).lower() if isinstance(cell, bool) or type(cell).__name__ == "bool" else str(cell)
    if mode == "contains":
        return value.casefold() in text.casefold()
    same = text in value.split(",") or (isinstance(cell, float) and cell == _number(value))
    return same != (mode == "not")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def as_of_day(text: str) -> date:
    """The last day that a date of any precision can mean, for a claim that speaks of a month or a year.

    >>> as_of_day("2025-12")
    datetime.date(2025, 12, 31)
    """
    return as_day(days(text).last)
