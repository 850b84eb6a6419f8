"""Numbers, dates and names as printed: worked by hand, letter for letter."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.exhibits import wording
from analysis.exhibits.wording import MINUS, NARROW, NBSP
from analysis.measures.measured import UNITS, Measured

finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (4.486e9, None, f"USD{NBSP}4.49{NBSP}billion"),
        (1.899e9, None, f"USD{NBSP}1.90{NBSP}billion"),  # the zero is known: the source has 1.899
        (1.8e9, None, f"USD{NBSP}1.8{NBSP}billion"),  # never more digits than the source
        (5e9, None, f"USD{NBSP}5{NBSP}billion"),
        (5_000_000_000, None, f"USD{NBSP}5{NBSP}billion"),
        (4.4e3 * 1e6 + 0.1 - 0.1, None, f"USD{NBSP}4.4{NBSP}billion"),
        (23.456e9, None, f"USD{NBSP}23.5{NBSP}billion"),
        (24.31e12, None, f"USD{NBSP}24.3{NBSP}trillion"),
        (234.4e6, None, f"USD{NBSP}234{NBSP}million"),
        (999_999_999, None, f"USD{NBSP}1.00{NBSP}billion"),  # a carry changes the scale
        (995e6, 2, f"USD{NBSP}995.00{NBSP}million"),
        (999_999_999, 1, f"USD{NBSP}1.0{NBSP}billion"),
        (23_456.0, None, f"USD{NBSP}23{NARROW}500"),
        (2700.0, None, f"USD{NBSP}2{NARROW}700"),
        (0, None, f"USD{NBSP}0"),
        (-0.0, None, f"USD{NBSP}0"),
        (-2.5e6, None, f"{MINUS}USD{NBSP}2.5{NBSP}million"),
        (4.486e9, 1, f"USD{NBSP}4.5{NBSP}billion"),
    ],
)
def test_sums_of_money(value: float, digits: int | None, text: str) -> None:
    assert wording.usd(value, digits) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.13054, None, "13.1%"),
        (0.1305, None, "13.1%"),  # 13.05 goes up, though its binary neighbour lies below
        (-0.032, None, f"{MINUS}3.2%"),
        (2 / 9, None, "22.2%"),
        (0.5, 0, "50%"),
        (-0.0004, 1, "0.0%"),  # no minus before a zero
        (0.0003, None, "0.03%"),  # what is not zero does not look like it
        (1e-17, None, "0.0%"),  # but the noise of floating point does
        (12.345, None, f"1{NARROW}234.5%"),
    ],
)
def test_percent(value: float, digits: int | None, text: str) -> None:
    assert wording.percent(value, digits) == text


def test_other_units() -> None:
    assert wording.times(2.3623) == f"2.36{NBSP}times"
    assert wording.points(0.0432) == f"4.3{NBSP}percentage points"
    assert wording.points(0.01, 0) == f"1{NBSP}percentage point"
    assert wording.points(0.01) == f"1.0{NBSP}percentage points"
    assert wording.log_points(-0.1823) == f"{MINUS}18.2{NBSP}log points"
    assert wording.duration(7) == f"7{NBSP}years"
    assert wording.duration(1) == f"1{NBSP}year"
    assert wording.index(236.25) == "236.3"
    assert wording.count(12_000) == f"12{NARROW}000"
    assert wording.count(5.0) == "5"
    assert wording.number(0.2222) == "0.22"
    assert wording.billions(-4.486e9) == f"{MINUS}4.49"
    assert wording.millions(4.486e9, 0) == f"4{NARROW}486"


def test_a_plus_is_printed_only_on_demand_and_never_before_zero() -> None:
    assert wording.percent(0.131, sign=True) == "+13.1%"
    assert wording.percent(-0.131, sign=True) == f"{MINUS}13.1%"
    assert wording.percent(0.0, sign=True) == "0.0%"
    assert wording.usd(4.486e9, sign=True) == f"+USD{NBSP}4.49{NBSP}billion"


def test_numbers_of_other_libraries() -> None:
    assert wording.count(np.int64(5)) == "5"
    assert wording.percent(np.float64(0.5)) == "50.0%"
    assert wording.percent(np.float32(0.5)) == "50.0%"


@pytest.mark.parametrize(
    "function", sorted({*wording.FORMS.values(), wording.billions}, key=lambda f: f.__name__)
)
@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -float("inf"), None, pd.NA, pd.NaT, "5", True, np.float64("nan")]
)
def test_what_is_no_number_is_refused(function, value) -> None:
    with pytest.raises(ValueError, match=r"is not a number|cannot be printed"):
        function(value)


def test_a_fraction_is_no_count() -> None:
    with pytest.raises(ValueError, match="not a count"):
        wording.count(2.5)


def test_every_unit_of_the_measures_has_a_form() -> None:
    assert set(wording.FORMS) == UNITS
    assert wording.value(Measured(0.1305, "rate", "cagr")) == "13.1%"
    assert wording.value(Measured(5, "count", "members")) == "5"
    with pytest.raises(ValueError, match="the base is zero"):
        wording.value(Measured.undefined("the base is zero", unit="rate", method="cagr"))


def test_dates_stay_as_coarse_as_they_are() -> None:
    assert wording.date("2025-12-31") == "31 December 2025"
    assert wording.date(dt.date(2025, 1, 5)) == "5 January 2025"
    assert wording.date("2022-10") == "October 2022"
    assert wording.date("2011") == "2011"


@pytest.mark.parametrize(
    "day", ["2025-02-30", "2025-13", "31.12.2025", "Oct-22", "", "２０２２", 2011, dt.datetime(2025, 1, 1)]
)
def test_what_is_no_date_is_refused(day) -> None:
    with pytest.raises(ValueError):
        wording.date(day)


def test_spans_of_years() -> None:
    assert wording.years(2016, 2023) == "2016–2023"
    assert wording.years(2016, 2016) == "2016"
    assert wording.years(np.int64(1992), 2000.0) == "1992–2000"
    for wrong in [(2023, 2016), (2016, float("nan")), (16, 23), (True, 2016)]:
        with pytest.raises(ValueError):
            wording.years(*wrong)


def test_names_in_a_row() -> None:
    assert wording.join(["Kazakhstan"]) == "Kazakhstan"
    assert wording.join(["Kazakhstan", "Kyrgyzstan"]) == "Kazakhstan and Kyrgyzstan"
    assert wording.join(["a", "b", "c"]) == "a, b and c"
    assert wording.join(["a", "b", "c"], style="or") == "a, b or c"
    assert wording.join(["{0}", "{1} {", "}"]) == "{0}, {1} { and }"
    for wrong in ([], ["a", ""], ["a", None]):
        with pytest.raises(ValueError, match="not a list of names"):
            wording.join(wrong)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_a_row_holds_every_name_unharmed(names: list[str]) -> None:
    row = wording.join(names)
    assert len(row) == sum(map(len, names)) + {1: 0, 2: 5}.get(len(names), 5 + 2 * (len(names) - 2))
    assert all(name in row for name in names)


def test_article_of_a_country() -> None:
    assert wording.country("Kazakhstan") == "Kazakhstan"
    assert wording.country("United States", article="the") == "the United States"
    assert wording.country("United States", article="the", start=True) == "The United States"


def test_what_the_dollars_are() -> None:
    assert wording.prices("current") == "current US dollars"
    assert wording.prices("constant-2016") == "constant 2016 US dollars"
    for wrong in (None, "", "constant", "current-2016", "real"):
        with pytest.raises(ValueError, match="price basis"):
            wording.prices(wrong)


def test_another_language_has_its_own_forms() -> None:
    assert wording.percent(0.1305, language="ru") == f"13,1{NBSP}%"
    assert wording.usd(4.486e9, language="ru") == f"4,49{NBSP}млрд{NBSP}долл.{NBSP}США"
    assert wording.date("2025-12-31", language="ru") == "31 декабря 2025\u202fг."
    with pytest.raises(ValueError, match="not a language"):
        wording.percent(0.1, language="xx-nowhere")


def test_the_locale_of_the_process_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_NUMERIC", "LANG"):
        monkeypatch.setenv(name, "de_DE.UTF-8")
    assert wording.percent(0.1305) == "13.1%"
    assert wording.date("2025-12-31") == "31 December 2025"


@given(st.floats(-1e15, 1e15))
def test_a_sum_is_near_what_it_says_and_never_longer_than_three_digits(value: float) -> None:
    text = wording.usd(value)
    assert "-" not in text and "nan" not in text and "inf" not in text
    amount, *scale = text.lstrip(MINUS).removeprefix(f"USD{NBSP}").split(NBSP)
    factor = {"million": 1e6, "billion": 1e9, "trillion": 1e12}.get(scale[0], 0) if scale else 1
    said = float(amount.replace(NARROW, "")) * factor
    assert said == pytest.approx(abs(value), rel=0.0051, abs=1e-8)
    assert len(amount.replace(NARROW, "").replace(".", "").strip("0")) <= 3


@given(finite, st.integers(0, 6))
def test_digits_are_kept_to_the_letter(value: float, digits: int) -> None:
    text = wording.number(value, digits)
    assert len(text.partition(".")[2]) == digits
    assert text.startswith(MINUS) == (value < 0 and any(char in "123456789" for char in text))


def test_days_lengths_and_volumes_carry_their_word() -> None:
    said = [wording.days(18), wording.days(1), wording.kilometres(42), wording.kilometres(40.2336)]
    assert [each.replace("\xa0", " ") for each in said] == ["18 days", "1 day", "42 km", "40.2 km"]
    assert wording.cubic_kilometres(27.865).replace("\xa0", " ") == "27.9 km³"
