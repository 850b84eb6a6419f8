"""Ways to a coast: the corridors that each landlocked state has, and the sea ports that claims name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import pandas as pd

from analysis.exhibits import charts, marks, names
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural, ranked
from analysis.measures import transport
from analysis.measures.measured import Measured, merged
from analysis.measures.sets import asked as asked_of

KEY = {
    "full": "in operation",
    "partial": "under construction, under study, planned or announced",
    "uncertain": "stage uncertain on this day",
}


def _landlocked(coasts: pd.DataFrame, asked: Sequence[str]) -> list[str]:
    shut = set(coasts.loc[coasts["is_landlocked"].astype(bool), "country"])
    return [code for code in dict.fromkeys(asked) if code in shut]


def _state(row) -> str:
    if row.is_uncertain:
        return "uncertain"
    return "full" if row.state == transport.OPERATIONAL else "partial"


def outlets(
    found: pd.DataFrame, coasts: pd.DataFrame, asked: Sequence[str], regions: Sequence[str], day: date
) -> Exhibit:
    """The corridors that lead each landlocked state to a coast of these regions, marked by their stage."""
    shut = _landlocked(coasts, asked)
    if found.empty:
        text = "No corridor that had been announced by {day} takes a landlocked country asked about to a coast of the regions asked about: {regions}."
        values = {"day": day, "regions": list(regions) or ["no region"]}
        return Exhibit.absent("outlets", Finding("outlets-absent", text, **values))
    counts = {code: transport.outlet_count(found, code, on=day) for code in shut}
    order = sorted(shut, key=lambda code: (-counts[code].value, names.label(code)))
    rows = {
        names.label(code): [
            (_state(row), f"{names.corridor(row.corridor)} to {', '.join(map(names.label, row.coasts))}")
            for row in found[found["country"] == code].itertuples()
        ]
        for code in order
    }
    printed = pd.DataFrame(
        [
            {
                "country": names.label(row.country),
                "corridor": names.corridor(row.corridor),
                "stage": marks.state(row.state, is_uncertain=row.is_uncertain),
                "coasts": ", ".join(map(names.label, row.coasts)),
            }
            for code in order
            for row in found[found["country"] == code].itertuples()
        ]
    )
    return Exhibit.figure(
        "outlets",
        title=_title(counts),
        subtitle=Finding(
            "outlets-subtitle",
            "Corridors on whose path a country stands together with a coastal state, on {day}; coasts of {regions}",
            regions=list(regions),
            day=day,
        ),
        note="The coastal state is the first on the path. A shore of the Caspian Sea is no coast; a member of a corridor without"
        " a place on its route is not counted.",
        figure=lambda: charts.tally(rows, key=KEY, none="none"),
        table=Table.of(
            printed,
            [
                Column("country", "Country"),
                Column("corridor", "Corridor"),
                Column("stage", "Stage"),
                Column("coasts", "Coast"),
            ],
        ),
        data=found.assign(coasts=found["coasts"].map("; ".join), sources=found["sources"].map("; ".join)),
        sources=[
            *(source for each in found["sources"] for source in each),
            *coasts.loc[coasts["country"].isin(shut), "source"],
        ],
        methods=["outlets"],
    )


def _title(counts: dict) -> Finding:
    top = max(each.value for each in counts.values())
    most = [code for code, each in counts.items() if each.value == top]
    without = [code for code, each in counts.items() if not each.value]
    text = "{who} {have} the most outlets to these coasts, {count:count}"
    values = {
        "who": names.countries(most),
        "have": plural(len(most), one="has", other="have"),
        "count": ranked(counts[most[0]], counts.values()),
    }
    if len(most) > 1:
        text += " each"
    if without:
        text += "; {without} {lack} none"
        values |= {
            "without": names.countries(without),
            "lack": plural(len(without), one="has", other="have"),
        }
    return Finding("outlets-title", text, role="title", **values)


def most_outlets(found: pd.DataFrame, coasts: pd.DataFrame, asked: Sequence[str], day: date) -> Finding:
    """Key figure: the landlocked states that a corridor in operation leads to a coast, of those asked about."""
    shut = _landlocked(coasts, asked)
    if not shut:
        return Finding("running-outlets", "None of the countries asked about is landlocked.")
    if found.empty:
        text = "On {day} no corridor of those asked about led a landlocked country to a coast."
        return Finding("running-outlets", text, day=day)
    counts = {code: transport.outlet_count(found, code, running=True, on=day) for code in shut}
    if not all(each.defined for each in counts.values()):
        text = "How many landlocked countries had an outlet that ran on {day} is uncertain."
        return Finding("running-outlets", text, day=day)
    served = [code for code, each in counts.items() if each.value]
    sentence = (
        "A corridor in operation takes {served} to a coast in these regions."
        if served
        else "No corridor in operation takes one of the landlocked countries asked about to a coast in these regions."
    )
    rest = found[~found["country"].isin(served)]
    unsure = rest.loc[rest["is_uncertain"], "country"].unique()
    waiting = [code for code in rest["country"].unique() if code not in unsure]
    values: dict = {"served": names.countries(served)} if served else {}
    if len(unsure):
        sentence += " For {unsure} it is uncertain whether one runs yet."
        values["unsure"] = names.countries(unsure)
    if waiting:
        sentence += " {waiting} {have} only corridors that do not run yet."
        values |= {
            "waiting": names.countries(waiting),
            "have": plural(len(waiting), one="has", other="have"),
        }
    every = Measured(len(found), "count", "outlets", on=day, rows=tuple(found["row"]))
    led = merged(*(counts[code] for code in served)) | {"on": day}
    return Finding(
        "running-outlets",
        sentence,
        role="key",
        rank=1,
        label="Landlocked countries with an outlet in operation",
        figure="{count:count} of {of:count}",
        change="outlets of any stage: {every:count}",
        exhibit="outlets",
        sources=tuple(dict.fromkeys(source for each in found["sources"] for source in each)),
        count=Measured(len(served), "count", "outlet_countries", **led),
        of=asked_of(shut, day),
        every=every,
        **values,
    )


def ports(
    ports: pd.DataFrame,
    held: pd.DataFrame,
    ties: pd.DataFrame,
    coasts: pd.DataFrame,
    asked: Sequence[str],
    day: date,
) -> Exhibit:
    """Sea ports named by claims: their countries, and the corridors that join these to a landlocked country asked about."""
    shut = set(_landlocked(coasts, asked))
    rows = []
    for port in ports.to_dict("records"):
        joined = _joining(held, ties, port["country"], shut)
        rows.append(
            {
                "port": port["port"],
                "country": names.label(port["country"]),
                "corridors": "; ".join(
                    f"{names.corridor(row['corridor'])} ({marks.state(row['state'], is_uncertain=row['is_uncertain'])})"
                    f" for {', '.join(names.label(code) for code in sorted(codes))}"
                    for row, codes in joined
                )
                or "none",
                "code": port["country"],
                "served": {row["corridor"] for row, _ in joined},
            }
        )
    if held.empty or not any(row["served"] for row in rows):
        text = "On {day} no corridor asked about joins a landlocked country to the country of a port that claims name."
        return Exhibit.absent("ports", Finding("ports-absent", text, day=day))
    frame = pd.DataFrame(rows)
    return Exhibit.table(
        "ports",
        title=_ports_title(rows),
        subtitle=Finding(
            "ports-subtitle",
            "Ports that claims name as outlets, and the corridors that have their country and a landlocked one on a"
            " path, on {day}",
            day=day,
        ),
        note="A corridor that passes through the country of a port need not end at that port.",
        table=Table.of(
            frame,
            [
                Column("port", "Port"),
                Column("country", "Country"),
                Column("corridors", "Corridors, and for whom"),
            ],
        ),
        data=frame[["port", "code", "corridors"]].rename(columns={"code": "country"}),
        sources=[*ports["source"], *held["source"]],
        methods=["outlets"],
    )


def _joining(held: pd.DataFrame, ties: pd.DataFrame, country: str, shut: Collection[str]) -> list[tuple]:
    found = []
    for row in held.to_dict("records"):
        along = {
            code
            for path in transport.paths(ties, row["corridor"])
            if country in path.countries
            for code in path.countries
            if code in shut
        }
        if along:
            found.append((row, along))
    return found


def _ports_title(rows: Sequence[dict]) -> Finding:
    """The port that shares no corridor with the others, or how many countries the ports stand in."""
    for row in rows:
        others = [other for other in rows if other["code"] != row["code"] and other["served"]]
        missed = sorted({corridor for other in others for corridor in other["served"]} - row["served"])
        if others and missed and len(others) > len(rows) - len(others) - 1:
            return Finding(
                "ports-title",
                "{port} lies in {country}, which is not on the route of {missed:or}",
                role="title",
                port=row["port"],
                country=names.country(row["code"]),
                missed=[names.corridor_said(each) for each in missed],
            )
    joined = sorted({row["port"] for row in rows if row["served"]})
    text = "{ports} {stand} in a country that a corridor joins to a landlocked one"
    stand = plural(len(joined), one="stands", other="stand")
    return Finding("ports-title", text, role="title", ports=joined, stand=stand)


def standing_where(ports: pd.DataFrame, shown: Exhibit) -> Finding:
    """The countries in which the ports stand that claims name; `shown` is the exhibit of `ports`."""
    parts, values = [], {}
    for letter, (code, rows) in zip("abcdef", ports.groupby("country", sort=True), strict=False):
        parts.append(f"{{ports_{letter}}} {{lie_{letter}}} in {{country_{letter}}}")
        values |= {
            f"ports_{letter}": sorted(rows["port"]),
            f"lie_{letter}": plural(len(rows), one="lies", other="lie"),
            f"country_{letter}": names.country(str(code)),
        }
    return Finding(
        "port-countries",
        f"Of the ports that claims name as outlets, {' and '.join(parts)}.",
        exhibit=None if shown.data is None else "ports",
        sources=tuple(dict.fromkeys(ports["source"])),
        **values,
    )
