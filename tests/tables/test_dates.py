"""Coarse dates are intervals; what they leave open stays open."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import tables
from analysis.tables.dates import surely_overlap

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def test_a_year_ends_where_the_next_begins() -> None:
    assert tables.interval("2011") == (date(2011, 1, 1), date(2012, 1, 1))


def test_december_ends_with_the_year() -> None:
    assert tables.interval("2022-12") == (date(2022, 12, 1), date(2023, 1, 1))


@pytest.mark.parametrize(
    "text",
    ["2022-13", "2022-00", "2023-02-29", "22", "2022-1", "Oct-22", "10/1/2022", "", "2022-10-06T00", "9999"],
)
def test_what_is_no_date_is_refused_with_the_shape_to_write(text: str) -> None:
    with pytest.raises(tables.TableError, match="write YYYY, YYYY-MM or YYYY-MM-DD"):
        tables.interval(text)


@given(DAYS)
def test_a_day_lies_in_its_month_and_its_month_in_its_year(day: date) -> None:
    text = day.isoformat()
    intervals = [tables.interval(text[:length]) for length in (10, 7, 4)]
    assert intervals[0] == (day, day + timedelta(days=1))
    for (start, end), (wider_start, wider_end) in pairwise(intervals):
        assert wider_start <= start < end <= wider_end


@given(DAYS, DAYS, st.sampled_from([4, 7, 10]), st.sampled_from([4, 7, 10]))
def test_before_is_certain_only_if_every_reading_agrees(
    one: date, other: date, cut: int, other_cut: int
) -> None:
    first, second = one.isoformat()[:cut], other.isoformat()[:other_cut]
    (low, high), (other_low, other_high) = tables.interval(first), tables.interval(second)
    readings = {
        a < b for a in (low, high - timedelta(days=1)) for b in (other_low, other_high - timedelta(days=1))
    }
    assert tables.before(first, second) == (readings.pop() if len(readings) == 1 else None)


@given(DAYS, DAYS, DAYS, DAYS)
def test_overlap_of_full_dates_is_that_of_their_days(a: date, b: date, c: date, d: date) -> None:
    one, other = (min(a, b), max(a, b)), (min(c, d), max(c, d))
    shares = max(one[0], other[0]) < min(one[1], other[1])
    spells = [(start.isoformat(), end.isoformat()) for start, end in (one, other)]
    assert surely_overlap(*spells) is shares
    assert surely_overlap(*reversed(spells)) is shares


def test_a_coarse_end_that_may_fall_on_the_start_is_no_sure_overlap() -> None:
    assert not surely_overlap(("2001", "2005"), ("2005", None))
    assert not surely_overlap(("2001", "2005-06"), ("2005", None))
    assert surely_overlap(("2001", "2006"), ("2005", None))
