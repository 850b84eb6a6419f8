"""What differs between two states of an input, for a person: rows of a table, keys of a definition, cells of a notebook."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.execution import notebook as nb
from analysis.execution import settle

SHOWN = 20  # details; the rest are counted
LONGEST = 60  # characters of a value

Row = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """A phrase, and a line for each part where there are several."""

    said: str
    details: tuple[str, ...] = ()


def of_rows(old: str, new: str, key: Sequence[str]) -> Difference:
    """The rows of a CSV text that changed, came or went; `key` are the columns that tell them apart.

    >>> of_rows("year,usd\\n2022,5\\n2023,7\\n", "year,usd\\n2022,5\\n2023,9\\n", ["year"])
    Difference(said='1 row changed: year 2023: usd 7 -> 9', details=())
    >>> of_rows("year,usd\\n2022,5\\n", "year,usd\\n2021,3\\n2023,9\\n", ["year"])
    Difference(said='2 rows added, 1 removed', details=('added: year 2021', 'added: year 2023', 'removed: year 2022'))
    """
    before, after = _table(old), _table(new)
    if before[0] != after[0]:
        return _of_columns(before[0], after[0])
    header = before[0]
    gone, come = (
        _keyed(header, set(before[1]) - set(after[1]), key),
        _keyed(header, set(after[1]) - set(before[1]), key),
    )
    changed = [
        f"{_named(header, each, key)}: {_cells(header, gone[each], come[each])}"
        for each in sorted(gone.keys() & come.keys())
    ]
    added = [_named(header, each, key) for each in sorted(come.keys() - gone.keys())]
    removed = [_named(header, each, key) for each in sorted(gone.keys() - come.keys())]
    parts = [("changed", changed), ("added", added), ("removed", removed)]
    if not changed + added + removed:
        return Difference("written anew, no row changed")
    if len(changed + added + removed) == 1:
        return Difference(f"1 row {next(f'{word}: {rows[0]}' for word, rows in parts if rows)}")
    details = [*changed, *(f"added: {each}" for each in added), *(f"removed: {each}" for each in removed)]
    return Difference(_counted([(word, len(rows)) for word, rows in parts if rows]), _cut(details))


def of_mappings(old: Any, new: Any) -> Difference:
    """The keys of two YAML or JSON texts, as read, whose values differ.

    >>> of_mappings({"title": "A", "sections": [{"name": "x", "annex": "true"}]}, {"title": "B", "sections": [{"name": "x"}]})
    Difference(said='2 changes', details=('title: A -> B', 'sections, x, annex: true -> nothing'))
    """
    return _together(
        [f"{', '.join(path)}: {_value(a)} -> {_value(b)}" for path, a, b in _unequal(old, new)], "changes"
    )


def of_notebooks(old: nb.Notebook, new: nb.Notebook) -> Difference:
    """The cells of two notebooks that changed, came, went or moved, each by its name and first line."""
    before, after = ({cell["id"]: cell for cell in settle.prepared(each)["cells"]} for each in (old, new))
    lines = []
    for ident in dict.fromkeys([*after, *before]):
        cell = after.get(ident) or before[ident]
        told = f"cell {ident} (`{nb.first_line(cell)}`)"
        if ident not in before:
            lines.append(f"{told} added")
        elif ident not in after:
            lines.append(f"{told} removed")
        elif nb.source(before[ident]) != nb.source(after[ident]) or nb.tags(before[ident]) != nb.tags(
            after[ident]
        ):
            lines.append(f"{told} changed")
    if not lines and list(before) != list(after):
        return Difference("cells stand in another order")
    return (
        _together(lines, "cells differ")
        if lines
        else Difference("only outputs and metadata changed, nothing that runs")
    )


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(text: str) -> tuple[Row, list[Row]]:
    rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]
    return (rows[0], rows[1:]) if rows else ((), [])


def _of_columns(old: Row, new: Row) -> Difference:
    added = [f"column {name} added" for name in new if name not in old]
    removed = [f"column {name} removed" for name in old if name not in new]
    return _together(added + removed or ["its columns stand in another order"], "columns differ")


def _keyed(header: Row, rows: set[Row], key: Sequence[str]) -> dict[Row, Row]:
    """Rows by their key; by all their cells where there is none or it is not one."""
    places = [header.index(name) for name in key if name in header]
    keyed = {tuple(row[place] for place in places if place < len(row)): row for row in rows}
    return keyed if places and len(keyed) == len(rows) else {row: row for row in rows}


def _named(header: Row, cells: Row, key: Sequence[str]) -> str:
    names = key if len(cells) == len(key) else header
    return ", ".join(f"{name} {_value(cell)}" for name, cell in zip(names, cells, strict=False) if cell)


def _cells(header: Row, old: Row, new: Row) -> str:
    unequal = [(name, a, b) for name, a, b in zip(header, old, new, strict=False) if a != b]
    return ", ".join(f"{name} {_value(a)} -> {_value(b)}" for name, a, b in unequal)


def _counted(counts: Sequence[tuple[str, int]]) -> str:
    (word, first), *others = counts
    rows = "row" if first == 1 else "rows"
    return ", ".join([f"{first} {rows} {word}", *(f"{count} {word}" for word, count in others)])


# --- mappings ---------------------------------------------------------------------------------------------------------


def _unequal(old: Any, new: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """The places at which two values differ, as deep as both are mappings or lists of named ones."""
    old_parts, new_parts = _parts(old), _parts(new)
    if old_parts is None or new_parts is None:
        if old != new:
            yield path, old, new
        return
    for name in dict.fromkeys([*old_parts, *new_parts]):
        yield from _unequal(old_parts.get(name), new_parts.get(name), (*path, name))


def _parts(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, Mapping):
        return {str(name): each for name, each in value.items()}
    if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        names = [each.get("name") or each.get("notebook") for each in value]
        if all(names) and len(set(names)) == len(names):
            return dict(zip(map(str, names), value, strict=True))
    return None


def _value(value: Any) -> str:
    if value in (None, ""):
        return "nothing"
    text = " ".join((value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _together(lines: Sequence[str], several: str) -> Difference:
    if not lines:
        return Difference("written anew, nothing that is said changed")
    return Difference(lines[0]) if len(lines) == 1 else Difference(f"{len(lines)} {several}", _cut(lines))


def _cut(lines: Sequence[str]) -> tuple[str, ...]:
    rest = len(lines) - SHOWN
    return (*lines[:SHOWN], f"and {rest} more") if rest > 0 else tuple(lines)
