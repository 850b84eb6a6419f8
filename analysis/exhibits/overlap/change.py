"""What changed: the last day on which the overlap did, and who came and went in each bloc between two days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.exhibits import names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Told
from analysis.exhibits.template import msg, plural, ranked
from analysis.measures import blocs
from analysis.measures.panels import Change
from analysis.measures.sets import Members


def last_change(found: Change) -> Finding:
    """The last day on which the overlap changed, with the counts before and after."""
    a, b = found.after
    names_of = {"a": names.bloc(a.bloc), "b": names.bloc(b.bloc)}
    if any(side.uncertain for side in (*found.before, *found.after)):
        return Finding(
            "last-change",
            "When the overlap of {a} and {b} last changed is uncertain: a date behind it is known only roughly.",
            **names_of,
        )
    if not found.count:
        return Finding(
            "last-change", "In the span looked at, the overlap of {a} and {b} did not change.", **names_of
        )
    return Finding(
        "last-change",
        "The counts behind the overlap of {a} and {b} last changed on {day}: from {was:count} shared of {of:count} to"
        " {now:count} of {among:count}.",
        exhibit="through-time",
        day=a.on,
        was=blocs.intersection(*found.before),
        of=blocs.union(*found.before),
        now=blocs.intersection(*found.after),
        among=blocs.union(*found.after),
        **names_of,
    )


def churn(before: Mapping[str, Members], after: Mapping[str, Members]) -> Exhibit:
    """Who entered and left each bloc between two days, keyed by bloc; a bloc nobody was in on the first is out."""
    rows = []
    for bloc, late in after.items():
        early = before[bloc]
        found = blocs.churn(early, late)
        if early.certain and found.churn.defined:
            rows.append(
                {
                    "bloc": names.bloc(bloc),
                    "first": blocs.size(early),
                    "entered": Told(", ".join(map(names.label, sorted(found.entered)))) or msg("none"),
                    "left": Told(", ".join(map(names.label, sorted(found.left)))) or msg("none"),
                    "last": blocs.size(late),
                    "churn": found.churn,
                    "moves": len(found.entered) + len(found.left),
                }
            )
    early, late = next(iter(before.values())).on, next(iter(after.values())).on
    if not rows:
        why = Finding(
            "churn-absent",
            "Entries and exits from {early} to {late} cannot be counted: the tables name no certain member of any bloc"
            " shown on {early}.",
            early=early,
            late=late,
        )
        return Exhibit.absent("churn", why)
    top = max(rows, key=lambda row: row["moves"])
    frame = pd.DataFrame(rows).drop(columns="moves")
    return Exhibit.table(
        "churn",
        title=_churn_title(top, [row["moves"] for row in rows], early, late),
        subtitle="Sets on the first and on the last day of the view, whatever happened between; churn is entries and exits"
        " over both sizes",
        table=Table.of(
            frame,
            [
                Column("bloc", "Bloc"),
                Column("first", wording.date(early), "count"),
                Column("entered", "Entered"),
                Column("left", "Left"),
                Column("last", wording.date(late), "count"),
                Column("churn", "Churn", "number"),
            ],
        ),
        data=frame.assign(
            **{name: [each.value for each in frame[name]] for name in ("first", "last", "churn")}
        ),
        sources=list(
            dict.fromkeys(
                source for sets in (before, after) for one in sets.values() for source in one.sources
            )
        ),
        methods=["churn"],
    )


def _churn_title(top: Mapping, moves: Sequence[int], early, late) -> Finding:
    values = {"early": early, "late": late}
    if not top["moves"]:
        sentence = "The members of no bloc shown differ between {early} and {late}"
        return Finding("churn-title", sentence, role="title", **values)
    countries = plural(top["first"], one="country", other="countries")
    if len(moves) == 1:
        return Finding(
            "churn-title",
            "Between {early} and {late} the members of {bloc} changed: from {first:count} {countries} to {last:count}",
            role="title",
            bloc=top["bloc"],
            first=top["first"],
            last=top["last"],
            countries=countries,
            **values,
        )
    return Finding(
        "churn-title",
        "Between {early} and {late} {bloc} changed most: from {first:count} {countries} to {last:count}",
        role="title",
        bloc=top["bloc"],
        first=ranked(top["first"], moves, by=top["moves"]),
        last=top["last"],
        countries=countries,
        **values,
    )
