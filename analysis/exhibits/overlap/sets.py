"""Two blocs on a day: who is in both, in one only, and who stands beside without counting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import charts, names, reasons, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Told, noted, text
from analysis.exhibits.template import msg, plural
from analysis.measures import blocs
from analysis.measures.measured import Measured, tally
from analysis.measures.reasons import because
from analysis.measures.sets import Members

MOST_ROWS = 24
KEY = {
    "full": noted("Counted standing"),
    "partial": noted("Another standing, not counted"),
    "uncertain": noted("Uncertain on this day"),
    "none": noted("None"),
    "suspended": noted("Suspended, still counted"),
}
STANDINGS = {
    "associate": noted("associate"),
    "candidate": noted("candidate"),
    "dialogue-partner": noted("dialogue partner"),
    "guest": noted("guest"),
    "member": noted("member"),
    "observer": noted("observer"),
    "participant": noted("participant"),
    "partner": noted("partner"),
    "signatory": noted("signatory"),
    "suspended": noted("suspended"),
    blocs.UNCERTAIN: noted("uncertain"),
}
"""The statuses of data/status_meanings.csv as words, and the answer where a day lies inside a coarse date."""


def lead(a: Members, b: Members) -> Finding:
    """The first finding: which countries are in both blocs on the day."""
    common, either = sorted(a.certain & b.certain), said(blocs.union(a, b))
    values = {
        "day": a.on,
        "a": names.bloc(a.bloc),
        "b": names.bloc(b.bloc),
        "either": either,
        "countries": plural(either, one="country", other="countries"),
        "index": said(blocs.jaccard(a, b)),
    }
    if common:
        values |= {"count": said(blocs.intersection(a, b)), "names": names.countries(common)}
        sentence = (
            "On {day}, {a} and {b} share {count:count} of the {either:count} {countries} in either, {names}: a Jaccard index"
            " of {index}."
        )
    else:
        sentence = "On {day}, {a} and {b} share none of the {either:count} {countries} in either: a Jaccard index of {index}."
    return Finding(
        "lead",
        sentence,
        otherwise="For {day}, the overlap of {a} and {b} cannot be given: {reason}.",
        role="lead",
        exhibit="matrix",
        **values,
    )


def glossary(shown: Iterable[str]) -> Finding:
    """The blocs of the briefing in full."""
    pairs = [(names.bloc(each), names.bloc_in_full(each)) for each in dict.fromkeys(shown)]
    told = [msg("{label} is {name}", label=label, name=name) for label, name in pairs if label != name]
    if not told:
        return Finding("glossary", "The blocs are called by their full names.")
    return Finding("glossary", "In full: {told}.", told=wording.clauses(told))


def curated(cutoff: date) -> Finding:
    """Limit: how far the memberships can be known."""
    return Finding(
        "curated",
        "Memberships are as curated by {cutoff}, whatever day is asked about: what was learned later stands in them too."
        " A date given only by its month or year is an interval, and a day inside it is answered as uncertain.",
        role="limit",
        cutoff=cutoff,
    )


def shared(a: Members, b: Members, statuses: Collection[str]) -> Finding:
    """Key figure: countries in both, of those in either; its sentence names the countries in one only."""
    count, either, index = blocs.intersection(a, b), blocs.union(a, b), blocs.jaccard(a, b)
    values = {"a": names.bloc(a.bloc), "b": names.bloc(b.bloc)}
    if not index.defined:
        return Finding("shared-countries", _unsaid(a, b), **values)
    only = {"a": a.certain - b.certain, "b": b.certain - a.certain}
    for ident, codes in only.items():
        if codes:
            values |= {
                f"only_{ident}": names.countries(codes),
                f"are_{ident}": plural(len(codes), one="is", other="are"),
            }
    return Finding(
        "shared-countries",
        _ONLY[bool(only["a"]), bool(only["b"])],
        role="key",
        rank=3,
        label="Countries in both {a} and {b}, of those in either",
        figure="{count:count} of {either:count}",
        change="counted as {statuses:or}; Jaccard index {index}",
        exhibit="matrix",
        count=count,
        either=either,
        index=index,
        statuses=[standing_of(each) for each in statuses],
        **values,
    )


_ONLY = {
    (True, True): "{only_a} {are_a} in {a} only; {only_b} {are_b} in {b} only.",
    (True, False): "{only_a} {are_a} in {a} only.",
    (False, True): "{only_b} {are_b} in {b} only.",
    (False, False): "No country is in one of them only.",
}


def _unsaid(a: Members, b: Members) -> str:
    if a.uncertain or b.uncertain:
        return noted("How many countries {a} and {b} share is uncertain on this day.")
    return noted("There is no member of {a} or {b} to count on this day.")


def not_counted(standing: pd.DataFrame, bloc: str, statuses: Collection[str], *, id: str) -> Finding:
    """The countries that stand beside a bloc without counting: observers, candidates and others, by standing."""
    beside = standing[
        (standing["bloc"] == bloc)
        & ~standing["status"].isin(statuses)
        & (standing["status"] != blocs.UNCERTAIN)
    ]
    values = {"bloc": names.bloc(bloc)}
    if beside.empty:
        return Finding(id, "Every country with a standing in {bloc} on this day is counted.", **values)
    parts = [
        msg("as {standing} {who}", standing=standing_of(str(status)), who=names.countries(rows["country"]))
        for status, rows in beside.groupby("status", sort=True)
    ]
    return Finding(
        id,
        "With another standing in {bloc}, not counted: {parts}.",
        exhibit="matrix",
        parts=wording.clauses(parts),
        sources=tuple(dict.fromkeys(source for each in beside["sources"] for source in each)),
        **values,
    )


def standing_of(label: str) -> str:
    """A status as a word, or several as `blocs.standing_matrix` writes them.

    >>> standing_of("dialogue-partner"), standing_of("member, suspended")
    ('dialogue partner', 'member, suspended')
    """
    return Told(", ".join(text(STANDINGS[status]) for status in label.split(", ")))


def matrix(
    standing: pd.DataFrame, a: Members, b: Members, columns: Sequence[str], statuses: Collection[str]
) -> Exhibit:
    """The standing of every country of the two blocs in each of `columns`; wide blocs show counted ones only."""
    standing = standing.assign(is_full=standing["status"].isin(statuses))
    pair = standing[standing["bloc"].isin([a.bloc, b.bloc])]
    rows = set(pair["country"])
    is_cut = len(rows) > MOST_ROWS
    if is_cut:
        rows = set(pair.loc[pair["is_full"] | (pair["status"] == blocs.UNCERTAIN), "country"])
    shown = standing[standing["country"].isin(rows) & standing["bloc"].isin(columns)]
    full = shown[shown["is_full"]].groupby("country").size()
    order = sorted(rows, key=lambda code: (-full.get(code, 0), names.label(code)))
    if shown.empty:
        absent = Finding(
            "matrix-absent",
            "No country has a standing in {a} or {b} on this day.",
            a=names.bloc(a.bloc),
            b=names.bloc(b.bloc),
        )
        return Exhibit.absent("matrix", absent)
    return Exhibit.figure(
        "matrix",
        title=_matrix_title(
            a, b, everywhere=[c for c in order if full.get(c, 0) == len(columns)], columns=columns
        ),
        subtitle=Finding(
            "matrix-subtitle",
            "Standing on {day}; the number at the right counts the blocs in which a country is {statuses:or}",
            day=a.on,
            statuses=[standing_of(each) for each in statuses],
        ),
        alt=Finding(
            "matrix-alt",
            "In both {a} and {b}: {common}.",
            a=names.bloc(a.bloc),
            b=names.bloc(b.bloc),
            common=names.countries(a.certain & b.certain) or noted("none"),
        ),
        note="Countries without a counted standing in either of the two are left out." if is_cut else None,
        figure=lambda: drawn(shown, order, columns),
        table=printed(shown, order, columns),
        data=shown.drop(columns=["rows", "sources"]).assign(could_be=shown["could_be"].map("; ".join)),
        sources=tuple(dict.fromkeys(source for each in shown["sources"] for source in each)),
        methods=["members"],
    )


def _matrix_title(a: Members, b: Members, everywhere: Sequence[str], columns: Sequence[str]) -> Finding:
    values = {"a": names.bloc(a.bloc), "b": names.bloc(b.bloc)}
    if a.uncertain or b.uncertain:
        sentence = "Who is in both {a} and {b} on {day} is uncertain"
        return Finding("matrix-title", sentence, role="title", day=a.on, **values)
    if not a.certain & b.certain:
        return Finding("matrix-title", "No country is in both {a} and {b}", role="title", **values)
    count = blocs.intersection(a, b)
    values |= {"count": count, "countries": plural(count, one="country is", other="countries are")}
    if not everywhere or len(columns) <= 2:
        return Finding(
            "matrix-title", "{count:count} {countries} in both {a} and {b}", role="title", **values
        )
    return Finding(
        "matrix-title",
        "{count:count} {countries} in both {a} and {b}, {both} in all {all:count} blocs shown",
        role="title",
        both=names.countries(everywhere),
        all=tally((f"blocs:{bloc}" for bloc in columns), "blocs_compared", on=a.on),
        **values,
    )


def closeness(a: Members, b: Members) -> Exhibit:
    """Every usual measure of one overlap beside the others: they differ when one bloc is much the larger."""
    one, other = names.bloc(a.bloc), names.bloc(b.bloc)
    rows = [
        (msg("Jaccard index"), msg("in both over in either"), blocs.jaccard(a, b)),
        (msg("Dice index"), msg("twice in both over the sum of both sizes"), blocs.dice(a, b)),
        (
            msg("Overlap coefficient"),
            msg("in both over the smaller bloc"),
            blocs.overlap_coefficient(a, b),
        ),
        *(
            (msg("Containment of {bloc}", bloc=bloc), msg("in both over {bloc}", bloc=bloc), found)
            for bloc, found in ((one, blocs.containment(a, b)), (other, blocs.containment(b, a)))
        ),
    ]
    frame = pd.DataFrame(
        [
            (name, how, wording.clauses(map(reasons.said, found.notes)), said(found))
            for name, how, found in rows
        ],
        columns=["measure", "how", "of", "value"],
    )
    if not all(found.defined for *_, found in rows):
        why = Finding("closeness-absent", "Measures of the overlap need certain members in both blocs.")
        return Exhibit.absent("closeness", why)
    count = blocs.intersection(a, b)
    return Exhibit.table(
        "closeness",
        title=Finding(
            "closeness-title",
            "{count:count} of the {size_a:count} countries of {a} and of the {size_b:count} of {b} {are} in both",
            role="title",
            a=one,
            b=other,
            count=count,
            are=plural(count, one="is", other="are"),
            size_a=blocs.size(a),
            size_b=blocs.size(b),
        ),
        subtitle="Measures of the overlap, each from zero to one",
        table=Table.of(
            frame,
            [
                Column("measure", "Measure"),
                Column("how", "Countries"),
                Column("of", "Count"),
                Column("value", "Value", "number"),
            ],
        ),
        data=frame.assign(value=[each.value for each in frame["value"]]),
        sources=list(dict.fromkeys((*a.sources, *b.sources))),
        methods=["jaccard", "dice", "overlap_coefficient", "containment"],
    )


def drawn(
    shown: pd.DataFrame, order: Sequence[str], columns: Sequence[str], key: Mapping[str, str] = KEY
) -> Figure:
    """The chart of a matrix of standings, countries in the order given by blocs, counted ones tallied at the right."""
    full = _tally(shown)
    return charts.matrix(
        states(shown, order, columns),
        key={state: text(word) for state, word in key.items()},
        counts=[str(full.get(code, 0)) for code in order],
        count_label=msg("counted"),
        suspended=[
            (names.label(row.country), names.bloc(row.bloc)) for row in shown.itertuples() if row.is_suspended
        ],
    )


def printed(shown: pd.DataFrame, order: Sequence[str], columns: Sequence[str]) -> Table:
    """The same matrix as a table of standings in words."""
    full = _tally(shown)
    labels = blocs.standing_matrix(shown, blocs=columns, countries=order)
    labels = labels.map(lambda label: standing_of(label) if label else msg("none"))
    frame = labels.set_axis([names.bloc(each) for each in columns], axis=1)
    frame.insert(0, "Country", [names.label(code) for code in order])
    frame["Counted"] = [full.get(code, 0) for code in order]
    return Table.of(
        frame,
        [
            Column("Country", "Country"),
            *(Column(names.bloc(each), names.bloc(each)) for each in columns),
            Column("Counted", "Counted", "count"),
        ],
    )


def _tally(shown: pd.DataFrame) -> dict[str, int]:
    counted = shown[shown["is_full"].astype(bool)].groupby("country").size()
    return {str(code): int(count) for code, count in counted.items()}


def states(shown: pd.DataFrame, order: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """The cells of the chart of a matrix of standings: countries by blocs, full, partial, uncertain or none."""
    frame = pd.DataFrame("none", index=order, columns=list(columns))
    for row in shown.itertuples():
        state = "full" if row.is_full else "uncertain" if row.status == blocs.UNCERTAIN else "partial"
        frame.loc[row.country, row.bloc] = state
    return frame.set_axis([names.label(code) for code in order]).set_axis(
        [names.bloc(each) for each in columns], axis=1
    )


def said(measured: Measured) -> Measured:
    """A measure of blocs, the reason in other words where they are empty."""
    if not measured.defined and measured.reason == "both sets are empty":
        return replace(measured, reason=because("neither has a member on that day"))
    return measured
