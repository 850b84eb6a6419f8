"""What the tables hold around something that was stated: the rows nearest to it in time, and what they say of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import pandas as pd

from . import agreements as held_on
from .dates import Days, as_day, days, is_true

COLUMNS = (
    "what", "row", "title", "kind", "state", "date", "is_date_unverified", "is_document_only", "place", "least", "most",
    "source",
)  # fmt: skip


def nearest(
    table: pd.DataFrame,
    parties: pd.DataFrame,
    events: pd.DataFrame,
    actors: pd.DataFrame,
    pair: Sequence[str],
    stated: date | str | None,
    until: date | str,
    *,
    kinds: Collection[str],
    window: int,
) -> pd.DataFrame:
    """Agreements of `kinds` between the two and events with both as actors, at most `window` days from a stated day.

    Columns: what ("agreement" or "event"), row, title, kind, state, date (as coarse as it is) and its marks, place,
    least and most (signed days from the stated day that the date can mean, negative before it), source. An agreement
    has the place of an event of the same date with both actors, where there is one. Nothing from after `until`; events
    that are planned or expected are out. No pair or no stated day: no rows. Nearest first, by the farthest day that a date can mean (column farthest), rows
    of the document alone last. Source: MISSION_MAP section 2
    (000, pact provenance).
    """
    if not pair or stated is None:
        return pd.DataFrame(columns=[*COLUMNS, "farthest"])
    day, end, (one, other) = as_day(stated), as_day(until), sorted(pair)
    rows = held_on.between(held_on.on_day(table, parties, end, kinds=kinds), one, other)
    seen = _events(events, actors, {one, other}, end)
    places = {event["date"]: event["place"] for event in seen if isinstance(event["place"], str)}
    found = []
    for row in rows.to_dict("records"):
        place = places.get(row["date"]) if len(str(row["date"])) == len(day.isoformat()) else None
        found.append(_row("agreement", row, row["row"], row["state"], place, day))
    for row in seen:
        found.append(_row("event", row, f"events:{row['event']}", row["status"], row["place"], day))
    frame = pd.DataFrame(found, columns=list(COLUMNS))
    near = [
        not (least > window or most < -window)
        for least, most in zip(frame["least"], frame["most"], strict=True)
    ]
    frame = frame[pd.Series(near, index=frame.index, dtype=bool)]
    farthest = [max(abs(least), abs(most)) for least, most in zip(frame["least"], frame["most"], strict=True)]
    frame = frame.assign(farthest=pd.Series(farthest, index=frame.index, dtype="int64"))
    return frame.sort_values(["is_document_only", "farthest", "row"], ignore_index=True)


def _events(events: pd.DataFrame, actors: pd.DataFrame, both: set[str], end: date) -> list[dict[str, object]]:
    held = actors.groupby("event")["actor"].agg(set)
    wanted = {event for event, names in held.items() if both <= names}
    rows = events[events["event"].isin(wanted) & events["status"].isin(["held", "reported", "announced"])]
    return [row for row in rows.to_dict("records") if days(row["date"]).first <= end]


def _row(what: str, row: dict, ident: str, state: str, place: object, stated: date) -> dict[str, object]:
    least, most = distance(days(row["date"]), stated)
    values = (
        what, ident, row["title"], row["kind"], state, row["date"], is_true(row["is_date_unverified"]),
        is_true(row["is_document_only"]), place if isinstance(place, str) else None, least, most, row["source"],
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def distance(span: Days, stated: date) -> tuple[int, int]:
    """Signed days from a stated day to the first and to the last day that a date can mean; negative is before.

    >>> distance(days("2024-04-19"), date(2024, 3, 23)), distance(days("2024-03"), date(2024, 3, 23))
    ((27, 27), (-22, 8))
    """
    return (span.first - stated).days, (span.last - stated).days


def fields_named(
    named: pd.DataFrame, table: pd.DataFrame, parties: pd.DataFrame, pair: Sequence[str], until: date | str
) -> pd.DataFrame:
    """The agreements of both by a day and the fields that a source names for each; `named` is agreement_fields.

    One row for each agreement (columns of `agreements.on_day`) with fields: tuple of ids, sorted, and field_sources.
    That no field is named says nothing about the text, which was not read in full. Source: MISSION_MAP section 2 (000,
    content check).
    """
    if not pair:
        return table.iloc[:0].assign(fields=None, field_sources=None)
    one, other = sorted(pair)
    rows = held_on.between(held_on.on_day(table, parties, until), one, other)
    fields = named.groupby("agreement")["field"].agg(lambda each: tuple(sorted(each)))
    sources = named.groupby("agreement")["source"].agg(lambda each: tuple(dict.fromkeys(each)))
    return rows.assign(
        fields=[fields.get(each, ()) for each in rows["agreement"]],
        field_sources=[sources.get(each, ()) for each in rows["agreement"]],
    ).reset_index(drop=True)
