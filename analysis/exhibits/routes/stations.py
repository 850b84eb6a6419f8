"""The countries of the corridors: who stands on which, and how many two corridors share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.exhibits import charts, marks, names
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.routes.stages import placed
from analysis.exhibits.template import plural, ranked
from analysis.measures import blocs, transport
from analysis.measures.measured import Measured, tally

ROLES = {
    "origin": "origin",
    "transit": "transit",
    "branch": "branch",
    "branch-east": "eastern branch",
    "branch-west": "western branch",
    "onward-link": "onward link",
    "destination": "destination",
    "member": "member, off the route",
    "signatory": "signatory, off the route",
    "sponsor": "sponsor, off the route",
}
"""Roles of countries in corridors, in words."""

KEY = {
    "full": "On a route in operation",
    "partial": "On a route that does not run yet",
    "beside": "Tied to it, off the route",
    "uncertain": "On a route of uncertain stage",
    "none": "None",
}


def matrix(held: pd.DataFrame, ties: pd.DataFrame, asked: Sequence[str], day: date) -> Exhibit:
    """Every country on a route, and those asked about, by corridor; the mark tells whether the corridor runs."""
    shown = ties[ties["corridor"].isin(held["corridor"])]
    stations = transport.on_route(ties, held["corridor"])
    counted = {code: sum(code in each for each in stations.values()) for code in set(shown["country"])}
    counted = {code: count for code, count in counted.items() if count} | {
        code: counted.get(code, 0) for code in asked
    }
    if not any(counted.values()):
        text = "No country stands on the route of a corridor that had been announced by {day}."
        return Exhibit.absent("matrix", Finding("matrix-absent", text, day=day))
    order = sorted(counted, key=lambda code: (-counted[code], names.label(code)))
    stages = held.set_index("corridor")
    roles = shown.set_index(["corridor", "country"])["role"].to_dict()

    def state(code: str, corridor: str) -> str:
        if (corridor, code) not in roles:
            return "none"
        if code not in stations[corridor]:
            return "beside"
        if stages.at[corridor, "is_uncertain"]:
            return "uncertain"
        return "full" if stages.at[corridor, "state"] == transport.OPERATIONAL else "partial"

    labels = [names.corridor(each) for each in held["corridor"]]
    states = pd.DataFrame(
        [[state(code, corridor) for corridor in held["corridor"]] for code in order],
        index=[names.label(code) for code in order],
        columns=labels,
    )
    words = pd.DataFrame(
        [
            [ROLES.get(roles.get((corridor, code), ""), "none") for corridor in held["corridor"]]
            for code in order
        ],
        columns=labels,
    )
    words.insert(0, "Country", [names.label(code) for code in order])
    words["Routes"] = [counted[code] for code in order]
    first = max(counted.values())
    most = [code for code in order if counted[code] == first]
    return Exhibit.figure(
        "matrix",
        title=Finding(
            "matrix-title",
            "{who} {stand} on most routes, {each} {count:count} of {of:count}",
            role="title",
            who=names.countries(most),
            stand=plural(len(most), one="stands", other="stand"),
            each=plural(len(most), one="on", other="each on"),
            count=ranked(
                Measured(
                    first, "count", "routes_of_country", on=day, rows=placed(ties, held["corridor"], most)
                ),
                counted.values(),
            ),
            of=tally(held["row"], "corridors_asked", on=day),
        ),
        subtitle=Finding(
            "matrix-subtitle",
            "Countries with a place on a route, and those asked about, on {day}; at the right the number of routes",
            day=day,
        ),
        note="The table of this figure gives the role of each country. Stages: "
        + "; ".join(
            f"{names.corridor(row.corridor)} {marks.state(row.state, is_uncertain=row.is_uncertain)}"
            for row in held.itertuples()
        )
        + ".",
        figure=lambda: charts.matrix(
            states, key=KEY, counts=[str(counted[code]) for code in order], count_label="routes"
        ),
        table=Table.of(
            words,
            [
                Column("Country", "Country"),
                *(Column(label, label) for label in labels),
                Column("Routes", "Routes", "count"),
            ],
        ),
        data=shown[["corridor", "country", "role", "order"]],
        sources=list(held["source"]),
        methods=["operational"],
    )


def shared(held: pd.DataFrame, ties: pd.DataFrame, day: date) -> Exhibit:
    """How many countries every two corridors have in common on their routes."""
    said = {names.corridor(key): names.corridor_said(key) for key in held["corridor"]}
    sets = {
        names.corridor(key): each for key, each in transport.on_route(ties, held["corridor"]).items() if each
    }
    if len(sets) < 2:
        text = "There are no two corridors whose countries could be compared."
        return Exhibit.absent("shared", Finding("shared-absent", text))
    counts = blocs.co_membership(blocs.affiliation(sets), by="bloc").astype(int)
    overlap = blocs.jaccard_matrix(sets)
    pairs = [
        {"one": a, "other": b, "shared": int(counts.at[a, b]), "jaccard": float(overlap.at[a, b])}
        for position, a in enumerate(sets)
        for b in list(sets)[position + 1 :]
    ]
    frame = pd.DataFrame(pairs).sort_values(["shared", "jaccard"], ascending=False, ignore_index=True)
    top = frame.iloc[0]
    tied = frame[(frame["shared"] == top["shared"]) & (frame["jaccard"] == top["jaccard"])]
    both = {code for row in tied.itertuples() for code in sets[row.one] & sets[row.other]}
    rows = placed(ties, held["corridor"], both)
    count = Measured(
        int(top["shared"]), "count", "co_membership", on=day, rows=rows, sources=tuple(held["source"])
    )
    values = {"count": count}
    if not top["shared"]:
        text, values = "No two corridors share a country on their routes", {}
    elif len(tied) == 1:
        text = "{one} and {other} have the most countries in common: {names}"
        values = {"one": said[top["one"]], "other": said[top["other"]]}
        values["names"] = ranked(
            names.countries(sets[top["one"]] & sets[top["other"]]), frame["shared"], by=top["shared"]
        )
    else:
        text = "Several pairs of corridors share {count:count} countries, the closest pairs {pairs}"
        with_each = [f"{said[row.one]} with {said[row.other]}" for row in tied.itertuples()]
        alike = frame.loc[frame["shared"] == top["shared"], "jaccard"]
        values["pairs"] = ranked(with_each, alike, by=top["jaccard"])
    frame["names"] = [
        ", ".join(names.label(code) for code in sorted(sets[row.one] & sets[row.other]))
        for row in frame.itertuples()
    ]
    shown = frame[frame["shared"] > 0] if top["shared"] else frame
    return Exhibit.figure(
        "shared",
        title=Finding("shared-title", text, role="title", **values),
        subtitle="Countries with a place on both routes in the cells, on the diagonal the countries of a route; colour by"
        " the Jaccard index",
        figure=lambda: charts.heat(
            counts, overlap, key_label="Jaccard index", size_label="countries on the route"
        ),
        table=Table.of(
            shown,
            [
                Column("one", "Corridor"),
                Column("other", "Corridor beside it"),
                Column("shared", "Shared", "count"),
                Column("jaccard", "Jaccard index", "number"),
                Column("names", "Countries on both", empty="none"),
            ],
            row_header=False,
        ),
        data=frame,
        sources=list(held["source"]),
        methods=["co_membership", "jaccard"],
    )


def off_route(held: pd.DataFrame, ties: pd.DataFrame, asked: Sequence[str]) -> Finding:
    """The countries asked about that stand on no route, and what they are tied to without a place on it."""
    stations = transport.on_route(ties, held["corridor"])
    off = [code for code in dict.fromkeys(asked) if not any(code in each for each in stations.values())]
    if held.empty or not off:
        text = (
            "Every country asked about stands on the route of a corridor."
            if len(held)
            else "There is no route yet."
        )
        return Finding("off-route", text, exhibit="matrix" if len(held) else None)
    tied = ties[ties["country"].isin(off) & ties["corridor"].isin(held["corridor"])]
    text = "{who} {stand} on no route of these corridors"
    values = {"who": names.countries(off), "stand": plural(len(off), one="stands", other="stand")}
    if len(tied):
        text += "; a tie without a place on the route joins {tied}"
        values["tied"] = [
            f"{names.country(row.country)} to {names.corridor_said(row.corridor)}"
            for row in tied.itertuples()
        ]
    return Finding("off-route", f"{text}.", exhibit="matrix", **values)
