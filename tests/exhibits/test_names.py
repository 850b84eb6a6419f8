"""Names: articles, owners, and reasons of measures turned into English."""

from __future__ import annotations

import pytest

from analysis import tables
from analysis.exhibits import names
from analysis.exhibits.finding import Finding


def test_every_country_has_a_name_in_a_sentence_and_at_its_start() -> None:
    for code in tables.read("countries")["country"]:
        assert names.country(code) and names.country(code, start=True)[0].isupper()
        assert names.label(code) and names.possessive(code).endswith(("’s", "’"))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("USA reports no imports from KAZ in 2016-2018", "The United States reports no imports from Kazakhstan in 2016–2018"),
        ("no gdp_current_usd of 2024 in cia-factbook-2026 for IND", "No gross domestic product of 2024 in cia-factbook-2026 for India"),
        ("x lacks export UZB to WLD, import UZB from WLD", "X lacks exports of Uzbekistan to the world, imports of Uzbekistan from the world"),
        ("the base is under 10,000,000 dollars", "The base is under USD\xa010\xa0million"),
        ("known by 2023-12-31", "Known by 31 December 2023"),
        ("GDP and OTS are no countries", "GDP and OTS are no countries"),
    ],
)  # fmt: skip
def test_reasons_are_spoken(reason: str, said: str) -> None:
    assert names.spoken(reason, start=True) == said


def test_release_ids_stay() -> None:
    assert (
        names.spoken("One release, kazstat-2023y, 2024-08-uzb") == "One release, kazstat-2023y, 2024-08-uzb"
    )


def test_sources_are_named() -> None:
    assert names.sourced("no gdp_current_usd of 2024 by cia-factbook-2026, for IND; well-known") == (
        "no gdp_current_usd of 2024 by Central Intelligence Agency, 22 January 2026, for IND; well-known"
    )


def test_titles_are_set_with_the_apostrophes_of_print() -> None:
    said = Finding("met", "It was “{title}”.", title="Kazakhstan's president and the states' vote").text
    assert "Kazakhstan’s president and the states’ vote" in said
