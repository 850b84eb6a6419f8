"""The checks of facts find what they are for."""

from __future__ import annotations

import fact_checks
import pytest

FACT = {
    "id": "security/lead/tied", "text": "10", "value": 10, "unit": "count", "method": "ties", "basis": None,
    "start": None, "end": None, "since": None, "on": "2026-11-22", "given": False, "rows": ["countries:UZB"], "sources": [],
}  # fmt: skip
METHODS = [{"method": "ties", "counts": "pairs"}, {"method": "place", "counts": ""}]


def faults(**changes) -> list[str]:
    return fact_checks.baseless({"methods": METHODS, "facts": [FACT | changes]})


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"method": None}, "is computed by no method"),
        ({"rows": []}, "is computed from no rows"),
        ({"rows": ["countries:XXX"]}, "names rows that are not there"),
        ({"method": "place"}, "counts what is not told"),
        ({"on": None}, "is of no day and no period"),
        ({"unit": "date", "method": None, "rows": [], "value": "2019-12-31"}, "is quoted from nowhere"),
        ({"rows": ["memberships:eaeu/KAZ/member/2015-01-01"]}, "does not name all sources of its rows"),
        ({"text": "10 " * 30}, "is a sentence"),
    ],
)
def test_a_fact_that_does_not_say_enough(changes, fault):
    assert any(fault in each for each in faults(**changes))


def test_a_fact_that_says_enough():
    assert faults() == []
    assert faults(unit="share", method="dependency_ratio", on=None, basis="long-term-average") == []


def test_a_day_has_rows_of_its_own_though_a_number_beside_it_is_of_that_day():
    day = FACT | {"id": "security/lead/day", "unit": "date", "method": None, "value": "2026-11-22"}
    assert fact_checks.baseless({"methods": METHODS, "facts": [FACT, day]}) == []
    (fault,) = fact_checks.baseless({"methods": METHODS, "facts": [FACT, day | {"rows": []}]})
    assert fault.startswith("security/lead/day is quoted from nowhere")
