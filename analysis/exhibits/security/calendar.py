"""The calendar of a bloc's summits: numbers that run on or not, gaps in days, themes, and plans that are not counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from analysis.exhibits import marks, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural, ranked
from analysis.measures import summits as calendars
from analysis.measures.measured import Measured, tally


def summits(calendar: pd.DataFrame, topics: pd.DataFrame, bloc: str, on: date) -> Exhibit:
    """Every summit known by the day, in order of time; `calendar` is the frame of `summits.known`."""
    values = {"bloc": names.bloc(bloc), "day": on}
    if calendar.empty:
        why = "No summit of {bloc} is known by {day}."
        return Exhibit.absent("summits", Finding("summits-absent", why, **values))
    said = {
        event: "; ".join(str(text) for text in group.sort_values("aspect", ascending=False)["text"])
        for event, group in topics.groupby("event")
    }
    series = calendars.series(calendar)
    gaps = dict(zip(calendars.numbered(calendar)["event"], series.gaps, strict=True))
    frame = pd.DataFrame([_row(event, said, gaps) for event in calendar.to_dict("records")])
    held, planned = (
        tally(calendar.loc[rows, "row"], "event_count", on=on)
        for rows in (calendar["is_counted"].astype(bool), calendar["state"].isin(calendars.AHEAD))
    )
    shown = topics[topics["event"].isin(calendar["event"])]
    return Exhibit.table(
        "summits",
        title=_title(held, planned, values),
        subtitle="All summits in order of time; the gap is the number of days from the numbered summit before",
        note=" ".join(filter(None, (_planned_note(planned.value), marks.note(frame["date"])))) or None,
        table=Table.of(
            frame,
            [
                Column("number", "No.", align="right"),
                Column("date", "Date"),
                Column("gap", "Gap", align="right"),
                Column("place", "Place"),
                Column("topic", "Theme or outcome"),
                Column("state", "State"),
            ],
            row_header=False,
        ),
        data=frame,
        sources=list(dict.fromkeys([*calendar["source"], *shown["source"]])),
        methods=["summits_held"],
    )


def summits_said(calendar: pd.DataFrame, bloc: str, on: date) -> Finding:
    """The ordinal check and the longest gap of the numbered summits."""
    series = calendars.series(calendar)
    series = series._replace(count=replace(series.count, on=on))
    values = {"bloc": names.bloc(bloc), "day": on}
    if not series.count.value:
        return Finding("summit-numbers", "No numbered summit of {bloc} had been held by {day}.", **values)
    values |= {
        "count": series.count,
        "summits": plural(series.count, one="numbered summit", other="numbered summits"),
    }
    text = "{bloc} had held {count:count} {summits} by {day}"
    if series.is_unbroken and series.count.value > 1:
        text += ", and the numbers run on without a break"
    elif not series.is_unbroken:
        text += "; the numbers do not run on"
        if series.missing:
            text += ", {missing} {lacking} missing"
            values |= {
                "missing": [wording.count(each) for each in series.missing],
                "lacking": plural(len(series.missing), one="is", other="are"),
            }
    known = [(gap, place) for place, gap in enumerate(series.gaps) if gap is not None]
    if known:
        longest, place = max(known)
        ends = calendars.numbered(calendar).iloc[place - 1 : place + 1]
        since, until = ends["date"]
        text += "; the longest gap is {days:count} days, before number {number:count}"
        values |= {
            "days": ranked(
                Measured(longest, "count", "summit_gap", since=since, on=until, rows=tuple(ends["row"])),
                [gap for gap, _ in known],
            ),
            "number": Measured(
                int(ends["ordinal"].iloc[-1]), "count", "summits_held", on=until, rows=(ends["row"].iloc[-1],)
            ),
        }
    return Finding("summit-numbers", text + ".", exhibit="summits", **values)


def _row(
    event: Mapping[str, object], said: Mapping[str, str], gaps: Mapping[str, int | None]
) -> dict[str, str]:
    number = event["ordinal"]
    is_planned = event["state"] in calendars.AHEAD
    gap = gaps.get(str(event["event"]))
    return {
        "number": "" if pd.isna(number) else f"{int(number)}",
        "date": marks.date(event),
        "gap": "" if gap is None else wording.count(gap),
        "place": str(event["place"]) if isinstance(event["place"], str) else "",
        "topic": said.get(str(event["event"]), ""),
        "state": marks.state(str(event["state"])) + (", not counted" if is_planned else ""),
    }


def _title(held: Measured, planned: Measured, values: Mapping[str, object]) -> Finding:
    text = "{held:count} {summits} of {bloc} held by {day}"
    more = {"held": held, "summits": plural(held, one="summit", other="summits")}
    if not held.value:
        text, more = "No summit of {bloc} is shown to have been held by {day}", {}
    if planned.value:
        text += (
            ", {planned:count} more planned or expected"
            if held.value
            else "; {planned:count} planned or expected"
        )
        more["planned"] = planned
    return Finding("summits-title", text, role="title", **more, **values)


def _planned_note(planned: int) -> str | None:
    if not planned:
        return None
    return "What is planned or expected was not shown to have been held, also where its date has passed."
