"""Blocs that follow one another: the life of each, who joined and left, and the time between two dates.

`blocs`, `memberships`, `status_meanings` and `events` are the tables of those names. A coarse date is an interval of
days, so the time between two dates is an interval too (`Elapsed`). A suspension is told apart from a leaving, and a
leaving from the end of the bloc itself. Nothing dated after the day asked about is seen.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from .blocs import SUSPENDED, members
from .dates import Days, as_day, days, is_blank, is_true
from .measured import Measured

DAYS_IN_YEAR = 365.2425
PROPOSED = "proposed"
MAY_EXIST = "may-exist"
EXISTS = "exists"
MAY_HAVE_ENDED = "may-have-ended"
ENDED = "ended"
HELD = "held"
SUMMIT = "summit"


class Elapsed(NamedTuple):
    """The least and the most days between two dates; equal where both are known to the day."""

    low: int
    high: int

    @property
    def exact(self) -> bool:
        """Whether both dates are known to the day."""
        return self.low == self.high


def elapsed(earlier: Days, later: Days) -> Elapsed:
    """Days from one date to another, the least and the most that coarse dates allow.

    Formula: low = first day of the later less last day of the earlier; high = last less first. Unit: days. A negative
    number says that the order is not certain. Source: METHODS section 0, rule 4, applied to dates.

    >>> elapsed(days("2004-10-18"), days("2005-10-06"))
    Elapsed(low=353, high=353)
    >>> elapsed(days("1998-03"), days("1998-07-17"))
    Elapsed(low=108, high=138)
    """
    return Elapsed((later.first - earlier.last).days, (later.last - earlier.first).days)


def lag(earlier: str, later: str, *, rows: Sequence[str] = (), sources: Sequence[str] = ()) -> Measured:
    """The days between two dates as a measure; undefined where one of them is coarse, as no day is made up.

    >>> lag("2004-10-18", "2006-01-25").value
    464
    >>> lag("2005-10-06", "2017-09").reason
    'a date is known only roughly: 4348 to 4377 days'
    """
    span = elapsed(days(earlier), days(later))
    context = {"rows": tuple(rows), "sources": tuple(sources), "since": earlier, "on": later}
    if not span.exact:
        reason = f"a date is known only roughly: {span.low} to {span.high} days"
        return Measured.undefined(reason, unit="days", method="days_between", **context)
    return Measured(span.low, "days", "days_between", **context)


def years_between(
    earlier: str, later: str, *, rows: Sequence[str] = (), sources: Sequence[str] = ()
) -> Measured:
    """The years between two dates: days over 365.2425; of coarse dates the middle of the interval, noted.

    >>> round(years_between("2005-10-06", "2018-03-15").value, 1)
    12.4
    """
    span = elapsed(days(earlier), days(later))
    notes = () if span.exact else (f"between {span.low} and {span.high} days",)
    return Measured(
        (span.low + span.high) / 2 / DAYS_IN_YEAR,
        "years",
        "years_between",
        notes=notes,
        since=earlier,
        on=later,
        rows=tuple(rows),
        sources=tuple(sources),
    )


def lives(
    blocs: pd.DataFrame,
    memberships: pd.DataFrame,
    lineage: Sequence[str],
    on: date | str,
) -> pd.DataFrame:
    """The life of each bloc that was founded or proposed by a day, in the order of `lineage`.

    Columns: bloc, state (proposed, may-exist, exists, may-have-ended, ended), start and end (ISO text as in the table, coarse ones coarse; end
    empty while there is none by the day), is_start_unverified, is_end_unverified, successor (only of one that has
    ended), rows, sources. A proposed bloc has no founding: its start is that of its first candidate. One whose end
    lies after the day still exists; on a day inside a coarse date both answers are open, and no end or successor is told. Source: DESIGN section 3; MISSION_MAP 004a, succession of blocs.

    >>> table = pd.DataFrame({"bloc": ["a", "b"], "standing": "established", "founded": ["1994", "1998-07-17"],
    ...     "is_founded_unverified": False, "dissolved": ["1998-07-17", ""], "is_dissolved_unverified": False,
    ...     "successor": ["b", ""], "source": "s"})
    >>> none = pd.DataFrame(columns=["bloc", "country", "status", "start", "end", "source"])
    >>> lives(table, none, ["a", "b"], "2000-01-01")[["bloc", "state", "end", "successor"]].values.tolist()
    [['a', 'ended', '1998-07-17', 'b'], ['b', 'exists', '', '']]
    >>> lives(table, none, ["a", "b"], "1994-06-01")["state"].tolist()
    ['may-exist']
    """
    day = as_day(on)
    found = []
    for bloc in dict.fromkeys(lineage):
        (row,) = blocs[blocs["bloc"] == bloc].to_dict("records")
        is_proposed = is_blank(row["founded"])
        start = _first_start(memberships, bloc) if is_proposed else str(row["founded"])
        if start is None or days(start).first > day:
            continue
        end = None if is_blank(row["dissolved"]) else days(str(row["dissolved"]))
        has_ended = end is not None and end.last <= day
        state = EXISTS if days(start).last <= day else MAY_EXIST
        if end is not None and end.first <= day:
            state = ENDED if has_ended else MAY_HAVE_ENDED
        found.append(
            {
                "bloc": bloc,
                "state": PROPOSED if is_proposed else state,
                "start": start,
                "end": str(row["dissolved"]) if has_ended else "",
                "is_start_unverified": is_true(row["is_founded_unverified"]),
                "is_end_unverified": has_ended and is_true(row["is_dissolved_unverified"]),
                "successor": str(row["successor"]) if has_ended and not is_blank(row["successor"]) else "",
                "row": f"blocs:{bloc}",
                "source": row["source"],
            }
        )
    columns = ["bloc", "state", "start", "end", "is_start_unverified", "is_end_unverified", "successor"]
    return pd.DataFrame(found, columns=[*columns, "row", "source"])


def last_day(year: int, on: date | str) -> date:
    """The last day of a view that ends with a year, or the day asked about where that is earlier.

    >>> last_day(2026, "2019-12-31").isoformat(), last_day(2010, "2019-12-31").isoformat()
    ('2019-12-31', '2010-12-31')
    """
    return min(date(year, 12, 31), as_day(on))


MOVES = (
    "founder",
    "joined",
    "left",
    "suspended",
    "resumed",
    "frozen",
    "thawed",
    "ended-with-bloc",
    "candidate",
)
"""suspended: full standing ended as a suspension began; frozen: the suspension runs beside full standing."""

STARTS, STOPS = ("founder", "joined", "resumed"), ("left", "suspended", "ended-with-bloc")
"""The moves by which the number of members grows and shrinks; a freeze removes nobody."""


def moves(
    memberships: pd.DataFrame,
    status_meanings: pd.DataFrame,
    life: pd.DataFrame,
    on: date | str,
) -> pd.DataFrame:
    """Every joining and leaving in these blocs by a day, in order of date.

    `life` is the frame of `lives`. Columns: bloc, country, move (one of MOVES), date (ISO text), first, last (the days
    it can mean), is_uncertain (the day falls inside them), is_date_unverified, row, source. The founders are those whose full standing begins on the first day
    on which the bloc has a member. An end of full standing is a suspension where a spell of `suspended` begins on that
    date, the end of the bloc where it falls on it, and otherwise a leaving; observers and guests are not moves.
    Source: DESIGN section 3; MISSION_MAP section 6 (suspension, not withdrawal).

    >>> rows = [("b", "AAA", "member", "2001-05-30", ""), ("b", "BBB", "member", "2006-01-25", "2008-10-20"),
    ...         ("b", "BBB", "suspended", "2008-10-20", "")]
    >>> frame = pd.DataFrame(rows, columns=["bloc", "country", "status", "start", "end"]).assign(source="s")
    >>> meanings = pd.DataFrame({"status": ["member", "suspended"], "is_full": [True, False]})
    >>> life = pd.DataFrame({"bloc": ["b"], "end": [""]})
    >>> moves(frame, meanings, life, "2010-01-01")[["country", "move"]].values.tolist()
    [['AAA', 'founder'], ['BBB', 'joined'], ['BBB', 'suspended']]
    """
    day = as_day(on)
    full = set(status_meanings.loc[status_meanings["is_full"].astype(bool), "status"])
    found = []
    for bloc, end in zip(life["bloc"], life["end"], strict=True):
        own = memberships[memberships["bloc"] == bloc].to_dict("records")
        counted = [row for row in own if row["status"] in full]
        first = min((days(str(row["start"])).first for row in counted), default=None)
        for row in own:
            is_full = row["status"] in full
            if is_full and not _meets(own, row, full, "end", "start"):
                began = "founder" if days(str(row["start"])).first == first else "joined"
                found.append(_move(row, "resumed" if _was_suspended(own, row) else began, "start"))
            if row["status"] == "candidate":
                found.append(_move(row, "candidate", "start"))
            if row["status"] == SUSPENDED and _covered(own, row, full):
                found.append(_move(row, "frozen", "start"))
                if not is_blank(row["end"]) and str(row["end"]) != end:
                    found.append(_move(row, "thawed", "end"))
            if is_full and not is_blank(row["end"]) and not _meets(own, row, full, "start", "end"):
                is_frozen = _meets(own, row, {SUSPENDED}, "start", "end")
                ended = "ended-with-bloc" if str(row["end"]) == end else "left"
                found.append(_move(row, "suspended" if is_frozen else ended, "end"))
    columns = ["bloc", "country", "move", "date", "first", "last", "is_date_unverified", "row", "source"]
    frame = pd.DataFrame([each for each in found if each["first"] <= day], columns=columns)
    frame.insert(6, "is_uncertain", frame["last"].map(lambda last: last > day).astype(bool))
    order = {bloc: place for place, bloc in enumerate(life["bloc"])}
    frame["order"] = frame["bloc"].map(order)
    return frame.sort_values(["order", "first", "country"], ignore_index=True).drop(columns="order")


def at_ends(
    memberships: pd.DataFrame,
    status_meanings: pd.DataFrame,
    life: pd.DataFrame,
    countries: Collection[str],
    on: date | str,
) -> pd.DataFrame:
    """Who of `countries` was in each bloc on the first day it had members and on its last (or on the day asked).

    Columns: bloc, first_day, first (tuple of codes), last_day, last, uncertain (of them, on the last day), suspended (of
    them, on the last day, whether or not full standing runs beside it), others (tuple: members on the last day that
    are not of `countries`), has_ended, rows, sources. The last day of one that has ended is the day before its end. A bloc
    in which nobody has had full standing by the day is left out. Source: MISSION_MAP section 6, item 5.

    >>> rows = [("b", "AAA", "member", "2002-02-28", "2006-01-25"), ("b", "RRR", "member", "2004-10-18", "2006-01-25")]
    >>> frame = pd.DataFrame(rows, columns=["bloc", "country", "status", "start", "end"]).assign(source="s")
    >>> meanings = pd.DataFrame({"status": ["member"], "is_full": [True]})
    >>> life = pd.DataFrame({"bloc": ["b"], "end": ["2006-01-25"], "row": ["blocs:b"], "source": ["s"]})
    >>> at_ends(frame, meanings, life, ["AAA"], "2010-01-01")[["first", "last", "others"]].values.tolist()
    [[('AAA',), ('AAA',), ('RRR',)]]
    """
    day, wanted = as_day(on), set(countries)
    full = set(status_meanings.loc[status_meanings["is_full"].astype(bool), "status"])
    found = []
    for row in life.to_dict("records"):
        own = memberships[(memberships["bloc"] == row["bloc"]) & memberships["status"].isin(full)]
        first = min((days(str(start)).last for start in own["start"]), default=None)
        if first is None or first > day:
            continue
        last = day if not row["end"] else days(row["end"]).first - timedelta(days=1)
        early, late = (members(memberships, status_meanings, row["bloc"], at) for at in (first, last))
        known = set(status_meanings["status"])
        frozen = members(memberships, status_meanings, row["bloc"], last, {SUSPENDED} & known)
        found.append(
            {
                "bloc": row["bloc"],
                "first_day": first,
                "first": tuple(sorted(early.certain & wanted)),
                "last_day": last,
                "last": tuple(sorted(late.certain & wanted)),
                "uncertain": tuple(sorted(late.uncertain & wanted)),
                "suspended": tuple(sorted(frozen.certain & wanted)),
                "others": tuple(sorted(late.certain - wanted)),
                "has_ended": bool(row["end"]),
                "rows": (row["row"], *early.rows, *late.rows),
                "sources": tuple(
                    dict.fromkeys((row["source"], *early.sources, *late.sources, *frozen.sources))
                ),
            }
        )
    names = [
        "bloc",
        "first_day",
        "first",
        "last_day",
        "last",
        "uncertain",
        "suspended",
        "others",
        "has_ended",
    ]
    return pd.DataFrame(found, columns=[*names, "rows", "sources"])


def meetings(
    events: pd.DataFrame,
    actors: pd.DataFrame,
    sources: pd.DataFrame,
    on: date | str,
    *,
    bloc: str | Sequence[str] | None = None,
    countries: Collection[str] = (),
    kind: str | None = SUMMIT,
    known_by: date | str | None = None,
) -> pd.DataFrame:
    """The events of a bloc (or of any) by a day, with all of `countries` among the actors, and those planned then.

    Rows of the table and: row, first, last, is_held. An event that is not `held` is planned: it is there only where
    its source was published by the day (and by `known_by`), and never counts. Without `bloc` every event whose actors hold all of
    `countries`. Document-only rows are left in and keep their mark. Source: MISSION_MAP 004a, pause and revival.

    >>> table = pd.DataFrame({"event": ["e1", "e2"], "date": ["2018-03-15", "2030"], "kind": "summit",
    ...                       "status": ["held", "planned"], "bloc": "b", "source": "s"})
    >>> actors = pd.DataFrame({"event": ["e1"], "actor": ["AAA"], "actor_kind": ["country"]})
    >>> known = pd.DataFrame({"source": ["s"], "published": ["2020"]})
    >>> meetings(table, actors, known, "2019-01-01", bloc="b")["event"].tolist()
    ['e1']
    >>> meetings(table, actors, known, "2021-01-01", bloc="b")["is_held"].tolist()
    [True, False]
    """
    day, wanted = as_day(on), set(countries)
    latest = day if known_by is None else min(day, as_day(known_by))
    present = actors.groupby("event")["actor"].agg(set).to_dict()
    published = dict(zip(sources["source"], sources["published"], strict=True))
    ids = None if bloc is None else {bloc} if isinstance(bloc, str) else set(bloc)
    found = []
    for row in events.to_dict("records"):
        if (ids is not None and row["bloc"] not in ids) or (kind is not None and row["kind"] != kind):
            continue
        if not wanted <= present.get(row["event"], set()):
            continue
        span, is_held = days(str(row["date"])), row["status"] == HELD
        told = published.get(row["source"])
        announced = span.first if is_blank(told) else days(str(told)).first
        if span.last > day if is_held else announced > latest:
            continue
        found.append(
            row
            | {"row": f"events:{row['event']}", "first": span.first, "last": span.last, "is_held": is_held}
        )
    frame = pd.DataFrame(found, columns=[*events.columns, "row", "first", "last", "is_held"])
    return frame.sort_values(["first", "event"], ignore_index=True)


def _first_start(memberships: pd.DataFrame, bloc: str) -> str | None:
    starts = memberships.loc[memberships["bloc"] == bloc, "start"].astype(str)
    return min(starts, key=lambda text: days(text).first, default=None)


def _meets(own: list[dict], row: dict, statuses: Collection[str], theirs: str, mine: str) -> bool:
    """Whether another spell of that country, of one of these statuses, begins or ends where this one ends or begins."""
    return any(
        other is not row
        and other["country"] == row["country"]
        and other["status"] in statuses
        and not is_blank(other[theirs])
        and str(other[theirs]) == str(row[mine])
        for other in own
    )


def _covered(own: list[dict], row: dict, full: Collection[str]) -> bool:
    """Whether the country has full standing beside this spell of suspension, and did not lose it as that began."""
    start = days(str(row["start"]))
    return any(
        other["country"] == row["country"]
        and other["status"] in full
        and days(str(other["start"])).first <= start.first
        and (is_blank(other["end"]) or days(str(other["end"])).first > start.last)
        for other in own
    )


def _was_suspended(own: list[dict], row: dict) -> bool:
    return _meets(own, row, {SUSPENDED}, "end", "start")


def _move(row: dict, move: str, column: str) -> dict[str, object]:
    text = str(row[column])
    return {
        "bloc": row["bloc"],
        "country": row["country"],
        "move": move,
        "date": text,
        "first": days(text).first,
        "last": days(text).last,
        "is_date_unverified": is_true(row.get(f"is_{column}_unverified")),
        "row": f"memberships:{row['bloc']}/{row['country']}/{row['status']}/{row['start']}",
        "source": row["source"],
    }
