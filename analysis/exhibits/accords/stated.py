"""Stated against found: what documents say beside what the tables hold, with the result of each."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.exhibits.accords import naming
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.measures import stages
from analysis.measures.measured import Measured

COLUMNS = ("label", "stated", "found", "result", "claim", "row", "source", "document")
"""Of a frame of stated and found: matter, both texts, result, claim, row that answers it, its source, the document."""


def agreeing(frame: pd.DataFrame, on: date) -> tuple[Measured, Measured]:
    """How many of the rows agree, and how many there are."""
    behind = {
        "on": on,
        "rows": tuple(dict.fromkeys(row for row in frame["row"] if row)),
        "sources": tuple(naming.sources(frame["source"])),
    }
    agrees = int((frame["result"] == stages.AGREES).sum())
    return Measured(agrees, "count", "calendar", **behind), Measured(
        len(frame), "count", "calendar", **behind
    )


def said(ident: str, what: str, frame: pd.DataFrame, on: date, exhibit: str) -> Finding:
    """How many rows agree, and which do not, with the reason; `what` names them at the head of the sentence."""
    agrees, number = agreeing(frame, on)
    rest = [
        f"{row['label']} ({row['result']})"
        for row in frame.to_dict("records")
        if row["result"] != stages.AGREES
    ]
    return Finding(
        ident,
        "{what} that agree with the tables: {agrees:count} of {number:count}"
        + ("; the rest: {rest}." if rest else "."),
        exhibit=exhibit,
        what=what,
        agrees=agrees,
        number=number,
        **({"rest": "; ".join(rest)} if rest else {}),
    )


def table(ident: str, what: str, frame: pd.DataFrame, on: date, note: str | None) -> Exhibit:
    """The rows as a display table; `what` names them at the head of the title."""
    agrees, number = agreeing(frame, on)
    return Exhibit.table(
        ident,
        title=Finding(
            f"{ident}-title",
            "{what} that agree with the tables: {agrees:count} of {number:count}",
            role="title",
            what=what,
            agrees=agrees,
            number=number,
        ),
        subtitle=Finding(
            f"{ident}-subtitle", "Stated in the documents against what the tables hold by {day}", day=on
        ),
        table=Table.of(
            frame,
            [
                Column("label", "What is checked"),
                Column("stated", "Stated"),
                Column("found", "Found"),
                Column("result", "Result"),
            ],
        ),
        data=frame,
        note=note,
        sources=naming.sources(frame["source"], frame["document"]),
        methods=["date_fits"],
    )
