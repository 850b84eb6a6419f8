"""Relations before the step: how long the joining countries had had diplomatic relations when they began to join."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from analysis.exhibits import charts, marks, names
from analysis.exhibits.accords import naming
from analysis.exhibits.accords.tracks import Tracks
from analysis.exhibits.charts.step import decimal_year
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.measures import agreements as _agreements
from analysis.measures import stages

NO_ROW = "A country without a date of relations has no row on them in the tables: that is no proof of none."
ON_JOINING = "relations were normalised on joining"
RELATIONS = "diplomatic-relations"


def before(
    tracks: Tracks, process: str, agreements: pd.DataFrame, parties: pd.DataFrame, on: date
) -> pd.DataFrame | None:
    """A row for each country that has begun to join: relations, first step and the years between them.

    None when the process is not asked about. Columns: country, counterpart, name, relations (date or ""), step, label,
    years (Measured), row, source.
    """
    if process not in tracks:
        return None
    frame = tracks[process]
    begun = frame[frame["state"] == stages.REACHED].sort_values(["first", "country"])
    held = _agreements.on_day(agreements, parties, on, kinds=[RELATIONS])
    rows = []
    for country, own in begun.groupby("country", sort=False):
        step = own.iloc[0]
        tie = _agreements.between(held, country, step["counterpart"], only=True)
        tie = tie[~tie["is_document_only"].astype(bool)]
        first = None if tie.empty else tie.iloc[0]
        behind = [step["row"] or "", "" if first is None else first["row"]]
        years = stages.years_before(
            None if first is None else first["date"],
            step["date"],
            rows=tuple(filter(None, behind)),
            sources=tuple(naming.sources([step["source"]], [] if first is None else [first["source"]])),
        )
        opened = [] if first is not None else naming.sources(own["relations_source"])
        if opened:
            years = replace(years, reason=ON_JOINING, sources=(*years.sources, *opened))
        rows.append(
            {
                "country": country,
                "counterpart": step["counterpart"],
                "name": names.label(country),
                "relations": "" if first is None else first["date"],
                "relations_said": "on joining" if opened else "" if first is None else marks.date(first),
                "step": step["date"],
                "label": step["label"],
                "step_said": marks.date(step),
                "years": years,
            }
        )
    return pd.DataFrame(rows)


def oldest(found: pd.DataFrame | None, process: str) -> Finding:
    """Key figure: the longest time of relations before the first step."""
    values: dict[str, Any] = {"process": naming.process(process)}
    if found is None:
        return Finding(
            "relations-before", "Relations before joining {process} are not asked about.", **values
        )
    known = None if found.empty else found[[bool(each.value) for each in found["years"]]]
    if known is None or known.empty:
        text = (
            "For no country is it known on this day that it had relations before it began to join {process}."
        )
        more, opened = ("", {}) if known is None else _normalised(found)
        return Finding("relations-before", text + more, **values, **opened)
    top = max(known.to_dict("records"), key=lambda row: row["years"].value)
    more, opened = _normalised(found)
    return Finding(
        "relations-before",
        "{country} and {counterpart} had had diplomatic relations since {relations:date}, {years} before the joining was"
        " {stage} on {step:date}: the step did not open them." + more,
        role="key",
        rank=3,
        label="Diplomatic relations of {country} and {counterpart} before the first step",
        figure="{years}",
        change="from {relations:date} to {step:date}",
        exhibit="relations",
        country=names.country(top["country"], start=True),
        counterpart=names.country(top["counterpart"]),
        relations=top["relations"],
        step=top["step"],
        years=top["years"],
        stage=top["label"],
        sources=naming.sources(source for each in found["years"] for source in each.sources),
        **opened,
    )


def relations(found: pd.DataFrame | None, process: str, on: date) -> Exhibit:
    """A row for each joining country: relations and first step on one axis of years."""
    if found is None:
        return naming.not_asked("relations", process)
    if found.empty:
        text = "On {day}, there is no joining to set diplomatic relations beside."
        return Exhibit.absent("relations", Finding("relations-absent", text, day=on))
    known = [each.defined for each in found["years"]]
    if not any(known):
        text = "The tables hold the diplomatic relations of none of the countries that have begun to join {process}."
        return Exhibit.absent("relations", Finding("relations-absent", text, process=naming.process(process)))
    top = max(found[known].to_dict("records"), key=lambda row: row["years"].value)
    drawn = pd.DataFrame(
        {
            "first": [_place(each) for each in found["relations"]],
            "last": [_place(each) for each in found["step"]],
            "first_text": found["relations_said"].to_numpy(),
            "last_text": found["step_said"].to_numpy(),
        },
        index=found["name"],
    )
    return Exhibit.figure(
        "relations",
        title=Finding(
            "relations-title",
            "{country} had had relations with {counterpart} for {years} when its joining was {stage}",
            role="title",
            country=names.country(top["country"], start=True),
            counterpart=names.country(top["counterpart"]),
            years=top["years"],
            stage=top["label"],
        ),
        subtitle="Diplomatic relations and the first stage of joining, by date",
        figure=lambda: charts.dumbbells(
            drawn,
            first_label="diplomatic relations",
            last_label="first stage",
            zero=False,
            ticks=lambda year: f"{year:.0f}",
        ),
        table=Table.of(
            found,
            [
                Column("name", "Country"),
                Column("relations_said", "Relations"),
                Column("label", "First stage"),
                Column("step_said", "Date"),
                Column("years", "Years between", "duration"),
            ],
        ),
        data=found.drop(columns=["relations_said", "step_said"]),
        note=" ".join(
            filter(None, [_no_row(found), marks.note([*found["relations_said"], *found["step_said"]])])
        )
        or None,
        sources=naming.sources(source for each in found["years"] for source in each.sources),
        methods=["years_before"],
        placement="none",
    )


def _no_row(found: pd.DataFrame) -> str | None:
    """What an empty place means, where there is one."""
    return NO_ROW if any(each.reason not in (None, ON_JOINING) for each in found["years"]) else None


def _normalised(found: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    """The countries whose joining itself normalised relations, as the end of a sentence, with its values."""
    opened = found[[each.reason == ON_JOINING for each in found["years"]]]
    if opened.empty:
        return "", {}
    text = " By a press report, {opened} normalised relations on joining."
    return text, {"opened": names.countries(opened["country"])}


def _place(text: str) -> float:
    """A day as a year with a fraction; a coarse date has no place."""
    return float("nan") if not text or marks.is_coarse(text) else decimal_year(date.fromisoformat(text))
