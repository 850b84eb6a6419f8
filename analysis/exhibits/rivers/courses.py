"""Shared rivers from source to mouth, and who lies above whom in one basin."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.exhibits import names
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.rivers.asking import unasked
from analysis.exhibits.template import plural, ranked
from analysis.measures import hydrology


def courses(basins: pd.DataFrame, asked: Sequence[str], *, is_asked: bool) -> Exhibit:
    """Every shared river that touches the countries, with who lies where on it."""
    if not is_asked:
        return Exhibit.absent("courses", unasked("courses-absent", "shared rivers"))
    found = hydrology.courses(basins, asked)
    if found.empty:
        text = "No shared river in the tables touches a country asked about."
        return Exhibit.absent("courses", Finding("courses-absent", text))
    frame = found.copy()
    for place in hydrology.POSITIONS:
        frame[place] = [", ".join(map(names.label, each)) or "none" for each in found[place]]
    above = {code: sum(code in each for each in found[hydrology.POSITIONS[0]]) for code in asked}
    top = max(above.values(), default=0)
    most = [code for code, count in above.items() if count == top]
    text, values = "No country asked about holds the upper course of a shared river", {}
    if top:
        text = "{who} {hold} the upper course of {count:count} of {of:count} shared {rivers}, the most"
        values = {
            "who": names.countries(most),
            "hold": plural(len(most), one="holds", other="hold"),
            "count": ranked(top, above.values()),
            "of": len(found),
            "rivers": plural(len(found), one="river", other="rivers"),
        }
    shown = basins[basins["river"].isin(found["river"])]
    return Exhibit.table(
        "courses",
        title=Finding("courses-title", text, role="title", **values),
        subtitle="Rivers that touch the countries asked about, their countries by the place on the course",
        table=Table.of(
            frame,
            [
                Column("river", "River"),
                Column("basin", "Basin"),
                *(Column(place, place.capitalize()) for place in hydrology.POSITIONS),
            ],
        ),
        data=shown[["river", "basin", "country", "role"]],
        sources=list(shown["source"]),
    )


def positions(basins: pd.DataFrame, asked: Sequence[str], basin: str, *, is_asked: bool) -> Finding:
    """Who lies upstream in a basin, and who below."""
    if not is_asked:
        return unasked("positions", "places in a basin")
    places = {code: hydrology.position(basins, basin, code) for code in dict.fromkeys(asked)}
    above = [code for code, place in places.items() if place == hydrology.POSITIONS[0]]
    below = [code for code, place in places.items() if place in hydrology.POSITIONS[1:]]
    values: dict = {"basin": basin}
    if not above and not below:
        text = "None of the countries asked about lies in the basin of the {basin} by the tables."
        return Finding("positions", text, **values)
    parts = []
    if above:
        parts.append("{above} {lie} upstream, where a river begins")
        values |= {
            "above": names.countries(above),
            "lie": plural(len(above), one="lies", other="lie"),
        }
    if below:
        where = "below them" if len(above) > 1 else "below it" if above else "on the lower course"
        parts.append("{below} {fall} " + where)
        values |= {
            "below": names.countries(below),
            "fall": plural(len(below), one="lies", other="lie"),
        }
    rows = basins[(basins["basin"] == basin) & basins["country"].isin(above + below)]
    return Finding(
        "positions",
        f"In the basin of the {{basin}}, {'; '.join(parts)}.",
        exhibit="courses",
        sources=tuple(dict.fromkeys(rows["source"])),
        **values,
    )
