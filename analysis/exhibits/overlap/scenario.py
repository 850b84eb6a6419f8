"""What if: the overlap and the weights with hypothetical entries, beside what is; never more than a scenario."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.exhibits import names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Told
from analysis.exhibits.overlap.sets import said
from analysis.exhibits.template import msg, plural
from analysis.measures.measured import Measured
from analysis.measures.scenario import Entry, Row, unborn
from analysis.measures.sets import Members

MEASURES = {
    "members": "Members of {of}",
    "intersection": "Countries in both",
    "union": "Countries in either",
    "jaccard": "Jaccard index",
    "weighted_overlap": "Common part by {what}",
    "hhi": "Herfindahl index of {of} by {what}",
    "largest": "Part of the largest member of {of} in its {what}",
}


def supposed(given: Sequence[Entry], rows: Sequence[Row], a: Members, b: Members) -> Finding:
    """What the scenario supposes, in words, and that nothing else counts it."""
    if not given:
        return Finding(
            "supposed", "No hypothetical entry is supposed: the parameter that names them is empty."
        )
    parts = [
        msg(
            "{country} in {bloc} from {day}",
            country=names.country(each.country),
            bloc=names.bloc(each.bloc),
            day=each.start,
        )
        for each in given
    ]
    values: dict[str, object] = {"entries": parts}
    gone = unborn((a, b), given)
    if gone:
        return Finding(
            "supposed",
            "No scenario is computed: on {day}, {blocs} {has} no certain member that a country could join.",
            day=a.on,
            blocs=[names.bloc(bloc) for bloc in dict.fromkeys(each.bloc for each in gone)],
            has=plural(len({each.bloc for each in gone}), one="has", other="have"),
        )
    if not _changes(rows):
        return Finding(
            "supposed",
            "A scenario of full membership of {entries} changes no measure of {a} and {b}: neither is entered by a country"
            " that it does not hold already.",
            a=names.bloc(a.bloc),
            b=names.bloc(b.bloc),
            **values,
        )
    sentence = "As a scenario only, full membership of {entries} is supposed to be in force on {day}; no other exhibit counts it."
    values["day"] = a.on
    held = {side.bloc: side.certain for side in (a, b)}
    idle = [each for each in given if each.bloc not in held or each.country in held[each.bloc]]
    if idle:
        sentence = (
            "As a scenario only, full membership of {entries} is supposed to be in force on {day}; no other exhibit counts"
            " it. Of these, {idle} changes nothing here."
        )
        values["idle"] = [
            msg("{country} in {bloc}", country=names.country(each.country), bloc=names.bloc(each.bloc))
            for each in idle
        ]
    return Finding("supposed", sentence, exhibit="what-if", **values)


def _changes(rows: Sequence[Row]) -> bool:
    return any(row.before.value != row.after.value for row in rows)


def what_if(rows: Sequence[Row], given: Sequence[Entry], a: Members, b: Members) -> Exhibit:
    """The measures before and after the hypothetical entries."""
    if not given or unborn((a, b), given) or not _changes(rows):
        return Exhibit.absent("what-if", Finding("what-if-absent", "There is no table of a scenario."))
    frame = pd.DataFrame(
        [
            {
                "measure": _label(row),
                "before": said(row.before),
                "after": said(row.after),
                "unit": row.before.unit,
            }
            for row in rows
        ]
    )
    known = [row for row in rows if row.measure == "jaccard"]
    title = Finding(
        "what-if-title",
        "Scenario: the Jaccard index of {a} and {b} would be {after} instead of {before}",
        otherwise="A scenario cannot be set beside what is: {reason}",
        role="title",
        a=names.bloc(a.bloc),
        b=names.bloc(b.bloc),
        before=said(known[0].before),
        after=said(known[0].after),
    )
    return Exhibit.table(
        "what-if",
        title=title,
        subtitle="A scenario, not a fact: measures on the day of this briefing and with the supposed entries",
        note=_largest(rows),
        table=Table.of(
            frame,
            [
                Column("measure", "Measure"),
                Column("before", "As it is", _printed, align="right"),
                Column("after", "With the entries", _printed, align="right"),
            ],
        ),
        data=frame.assign(
            before=[each.value for each in frame["before"]], after=[each.value for each in frame["after"]]
        ),
        sources=list(dict.fromkeys(source for row in rows for source in row.after.sources)),
        methods=list(dict.fromkeys(row.after.method for row in rows)),
        flags=list(dict.fromkeys(flag for row in rows for flag in row.after.flags)),
    )


def _largest(rows: Sequence[Row]) -> str | None:
    """Whose the part of the largest member is, as it is and in the scenario."""
    told = []
    for row in rows:
        was, then = row.whose
        if was and then:
            what, who = names.INDICATORS[row.measure.partition(":")[2]], names.country(was)
            told.append(
                msg("by {what} {who} as it is and with the entries", what=what, who=who)
                if was == then
                else msg(
                    "by {what} {who} as it is, {next} with the entries",
                    what=what,
                    who=who,
                    next=names.country(then),
                )
            )
    if not told:
        return None
    return msg("The largest member of a bloc that is entered: {told}.", told=wording.clauses(told))


def _label(row: Row) -> str:
    head, _, indicator = row.measure.partition(":")
    what = names.INDICATORS.get(indicator, "")
    label = msg(MEASURES[head], of=names.bloc(row.of) if row.of else "", what=what)
    year = f" ({row.after.end})" if indicator and row.after.defined and row.after.end else ""
    return Told(label + year)


def _printed(measured: Measured) -> str:
    if measured.unit == "count":
        return wording.count(measured.value)
    return wording.percent(measured.value) if measured.unit == "share" else wording.number(measured.value)
