"""The stages of the corridors through time, and the corridor that has waited longest."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.exhibits import charts, marks, names, theme
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import ranked
from analysis.measures import transport
from analysis.measures.dates import days


def timeline(held: pd.DataFrame, spells: pd.DataFrame, day: date) -> Exhibit:
    """A bar for each stage of each corridor up to the day, filled where it runs; `spells` of `transport.stage_spells`."""
    first = spells["start_first"].min().date() if len(spells) else day
    if spells.empty or first == day:
        text = "No corridor asked about has a past on {day} that could be drawn."
        return Exhibit.absent("timeline", Finding("timeline-absent", text, day=day))
    begun = held.set_index("corridor")["announced"].map(lambda text: days(text).first)
    order = sorted(held["corridor"], key=lambda each: (begun[each], names.corridor(each)))
    spells = spells.set_index("corridor").loc[order].reset_index()
    drawn = pd.DataFrame(
        {
            "group": "",
            "name": [names.corridor(each) for each in spells["corridor"]],
            "colour": theme.token("accent"),
            "is_full": spells["status"] == transport.OPERATIONAL,
            "start_earliest": spells["start_first"],
            "start_latest": spells["start_last"],
            "end_earliest": spells["end_first"],
            "end_latest": spells["end_last"],
        }
    )
    printed = pd.DataFrame(
        {
            "corridor": drawn["name"],
            "stage": [marks.state(each) for each in spells["status"]],
            "since": spells["since"],
        }
    )
    return Exhibit.figure(
        "timeline",
        title=_title(order, begun),
        subtitle=Finding("timeline-subtitle", "Stages of the corridors by date, up to {day}", day=day),
        note=_note(spells, held),
        figure=lambda: charts.spells(
            drawn,
            until=day,
            full_label="in operation",
            partial_label="a stage before that",
            coarse_label="date known only roughly",
        ),
        table=Table.of(
            printed,
            [Column("corridor", "Corridor"), Column("stage", "Stage"), Column("since", "From", "date")],
        ),
        data=spells,
        sources=list(spells["source"]),
    )


def _title(order: list[str], begun: pd.Series) -> Finding:
    """The oldest and the newest corridor, by year."""
    oldest, newest = order[0], order[-1]
    years = [begun[each].year for each in order]
    values = {"oldest": ranked(names.corridor_said(oldest), years, by=years[0]), "year": years[0]}
    if oldest == newest:
        text = "{oldest} is the only corridor there is, announced in {year}"
        return Finding("timeline-title", text, role="title", **values)
    return Finding(
        "timeline-title",
        "Of {count:count} corridors the oldest, {oldest}, was announced in {year}, the newest, {newest}, in {last}",
        role="title",
        count=len(order),
        newest=ranked(names.corridor_said(newest), years, by=years[-1]),
        last=years[-1],
        **values,
    )


def _note(spells: pd.DataFrame, held: pd.DataFrame) -> str | None:
    """Which stages may have begun before they are first attested, and which are uncertain on the day."""
    early = [
        f"{names.corridor(row.corridor)} ({marks.state(row.status)})"
        for row in spells[spells["is_start_attested"]].itertuples()
    ]
    unsure = [names.corridor(each) for each in held.loc[held["is_uncertain"], "corridor"]]
    told = []
    if early:
        told.append(f"First attested at the date given, and may have begun before: {', '.join(early)}.")
    if unsure:
        told.append(f"On this day the stage is uncertain, and may be a later one: {', '.join(unsure)}.")
    return " ".join(told) or None


def waiting(held: pd.DataFrame, day: date) -> Finding:
    """The corridor that was announced first of those that do not run on the day."""
    rows = held[(held["state"] != transport.OPERATIONAL) & ~held["is_uncertain"]]
    if rows.empty:
        return Finding("waiting", "On {day} no corridor asked about is surely still waiting to run.", day=day)
    first = min(rows.to_dict("records"), key=lambda row: days(row["announced"]).first)
    is_new = first["state"] == transport.STAGES[0]
    values = {} if is_new else {"state": marks.state(first["state"])}
    return Finding(
        "waiting",
        "Of the corridors that do not run on {day}, {who} was announced first ({since}) and "
        + ("has come no further." if is_new else "is {state}."),
        exhibit="timeline",
        day=day,
        who=names.corridor_said(first["corridor"]),
        since=marks.date(first, "announced"),
        sources=first["sources"],
        **values,
    )
