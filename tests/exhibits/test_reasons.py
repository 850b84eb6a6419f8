"""Reasons of measures as they are said: names for codes and ids, days and sums as they are printed, in any language."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from analysis.exhibits import language, reasons
from analysis.exhibits.display import Column, Table
from analysis.exhibits.finding import Finding
from analysis.measures.measured import Measured
from analysis.measures.reasons import because, together

GAP = because("no exports to {partner} in {years}", partner="VNM", years="2016-2017, 2020")
SERIES = because("the series of {reporter} has {gap}", reporter="USA", gap=GAP)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (SERIES, "the series of the United States has no exports to Viet Nam in 2016–2017, 2020"),
        (
            because("it is uncertain whether {countries} are in {bloc} on {day}",
                    countries=("KGZ", "TJK"), bloc="eaeu", day=dt.date(2015, 8, 10)),
            "it is uncertain whether Kyrgyzstan and Tajikistan are in EAEU on 10 August 2015",
        ),
        (
            because("the base of {start} is under {floor}: only the absolute change is given",
                    start=2016, floor="10,000,000 dollars"),
            "the base of 2016 is under USD 10 million: only the absolute change is given",
        ),
        (
            because("no {indicator} of {year} by {release}, for {countries}",
                    indicator="population", year=2024, release="cia-factbook-2026", countries=("IND",)),
            "no population of 2024 by Central Intelligence Agency, 22 January 2026, for India",
        ),
        (because("the deflator has no value for {years}", years=(2016, 2023)),
         "the deflator has no value for 2016 and 2023"),
        (together([because("the total is zero"), because("{bloc} has no members", bloc="csto")]),
         "the total is zero; CSTO has no members"),
        (because("{reporter} lists no trade with {partner} in both years", reporter="USA", partner="GBR"),
         "the United States lists no trade with the United Kingdom in both years"),
        (because("{text}: releases known by {day} hold none",
                 text=because("the table of trade has no usable exports of {reporter} to {partner}",
                              reporter="KAZ", partner="UZB"), day=dt.date(2022, 6, 30)),
         "the table of trade has no usable exports of Kazakhstan to Uzbekistan: releases known by 30 June 2022 hold none"),
        ("no turnover of KAZ", "no turnover of Kazakhstan"),
    ],
)  # fmt: skip
def test_codes_and_ids_are_named(reason: str, said: str) -> None:
    assert reasons.said(reason).replace("\xa0", " ") == said


def test_what_is_said_already_stays() -> None:
    assert reasons.said(language.Told("KAZ")) == "KAZ"


def test_a_reason_is_said_in_the_language_spoken_with_its_cases() -> None:
    with language.using("ru") as missed:
        assert reasons.said(SERIES) == "в данных США нет экспорта во Вьетнам (2016–2017, 2020)"
        gone = Measured.undefined(SERIES, unit="usd", method="turnover")
        assert Finding("x", "{it}", it=gone).text == "В данных США нет экспорта во Вьетнам (2016–2017, 2020)."
    assert missed == {}


def test_a_word_at_the_head_of_a_reason_is_translated_whole() -> None:
    with language.using("ru"):
        assert reasons.said(because("{basis} figures", basis="reconciled")) == "согласованные данные"


def test_a_reason_without_a_template_is_missed_in_another_language() -> None:
    with language.using("ru") as missed:
        assert reasons.said("no turnover of KAZ") == "no turnover of Kazakhstan"
    assert ("", "no turnover of KAZ") in missed


def test_a_table_says_the_reason_of_a_cell() -> None:
    gone = Measured.undefined(SERIES, unit="usd", method="turnover")
    table = Table.of(
        pd.DataFrame({"who": ["a"], "it": [gone]}), [Column("who", "Who"), Column("it", "It", "usd")]
    )
    assert table.marks == (
        "– not defined: the series of the United States has no exports to Viet Nam in 2016–2017, 2020",
    )
