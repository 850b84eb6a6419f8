"""How far the corridors had come on the day: the first sentence, the comparison, what was not there yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from analysis.exhibits import marks, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import Value, plural, ranked
from analysis.measures import transport
from analysis.measures.dates import is_blank, is_true
from analysis.measures.measured import Measured, tally

SCOPES = {"whole": "whole route", "section": "a section", "unstated": "scope not stated"}
"""What a length measures, in words."""


def lead(held: pd.DataFrame, asked: Sequence[str], day: date) -> Finding:
    """The first finding: how many of the corridors asked about run on the day, and how far the others had come."""
    asked = list(dict.fromkeys(asked))
    every = tally((f"corridors:{each}" for each in asked), "corridors_asked", on=day)
    values: dict[str, Value] = {"day": day, "asked": every}
    values["corridors"] = plural(len(asked), one="corridor", other="corridors")
    if held.empty:
        text = "By {day}, none of the {asked:count} {corridors} asked about had been announced."
        return Finding("lead", text, role="lead", **values)
    count = transport.operational(held, on=day)
    sure = " surely" if held["is_uncertain"].any() else ""
    sentence = f"On {{day}}, {{count:count}} of the {{asked:count}} {{corridors}} asked about {{are}}{sure} operational"
    if count.value:
        values |= {"count": count, "are": plural(count, one="is", other="are")}
    else:
        sentence = f"On {{day}}, none of the {{asked:count}} {{corridors}} asked about is{sure} operational"
    running = held[(held["state"] == transport.OPERATIONAL) & ~held["is_uncertain"]]
    if len(running):
        sentence += ": {running}"
        values["running"] = _labels(running)
    parts = []
    others = held.drop(running.index)
    for letter, state in zip("abcd", reversed(transport.STAGES[:-1]), strict=True):
        rows = others[(others["state"] == state) & ~others["is_uncertain"]]
        if len(rows):
            parts.append(f"{{of_{letter}}} {{is_{letter}}} {{as_{letter}}}")
            values |= {
                f"of_{letter}": _labels(rows),
                f"is_{letter}": plural(len(rows), one="is", other="are"),
                f"as_{letter}": marks.state(state),
            }
    unsure = others[others["is_uncertain"]]
    if len(unsure):
        parts.append("of {unsure} the stage is uncertain on this day")
        values["unsure"] = _labels(unsure)
    if parts:
        sentence += "; " + "; ".join(parts)
    return Finding("lead", f"{sentence}.", role="lead", exhibit="comparison", **values)


def _labels(rows: pd.DataFrame) -> list[str]:
    return [names.corridor_said(each) for each in sorted(rows["corridor"], key=names.corridor)]


def glossary(asked: Sequence[str]) -> Finding:
    """The corridors of the briefing in full."""
    pairs = [(names.corridor(each), names.corridor_in_full(each)) for each in dict.fromkeys(asked)]
    if not pairs:
        return Finding("glossary", "No corridor is asked about.")
    told = "; ".join(f"{label}, {name}" for label, name in pairs)
    return Finding("glossary", "In full: {told}.", told=told)


def other_names(aliases: pd.DataFrame, held: pd.DataFrame) -> Finding:
    """Other names under which a corridor runs in texts: two names of one are no two corridors."""
    labels = {row.bloc: names.corridor_said(row.corridor) for row in held.itertuples()}
    rows = aliases[aliases["bloc"].isin(list(labels)) & (aliases["kind"] == "name")]
    if rows.empty:
        return Finding("other-names", "None of these corridors has another name in the tables.")
    return Finding(
        "other-names",
        "By other names: {told}. A text that uses two names of one corridor may count it twice.",
        exhibit="shared" if len(held) > 1 else None,
        told=[f"the {row.alias} is {labels[row.bloc]}" for row in rows.itertuples()],
    )


def not_yet(held: pd.DataFrame, asked: Sequence[str], day: date) -> Finding:
    """The corridors asked about that had not been announced by the day."""
    gone = [each for each in dict.fromkeys(asked) if each not in set(held["corridor"])]
    if not gone:
        text = "Every corridor asked about had been announced by {day}."
        return Finding("not-yet", text, day=day)
    return Finding(
        "not-yet",
        "Not announced by {day}, and so left out of everything below: {names}.",
        day=day,
        names=[names.corridor_said(each) for each in sorted(gone, key=names.corridor)],
    )


def length(row: Mapping[str, Any]) -> Measured:
    """The published length of a corridor in the table, or the reason why it has none."""
    context = {"rows": (f"corridors:{row['corridor']}",), "sources": (row["source"],)}
    if is_blank(row["length_km"]):
        reason = "no length is agreed"
        return Measured.undefined(reason, unit="km", method="published_length", **context)
    return Measured(float(row["length_km"]), "km", "published_length", **context)


def placed(
    ties: pd.DataFrame, corridors: Collection[str], countries: Collection[str] = ()
) -> tuple[str, ...]:
    """The ids of the places on the routes of these corridors, of all countries when none is named."""
    rows = ties[ties["order"].notna() & ties["corridor"].isin(list(corridors))]
    rows = rows[rows["country"].isin(list(countries))] if countries else rows
    return tuple(f"corridor_countries:{row.corridor}/{row.country}" for row in rows.itertuples())


def comparison(held: pd.DataFrame, ties: pd.DataFrame, sponsors: pd.DataFrame, day: date) -> Exhibit:
    """The corridors side by side: announced, stage, length, countries, borders, sponsors."""
    if held.empty:
        text = "There is no corridor to compare: none of those asked about had been announced by {day}."
        return Exhibit.absent("comparison", Finding("comparison-absent", text, day=day))
    stations = transport.on_route(ties, held["corridor"])
    rows = []
    for row in held.to_dict("records"):
        crossings = [transport.border_crossings(path) for path in transport.paths(ties, row["corridor"])]
        rows.append(
            {
                "corridor": names.corridor(row["corridor"]),
                "announced": marks.date(row, "announced"),
                "stage": marks.state(row["state"], is_uncertain=row["is_uncertain"]),
                "length": _length_text(row),
                "countries": len(stations[row["corridor"]]),
                "borders": _range([each.value for each in crossings if each.defined]),
                "sponsors": ", ".join(_sponsors(sponsors, row["corridor"])),
            }
        )
    frame = pd.DataFrame(rows)
    top = frame["countries"].max()
    widest = _labels(held[(frame["countries"] == top).to_numpy()])
    used = placed(ties, held.loc[(frame["countries"] == top).to_numpy(), "corridor"])
    data = held.drop(columns=["row", "note"], errors="ignore").assign(
        sources=held["sources"].map("; ".join), countries=frame["countries"].to_numpy()
    )
    return Exhibit.table(
        "comparison",
        title=Finding(
            "comparison-title",
            "{who} {pass} through the most countries, {count:count} {each}",
            role="title",
            who=widest,
            **{"pass": plural(len(widest), one="passes", other="pass")},
            each=plural(len(widest), one="in all", other="each"),
            count=ranked(
                Measured(int(top), "count", "route_countries", on=day, rows=used), frame["countries"]
            ),
        ),
        subtitle=Finding(
            "comparison-subtitle",
            "Stage on {day}; countries with a place on the route; borders crossed on any one way, a sea crossing counted as one",
            day=day,
        ),
        note="Lengths are as published, none where no length is agreed; a route and a section of one are not comparable.",
        table=Table.of(
            frame,
            [
                Column("corridor", "Corridor"),
                Column("announced", "Announced"),
                Column("stage", "Stage"),
                Column("length", "Length, km", align="right"),
                Column("countries", "Countries", "count"),
                Column("borders", "Borders", align="right"),
                Column("sponsors", "Sponsors"),
            ],
        ),
        data=data,
        sources=[*held["source"], *(source for each in held["sources"] for source in each)],
        methods=["published_length", "border_crossings", "operational"],
    )


def _length_text(row: Mapping[str, Any]) -> str:
    found = length(row)
    if not found.defined:
        return "none"
    bound = "over " if is_true(row["is_length_lower_bound"]) else ""
    said = wording.number(found.value, int(found.value % 1 != 0))
    return f"{bound}{said}" + ("" if row["length_scope"] == "whole" else f" ({row['length_scope']})")


def _range(values: Sequence[float]) -> str:
    if not values:
        return ""
    ends = [wording.count(each) for each in (min(values), max(values))]
    return ends[0] if ends[0] == ends[1] else wording.DASH.join(ends)


def _sponsors(sponsors: pd.DataFrame, corridor: str) -> list[str]:
    own = sponsors[sponsors["corridor"] == corridor]
    return sorted(
        names.bloc(row.sponsor) if row.sponsor_kind == "bloc" else names.label(row.sponsor)
        for row in own.itertuples()
    )


def curated(cutoff: date) -> Finding:
    """Limit: how far routes, stages and water can be known."""
    return Finding(
        "curated",
        "Routes, ties, sponsors and the lengths of the comparison are as curated by {cutoff}, whatever day is asked about;"
        " only stages have dates."
        " A route names each country once, so one that comes back to a country it has left is counted short, and neither"
        " capacity nor traffic nor the state of the line is in the tables. Figures on water are long-term averages and"
        " reports of the states themselves, in part estimates.",
        role="limit",
        cutoff=cutoff,
    )
