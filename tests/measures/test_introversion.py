"""Introversion and inner trade through years, on tables worked by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats.contingency import odds_ratio

from analysis.measures.example import world
from analysis.measures.introversion import introversion, through_years

MEANINGS = pd.DataFrame({"status": ["member", "observer"], "is_full": [True, False]})


def memberships(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [("b", country, "member", start, end) for country, start, end in rows],
        columns=["bloc", "country", "status", "start", "end"],
    ).assign(source="s")


# World trade of 2019: A-B 15, A-C 8, B-C 2 (exports one way and the other), and the totals of each.
FLOWS = [
    ("A", "B", "export", 10), ("B", "A", "export", 5), ("A", "C", "export", 6), ("C", "A", "export", 2),
    ("B", "C", "export", 1), ("C", "B", "export", 1),
    *((who, "WLD", flow, total) for who, out, into in (("A", 100, 90), ("B", 60, 50), ("C", 40, 60))
      for flow, total in (("export", out), ("import", into))),
    ("WLD", "WLD", "export", 7500),
]  # fmt: skip


def test_varying_and_fixed_membership_and_the_enlargement_effect() -> None:
    held = memberships(("A", "2010-01-01", ""), ("B", "2010-01-01", ""), ("C", "2019-03-01", ""))
    found = through_years(*world(FLOWS), held, MEANINGS, "b", as_of=date(2020, 12, 31))
    row = found.frame.loc[2019]
    assert row["count"] == 3
    assert row["varying"].value == pytest.approx(2 * 25 / 400)
    assert row["latest"].value == row["varying"].value
    # the only year of the table is the first one: its members are those of 1 July 2019
    assert found.enlargement.value == 0


def test_a_member_after_the_first_of_july_does_not_count_for_the_year() -> None:
    held = memberships(("A", "2010-01-01", ""), ("B", "2010-01-01", ""), ("C", "2019-07-02", ""))
    row = through_years(*world(FLOWS), held, MEANINGS, "b", as_of=date(2020, 12, 31)).frame.loc[2019]
    assert row["count"] == 2
    assert row["varying"].value == pytest.approx(2 * 15 / 300)
    assert row["latest"].value == pytest.approx(2 * 25 / 400)


def test_no_year_gives_a_reason() -> None:
    found = through_years(*world(FLOWS), memberships(), MEANINGS, "b", as_of=date(2020, 12, 31))
    assert found.reason and not found.enlargement.defined
    early = through_years(
        *world(FLOWS), memberships(("A", "2010-01-01", "")), MEANINGS, "b", as_of=date(1995, 1, 1)
    )
    assert early.reason


shares = st.floats(0.01, 0.99)


@given(share=shares, weight=shares)
def test_introversion_is_bounded_or_refused(share: float, weight: float) -> None:
    found = introversion(share, weight)
    assert found.reason if not found.defined else -1 <= found.value <= 1


@given(weight=st.floats(0.01, 0.49))
def test_neutral_geography_is_zero(weight: float) -> None:
    """Where insiders and outsiders send the same part of their trade into the bloc: s = w (1 - s) / (1 - w)."""
    assert introversion(weight, weight).value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("share", "weight"), [(0.2, 0.0), (0.2, 1.0), (1.2, 0.3)])
def test_a_bloc_that_is_no_bloc_is_refused(share: float, weight: float) -> None:
    assert not introversion(share, weight).defined


@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 5000))
def test_is_yules_q_of_the_table_of_trade(inside: int, outside: int, among_others: int) -> None:
    """A second implementation: (OR - 1) / (OR + 1) of {inside, outside} by {bloc, outsiders}, the ratio by scipy."""
    ratio = odds_ratio([[inside, outside], [outside, among_others]], kind="sample").statistic
    whole = inside + outside
    found = introversion(inside / whole, whole / (whole + outside + among_others))
    assert found.value == pytest.approx((ratio - 1) / (ratio + 1), abs=1e-9)
