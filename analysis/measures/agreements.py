"""Agreements on a day: which there are, how far each had come, and what cannot be told.

`agreements` and `parties` are the tables `agreements` and `agreement_parties`. The `date` of a row is the day its
`status` was reached (of one that is in force or ended: the day it was signed). A coarse date is an interval, and on a
day inside it whether the agreement exists yet is uncertain.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import pandas as pd

from .dates import as_day, days, is_blank, is_true

UNCERTAIN = "uncertain"
SIGNED = "signed"
IN_FORCE = "in-force"
ENDED = "ended"
STATES = ("proposed", "announced", "initialed", SIGNED, IN_FORCE, ENDED)
"""How far an agreement can have come, in order; each is told apart from the others and none implies the next."""

BINDING = (SIGNED, IN_FORCE)
"""The states in which an agreement ties its parties: it has been signed, and has not ended."""

COLUMNS = ("state", "is_uncertain", "parties", "row", "first", "last")


def on_day(
    agreements: pd.DataFrame,
    parties: pd.DataFrame,
    on: date | str,
    *,
    countries: Collection[str] | None = None,
    kinds: Collection[str] | None = None,
) -> pd.DataFrame:
    """Every agreement that has, or may have, come to something by a day: the rows of the table and six columns.

    state: how far it had come (one of STATES). is_uncertain: the day falls inside a coarse date, so the state may be
    the one before. parties: tuple of codes of countries and ids of blocs, as in the table. row: "agreements:ID".
    first, last: the days that its date can mean. Rows in order of `first`, then id.

    A row whose table says in force or ended was "signed" from its date until `in_force`. One that is in force with no
    known day of entry stays "signed" (that it had been signed is all that the day tells). One that has ended but was
    never known in force goes from signed to ended. `countries` keeps agreements of which at least one party is in it;
    `kinds` those kinds. Source: DESIGN section 3; METHODS 1.4.

    >>> rows = [("t", "2024-04-18", "in-force", "2025-03-31", ""), ("c", "2024", "signed", "", "")]
    >>> table = pd.DataFrame(rows, columns=["agreement", "date", "status", "in_force", "ended"]).assign(kind="alliance")
    >>> parties = pd.DataFrame({"agreement": ["t", "t", "c", "c"], "party": ["AAA", "BBB", "AAA", "CCC"]})
    >>> on_day(table, parties, "2024-06-30")[["agreement", "state", "is_uncertain"]].values.tolist()
    [['c', 'signed', True], ['t', 'signed', False]]
    >>> on_day(table, parties, "2025-12-31")["state"].tolist()
    ['signed', 'in-force']
    """
    day = as_day(on)
    known = parties_of(parties)
    wanted = None if countries is None else set(countries)
    found = []
    for row in agreements.to_dict("records"):
        held = known.get(str(row["agreement"]), ())
        if (kinds is not None and row["kind"] not in kinds) or (
            wanted is not None and wanted.isdisjoint(held)
        ):
            continue
        span = days(row["date"])
        if span.first > day:
            continue
        state, is_uncertain = state_on(row, day)
        values = (state, is_uncertain, held, f"agreements:{row['agreement']}", span.first, span.last)
        found.append(row | dict(zip(COLUMNS, values, strict=True)))
    frame = pd.DataFrame(found, columns=[*agreements.columns, *COLUMNS])
    return frame.sort_values(["first", "agreement"], ignore_index=True)


def parties_of(parties: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """The parties of each agreement, as they stand in the table.

    >>> parties_of(pd.DataFrame({"agreement": ["t", "c", "t"], "party": ["AAA", "CCC", "BBB"]}))
    {'t': ('AAA', 'BBB'), 'c': ('CCC',)}
    """
    held: dict[str, list[str]] = {}
    for agreement, party in zip(parties["agreement"].tolist(), parties["party"].tolist(), strict=True):
        held.setdefault(str(agreement), []).append(party)
    return {agreement: tuple(own) for agreement, own in held.items()}


def between(held: pd.DataFrame, one: str, other: str, *, only: bool = False) -> pd.DataFrame:
    """The rows of `on_day` to which both are party; with `only`, those that have no third party.

    >>> table = pd.DataFrame({"parties": [("AAA", "BBB"), ("AAA", "BBB", "CCC"), ("AAA", "CCC")]})
    >>> len(between(table, "BBB", "AAA")), len(between(table, "BBB", "AAA", only=True))
    (2, 1)
    """
    both = [{one, other} <= set(each) and (not only or len(set(each)) == 2) for each in held["parties"]]
    return held[pd.Series(both, index=held.index, dtype=bool)]


def state_on(row: Mapping[str, Any], day: date) -> tuple[str, bool]:
    """The state of an agreement on a day not before the first that the row can mean, and whether it is uncertain."""
    is_uncertain = days(row["date"]).last > day
    state = row["status"]
    if state in (IN_FORCE, ENDED):
        state = SIGNED
        for column, reached in (("in_force", IN_FORCE), ("ended", ENDED)):
            if column in row and not is_blank(row[column]) and (span := days(row[column])).first <= day:
                state = reached
                is_uncertain |= span.last > day
    return state, is_uncertain


def is_doubtful(row: Mapping[str, Any]) -> bool:
    """Whether a row rests on an unverified date or on the document alone, and has to be drawn apart.

    >>> is_doubtful({"is_date_unverified": False, "is_document_only": True})
    True
    """
    return is_true(row.get("is_date_unverified")) or is_true(row.get("is_document_only"))
