"""The life of a target: every time it was named, and the trade of that year."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from analysis.exhibits import marks, names, wording
from analysis.exhibits.bilateral.levels import scale
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import noted, paragraph
from analysis.exhibits.template import msg, plural
from analysis.measures import targets, trade
from analysis.measures.dates import is_blank
from analysis.measures.measured import tally
from analysis.measures.series import Series

KINDS = {
    "goal": noted("goal of officials"),
    "potential": noted("named as possible"),
    "unofficial": noted("said by others"),
}
NO_DATE = noted("not stated")


def life(held: pd.DataFrame, past: Series, goal: targets.Goal, as_of: dt.date) -> Exhibit:
    """Every announcement of a target for the two, with the turnover of its year by the report that is tracked.

    `held` is the result of `targets.mentions`.
    """
    if held.empty:
        why = Finding(
            "life-absent",
            "No target for the trade of {reporter} and {partner} that was announced by {day} is in the tables.",
            reporter=names.country(past.reporter),
            partner=names.country(past.partner),
            day=as_of,
        )
        return Exhibit.absent("life", why)
    rows = held.to_dict("records")
    frame = pd.DataFrame(
        {
            "announced": [_announced(row) for row in rows],
            "target": held["value_usd"],
            "year": [None if is_blank(row["target_year"]) else int(row["target_year"]) for row in rows],
            "kind": [
                msg("{kind}, uncertain on this day", kind=KINDS[row["kind"]])
                if row["is_uncertain"]
                else KINDS[row["kind"]]
                for row in rows
            ],
            "turnover": [_turnover(past, row) for row in rows],
            "source": [names.release(row["source"]) for row in rows],
        }
    )
    unit = scale(held["value_usd"].max())
    tracked = [place for place, value in enumerate(held["value_usd"]) if value == goal.value]
    bold = tracked if len(tracked) < len(held) else []
    table = Table.of(
        frame,
        [
            Column("announced", "Announced"),
            Column("target", "Target", unit.form),
            Column("year", "For", "year", empty="no year"),
            Column("kind", "What it was"),
            Column("turnover", "Trade then", unit.form),
            Column("source", "Source", lang="en"),
        ],
        emphasis=bold,
    )
    told = marks.note(frame["announced"])
    return Exhibit.table(
        "life",
        title=_title(held, goal, as_of),
        subtitle=msg(
            "Target and trade of the year in which it was named, {billions} of current US dollars; trade by {owner} report",
            billions=unit.many,
            owner=names.possessive(past.reporter),
        ),
        note=paragraph([msg("In bold, the amount that is tracked.") if bold else None, told]),
        table=table,
        data=held[["target", "announced", "value_usd", "target_year", "kind", "source"]].assign(
            turnover=frame["turnover"].to_list()
        ),
        sources=list(dict.fromkeys([*held["source"], *past.sources])),
        methods=["turnover"],
    )


def _announced(row: dict) -> str:
    return marks.date(row, "announced") or NO_DATE


def _turnover(past: Series, row: dict) -> float | None:
    if is_blank(row["announced"]):
        return None
    return trade.turnover(past, row["first"].year).value


def _title(held: pd.DataFrame, goal: targets.Goal, as_of: dt.date) -> Finding:
    if not goal.defined and len(held) == 1:
        return Finding(
            "life-title",
            "The tables hold one announcement of a target for this trade, which is no goal of officials",
            role="title",
        )
    if not goal.defined:
        return Finding(
            "life-title",
            "The tables hold {count:count} announcements of a target for this trade, none of them a goal of officials",
            role="title",
            count=tally(held["row"], "announcements", on=as_of),
        )
    same = held[(held["value_usd"] == goal.value) & ~held["is_uncertain"].astype(bool)]
    dated = same[same["announced"].notna()]
    if dated.empty:
        return Finding(
            "life-title",
            "A target of {aim} is not among the {count:count} {announcements} in the tables",
            role="title",
            aim=goal.level,
            count=tally(held["row"], "announcements", on=as_of),
            announcements=plural(len(held), one="announcement", other="announcements"),
        )
    first = str(dated.iloc[0]["announced"])
    if len(same) == 1:
        return Finding(
            "life-title",
            "A target of {aim} was named once, in {first}",
            role="title",
            aim=goal.level,
            first=_in(first),
            rows=same["row"],
        )
    return Finding(
        "life-title",
        "A target of {aim} was named {count:count} {times} up to {day}, first in {first}",
        role="title",
        aim=goal.level,
        count=tally(same["row"], "announcements", since=str(dated["announced"].min()), on=as_of),
        times=plural(len(same), one="time", other="times"),
        first=_in(first),
        rows=same["row"],
        day=as_of,
    )


def _in(announced: str) -> str:
    """A date as it follows "in": a day is told by its month."""
    return wording.date("-".join(announced.split("-")[:2]))
