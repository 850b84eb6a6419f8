"""What bloc_overlap says in Russian: everything, in the case and number its sentence asks for, and nothing in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from notebook_checks import column, plain, sentences, shown

from analysis.exhibits import blocks, language

QUOTED = re.compile("«[^»]*»")  # publications keep the name they have
LATIN = re.compile(
    "(?<![A-Za-z])(?![A-Z]{3}[ \u00a0][А-Я])[A-Za-z]{2,}"
)  # a code explained by its name is the key of a drawing
DOUBLED = re.compile(r"[.,;:]{2}| [.,;:]|\(\)|  ")
ASKED: dict[str, dict[str, Any]] = {
    "today": {},
    "in words that decline": {"bloc_a": "abraham-accords", "bloc_b": "board-of-peace"},
    "nothing in common": {"bloc_a": "eu", "bloc_b": "csto", "extra_blocs": [], "what_if": []},
    "before any member": {"as_of": "1995-01-01"},
    "an uncertain day": {"bloc_a": "aiib", "bloc_b": "sco", "as_of": "2016-06-01"},
    "years, observers counted": {"step": "year", "statuses": ["member", "participant", "observer"]},
}


@cache
def run(asked: str) -> tuple[dict[str, dict[str, Any]], list[dict[str, str]]]:
    try:
        found = shown("bloc_overlap", ASKED[asked] | {"language": "ru"})
        return {block["id"]: block for block in found}, language.missed()
    finally:
        language.use(language.SOURCE)


def text(asked: str, ident: str) -> str:
    block = run(asked)[0][ident]
    return plain(block.get("text") or block["title"])


def printed(block: dict[str, Any]) -> Iterator[str]:
    yield from sentences(block)
    table = block.get("table") or {"columns": [], "rows": []}
    yield from (each["label"] for each in table["columns"])
    yield from (cell for row in table["rows"] for cell in row)


@pytest.mark.parametrize("asked", ASKED)
def test_every_message_is_translated_and_every_sentence_is_sound(asked: str) -> None:
    found, missed = run(asked)
    assert missed == []
    for block in found.values():
        assert blocks.check(block) == []
        for each in sentences(block):
            assert not DOUBLED.search(plain(each).replace("г.", "г")), (
                each
            )  # an abbreviation has a stop of its own


@pytest.mark.parametrize("asked", ASKED)
def test_nothing_is_left_in_english(asked: str) -> None:
    for ident, block in run(asked)[0].items():
        for each in printed(block):
            assert not LATIN.search(QUOTED.sub("", each)), f"{ident}: {each}"


def test_the_lead_counts_in_the_genitive() -> None:
    assert text("today", "lead") == (
        "На 22 ноября 2026 г. в составе и ЕАЭС, и КВГ ЦА — Казахстан и Кыргызстан: 2 из 9 стран в составе хотя бы одного"
        " из них; индекс Жаккара — 0,22."
    )


def test_a_verb_goes_with_its_number() -> None:
    assert text("today", "matrix").startswith("2 страны входят и в ЕАЭС, и в КВГ ЦА")
    assert text("before any member", "patterns") == "9 стран образуют 1 сочетание членства"
    assert text("today", "spells").startswith("13 периодов участия стран")
    assert text("today", "pairs").endswith("5 общих стран, индекс Жаккара — 0,83")


def test_a_label_that_is_no_acronym_declines() -> None:
    assert (
        text("in words that decline", "matrix") == "4 страны входят и в Авраамовы соглашения, и в Совет мира"
    )
    assert text("in words that decline", "shared-countries").startswith(
        "Только в Авраамовых соглашениях — Израиль; только в Совете мира — Азербайджан"
    )


def test_a_name_stands_in_the_case_of_its_sentence() -> None:
    assert text("today", "composition") == "Концентрация ВВП выше всего у ЕАЭС: на Россию приходится 84,2 %"
    assert plain(run("today")[0]["heaviest"]["label"]) == "Доля России в ВВП ЕАЭС, 2024 г."
    assert "полноправное участие России в КВГ ЦА с 1 января 2026 г." in text("today", "supposed")


def test_a_reason_is_told_in_russian_too() -> None:
    assert text("before any member", "lead").endswith(
        "определить нельзя: на эту дату ни в одном из них нет членов."
    )
    assert "не определено участие в АБИИ на 1 июня 2016 г.:" in text("an uncertain day", "lead")
    assert "за 2024 г. для Индии" in plain(run("today")[0]["composition"]["note"])


def test_numbers_and_words_of_a_table_are_those_of_the_language() -> None:
    assert column(run("today")[0]["closeness"], "Значение")["Индекс Жаккара"] == "0,22"
    assert column(run("today")[0]["closeness"], "Число")["Индекс Жаккара"] == "2 из 9"
    assert column(run("today")[0]["matrix"], "ОДКБ")["Армения"] == "член, участие приостановлено"


def test_countries_stand_in_the_order_of_the_alphabet_of_the_language() -> None:
    assert "«наблюдатель» — Иран, Куба, Молдова и Узбекистан" in text("today", "beside-a")
