"""What stands before the last stages: each condition or companion act, how far it has come, and since when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from analysis.exhibits import marks
from analysis.exhibits.accords import naming
from analysis.exhibits.accords.tracks import Tracks
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural
from analysis.measures import stages
from analysis.measures.dates import is_blank
from analysis.measures.measured import Measured


def conditions(steps: pd.DataFrame, tracks: Tracks, on: date) -> Finding:
    """How many of the conditions named by a day are met; a key figure where one process alone is asked about."""
    found = _latest(steps, tracks, on)
    if found.empty:
        return Finding("conditions", "On {day}, the tables name no condition of these processes.", day=on)
    met, named = _counted(found, on)
    open_ = [f"‘{label}’" for label in found.loc[~_met(found), "label"]]
    text = "Conditions and companion acts met by {day}: {met:count} of the {named:count} named"
    values = {"list": open_} if open_ else {}
    return Finding(
        "conditions",
        text + ("; open {still} {list}." if open_ else "."),
        role="key" if len(tracks) == 1 else "text",
        rank=5,
        label="Conditions and companion acts met, of those named",
        figure="{met:count} of {named:count}",
        exhibit="conditions-board",
        met=met,
        named=named,
        day=on,
        **({"still": plural(len(open_), one="is", other="are")} if open_ else {}),
        **values,
    )


def board(steps: pd.DataFrame, tracks: Tracks, on: date) -> Exhibit:
    """Each condition with its last step, whether it is met, the date and what happened."""
    found = _latest(steps, tracks, on)
    if found.empty:
        absent = Finding("conditions-board-absent", "There is no condition to show on {day}.", day=on)
        return Exhibit.absent("conditions-board", absent)
    met, named = _counted(found, on)
    shown = found.assign(
        word=[_word(row) for row in found.to_dict("records")],
        said=[marks.date(row) for row in found.to_dict("records")],
        of=[naming.kind(each) for each in found["process"]],
        is_met=["yes" if each else "no" for each in _met(found)],
    )
    return Exhibit.table(
        "conditions-board",
        title=Finding(
            "conditions-board-title",
            "Conditions and companion acts that are met: {met:count} of {named:count}",
            role="title",
            met=met,
            named=named,
        ),
        subtitle=Finding("conditions-board-subtitle", "The last step of each by {day}", day=on),
        table=Table.of(
            shown,
            [
                Column("label", "Condition"),
                Column("of", "For"),
                Column("word", "State"),
                Column("said", "Date"),
                Column("is_met", "Met"),
                Column("title", "What happened"),
            ],
        ),
        data=shown[
            [
                "process",
                "condition",
                "label",
                "state",
                "next_state",
                "date",
                "is_met",
                "title",
                "row",
                "source",
            ]
        ],
        note=" ".join(filter(None, [_notes(shown), marks.note(shown["said"])])) or None,
        sources=naming.sources(found["source"]),
    )


def waits(steps: pd.DataFrame, tracks: Tracks, process: str, on: date) -> Finding:
    """What one process waits for: its last condition that is not met, with the day."""
    values: dict[str, Any] = {"process": naming.process(process)}
    if process not in tracks:
        return Finding("waits", "What {process} waits for is not asked here.", **values)
    found = _latest(steps[steps["process"] == process], tracks, on)
    open_ = found[~_met(found)]
    if open_.empty:
        return Finding(
            "waits", "By {day}, the tables name nothing that {process} waits for.", day=on, **values
        )
    last = open_.iloc[-1]
    return Finding(
        "waits",
        "{process} waits for what is named as its condition: {title} ({said}).",
        title=last["title"],
        said=marks.date(last),
        exhibit=f"track-{process}",
        sources=[last["source"]],
        **values,
    )


# --- inside ----------------------------------------------------------------------------------------------------------


def _latest(steps: pd.DataFrame, tracks: Tracks, on: date) -> pd.DataFrame:
    asked = steps[steps["process"].isin(list(tracks))]
    return stages.latest(stages.reached(asked, on), "condition")


def _met(found: pd.DataFrame) -> pd.Series:
    """What surely is met: a step on a day that is certain, and not on the word of a document alone."""
    doubtful = found["is_uncertain"].astype(bool) | found["is_document_only"].astype(bool)
    return found["is_met"].astype(bool) & ~doubtful


def _counted(found: pd.DataFrame, on: date) -> tuple[Measured, Measured]:
    behind = {
        "on": on,
        "rows": tuple(row for row in found["row"] if row),
        "sources": tuple(naming.sources(found["source"])),
    }
    return (
        Measured(int(_met(found).sum()), "count", "conditions", **behind),
        Measured(len(found), "count", "conditions", **behind),
    )


def _word(row: dict) -> str:
    """The state as a word, with what may have followed."""
    word = row["state"].replace("-", " ")
    if row["is_uncertain"]:
        return f"{word}, uncertain on this day"
    return f"{word}, perhaps {row['next_state'].replace('-', ' ')} since" if row["next_state"] else word


def _notes(shown: pd.DataFrame) -> str:
    noted = shown[~shown["note"].map(is_blank)]
    return " ".join(f"{row['label']}: {row['note']}." for row in noted.to_dict("records"))
