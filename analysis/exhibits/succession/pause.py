"""How long integration stood still: from the last act of one bloc to the first meeting of another, and the meetings since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from analysis.exhibits import charts, marks, names, theme, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural, ranked
from analysis.measures.dates import days
from analysis.measures.lifespans import SUMMIT, years_between
from analysis.measures.measured import Measured, merged, tally
from analysis.measures.sets import asked


def pause(acts: pd.DataFrame, later: pd.DataFrame, old: str, new: str, on: date) -> Finding:
    """Key figure: years from the last act of the bloc `old` to the first meeting of the bloc `new`.

    `acts` and `later` are the frames of `lifespans.meetings` of both blocs, of any kind.
    """
    blocs_of = {"old": names.bloc(old), "new": names.bloc(new)}
    last, first = _last(acts), _first(later, SUMMIT)
    if last is None:
        return Finding(
            "pause", "By {day}, no act of {old} is in the table of events.", old=blocs_of["old"], day=on
        )
    if first is None:
        span = years_between(last["date"], on.isoformat(), rows=[last["row"]], sources=[last["source"]])
        return Finding(
            "pause",
            "By {day}, no meeting of {new} had been held; the last act of {old} on record was {span:duration1} before, on"
            " {from:date}.",
            day=on,
            span=span,
            **{"from": str(last["date"])},
            **blocs_of,
        )
    if days(str(first["date"])).first <= days(str(last["date"])).last:
        return Finding(
            "pause",
            "The first meeting of {new} on record does not come after the last act of {old}.",
            **blocs_of,
        )
    trail = {"rows": [last["row"], first["row"]], "sources": [last["source"], first["source"]]}
    return Finding(
        "pause",
        "{span:duration1} passed between the last act of {old} on record, on {from:date}, and the first meeting of {new}, on"
        " {to:date}.",
        role="key",
        rank=6,
        label="Between the last act of {old} and the first meeting of {new}",
        figure="{span:duration1}",
        change="{from:date} to {to:date}",
        exhibit="meetings",
        span=years_between(str(last["date"]), str(first["date"]), **trail),
        **{"from": str(last["date"]), "to": str(first["date"])},
        **blocs_of,
    )


def readings(
    acts: pd.DataFrame, later: pd.DataFrame, life: pd.DataFrame, old: str, new: str, on: date
) -> Exhibit:
    """The length of the pause by what is taken for its two ends."""
    rows = _readings(acts, later, life, old, new)
    if not rows:
        why = "By {day}, there is no pause to measure: the tables do not hold both of its ends."
        return Exhibit.absent("readings", Finding("readings-absent", why, day=on))
    frame = pd.DataFrame(rows)
    low, high = (pick(frame["years"], key=lambda each: each.value) for pick in (min, max))
    text = "By what is taken for its ends the pause lasted from {low:duration1} to {high:duration1}"
    one = len(rows) == 1
    return Exhibit.table(
        "readings",
        title=Finding(
            "readings-title",
            "The pause lasted {low:duration1}" if one else text,
            role="title",
            low=low,
            **({} if one else {"high": high}),
        ),
        subtitle="Years between two dates; where a date is known only by its month, to the middle of that month",
        note=marks.note([*frame["from_date"], *frame["to_date"]]),
        table=Table.of(
            frame,
            [
                Column("from", "From"),
                Column("from_date", "Date"),
                Column("to", "To"),
                Column("to_date", "Date"),
                Column("years", "Years", lambda each: wording.number(each.value, 1), align="right"),
            ],
        ),
        data=frame.assign(years=[each.value for each in frame["years"]]),
        sources=list(dict.fromkeys(source for each in frame["years"] for source in each.sources)),
        methods=["years_between"],
    )


def shortest(acts: pd.DataFrame, later: pd.DataFrame, life: pd.DataFrame, old: str, new: str) -> Finding:
    """The reading of the pause that makes it shortest, said with its two ends."""
    rows = _readings(acts, later, life, old, new)
    if not rows:
        return Finding("shortest-pause", "No reading of the pause can be given.")
    row = min(rows, key=lambda each: each["years"].value)
    return Finding(
        "shortest-pause",
        "Of {count:count} {readings} of the pause the shortest, from the {one} ({from_date}) to the {other} ({to_date}), gives"
        " {years:duration1}.",
        exhibit="readings",
        count=Measured(len(rows), "count", "pause_readings", **merged(*(each["years"] for each in rows))),
        readings=plural(len(rows), one="reading", other="readings"),
        one=row["from"],
        other=row["to"],
        from_date=row["from_date"],
        to_date=row["to_date"],
        years=ranked(row["years"], [each["years"] for each in rows]),
        rows=row["years"].rows,
    )


def _readings(
    acts: pd.DataFrame, later: pd.DataFrame, life: pd.DataFrame, old: str, new: str
) -> list[dict[str, Any]]:
    """Every pair of a beginning and an end of the pause, with the years between them."""
    ended = [row for row in life.to_dict("records") if row["bloc"] == old and row["end"]]
    last, first, meeting = _last(acts), _first(later), _first(later, SUMMIT)
    froms = [(f"last act of {names.bloc(old)}", last)] if last else []
    froms += [
        (
            f"end of {names.bloc(old)}",
            {"date": row["end"], "row": row["row"], "source": row["source"]} | row_marks(row),
        )
        for row in ended
    ]
    tos = [(f"first meeting of {names.bloc(new)}", meeting)] if meeting else []
    tos = (
        [(f"first {_title_of(first)} of {names.bloc(new)}", first)]
        if first and first is not meeting and (meeting is None or first["row"] != meeting["row"])
        else []
    ) + tos
    return [
        {
            "from": one,
            "from_date": marks.date(a),
            "to": other,
            "to_date": marks.date(b),
            "years": years_between(
                str(a["date"]), str(b["date"]), rows=[a["row"], b["row"]], sources=[a["source"], b["source"]]
            ),
        }
        for one, a in froms
        for other, b in tos
        if days(str(a["date"])).last < days(str(b["date"])).first
    ]


def row_marks(row: dict) -> dict:
    """The mark of the end of a bloc as that of a date."""
    return {"is_date_unverified": row["is_end_unverified"]}


def meetings(
    acts: pd.DataFrame,
    later: pd.DataFrame,
    old: str,
    new: str,
    start: int,
    until: date,
) -> Exhibit:
    """A strip of the acts of one bloc and the meetings of another, the time between them shaded, planned ones open."""
    summits = later[later["kind"] == SUMMIT]
    drawn = pd.concat(
        [frame.assign(group=names.bloc(bloc)) for bloc, frame in ((old, acts), (new, summits)) if len(frame)]
        or [acts.assign(group="")]
    )
    drawn = drawn[[last.year >= start for last in drawn["last"]]]
    if drawn.empty or until.year < start:
        why = "By {day}, the table of events has no act of {old} and no meeting of {new} in the years shown."
        return Exhibit.absent(
            "meetings", Finding("meetings-absent", why, day=until, old=names.bloc(old), new=names.bloc(new))
        )
    held = drawn[drawn["is_held"] & (drawn["group"] == names.bloc(new))]
    counts = Counter(day.year for day in held["first"])
    last, first = _last(acts), _first(later, SUMMIT)
    has_gap = last and first and last["last"] < first["first"]
    years = years_between(str(last["date"]), str(first["date"])) if has_gap else None
    printed = pd.DataFrame(
        [
            {
                "bloc": row["group"],
                "date": marks.date(row),
                "title": row["title"],
                "place": row["place"] if isinstance(row["place"], str) else "",
                "state": marks.state(row["status"]),
            }
            for row in drawn.to_dict("records")
        ]
    )
    return Exhibit.figure(
        "meetings",
        title=_meetings_title(held, new, until),
        subtitle=Finding(
            "meetings-subtitle",
            "Acts of {old} and meetings of {new} by date, to {until}; the number above a year is that of meetings held",
            old=names.bloc(old),
            new=names.bloc(new),
            until=until,
        ),
        note=" ".join(filter(None, [marks.note(printed["date"]), _present(held)])) or None,
        figure=lambda: charts.strip(
            drawn.assign(is_planned=~drawn["is_held"].astype(bool)),
            start=start,
            until=until,
            counts={year: str(count) for year, count in counts.items()},
            counts_label="meetings",
            coarse_label="day not known",
            planned_label="planned, not counted",
            shaded=(last["last"], first["first"], f"{wording.value(years, 1)} without a meeting")
            if has_gap
            else None,
            colours={names.bloc(old): theme.token("mute"), names.bloc(new): theme.token("accent")},
        ),
        table=Table.of(
            printed,
            [
                Column("bloc", "Bloc"),
                Column("date", "Date"),
                Column("title", "Event"),
                Column("place", "Place"),
                Column("state", "State"),
            ],
        ),
        data=drawn[["event", "date", "title", "kind", "status", "bloc", "place", "source"]],
        sources=list(dict.fromkeys(drawn["source"])),
        methods=["years_between"],
    )


def by_year(
    later: pd.DataFrame, actors: pd.DataFrame, new: str, countries: Sequence[str], on: date
) -> Finding:
    """How many meetings there were with all of `countries`, and the year with most."""
    held = later[(later["kind"] == SUMMIT) & later["is_held"].astype(bool)]
    present = actors.groupby("event")["actor"].agg(set)
    full = held[[set(countries) <= present.get(event, set()) for event in held["event"]]]
    if full.empty:
        text = "By {day}, no meeting of {new} with all of {who} is in the table."
        return Finding("by-year", text, day=on, new=names.bloc(new), who=names.countries(countries))
    counts = Counter(day.year for day in full["first"])
    top = max(counts, key=lambda year: (counts[year], year))
    context = {"rows": tuple(full["row"]), "sources": tuple(dict.fromkeys(full["source"]))}
    context |= {"since": str(full["date"].min()), "on": on}
    values = {
        "new": names.bloc(new),
        "day": on,
        "all": Measured(len(full), "count", "event_count", **context),
        "meetings": plural(len(full), one="meeting", other="meetings"),
        "countries": asked(countries, on),
        "first": min(counts),
    }
    text = "By {day}, {all:count} {meetings} of {new} with all {countries:count} countries asked about had been held since {first}"
    if len(counts) > 1 and counts[top] == 1:
        text += "; no two in one year"
    elif len(full) > 1:
        text += "; the most in a year {was} {most:count}, in {top}"
        busiest = full.loc[[day.year == top for day in full["first"]], "row"]
        most = tally(busiest, "event_count", start=top, end=top)
        values |= {
            "most": ranked(most, counts.values()),
            "top": top,
            "was": plural(most, one="was", other="were"),
        }
    return Finding("by-year", f"{text}.", exhibit="meetings", rows=full["row"], **values)


def _meetings_title(held: pd.DataFrame, new: str, until: date) -> Finding:
    if held.empty:
        return Finding(
            "meetings-title",
            "By {day}, no meeting of {new} had been held",
            role="title",
            day=until,
            new=names.bloc(new),
        )
    total = tally(held["row"], "event_count", since=str(held["date"].min()), on=until)
    return Finding(
        "meetings-title",
        "{total:count} {meetings} of {new} {have} been held, the first in {first}",
        role="title",
        total=total,
        meetings=plural(total, one="meeting", other="meetings"),
        have=plural(total, one="has", other="have"),
        new=names.bloc(new),
        first=min(day.year for day in held["first"]),
        rows=held["row"],
    )


def _present(held: pd.DataFrame) -> str | None:
    if held.empty:
        return None
    return "The actors of a meeting are countries: one may have been represented by another person than its president."


def _last(frame: pd.DataFrame) -> dict | None:
    held = frame[frame["is_held"].astype(bool)].to_dict("records")
    return max(held, key=lambda row: row["last"], default=None)


def _first(frame: pd.DataFrame, kind: str | None = None) -> dict | None:
    held = frame[frame["is_held"].astype(bool)]
    held = held if kind is None else held[held["kind"] == kind]
    return min(held.to_dict("records"), key=lambda row: row["first"], default=None)


def _title_of(row: dict) -> str:
    return str(row["kind"])
