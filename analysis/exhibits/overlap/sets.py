"""Two blocs on a day: who is in both, in one only, and who stands beside without counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis.exhibits import charts, names
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural
from analysis.measures import blocs
from analysis.measures.measured import Measured
from analysis.measures.sets import Members

MOST_ROWS = 24
KEY = {
    "full": "Full standing",
    "partial": "Observer, partner, candidate or other lesser standing",
    "uncertain": "Uncertain on this day",
    "none": "None",
    "suspended": "Suspended",
}


def lead(a: Members, b: Members) -> Finding:
    """The first finding: which countries are in both blocs on the day."""
    common = sorted(a.certain & b.certain)
    count, either, index = blocs.intersection(a, b), blocs.union(a, b), blocs.jaccard(a, b)
    values = {
        "day": a.on,
        "a": names.bloc(a.bloc),
        "b": names.bloc(b.bloc),
        "either": _spoken(either, a, b),
        "index": _spoken(index, a, b),
    }
    if common:
        values |= {
            "count": _spoken(count, a, b),
            "names": names.countries(common),
        }
        sentence = (
            "On {day}, {a} and {b} share {count:count} of the {either:count} countries in either, {names}: a Jaccard index"
            " of {index}."
        )
    else:
        sentence = "On {day}, {a} and {b} share none of the {either:count} countries in either: a Jaccard index of {index}."
    return Finding(
        "lead",
        sentence,
        otherwise="For {day}, the overlap of {a} and {b} cannot be given: {reason}.",
        role="lead",
        exhibit="matrix",
        **values,
    )


def shared(a: Members, b: Members) -> Finding:
    """Key figure: countries in both, of those in either; its sentence names the countries in one only."""
    count, either = blocs.intersection(a, b), blocs.union(a, b)
    values = {
        "count": _spoken(count, a, b),
        "either": _spoken(either, a, b),
        "index": _spoken(blocs.jaccard(a, b), a, b),
        "a": names.bloc(a.bloc),
        "b": names.bloc(b.bloc),
    }
    sides = []
    for ident, own, other in (("a", a, b), ("b", b, a)):
        only = sorted(own.certain - other.certain)
        if only:
            sides.append(f"{{only_{ident}}} {{are_{ident}}} in {{{ident}}} only")
            values |= {
                f"only_{ident}": names.countries(only),
                f"are_{ident}": plural(len(only), one="is", other="are"),
            }
    told = "; ".join(sides) + "." if sides else "No country is in one of them only."
    return Finding(
        "shared-countries",
        told,
        otherwise="How many countries {a} and {b} share cannot be said: {reason}.",
        role="key",
        rank=3,
        label="Countries in both {a} and {b}, of those in either",
        figure="{count:count} of {either:count}",
        change="with full standing; Jaccard index {index}",
        exhibit="matrix",
        **values,
    )


def not_counted(standing: pd.DataFrame, bloc: str) -> Finding:
    """The countries that stand beside a bloc without counting as its members: observers, candidates and others."""
    beside = standing[
        (standing["bloc"] == bloc) & ~standing["is_full"] & (standing["status"] != blocs.UNCERTAIN)
    ]
    ident = f"beside-{bloc}"
    if beside.empty:
        return Finding(
            ident, "No country has a lesser standing in {bloc} on this day.", bloc=names.bloc(bloc)
        )
    values, parts = {"bloc": names.bloc(bloc)}, []
    for n, (status, rows) in enumerate(beside.groupby("status", sort=True)):
        letter = "abcdefghij"[n]
        values |= {
            f"who_{letter}": names.countries(rows["country"]),
            f"as_{letter}": str(status).replace("-", " "),
        }
        parts.append(f"{{who_{letter}}} ({{as_{letter}}})")
    sources = tuple(dict.fromkeys(source for each in beside["sources"] for source in each))
    return Finding(
        ident,
        f"Beside {{bloc}}, not counted: {'; '.join(parts)}.",
        exhibit="matrix",
        sources=sources,
        **values,
    )


def matrix(standing: pd.DataFrame, a: Members, b: Members, columns: Sequence[str]) -> Exhibit:
    """The standing of every country of the two blocs in each of `columns`; wide blocs show full members only."""
    pair = standing[standing["bloc"].isin([a.bloc, b.bloc])]
    rows = set(pair["country"])
    if len(rows) > MOST_ROWS:
        rows = set(pair.loc[pair["is_full"] | (pair["status"] == blocs.UNCERTAIN), "country"])
    shown = standing[standing["country"].isin(rows) & standing["bloc"].isin(columns)]
    full = shown[shown["is_full"]].groupby("country").size()
    order = sorted(rows, key=lambda code: (-full.get(code, 0), names.label(code)))
    count = _spoken(blocs.intersection(a, b), a, b)
    title = Finding(
        "matrix-title",
        "{count:count} {countries} in both {a} and {b}, {both} in all {all:count} blocs shown",
        role="title",
        otherwise="Who is in both {a} and {b} is not certain: {reason}",
        count=count,
        countries=plural(count, one="country is", other="countries are"),
        a=names.bloc(a.bloc),
        b=names.bloc(b.bloc),
        both=names.countries([c for c in order if full.get(c, 0) == len(columns)]) or "none",
        all=len(columns),
    )
    if shown.empty:
        absent = Finding(
            "matrix-absent",
            "No country has a standing in {a} or {b} on this day.",
            a=names.bloc(a.bloc),
            b=names.bloc(b.bloc),
        )
        return Exhibit.absent("matrix", absent)
    if not title.defined:
        title = Finding("matrix-title", "{text}", role="title", text=title.text.rstrip("."))
    states = _states(shown, order, columns)
    labels = blocs.standing_matrix(shown, blocs=columns, countries=order).replace("", "none")
    printed = labels.set_axis([names.bloc(each) for each in columns], axis=1)
    printed.insert(0, "Country", [names.label(code) for code in order])
    printed["Full"] = [int(full.get(code, 0)) for code in order]
    return Exhibit.figure(
        "matrix",
        title=title,
        subtitle=Finding(
            "matrix-subtitle", "Standing on {day}; the number at the right counts full standings", day=a.on
        ),
        alt=Finding(
            "matrix-alt",
            "Matrix of {rows:count} countries by {columns:count} blocs; in both {a} and {b}: {common}.",
            rows=len(order),
            columns=len(columns),
            a=names.bloc(a.bloc),
            b=names.bloc(b.bloc),
            common=names.countries(a.certain & b.certain) or "none",
        ),
        figure=lambda: charts.matrix(
            states,
            key=KEY,
            counts=[str(int(full.get(code, 0))) for code in order],
            count_label="full",
            suspended=[
                (names.label(row.country), names.bloc(row.bloc))
                for row in shown.itertuples()
                if row.is_suspended
            ],
        ),
        table=Table.of(
            printed,
            [
                Column("Country", "Country"),
                *(Column(names.bloc(each), names.bloc(each)) for each in columns),
                Column("Full", "Full", "count"),
            ],
        ),
        data=shown.drop(columns=["rows", "sources"]).assign(could_be=shown["could_be"].map("; ".join)),
        sources=tuple(dict.fromkeys(source for each in shown["sources"] for source in each)),
        methods=["members"],
    )


def _states(shown: pd.DataFrame, order: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame("none", index=order, columns=list(columns))
    for row in shown.itertuples():
        state = "full" if row.is_full else "uncertain" if row.status == blocs.UNCERTAIN else "partial"
        frame.loc[row.country, row.bloc] = state
    return frame.set_axis([names.label(code) for code in order]).set_axis(
        [names.bloc(each) for each in columns], axis=1
    )


def _spoken(measured: Measured, a: Members, b: Members) -> Measured:
    """An undefined measure with names in its reason."""
    if measured.defined:
        return measured
    return replace(measured, reason=names.spoken(str(measured.reason), [a.bloc, b.bloc]))
