"""The domain of a parameter, declared in brackets at the end of its comment, and the check against the tables.

`[countries.country]` the values of a table's column (for numbers and dates: its span), `[a | b | c]` these
values, `[1-20]` a span of numbers, `[languages]` the languages a briefing may be in, `[blocs.bloc:countries.country:date]` words with colons between them, each of its
own domain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from analysis.errors import did_you_mean
from analysis.execution.kinds import Kind, RefusedError, coerce, shown
from analysis.exhibits import language

_COLUMN = re.compile(r"([A-Za-z_]\w*)\.([A-Za-z_]\w*)")
_SPAN = re.compile(r"(-?\d+(?:\.\d+)?)\s*[-–]\s*(-?\d+(?:\.\d+)?)")
FEW = 12  # as many choices are read out in a sentence
ENUMERATED = 1000  # as many are written into a JSON Schema


@dataclass(frozen=True)
class Column:
    """The values of a table's column."""

    table: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


@dataclass(frozen=True)
class Choices:
    """These values."""

    values: tuple[Any, ...]

    def __str__(self) -> str:
        return " | ".join(map(str, self.values))


@dataclass(frozen=True)
class Span:
    """Numbers from `low` to `high`, both allowed."""

    low: int | float
    high: int | float

    def __str__(self) -> str:
        return f"{self.low}-{self.high}"


@dataclass(frozen=True)
class Parts:
    """A text of several parts with colons between them, each a value of a column or a day."""

    parts: tuple[Column | str, ...]

    def __str__(self) -> str:
        return ":".join(map(str, self.parts))


@dataclass(frozen=True)
class Languages:
    """The languages there are: English and every catalogue."""

    def __str__(self) -> str:
        return "languages"


DAY = "date"
Domain = Column | Choices | Span | Parts | Languages


def parse(comment: str, kind: Kind) -> tuple[str, Domain | None]:
    """Help and domain from a parameter's comment.

    >>> parse("whose figures are drawn [reporter | partner]", Kind("str"))
    ('whose figures are drawn', Choices(values=('reporter', 'partner')))
    >>> parse("first year of the comparison [trade.year]", Kind("int"))
    ('first year of the comparison', Column(table='trade', column='year'))
    """
    match = re.search(r"\[([^\[\]]*)\]\s*$", comment)
    if match is None:
        return comment.strip(), None
    said, text = comment[: match.start()].strip(), match[1].strip()
    scalar = kind.scalar
    if scalar.name in {"bool", "literal"}:
        raise RefusedError(
            f"has the domain [{text}], but its type {scalar} already says it all; leave one out"
        )
    if text == str(Languages()) and scalar.name == "str":
        return said, Languages()
    if found := _COLUMN.fullmatch(text):
        return said, Column(*found.groups())
    if ":" in text:
        pieces = [piece.strip() for piece in text.split(":")]
        if scalar.name == "str" and all(piece == DAY or _COLUMN.fullmatch(piece) for piece in pieces):
            columns = [_COLUMN.fullmatch(piece) for piece in pieces]
            return said, Parts(tuple(Column(*found.groups()) if found else DAY for found in columns))
    if "|" in text:
        values = [each.strip() for each in text.split("|")]
        if "" in values or len(set(values)) < len(values):
            raise RefusedError(
                f"has the domain [{text}], in which a choice is empty or twice there; write each once"
            )
        return said, Choices(tuple(coerce(scalar, value) for value in values))
    if (found := _SPAN.fullmatch(text)) and scalar.name in {"int", "float"}:
        low, high = (coerce(scalar, value) for value in found.groups())
        if low <= high:
            return said, Span(low, high)
    raise RefusedError(
        f"has the domain [{text}], which is not understood; write [table.column], [a | b | c] or [low-high]"
    )


@dataclass
class Lookup:
    """Domains looked up in the tables, each column once. Make one for each question: tables may change between."""

    _columns: dict[Column, Any] = field(default_factory=dict)
    _frames: dict[str, Any] = field(default_factory=dict)

    def check(self, domain: Domain | None, kind: Kind, value: Any) -> None:
        """`RefusedError` if a coerced value (or an item of it) is outside the domain."""
        if domain is None or value is None:
            return
        for item in value if kind.name == "list" else [value]:
            self._check_one(domain, kind.scalar, item)

    def values(self, domain: Domain | None, kind: Kind) -> tuple[Any, ...] | None:
        """All values of a domain that lists them (for completion, forms and schemas), else None."""
        if isinstance(domain, Choices):
            return domain.values
        if isinstance(domain, Languages):
            return language.known()
        if isinstance(domain, Column) and kind.scalar.name == "str":
            return tuple(sorted(self._column(domain, kind.scalar)))
        return None

    def span(self, domain: Domain | None, kind: Kind) -> tuple[Any, Any] | None:
        """Lowest and highest value of a domain of numbers or dates, else None."""
        if isinstance(domain, Span):
            return domain.low, domain.high
        if isinstance(domain, Column) and kind.scalar.name != "str":
            return self._column(domain, kind.scalar)
        return None

    def _check_one(self, domain: Domain, kind: Kind, value: Any) -> None:
        if isinstance(domain, Choices | Languages):
            allowed = self.values(domain, kind) or ()
            if value not in allowed:
                raise _not_one_of(allowed, value)
            return
        if isinstance(domain, Parts):
            self._check_parts(domain, kind, value)
            return
        if span := self.span(domain, kind):
            low, high = span
            if not low <= value <= high:
                raise RefusedError(_outside(domain, value, low, high))
            return
        allowed = self._column(domain, kind)
        if value not in allowed:
            raise RefusedError(self._unknown(domain, value, allowed))

    def _check_parts(self, domain: Parts, kind: Kind, value: str) -> None:
        pieces = value.split(":")
        if len(pieces) != len(domain.parts):
            raise RefusedError(
                f"{shown(value)} is not of the form {domain}; write each part, with colons between"
            )
        for part, piece in zip(domain.parts, pieces, strict=True):
            if isinstance(part, Column):
                self._check_one(part, kind, piece)
                continue
            from analysis import tables

            day, first = coerce(Kind(DAY), piece), tables.earliest()
            if first is not None and day < first.isoformat():
                raise RefusedError(
                    f"{shown(value)} is before {first.isoformat()}, where the data begin; choose that day or a later one"
                )

    def _unknown(self, domain: Column, value: str, allowed: set[str]) -> str:
        near = self._named(domain, value) or did_you_mean(value, allowed)
        remedy = f"choose one of {', '.join(sorted(allowed))}" if len(allowed) <= FEW else None
        remedy = remedy or f"choose a value of its column {domain.column}"
        return f"{shown(value)} is not in data/{domain.table}.csv{near or '; ' + remedy}"

    def _named(self, domain: Column, value: str) -> str:
        """The key of the one row that has the given word as a name, label or other code."""
        frame = self._frames[domain.table]
        if not frame[domain.column].is_unique or len(value) < 2:
            return ""
        wanted = value.strip().casefold()
        texts = frame.select_dtypes(include=["object", "string", "str"])
        hits = texts.apply(lambda column: column.astype("string").str.casefold().eq(wanted).fillna(False))
        keys = frame.loc[hits.any(axis=1), domain.column].tolist()
        return f" (did you mean '{keys[0]}'?)" if len(keys) == 1 else ""

    def _column(self, domain: Column, kind: Kind) -> Any:
        if domain not in self._columns:
            self._columns[domain] = _allowed(self._read(domain), kind, domain)
        return self._columns[domain]

    def _read(self, domain: Column) -> Any:
        from analysis import tables

        if domain.table not in self._frames:
            names = tables.names()
            if domain.table not in names:
                near = did_you_mean(domain.table, names) or "; name one of data/"
                raise RefusedError(f"has the domain [{domain}], but there is no table '{domain.table}'{near}")
            self._frames[domain.table] = tables.read(domain.table)
        frame = self._frames[domain.table]
        if domain.column not in frame.columns:
            near = did_you_mean(domain.column, frame.columns) or f"; name one of {', '.join(frame.columns)}"
            raise RefusedError(
                f"has the domain [{domain}], but data/{domain.table}.csv has no such column{near}"
            )
        return frame[domain.column].dropna()


def _allowed(column: Any, kind: Kind, domain: Column) -> Any:
    """The set of a text column's values; lowest and highest of a column of numbers or dates."""
    values = column.unique().tolist()
    if kind.name == "str":
        return {value for value in map(str, values) if value}
    if not values:
        raise RefusedError(
            f"has the domain [{domain}], but that column is empty; fill data/{domain.table}.csv"
        )
    if kind.name != "date":
        return coerce(kind, min(values)), coerce(kind, max(values))
    from analysis.tables.dates import interval

    spans = [interval(str(value)[:10]) for value in values if str(value)]
    last = max(end for _, end in spans) - timedelta(days=1)
    return min(start for start, _ in spans).isoformat(), last.isoformat()


def _not_one_of(values: tuple[Any, ...], value: Any) -> RefusedError:
    near = did_you_mean(str(value), map(str, values)) or "; choose one of them"
    return RefusedError(f"{shown(value)} is not one of {', '.join(map(str, values))}{near}")


def _outside(domain: Domain, value: Any, low: Any, high: Any) -> str:
    if isinstance(domain, Span):
        return f"{value} is outside {low}-{high}; choose a value in that span"
    noun = "year" if domain.column == "year" else "value"
    of = "the years of" if noun == "year" else f"the span of {domain.column} in"
    dash = "-" if not isinstance(low, str) else " to "
    return f"{value} is outside {low}{dash}{high}, {of} data/{domain.table}.csv; choose a {noun} in that span"
