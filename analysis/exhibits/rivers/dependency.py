"""The part of a country's water that comes from abroad, worked out from its parts and as published."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.exhibits import charts, names, theme, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.rivers.asking import unasked
from analysis.exhibits.template import plural, ranked
from analysis.measures import hydrology
from analysis.measures.sets import asked as asked_of


def _known(water: pd.DataFrame, asked: Sequence[str]) -> list[hydrology.Dependency]:
    found = [hydrology.dependency(water, code) for code in dict.fromkeys(asked)]
    return sorted((each for each in found if each.ratio.defined), key=lambda each: -each.ratio.value)


def dependency(
    water: pd.DataFrame, basins: pd.DataFrame, asked: Sequence[str], basin: str, *, is_asked: bool
) -> Exhibit:
    """The dependency ratio of each country, with its place in the basin and the parts it is made of."""
    if not is_asked:
        return Exhibit.absent(
            "dependency", unasked("dependency-absent", "the dependency on water from abroad")
        )
    found = _known(water, asked)
    if not found:
        text = "No release known by this day has the water resources of a country asked about."
        return Exhibit.absent("dependency", Finding("dependency-absent", text))
    places = {each.country: hydrology.position(basins, basin, each.country) for each in found}
    labels = {each.country: _label(each.country, places[each.country]) for each in found}
    bars = pd.DataFrame(
        {
            "value": [each.ratio.value for each in found],
            "text": [wording.percent(each.ratio.value, 0) for each in found],
        },
        index=[labels[each.country] for each in found],
    )
    upstream = [code for code, place in places.items() if place == hydrology.POSITIONS[0]]
    marked = {labels[code]: theme.token("accent") for code in upstream}
    table = pd.DataFrame(
        [
            {
                "country": names.label(each.country),
                "place": places[each.country] or "outside",
                "internal": each.internal,
                "inflow": each.inflow,
                "reserved": each.reserved,
                "total": each.total,
                "ratio": each.ratio,
                "published": each.published,
            }
            for each in found
        ]
    )
    volume = ("internal", "inflow", "reserved", "total")
    data = table.map(lambda cell: getattr(cell, "value", cell)).assign(
        country=[each.country for each in found]
    )
    return Exhibit.figure(
        "dependency",
        title=_title(found, upstream),
        subtitle=Finding(
            "dependency-subtitle",
            "Inflow from abroad as a part of inflow and internal resources, long-term averages; in brackets the place in"
            " the basin of the {basin}",
            basin=basin,
        ),
        alt=Finding(
            "dependency-alt",
            "Bars from {first} with {top:percent1} down to {last} with {bottom:percent1}.",
            first=names.country(found[0].country),
            top=found[0].ratio,
            last=names.country(found[-1].country),
            bottom=found[-1].ratio,
        ),
        note=_note(found),
        figure=lambda: charts.bars(bars, highlight=marked or None),
        table=Table.of(
            table,
            [
                Column("country", "Country"),
                Column("place", "In the basin"),
                *(
                    Column(key, head, "number1")
                    for key, head in zip(
                        volume,
                        ("Internal, km³", "Inflow, km³", "Reserved for neighbours, km³", "Total, km³"),
                        strict=True,
                    )
                ),
                Column("ratio", "Worked out", "percent1"),
                Column("published", "Published", "percent1"),
            ],
        ),
        data=data,
        sources=[source for each in found for source in (*each.ratio.sources, *each.published.sources)],
        methods=["dependency_ratio", "water_figure"],
        flags=[flag for each in found for flag in each.ratio.flags],
    )


def _label(code: str, place: str | None) -> str:
    return f"{names.label(code)} ({place})" if place else names.label(code)


def _note(found: Sequence[hydrology.Dependency]) -> str:
    """How the ratios worked out compare with the published ones, and what the averages are."""
    apart = [each.country for each in found if hydrology.agrees(each) is False]
    same = any(hydrology.agrees(each) for each in found)
    told = "The ratios worked out from their parts are the published ones. " if same and not apart else ""
    if apart:
        told = f"Worked out and published ratios differ for {wording.join(names.countries(apart))}. "
    return told + (
        "Long-term averages are the same for every day and say nothing of a dry year; total is what remains after the"
        " outflow reserved for neighbours by agreement."
    )


def _title(found: Sequence[hydrology.Dependency], upstream: Sequence[str]) -> Finding:
    above = [each for each in found if each.country in upstream]
    below = [each for each in found if each.country not in upstream]
    if above and below:
        most = max(above, key=lambda each: each.ratio.value)
        least = min(below, key=lambda each: each.ratio.value)
        if most.ratio.value < least.ratio.value:
            return Finding(
                "dependency-title",
                "Upstream, no country gets more than {most:percent0} of its water from abroad; downstream, none gets less than"
                " {least:percent0}",
                role="title",
                most=ranked(most.ratio, [each.ratio for each in above]),
                least=ranked(least.ratio, [each.ratio for each in below]),
            )
    return Finding(
        "dependency-title",
        "{who} takes {top:percent0} of its water from abroad, the most of {of:count} {countries}",
        role="title",
        who=names.country(found[0].country, start=True),
        top=ranked(found[0].ratio, [each.ratio for each in found]),
        of=asked_of(each.country for each in found),
        countries=plural(len(found), one="country", other="countries"),
    )


def depends(water: pd.DataFrame, asked: Sequence[str], *, is_asked: bool) -> Finding:
    """Key figure: the country that depends most on water from abroad, beside the one that depends least."""
    if not is_asked:
        return unasked("depends", "the country that depends most on water from abroad")
    found = _known(water, asked)
    if not found:
        return Finding("depends", "Which countries depend on water from abroad cannot be told.")
    first, last = found[0], found[-1]
    sentence = "{who} depends on water from abroad for {top} of its resources"
    values = {"who": names.country(first.country, start=True), "top": first.ratio}
    change = "the only country with figures"
    if last is not first:
        sentence += ", {least} for {bottom}"
        change = "{least}: {bottom}"
        values |= {"least": names.country(last.country), "bottom": last.ratio}
    return Finding(
        "depends",
        f"{sentence}.",
        role="key",
        rank=3,
        label="Water from abroad, {owner}",
        figure="{top:percent0}",
        change=change,
        exhibit="dependency",
        owner=names.country(first.country),
        **values,
    )
