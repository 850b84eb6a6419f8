"""Triangles of allies: three countries allied two by two, and the date of the alliance that closed each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis.exhibits import marks, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.security import kinds
from analysis.exhibits.template import plural
from analysis.measures import network as nets
from analysis.measures.network import Network


def triangles(networks: Sequence[Network]) -> Exhibit:
    """Every triangle of allies on the last day as a ladder of its three pairs, the newest triangle first."""
    now = networks[-1]
    level = kinds.rank(kinds.LEADING)
    found = nets.triangles(now, level=level)
    if not found:
        why = "There is no triangle of allies to list on {day}."
        return Exhibit.absent("triangles", Finding("triangles-absent", why, day=now.on))
    rows, bold = [], []
    rows_of = [str(act["row"]) for each in found for act in each.edges]
    for number, triangle in enumerate(found, start=1):
        for step, act in enumerate(triangle.edges):
            if act is triangle.edges[-1]:
                bold.append(len(rows))
            rows.append(
                {
                    "triangle": wording.count(number) if not step else "",
                    "pair": kinds.pair(act["country_a"], act["country_b"]),
                    "date": marks.date(act),
                    "title": act["title"],
                    "state": marks.state(act["state"]),
                }
            )
    frame = pd.DataFrame(rows)
    first = found[0]
    values = {"who": names.countries(first.countries), "closed": wording.date(first.closed)}
    text = (
        "{who} closed a triangle of alliances in {closed}"
        if marks.is_coarse(first.closed)
        else ("{who} closed a triangle of alliances on {closed}")
    )
    note = "Each pair stands with its first alliance that binds; in bold the tie that closed the triangle."
    if not all(each.is_order_certain for each in found):
        note += " Where dates are coarse, which tie came last is not certain."
    return Exhibit.table(
        "triangles",
        title=Finding("triangles-title", text, role="title", rows=rows_of, **values),
        subtitle=Finding(
            "triangles-subtitle",
            "{count} on {day}, the last closed first",
            count=f"{wording.count(len(found))} {'triangle' if len(found) == 1 else 'triangles'} of allies",
            rows=rows_of,
            day=now.on,
        ),
        note=" ".join(filter(None, (note, marks.note(frame["date"])))),
        table=Table.of(
            frame,
            [
                Column("triangle", "No."),
                Column("pair", "Pair"),
                Column("date", "Allied from"),
                Column("title", "By"),
                Column("state", "State"),
            ],
            emphasis=bold,
            row_header=False,
        ),
        data=frame.assign(triangle=[_named(each) for each in found for _ in each.edges]),
        sources=list(dict.fromkeys(str(act["source"]) for each in found for act in each.edges)),
        methods=["triangles"],
    )


def triangle_said(networks: Sequence[Network]) -> Finding:
    """Key figure: the newest triangle of allies and when it closed."""
    now = networks[-1]
    level = kinds.rank(kinds.LEADING)
    found, count = nets.triangles(now, level=level), nets.triangle_count(now, level=level)
    values = {"day": now.on}
    if not found:
        return Finding(
            "ally-triangles",
            "No three of the countries are known to be all allied with each other on {day}.",
            **values,
        )
    first = found[0]
    last, *_ = reversed(first.edges)
    text = (
        "{who} have been allied two by two since {closed}, when {last} became the last of the three pairs"
        if first.is_order_certain
        else "{who} have been allied two by two since {closed}, as far as the dates tell"
    )
    values |= {"who": names.countries(first.countries), "closed": wording.date(first.closed)}
    if first.is_order_certain:
        values["last"] = kinds.pair(str(last["country_a"]), str(last["country_b"]))
    if not count.defined:
        return Finding(
            "ally-triangles", text + "; how many such triangles there are on {day} is uncertain.", **values
        )
    others = [_named(each) for each in found[1:]]
    if others:
        further = replace(count, value=len(others))
        text += "; {further:count} further {triangles} of allies {stand}: {others}"
        values |= {
            "further": further,
            "triangles": plural(further, one="triangle", other="triangles"),
            "stand": plural(further, one="stands", other="stand"),
            "others": others,
        }
    sources = tuple(str(act["source"]) for act in first.edges)
    return Finding(
        "ally-triangles",
        text + ".",
        role="key",
        rank=3,
        label="{kinds} of allies on {day}",
        figure="{count:count}",
        change="the last closed {closed}",
        exhibit="triangles",
        rows=[str(act["row"]) for act in first.edges],
        sources=sources,
        count=count,
        kinds=plural(count, one="Triangle", other="Triangles"),
        **values,
    )


def _named(triangle: nets.Triangle) -> str:
    return "–".join(names.label(code) for code in triangle.countries)
