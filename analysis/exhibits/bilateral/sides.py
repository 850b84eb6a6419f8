"""What the two sides of a pair report about the same flow, and what the choice between them does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from analysis.exhibits import charts, names, wording
from analysis.exhibits.bilateral.levels import Scale, scale
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import noted
from analysis.exhibits.template import Word, direction, msg
from analysis.measures.consistency import RatioMatrix
from analysis.measures.measured import Measured
from analysis.measures.mirror import CIF_FOB, Mirror
from analysis.measures.reasons import because

ORDINARY_GAP = 2 * (CIF_FOB - 1) / (CIF_FOB + 1)
"""The gap that the convention for freight and insurance alone would give."""


def gap(compared: Mirror) -> Finding:
    """Key figure: the mirror gap of the latest year both report, in the direction where it is larger."""
    latest = compared.frame[compared.frame["year"] == compared.frame["year"].max()].dropna(subset=["gap"])
    if latest.empty:
        return Finding("mirror-gap", "Without two reports of one year there is no gap to give.")
    widest = latest.loc[latest["gap"].abs().idxmax()]
    found = _gap(compared, int(widest["year"]), widest["exporter"])
    sent, received = (
        replace(found, value=float(widest[flow]), unit="usd", method=flow) for flow in ("export", "import")
    )
    return Finding(
        "mirror-gap",
        "For {gap:end}, {exporter} reports {sent} of exports to {importer}; {importer} reports {moved}, {received} of"
        " imports from there: a gap of {gap} of their mean.",
        role="key",
        rank=4,
        label="Gap between the two books of exports from {exporter} to {importer}, {gap:end}",
        figure="{gap:+}",
        change="importer’s less exporter’s figure, over their mean",
        exhibit="mirror",
        exporter=names.country(widest["exporter"]),
        importer=names.country(widest["importer"]),
        sent=sent,
        received=received,
        moved=direction(found, up="more", down="less", flat="the same"),
        gap=found,
    )


def _gap(compared: Mirror, year: int, exporter: str) -> Measured:
    """The gap of a year without its note, which the flag MIXED_DEFINITION says in words."""
    return replace(compared.gap(year, exporter), notes=())


def silences(compared: Mirror) -> Finding:
    """The years that cannot be compared, by the side that does not report."""
    if not compared.defined:
        return Finding("silent-years", "No year can be compared: one side or both have no usable report.")
    told = _silences(compared)
    if told:
        return Finding(
            "silent-years",
            "Not compared: {told}.",
            exhibit="mirror",
            rows=[row for cells in compared.cells.values() for row in cells["row"]],
            sources=compared.sources,
            told=told,
        )
    return Finding(
        "silent-years", "Both sides report every year asked for, in both directions.", exhibit="mirror"
    )


def _silences(compared: Mirror) -> list[str]:
    """One clause for each side and span of years in which it is silent; both flows at once where that is so."""
    years: dict[tuple[str, str], dict[str, set[int]]] = {}
    for each in compared.missing:
        for side in each.silent:
            flow = "exports" if side == each.exporter else "imports"
            other = each.importer if side == each.exporter else each.exporter
            years.setdefault((side, other), {}).setdefault(flow, set()).add(each.year)
    told = []
    for (side, other), flows in years.items():
        both = set.intersection(*flows.values()) if len(flows) > 1 else set()
        held = {"both": both} | {flow: own - both for flow, own in flows.items()}
        pair = {"side": names.country(side), "other": names.country(other)}
        told += [msg(_SILENT[flow], years=wording.spans(own), **pair) for flow, own in held.items() if own]
    return told


_SILENT = {
    "both": noted("the series of {side} has neither exports to nor imports from {other} in {years}"),
    "exports": noted("the series of {side} has no exports to {other} in {years}"),
    "imports": noted("the series of {side} has no imports from {other} in {years}"),
}


def mirror(compared: Mirror, ours: str, theirs: str, years: Iterable[int]) -> Exhibit:
    """Both reports of each direction by year, their gap below; years that a side leaves open are named."""
    directions = [(ours, theirs), (theirs, ours)]
    title = _title(compared, directions)
    unit = scale(compared.frame[["export", "import"]].max(axis=None))
    return Exhibit.figure(
        "mirror",
        title=title,
        subtitle=msg(
            "Each flow in {billions} of current US dollars, by its exporter and by its importer; below, the gap: the"
            " importer’s figure less the exporter’s, over the mean of the two",
            billions=unit.many,
        ),
        note="The shaded band is the gap that freight and insurance alone give by the customary six per cent.",
        figure=lambda: charts.mirror(
            [_panel(compared, *each, list(years), unit) for each in directions],
            gap_ticks=lambda value: wording.percent(value, 0),
            gap_label=msg("Gap over the mean"),
            band=(0.0, ORDINARY_GAP),
            band_label=msg("freight and insurance"),
        ),
        table=_table(compared, unit) if title.defined else None,
        data=compared.frame,
        sources=compared.sources,
        methods=["mirror_gap", "mirror_ratio"],
        flags=compared.flags,
    )


def _title(compared: Mirror, directions: list[tuple[str, str]]) -> Finding:
    found = []
    for exporter, importer in directions:
        known = compared.frame[compared.frame["exporter"] == exporter].dropna(subset=["gap"])
        if not known.empty:
            found.append((_gap(compared, int(known["year"].max()), exporter), exporter, importer))
    if not found:
        absent = Measured.undefined(_why(compared), unit="share", method="mirror_gap")
        return Finding(
            "mirror-title",
            "{it}",
            otherwise="The two reports cannot be set side by side: {reason}.",
            it=absent,
        )
    (gap, exporter, importer), *others = found
    values = {"gap": gap, "lie": _lie(gap)}
    values |= {"owner": names.possessive(importer), "exporter": names.country(exporter)}
    back = others[0][0] if others else None
    values |= {} if back is None else {"back": back, "lie_back": _lie(back)}
    return Finding(
        "mirror-title",
        "In {gap:end}, {owner} imports from {exporter} lie {lie} the exports reported there, by {gap} of the mean"
        if back is None
        else "In {gap:end}, {owner} imports from {exporter} lie {lie} the exports reported there, by {gap} of the mean;"
        " the other way, {lie_back} by {back}"
        if back.end == gap.end
        else "In {gap:end}, {owner} imports from {exporter} lie {lie} the exports reported there, by {gap} of the mean;"
        " the other way in {back:end}, {lie_back} by {back}",
        role="title",
        **values,
    )


def _lie(gap: Measured) -> Word:
    return direction(gap, up="above", down="below", flat="from")


def _why(compared: Mirror) -> str:
    return (
        compared.reason
        or wording.clauses(_silences(compared))
        or because("no year is reported by both sides")
    )


def _panel(
    compared: Mirror, exporter: str, importer: str, years: list[int], unit: Scale
) -> charts.MirrorPanel:
    sent = _reported(compared, exporter, "export", years)
    received = _reported(compared, importer, "import", years)
    known = compared.frame[compared.frame["exporter"] == exporter].set_index("year")
    frame = pd.DataFrame({"exporter": sent / unit.size, "importer": received / unit.size}, index=years)
    frame["gap"] = known["gap"].reindex(years)
    frame["gap_text"] = [
        wording.percent(value, 0, sign=True) if pd.notna(value) else "" for value in frame["gap"]
    ]
    return charts.MirrorPanel(
        title=_way(exporter, importer),
        frame=frame,
        exporter=msg("{country} (exports)", country=names.label(exporter)),
        importer=msg("{country} (imports)", country=names.label(importer)),
        no_exporter=msg("no report of {country}", country=names.label(exporter)),
        no_importer=msg("no report of {country}", country=names.label(importer)),
        no_report=msg("no report of either"),
    )


def _reported(compared: Mirror, reporter: str, flow: str, years: list[int]) -> pd.Series:
    cells = compared.cells[reporter]
    values = cells[cells["flow"] == flow].set_index("year")["value_usd"]
    return values.reindex(years)


def _table(compared: Mirror, unit: Scale) -> Table:
    frame = compared.frame.assign(
        way=[_way(*ends) for ends in zip(compared.frame["exporter"], compared.frame["importer"], strict=True)]
    ).sort_values(["way", "year"])
    return Table.of(
        frame,
        [
            Column("way", "Flow"),
            Column("year", "Year", "year"),
            Column("export", msg("Exporter, {unit}", unit=unit.unit), unit.form),
            Column("import", msg("Importer, {unit}", unit=unit.unit), unit.form),
            Column("gap", "Gap over mean", lambda value: wording.percent(value, sign=True), align="right"),
            Column("ratio", "Ratio", lambda value: wording.number(value), align="right"),
        ],
    )


def _way(exporter: str, importer: str) -> str:
    return msg("{exporter} to {importer}", exporter=names.label(exporter), importer=names.label(importer))


def ratios(matrix: RatioMatrix) -> Exhibit:
    """The multiple between two years for every choice of figures: the best and the worst case of a claim."""
    if len(matrix.frame) == 1:
        why = Finding(
            "ratios-absent", "Only one figure can be chosen for each end, so no choice changes the multiple."
        )
        return Exhibit.absent("ratios", why)
    title = Finding(
        "ratios-title",
        "By the choice of figures alone, trade in {lowest:end} is {lowest:number} to {highest:number} times that of"
        " {lowest:start}",
        role="title",
        otherwise="No choice of figures gives a multiple: {reason}.",
        lowest=matrix.lowest,
        highest=matrix.highest,
    )
    if not title.defined:
        return Exhibit.absent("ratios", title)
    unit = scale(matrix.frame[["value_start", "value_end"]].max(axis=None))
    frame = pd.DataFrame(
        {
            "first": [_reading(row, "start") for row in matrix.frame.to_dict("records")],
            "last": [_reading(row, "end") for row in matrix.frame.to_dict("records")],
            "value_start": matrix.frame["value_start"],
            "value_end": matrix.frame["value_end"],
            "ratio": matrix.frame["ratio"],
            "like": [noted("yes") if like else noted("no") for like in matrix.frame["is_like"]],
        }
    )
    return Exhibit.table(
        "ratios",
        title=title,
        subtitle=msg(
            "Turnover in {billions} of current US dollars; only like figures (one reporter, one definition) are a comparison",
            billions=unit.many,
        ),
        table=Table.of(
            frame,
            [
                Column("first", msg("Figure for {year}", year=matrix.lowest.start)),
                Column("value_start", unit.unit, unit.form),
                Column("last", msg("Figure for {year}", year=matrix.lowest.end)),
                Column("value_end", unit.unit, unit.form),
                Column("ratio", "Multiple", lambda value: wording.number(value), align="right"),
                Column("like", "Like", align="center"),
            ],
            emphasis=[place for place, like in enumerate(matrix.frame["is_like"]) if like],
        ),
        data=matrix.frame.drop(columns="flags"),
        sources=list(dict.fromkeys([*matrix.frame["source_start"], *matrix.frame["source_end"]])),
        methods=["ratio_matrix"],
    )


def _reading(row: dict, at: str) -> str:
    told = {
        "reporter": names.label(row[f"reporter_{at}"]),
        "release": names.release(row[f"source_{at}"]),
    }
    if row[f"kind_{at}"] == "derived":
        return msg("{reporter}: {release}", **told)
    return msg("{reporter}: {release}, published turnover", **told)
