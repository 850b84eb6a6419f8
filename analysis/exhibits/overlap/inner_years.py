"""Trade inside a bloc through the years, by its membership of each year and by a fixed one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from analysis.exhibits import charts, names, theme, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Told, noted, text
from analysis.exhibits.template import SLIGHT_POINTS, direction, msg, ranked
from analysis.measures.introversion import BlocYears
from analysis.measures.measured import Measured, merged
from analysis.measures.reasons import because

LEAST_EFFECT = 0.0005
"""Below half a tenth of a point an effect is printed as zero."""

LINES = {
    "varying": noted("Members of each year"),
    "latest": noted("Members of the day"),
    "first": noted("Its first members"),
}


def inner_years(found: BlocYears) -> Exhibit:
    """The inner share of the first bloc by three memberships, as lines."""
    label = names.bloc(found.bloc)
    known = [] if found.reason else _known(found, "varying")
    if len(known) < 2:
        sentence = (
            "How trade inside {bloc} moved with its membership cannot be drawn: no two years have its share."
        )
        return Exhibit.absent("inner-years", Finding("inner-years-absent", sentence, bloc=label))
    frame = found.frame[list(LINES)].map(lambda cell: cell.value).astype(float).dropna(how="all")
    first, last = (_bare(found.frame.at[year, "varying"]) for year in (known[0], known[-1]))
    values = {"bloc": label, "first": first, "last": last}
    change = Measured(last.value - first.value, "points", "absolute_change", **merged(first, last))
    counts = {year: int(found.frame.at[year, "count"]) for year in known}
    names_ = {key: _named(text(line), key, label, counts) for key, line in LINES.items()}
    return Exhibit.figure(
        "inner-years",
        title=Finding(
            "inner-years-title",
            "The part of {bloc} trade that stays inside {moved}, from {first} in {first:end} to {last} in {last:end}",
            role="title",
            moved=direction(change, flat="hardly changed", slight=SLIGHT_POINTS),
            **values,
        ),
        subtitle="Inner trade as a share of the members’ trade; a member counts for a year if in force on 1 July of it",
        note="Fixed membership shows what trade did; the difference to the membership of each year is enlargement.",
        figure=lambda: charts.lines(
            frame,
            labels=names_,
            colours={
                "varying": theme.token("accent"),
                "latest": theme.token("mute"),
                "first": theme.token("decline"),
            },
            dashed=("latest", "first"),
            ticks=lambda value: wording.percent(value, 0),
            zero=True,
        ),
        table=Table.of(
            frame.reset_index(),
            [
                Column("year", "Year", "year"),
                *(Column(key, LINES[key], "percent") for key in LINES if key in frame),
            ],
            missing="no share in one release for these members",
        ),
        data=frame.reset_index(),
        sources=_sources(found),
        methods=["intra_share"],
        placement="none",
    )


def introverted(found: Mapping[str, BlocYears]) -> Exhibit:
    """The newest year of each bloc: share by three memberships, the enlargement effect, the introversion index."""
    rows = []
    for bloc, one in found.items():
        known = [] if one.reason else _known(one, "varying")
        if known:
            year = known[-1]
            own = one.frame.loc[year]
            rows.append(
                {
                    "bloc": Told(f"{names.bloc(bloc)}-{int(own['count'])}"),
                    "year": year,
                    **{key: _bare(own[key]) for key in ("varying", "latest", "first")},
                    "enlargement": _bare(one.enlargement),
                    "introversion": _bare(own["introversion"]),
                }
            )
    if not rows:
        sentence = "Neither bloc has a year in which one release covers its members and the world."
        return Exhibit.absent("introversion", Finding("introversion-absent", sentence))
    frame = pd.DataFrame(rows)
    top = max(rows, key=lambda row: row["introversion"].value if row["introversion"].defined else -2)
    return Exhibit.table(
        "introversion",
        title=Finding(
            "introversion-title",
            "{bloc} has a trade introversion index of {index} in {index:end}, where zero is neutral",
            otherwise="No trade introversion index can be given: {reason}",
            role="title",
            bloc=top["bloc"],
            index=top["introversion"],
        ),
        subtitle="Inner share of trade by the members of the year, of the day and of the first year; the number behind a bloc"
        " counts its members",
        note=Told(" ".join(filter(None, map(_lacking, found.values())))) or None,
        table=Table.of(
            frame,
            [
                Column("bloc", "Bloc"),
                Column("year", "Year", "year"),
                Column("varying", "Members of the year", "percent"),
                Column("latest", "Members of the day", "percent"),
                Column("first", "First members", "percent"),
                Column("enlargement", "Enlargement effect", "points"),
                Column("introversion", "Introversion", "number"),
            ],
        ),
        data=frame.map(lambda cell: cell.value if isinstance(cell, Measured) else cell),
        sources=list(dict.fromkeys(source for one in found.values() for source in _sources(one))),
        methods=["intra_share", "enlargement_effect", "introversion"],
    )


def enlarged(found: BlocYears) -> Finding:
    """What joining countries added to the inner share of the first bloc."""
    label = names.bloc(found.bloc)
    if found.reason or not found.enlargement.defined:
        return Finding(
            "enlarged", "What enlargement added to trade inside {bloc} cannot be given.", bloc=label
        )
    effect = _bare(found.enlargement)
    if abs(effect.value) < LEAST_EFFECT:
        sentence = (
            "Enlargement added nothing that shows to trade inside {bloc} by {effect:end}: the enlargement effect is"
            " {effect}."
        )
        return Finding("enlarged", sentence, exhibit="introversion", bloc=label, effect=effect)
    return Finding(
        "enlarged",
        "Counted with the members of each year, the inner share of {bloc} in {effect:end} lies {effect} {side} that of its"
        " first members: the enlargement effect.",
        exhibit="introversion",
        bloc=label,
        effect=effect,
        side=direction(effect, up="above", down="below", flat="from"),
    )


def _lacking(found: BlocYears) -> str | None:
    """The years in which the members of the day have no share, and whose flows are missing most often."""
    if found.reason:
        return None
    gaps = {
        int(year): _PAIR.findall(str(cell.reason))
        for year, cell in found.frame["latest"].items()
        if not cell.defined
    }
    codes = Counter(code for pairs in gaps.values() for pair in pairs for code in pair)
    if not codes:
        return None
    most = [code for code, count in codes.items() if count == max(codes.values())]
    runs = _runs(sorted(year for year in gaps if gaps[year]))
    return msg(
        "{bloc} has no share by the members of the day in {years}: too many flows among them have no figure, most often"
        " those of {countries}.",
        bloc=names.bloc(found.bloc),
        years=wording.join([wording.years(run[0], run[-1]) for run in runs]),
        countries=ranked(names.countries(most), codes.values(), by=max(codes.values())),
    )


def _runs(years: list[int]) -> list[list[int]]:
    """Years in unbroken runs.

    >>> _runs([2001, 2002, 2005])
    [[2001, 2002], [2005]]
    """
    parts: list[list[int]] = []
    for year in years:
        if parts and parts[-1][-1] == year - 1:
            parts[-1].append(year)
        else:
            parts.append([year])
    return parts


_PAIR = re.compile(r"\b([A-Z]{3}) to ([A-Z]{3})\b")


def _known(found: BlocYears, column: str) -> list[int]:
    return [int(year) for year, cell in found.frame[column].items() if cell.defined]


def _named(line: str, key: str, label: str, counts: Mapping[int, int]) -> str:
    return f"{line} ({label})" if key == "varying" and counts else line


def _sources(found: BlocYears) -> list[str]:
    if found.reason:
        return []
    cells = [cell for column in LINES for cell in found.frame[column]]
    return list(dict.fromkeys(source for cell in cells for source in cell.sources))


def _bare(measured: Measured) -> Measured:
    """A measure without its notes; of a refusal only that it is one, the note says whose flows are missing."""
    reason = None if measured.defined else because("no one release holds the flows of these members")
    return replace(measured, notes=(), reason=reason)
