"""The overlap of blocs through time: when it changed, and the spells behind it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from analysis.exhibits import charts, names, theme, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.measures import blocs
from analysis.measures.measured import Measured
from analysis.measures.panels import Change


def through_time(
    lines: Mapping[tuple[str, str], pd.DataFrame],
    memberships: pd.DataFrame,
    statuses: Collection[str],
    until: date,
) -> Exhibit:
    """The Jaccard index of each pair of blocs; `lines` holds the frames of `blocs.overlap_through_time`.

    `memberships` and `statuses` are what they were made from: the sources are those of the spells that counted.
    """
    (first, line), *_ = lines.items()
    known = line.dropna(subset=["jaccard"])
    ident = {"a": names.bloc(first[0]), "b": names.bloc(first[1])}
    if known.empty:
        reason = "neither bloc has a certain member in the span"
        absent = Measured.undefined(reason, unit="score", method="jaccard")
        return Exhibit.absent(
            "through-time",
            Finding(
                "through-time-title",
                "{it}",
                otherwise="No overlap of {a} and {b} through time: {reason}.",
                it=absent,
                **ident,
            ),
        )
    peak = known.loc[known["jaccard"].idxmax()]
    top = Measured(float(peak["jaccard"]), "score", "jaccard")
    title = Finding(
        "through-time-title",
        "The overlap of {a} and {b} was at its largest on {day}, with a Jaccard index of {top}",
        role="title",
        day=peak["date"].date(),
        top=top,
        **ident,
    )
    shown = {bloc for pair in lines for bloc in pair}
    counted = memberships[memberships["bloc"].isin(shown) & memberships["status"].isin(statuses)]
    wide = _wide(lines)
    wide = wide.dropna(axis="columns", how="all")
    accents = [theme.token(name) for name in ("accent", "mute", "decline", "neutral")]
    return Exhibit.figure(
        "through-time",
        title=title,
        subtitle=Finding(
            "through-time-subtitle",
            "Countries in both blocs over countries in either, full standing, to {until}",
            until=until,
        ),
        alt=Finding(
            "through-time-alt",
            "Step lines of the Jaccard index by date for {count:count} pairs of blocs; {a} and {b} end at {last}.",
            count=len(wide.columns),
            last=Measured(float(known["jaccard"].iloc[-1]), "score", "jaccard"),
            **ident,
        ),
        note="A pair has no line while neither bloc has a member; where a date is known only by month or year the line is broken.",
        figure=lambda: charts.steps(
            wide,
            labels={column: f"{column} {wording.number(wide[column].dropna().iloc[-1])}" for column in wide},
            colours=dict(zip(wide.columns, accents, strict=False)),
            uncertain_label="uncertain",
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
                pair=f"{names.bloc(a)}–{names.bloc(b)}", date=[day.date() for day in changed["date"]]
            )
        )
    return pd.concat(parts, ignore_index=True)


def last_change(found: Change) -> Finding:
    """The last day on which the overlap changed, with the counts before and after."""
    a, b = found.after
    names_of = {"a": names.bloc(a.bloc), "b": names.bloc(b.bloc)}
    if not found.count:
        return Finding(
            "last-change", "In the span looked at, the overlap of {a} and {b} did not change.", **names_of
        )
    return Finding(
        "last-change",
        "The overlap of {a} and {b} last changed on {day}, from {was:count} of {of:count} countries to {now:count} of"
        " {among:count}.",
        otherwise="When the overlap of {a} and {b} last changed is uncertain: {reason}.",
        exhibit="through-time",
        day=a.on,
        was=blocs.intersection(*found.before),
        of=blocs.union(*found.before),
        now=blocs.intersection(*found.after),
        among=blocs.union(*found.after),
        **names_of,
    )


def spells(frame: pd.DataFrame, full: Collection[str], until: date, order: Sequence[str]) -> Exhibit:
    """A bar for each spell in the two blocs, hatched where standing is not full."""
    if frame.empty:
        return Exhibit.absent("spells", Finding("spells-absent", "No spell in these blocs touches the span."))
    joined = frame[frame["status"].isin(full)]
    first = joined.loc[joined["start_first"].idxmin()] if len(joined) else frame.iloc[0]
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
        start=[
            _span(*each)
            for each in zip(frame["start_first"], frame["start_last"], frame["is_start_coarse"], strict=True)
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
        title=Finding(
            "spells-title",
            "{count:count} spells in {blocs}, the earliest full one from {year}",
            role="title",
            count=len(frame),
            blocs=[names.bloc(each) for each in order],
            year=int(first["start_first"].year),
        ),
        subtitle=Finding("spells-subtitle", "Spells in force at some time up to {until}", until=until),
        alt=Finding(
            "spells-alt",
            "Bars by date for {count:count} spells, grouped by bloc; hatched bars are lesser standing.",
            count=len(frame),
        ),
        figure=lambda: charts.spells(
            drawn,
            until=until,
            full_label="full standing",
            partial_label="lesser standing",
            coarse_label="date known only roughly",
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


def _span(first: pd.Timestamp, last: pd.Timestamp, is_coarse: bool) -> str:
    """A day, or the month or year that a coarse date is."""
    if not is_coarse:
        return wording.date(first.date())
    whole = last - timedelta(days=1) if last.day == 1 else last
    return wording.date(f"{first:%Y-%m}" if first.month == whole.month else f"{first:%Y}")
