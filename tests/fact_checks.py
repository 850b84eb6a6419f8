"""What `NAME.facts.json` owes its reader: every number short, and computed ones with method, unit, rows and time.

A number that the briefing was asked for is given: it comes from nowhere else. A day, a year or a text with a number in
it may be quoted: it has its rows (a text: its source). A fact names the source of each of its rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from analysis import tables

LONGEST = 60  # letters of a printed value: a longer one is a sentence with several numbers in it
QUOTED = ("date", "year", "text")
ABSENCE = "why."  # the reason why something is not there: the years that no row has
TIMELESS = "long-term-average"  # the basis of a figure that belongs to no year


def baseless(record: Mapping[str, Any]) -> list[str]:
    """The facts of a record that do not say enough, a phrase each."""
    counts = {each["method"]: each["counts"] for each in record["methods"]}
    return [
        f"{fact['id']} {fault}: {fact['text']}"
        for fact in record["facts"]
        for fault in (*_faults(fact), *_untold(fact, counts))
    ]


def _faults(fact: Mapping[str, Any]) -> Iterator[str]:
    if len(fact["text"]) > LONGEST:
        yield "is a sentence"
    lost = [row for row in fact["rows"] if row not in row_ids(row.partition(":")[0])]
    if lost:
        yield f"names rows that are not there, {', '.join(lost)}"
    unnamed = sorted(set(tables.sources_of(fact["rows"])) - set(fact["sources"]))
    if unnamed:
        yield f"does not name all sources of its rows, {', '.join(unnamed)}"


def _untold(fact: Mapping[str, Any], counts: Mapping[str, str]) -> Iterator[str]:
    """What is not told of where a number comes from."""
    if fact["given"]:
        return
    if not fact["method"] and fact["unit"] in QUOTED:
        if fact["unit"] == "year" and fact["id"].rpartition("/")[2].startswith(ABSENCE):
            return
        if not (fact["rows"] or (fact["unit"] == "text" and fact["sources"])):
            yield "is quoted from nowhere"
        return
    if not fact["method"]:
        yield "is computed by no method"
    if not fact["rows"]:
        yield "is computed from no rows"
    if fact["unit"] == "count" and not counts.get(fact["method"]):
        yield "counts what is not told"
    if not any(fact[key] for key in ("start", "end", "on")) and fact["basis"] != TIMELESS:
        yield "is of no day and no period"


@cache
def row_ids(table: str) -> frozenset[str]:
    """The ids of all rows of a table, read without the library."""
    key = tables.primary_key(table)
    with (tables.root() / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = [[row[name] for name in key] for row in csv.DictReader(file)]
    return frozenset(f"{table}:" + "/".join(filter(None, row)) for row in rows)
