"""What the two have concluded, by kind and year, and which fields a source names for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import pandas as pd

from analysis.exhibits import charts, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural, ranked
from analysis.measures.dates import is_true
from analysis.measures.measured import Measured, tally
from analysis.measures.portfolios import by_year

from . import words

MOST_KINDS = 6


def portfolio(rows: pd.DataFrame, pair: Sequence[str], left_out: Collection[str], on: date) -> Exhibit:
    """The agreements of the two alone, by kind and year; `rows` is the result of `portfolios.concluded`."""
    if not pair:
        return Exhibit.absent("portfolio", words.no_pair("portfolio-absent", "portfolio of theirs to show"))
    if rows.empty:
        text = "By {day}, the tables hold no agreement that {pair} alone had signed, of the kinds counted."
        return Exhibit.absent("portfolio", Finding("portfolio-absent", text, day=on, pair=words.pair(pair)))
    counts = by_year(rows, "label", int(rows["year"].min()), on.year)
    order = (
        rows.groupby("label")["year"]
        .agg(["size", "min"])
        .sort_values(["size", "min"], ascending=[False, True])
    )
    frame = pd.DataFrame(
        [
            {
                "kind": words.upper(label),
                "count": len(group),
                "titles": words.listed(group.to_dict("records")),
            }
            for label, group in ((label, rows[rows["label"] == label]) for label in order.index)
        ]
    )
    return Exhibit.figure(
        "portfolio",
        title=_title(rows, order, pair, on),
        subtitle=Finding(
            "portfolio-subtitle",
            "Agreements of {pair} alone signed in each year, by kind, to {day}",
            pair=words.pair(pair),
            day=on,
        ),
        note=words.day_note(
            frame["titles"],
            f"Not counted: {wording.join([words.kind(each) for each in left_out])}." if left_out else "",
        ),
        figure=lambda: charts.columns(
            _few(counts[list(order.index)]),
            labels={label: words.upper(str(label)) for label in order.index},
            partial=words.open_years(on),
            partial_label="Year not over",
            plot_mm=34,
        ),
        table=Table.of(
            frame,
            [Column("kind", "Kind"), Column("count", "Number", "count"), Column("titles", "Agreements")],
        ),
        data=rows[["agreement", "date", "title", "label", "year", "state", "source"]],
        sources=list(dict.fromkeys(rows["source"])),
        methods=["concluded"],
    )


def fields(rows: pd.DataFrame, wanted: Sequence[str], pair: Sequence[str], on: date) -> Exhibit:
    """For each field asked about, the agreements of the two for which a source names it; absence is shown as absence."""
    if not pair or not wanted:
        text = "No field of cooperation was asked about."
        why = Finding("fields-absent", text) if pair else words.no_pair("fields-absent", "field to look for")
        return Exhibit.absent("fields", why)
    if rows.empty:
        text = "By {day}, the tables hold no agreement to which {pair} were both party."
        return Exhibit.absent("fields", Finding("fields-absent", text, day=on, pair=words.pair(pair)))
    listed = []
    for each in wanted:
        naming = rows[rows["fields"].map(lambda held, each=each: each in held).astype(bool)]
        supported = naming[~naming["is_document_only"].map(is_true).astype(bool)]
        named = "named" if len(supported) else "named by the document alone" if len(naming) else "not found"
        told = words.listed(naming.to_dict("records"))
        listed.append({"field": words.upper(words.field(each)), "named": named, "where": told or "–"})
    frame = pd.DataFrame(listed)
    without = int((rows["fields"].map(len) == 0).sum())
    used = dict.fromkeys(source for held in rows["field_sources"] for source in held)
    return Exhibit.table(
        "fields",
        title=_fields_title(frame, rows, pair, on),
        subtitle=Finding(
            "fields-subtitle",
            "Fields asked about, and the agreements to which {pair} were both party by {day} for which a source names them",
            pair=words.pair(pair),
            day=on,
        ),
        note=words.day_note(
            frame["where"],
            "Not found means that no source read names it: the texts were not read in full.",
            f"For {without} of {len(rows)} agreements no field is named." if without else "",
        ),
        table=Table.of(
            frame, [Column("field", "Field"), Column("named", "In a source"), Column("where", "Agreements")]
        ),
        data=frame,
        sources=list(used),
    )


def covered(rows: pd.DataFrame, wanted: Sequence[str], pair: Sequence[str], on: date) -> Finding:
    """Which of the fields asked about a source names for the agreements of the two, and which none does."""
    if not pair or not wanted or rows.empty:
        return Finding("covered", "There is no agreement of a pair whose fields could be looked at.")
    sure = rows[~rows["is_document_only"].map(is_true).astype(bool)]
    named = {each for held in sure["fields"] for each in held}
    found = [words.field(each) for each in wanted if each in named]
    lacking = [words.field(each) for each in wanted if each not in named]
    values, parts = {"pair": words.pair(pair), "day": on}, []
    if found:
        parts.append("For agreements of {pair} by {day}, sources name {found}")
        values["found"] = found
    if lacking:
        parts.append(
            "no source read names {lacking}"
            if found
            else "For agreements of {pair} by {day}, no source read names {lacking}"
        )
        values["lacking"] = lacking
    text = "; ".join(parts) + (", which does not refute it." if lacking else ".")
    return Finding("covered", text, exhibit="fields", **values)


def signed(rows: pd.DataFrame, pair: Sequence[str], on: date) -> Finding:
    """How many agreements the two alone have signed, and the newest."""
    if not pair or rows.empty:
        return Finding("signed", "There is no agreement of a pair alone to count.")
    newest = rows.iloc[-1]
    which = "the newest “{title}” of {when:date}" if len(rows) > 1 else "“{title}” of {when:date}"
    text = "By {day}, the tables hold {count:count} {noun} that {pair} alone had signed, " + which + "."
    trail = {"rows": tuple(rows["row"]), "sources": tuple(dict.fromkeys(rows["source"]))}
    trail |= {"on": on}
    return Finding(
        "signed",
        text,
        exhibit="portfolio",
        day=on,
        count=Measured(len(rows), "count", "concluded", **trail),
        noun=plural(len(rows), one="agreement", other="agreements"),
        pair=words.pair(pair),
        title=words.title(newest),
        when=ranked(newest["date"], rows["first"], by=newest["first"]),
        rows=[newest["row"]],
    )


# --- inside ----------------------------------------------------------------------------------------------------------


def _few(counts: pd.DataFrame) -> pd.DataFrame:
    """The kinds that can be told apart in a chart; the rarest are joined where there are more."""
    if counts.shape[1] <= MOST_KINDS:
        return counts
    kept = counts.iloc[:, : MOST_KINDS - 1]
    return kept.assign(**{"Other kinds": counts.iloc[:, MOST_KINDS - 1 :].sum(axis=1)})


def _title(rows: pd.DataFrame, order: pd.DataFrame, pair: Sequence[str], on: date) -> Finding:
    top = int(order["size"].iloc[0])
    trail = {"rows": tuple(rows["row"]), "sources": tuple(dict.fromkeys(rows["source"])), "on": on}
    text = "{pair} have signed {count:count} {noun} of {kinds:count} {forms}"
    values = {}
    if top > 1 and len(order) > 1:
        text += (
            ", most of them on {top} ({most:count})"
            if top * 2 > len(rows)
            else ", most often on {top} ({most:count})"
        )
        values = {
            "top": str(order.index[0]),
            "most": ranked(
                tally(rows.loc[rows["label"] == order.index[0], "row"], "concluded", on=on), order["size"]
            ),
        }
    return Finding(
        "portfolio-title",
        text,
        role="title",
        pair=words.pair(pair),
        count=Measured(len(rows), "count", "concluded", **trail),
        noun=plural(len(rows), one="agreement", other="agreements"),
        kinds=Measured(len(order), "count", "kinds_concluded", **trail),
        forms=plural(len(order), one="kind", other="kinds"),
        **values,
    )


def _fields_title(frame: pd.DataFrame, rows: pd.DataFrame, pair: Sequence[str], on: date) -> Finding:
    named = int((frame["named"] == "named").sum())
    trail = {"rows": tuple(rows["row"]), "sources": tuple(dict.fromkeys(rows["source"])), "on": on}
    return Finding(
        "fields-title",
        "Of {all:count} {fields} asked about, sources name {named:count} for the agreements of {pair}",
        role="title",
        all=Measured(len(frame), "count", "fields_asked", **trail),
        fields=plural(len(frame), one="field", other="fields"),
        named=Measured(named, "count", "fields_asked", **trail),
        pair=words.pair(pair),
    )
