"""Who is in, announced or proposed: every country of a bloc on a day, and what it would be if all of them joined."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis import tables
from analysis.exhibits import marks, names
from analysis.exhibits.accords import naming
from analysis.exhibits.accords.tracks import Tracks
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural
from analysis.measures import agreements as _agreements
from analysis.measures import blocs
from analysis.measures.dates import days
from analysis.measures.measured import Measured, merged

PROPOSED = "proposed"
IN, DECLARED, ANNOUNCED = "in", "declaration signed only", "announced"
ORDER = (IN, DECLARED, ANNOUNCED, PROPOSED)
HOSTS = "In are all countries with full standing, the hosts of the first signing among them."
TITLED = {IN: IN, DECLARED: "with only the declaration signed", ANNOUNCED: ANNOUNCED, PROPOSED: PROPOSED}


def states(
    process: str,
    memberships: pd.DataFrame,
    meanings: pd.DataFrame,
    agreements: pd.DataFrame,
    parties: pd.DataFrame,
    on: date,
) -> pd.DataFrame:
    """Every country with its state on the day: country, state, is_uncertain, is_document_only, date, row, source.

    In are countries with full standing, "declaration signed only" signatories, announced candidates; proposed those
    that an agreement of the same kind between the same hosts names and that have no standing.
    """
    bloc = _bloc(process)
    standing = blocs.standing(memberships, meanings, blocs=[bloc], on=on)
    rows = []
    for row in standing.to_dict("records"):
        own = memberships[(memberships["bloc"] == bloc) & (memberships["country"] == row["country"])]
        spell = own[[days(start).first <= on for start in own["start"]]].sort_values("start").iloc[-1]
        state = IN if row["is_full"] else DECLARED if row["status"] == "signatory" else ANNOUNCED
        rows.append(
            {
                "country": row["country"],
                "state": state,
                "is_uncertain": row["status"] == blocs.UNCERTAIN,
                "is_document_only": False,
                "date": spell["start"],
                "row": row["rows"][0],
                "source": spell["source"],
            }
        )
    known = {row["country"] for row in rows}
    hosts = {row["country"] for row in rows if row["state"] == IN}
    held = _agreements.on_day(agreements, parties, on, kinds=["normalisation"], countries=hosts)
    for row in held[held["state"] == PROPOSED].to_dict("records"):
        for country in sorted(set(row["parties"]) - known):
            given = {
                name: row[name] for name in ("is_uncertain", "is_document_only", "date", "row", "source")
            }
            rows.append({"country": country, "state": PROPOSED} | given)
    frame = pd.DataFrame(
        rows, columns=["country", "state", "is_uncertain", "is_document_only", "date", "row", "source"]
    )
    order = {state: place for place, state in enumerate(ORDER)}
    return frame.sort_values(
        ["state", "date", "country"],
        key=lambda each: each.map(order) if each.name == "state" else each,
        ignore_index=True,
    )


def scenario(found: pd.DataFrame, tracks: Tracks, process: str, on: date) -> Finding:
    """What the bloc would be if those announced, and those proposed, joined: a scenario, never a count."""
    values = {"process": naming.process(process)}
    if process not in tracks:
        return Finding("scenario", "The countries of {process} are not asked about.", **values)
    counts = _counts(found, on)
    if not counts[IN].value:
        return Finding("scenario", "No country is in {process} on this day.", **values)
    inside = counts[IN]
    values |= {"inside": inside, "are": plural(inside, one="country is", other="countries are")}
    text, total = "{inside:count} {are} in {process}", inside
    alone = found.loc[found["state"] == PROPOSED, "is_document_only"].astype(bool)
    proposed = "those that only a document proposes" if alone.all() else "those proposed"
    for state, who in ((ANNOUNCED, "those announced"), (PROPOSED, proposed)):
        if counts[state].value:
            both = merged(total, counts[state])
            total = Measured(total.value + counts[state].value, "count", "scenario", **both)
            values[state] = total
            text += f"; with {who} {'as well ' if len(values) > 4 else ''}there would be {{{state}:count}}"
    text += (
        ": a scenario, not a count."
        if len(values) > 3
        else "; none is surely announced or proposed beside them."
    )
    return Finding("scenario", text, exhibit="expansion", **values)


def expansion(found: pd.DataFrame, tracks: Tracks, process: str, on: date) -> Exhibit:
    """The state of every country on the day, those that only a document proposes marked."""
    if process not in tracks:
        return naming.not_asked("expansion", process)
    if found.empty:
        text = "On {day}, no country was in {process}, announced or proposed."
        absent = Finding("expansion-absent", text, day=on, process=naming.process(process))
        return Exhibit.absent("expansion", absent)
    counts = {state: count for state, count in _counts(found, on).items() if count.value}
    shown = found.assign(
        name=[names.label(code) for code in found["country"]],
        word=[
            f"{row['state']}{', uncertain on this day' if row['is_uncertain'] else ''} {marks.of(row)}".strip()
            for row in found.to_dict("records")
        ],
        said=[marks.date(row) for row in found.to_dict("records")],
    )
    return Exhibit.table(
        "expansion",
        title=Finding(
            "expansion-title",
            ", ".join(f"{{n_{place}:count}} {TITLED[state]}" for place, state in _lettered(counts)),
            role="title",
            **{f"n_{place}": counts[state] for place, state in _lettered(counts)},
        ),
        subtitle=Finding(
            "expansion-subtitle",
            "State of each country of {process} on {day}",
            day=on,
            process=naming.process(process),
        ),
        table=Table.of(shown, [Column("name", "Country"), Column("word", "State"), Column("said", "From")]),
        data=found,
        note=" ".join(
            filter(None, [HOSTS if IN in counts else None, marks.note([*shown["said"], *shown["word"]])])
        )
        or None,
        sources=naming.sources(found["source"]),
        methods=["members"],
    )


def _bloc(process: str) -> str:
    frame = tables.read("processes").set_index("process")
    return str(frame.at[process, "bloc"])


def _counts(found: pd.DataFrame, on: date) -> dict[str, Measured]:
    """Countries in each state; an uncertain one counts in none."""
    sure = found[~found["is_uncertain"].astype(bool)]
    return {
        state: Measured(
            int((sure["state"] == state).sum()),
            "count",
            "members",
            on=on,
            rows=tuple(sure.loc[sure["state"] == state, "row"]),
            sources=tuple(naming.sources(sure.loc[sure["state"] == state, "source"])),
        )
        for state in ORDER
    }


def _lettered(counts: dict[str, Measured]) -> list[tuple[str, str]]:
    return list(zip("abcd", counts, strict=False))
