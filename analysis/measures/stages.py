"""Stages of a process: which of them were reached by a day, how long ago, and what the calendar says of a claim.

A step is a row that rests on an event, on an agreement or on a source of its own (`process_stages`, `conditions`); its
date may be coarse and is then an interval: a day inside it is uncertain, and a time since it is a range.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from .dates import Days, as_day, days, is_blank, is_true, text
from .measured import Measured

REACHED, UNCERTAIN, PASSED, OPEN = "reached", "uncertain", "passed", "open"
STATES = (REACHED, UNCERTAIN, PASSED, OPEN)
"""A stage on a day: reached; uncertain (the day falls inside its coarse date); passed over (no date is known, a later
stage is reached); open (not found)."""

OF_RECORD = ("held", "reported")
"""States of events that may count: a planned or expected event never does."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

BEFORE, SAME_DAY, AFTER = "before", "same day", "after"
AGREES, DIFFERS = "agrees", "differs"
EXTENSION = "extension"
EVERY = "all"


class Between(NamedTuple):
    """Fewest and most days of a time whose ends may be coarse; both equal where both are days."""

    fewest: Measured
    most: Measured

    @property
    def is_range(self) -> bool:
        """Whether the dates leave more than one answer."""
        return self.fewest.value != self.most.value


def dated(steps: pd.DataFrame, agreements: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Steps with the date, marks and row of what they rest on: an event, an agreement, or their own cells.

    Adds or fills date, is_date_unverified, is_document_only, first, last (the days that the date can mean), row and source. A
    step whose event is only planned or expected is left out: it never counts. Source: DESIGN sections 3 and 4.

    >>> events = pd.DataFrame({"event": ["e", "f"], "date": ["2025-11-06", "2026"], "status": ["held", "planned"]})
    >>> steps = pd.DataFrame({"event": ["e", "f", ""], "agreement": ["", "", "a"], "agreement_date": ["", "", "in_force"]})
    >>> dated(steps, pd.DataFrame({"agreement": ["a"], "date": ["2008-02-13"], "in_force": ["2008-06"]}), events)[
    ...     ["date", "last", "row"]].values.tolist()
    [['2025-11-06', datetime.date(2025, 11, 6), 'events:e'], ['2008-06', datetime.date(2008, 6, 30), 'agreements:a']]
    """
    held = {row["event"]: row for row in events.to_dict("records")}
    agreed = {row["agreement"]: row for row in agreements.to_dict("records")}
    found = []
    for step in steps.to_dict("records"):
        base, text, place = _base(step, held, agreed)
        if is_blank(text) or (base.get("status") not in OF_RECORD and place.startswith("events:")):
            continue
        span = days(text)
        marks = {
            name: is_true(step.get(name)) or is_true(base.get(name))
            for name in ("is_date_unverified", "is_document_only")
        }
        source = base.get("source") if is_blank(step.get("source")) else step["source"]
        row = {"date": str(text), "first": span.first, "last": span.last, "row": place, "source": source}
        found.append(step | marks | row)
    columns = ("date", "is_date_unverified", "is_document_only", "first", "last", "row", "source")
    return pd.DataFrame(found, columns=list(dict.fromkeys([*steps.columns, *columns])))


def reached(steps: pd.DataFrame, on: date | str) -> pd.DataFrame:
    """The dated steps that had, or may have, come by a day, with is_uncertain; in order of their first day.

    >>> steps = pd.DataFrame({"first": [date(2025, 9, 1), date(2026, 1, 1)], "last": [date(2025, 9, 30), date(2026, 1, 1)]})
    >>> reached(steps, "2025-09-15")["is_uncertain"].tolist(), len(reached(steps, "2026-01-01"))
    ([True], 2)
    """
    day = as_day(on)
    come = steps[pd.Series([first <= day for first in steps["first"]], index=steps.index, dtype=bool)]
    come = come.assign(is_uncertain=[last > day for last in come["last"]])
    return come.sort_values("first", kind="stable", ignore_index=True)


def track(stages: pd.DataFrame, steps: pd.DataFrame, on: date | str) -> pd.DataFrame:
    """Every stage of a process, in its order, for every country that has begun it by a day, with its state.

    `stages` are the rows of one process, `steps` its dated steps. A stage without a step is "open", or "passed" where
    a later one is surely reached. One row a country and stage, countries in order of their last stage, the furthest
    first. Empty when nothing had begun. Source: MISSION_MAP section 2, status track.

    >>> stages = pd.DataFrame({"stage": ["announced", "confirmed", "signed"], "position": [1, 2, 3]})
    >>> steps = pd.DataFrame({"country": ["AAA", "AAA"], "stage": ["announced", "signed"], "date": ["2020-08", "2020-09-15"],
    ...     "first": [date(2020, 8, 1), date(2020, 9, 15)], "last": [date(2020, 8, 31), date(2020, 9, 15)]})
    >>> track(stages, steps, "2020-12-31")["state"].tolist(), track(stages, steps, "2020-08-10")["state"].tolist()
    (['reached', 'passed', 'reached'], ['uncertain', 'open', 'open'])
    """
    come = reached(steps, on)
    order = stages.sort_values("position")
    rank = dict(zip(stages["stage"], stages["position"], strict=True))
    found = []
    for country, own in come.groupby("country", sort=True):
        held = {row["stage"]: row for row in own.to_dict("records")}
        sure = [rank[name] for name, row in held.items() if not row["is_uncertain"]]
        for stage in order.to_dict("records"):
            step = held.get(stage["stage"])
            state = PASSED if stage["position"] < max(sure, default=0) else OPEN
            if step is not None:
                state = UNCERTAIN if step["is_uncertain"] else REACHED
            found.append(
                {"country": country}
                | (step or {})
                | stage
                | {"state": state, "furthest": max(sure, default=0)}
            )
    columns = list(dict.fromkeys([*come.columns, *stages.columns, "state", "furthest"]))
    frame = pd.DataFrame(found, columns=columns)
    return frame.sort_values(
        ["furthest", "country", "position"], ascending=[False, True, True], ignore_index=True
    )


def current(tracks: pd.DataFrame, country: str) -> pd.Series | None:
    """The furthest stage that a country has surely reached in a `track`; None where there is none.

    >>> rows = {"country": ["AAA"] * 2, "stage": ["a", "b"], "position": [1, 2], "state": ["reached", "open"]}
    >>> current(pd.DataFrame(rows), "AAA")["stage"]
    'a'
    """
    own = tracks[(tracks["country"] == country) & (tracks["state"] == REACHED)]
    return None if own.empty else own.sort_values("position").iloc[-1]


def latest(steps: pd.DataFrame, by: str) -> pd.DataFrame:
    """The last step of each `by` among those `reached`, and what may have followed: the column `next_state`.

    A step whose date the day falls inside is no certain one: it stands in `next_state` of the one before it, or alone,
    uncertain, where there is none.

    >>> steps = pd.DataFrame({"condition": ["m", "m"], "state": ["demanded", "closed"], "step": [1, 2],
    ...     "is_uncertain": [False, True]})
    >>> latest(steps, "condition")[["state", "next_state"]].values.tolist()
    [['demanded', 'closed']]
    """
    found = []
    for _, own in steps.groupby(by, sort=False):
        ordered = own.sort_values("step")
        sure = ordered[~ordered["is_uncertain"].astype(bool)]
        last = (sure if len(sure) else ordered).iloc[-1]
        later = ordered[(ordered["step"] > last["step"]) & ordered["is_uncertain"].astype(bool)]
        found.append(last.to_dict() | {"next_state": "" if later.empty else later.iloc[-1]["state"]})
    return pd.DataFrame(found, columns=[*steps.columns, "next_state"])


def days_between(earlier: Days, later: Days, **context: Any) -> Between:
    """Fewest and most days from one date to a later one: later.first - earlier.last, later.last - earlier.first.

    Unit days. Undefined when no reading of the two dates has them in this order. Source: DESIGN section 3.

    >>> low, high = days_between(days("2025-03-13"), days("2025-08"))
    >>> low.value, high.value
    (141, 171)
    """
    fewest, most = (later.first - earlier.last).days, (later.last - earlier.first).days
    context = {"since": text(earlier), "on": text(later)} | context
    if most < 0:
        none = Measured.undefined(
            "the later date lies before the earlier one", unit="days", method="days_between", **context
        )
        return Between(none, none)
    low, high = (Measured(each, "days", "days_between", **context) for each in (max(0, fewest), most))
    return Between(low, high)


def days_since(step: Days, on: date | str, **context: Any) -> Between:
    """Fewest and most days from a date to a day: a range where the date is coarse.

    Unit days. Undefined before the date. Source: DESIGN section 3.

    >>> [each.value for each in days_since(days("2025-08-11"), "2025-12-31")]
    [142, 142]
    """
    day = as_day(on)
    return days_between(step, Days(day, day), **context)


def years_before(earlier: str | None, later: str, **context: Any) -> Measured:
    """Completed years from one date to a later one, as an age is counted: anniversaries passed.

    Unit years. Undefined, with a reason, without an earlier date, when the later lies before it, or when coarse
    dates leave two answers. Source: elementary; MISSION_MAP section 2, relations before the step.

    >>> years_before("1992-04-10", "2025-11-06").value, years_before("1992", "2025-11-06").reason
    (33, 'the dates leave 32 or 33 years')
    """
    known = {"unit": "years", "method": "years_before", **context}
    if is_blank(earlier):
        return Measured.undefined("the tables hold no earlier date", **known)
    one, two = days(str(earlier)), days(later)
    if two.last < one.first:
        return Measured.undefined("the later date lies before the earlier one", **known)
    low, high = max(0, _age(one.last, two.first)), _age(one.first, two.last)
    if low != high:
        return Measured.undefined(f"the dates leave {low} or {high} years", **known)
    span = {"start": one.first.year, "end": two.first.year, "since": str(earlier), "on": later}
    return Measured(low, "years", "years_before", **span | context)


def weekday(text: str) -> str:
    """The weekday of a date in English; "uncertain" where it names no single day. ISO 8601 (proleptic Gregorian).

    >>> weekday("2025-11-06"), weekday("2025-11")
    ('Thursday', 'uncertain')
    """
    span = days(text)
    return WEEKDAYS[span.first.weekday()] if span.first == span.last else UNCERTAIN


def order(one: str, other: str) -> str:
    """How one date stands to another: before, same day, after, or uncertain where coarse dates overlap.

    The order within one day is not in dates. Source: DESIGN section 3.

    >>> order("2025-11-06", "2025-11-07"), order("2025-11-06", "2025-11"), order("2025-11-06", "2025-11-06")
    ('before', 'uncertain', 'same day')
    """
    a, b = days(one), days(other)
    if a.last < b.first or a.first > b.last:
        return BEFORE if a.last < b.first else AFTER
    return SAME_DAY if a == b and a.first == a.last else UNCERTAIN


def fits(stated: str, found: str) -> str:
    """Whether a date that was found fits the one stated, at the precision stated: agrees, differs or uncertain.

    agrees: every day that the found date can mean lies in the stated one; differs: none does. Source: MISSION_MAP
    section 4 (date at stated precision).

    >>> fits("2025-11", "2025-11-06"), fits("2025-11-05", "2025-11-06"), fits("2025-11-06", "2025-11")
    ('agrees', 'differs', 'uncertain')
    """
    a, b = days(stated), days(found)
    if b.last < a.first or b.first > a.last:
        return DIFFERS
    return AGREES if a.first <= b.first and b.last <= a.last else UNCERTAIN


def term_ends(terms: pd.DataFrame, newest: Mapping[str, int]) -> pd.DataFrame:
    """Each part of a term with start_year and end_year; a possible extension begins where the firm part ends.

    end = start + years. A term without a start is counted from the year of the `newest` text on its route. Raises
    KeyError for a route without one. Source: MISSION_MAP section 2, terms of TRIPP.

    >>> rows = [("t", "r", "firm", 49, None), ("t", "r", "extension", 50, None), ("u", "q", "firm", 30, 2008)]
    >>> frame = pd.DataFrame(rows, columns=["term", "route", "part", "years", "start_year"])
    >>> term_ends(frame, {"r": 2026})["end_year"].tolist()
    [2075, 2125, 2038]
    """
    rows = terms.to_dict("records")
    firm = {
        row["term"]: int(newest[row["route"]] if is_blank(row["start_year"]) else row["start_year"])
        for row in rows
        if row["part"] != EXTENSION
    }
    ends = {row["term"]: firm[row["term"]] + int(row["years"]) for row in rows if row["part"] != EXTENSION}
    starts = [(ends if row["part"] == EXTENSION else firm)[row["term"]] for row in rows]
    return terms.assign(
        start_year=starts,
        end_year=[start + int(row["years"]) for start, row in zip(starts, rows, strict=True)],
    )


def chosen(processes: pd.DataFrame, process: str) -> list[str]:
    """The processes that one choice stands for: itself, or every one for the row of kind "all".

    >>> table = pd.DataFrame({"process": ["a", "all", "b"], "kind": ["treaty", "all", "accession"]})
    >>> chosen(table, "all"), chosen(table, "b")
    (['a', 'b'], ['b'])
    """
    real = processes.loc[processes["kind"] != EVERY, "process"].tolist()
    return [process] if process in real else real


def tracks(
    processes: pd.DataFrame, stages: pd.DataFrame, steps: pd.DataFrame, process: str, on: date | str
) -> dict[str, pd.DataFrame]:
    """The `track` of every process that one choice stands for, each row with the kind of its process."""
    kinds = dict(zip(processes["process"], processes["kind"], strict=True))
    return {
        each: track(stages[stages["process"] == each], steps[steps["process"] == each], on).assign(
            kind=kinds[each]
        )
        for each in chosen(processes, process)
    }


def _base(step: dict[str, Any], events: dict[str, Any], agreements: dict[str, Any]) -> tuple[dict, Any, str]:
    """The row that a step rests on, its date there, and the name of that row."""
    if not is_blank(step.get("event")):
        base = events[step["event"]]
        return base, base["date"], f"events:{step['event']}"
    if not is_blank(step.get("agreement")):
        base = agreements[step["agreement"]]
        return base, base[step["agreement_date"]], f"agreements:{step['agreement']}"
    return {}, step.get("date"), ""


def _age(born: date, on: date) -> int:
    """Anniversaries of one day that have passed by another; that of 29 February falls on 1 March in other years."""
    had = (on.month, on.day) >= (born.month, born.day)
    return on.year - born.year - (0 if had else 1)
