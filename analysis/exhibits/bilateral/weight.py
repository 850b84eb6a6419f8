"""How much the partner weighs: its share in trade, trade to output, intensity, and the other partners."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.exhibits import charts, citing, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Quoted, noted, paragraph
from analysis.exhibits.template import SLIGHT_POINTS, direction, msg, ranked
from analysis.measures import trade
from analysis.measures.dates import is_blank
from analysis.measures.intensity import Intensity
from analysis.measures.measured import Measured, derive
from analysis.measures.reasons import because
from analysis.measures.releases import WORLD
from analysis.measures.series import Series
from analysis.measures.shares import PartnerShares

MOST_PARTNERS = 12
LARGE = 10
"""From here on an index of intensity is said with one decimal."""


def share(flows: pd.DataFrame, ours: Series) -> Finding:
    """Key figure: the partner's share in all trade of the reporter, and its change where both ends are reported."""
    owner, reporter = names.possessive(ours.partner, start=True), names.country(ours.reporter)
    if ours.partner == WORLD:
        return Finding(
            "partner-share",
            "The world is all of {owner} trade, so it has no share in it.",
            owner=_owner(ours),
        )
    first, last = (trade.trade_share(flows, ours, year) for year in (ours.start, ours.end))
    if not last.defined:
        return Finding(
            "partner-share",
            "{owner} share in the trade of {reporter} in {year} cannot be given: no usable release holds both the"
            " total and this partner.",
            owner=owner,
            reporter=reporter,
            year=ours.end,
        )
    common = {
        "role": "key",
        "rank": 6,
        "label": noted("{owner} share in the trade of {reporter}, {last:end}"),
        "figure": "{last}",
        "exhibit": "partners",
        "owner": owner,
        "reporter": reporter,
        "last": last,
    }
    if not first.defined:
        return Finding(
            "partner-share",
            "{owner} share in the trade of {reporter} was {last} in {last:end}; that of {year} is not reported.",
            year=ours.start,
            **common,
        )
    shift = derive(
        "trade_share", "points", {"the first share": first, "the last share": last}, lambda a, b: b - a
    )
    return Finding(
        "partner-share",
        "{owner} share in the trade of {reporter} {moved} from {first} in {first:start} to {last} in {last:end}.",
        change="{shift:+} since {first:start}",
        moved=direction(shift, flat="hardly changed:", slight=SLIGHT_POINTS),
        first=first,
        shift=shift,
        **common,
    )


def _owner(ours: Series) -> str:
    return names.possessive(ours.reporter)


def partners(shares: PartnerShares, partner: str) -> Exhibit:
    """The reporter's listed partners in both years, the partner of the briefing among them."""
    known = shares.frame.dropna(subset=["share_start", "share_end"]) if not shares.reason else shares.frame
    title = _partners_title(shares, known, partner)
    if not title.defined:
        return Exhibit.absent("partners", title)
    first, last = wording.year(shares.start), wording.year(shares.end)
    ordered = known.sort_values("share_end", ascending=False)
    top = ordered.head(MOST_PARTNERS)
    if partner not in top.index:
        top = pd.concat([top.head(MOST_PARTNERS - 1), ordered.loc[[partner]]])
    drawn = top.assign(name=[names.label(code) for code in top.index])
    return Exhibit.figure(
        "partners",
        title=title,
        subtitle=msg(
            "Share in all trade of {reporter} as it reports it, {first} (open) and {last} (filled)",
            reporter=names.country(shares.reporter),
            first=shares.start,
            last=shares.end,
        ),
        alt=Finding(
            "partners-alt",
            "{partner}: from {first} to {last}.",
            partner=names.country(partner),
            first=_share(shares, known, partner, "start"),
            last=_share(shares, known, partner, "end"),
        ),
        note=_partners_note(ordered["share_end"], top["share_end"], shares),
        figure=lambda: charts.dumbbells(
            pd.DataFrame(
                {
                    "first": drawn["share_start"].to_list(),
                    "last": drawn["share_end"].to_list(),
                    "first_text": [wording.percent(value) for value in drawn["share_start"]],
                    "last_text": [wording.percent(value) for value in drawn["share_end"]],
                },
                index=drawn["name"],
            ),
            first_label=first,
            last_label=last,
            ticks=lambda value: wording.percent(value, 0),
        ),
        table=Table.of(
            drawn,
            [
                Column("name", "Partner"),
                Column("share_start", first, wording.percent, align="right"),
                Column("share_end", last, wording.percent, align="right"),
                Column(
                    "change",
                    "Change, points",
                    lambda value: wording.number(100 * value, 1, sign=True),
                    align="right",
                ),
            ],
        ),
        data=top.rename_axis("partner").reset_index(),
        sources=shares.sources,
        methods=["trade_share"],
        flags=shares.flags,
    )


def _partners_note(ordered: pd.Series, drawn: pd.Series, shares: PartnerShares) -> Finding:
    """Which partners are drawn: the largest; where the one of the briefing is not among them, it is drawn with them."""
    count, rest = _partners(len(drawn), "partners_listed", shares), ordered.drop(drawn.index)
    if drawn.min() < rest.max():
        return Finding(
            "partners-note",
            "{drawn:count} of the partners that the tables list with both flows in both years; all others are in the total, large ones outside the region among them.",
            drawn=count,
        )
    return Finding(
        "partners-note",
        "The {drawn:count} largest of the partners that the tables list with both flows in both years; all others are in the total, large ones outside the region among them.",
        drawn=ranked(count, rest, by=drawn.min()),
    )


def _partners_title(shares: PartnerShares, known: pd.DataFrame, partner: str) -> Finding:
    if shares.reason or partner not in known.index:
        reason = shares.reason or because(
            "{reporter} lists no trade with {partner} in both years",
            reporter=shares.reporter,
            partner=partner,
        )
        if partner == WORLD:
            reason = because("the world is no partner among others")
        return Finding(
            "partners-title",
            "{it}",
            otherwise="The partners cannot be compared: {reason}.",
            it=Measured.undefined(reason, unit="share", method="trade_share"),
        )
    first, last = (_share(shares, known, partner, at) for at in ("start", "end"))
    places = {
        at: int((known[f"share_{at}"] > known.loc[partner, f"share_{at}"]).sum()) + 1
        for at in ("start", "end")
    }
    return Finding(
        "partners-title",
        "{partner} is number {place:count} of the {count:count} partners listed, with {last} of trade against {first} in {year}",
        role="title",
        partner=names.country(partner, start=True),
        place=_partners(places["end"], "partner_place", shares),
        count=_partners(len(known), "partners_listed", shares),
        last=last,
        first=first,
        year=shares.start,
    )


def _partners(number: int, method: str, shares: PartnerShares) -> Measured:
    """A number of partners, or a place among them, in the last year."""
    behind = {"reporter": shares.reporter, "rows": shares.rows, "sources": shares.sources}
    return Measured(number, "count", method, start=shares.start, end=shares.end, **behind)


def _share(shares: PartnerShares, known: pd.DataFrame, partner: str, at: str) -> Measured:
    year = shares.start if at == "start" else shares.end
    return Measured(
        float(known.loc[partner, f"share_{at}"]),
        "share",
        "trade_share",
        start=year,
        end=year,
        reporter=shares.reporter,
        partner=partner,
        rows=tuple(row for row in shares.rows if f"/{partner}/{year}-" in row or f"/WLD/{year}-" in row),
        sources=shares.sources,
    )


def intensity(found: Intensity, ours: Series) -> Finding:
    """Trade intensity in the latest year that one reconciled source covers."""
    index = replace(found.index, notes=())
    if ours.partner == WORLD:
        return Finding(
            "intensity", "Trade intensity sets one partner against the world, so none is given here."
        )
    if not index.defined:
        return Finding("intensity", "{it}", otherwise="No trade intensity can be given: {reason}.", it=index)
    return Finding(
        "intensity",
        "By the reconciled figures of {index:end}, the last year with world totals, {reporter} sent {numerator} of its"
        " exports to {partner}, which took {denominator} of world exports: an intensity of {index:number1}, where one is"
        " neutral."
        if index.value >= LARGE
        else "By the reconciled figures of {index:end}, the last year with world totals, {reporter} sent {numerator} of its"
        " exports to {partner}, which took {denominator} of world exports: an intensity of {index:number}, where one is"
        " neutral.",
        reporter=names.country(ours.reporter),
        partner=names.country(ours.partner),
        index=index,
        numerator=replace(found.numerator, notes=()),
        denominator=replace(found.denominator, notes=()),
    )


def weights(flows: pd.DataFrame, macro: pd.DataFrame, ours: Series, indicator: str) -> Exhibit:
    """Share in trade and trade to gross domestic product, year by year, from the first to the last with output."""
    cells = [
        (
            year,
            trade.trade_share(flows, ours, year),
            trade.trade_to_gdp(ours, macro, year, indicator=indicator),
        )
        for year in range(ours.start, ours.end + 1)
    ]
    rows = [cell for cell in cells if cell[1].defined or cell[2].defined]
    known = [year for year, _, output in rows if output.defined]
    if len(known) < 2:
        why = Finding(
            "weights-absent",
            "Trade with {partner} cannot be set against {owner} output: that needs two years with both.",
            partner=names.country(ours.partner),
            owner=_owner(ours),
        )
        return Exhibit.absent("weights", why)
    shift = trade.trade_to_gdp_change(ours, macro, known[0], known[-1], indicator=indicator)
    frame = pd.DataFrame(rows, columns=["year", "share", "gdp"])
    measured = [cell for row in rows for cell in row[1:]]
    return Exhibit.table(
        "weights",
        title=Finding(
            "weights-title",
            "As a share of {owner} output, trade with {partner} {moved} by {shift}, {shift:span}",
            role="title",
            otherwise="The change of trade to output cannot be given: {reason}.",
            partner=names.country(ours.partner),
            owner=_owner(ours),
            moved=direction(shift, flat="stayed level, changing"),
            shift=shift,
        ),
        subtitle=msg(
            "Turnover with {partner} as a part of all trade and of gross domestic product, current prices",
            partner=names.country(ours.partner),
        ),
        note=_of_output(macro, ours, indicator, shift),
        table=Table.of(
            frame,
            [
                Column("year", "Year", "year"),
                Column("share", "Share in all trade", "percent"),
                Column("gdp", "Trade to GDP", "percent"),
            ],
        ),
        data=frame.map(lambda cell: cell.value if isinstance(cell, Measured) else cell),
        sources=[source for each in measured for source in each.sources],
        methods=["trade_share", "trade_to_gdp"],
        flags=[flag for each in measured for flag in each.flags],
    )


def _of_output(macro: pd.DataFrame, ours: Series, indicator: str, shift: Measured) -> str:
    """Whose output it is, which other figures of single years were not mixed in, and what its dollars mean."""
    held = macro[(macro["country"] == ours.reporter) & (macro["indicator"] == indicator)]
    held = held[held["year"].between(ours.start, ours.end)]
    used = [source for source in shift.sources if source in set(held["source"])]
    told = []
    if used:
        publishers = [_publisher(each) for each in used]
        told.append(msg("Gross domestic product of all years: {publishers}.", publishers=publishers))
        told += [_not_mixed(row) for row in held[~held["source"].isin(used)].to_dict("records")]
    told.append(
        msg(
            "Dollars of output are at the exchange rate of each year, so a devaluation alone raises trade to output."
        )
    )
    return paragraph(told)


def _not_mixed(row: dict) -> str:
    values = {"publisher": _publisher(row["source"]), "year": row["year"]}
    if is_blank(row["note"]):
        return msg("The figure of {publisher} for {year} is not mixed in.", **values)
    return msg(
        "The figure of {publisher} for {year}, {note}, is not mixed in.", note=Quoted(row["note"]), **values
    )


def _publisher(source: str) -> str:
    return Quoted(citing.citations([source])[0]["publisher"].partition(";")[0])
