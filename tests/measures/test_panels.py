"""Panels: the same measure for several blocs or years, and which year or refusal is taken."""

from __future__ import annotations

import pandas as pd

from analysis.measures import panels
from analysis.measures.example import world
from analysis.measures.sets import Members

MEANINGS = pd.DataFrame({"status": ["member"], "is_full": [True]})


def memberships(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["bloc", "country", "start", "end"])
    return frame.assign(status="member", source="s")


TABLE = memberships(
    ("a", "AAA", "2010-01-01", ""), ("b", "AAA", "2012-01-01", ""), ("b", "BBB", "2011-01-01", "2014-01-01")
)


def test_members_of_each_bloc_once_and_in_order() -> None:
    found = panels.members(TABLE, MEANINGS, ["b", "a", "b"], "2013-06-30")
    assert list(found) == ["b", "a"] and found["b"].certain == {"AAA", "BBB"}


def test_overlaps_pair_the_first_with_each_other_bloc() -> None:
    found = panels.overlaps(TABLE, MEANINGS, "a", ["b", "a", "b"], start="2010-01-01", end="2015-01-01")
    assert list(found) == [("a", "b")]


def test_last_change_is_the_day_the_counts_moved() -> None:
    found = panels.last_change(TABLE, MEANINGS, "a", "b", start="2010-01-01", end="2015-01-01")
    assert found.after[0].on.isoformat() == "2014-01-01"
    assert [len(side.certain) for side in (*found.before, *found.after)] == [1, 2, 1, 1]


def test_last_change_of_nothing() -> None:
    found = panels.last_change(TABLE, MEANINGS, "a", "b", start="2014-06-01", end="2015-01-01")
    assert found.count == 0 and found.before == found.after


MACRO = pd.DataFrame(
    [("AAA", 2022, "gdp", 1.0, "bank"), ("BBB", 2022, "gdp", 2.0, "bank"), ("AAA", 2023, "gdp", 3.0, "bank")],
    columns=["country", "year", "indicator", "value", "source"],
)


def test_latest_weights_want_all_countries() -> None:
    found = panels.latest_weights(MACRO, indicator="gdp", countries=["AAA", "BBB"], until=2023)
    assert found.year == 2022 and found.values == {"AAA": 1.0, "BBB": 2.0}
    partly = panels.latest_weights(MACRO, indicator="gdp", countries=["AAA", "CCC"], until=2023)
    assert partly.year == 2023 and set(partly.values) == {"AAA"}


def test_spreads_share_the_year_of_the_first_bloc() -> None:
    sets = {name: Members(name, None, frozenset(held)) for name, held in {"x": {"AAA"}, "y": {"BBB"}}.items()}
    found = panels.spreads(sets, MACRO, "gdp", 2023)
    assert found["x"].hhi.end == 2023 and "for BBB" in found["y"].hhi.reason


def test_inner_trade_takes_the_newest_year_and_its_refusal() -> None:
    rows = [("A", "B", "export", 10), ("B", "A", "export", 5), ("A", "WLD", "export", 100), ("B", "WLD", "export", 60),
            ("A", "WLD", "import", 90), ("B", "WLD", "import", 50), ("WLD", "WLD", "export", 7500)]  # fmt: skip
    frame, sources, bases = world(rows)
    sets = {"x": Members("x", None, frozenset("AB")), "y": Members("y", None, frozenset("AC"))}
    found = panels.inner_trade(frame, sources, bases, sets, until=2023)
    assert round(found["x"].share.value, 3) == 0.1 and found["x"].year == 2019
    assert found["y"].year == 2019 and "lacks" in found["y"].share.reason
    early = panels.inner_trade(frame, sources, bases, sets, until=1990)
    assert early["x"].year == 1990 and "1990" in early["x"].share.reason
