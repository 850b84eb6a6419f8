"""Pacts of mutual assistance: who has promised whom help, since when, in what form, and what shows the promise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from analysis.exhibits import marks, names
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural, ranked
from analysis.measures import agreements as held_on
from analysis.measures import blocs
from analysis.measures.measured import Measured, tally

BASES = {"clause": "clause", "title": "title only"}


def held(
    agreements: pd.DataFrame, parties: pd.DataFrame, listed: pd.DataFrame, on: date
) -> list[dict[str, object]]:
    """The rows of `agreements.on_day` that are listed as pacts, with form and basis, in order of time."""
    more = listed.rename(columns={"source": "shown_by", "bloc": "of_bloc"}).set_index("agreement")
    rows = held_on.on_day(agreements, parties, on)
    rows = rows[rows["agreement"].isin(more.index)]
    return [row | more.loc[row["agreement"]].to_dict() for row in rows.to_dict("records")]


def pacts(
    agreements: pd.DataFrame,
    parties: pd.DataFrame,
    listed: pd.DataFrame,
    standing: pd.DataFrame,
    on: date,
) -> Exhibit:
    """Every pact of mutual assistance known by the day; `standing` is that of the blocs whose treaty it is, as
    `blocs.standing` gives it."""
    rows = held(agreements, parties, listed, on)
    if not rows:
        why = "No pact of mutual assistance is known by {day}."
        return Exhibit.absent("pacts", Finding("pacts-absent", why, day=on))
    frame = pd.DataFrame(
        [
            {
                "title": row["title"],
                "parties": ", ".join(_parties(row, standing)),
                "date": marks.date(row),
                "form": row["form"],
                "basis": BASES[str(row["basis"])],
                "state": marks.state(str(row["state"]), is_uncertain=bool(row["is_uncertain"])),
            }
            for row in rows
        ]
    )
    binding = _binding(rows)
    count = _counted(binding, on)
    return Exhibit.table(
        "pacts",
        title=Finding(
            "pacts-title",
            "{count:count} {pacts} of mutual assistance {bind} on {day}",
            role="title",
            count=count,
            pacts=plural(count, one="pact", other="pacts"),
            bind=plural(count, one="binds", other="bind"),
            day=on,
        ),
        subtitle="Agreements whose parties promise each other help, here and among the neighbours, in order of time",
        note=" ".join(
            filter(
                None,
                (
                    "Of a treaty that an organisation carries the parties are its members on the day. The promise is in a clause"
                    " that a source names, or in the title alone.",
                    marks.note(frame["date"]),
                ),
            )
        ),
        table=Table.of(
            frame,
            [
                Column("title", "Pact"),
                Column("parties", "Parties"),
                Column("date", "Date"),
                Column("form", "Form"),
                Column("basis", "Promise in"),
                Column("state", "State"),
            ],
        ),
        data=frame,
        sources=list(dict.fromkeys(str(row[name]) for row in rows for name in ("source", "shown_by"))),
    )


def pacts_said(agreements: pd.DataFrame, parties: pd.DataFrame, listed: pd.DataFrame, on: date) -> Finding:
    """Which forms the pacts that bind have, and which is the newest."""
    rows = held(agreements, parties, listed, on)
    binding = _binding(rows)
    if not binding:
        return Finding("pacts-forms", "No pact of mutual assistance is known to bind on {day}.", day=on)
    treaties, newest = _counted([row for row in binding if row["form"] == "treaty"], on), binding[-1]
    title = ranked(str(newest["title"]), [row["first"] for row in binding], by=newest["first"])
    values = {"newest": title, "date": marks.date(newest), "day": on}
    if len(binding) == 1:
        text = "The only pact of mutual assistance known to bind on {day} is the {newest} ({date}), by form: {form}."
        values["form"] = str(newest["form"])
    else:
        text = "Of the {count:count} pacts of mutual assistance that bind on {day}, {treaties:count} {have} the form of a"
        text += " treaty; the newest is the {newest} ({date})."
        if treaties.value == len(binding):
            text = "Each of the {count:count} pacts of mutual assistance that bind on {day} has the form of a treaty; the newest"
            text += " is the {newest} ({date})."
        else:
            values |= {"treaties": treaties, "have": plural(treaties, one="has", other="have")}
        values["count"] = _counted(binding, on)
    sources = [str(row["shown_by"]) for row in binding]
    acts = [f"agreements:{row['agreement']}" for row in binding]
    return Finding("pacts-forms", text, exhibit="pacts", rows=acts, sources=sources, **values)


def _counted(pacts: list[dict[str, object]], on: date) -> Measured:
    return tally((f"agreements:{row['agreement']}" for row in pacts), "assistance_pacts", on=on)


def _binding(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [row for row in rows if row["state"] in held_on.BINDING and not row["is_uncertain"]]


def _parties(row: Mapping[str, object], standing: pd.DataFrame) -> list[str]:
    """The members of the bloc that carries the pact, suspended and uncertain ones marked; else the parties."""
    inside = (
        standing[standing["bloc"] == row["of_bloc"]] if isinstance(row["of_bloc"], str) else standing.head(0)
    )
    inside = inside[inside["is_full"].astype(bool) | (inside["status"] == blocs.UNCERTAIN)]
    if inside.empty:
        return sorted(names.label(str(code)) for code in row["parties"])
    return sorted(
        names.label(each.country)
        + (" (suspended)" if each.is_suspended else "")
        + (" (uncertain)" if each.status == blocs.UNCERTAIN else "")
        for each in inside.itertuples()
    )
