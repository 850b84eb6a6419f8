"""What `NAME.facts.json` owes its reader: every number short, with a unit, and with rows, sources or an exhibit behind it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from analysis import tables

LONGEST = 60  # letters of a printed value: a longer one is a sentence with several numbers in it


def baseless(record: Mapping[str, Any]) -> list[str]:
    """The facts of a record that do not say enough, a phrase each."""
    exhibits = {each["anchor"] for each in record["exhibits"]}
    return [f"{fact['id']} {fault}" for fact in record["facts"] for fault in _faults(fact, exhibits)]


def _faults(fact: Mapping[str, Any], exhibits: set[str]) -> Iterator[str]:
    if len(fact["text"]) > LONGEST:
        yield f"is a sentence: {fact['text']}"
    if fact["method"] and not (fact["rows"] or fact["sources"]):
        yield "is computed from nothing"
    if not (fact["rows"] or fact["sources"] or fact["given"] or fact["anchor"] in exhibits):
        yield f"rests on nothing: {fact['text']}"
    lost = [row for row in fact["rows"] if row not in row_ids(row.partition(":")[0])]
    if lost:
        yield f"names rows that are not there: {', '.join(lost)}"


@cache
def row_ids(table: str) -> frozenset[str]:
    """The ids of all rows of a table, read without the library."""
    key = tables.primary_key(table)
    with (tables.root() / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = [[row[name] for name in key] for row in csv.DictReader(file)]
    return frozenset(f"{table}:" + "/".join(filter(None, row)) for row in rows)
