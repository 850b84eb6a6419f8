"""The ladder of relations: on which rung two countries stand on a day, how they came there, and what else ties them.

`agreements` and `parties` are the tables `agreements` and `agreement_parties`, `kinds` is `agreement_kinds`. A rung
is reached by an agreement of two countries alone, a treaty or a declaration, on the day of its signature (rule
"signed") or of its entry into force where that is known (rule "in-force"). The rungs are an order and no distance:
the highest and the median of several pairs may be said, a mean may not. What rests on the document alone never
counts. A coarse date is an interval, and a day inside it is answered as uncertain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any, NamedTuple

import pandas as pd

from analysis.errors import UsageError

from . import agreements as held_on
from .dates import Days, as_day, days, is_blank, is_true
from .measured import Measured

RULES = ("signed", "in-force")
READINGS = ("higher", "lower")
NO_RUNG = 0


@dataclass(frozen=True)
class Rules:
    """What puts a pair on a rung: `rung_rule` (one of RULES), and whether rows with an unverified date count."""

    rung_rule: str = "signed"
    count_unverified: bool = True

    def __post_init__(self) -> None:
        if self.rung_rule not in RULES:
            raise UsageError(f"the rule of the ladder is {' or '.join(RULES)}, not '{self.rung_rule}'")


BY_SIGNATURE = Rules()
"""A rung counts from signature, rows with an unverified date too."""


class Dwell(NamedTuple):
    """How long a pair stood on a rung: the fewest and the most days that its dates allow."""

    rung: int
    start: str
    end: str | None
    low: Measured
    high: Measured


def coded(
    agreements: pd.DataFrame,
    kinds: pd.DataFrame,
    readings: pd.DataFrame | None = None,
    reading: str = "higher",
) -> pd.DataFrame:
    """The agreements with columns label, family, rung (0 where the kind is none) and is_defence_tie.

    An agreement whose title names two rungs stands in `readings` (agreement, reading, kind) and takes the kind of
    the `reading` asked for. Raises UsageError for another reading than READINGS. Source: MISSION_MAP section 5.

    >>> table = pd.DataFrame({"agreement": ["t"], "kind": ["alliance"]})
    >>> kinds = pd.DataFrame({"kind": ["alliance", "pact"], "rung": [5, 3], "label": ["a", "p"]})
    >>> kinds = kinds.assign(family="level", is_defence_tie=False)
    >>> read = pd.DataFrame({"agreement": ["t"], "reading": ["lower"], "kind": ["pact"]})
    >>> coded(table, kinds, read, "lower")["rung"].tolist(), coded(table, kinds)["rung"].tolist()
    ([3], [5])
    """
    if reading not in READINGS:
        raise UsageError(f"a title that names two rungs is read as {' or '.join(READINGS)}, not '{reading}'")
    frame = agreements.copy()
    if readings is not None:
        chosen = readings[readings["reading"] == reading].set_index("agreement")["kind"]
        frame["kind"] = frame["agreement"].map(chosen).fillna(frame["kind"])
    known = kinds.set_index("kind")
    for column in ("label", "family", "is_defence_tie"):
        frame[column] = frame["kind"].map(known[column])
    rungs = {kind: NO_RUNG if is_blank(rung) else int(rung) for kind, rung in known["rung"].items()}
    return frame.assign(rung=frame["kind"].map(rungs))


def ordered(pair: Sequence[str]) -> tuple[str, ...]:
    """The two codes of a pair in their order, or nothing where none is named.

    >>> ordered(["UZB", "KAZ"]), ordered([])
    (('KAZ', 'UZB'), ())

    Raises UsageError when the list names one country, one country twice, or more than two.
    """
    if not pair:
        return ()
    if len(pair) != 2 or pair[0] == pair[1]:
        raise UsageError(
            f"a pair is two different countries, not {', '.join(pair)}; write two codes, or none"
        )
    return tuple(sorted(pair))


def earlier(since: date | None, on: date, years: int, first: date) -> date:
    """The day to compare with: `since`, else the same day so many `years` before `on`, at the earliest `first`.

    >>> earlier(None, date(2024, 2, 29), 3, date(1991, 1, 1)), earlier(None, date(1995, 1, 1), 10, date(1991, 1, 1))
    (datetime.date(2021, 2, 28), datetime.date(1991, 1, 1))
    """
    if since is not None:
        return since
    year, month, day = on.year - years, on.month, on.day
    is_leap = (month, day) == (2, 29) and (year % 4 or (year % 100 == 0 and year % 400))
    return max(first, date(year, month, 28 if is_leap else day))


def ladder(
    table: pd.DataFrame,
    parties: pd.DataFrame,
    countries: Sequence[str],
    on: date | str,
    rules: Rules = BY_SIGNATURE,
) -> pd.DataFrame:
    """The rung of every pair of `countries` on a day; `table` is the result of `coded`.

    rung: the highest that surely holds (0 none). could_be: the highest that a coarse date leaves possible;
    is_uncertain where the two differ. agreement, title, label, date, is_date_unverified: the first agreement that
    holds the rung, one with a verified date if there is one; reached: the date from which it counts. rows, sources: all that hold or may hold it. One row a
    pair, the codes of a pair and the pairs in alphabetical order. Source: METHODS 1.4; MISSION_MAP section 5.

    >>> table = pd.DataFrame([("f", "1998-10-31", "friendship", 2), ("s", "2013", "strategic", 3)],
    ...                      columns=["agreement", "date", "kind", "rung"]).assign(status="signed", label="", title="")
    >>> table = table.assign(in_force="", ended="", is_date_unverified=False, is_document_only=False, source="s")
    >>> parties = pd.DataFrame({"agreement": ["f", "f", "s", "s"], "party": ["AAA", "BBB"] * 2})
    >>> [ladder(table, parties, ["AAA", "BBB"], day)[["rung", "could_be"]].values.tolist()
    ...  for day in ("1998-10-30", "2013-06-01", "2014-01-01")]
    [[[0, 0]], [[2, 3]], [[3, 3]]]
    """
    if len(set(countries)) < 2:
        raise UsageError("a ladder of pairs needs two countries or more; name at least two")
    held = held_on.on_day(_counted(table, rules), parties, on, countries=countries)
    of_two: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in held.to_dict("records"):
        of_two.setdefault(frozenset(row["parties"]), []).append(row)
    found = []
    for one, other in combinations(sorted(set(countries)), 2):
        rows = of_two.get(frozenset((one, other)), [])
        found.append({"a": one, "b": other} | _standing(rows, rules, as_day(on)))
    columns = ["a", "b", *_STANDING]
    return pd.DataFrame(found, columns=columns)


def milestones(
    table: pd.DataFrame,
    parties: pd.DataFrame,
    pair: Sequence[str],
    until: date | str,
    rules: Rules = BY_SIGNATURE,
) -> pd.DataFrame:
    """Every agreement of the two alone that is a rung, in order, with the rung of the pair before and after it.

    Columns of `table` and: a, b, cause ("signed", "in-force" or "ended"), when (the date, as coarse as it is), first,
    last (the days it can mean), before, after (rungs), state (how far the agreement had come by `until`), row,
    is_uncertain (`until` falls inside the date). An agreement that only confirms a rung has before equal to after.
    Dates that can mean several days stand by the first. Of no pair, no rows.
    """
    pairs = [ordered(pair)] if ordered(pair) else []
    return pd.DataFrame(_steps(table, parties, pairs, until, rules), columns=[*table.columns, *_STEP])


def _steps(
    table: pd.DataFrame,
    parties: pd.DataFrame,
    pairs: Sequence[tuple[str, ...]],
    until: date | str,
    rules: Rules,
) -> list[dict[str, Any]]:
    """The rows of `milestones` of one pair after the other; the tables are gone through once."""
    held = held_on.parties_of(parties)
    of_two: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in _counted(table, rules).to_dict("records"):
        of_two.setdefault(frozenset(held.get(str(row["agreement"]), ())), []).append(row)
    return [step for pair in pairs for step in _climb(of_two.get(frozenset(pair), []), pair, until, rules)]


def _climb(
    rows: Sequence[Mapping[str, Any]], pair: tuple[str, ...], until: date | str, rules: Rules
) -> Iterator[dict[str, Any]]:
    """The steps of one pair, from its agreements."""
    steps = []
    for row in rows:
        begun = _begins(row, rules)
        if begun is None:
            continue
        steps.append((days(begun), 0, row, rules.rung_rule, begun))
        if not is_blank(row.get("ended")):
            steps.append((days(row["ended"]), 1, row, held_on.ENDED, row["ended"]))
    last_day = as_day(until)
    steps.sort(key=lambda step: (step[0].first, step[1], step[2]["rung"], step[2]["agreement"]))
    holding: dict[str, int] = {}
    for span, is_end, row, cause, when in steps:
        if span.first > last_day:
            continue
        before = max(holding.values(), default=NO_RUNG)
        if is_end:
            holding.pop(row["agreement"], None)
        else:
            holding[row["agreement"]] = row["rung"]
        after = max(holding.values(), default=NO_RUNG)
        state, _ = held_on.state_on(row, last_day)
        values = (*pair, cause, str(when), span.first, span.last, before, after, state)
        ids = (f"agreements:{row['agreement']}", span.last > last_day)
        yield row | dict(zip(_STEP, (*values, *ids), strict=True))


def moves(
    table: pd.DataFrame,
    parties: pd.DataFrame,
    countries: Sequence[str],
    since: date | str,
    until: date | str,
    rules: Rules = BY_SIGNATURE,
) -> pd.DataFrame:
    """The steps of every pair to another rung after the day `since`, in order of their dates.

    Columns as in `milestones`; may_be_before where the date is coarse and `since` falls inside it.
    """
    day = as_day(since)
    pairs = list(combinations(sorted(set(countries)), 2))
    frame = pd.DataFrame(_steps(table, parties, pairs, until, rules), columns=[*table.columns, *_STEP])
    frame = frame[(frame["before"] != frame["after"]) & (frame["last"] > day)]
    frame = frame.assign(may_be_before=[first <= day for first in frame["first"]])
    return frame.sort_values(["first", "a", "b"], ignore_index=True)


def dwell(steps: pd.DataFrame, until: date | str) -> list[Dwell]:
    """How many days the pair stood on each rung it reached; `steps` is the result of `milestones`.

    Days from the date of a step to that of the next one, or to `until`. Where one of the two is coarse, the fewest
    days run from the last that the first can mean to the first that the second can mean, never below zero. A step
    that may not have come yet is left out.
    Unit: days.

    >>> frame = pd.DataFrame({"before": [0, 2], "after": [2, 3], "when": ["1998-10-31", "2013-06"],
    ...     "first": [date(1998, 10, 31), date(2013, 6, 1)], "last": [date(1998, 10, 31), date(2013, 6, 30)],
    ...     "row": ["r1", "r2"], "source": ["s", "s"]})
    >>> [(each.rung, each.low.value, each.high.value) for each in dwell(frame, "2013-07-10")]
    [(2, 5327, 5356), (3, 10, 39)]
    """
    end = as_day(until)
    rows = steps[(steps["before"] != steps["after"]) & (steps["last"] <= end)].to_dict("records")
    found = []
    for place, row in enumerate(rows):
        following = rows[place + 1] if place + 1 < len(rows) else None
        leaves = Days(following["first"], following["last"]) if following else Days(end, end)
        used = [row, following] if following else [row]
        trail = {
            "rows": tuple(each["row"] for each in used),
            "sources": tuple(each["source"] for each in used),
            "start": row["first"].year,
            "end": max(leaves.last.year, row["first"].year),
            "since": row["when"],
            "on": following["when"] if following else end,
        }
        fewest = max(0, (leaves.first - row["last"]).days)
        most = max(0, (leaves.last - row["first"]).days)
        found.append(
            Dwell(
                int(row["after"]),
                row["when"],
                following["when"] if following else None,
                Measured(fewest, "days", "dwell_time", **trail),
                Measured(most, "days", "dwell_time", **trail),
            )
        )
    return found


class Turn(NamedTuple):
    """A day that is looked at from both sides: the last day before it can have come, and the first on which it has."""

    before: date
    after: date
    is_stated: bool
    title: str | None = None


def turn(steps: pd.DataFrame, until: date | str, stated: date | None = None) -> Turn | None:
    """The day to look at from both sides: the `stated` one, else the newest step of `milestones` to another rung.

    A coarse date is taken from the day before its first to its last day; one that `until` falls inside is no step yet. None where there is neither, or
    where the stated day is after `until`.

    >>> turn(pd.DataFrame(columns=["before", "after"]), "2024-04-01", date(2024, 3, 23))[:3]
    (datetime.date(2024, 3, 22), datetime.date(2024, 3, 23), True)
    """
    end, day = as_day(until), timedelta(days=1)
    if stated is not None:
        return Turn(stated - day, stated, True) if stated <= end else None
    moved = steps[steps["before"] != steps["after"]]
    moved = moved if moved.empty else moved[moved["last"] <= end]
    if moved.empty:
        return None
    newest = moved.iloc[-1]
    return Turn(newest["first"] - day, newest["last"], False, newest["title"])


def median_rung(rungs: Collection[int]) -> tuple[int, int]:
    """The lower and the upper median of rungs: the same for an odd number of pairs; a mean is never taken.

    Raises ValueError when there is none. Source: METHODS 1.4 (Stevens 1946, Science 103, 677).

    >>> median_rung([1, 5, 3]), median_rung([1, 2, 3, 5])
    ((3, 3), (2, 3))
    """
    if not rungs:
        raise ValueError("there is no rung to take the median of")
    order = sorted(rungs)
    return order[(len(order) - 1) // 2], order[len(order) // 2]


def defence_ties(
    table: pd.DataFrame,
    parties: pd.DataFrame,
    pair: Sequence[str],
    on: date | str,
    rules: Rules = BY_SIGNATURE,
) -> pd.DataFrame:
    """The agreements of defence of the two alone on a day, with is_certain.

    An agreement counts from its signature until it ended, whatever the rule of the ladder. Columns as in
    `agreements.on_day`. Treaties of many are left out: who is in one on a day stands in the memberships of its bloc.
    """
    one, other = ordered(pair)
    kept = table[table["is_defence_tie"].map(is_true)]
    counted = _counted(kept.assign(rung=1), Rules(count_unverified=rules.count_unverified))
    rows = held_on.between(held_on.on_day(counted, parties, on), one, other, only=True)
    marks = [_counts(row, "signed", as_day(on)) for row in rows.to_dict("records")]
    rows = rows.assign(is_certain=pd.Series([mark == "yes" for mark in marks], rows.index, dtype=bool))
    return rows[pd.Series([mark != "no" for mark in marks], rows.index, dtype=bool)].reset_index(drop=True)


# --- inside ----------------------------------------------------------------------------------------------------------

_STANDING = (
    "rung", "could_be", "is_uncertain", "agreement", "title", "label", "date", "reached", "is_date_unverified", "rows",
    "sources",
)  # fmt: skip
_STEP = ("a", "b", "cause", "when", "first", "last", "before", "after", "state", "row", "is_uncertain")


def _counted(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The rows that can put a pair on a rung: rungs, not of the document alone, of a date that counts."""
    kept = (table["rung"] > NO_RUNG) & ~table["is_document_only"].map(is_true)
    if not rules.count_unverified:
        kept &= ~table["is_date_unverified"].map(is_true)
    return table[kept]


def _begins(row: Mapping[str, Any], rules: Rules) -> str | None:
    """The date from which the agreement counts under the rule, as coarse as it is; None where it never does."""
    if rules.rung_rule == "in-force":
        return None if is_blank(row.get("in_force")) else str(row["in_force"])
    is_concluded = row["status"] in (*held_on.BINDING, held_on.ENDED)
    return str(row["date"]) if is_concluded else None


def _counts(row: Mapping[str, Any], rule: str, day: date) -> str:
    """Whether a row of `on_day` counts on that day: yes, no, or maybe where a coarse date leaves it open."""
    state, is_uncertain = row["state"], row["is_uncertain"]
    if state == held_on.ENDED:
        was = rule == "signed" or not is_blank(row.get("in_force"))
        return "maybe" if is_uncertain and was else "no"
    if rule == "in-force":
        return ("maybe" if is_uncertain else "yes") if state == held_on.IN_FORCE else "no"
    if state not in held_on.BINDING:
        return "no"
    # one whose entry into force is open on the day has surely been signed, unless its date is open too
    return "maybe" if row["last"] > day else "yes"


def _standing(rows: Sequence[Mapping[str, Any]], rules: Rules, day: date) -> dict[str, Any]:
    marked = [(row, _counts(row, rules.rung_rule, day)) for row in rows]
    sure = [row for row, mark in marked if mark == "yes"]
    maybe = [row for row, mark in marked if mark == "maybe"]
    rung = max((row["rung"] for row in sure), default=NO_RUNG)
    could_be = max((row["rung"] for row in maybe), default=NO_RUNG)
    holding = [row for row in sure if row["rung"] == rung]
    # sorted by date already; a verified date goes before one that is not
    first = min(holding, key=lambda row: is_true(row["is_date_unverified"]), default=None)
    used = [*holding, *(row for row in maybe if row["rung"] > rung)]
    values = (
        int(rung),
        int(max(rung, could_be)),
        could_be > rung,
        *((first or {}).get(name) for name in ("agreement", "title", "label", "date")),
        _begins(first, rules) if first else None,
        is_true((first or {}).get("is_date_unverified")),
        tuple(row["row"] for row in used),
        tuple(dict.fromkeys(row["source"] for row in used)),
    )
    return dict(zip(_STANDING, values, strict=True))
