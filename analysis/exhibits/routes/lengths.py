"""Lengths: the readings that sources give, in both units, and a section set beside a whole route."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import pandas as pd

from analysis.exhibits import marks, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.routes.stages import SCOPES, length
from analysis.exhibits.template import against, plural
from analysis.measures import distances, transport
from analysis.measures.dates import is_blank
from analysis.measures.measured import Measured

FINE = 100
"""Below so many miles a length worked out has a decimal."""


class Reading(NamedTuple):
    """One published length: in kilometres, as printed in miles where it was, its scope and how far it lies apart."""

    corridor: str
    km: Measured
    miles: float | None
    scope: str
    source: str
    apart: Measured | None


def readings(held: pd.DataFrame, others: pd.DataFrame) -> list[Reading]:
    """The length of each corridor and the other readings of it; only lengths of one scope are set against each other."""
    found = []
    for row in held.to_dict("records"):
        main = length(row)
        if main.defined:
            found.append(Reading(row["corridor"], main, None, row["length_scope"], row["source"], None))
        for other in others[others["corridor"] == row["corridor"]].to_dict("records"):
            km = _reading(other)
            same = main.defined and other["scope"] == row["length_scope"]
            found.append(
                Reading(
                    row["corridor"],
                    km,
                    None if is_blank(other["length_miles"]) else float(other["length_miles"]),
                    other["scope"],
                    other["source"],
                    distances.length_difference(km, main) if same else None,
                )
            )
    return found


def _reading(row: Mapping[str, Any]) -> Measured:
    """A length as printed: one printed in miles is converted, not taken from its rounded conversion."""
    context = {
        "rows": (f"corridor_lengths:{row['corridor']}/{row['length_km']:g}/{row['source']}",),
        "sources": (row["source"],),
    }
    if is_blank(row["length_miles"]):
        return Measured(float(row["length_km"]), "km", "published_length", **context)
    miles = Measured(float(row["length_miles"]), "score", "published_length", **context)
    return distances.kilometres(miles)


def lengths(held: pd.DataFrame, others: pd.DataFrame, documents: Collection[str], section: str) -> Exhibit:
    """All published lengths of the corridors in kilometres and miles; `documents` are sources that are claims."""
    found = readings(held, others)
    if not found:
        text = "No length of a corridor that had been announced by this day is known."
        return Exhibit.absent("lengths", Finding("lengths-absent", text))
    frame = pd.DataFrame(
        [
            {
                "corridor": names.corridor(each.corridor),
                "km": wording.number(each.km.value, int(each.km.value % 1 != 0)),
                "miles": wording.number(_miles(each), int(each.miles is None and _miles(each) < FINE)),
                "scope": SCOPES[each.scope],
                "apart": _apart(each),
                "source": names.release(each.source)
                + (f" {marks.DOCUMENT_ONLY}" if each.source in documents else ""),
            }
            for each in found
        ]
    )
    data = pd.DataFrame(
        [
            {
                "corridor": each.corridor,
                "length_km": each.km.value,
                "length_miles": each.miles,
                "scope": each.scope,
                "difference": each.apart.value if each.apart else None,
                "source": each.source,
            }
            for each in found
        ]
    )
    return Exhibit.table(
        "lengths",
        title=_title(found, section),
        subtitle="Lengths as published, in kilometres and in international miles; the difference is from the first line of the"
        " corridor, where both measure the same",
        note=marks.note(frame["source"]),
        table=Table.of(
            frame,
            [
                Column("corridor", "Corridor"),
                Column("km", "Length, km", align="right"),
                Column("miles", "Length, miles", align="right"),
                Column("scope", "What is measured"),
                Column("apart", "Difference", align="right"),
                Column("source", "Source"),
            ],
        ),
        data=data,
        sources=[each.source for each in found],
        methods=["published_length", "length_conversion", "length_difference"],
    )


def _miles(reading: Reading) -> float:
    """The miles as printed, or worked out from the kilometres."""
    return distances.miles(reading.km) if reading.miles is None else reading.miles


def _apart(reading: Reading) -> str:
    if reading.apart is None:
        return ""
    return wording.percent(reading.apart.value, 1, sign=True)


def _title(found: list[Reading], section: str) -> Finding:
    own = [each for each in found if each.corridor == section and each.apart is not None]
    if own:
        first = next(each for each in found if each.corridor == section)
        other = max(own, key=lambda each: abs(each.apart.value))
        return Finding(
            "lengths-title",
            "Two readings of the length of {corridor}, {first} and {other}, lie {apart} apart",
            role="title",
            corridor=names.corridor_said(section),
            first=first.km,
            other=other.km,
            apart=_size(other.apart),
        )
    count = len({each.corridor for each in found})
    return Finding(
        "lengths-title",
        "{count:count} {lengths} of {of:count} {corridors} {are} published",
        role="title",
        count=len(found),
        lengths=plural(len(found), one="length", other="lengths"),
        of=count,
        corridors=plural(count, one="corridor", other="corridors"),
        are=plural(len(found), one="is", other="are"),
    )


def _size(difference: Measured) -> Measured:
    return Measured(
        abs(difference.value),
        "rate",
        difference.method,
        rows=difference.rows,
        sources=difference.sources,
    )


def section(
    held: pd.DataFrame, others: pd.DataFrame, ties: pd.DataFrame, part: str, path: str, tolerance_pct: int
) -> Finding:
    """A section in both units, within the tolerance or not, and the part it would make of a whole route."""
    rows = {row["corridor"]: row for row in held.to_dict("records")}
    label = names.corridor_said(part)
    if part not in rows or not length(rows[part]).defined:
        text = "The length of {part} is not set beside another: none was known on this day."
        return Finding("section", text, part=label)
    own = [each for each in readings(held, others) if each.corridor == part]
    subject = "{part}" if own[0].scope == "whole" else "The section of {part} that is measured"
    sentence, values = (
        subject + " is {km} long according to {source}",
        {"source": names.release(own[0].source)},
    )
    stated = next((each for each in own if each.miles is not None and each.apart is not None), None)
    if stated:
        sentence += (
            "; the {stated:count} miles given by {by} are {converted}, {apart} {less}, {within} the tolerance of"
            " {tolerance:percent0}"
        )
        values |= {
            "stated": int(stated.miles),
            "by": names.release(stated.source),
            "converted": stated.km,
            "apart": _size(stated.apart),
            "less": against(stated.apart, 0, above="more", below="less", equal="apart"),
            "within": "within" if abs(stated.apart.value) <= tolerance_pct / 100 else "outside",
            "tolerance": Measured(tolerance_pct / 100, "share", "length_difference"),
        }
    if path != part and path in rows and length(rows[path]).defined and rows[path]["length_scope"] == "whole":
        share = distances.length_share(own[0].km, length(rows[path]))
        if share.defined:
            common = transport.on_route(ties, [part, path])
            both = names.countries(common[part] & common[path])
            sentence += ". Set beside the {whole} of {path}, that is {share} of its length"
            values |= {"path": names.corridor_said(path), "whole": length(rows[path]), "share": share}
            if both:
                sentence += "; both routes pass through {both}"
                values["both"] = both
    return Finding("section", f"{sentence}.", exhibit="lengths", part=label, km=own[0].km, **values)
