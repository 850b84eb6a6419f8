"""bilateral_trade in Russian: every message is there, words agree, and only what comes from the tables is Latin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from notebook_checks import plain, sentences, shown

from analysis import tables
from analysis.exhibits import language, names, wording

LATIN = re.compile(r"[A-Za-z]")
PAIRS = ({}, {"reporter": "KGZ", "partner": "CHN"}, {"reporter": "TJK", "partner": "KAZ"})
DAYS = (
    {"as_of": "1995-01-01", "known_by": "1995-01-01", "start": 1992, "end": 1994},
    {"as_of": "2005-01-01", "known_by": "2005-01-01", "start": 1995, "end": 2003},
)
TARGETS = (
    {"target_value": 2e10, "target_year": 2030, "deflator": "none", "side": "reporter"},
    {"target_value": 1e9, "target_year": 2022, "side": "partner", "since": "2024-05-01"},
)


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    language.use(language.SOURCE)


@cache
def _shown(*parameters: tuple[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    blocks = shown("bilateral_trade", dict(parameters) | {"language": "ru"})
    return [block for block in blocks if block["kind"] in ("finding", "figure", "table")], language.missed()


def russian(**parameters: Any) -> list[dict[str, Any]]:
    return _shown(*parameters.items())[0]


def cells(block: dict[str, Any]) -> list[str]:
    """The heads of a table and its cells, but for columns in a language of their own."""
    table = block.get("table") or {"columns": [], "rows": []}
    own = [place for place, column in enumerate(table["columns"]) if not column.get("lang")]
    return [
        *(column["label"] for column in table["columns"]),
        *(row[place] for row in table["rows"] for place in own),
    ]


@cache
def data() -> re.Pattern[str]:
    """What a reader meets as the tables have it: releases, publishers, titles, notes; and the names of parameters."""
    sources = tables.read("sources")
    events = tables.read("events")
    texts = {*events["title"], *events["place"].dropna(), *tables.read("agreements")["title"]}
    with language.using("ru"):
        releases = {names.release(source) for source in sources["source"]}
        texts |= {names.document(source) for source in set(tables.read("claims")["source"])}
    texts |= {part for release in releases for part in (release, release.partition(", ")[0])}
    texts |= {str(publisher).partition(";")[0] for publisher in sources["publisher"]}
    texts |= {note for note in tables.read("macro")["note"] if isinstance(note, str)}
    texts |= {"known_by", "start", "end", "data/trade.csv"}
    longest = sorted((wording.typographic(text) for text in texts), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest)))


@pytest.mark.parametrize("given", [*PAIRS, *DAYS, *TARGETS], ids=str)
def test_nothing_is_left_in_english(given: dict[str, Any]) -> None:
    blocks, missed = _shown(*given.items())
    assert missed == []
    told = [text for block in blocks for text in (*sentences(block), *cells(block))]
    assert [text for text in told if LATIN.search(data().sub("", text))] == []


def test_words_agree_with_their_subject_and_names_stand_in_their_case() -> None:
    said = {block["id"]: plain(block.get("text") or block["title"]) for block in russian()}
    assert said["lead"] == (
        "По данным Узбекистана, товарооборот с Казахстаном (товары и услуги) вырос с 1,90 млрд долл. США в 2016 г. до"
        " 4,49 млрд долл. США в 2023 г. (отношение к исходному уровню — 2,36; в среднем +13,1 % в год за 7 лет; в текущих"
        " ценах)."
    )
    assert said["partner-share"] == (
        "Доля Казахстана в торговле Узбекистана снизилась с 7,8 % в 2016 г. до 7,1 % в 2023 г."
    )
    assert said["weights"].startswith(
        "За 2016–2023 гг. отношение товарооборота с Казахстаном к ВВП Узбекистана выросло"
    )
    assert said["silent-years"] == (
        "Не сравниваются: в данных Казахстана нет ни экспорта в Узбекистан, ни импорта оттуда (2016–2017)."
    )


def test_a_reason_of_a_measure_is_said_in_russian() -> None:
    blocks = {block["id"]: block for block in russian(reporter="KAZ", partner="VNM")}
    assert blocks["mirror"]["text"] == (
        "Сопоставить данные двух сторон нельзя: в таблице внешней торговли нет пригодных данных об экспорте Казахстана во"
        " Вьетнам и импорте оттуда."
    )


def test_numbers_dates_and_marks_are_those_of_print() -> None:
    told = [text for block in russian() for text in (*sentences(block), *cells(block))]
    for wrong in (r"\d\.\d", r"\d (?:%|г\.)", r"(?<!\d)-\d", '["“”]', " —"):
        assert [text for text in told if re.search(wrong, text)] == [], wrong
    assert any(re.search(r"−\d+,\d", text) for text in told)
