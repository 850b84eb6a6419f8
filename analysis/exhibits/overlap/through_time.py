"""The overlap of blocs through time: when it changed, and the spells behind it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from analysis.exhibits import charts, names, theme, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Told, noted
from analysis.exhibits.overlap.sets import standing_of
from analysis.exhibits.template import msg, plural, ranked
from analysis.measures.measured import Measured

STEPS = {
    "change": noted("on each day on which a set can change"),
    "month": noted("on the first of each month"),
    "year": noted("on the first of each year"),
}
"""How each step of `blocs.overlap_through_time` is said."""


def through_time(
    lines: Mapping[tuple[str, str], pd.DataFrame],
    memberships: pd.DataFrame,
    statuses: Collection[str],
    until: date,
    step: str = "change",
) -> Exhibit:
    """The Jaccard index of each pair of blocs; `lines` holds the frames of `blocs.overlap_through_time`.

    `memberships`, `statuses` and `step` are what they were made from: the sources are those of the spells that counted.
    """
    (first, line), *_ = lines.items()
    known = line.dropna(subset=["jaccard"])
    ident = {"a": names.bloc(first[0]), "b": names.bloc(first[1])}
    if known.empty:
        why = "No overlap of {a} and {b} through time: on no day is it certain that either has a member."
        return Exhibit.absent("through-time", Finding("through-time-title", why, **ident))
    shown = {bloc for pair in lines for bloc in pair}
    counted = memberships[memberships["bloc"].isin(shown) & memberships["status"].isin(statuses)]
    wide = _wide(lines)
    wide = wide.dropna(axis="columns", how="all")
    return Exhibit.figure(
        "through-time",
        title=_title(known, until, step, ident, _behind(counted, first)),
        subtitle=Finding(
            "through-time-subtitle",
            "Countries in both blocs over countries in either, counted as {statuses:or}, {days}, to {until}",
            statuses=[standing_of(each) for each in statuses],
            days=STEPS[step],
            until=until,
        ),
        note="A pair has no line while neither bloc has a member; where a date is known only by month or year the line is broken.",
        figure=lambda: charts.steps(
            wide,
            labels={column: f"{column} {wording.number(wide[column].dropna().iloc[-1])}" for column in wide},
            uncertain_label=msg("uncertain"),
        ),
        table=Table.of(
            _changes(lines),
            [
                Column("pair", "Pair"),
                Column("date", "From", "date"),
                Column("intersection", "In both", "count"),
                Column("union", "In either", "count"),
                Column("jaccard", "Jaccard index", wording.number, align="right"),
            ],
            missing="undefined or uncertain",
        ),
        data=pd.concat(
            [
                frame.assign(pair=f"{a}-{b}", uncertain=frame["uncertain"].map("; ".join))
                for (a, b), frame in lines.items()
            ]
        ),
        sources=list(dict.fromkeys(counted["source"])),
        methods=["jaccard"],
    )


def _behind(counted: pd.DataFrame, pair: tuple[str, str]) -> tuple[str, ...]:
    """The ids of the memberships of two blocs that count."""
    own = counted[counted["bloc"].isin(pair)]
    return tuple(f"memberships:{row.bloc}/{row.country}/{row.status}/{row.start}" for row in own.itertuples())


def _title(
    known: pd.DataFrame, until: date, step: str, ident: Mapping[str, str], rows: tuple[str, ...]
) -> Finding:
    """Since when the overlap was at its largest, and where it stands at the end."""
    peak, last = known.loc[known["jaccard"].idxmax()], known.iloc[-1]
    top, end = (
        Measured(float(row["jaccard"]), "score", "jaccard", on=row["date"].date(), rows=rows)
        for row in (peak, last)
    )
    if not top.value:
        sentence = "On none of the days shown do {a} and {b} share a country"
        return Finding("through-time-title", sentence, role="title", **ident)
    values = {"day": peak["date"].date(), "top": ranked(top, known["jaccard"])}
    has_fallen = last["date"].date() == until and wording.number(top.value) != wording.number(end.value)
    if has_fallen:
        values |= {"until": until, "end": end}
    return Finding(
        "through-time-title", _LARGEST[step == "change", has_fallen], role="title", **values, **ident
    )


_LARGEST = {
    (True, False): "The overlap of {a} and {b} was at its largest from {day}, at a Jaccard index of {top}",
    (True, True): (
        "The overlap of {a} and {b} was at its largest from {day}, at a Jaccard index of {top}; on {until} it is {end}"
    ),
    (False, False): "The overlap of {a} and {b} was at its largest on {day}, at a Jaccard index of {top}",
    (False, True): (
        "The overlap of {a} and {b} was at its largest on {day}, at a Jaccard index of {top}; on {until} it is {end}"
    ),
}
"""Whether every change is looked at, so that the largest holds from a day on; whether it is less today."""


def _wide(lines: Mapping[tuple[str, str], pd.DataFrame]) -> pd.DataFrame:
    """A column for each pair on all days of any; a value holds until the pair's next day."""
    held = {
        f"{names.bloc(a)}–{names.bloc(b)}": frame.set_index("date")["jaccard"]
        for (a, b), frame in lines.items()
    }
    days = sorted(set().union(*(series.index for series in held.values())))
    return pd.DataFrame({name: series.reindex(days, method="ffill") for name, series in held.items()})


def _changes(lines: Mapping[tuple[str, str], pd.DataFrame]) -> pd.DataFrame:
    """Only the rows on which a pair's numbers differ from the row before: what a reader can check."""
    parts = []
    for (a, b), frame in lines.items():
        kept = ["intersection", "union", "jaccard"]
        text = frame[kept].apply(lambda row: "|".join(map(str, row)), axis=1)
        changed = frame[text.ne(text.shift())]
        parts.append(
            changed.assign(
                pair=Told(f"{names.bloc(a)}–{names.bloc(b)}"), date=[day.date() for day in changed["date"]]
            )
        )
    return pd.concat(parts, ignore_index=True)


def spells(frame: pd.DataFrame, full: Collection[str], until: date, order: Sequence[str]) -> Exhibit:
    """A bar for each spell in the two blocs, hatched where the standing does not count."""
    if frame.empty:
        return Exhibit.absent("spells", Finding("spells-absent", "No spell in these blocs touches the span."))
    drawn = pd.DataFrame(
        {
            "group": [names.bloc(each) for each in frame["bloc"]],
            "name": [names.label(code) for code in frame["country"]],
            "colour": [theme.colour(code) for code in frame["country"]],
            "is_full": frame["status"].isin(full),
            "start_earliest": frame["start_first"],
            "start_latest": frame["start_last"],
            "end_earliest": frame["end_first"].mask(frame["is_open"]),
            "end_latest": frame["end_last"].mask(frame["is_open"]),
        }
    )
    shown = frame.assign(
        bloc=drawn["group"],
        country=drawn["name"],
        status=[standing_of(status) for status in frame["status"]],
        start=[
            msg("before {day}", day=each[0].date()) if is_clipped else _span(*each)
            for *each, is_clipped in zip(
                frame["start_first"],
                frame["start_last"],
                frame["is_start_coarse"],
                frame["is_clipped"],
                strict=True,
            )
        ],
        end=[
            None if is_open else _span(*each)
            for *each, is_open in zip(
                frame["end_first"], frame["end_last"], frame["is_end_coarse"], frame["is_open"], strict=True
            )
        ],
    )
    return Exhibit.figure(
        "spells",
        title=_spells_title(frame, full, order, until),
        subtitle=Finding("spells-subtitle", "Spells in force at some time up to {until}", until=until),
        note="Countries that never had a counted standing in the view are not drawn.",
        figure=lambda: charts.spells(
            drawn,
            until=until,
            full_label=msg("counted standing"),
            partial_label=msg("another standing"),
            coarse_label=msg("date known only roughly"),
        ),
        table=Table.of(
            shown,
            [
                Column("bloc", "Bloc"),
                Column("country", "Country"),
                Column("status", "Status"),
                Column("start", "From"),
                Column("end", "Until", empty="in force"),
            ],
        ),
        data=frame,
        sources=list(dict.fromkeys(frame["source"])),
        methods=["members"],
    )


def _spells_title(frame: pd.DataFrame, full: Collection[str], order: Sequence[str], until: date) -> Finding:
    """How many spells are drawn, and the earliest that counts: its country and year, if it began inside the view."""
    behind = {"on": until, "rows": tuple(frame["row"])}
    count = Measured(len(frame), "count", "spells", **behind)
    values = {
        "count": count,
        "spells": plural(count, one="spell", other="spells"),
        "blocs": [names.bloc(each) for each in order],
    }
    sentence = "{count:count} {spells} of standing in {blocs:or}"
    counted = frame[frame["status"].isin(full)]
    if len(counted) and not counted["is_clipped"].any():
        sentence = "{count:count} {spells} of standing in {blocs:or}, the earliest that counts from {year}"
        years = [each.year for each in counted["start_first"]]
        values |= {"year": ranked(min(years), years)}
    elif len(counted):
        sentence = (
            "{count:count} {spells} of standing in {blocs:or}, {clipped:count} of them begun before the view"
        )
        values |= {"clipped": Measured(int(frame["is_clipped"].sum()), "count", "spells", **behind)}
    return Finding("spells-title", sentence, role="title", rows=behind["rows"], **values)


def _span(first: pd.Timestamp, last: pd.Timestamp, is_coarse: bool) -> str:
    """A day, or the month or year that a coarse date is."""
    if not is_coarse:
        return wording.date(first.date())
    whole = last - timedelta(days=1) if last.day == 1 else last
    return wording.date(f"{first:%Y-%m}" if first.month == whole.month else f"{first:%Y}")
