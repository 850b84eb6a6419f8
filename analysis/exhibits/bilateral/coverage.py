"""What the tables hold of a pair, which series was taken, and by which rule."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from analysis.exhibits import names, reasons, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Told, capital, noted, small
from analysis.exhibits.reasons import COVERAGES
from analysis.exhibits.template import msg, plural
from analysis.measures import trade
from analysis.measures.measured import Measured
from analysis.measures.releases import row_ids
from analysis.measures.series import Series

PRESS = "press-quoting-official"
FLOWS = {"export": noted("exports"), "import": noted("imports"), "turnover": noted("published turnover")}


def rules(series: Series, *, id: str) -> Finding:
    """Limit: the rule by which the series of one side was chosen, or why there is none."""
    if not series.defined:
        why = reasons.said(series.absence)
        return Finding(id, "{why}.", role="limit", why=capital(why))
    rule = reasons.said(series.rule_text)
    return Finding(
        id,
        "{reporter}: {rule} {lacking} {revised}",
        role="limit",
        reporter=names.country(series.reporter, start=True),
        rule=small(rule),
        lacking=_lacking(series),
        revised=_revised(series),
        rows=series.cells["row"],
        sources=series.sources,
    )


def _lacking(series: Series) -> str:
    """What was asked for and not found, by flow."""
    if not series.missing:
        return msg("It has every year asked for.")
    flows: dict[str, list[int]] = {}
    for flow, year in series.missing:
        flows.setdefault(flow, []).append(year)
    if len(flows) > 1 and len({tuple(years) for years in flows.values()}) == 1:
        return msg("It lacks both flows of {years}.", years=wording.spans(next(iter(flows.values()))))
    told = [
        msg("{flow} of {years}", flow=FLOWS[flow], years=wording.spans(own)) for flow, own in flows.items()
    ]
    return msg("It lacks {flows}.", flows=told)


def _revised(series: Series) -> str:
    changed = (
        series.revisions[series.revisions["change"].abs() > 0]
        if not series.revisions.empty
        else series.revisions
    )
    if series.revisions.empty:
        return msg("The office gives each of these years in one release only.")
    if changed.empty:
        return msg("Years that it gives in two releases are the same in both.")
    return msg("Revised between releases: {years}.", years=wording.spans(changed["year"]))


def coverage(held: dict[str, pd.DataFrame], start: int, end: int) -> Exhibit:
    """The releases with figures of the pair inside the span, by reporter, and why some enter no series."""
    parts = [frame.assign(reporter=code) for code, frame in held.items() if not frame.empty]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    if not frame.empty:
        frame["years"] = [tuple(year for year in years if start <= year <= end) for years in frame["years"]]
        frame = frame[frame["years"].map(bool) & (frame["basis"] != PRESS)]
    if frame.empty:
        return Exhibit.absent(
            "coverage", Finding("coverage-absent", "The tables hold no trade of this pair in the span.")
        )
    frame = frame.assign(
        years=[wording.spans(years) for years in frame["years"]],
        flow=[msg(FLOWS[flow]) for flow in frame["flow"]],
    )
    keys = ["reporter", "source", "years", "coverage", "is_usable", "reason"]
    merged = frame.groupby(keys, sort=False)["flow"].agg(lambda each: Told(", ".join(each))).reset_index()
    shown = merged.assign(
        reporter=[names.label(code) for code in merged["reporter"]],
        source=[names.release(each) for each in merged["source"]],
        coverage=[COVERAGES.get(each, each) for each in merged["coverage"]],
        use=[_use(*each) for each in zip(merged["is_usable"], merged["reason"], strict=True)],
    )
    return Exhibit.table(
        "coverage",
        title=Finding(
            "coverage-title",
            "{usable:count} of {all:count} {releases} with figures of the pair may enter a series",
            role="title",
            usable=_releases(merged[merged["is_usable"].astype(bool)], start, end),
            all=_releases(merged, start, end),
            releases=plural(len(merged), one="release", other="releases"),
        ),
        subtitle="Releases with figures inside the span, by reporter; the last column says why some are left out",
        note="Press reports that quote an office are in the tables too and not listed here; they never join a series made of"
        " releases.",
        table=Table.of(
            shown,
            [
                Column("reporter", "Reporter"),
                Column("source", "Release", lang="en"),
                Column("flow", "Flows"),
                Column("years", "Years"),
                Column("coverage", "Counts"),
                Column("use", "May enter"),
            ],
        ),
        data=merged,
        sources=list(dict.fromkeys(merged["source"])),
    )


def _releases(listed: pd.DataFrame, start: int, end: int) -> Measured:
    """How many releases these are; one that serves both reporters, or in part only, is listed more than once."""
    rows = tuple(f"sources:{each}" for each in listed["source"])
    return Measured(len(listed), "count", "releases_listed", start=start, end=end, rows=rows)


def _use(is_usable: bool, reason: str) -> str:
    return msg("yes") if is_usable else msg("no: {reason}", reason=reasons.said(reason))


def later(flows: pd.DataFrame, pair: Collection[str], end: int) -> Finding:
    """What the tables hold of the pair after the last year: published turnover of whole years, outside any series."""
    held = flows[
        flows["reporter"].isin(pair)
        & flows["partner"].isin(pair)
        & (flows["flow"] == "turnover")
        & (flows["year"] > end)
        & ~flows["is_partial_year"]
    ].sort_values(["year", "reporter", "source"])
    if held.empty:
        return Finding(
            "later-figures", "The tables hold no published turnover of the pair after {end}.", end=end
        )
    told = [
        msg(
            "{year}: over {sum} ({reporter}; {release})"
            if row["is_lower_bound"]
            else "{year}: {sum} ({reporter}; {release})",
            year=row["year"],
            sum=trade.published(row),
            reporter=names.label(row["reporter"]),
            release=names.release(row["source"]),
        )
        for row in held.assign(rows=[(each,) for each in row_ids(held)]).to_dict("records")
    ]
    return Finding(
        "later-figures",
        "Later figures are turnover alone, as published, and enter no series: {told}.",
        told=wording.clauses(told),
        rows=row_ids(held),
        sources=list(dict.fromkeys(held["source"])),
    )
