"""What the two sides of a pair report about the same flow, and what the choice between them does."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.exhibits import charts, names, wording
from analysis.exhibits.bilateral.growth import BILLION
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import direction
from analysis.measures.consistency import RatioMatrix
from analysis.measures.measured import Measured
from analysis.measures.mirror import CIF_FOB, Mirror

ORDINARY_GAP = 2 * (CIF_FOB - 1) / (CIF_FOB + 1)
"""The gap that the convention for freight and insurance alone would give."""


def gap(compared: Mirror) -> Finding:
    """Key figure: the mirror gap of the latest year both report, in the direction where it is larger."""
    latest = compared.frame[compared.frame["year"] == compared.frame["year"].max()]
    if latest.empty:
        absent = Measured.undefined(_why(compared), unit="share", method="mirror_gap")
        return Finding(
            "mirror-gap", "{it}", otherwise="The two reports cannot be compared: {reason}.", it=absent
        )
    widest = latest.loc[latest["gap"].abs().idxmax()]
    found = compared.gap(int(widest["year"]), widest["exporter"])
    return Finding(
        "mirror-gap",
        "For {gap:end}, the deliveries from {exporter} to {importer} are {moved} by {gap} in the importer’s books than in"
        " the exporter’s, measured on the mean of the two.",
        role="key",
        rank=4,
        label="Mirror gap in {gap:end}, {exporter} to {importer}",
        figure="{gap:+}",
        change="importer’s figure against exporter’s, of the mean",
        exhibit="mirror",
        exporter=names.country(widest["exporter"]),
        importer=names.country(widest["importer"]),
        moved=direction(found, up="higher", down="lower", flat="no different"),
        gap=found,
    )


def silences(compared: Mirror) -> Finding:
    """The years that cannot be compared, by the side that does not report."""
    told = [names.spoken(each) for each in compared.silences()]
    if told:
        return Finding("silent-years", "Not compared: {told}.", exhibit="mirror", told=told)
    if not compared.defined:
        return Finding("silent-years", "Not compared: {why}.", why=names.spoken(str(compared.reason)))
    return Finding(
        "silent-years", "Both sides report every year asked for, in both directions.", exhibit="mirror"
    )


def mirror(compared: Mirror, ours: str, theirs: str, years: Iterable[int]) -> Exhibit:
    """Both reports of each direction by year, their gap below; years that a side leaves open are named."""
    directions = [(ours, theirs), (theirs, ours)]
    title = _title(compared, directions)
    return Exhibit.figure(
        "mirror",
        title=title,
        subtitle="Each flow in billions of current US dollars, by its exporter and by its importer; below, the gap over the mean of"
        " the two",
        alt=Finding(
            "mirror-alt",
            "Paired dots by year for each direction of trade, the exporter’s report beside the importer’s, with bars of"
            " the gap below; years without both reports are shaded and named.",
        ),
        note="The shaded band is the gap that freight and insurance alone give by the customary six per cent.",
        figure=lambda: charts.mirror(
            [_panel(compared, *each, list(years)) for each in directions],
            gap_ticks=lambda value: wording.percent(value, 0),
            gap_label="Gap over the mean",
            band=(0.0, ORDINARY_GAP),
            band_label="freight and insurance",
        ),
        table=_table(compared) if title.defined else None,
        data=compared.frame,
        sources=compared.sources,
        methods=["mirror_gap", "mirror_ratio"],
        flags=compared.flags,
    )


def _title(compared: Mirror, directions: list[tuple[str, str]]) -> Finding:
    found = {}
    for letter, (exporter, importer) in zip("ab", directions, strict=True):
        known = compared.frame[compared.frame["exporter"] == exporter]
        if known.empty:
            continue
        found[letter] = (compared.gap(int(known["year"].max()), exporter), exporter, importer)
    if not found:
        absent = Measured.undefined(_why(compared), unit="share", method="mirror_gap")
        return Finding(
            "mirror-title",
            "{it}",
            otherwise="The two reports cannot be set side by side: {reason}.",
            it=absent,
        )
    parts, values = [], {}
    for letter, (measured, exporter, importer) in found.items():
        parts.append(f"{{gap_{letter}:+}} from {{from_{letter}}} to {{to_{letter}}}")
        values |= {
            f"gap_{letter}": measured,
            f"from_{letter}": names.country(exporter),
            f"to_{letter}": names.country(importer),
        }
    first = next(iter(found))
    return Finding(
        "mirror-title",
        f"Importer against exporter in {{gap_{first}:end}}: {', '.join(parts)}",
        role="title",
        **values,
    )


def _why(compared: Mirror) -> str:
    return str(compared.reason or "; ".join(compared.silences()) or "no year is reported by both sides")


def _panel(compared: Mirror, exporter: str, importer: str, years: list[int]) -> charts.MirrorPanel:
    sent = _reported(compared, exporter, "export", years)
    received = _reported(compared, importer, "import", years)
    known = compared.frame[compared.frame["exporter"] == exporter].set_index("year")
    frame = pd.DataFrame({"exporter": sent / BILLION, "importer": received / BILLION}, index=years)
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


def _table(compared: Mirror) -> Table:
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
            Column("export", "Exporter, USD bn", "billions"),
            Column("import", "Importer, USD bn", "billions"),
            Column("gap", "Gap over mean", lambda value: wording.percent(value, sign=True), align="right"),
            Column("ratio", "Ratio", lambda value: wording.number(value), align="right"),
        ],
    )


def ratios(matrix: RatioMatrix) -> Exhibit:
    """The multiple between two years for every choice of figures: the best and the worst case of a claim."""
    title = Finding(
        "ratios-title",
        "By the choice of figures alone, the multiple lies between {lowest} and {highest}",
        role="title",
        otherwise="No choice of figures gives a multiple: {reason}.",
        lowest=matrix.lowest,
        highest=matrix.highest,
    )
    if not title.defined:
        return Exhibit.absent("ratios", title)
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
        subtitle="Turnover in billions of current US dollars; only like figures (one reporter, one definition) are a comparison",
        alt="One row for each pair of figures that could be chosen, with the multiple they give.",
        table=Table.of(
            frame,
            [
                Column("first", f"Figure for {wording.year(matrix.lowest.start)}"),
                Column("value_start", "USD bn", "billions1"),
                Column("last", f"Figure for {wording.year(matrix.lowest.end)}"),
                Column("value_end", "USD bn", "billions1"),
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
    kind = "" if row[f"kind_{at}"] == "derived" else ", published sum"
    return f"{names.label(row[f'reporter_{at}'])}: {row[f'source_{at}']}{kind}"
