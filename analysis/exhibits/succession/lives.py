"""The lives of the blocs: which have ended, which exist, which are only proposed, and what followed what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from analysis.exhibits import charts, marks, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural
from analysis.measures import lifespans
from analysis.measures.dates import days
from analysis.measures.measured import tally

STATES = {
    lifespans.ENDED: "ended",
    lifespans.EXISTS: "exists",
    lifespans.PROPOSED: "proposed, not established",
    lifespans.MAY_EXIST: "founding uncertain on this day",
    lifespans.MAY_HAVE_ENDED: "end uncertain on this day",
}
ALONE = {
    lifespans.ENDED: "it has ended",
    lifespans.EXISTS: "it exists",
    lifespans.PROPOSED: "it is only proposed",
    lifespans.MAY_EXIST: "whether it had been founded is uncertain",
    lifespans.MAY_HAVE_ENDED: "whether it had ended is uncertain",
}
KEY = {
    "members": "the number is that of the members",
    "outline": "founded, nobody in force yet",
    "proposed": "only proposed",
    "coarse": "date known only roughly",
    "end": "end of the bloc",
    "successor": "its successor",
}
SIGNS = {
    "joined": "+ {}",
    "left": "− {}",
    "suspended": "{} suspended",
    "resumed": "{} resumed",
    "frozen": "{} suspended",
    "thawed": "{} resumed",
}


def lead(life: pd.DataFrame, asked: Sequence[str], on: date) -> Finding:
    """The first finding: how many of the blocs have ended, how many exist, which are only proposed."""
    if life.empty:
        text = "By {day}, none of the blocs asked about had been founded or proposed"
        values = {"asked": [names.bloc(bloc) for bloc in dict.fromkeys(asked)]} if asked else {}
        told = ": {asked}." if asked else "."
        return Finding("lead", text + told, role="lead", exhibit="lives", day=on, **values)
    if len(life) == 1:
        (only,) = life.to_dict("records")
        return Finding(
            "lead",
            "On {day}, {bloc} is the only bloc known of this lineage: {state}.",
            role="lead",
            exhibit="lives",
            sources=[only["source"]],
            day=on,
            bloc=names.bloc(only["bloc"]),
            state=ALONE[only["state"]],
        )
    clauses, values = [], {}
    for state, one, other, tail in (
        (lifespans.ENDED, "has", "have", "ended"),
        (lifespans.EXISTS, "exists", "exist", ""),
        (lifespans.PROPOSED, "is", "are", "only proposed"),
        (lifespans.MAY_EXIST, "may exist", "may exist", ""),
        (lifespans.MAY_HAVE_ENDED, "may have ended", "may have ended", ""),
    ):
        held = life[life["state"] == state]
        if held.empty:
            continue
        ident = state.replace("-", "_")
        values[ident] = [names.bloc(bloc) for bloc in held["bloc"]]
        values[f"{ident}_verb"] = plural(len(held), one=one, other=other)
        followed = held[held["successor"] != ""]
        tail += (
            ", each followed by another bloc"
            if state == lifespans.ENDED and len(followed) == len(held) > 1
            else ""
        )
        tail += (
            " and was followed by another bloc"
            if state == lifespans.ENDED and len(followed) == len(held) == 1
            else ""
        )
        clauses.append(f"{{{ident}}} {{{ident}_verb}} {tail}".strip())
    values["all"] = tally(life["row"], "blocs_compared", on=on)
    return Finding(
        "lead",
        f"On {{day}}, of the {{all:count}} blocs known of this lineage, {'; '.join(clauses)}.",
        role="lead",
        exhibit="lives",
        rows=[f"blocs:{bloc}" for bloc in life["bloc"]],
        sources=list(dict.fromkeys(life["source"])),
        day=on,
        **values,
    )


def curated(cutoff: date) -> Finding:
    """Limit: what the tables of blocs and events cannot say."""
    return Finding(
        "curated",
        "Blocs, memberships and events are as curated by {cutoff}. That one bloc followed another is a matter of dates and"
        " of what the documents call it; the tables do not say why a bloc ended, and an event that is not in them may still"
        " have taken place.",
        role="limit",
        cutoff=cutoff,
    )


def lives(life: pd.DataFrame, moved: pd.DataFrame, start: int, until: date) -> Exhibit:
    """A lane for each bloc from its founding to its end, its members counted inside, an arrow to what followed it."""
    if life.empty or until.year < start:
        why = (
            "There is no bloc to draw: none had been founded or proposed by {day}."
            if life.empty
            else ("The view begins after {day}, so no life of a bloc is drawn.")
        )
        return Exhibit.absent("lives", Finding("lives-absent", why, day=until))
    since = date(start, 1, 1)
    frame = _lanes(life, until)
    segments = _segments(life, moved, until)
    shown = frame[(frame["end_last"].isna() | (frame["end_last"] >= pd.Timestamp(since)))]
    if shown.empty:
        return Exhibit.absent(
            "lives", Finding("lives-absent", "Every bloc asked about had ended before {year}.", year=start)
        )
    printed = _printed(life, moved)
    return Exhibit.figure(
        "lives",
        title=_title(life, until),
        subtitle=Finding(
            "lives-subtitle",
            "Life of each bloc from its founding to its end, to {until}; joinings and leavings above the bars",
            until=until,
        ),
        note=" ".join(
            filter(None, [marks.note(printed.astype(str).to_numpy().ravel()), _waiting(life, moved)])
        )
        or None,
        figure=lambda: charts.lanes(
            shown,
            segments[segments["name"].isin(shown["name"])],
            _notes(moved, since, until),
            since=since,
            until=until,
            labels=KEY,
        ),
        table=Table.of(
            printed,
            [
                Column("bloc", "Bloc"),
                Column("full", "In full"),
                Column("start", "Founded"),
                Column("end", "Ended"),
                Column("state", "State"),
                Column("successor", "Followed by"),
            ],
        ),
        data=life.drop(columns=["row"]),
        sources=list(dict.fromkeys([*life["source"], *moved["source"]])),
        methods=["members"],
    )


def _title(life: pd.DataFrame, on: date) -> Finding:
    """The longest chain of blocs of which each followed the one before."""
    chain = _chain(life)
    if len(chain) < 2:
        count = tally(life["row"], "blocs_compared", on=on)
        return Finding(
            "lives-title",
            "{count:count} {blocs} shown; none has been followed by another",
            role="title",
            count=count,
            blocs=plural(count, one="bloc is", other="blocs are"),
        )
    return Finding(
        "lives-title",
        "{first} was followed by {rest}",
        role="title",
        first=names.bloc(chain[0]),
        rest=wording.join([names.bloc(bloc) for bloc in chain[1:]])
        .replace(" and ", " and then ")
        .replace(", ", ", then "),
    )


def _chain(life: pd.DataFrame) -> list[str]:
    following = {row.bloc: row.successor for row in life.itertuples() if row.successor in set(life["bloc"])}
    chains = []
    for bloc in life["bloc"]:
        chain = [bloc]
        while following.get(chain[-1]) and following[chain[-1]] not in chain:
            chain.append(following[chain[-1]])
        chains.append(chain)
    return max(chains, key=len)


def _lanes(life: pd.DataFrame, until: date) -> pd.DataFrame:
    rows = []
    for row in life.itertuples():
        begun, ended = days(row.start), days(row.end) if row.end else None
        rows.append(
            {
                "name": names.bloc(row.bloc),
                "kind": row.state,
                "start_first": pd.Timestamp(begun.first),
                "start_last": pd.Timestamp(begun.last),
                "end_first": pd.Timestamp(ended.first) if ended else pd.NaT,
                "end_last": pd.Timestamp(min(ended.last, until)) if ended else pd.NaT,
                "successor": names.bloc(row.successor) if row.successor else "",
                "start_mark": "proposed"
                if row.state == lifespans.PROPOSED
                else marks.UNVERIFIED
                if row.is_start_unverified
                else "",
                "end_mark": marks.UNVERIFIED if row.is_end_unverified else "",
            }
        )
    return pd.DataFrame(rows)


def _segments(life: pd.DataFrame, moved: pd.DataFrame, until: date) -> pd.DataFrame:
    """The spans in which the number of members does not change, each with that number."""
    rows = []
    for bloc in life["bloc"]:
        own = moved[
            (moved["bloc"] == bloc)
            & moved["move"].isin([*lifespans.STARTS, *lifespans.STOPS])
            & (moved["last"] <= until)
        ]
        if own.empty:
            continue
        steps = (
            own.assign(step=own["move"].isin(lifespans.STARTS).map({True: 1, False: -1}))
            .groupby("last")["step"]
            .sum()
        )
        held = steps.sort_index().cumsum()
        ends = [*held.index[1:], None]
        rows += [
            {
                "name": names.bloc(bloc),
                "start": pd.Timestamp(first),
                "end": pd.Timestamp(last) if last else pd.NaT,
                "text": str(count),
            }
            for (first, count), last in zip(held.items(), ends, strict=True)
            if count > 0
        ]
    return pd.DataFrame(rows, columns=["name", "start", "end", "text"])


def _notes(moved: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    """Joinings, leavings and suspensions after the founding, those of one bloc and year in one text."""
    told = moved[moved["move"].isin(list(SIGNS))]
    told = told[(told["last"] <= until) & (told["first"] >= since)]
    rows = []
    years = [day.year for day in told["first"]]
    for (bloc, move, _), group in told.groupby(["bloc", "move", years], sort=False):
        who = ", ".join(dict.fromkeys(names.label(code) for code in group["country"]))
        first = group.iloc[0]
        who += f" ({wording.date(first['date'])})" if marks.is_coarse(first["date"]) else ""
        who += f" {marks.UNVERIFIED}" if group["is_date_unverified"].any() else ""
        rows.append(
            {
                "name": names.bloc(bloc),
                "day": pd.Timestamp(min(group["first"])),
                "until": pd.Timestamp(first["last"] if len(group) == 1 else min(group["first"])),
                "text": SIGNS[move].format(who),
            }
        )
    return pd.DataFrame(rows, columns=["name", "day", "until", "text"])


def _printed(life: pd.DataFrame, moved: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "bloc": names.bloc(row["bloc"]),
                "full": names.bloc_in_full(row["bloc"]),
                "start": ("proposed " if row["state"] == lifespans.PROPOSED else "")
                + marks.date(row, "start", unverified="is_start_unverified"),
                "end": marks.date(row, "end", unverified="is_end_unverified"),
                "state": STATES[row["state"]],
                "successor": names.bloc(row["successor"]) if row["successor"] else "",
            }
            for row in life.to_dict("records")
        ]
    )


def _waiting(life: pd.DataFrame, moved: pd.DataFrame) -> str | None:
    """The blocs whose founding is a signature that came into force later."""
    firsts = moved[moved["move"] == "founder"].groupby("bloc")["first"].min()
    late = [
        f"{names.bloc(row.bloc)} was founded on {wording.date(days(row.start).first)} and had its first members from"
        f" {wording.date(firsts[row.bloc])}"
        for row in life.itertuples()
        if row.bloc in firsts and firsts[row.bloc] > days(row.start).last + timedelta(days=1)
    ]
    return f"{'; '.join(late)}." if late else None
