"""Hypothetical entries: what they change, and that they leave the sets alone."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analysis.errors import BriefingError
from analysis.measures.scenario import compared, entered, entries
from analysis.measures.sets import Members

A = Members("a", date(2026, 1, 1), frozenset({"x", "y", "r"}))
B = Members("b", date(2026, 1, 1), frozenset({"x", "z"}))
MACRO = pd.DataFrame(
    [
        (who, 2024, "gdp", value, "bank")
        for who, value in (("x", 10.0), ("y", 20.0), ("r", 60.0), ("z", 10.0))
    ],
    columns=["country", "year", "indicator", "value", "source"],
)


def test_an_entry_moves_overlap_and_weight() -> None:
    rows = {
        (row.measure, row.of): row
        for row in compared(A, B, entries(["b:r:2026-01-01"]), MACRO, ["gdp"], 2024)
    }
    assert (rows["jaccard", ""].before.value, rows["jaccard", ""].after.value) == (1 / 4, 2 / 4)
    assert (rows["weighted_overlap:gdp", ""].before.value, rows["weighted_overlap:gdp", ""].after.value) == (
        0.1,
        0.7,
    )
    assert rows["largest:gdp", "b"].after.value == pytest.approx(60 / 80)
    assert rows["hhi:gdp", "b"].before.value == 0.5
    assert ("hhi:gdp", "a") not in rows, "nobody enters the first bloc"


def test_the_sets_themselves_stay() -> None:
    after = entered({"a": A, "b": B}, entries(["b:r:2026-01-01", "c:q:2026-01-01"]))
    assert B.certain == {"x", "z"} and after["b"].certain == {"x", "z", "r"} and after["a"] == A


def test_a_missing_weight_is_a_reason() -> None:
    rows = compared(A, B, entries(["b:q:2026-01-01"]), MACRO, ["gdp"], 2024)
    weighted = next(row for row in rows if row.measure == "weighted_overlap:gdp")
    assert not weighted.after.defined and "q" in weighted.after.reason


@pytest.mark.parametrize("text", ["b:r", "b", "b:r:2026-01-01:x", "b:r:soon", "b:r:2026"])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(BriefingError):
        entries([text])
