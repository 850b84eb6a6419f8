"""The levels of a pair: turnover by year as each side reports it."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from analysis.exhibits import charts, names, wording
from analysis.exhibits.bilateral.moments import NO_MOMENT, Moment
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import noted, paragraph
from analysis.exhibits.reasons import COVERAGES
from analysis.exhibits.template import msg
from analysis.measures import trade
from analysis.measures.releases import WORLD
from analysis.measures.series import Series

BILLION, MILLION = 1e9, 1e6
CELLS = ["reporter", "partner", "year", "flow", "value_usd", "coverage", "source", "row"]


class Scale(NamedTuple):
    """How sums of money are printed in a table or on an axis: the size of its unit, its form, its names."""

    size: float
    form: str
    unit: str
    many: str

    def text(self, value: float) -> str:
        """A sum of plain dollars in this unit."""
        return (wording.billions if self.form == "billions" else wording.millions)(value)


def scale(largest: float) -> Scale:
    """Billions, or millions where no sum reaches one billion.

    >>> scale(4.5e9).unit, scale(63.5e6).text(63.5e6)
    ('USD bn', '63.5')
    """
    if largest >= BILLION:
        return Scale(BILLION, "billions", noted("USD bn"), noted("billions"))
    return Scale(MILLION, "millions", noted("USD mn"), noted("millions"))


def levels(ours: Series, theirs: Series, side: str = "both", moment: Moment = NO_MOMENT) -> Exhibit:
    """Turnover by year as each side reports it; `ours` and `theirs` are selected with need="any".

    A `moment` from the first year on is marked and named in the note; where it lies after the last year, the axis goes
    on to it.
    """
    asked = [each for each, own in ((ours, True), (theirs, False)) if side in ("both", _side(own))]
    drawn = [each for each in asked if each.defined and each.frame["turnover"].notna().any()]
    title = _title(asked, drawn)
    if not drawn:
        return Exhibit.absent("turnover", title)
    frame = pd.DataFrame({each.reporter: each.frame["turnover"] for each in drawn}).dropna(how="all")
    unit = scale(frame.max(axis=None))
    printed = {
        code: msg("{country} {last}", country=names.label(code), last=unit.text(_last(frame[code])))
        for code in frame
    }
    event = moment.event
    marked = [event] if event is not None and event.start >= frame.index.min() else []
    years = pd.RangeIndex(
        frame.index.min(), max([frame.index.max(), *(math.ceil(each.start) for each in marked)]) + 1
    )
    return Exhibit.figure(
        "turnover",
        title=title,
        subtitle=msg(
            "Exports plus imports, {billions} of current US dollars, by the report of each side",
            billions=unit.many,
        ),
        note=paragraph([_note(asked, drawn), moment.mark if marked else None]),
        figure=lambda: charts.lines(
            (frame / unit.size).reindex(years),
            labels=printed,
            dashed=[each.reporter for each in drawn if each is theirs and len(frame.columns) > 1],
            events=marked,
            zero=True,
        ),
        table=_table(frame, unit),
        data=pd.concat([each.cells[CELLS] for each in drawn], ignore_index=True),
        sources=[*(source for each in drawn for source in each.sources), *(moment.sources if marked else ())],
        methods=["turnover"],
        flags=[flag for each in drawn for flag in each.flags] + mixed(*drawn),
    )


def counted(series: Series) -> str:
    """What a series counts, in words: goods, or goods and services."""
    return COVERAGES.get(series.coverage or "", noted("coverage not stated"))


def mixed(*sides: Series) -> list[str]:
    """The flag of series set side by side that do not count the same."""
    return ["MIXED_DEFINITION"] if len({each.coverage for each in sides}) > 1 else []


def _side(own: bool) -> str:
    return "reporter" if own else "partner"


def _title(asked: list[Series], drawn: list[Series]) -> Finding:
    """The level of each side in the last year that it reports, one year if that is the same."""
    told = [(each, trade.turnover(each, _years(each)[-1])) for each in drawn]
    if not told:
        if len(asked) == 1:
            return Finding(
                "turnover-title",
                "{reporter} reports no year of both exports and imports with {partner}.",
                reporter=names.country(asked[0].reporter, start=True),
                partner=names.country(asked[0].partner),
            )
        return Finding(
            "turnover-title",
            "Neither {one} nor {other} reports a year of both exports and imports with the other.",
            one=names.country(asked[0].reporter),
            other=names.country(asked[1].reporter),
        )
    if len(told) == 1:
        ((series, level),) = told
        return Finding(
            "turnover-title",
            "{a} records trade of {x} with {b} in {x:end}",
            role="title",
            x=level,
            a=names.country(series.reporter, start=True),
            b=names.country(series.partner),
        )
    (one, x), (two, y) = told
    same = x.end == y.end
    return Finding(
        "turnover-title",
        "For {x:end}, {a} records trade of {x} and {b} of {y}"
        if same
        else "{a} records trade of {x} in {x:end}, {b} of {y} in {y:end}",
        role="title",
        x=x,
        y=y,
        a=names.country(one.reporter, start=not same),
        b=names.country(two.reporter),
    )


def _years(series: Series) -> list[int]:
    return [int(year) for year in series.frame["turnover"].dropna().index]


def _note(asked: list[Series], drawn: list[Series]) -> str:
    """What each side drawn counts, and which side has no line."""
    told = [(each, counted(each)) for each in drawn]
    told += [
        (each, noted("no year with both flows"))
        for each in asked
        if each not in drawn and each.reporter != WORLD
    ]
    return paragraph(
        msg("{country}: {what}.", country=names.country(each.reporter, start=True), what=what)
        for each, what in told
    )


def _table(frame: pd.DataFrame, unit: Scale) -> Table:
    columns = [
        Column("year", "Year", "year"),
        *(
            Column(code, msg("{country}, {unit}", country=names.label(code), unit=unit.unit), unit.form)
            for code in frame
        ),
    ]
    return Table.of(frame.rename_axis("year"), columns)


def _last(values: pd.Series) -> float:
    return float(values.dropna().iloc[-1])
