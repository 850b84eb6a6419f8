"""How often the two countries met: summits, visits and meetings with both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from analysis.exhibits import charts, marks, names, theme, wording
from analysis.exhibits.bilateral.moments import quoted
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Told, noted, paragraph
from analysis.exhibits.template import msg, plural, ranked
from analysis.measures.measured import Measured, tally

ALONE, WIDER = noted("The two alone"), noted("With others")
FEW = 3
"""More years than these are counted and not named."""


def met(held: pd.DataFrame, pair: Sequence[str], start: int, as_of: dt.date) -> Finding:
    """How often the two met: in the year with most events, and when last without others."""
    shown = held[[last.year >= start for last in held["last"]]]
    if shown.empty:
        return Finding(
            "met",
            "The tables hold no summit, visit or meeting of {one} and {other} by {day} in the years from {start} on."
            if start <= as_of.year
            else "The tables hold no summit, visit or meeting of {one} and {other} by {day} in the years asked for.",
            one=names.country(pair[0]),
            other=names.country(pair[1]),
            day=as_of,
            **({"start": start} if start <= as_of.year else {}),
        )
    counts = pd.Series([day.year for day in shown["first"]]).value_counts()
    most, alone = int(counts.max()), shown[shown["is_alone"]]
    years = [wording.year(year) for year in sorted(counts.index[counts == most])]
    values = {}
    if most > 1:
        tops = sorted(map(int, counts.index[counts == most]))
        used = tuple(_rows(shown[[day.year in tops for day in shown["first"]]]))
        behind = {"start": tops[0], "end": tops[-1], "rows": used}
        top = Measured(most, "count", "event_count", **behind)
        among = Measured(len(tops), "count", "years_counted", **behind)
        values = {"most": ranked(top, counts), "events": plural(top, one="event", other="events")}
        values["years"] = years if len(years) <= FEW else msg("each of {count:count} years", count=among)
    values |= {"exhibit": "meetings", "sources": list(alone["source"])[-1:]}
    values["rows"] = _rows(shown)
    if alone.empty:
        return Finding(
            "met",
            "The two met most often in {years}, at {most:count} {events}; at none of all these were they alone."
            if most > 1
            else "The tables hold no year in which the two met twice; at none of these events were they alone.",
            **values,
        )
    last = alone.iloc[-1]
    return Finding(
        "met",
        "The two met most often in {years}, at {most:count} {events}; the last time they met alone was on {day:date}"
        " ({title})."
        if most > 1
        else "The tables hold no year in which the two met twice; the last time they met alone was on {day:date}"
        " ({title}).",
        day=ranked(str(last["date"]), alone["first"], by=last["first"]),
        title=quoted(last["title"]),
        **values,
    )


def _rows(shown: pd.DataFrame) -> list[str]:
    return [f"events:{each}" for each in shown["event"]]


def meetings(held: pd.DataFrame, pair: Sequence[str], start: int, as_of: dt.date) -> Exhibit:
    """Summits, visits and meetings with both countries as ticks along time; `held` is that of `around.meetings`."""
    shown = held[[last.year >= start for last in held["last"]]]
    if shown.empty:
        return Exhibit.absent(
            "meetings", Finding("meetings-absent", "No calendar is drawn where no event is found.")
        )
    both = {"one": names.country(pair[0]), "other": names.country(pair[1])}
    years = pd.Series([day.year for day in shown["first"]]).value_counts()
    top = int(years[years == years.max()].index.max())
    alone, wider = msg(ALONE), msg(WIDER)
    frame = shown.assign(group=[alone if is_alone else wider for is_alone in shown["is_alone"]])
    frame = frame.sort_values("is_alone", ascending=False, kind="stable")
    printed = pd.DataFrame(
        {
            "date": [
                msg("{date}, uncertain on this day", date=Told(marks.date(row)))
                if row["is_uncertain"]
                else marks.date(row)
                for row in shown.to_dict("records")
            ],
            "title": shown["title"].to_list(),
            "place": shown["place"].fillna("").to_list(),
            "group": [alone if is_alone else wider for is_alone in shown["is_alone"]],
        }
    )
    told = [
        marks.note(printed["date"]),
        msg("The tables are not complete: a meeting that no source read names is not in them."),
    ]
    return Exhibit.figure(
        "meetings",
        title=_meetings_title(shown, start, as_of, both),
        subtitle="Events that were held, by day; numbers: events in each year",
        alt=Finding(
            "meetings-alt",
            "Most in one year: {most:count}, in {top}.",
            top=top,
            most=ranked(
                tally(
                    _rows(shown[[day.year == top for day in shown["first"]]]),
                    "event_count",
                    start=top,
                    end=top,
                ),
                years,
            ),
            rows=_rows(shown),
        ),
        note=paragraph(told),
        figure=lambda: charts.strip(
            frame,
            start=start,
            until=as_of,
            counts={year: wording.count(int(years.get(year, 0))) for year in range(start, as_of.year + 1)},
            counts_label=msg("Events"),
            coarse_label=msg("day not known"),
            colours={alone: theme.token("accent"), wider: theme.token("mute")},
        ),
        table=Table.of(
            printed,
            [
                Column("date", "Date"),
                Column("title", "Event", lang="en"),
                Column("place", "Place", lang="en"),
                Column("group", "Who"),
            ],
        ),
        data=shown[["event", "date", "kind", "is_alone", "source"]],
        sources=list(dict.fromkeys(shown["source"])),
    )


def _meetings_title(shown: pd.DataFrame, start: int, as_of: dt.date, both: dict[str, str]) -> Finding:
    span = {"since": f"{start}", "on": as_of}
    count, alone = (
        tally(_rows(each), "event_count", **span) for each in (shown, shown[shown["is_alone"].astype(bool)])
    )
    return Finding(
        "meetings-title",
        "{one} and {other} met at {count:count} {meetings} from {start} to {day}, always alone"
        if alone.value == count.value
        else "{one} and {other} met at {count:count} {meetings} from {start} to {day}, always with others"
        if not alone.value
        else "{one} and {other} met at {count:count} {meetings} from {start} to {day}, at one of them alone"
        if alone.value == 1
        else "{one} and {other} met at {count:count} {meetings} from {start} to {day}, at {alone:count} of them alone",
        role="title",
        count=count,
        meetings=plural(len(shown), one="summit, visit or meeting", other="summits, visits and meetings"),
        start=start,
        day=as_of,
        **({"alone": alone} if 1 < alone.value < count.value else {}),
        **both,
    )
