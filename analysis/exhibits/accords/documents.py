"""What the documents say: days and orders of events against the tables, and documents against each other."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.exhibits import marks, names, wording
from analysis.exhibits.accords import naming, stated
from analysis.exhibits.accords.tracks import Tracks
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Quoted
from analysis.exhibits.template import msg
from analysis.measures import agreements as _agreements
from analysis.measures import stages
from analysis.measures.measured import Measured

WHAT = "Stated days, weekdays and orders"
HOURS = "same day; the tables hold no hours"
CONTRADICT = "contradict"
ALONE = "only the document says so"


def days_checked(
    checks: pd.DataFrame, events: pd.DataFrame, claims: pd.DataFrame, tracks: Tracks, on: date
) -> pd.DataFrame:
    """Every stated day, weekday or order whose event has surely come by the day, beside what is found.

    `checks` are dated (`stages.dated`); `claims` those of documents known by the day of knowledge.
    """
    said = claims.set_index("claim")
    asked = checks[checks["process"].isin(list(tracks)) & checks["claim"].isin(said.index)]
    come = stages.reached(asked, on)
    others = dict(zip(events["event"], events["date"], strict=True))
    rows = [
        _checked(row, said.loc[row["claim"]], others)
        for row in come[~come["is_uncertain"].astype(bool)].to_dict("records")
    ]
    return pd.DataFrame(rows, columns=list(stated.COLUMNS))


def calendar_said(frame: pd.DataFrame, on: date) -> Finding:
    """How many stated days, weekdays and orders agree, and which do not."""
    if frame.empty:
        return Finding(
            "calendar-facts",
            "The documents known state no day of these processes that had come by {day}.",
            day=on,
        )
    return stated.said("calendar-facts", WHAT, frame, on, "calendar")


def calendar(frame: pd.DataFrame, on: date) -> Exhibit:
    """The stated days, weekdays and orders (`days_checked`) as a table."""
    if frame.empty:
        text = "On {day}, there is no stated day to check."
        return Exhibit.absent("calendar", Finding("calendar-absent", text, day=on))
    return stated.table("calendar", WHAT, frame, on, marks.note(frame["found"]))


def shared(
    matters: pd.DataFrame,
    claims: pd.DataFrame,
    agreements: pd.DataFrame,
    parties: pd.DataFrame,
    tracks: Tracks,
    on: date,
    *,
    is_all: bool,
) -> pd.DataFrame:
    """What two documents say of one matter, and the state found on the day; `is_all` takes matters of no process too."""
    held = _agreements.on_day(agreements, parties, on).set_index("agreement")
    known = matters[matters["claim"].isin(claims["claim"]) & matters["agreement"].isin(held.index)]
    known = known[known["process"].isin(list(tracks)) | (is_all & known["process"].isna())]
    documents = dict(zip(claims["claim"], claims["source"], strict=True))
    rows = []
    for _, own in known.groupby("matter", sort=True):
        said = [(documents[row["claim"]], row["reading"], row["claim"]) for row in own.to_dict("records")]
        if len({each[0] for each in said}) > 1:
            row = held.loc[own["agreement"].iloc[0]]
            rows.append(
                {
                    "label": own["label"].iloc[0],
                    "one": _spoken(said[0]),
                    "other": wording.clauses(map(_spoken, said[1:])),
                    "result": CONTRADICT if len({each[1] for each in said}) > 1 else "agree",
                    "found": _found(row),
                    "claims": "; ".join(each[2] for each in said),
                    "source": row["source"],
                    "documents": tuple(each[0] for each in said),
                }
            )
    columns = ("label", "one", "other", "result", "found", "claims", "source", "documents")
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("result", ascending=False, kind="stable", ignore_index=True)


def against(frame: pd.DataFrame, on: date) -> Finding:
    """The first matter on which documents contradict each other, with what is found."""
    found = frame[frame["result"] == CONTRADICT]
    if found.empty:
        return Finding(
            "documents-differ",
            "On no matter that two documents share by {day} do they contradict each other.",
            day=on,
        )
    row = found.iloc[0]
    return Finding(
        "documents-differ",
        "On {matter} the documents contradict each other. {one}. {other}. Found on {day}: {found}.",
        exhibit="contradictions",
        matter=f"{row['label'][:1].upper()}{row['label'][1:]}",
        one=row["one"],
        other=row["other"],
        found=row["found"],
        day=on,
        rows=[f"claims:{claim}" for claim in row["claims"].split("; ")],
        sources=[row["source"], *row["documents"]],
    )


def contradictions(frame: pd.DataFrame, on: date) -> Exhibit:
    """The matters that two documents share (`shared`) as a table."""
    if frame.empty:
        text = "On {day}, no two documents speak of the same matter of these processes."
        return Exhibit.absent("contradictions", Finding("contradictions-absent", text, day=on))
    claims = [f"claims:{claim}" for said in frame["claims"] for claim in said.split("; ")]
    behind = {"unit": "count", "method": "contradictions", "on": on, "rows": tuple(claims)}
    against = Measured(int((frame["result"] == CONTRADICT).sum()), **behind)
    shared = Measured(len(frame), **behind)
    return Exhibit.table(
        "contradictions",
        title=Finding(
            "contradictions-title",
            "Matters on which documents contradict each other: {against:count} of {shared:count} that they share",
            role="title",
            against=against,
            shared=shared,
        ),
        subtitle=Finding(
            "contradictions-subtitle",
            "Claims of two documents on one matter, and the state found on {day}",
            day=on,
        ),
        table=Table.of(
            frame,
            [
                Column("label", "Matter"),
                Column("one", "One document"),
                Column("other", "Another"),
                Column("result", "They"),
                Column("found", "Found"),
            ],
        ),
        data=frame.drop(columns="documents"),
        note="Which claims speak of one matter was reviewed by hand.",
        sources=naming.sources(frame["source"], (each for row in frame["documents"] for each in row)),
    )


# --- inside ----------------------------------------------------------------------------------------------------------


def _checked(row: dict, claim: pd.Series, others: dict[str, str]) -> dict:
    """One stated fact beside what is found."""
    found, text = str(row["date"]), str(claim["stated_value"])
    if row["kind"] == "weekday":
        day = stages.weekday(found)
        told = f"{day}, {marks.date(row)}"
        result = (
            stages.UNCERTAIN if day == stages.UNCERTAIN else stages.AGREES if day == text else stages.DIFFERS
        )
    elif row["kind"] == "before":
        how = stages.order(found, others[row["other"]])
        told = f"{marks.date(row)}; the other {wording.date(others[row['other']])}"
        result = {stages.BEFORE: stages.AGREES, stages.SAME_DAY: HOURS, stages.AFTER: stages.DIFFERS}.get(
            how, how
        )
    else:
        told, result = marks.date(row), stages.fits(text, found)
        text = wording.date(text)
    if row["is_document_only"]:
        result = ALONE
    return {
        "claim": row["claim"],
        "label": row["label"],
        "stated": text,
        "found": told,
        "result": result,
        "row": row["row"],
        "source": row["source"],
        "document": claim["source"],
    }


def _found(row: pd.Series) -> str:
    """The agreement that answers a matter, its state and its date."""
    state = marks.state(row["state"], is_uncertain=bool(row["is_uncertain"]))
    return msg(
        "{title}: {state}, {date}", title=names.spoken(str(row["title"])), state=state, date=marks.date(row)
    )


def _spoken(said: tuple[str, str, str]) -> str:
    """A document by its title, and what it says."""
    return msg("“{title}”: {reading}", title=names.document(said[0]), reading=Quoted(said[1]))
