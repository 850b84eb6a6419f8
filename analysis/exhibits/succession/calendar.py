"""The summits of two bodies against the days that a text states: the same days, neighbouring days, or others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from analysis.exhibits import marks, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.measures.dates import days
from analysis.measures.lifespans import elapsed
from analysis.measures.measured import Measured


def calendar(found: pd.DataFrame, bodies: Sequence[str], stated: Sequence[date], on: date) -> Exhibit:
    """The summits of these bodies in the months of the stated days, year by year, with the days between them.

    `found` is the frame of `lifespans.meetings` of the bodies.
    """
    labels = [names.bloc(bloc) for bloc in bodies]
    inside = _inside(found, stated)
    if inside.empty:
        why = "By {day}, the table of events has no summit of {bodies:or} in the month of the stated days."
        return Exhibit.absent("calendar", Finding("calendar-absent", why, day=on, bodies=labels))
    rows = []
    for year, group in inside.groupby([day.year for day in inside["first"]]):
        own = {
            bloc: sorted(group[group["bloc"] == bloc].to_dict("records"), key=lambda row: row["first"])
            for bloc in bodies
        }
        said = [day for day in stated if day.year == year and max(stated) <= on]
        rows.append(
            {
                "year": int(year),
                **{
                    f"found_{bloc}": ", ".join(_placed(row) for row in held) or "none found"
                    for bloc, held in own.items()
                },
                "apart": _apart(_firsts(group, bodies)),
                "stated": _days(said) if said else "nothing",
                "verdict": _verdict(group, said) if said else "",
            }
        )
    frame = pd.DataFrame(rows)
    return Exhibit.table(
        "calendar",
        title=_title(inside, bodies, stated, on),
        subtitle="Summits found in the month of the stated days, held ones only",
        note=" ".join(
            filter(
                None,
                [
                    marks.note(str(cell) for row in rows for cell in row.values()),
                    "The stated days are those of the text that is checked.",
                ],
            )
        ),
        table=Table.of(
            frame,
            [
                Column("year", "Year", "year"),
                *(
                    Column(f"found_{bloc}", f"{label}, found")
                    for bloc, label in zip(bodies, labels, strict=True)
                ),
                Column("apart", "Apart"),
                Column("stated", "Stated"),
                Column("verdict", "Stated against found"),
            ],
        ),
        data=inside[["event", "date", "title", "bloc", "place", "source"]],
        sources=list(dict.fromkeys(inside["source"])),
        methods=["days_between"],
    )


def stated(found: pd.DataFrame, bodies: Sequence[str], stated: Sequence[date], on: date) -> Finding:
    """Key figure: on how many of the stated days a summit was held, and whether the two ever shared a day."""
    labels = [names.bloc(bloc) for bloc in bodies]
    inside = _inside(found, stated)
    if not stated or max(stated) > on:
        text = (
            "By {day}, the days stated for the summits of {bodies} had not all passed."
            if stated
            else "No day is stated for the summits of {bodies} by {day}."
        )
        return Finding(
            "stated-days", text, exhibit=None if inside.empty else "calendar", day=on, bodies=labels
        )
    own = inside[
        [any((day.year, day.month) == (each.year, each.month) for each in stated) for day in inside["first"]]
    ]
    if own.empty:
        text = "By {day}, no summit of {bodies:or} in the month of the stated days is in the tables."
        return Finding("stated-days", text, day=on, bodies=labels)
    behind = {"rows": tuple(own["row"]), "sources": tuple(dict.fromkeys(own["source"]))}
    behind |= {"since": min(stated), "on": max(stated)}
    fits = Measured(len(set(own["first"]) & set(stated)), "count", "event_count", **behind)
    values = {
        "stated": _days(stated),
        "found": [f"{names.bloc(row['bloc'])} on {marks.date(row)}" for row in own.to_dict("records")],
        "fits": fits,
        "total": Measured(len(set(stated)), "count", "stated_days", **behind),
    }
    text = "Stated for the summits of {bodies}: {stated}. Found: {found}."
    years = {
        year: (told, group)
        for year, group in inside.groupby([day.year for day in inside["first"]])
        if (told := _apart(_firsts(group, bodies)))
    }
    pairs = [told for told, _ in years.values()]
    if len(pairs) == 1:
        text += " In the only year with both in that month they were on {apart}."
        values["apart"] = {"same day": "the same day"}.get(pairs[0], pairs[0])
    elif pairs:
        same, near = (_years(years, each) for each in ("same day", "neighbouring days"))
        text += " Of the {years:count} years with both in that month they were on one day in"
        text += " {same:count}" if same.value else " none"
        text += (
            " and on neighbouring days in {near:count}."
            if near.value
            else " and on neighbouring days in none."
        )
        values["years"] = _years(years)
        values |= {name: count for name, count in (("same", same), ("near", near)) if count.value}
    return Finding(
        "stated-days",
        text,
        role="key",
        rank=8,
        label="Stated days of the summits of {bodies} on which one was held",
        figure="{fits:count} of {total:count}",
        exhibit="calendar",
        bodies=labels,
        rows=own["row"],
        **values,
    )


def _years(apart: Mapping[int, tuple[str, pd.DataFrame]], told: str | None = None) -> Measured:
    """How many of these years have both summits, or have them so far apart; keyed by year."""
    rows = tuple(row for _, group in apart.values() for row in group["row"])
    count = sum(told is None or own == told for own, _ in apart.values())
    return Measured(count, "count", "years_counted", start=min(apart), end=max(apart), rows=rows)


def _inside(found: pd.DataFrame, stated: Sequence[date]) -> pd.DataFrame:
    """The summits held in the month, of any year, of a stated day."""
    months = {day.month for day in stated}
    in_month = pd.Series([day.month in months for day in found["first"]], index=found.index, dtype=bool)
    return found[found["is_held"].astype(bool) & in_month]


def _firsts(group: pd.DataFrame, bodies: Sequence[str]) -> list[dict]:
    """The first summit of each body that had one in this group."""
    own = (group[group["bloc"] == bloc].sort_values("first").to_dict("records") for bloc in bodies)
    return [held[0] for held in own if held]


def _title(inside: pd.DataFrame, bodies: Sequence[str], stated: Sequence[date], on: date) -> Finding:
    if max(stated) > on:
        return Finding(
            "calendar-title",
            "By {day}, the stated days, {stated}, had not all passed",
            role="title",
            day=on,
            stated=_days(stated),
        )
    years = {day.year for day in stated}
    own = inside[[day.year in years for day in inside["first"]]]
    labels = [names.bloc(bloc) for bloc in bodies]
    if own.empty:
        return Finding(
            "calendar-title",
            "No summit of {bodies:or} is found in the year of the stated days, {stated}",
            role="title",
            bodies=labels,
            stated=_days(stated),
        )
    found = sorted(set(own["first"]))
    values = {
        "bodies": labels,
        "found": _days(found),
        "stated": _days(stated),
    }
    values["rows"] = own["row"]
    text = (
        "The summits of {bodies} were held on {found}, as stated ({stated})"
        if set(found) == set(stated)
        else "The summits of {bodies} were held on {found}, not on {stated} as stated"
    )
    return Finding("calendar-title", text, role="title", **values)


def _days(given: Sequence[date]) -> str:
    """Days in a row; those of one month as numbers before its name.

    >>> _days([date(2025, 12, 22), date(2025, 12, 21)])
    '21 and 22 December 2025'
    """
    ordered = sorted(set(given))
    if len({(day.year, day.month) for day in ordered}) > 1 or len(ordered) == 1:
        return wording.join([wording.date(day) for day in ordered])
    return f"{wording.join([str(day.day) for day in ordered])} {wording.date(f'{ordered[0]:%Y-%m}')}"


def _placed(row: dict) -> str:
    place = f", {row['place']}" if isinstance(row["place"], str) else ""
    return f"{marks.date(row)}{place}"


def _apart(pair: list[dict]) -> str:
    if len(pair) < 2:
        return ""
    one, other = sorted((days(str(row["date"])) for row in pair), key=lambda span: span.first)
    span = elapsed(one, other)
    if not span.exact:
        return "uncertain"
    return "same day" if span.low == 0 else "neighbouring days" if span.low == 1 else f"{span.low} days"


def _verdict(group: pd.DataFrame, said: list[date]) -> str:
    found = set(group["first"])
    both = found & set(said)
    if found == set(said):
        return "the same days"
    return f"{len(both)} of {len(set(said))} stated days found" if both else "none of the stated days found"
