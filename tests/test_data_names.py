"""The names of countries and blocs in other languages: complete, of one script, declined by the grammar."""

from __future__ import annotations

import pytest
from babel import Locale

from analysis import tables

CASES = ("nominative", "genitive", "dative", "accusative", "instrumental", "prepositional")
UNCHANGED = {"ОАЭ", "США", "Марокко"}
"""Names without case forms."""


def russian(table: str, key: str) -> dict[str, dict[str, str]]:
    rows = tables.read(table)
    return rows[rows["language"] == "ru"].set_index(key).to_dict("index")


@pytest.mark.parametrize(
    ("table", "key", "of"), [("country_names", "country", "countries"), ("bloc_names", "bloc", "blocs")]
)
def test_every_row_has_its_name_in_russian(table: str, key: str, of: str) -> None:
    assert set(russian(table, key)) == set(tables.read(of)[key])


def test_every_name_of_a_country_has_all_its_cases_in_cyrillic() -> None:
    for code, row in russian("country_names", "country").items():
        for case in CASES:
            assert row[case] and not any("a" <= letter.lower() <= "z" for letter in row[case]), (code, case)
        if row["nominative"] not in UNCHANGED:
            assert len({row[case] for case in CASES}) >= 3, code


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("KAZ", "Казахстан Казахстана Казахстану Казахстан Казахстаном Казахстане"),
        ("RUS", "Россия России России Россию Россией России"),
        ("BLR", "Беларусь Беларуси Беларуси Беларусь Беларусью Беларуси"),
        ("NLD", "Нидерланды Нидерландов Нидерландам Нидерланды Нидерландами Нидерландах"),
        ("EGY", "Египет Египта Египту Египет Египтом Египте"),
    ],
)
def test_a_name_is_declined_by_its_gender_and_number(code: str, forms: str) -> None:
    row = russian("country_names", "country")[code]
    assert [row[case] for case in CASES] == forms.split()


@pytest.mark.parametrize(
    ("code", "into", "together"),
    [
        ("KAZ", "в Казахстан", "с Казахстаном"),
        ("VNM", "во Вьетнам", "с Вьетнамом"),
        ("LKA", "на Шри-Ланку", "со Шри-Ланкой"),
        ("CHE", "в Швейцарию", "со Швейцарией"),
    ],
)
def test_a_preposition_fits_the_name_it_stands_before(code: str, into: str, together: str) -> None:
    row = russian("country_names", "country")[code]
    assert (row["illative"], row["comitative"]) == (into, together)


def test_forms_with_a_preposition_hold_the_case_it_asks_for() -> None:
    for code, row in russian("country_names", "country").items():
        assert row["illative"].partition(" ")[2] == row["accusative"], code
        assert row["comitative"].partition(" ")[2] == row["instrumental"], code


def test_a_name_by_the_cldr_is_that_of_the_cldr_or_a_short_form_of_it() -> None:
    names, territories = tables.read("countries").set_index("country"), Locale("ru").territories
    for code, row in russian("country_names", "country").items():
        if row["source"] == "cldr-ru" and code != "USA":
            territory = territories[names["iso2"].get(code) if code != "WLD" else "001"]
            assert row["nominative"][:6] == territory[:6], code


def test_the_region_writes_kyrgyzstan() -> None:
    assert russian("country_names", "country")["KGZ"]["nominative"] == "Кыргызстан"


def test_the_labels_of_blocs_are_told_apart() -> None:
    labels = [row["label"] for row in russian("bloc_names", "bloc").values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("bloc", "label"), [("eaeu", "ЕАЭС"), ("ots", "ОТГ"), ("csto", "ОДКБ"), ("sco", "ШОС"), ("cis", "СНГ")]
)
def test_an_acronym_has_no_cases(bloc: str, label: str) -> None:
    row = russian("bloc_names", "bloc")[bloc]
    assert row["label"] == label
    assert not isinstance(row["genitive"], str)
