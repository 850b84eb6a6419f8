"""A stated debt against levels by definition."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.measures import debts
from analysis.measures.measured import Measured

FIGURE = Measured(130e9, "usd", "external_debt")
MACRO = pd.DataFrame(
    [
        ("AAA", 2025, "wide", 134.970e9, "2025-06-30", True, "first"),
        ("AAA", 2025, "wide", 134.911e9, "2025-06-30", False, "later"),
        ("AAA", 2025, "narrow", 86.3e9, "2025-06-30", False, "later"),
        ("AAA", 2024, "wide", 131.0e9, "2024-06-30", False, "later"),
        ("AAA", 2024, "wide", 900e9, None, False, "undated"),
    ],
    columns=["country", "year", "indicator", "value", "as_of", "is_preliminary", "source"],
)


def test_newest_day_and_final_before_preliminary() -> None:
    wide, narrow = debts.levels(MACRO, "AAA", ["wide", "narrow"], "2025-12-31", FIGURE)
    assert (wide.day, wide.value.value, wide.value.sources) == ("2025-06-30", 134.911e9, ("later",))
    assert narrow.excess.value == pytest.approx(130 / 86.3 - 1)


def test_nothing_after_the_day() -> None:
    (wide,) = debts.levels(MACRO, "AAA", ["wide", "narrow"], "2024-12-31", FIGURE)
    assert wide.day == "2024-06-30"
    assert debts.levels(MACRO, "AAA", ["wide"], "2019-12-31", FIGURE) == []


@pytest.mark.parametrize("change", [{"unit": "miles"}, {"stated_value": "many"}, {"unit": None}])
def test_a_claim_without_a_sum_is_undefined(change: dict) -> None:
    claim = {"claim": "c", "source": "doc", "stated_value": "130", "unit": "bn USD"}
    assert debts.stated(claim).value == 130e9
    assert not debts.stated(claim | change).defined
