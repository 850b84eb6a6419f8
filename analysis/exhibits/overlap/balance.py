"""Weight: the overlap with each country counted by its economy or people, and how even each bloc is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from analysis.exhibits import charts, names, reasons, theme, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import capital, text
from analysis.exhibits.overlap.sets import said
from analysis.exhibits.template import msg, ranked
from analysis.measures.intensity import BlocTrade
from analysis.measures.measured import Measured
from analysis.measures.reasons import Reason
from analysis.measures.sets import Members
from analysis.measures.weights import BlocWeights, WeightedOverlap

SMALLEST_DRAWN = 0.02


def weighted(overlaps: Mapping[str, WeightedOverlap], a: Members, b: Members) -> Exhibit:
    """The overlap by each indicator, with and without the heaviest country; `overlaps` is keyed by indicator."""
    rows = [
        {
            "key": indicator,
            "indicator": _weight(indicator),
            "year": found.whole.start,
            "whole": said(found.whole),
            "rest": said(found.without_largest),
            "largest": names.label(found.largest) if found.largest else None,
        }
        for indicator, found in overlaps.items()
    ]
    known = [row for row in rows if row["whole"].defined]
    if not known:
        return Exhibit.absent("weighted", _no_weight(rows, a, b))
    title = Finding(
        "weighted-title",
        "By {what} the countries in both make up {whole} of all in either ({whole:end})",
        role="title",
        what=names.INDICATORS[known[0]["key"]],
        whole=known[0]["whole"],
    )
    frame = pd.DataFrame(rows).drop(columns="key")
    return Exhibit.table(
        "weighted",
        title=title,
        subtitle="Weight of the countries in both over the weight of the countries in either, one year and one source",
        note="Current prices; the plain count would give every country the same weight.",
        table=Table.of(
            frame,
            [
                Column("indicator", "Weight"),
                Column("year", "Year", "year"),
                Column("whole", "Overlap", "percent"),
                Column("largest", "First by weight"),
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
    if not spread.largest_share.defined:
        return Finding(
            "heaviest",
            "The members of {bloc} cannot be weighed: {why}.",
            bloc=bloc,
            why=_clause(spread.largest_share.reason),
            sources=spread.largest_share.sources,
        )
    return Finding(
        "heaviest",
        "{who} makes {share} of the output of {bloc} ({share:end}), whose Herfindahl index of {hhi} is that of"
        " {even:number1} members of equal size.",
        role="key",
        rank=5,
        label="{who}’s part in the output of {bloc}, {share:end}",
        figure="{share}",
        change="as concentrated as {even:number1} equal members",
        exhibit="composition",
        who=names.country(str(spread.largest), start=True),
        bloc=bloc,
        share=_bare(spread.largest_share),
        hhi=_bare(spread.hhi),
        even=_bare(spread.effective_number),
    )


def evenness(spreads: Mapping[str, Mapping[str, BlocWeights]]) -> Exhibit:
    """How the weight of each bloc is spread over its members, by indicator: heaviest member and Herfindahl index.

    `spreads` is keyed by indicator and then by bloc.
    """
    known = [
        (indicator, spread)
        for indicator, each in spreads.items()
        for spread in each.values()
        if not spread.frame.empty
    ]
    if not known:
        why = Finding("evenness-absent", "No bloc has weights for all its members, so none is measured.")
        return Exhibit.absent("evenness", why)
    indicator = known[0][0]
    order = sorted((spread for each, spread in known if each == indicator), key=lambda each: each.hhi.value)
    frame = pd.DataFrame(
        [
            {
                "bloc": names.bloc(spread.bloc),
                "weight": _weight(each),
                "year": spread.hhi.end,
                "members": len(spread.frame),
                "largest": names.label(str(spread.largest)),
                "share": spread.largest_share,
                "hhi": spread.hhi,
                "even": spread.effective_number,
            }
            for each, spread in known
        ]
    )
    values = (
        {
            "least": ranked(_bare(order[0].hhi), [each.hhi for each in order]),
            "bottom": names.bloc(order[0].bloc),
        }
        if len(order) > 1
        else {}
    )
    return Exhibit.table(
        "evenness",
        title=Finding(
            "evenness-title",
            (
                "By {what} {top} is the most concentrated of the blocs shown: a Herfindahl index of {most};"
                " the least is {bottom}, {least}"
            )
            if values
            else "By {what} the Herfindahl index of {top} is {most}",
            role="title",
            what=names.INDICATORS[indicator],
            top=names.bloc(order[-1].bloc),
            most=ranked(_bare(order[-1].hhi), [each.hhi for each in order]),
            **values,
        ),
        subtitle="Herfindahl index of the members’ parts, from one over their number (even) to one; its inverse is the"
        " number of equal members that would give it",
        note=_without(spreads),
        table=Table.of(
            frame,
            [
                Column("bloc", "Bloc"),
                Column("weight", "Weight"),
                Column("year", "Year", "year"),
                Column("members", "Members", "count"),
                Column("largest", "First by weight"),
                Column("share", "Its part", "percent"),
                Column("hhi", "Herfindahl", "number"),
                Column("even", "Equal members", lambda each: wording.number(each.value, 1), align="right"),
            ],
        ),
        data=frame.map(lambda cell: cell.value if isinstance(cell, Measured) else cell),
        sources=list(dict.fromkeys(source for _, spread in known for source in spread.hhi.sources)),
        methods=["hhi", "effective_number", "weight_share"],
        flags=[flag for _, spread in known for flag in spread.hhi.flags],
    )


def composition(spreads: Mapping[str, BlocWeights]) -> Exhibit:
    """The part of each member in its bloc's output, a bar for each bloc whose weights are complete."""
    known = {bloc: spread for bloc, spread in spreads.items() if not spread.frame.empty}
    if not known:
        why = _refusals({bloc: spread.hhi for bloc, spread in spreads.items()})
        return Exhibit.absent(
            "composition",
            Finding("composition-absent", "No bloc has weights for all its members. {why}", why=why),
        )
    top = max(known.values(), key=lambda spread: spread.hhi.value)
    frame = pd.DataFrame({names.bloc(bloc): spread.frame["share"] for bloc, spread in known.items()}).T
    minor = [code for code in frame if frame[code].max() < SMALLEST_DRAWN]
    drawn = frame.drop(columns=minor)
    if minor:
        drawn["others"] = frame[minor].sum(axis=1).replace(0, float("nan"))
    labels = {code: names.label(code) for code in drawn if code != "others"} | {"others": msg("Others")}
    rows = [
        {"bloc": names.bloc(bloc), "country": names.label(str(code)), "share": float(share)}
        for bloc, spread in known.items()
        for code, share in spread.frame["share"].items()
    ]
    return Exhibit.figure(
        "composition",
        title=Finding(
            "composition-title",
            "{bloc} is the most concentrated by output: {who} makes {share} of it"
            if len(known) > 1
            else "In {bloc}, {who} makes {share} of the output",
            role="title",
            bloc=names.bloc(top.bloc),
            who=names.country(str(top.largest)),
            share=ranked(_bare(top.largest_share), [each.hhi for each in known.values()], by=top.hhi),
        ),
        subtitle=Finding(
            "composition-subtitle",
            "Part of each member in the gross domestic product of its bloc, current prices, {share:end}",
            share=ranked(_bare(top.largest_share), [each.hhi for each in known.values()], by=top.hhi),
        ),
        note=_refusals({bloc: spread.hhi for bloc, spread in spreads.items()}),
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
    refused = _refusals({bloc: one.share for bloc, one in found.items()})
    if not known:
        return Exhibit.absent(
            "inner-trade",
            Finding("inner-trade-absent", "Trade inside these blocs cannot be given. {why}", why=refused),
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
            "Of these blocs {bloc} trades most within itself: {share} of its members’ trade in {share:end}"
            if len(known) > 1
            else "Within {bloc} passes {share} of its members’ trade in {share:end}",
            role="title",
            bloc=names.bloc(top),
            share=ranked(_bare(known[top].share), [each.share for each in known.values()]),
        ),
        subtitle="Members as on the day of this briefing, trade of the last year with reconciled world totals; an intensity of one is"
        " what the bloc’s weight in world trade would give",
        note=refused,
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


def _without(spreads: Mapping[str, Mapping[str, BlocWeights]]) -> str | None:
    """The blocs that an indicator leaves out; why is said where each is first missed."""
    gone = {names.bloc(bloc) for each in spreads.values() for bloc, one in each.items() if one.frame.empty}
    if not gone:
        return None
    return msg("Left out where there is no member or one has no figure: {blocs}.", blocs=sorted(gone))


def _weight(indicator: str) -> str:
    """An indicator at the head of a row."""
    return capital(text(names.INDICATORS[indicator]))


def _bare(measured: Measured) -> Measured:
    """A measure without its notes, which name indicators and countries by their codes."""
    return replace(measured, notes=())


def _no_weight(rows: list[dict], a: Members, b: Members) -> Finding:
    """Why there is no weighted overlap, in a clause; who is uncertain has been said before."""
    reason = reasons.said(rows[0]["whole"].reason)
    if a.uncertain or b.uncertain:
        reason = msg("a membership is uncertain on this day")
    elif not a.certain | b.certain:
        reason = msg("neither bloc has a member on this day")
    return Finding(
        "weighted-absent",
        "The overlap cannot be weighed: {why}.",
        why=reason,
        sources=rows[0]["whole"].sources,
    )


def _refusals(found: Mapping[str, Measured]) -> str | None:
    """Which blocs are left out and why, those without members in one clause; nothing when all are there."""
    few = [bloc for bloc, one in found.items() if not one.defined and _FEW.search(str(one.reason))]
    parts = [msg("too few members: {blocs}", blocs=[names.bloc(bloc) for bloc in few])] if few else []
    parts += [
        f"{names.bloc(bloc)}: {_clause(one.reason)}"
        for bloc, one in found.items()
        if not one.defined and bloc not in few
    ]
    return msg("Left out: {parts}.", parts=wording.clauses(parts)) if parts else None


_FEW = re.compile(r"has no members|needs two members")


def _clause(reason: Reason) -> str:
    """A refusal in a clause: of many flows that a release lacks, only whose totals or how many they are."""
    if "flows" not in reason.values:
        return reasons.said(reason)
    told = dict(reason.values) | {"release": names.release(str(reason.values["release"]))}
    flows = told.pop("flows")
    if "count" in told:
        return msg("{release} has no figure of {year} for {count:count} of {all:count} flows", **told)
    countries = names.countries({flow.values["reporter"] for flow in flows})
    return msg("{release} lacks the totals of {countries}", release=told["release"], countries=countries)
