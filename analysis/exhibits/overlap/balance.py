"""Weight: the overlap with each country counted by its economy or people, and how even each bloc is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from analysis.exhibits import charts, names, theme, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural
from analysis.measures.intensity import BlocTrade
from analysis.measures.measured import Measured
from analysis.measures.sets import Members
from analysis.measures.weights import BlocWeights, WeightedOverlap

INDICATORS = {"gdp_current_usd": "gross domestic product at current prices", "population": "population"}
SMALLEST_DRAWN = 0.02


def weighted(overlaps: Mapping[str, WeightedOverlap], a: Members, b: Members) -> Exhibit:
    """The overlap by each indicator, with and without the heaviest country; `overlaps` is keyed by indicator."""
    rows = [
        {
            "indicator": INDICATORS[indicator].capitalize(),
            "year": found.whole.start,
            "whole": _spoken(found.whole, a, b),
            "rest": _spoken(found.without_largest, a, b),
            "largest": names.label(found.largest) if found.largest else "",
        }
        for indicator, found in overlaps.items()
    ]
    first = rows[0]
    title = Finding(
        "weighted-title",
        "By {what} the countries in both make up {whole} of those in either",
        role="title",
        otherwise="The overlap by {what} cannot be given: {reason}.",
        what=str(first["indicator"]).lower(),
        whole=first["whole"],
    )
    if not title.defined:
        return Exhibit.absent("weighted", title)
    frame = pd.DataFrame(rows)
    return Exhibit.table(
        "weighted",
        title=title,
        subtitle="Weight of the countries in both over the weight of the countries in either, one year and one source",
        alt="Weighted overlap by indicator, with and without the heaviest country.",
        note="The plain count gives every country the same weight.",
        table=Table.of(
            frame,
            [
                Column("indicator", "Weight"),
                Column("year", "Year", "year"),
                Column("whole", "Overlap", "percent"),
                Column("largest", "Heaviest"),
                Column("rest", "Without it", "percent"),
            ],
        ),
        data=frame.map(lambda cell: cell.value if isinstance(cell, Measured) else cell),
        sources=[source for row in rows for source in (*row["whole"].sources, *row["rest"].sources)],
        methods=["weighted_overlap"],
    )


def heaviest(spread: BlocWeights) -> Finding:
    """Key figure: the part of a bloc's output that its heaviest member makes."""
    bloc = names.bloc(spread.bloc)
    largest = _named(spread.largest_share, spread)
    values = {"bloc": bloc, "share": largest, "even": _named(spread.effective_number, spread)}
    if not largest.defined:
        return Finding(
            f"heaviest-{spread.bloc}",
            "{share}",
            otherwise="The weights inside {bloc} cannot be given: {reason}.",
            bloc=bloc,
            share=largest,
        )
    return Finding(
        f"heaviest-{spread.bloc}",
        "{who} makes {share} of the output of {bloc} ({share:end}); it is as concentrated as {even:number1} equal members.",
        role="key",
        rank=5,
        label="{who}’s part in the output of {bloc}, {share:end}",
        figure="{share}",
        change="as concentrated as {even:number1} equal members",
        exhibit="composition",
        who=names.country(spread.largest, start=True),
        **values,
    )


def composition(spreads: Mapping[str, BlocWeights]) -> Exhibit:
    """The part of each member in its bloc's output, a bar for each bloc whose weights are complete."""
    known = {bloc: spread for bloc, spread in spreads.items() if not spread.frame.empty}
    refused = [
        f"{names.bloc(bloc)}: {_why(spread.hhi, bloc)}"
        for bloc, spread in spreads.items()
        if spread.frame.empty
    ]
    if not known:
        return Exhibit.absent(
            "composition",
            Finding("composition-absent", "No bloc has weights for all its members: {why}.", why=refused),
        )
    top = max(known.values(), key=lambda spread: spread.hhi.value)
    frame = pd.DataFrame({names.bloc(bloc): spread.frame["share"] for bloc, spread in known.items()}).T
    minor = [code for code in frame if frame[code].max() < SMALLEST_DRAWN]
    drawn = frame.drop(columns=minor)
    if minor:
        drawn["others"] = frame[minor].sum(axis=1).replace(0, float("nan"))
    labels = {code: names.label(code) for code in drawn if code != "others"} | {"others": "Others"}
    rows = [
        {"bloc": names.bloc(bloc), "country": names.label(str(code)), "share": float(share)}
        for bloc, spread in known.items()
        for code, share in spread.frame["share"].items()
    ]
    return Exhibit.figure(
        "composition",
        title=Finding(
            "composition-title",
            "{bloc} is the least even: {who} makes {share} of its output",
            role="title",
            bloc=names.bloc(top.bloc),
            who=names.country(str(top.largest)),
            share=_named(top.largest_share, top),
        ),
        subtitle=Finding(
            "composition-subtitle",
            "Part of each member in the gross domestic product of its bloc, current prices, {share:end}",
            share=_named(top.largest_share, top),
        ),
        alt=Finding(
            "composition-alt",
            "Stacked bars of {count:count} {blocs} by member.",
            count=len(known),
            blocs=plural(len(known), one="bloc", other="blocs"),
        ),
        note="; ".join(refused) + "." if refused else None,
        figure=lambda: charts.shares(
            drawn.rename(columns=labels),
            texts=drawn.rename(columns=labels).apply(
                lambda column: column.map(
                    lambda share: f"{column.name} {wording.percent(share, 0)}" if pd.notna(share) else ""
                )
            ),
            colours={labels[code]: theme.colour(code) for code in drawn if code != "others"},
        ),
        table=Table.of(
            pd.DataFrame(rows),
            [
                Column("bloc", "Bloc"),
                Column("country", "Member"),
                Column("share", "Share", wording.percent, align="right"),
            ],
        ),
        data=pd.DataFrame(rows),
        sources=list(dict.fromkeys(source for spread in known.values() for source in spread.hhi.sources)),
        methods=["hhi", "weight_share"],
        placement="none",
    )


def inner_trade(found: Mapping[str, BlocTrade]) -> Exhibit:
    """Trade inside each bloc as a part of its members' trade, and its intensity, all within one reconciled source."""
    known = {bloc: one for bloc, one in found.items() if one.share.defined}
    refused = [
        f"{names.bloc(bloc)}: {_why(one.share, bloc)}" for bloc, one in found.items() if not one.share.defined
    ]
    if not known:
        return Exhibit.absent(
            "inner-trade",
            Finding("inner-trade-absent", "Trade inside these blocs cannot be given: {why}.", why=refused),
        )
    frame = pd.DataFrame(
        [
            {
                "bloc": names.bloc(bloc),
                "members": len(one.members),
                "year": one.year,
                "share": one.share,
                "world": one.world_share,
                "intensity": one.intensity,
            }
            for bloc, one in known.items()
        ]
    )
    top = max(known, key=lambda bloc: known[bloc].share.value)
    measured = [
        cell for row in frame.to_dict("records") for cell in row.values() if isinstance(cell, Measured)
    ]
    return Exhibit.table(
        "inner-trade",
        title=Finding(
            "inner-trade-title",
            "{bloc} trades most inside: {share} of its members’ trade in {share:end}",
            role="title",
            bloc=names.bloc(top),
            share=known[top].share,
        ),
        subtitle="Members as on the day of this briefing, trade of the latest year with reconciled world totals; intensity above one is"
        " more than the bloc’s weight in world trade",
        alt="Trade inside each bloc: share, part in world trade, intensity.",
        note="; ".join(refused) + "." if refused else None,
        table=Table.of(
            frame,
            [
                Column("bloc", "Bloc"),
                Column("members", "Members", "count"),
                Column("year", "Year", "year"),
                Column("share", "Inside", "percent"),
                Column("world", "Part in world trade", "percent"),
                Column("intensity", "Intensity", "number1"),
            ],
        ),
        data=frame.map(lambda cell: cell.value if isinstance(cell, Measured) else cell),
        sources=[source for each in measured for source in each.sources],
        methods=[each.method for each in measured],
        flags=[flag for each in measured for flag in each.flags],
    )


def _named(measured: Measured, spread: BlocWeights) -> Measured:
    return measured if measured.defined else replace(measured, reason=_why(measured, spread.bloc))


def _spoken(measured: Measured, a: Members, b: Members) -> Measured:
    return measured if measured.defined else replace(measured, reason=_why(measured, a.bloc, b.bloc))


def _why(measured: Measured, *blocs: str) -> str:
    """The reason with names of countries, blocs and indicators."""
    told = names.spoken(str(measured.reason), blocs)
    for indicator, name in INDICATORS.items():
        told = told.replace(indicator, name)
    return told
