"""The calendar of a bloc: what is known by a day, what counts, and whether the numbers run on."""

from __future__ import annotations

import pandas as pd

from analysis.measures import summits

NAMES = ["event", "date", "status", "ordinal", "source", "is_document_only"]
ROWS = [
    ("one", "2020-01-01", "held", 1, "s", False),
    ("three", "2021-01-01", "held", 3, "s", False),
    ("four", "2022", "held", 4, "s", False),
    ("told", "2020-05-01", "held", None, "s", True),
    ("next", "2026", "planned", 5, "late", False),
]
EVENTS = pd.DataFrame(ROWS, columns=NAMES).assign(bloc="x", kind="summit")
SOURCES = pd.DataFrame({"source": ["s", "late"], "published": ["2019", "2025-10-08"]})


def known(on: str) -> pd.DataFrame:
    return summits.known(EVENTS, SOURCES, on, bloc="x")


def test_plans_are_known_from_their_source_on_and_never_count() -> None:
    assert "next" not in set(known("2025-10-07")["event"])
    planned = known("2025-10-08").set_index("event").loc["next"]
    assert not planned["is_counted"] and planned["state"] == "planned"
    assert summits.series(known("2026-12-31")).count.value == 3
    older = summits.known(EVENTS, SOURCES, "2026-12-31", bloc="x", known_by="2025-01-01")
    assert "next" not in set(older["event"]) and "three" in set(older["event"])


def test_what_only_a_document_tells_and_what_may_not_have_come_yet_do_not_count() -> None:
    counted = known("2022-06-30").set_index("event")["is_counted"]
    assert not counted["told"] and not counted["four"] and counted["three"]


def test_missing_numbers_and_gaps() -> None:
    found = summits.series(known("2023-01-01"))
    assert found.missing == (2,) and found.doubled == () and not found.is_unbroken and found.highest == 4
    assert found.gaps == (None, 366, None), "no gap from a year"


def test_nothing_held() -> None:
    found = summits.series(known("2019-01-01"))
    assert found.count.value == 0 and found.highest is None and found.gaps == () and found.is_unbroken
    assert summits.known(EVENTS, SOURCES, "2023-01-01", bloc="y").empty


def test_a_number_given_twice_breaks_the_series() -> None:
    again = pd.concat([EVENTS, EVENTS.iloc[[0]].assign(event="again", date="2020-02-01")])
    found = summits.series(summits.known(again, SOURCES, "2020-12-31", bloc="x"))
    assert found.doubled == (1,) and not found.is_unbroken
