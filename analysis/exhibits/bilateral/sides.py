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
from analysis.exhibits.template import direction
from analysis.measures.consistency import RatioMatrix
from analysis.measures.measured import Measured
from analysis.measures.mirror import CIF_FOB, Mirror
from analysis.measures.releases import spans

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
        "For {gap:end}, {exporter} reports {sent} of exports to {importer}, which reports {received} of imports:"
        " {moved} {gap} of the mean of the two.",
        role="key",
        rank=4,
        label="Mirror gap in {gap:end}, {exporter} to {importer}",
        figure="{gap:+}",
        change="importer’s less exporter’s figure, over their mean",
        exhibit="mirror",
        exporter=names.country(widest["exporter"]),
        importer=names.country(widest["importer"]),
        sent=sent,
        received=received,
        moved=direction(found, up="more, by", down="less, by", flat="a gap of"),
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
        return Finding("silent-years", "Not compared: {told}.", exhibit="mirror", told=told)
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
        if both:
            told.append((side, "neither exports to nor imports from", other, both))
        ways = {"exports": "no exports to", "imports": "no imports from"}
        told += [(side, ways[flow], other, own - both) for flow, own in flows.items() if own - both]
    return [
        f"the series of {names.country(side)} has {what} {names.country(other)} in {names.spoken(spans(sorted(held)))}"
        for side, what, other, held in told
    ]


def mirror(compared: Mirror, ours: str, theirs: str, years: Iterable[int]) -> Exhibit:
    """Both reports of each direction by year, their gap below; years that a side leaves open are named."""
    directions = [(ours, theirs), (theirs, ours)]
    title = _title(compared, directions)
    unit = scale(compared.frame[["export", "import"]].max(axis=None))
    return Exhibit.figure(
        "mirror",
        title=title,
        subtitle=f"Each flow in {unit.form} of current US dollars, by its exporter and by its importer; below, the gap: the"
        " importer’s figure less the exporter’s, over the mean of the two",
        note="The shaded band is the gap that freight and insurance alone give by the customary six per cent.",
        figure=lambda: charts.mirror(
            [_panel(compared, *each, list(years), unit) for each in directions],
            gap_ticks=lambda value: wording.percent(value, 0),
            gap_label="Gap over the mean",
            band=(0.0, ORDINARY_GAP),
            band_label="freight and insurance",
        ),
        table=_table(compared, unit) if title.defined else None,
        data=compared.frame,
        sources=compared.sources,
        methods=["mirror_gap", "mirror_ratio"],
        flags=compared.flags,
    )


def _title(compared: Mirror, directions: list[tuple[str, str]]) -> Finding:
    found = {}
    for letter, (exporter, importer) in zip("ab", directions, strict=True):
        known = compared.frame[compared.frame["exporter"] == exporter].dropna(subset=["gap"])
        if known.empty:
            continue
        found[letter] = (_gap(compared, int(known["year"].max()), exporter), exporter, importer)
    if not found:
        absent = Measured.undefined(_why(compared), unit="share", method="mirror_gap")
        return Finding(
            "mirror-title",
            "{it}",
            otherwise="The two reports cannot be set side by side: {reason}.",
            it=absent,
        )
    values = {}
    for letter, (measured, exporter, importer) in found.items():
        values |= {
            f"gap_{letter}": measured,
            f"owner_{letter}": names.possessive(importer),
            f"from_{letter}": names.country(exporter),
            f"lie_{letter}": direction(measured, up="above", down="below", flat="from"),
        }
    first, *other = found
    text = (
        f"In {{gap_{first}:end}}, {{owner_{first}}} imports from {{from_{first}}} lie {{gap_{first}}} of the mean"
        f" {{lie_{first}}} the exports reported there"
    )
    for letter in other:
        same = found[letter][0].end == found[first][0].end
        text += (
            "; the other way, {gap_b} {lie_b}" if same else "; the other way in {gap_b:end}, {gap_b} {lie_b}"
        )
        del values["owner_b"], values["from_b"]
    return Finding("mirror-title", text, role="title", **values)


def _why(compared: Mirror) -> str:
    if compared.reason:
        return str(compared.reason)
    return "; ".join(_silences(compared)) or "no year is reported by both sides"


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
        title=f"{names.label(exporter)} to {names.label(importer)}",
        frame=frame,
        exporter=f"{names.label(exporter)} (exports)",
        importer=f"{names.label(importer)} (imports)",
        no_exporter=f"no report of {names.label(exporter)}",
        no_importer=f"no report of {names.label(importer)}",
        no_report="no report of either",
    )


def _reported(compared: Mirror, reporter: str, flow: str, years: list[int]) -> pd.Series:
    cells = compared.cells[reporter]
    values = cells[cells["flow"] == flow].set_index("year")["value_usd"]
    return values.reindex(years)


def _table(compared: Mirror, unit: Scale) -> Table:
    frame = compared.frame.assign(
        way=[
            f"{names.label(a)} to {names.label(b)}"
            for a, b in zip(compared.frame["exporter"], compared.frame["importer"], strict=True)
        ]
    ).sort_values(["way", "year"])
    return Table.of(
        frame,
        [
            Column("way", "Flow"),
            Column("year", "Year", "year"),
            Column("export", f"Exporter, {unit.unit}", unit.form),
            Column("import", f"Importer, {unit.unit}", unit.form),
            Column("gap", "Gap over mean", lambda value: wording.percent(value, sign=True), align="right"),
            Column("ratio", "Ratio", lambda value: wording.number(value), align="right"),
        ],
    )


def ratios(matrix: RatioMatrix) -> Exhibit:
    """The multiple between two years for every choice of figures: the best and the worst case of a claim."""
    if len(matrix.frame) == 1:
        why = "Only one figure can be chosen for each end, so no choice changes the multiple."
        return Exhibit.absent("ratios", Finding("ratios-absent", why))
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
            "like": ["yes" if like else "no" for like in matrix.frame["is_like"]],
        }
    )
    return Exhibit.table(
        "ratios",
        title=title,
        subtitle=f"Turnover in {unit.form} of current US dollars; only like figures (one reporter, one definition) are a comparison",
        table=Table.of(
            frame,
            [
                Column("first", f"Figure for {wording.year(matrix.lowest.start)}"),
                Column("value_start", unit.unit, unit.form),
                Column("last", f"Figure for {wording.year(matrix.lowest.end)}"),
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
    kind = "" if row[f"kind_{at}"] == "derived" else ", published turnover"
    return f"{names.label(row[f'reporter_{at}'])}: {names.release(row[f'source_{at}'])}{kind}"
