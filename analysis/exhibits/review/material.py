"""What a review works on: the claims asked about, their tests, and the tables these look into."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from analysis import tables
from analysis.errors import UsageError, did_you_mean
from analysis.measures import claims
from analysis.measures.claim_figures import WITHDRAWN
from analysis.measures.claim_form import words
from analysis.measures.dates import is_blank
from analysis.measures.evidence import Evidence


@dataclass(frozen=True, eq=False)
class Asked:
    """The claims under review and their tests; `is_own` where they come from a person's own file."""

    claims: pd.DataFrame
    tests: pd.DataFrame
    is_own: bool
    as_of: date


def asked(file: str, documents: Collection[str], as_of: date) -> Asked:
    """The claims of a file of one's own, or those of the source documents that were out by the day.

    `documents` keeps those of some documents. Raises UsageError for a file with faults.
    """
    if file:
        given = tables.claim_file(file)
        return Asked(given.claims, given.tests, True, as_of)
    held = claims.made_by(tables.read("claims"), tables.read("sources"), as_of)
    if documents:
        held = held[held["source"].isin(documents)]
    tests = tables.read("claim_tests")
    return Asked(held, tests[tests["claim"].isin(held["claim"])], False, as_of)


def only(given: Asked, claim: str) -> Asked:
    """One claim of those under review."""
    return replace(
        given,
        claims=given.claims[given.claims["claim"] == claim],
        tests=given.tests[given.tests["claim"] == claim],
    )


def evidence(given: Asked, as_of: date, known_by: date) -> Evidence:
    """The tables that the tests name, as of the day. Raises UsageError for a table that there is not."""
    names = claims.tables_of(given.tests)
    strange = [name for name in names if name not in tables.names()]
    if strange:
        raise UsageError(
            *(
                f"a query names the table '{name}', which there is not{did_you_mean(name, tables.names())}"
                for name in strange
            )
        )
    held = Evidence(
        {name: tables.read(name) for name in names},
        {name: tables.primary_key(name) for name in names},
        as_of,
        known_by,
        documents=frozenset(tables.read("claims")["source"]),
    )
    if given.is_own:
        claims.hold_words(given.tests, held)
        if problems := [*_early(given.tests), *strange_states(given.tests)]:
            raise UsageError(*problems)
    return held


def strange_states(tests: pd.DataFrame) -> list[str]:
    """A sentence for each state or standing that a test states and that no row of its table can have."""
    found = []
    for row in tests[tests["kind"].isin(["state", "standing"])].to_dict("records"):
        question = claims.Question(row["claim"], row["part"], row["kind"], stated=str(row["stated"] or ""))
        name = str(row["query"]).partition("?")[0]
        column = "status" if is_blank(row["column"]) else row["column"]
        known = _values(name, column)
        found += [
            f"claim {row['claim']}: no row of {name} can have the {column} '{each}'"
            f"{did_you_mean(each, known) or '; choose one of ' + ', '.join(known)}"
            for each in words(question)
            if known and each not in known
        ]
    return found


def _values(table: str, column: str) -> list[str]:
    """What a column may hold, where its table declares that."""
    if table not in tables.names():
        return []
    declared = {field.name: field.constraints.get("enum") for field in tables.describe(table).columns}
    if declared.get(column):
        return list(declared[column])
    return [*tables.read("status_meanings")["status"], WITHDRAWN] if table == "memberships" else []


def _early(tests: pd.DataFrame) -> list[str]:
    """A sentence for each day before the first that the data speak about."""
    first = tables.earliest()
    return [
        f"claim {row['claim']}: on {row['on']} is before {first.isoformat()}, where the data begin; "
        "choose that day or a later one"
        for row in tests.to_dict("records")
        if first is not None
        and str(row["on"])[:4].isdigit()
        and str(row["on"]) < first.isoformat()[: len(str(row["on"]))]
    ]


def kinds(tolerance_pct: float | None) -> pd.DataFrame:
    """The table claim_kinds; with a tolerance of one's own, in per cent, for every number held against a number."""
    frame = tables.read("claim_kinds")
    if tolerance_pct is None:
        return frame
    own = frame["tolerance_unit"] == "share"
    return frame.assign(tolerance=frame["tolerance"].mask(own, tolerance_pct / 100))
