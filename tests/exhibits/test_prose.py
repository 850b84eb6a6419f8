from __future__ import annotations

import re

import pytest

from analysis import tables
from analysis.exhibits import prose


def words(text):
    return [(fault.word, fault.kind) for fault in prose.faults(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It rose.", [("rose", "up")]),
        ("RISEN", [("RISEN", "up")]),
        ("A rosebush", []),
        ("more\nthan _less_", [("more than", "more")]),
        ("more **than** that", [("more than", "more")]),
        ("more or less", []),
        ("a new record, a record of votes, the record", [("new record", "superlative")]),
        ("Trade set a new high, then multi-year lows.", [("new high", "most"), ("multi-year lows", "least")]),
        ("a new high-speed line, a new highway", []),
        ("новый максимум, к минимуму", [("максимум", "most"), ("минимуму", "least")]),
        ("a third, a third\ncountry", [("a third", "number")]),
        ("never joined, never counted", [("never", "absolute")]),
        ("three-quarters of twenty-three", [("quarters", "number"), ("twenty", "number")]),
        ("headquarters, however", []),
        ("in 2016–2023,", [("2016–2023", "typed")]),
        ("x² and Ⅳ", [("x²", "typed"), ("Ⅳ", "typed")]),
        ("1. one\n2) two", []),
        ("2016. A year", [("2016", "typed")]),
        ("[here](https://a.org/2020) and <https://a.org/1>", []),
        ("[in 2020](https://a.org)", [("2020", "typed")]),
        ("the C5+1, the C9+1", [("C9+1", "typed")]),
        ("", []),
    ],
)
def test_whole_words_in_any_case_outside_names(text, found):
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Товарооборот вырос", [("вырос", "up")]),
        ("Экспорт ВОЗРОСШИЙ, импорт сократился", [("ВОЗРОСШИЙ", "up"), ("сократился", "down")]),
        ("возраст", []),
        ("возрастёт", [("возрастёт", "up")]),
        ("растёт и растет", [("растёт", "up"), ("растет", "up")]),
        ("с тех пор", [("с тех пор", "since")]),
        ("с Казахстаном", []),
        ("двадцать три, тридцатый", [("двадцать", "number"), ("тридцатый", "number")]),
        ("утром", []),
        ("впервые, единственный", [("впервые", "since"), ("единственный", "absolute")]),
    ],
)
def test_russian_words_by_stem_and_whole(text, found):
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Сауда өсті, экспорт төмендеді", [("өсті", "up"), ("төмендеді", "down")]),
        ("ең ірі серіктес, ең шағын", [("ең ірі", "most"), ("ең", "superlative")]),
        ("жылдан бері, көптеген елдер", [("жылдан бері", "since"), ("көптеген", "quantity")]),
        ("Өскемен, он ел, онымен", []),
        ("Savdo oʻsdi, eksport kamaydi", [("oʻsdi", "up"), ("kamaydi", "down")]),
        ("o'sdi, o‘sdi, o’sdi", [("o'sdi", "up"), ("o‘sdi", "up"), ("o’sdi", "up")]),
        ("eng yirik hamkor, eng kam ulush", [("eng yirik", "most"), ("eng kam", "least")]),
        ("yildan beri, ko'plab davlatlar", [("yildan beri", "since"), ("ko'plab", "quantity")]),
        ("savdo va hamkorlik", []),
    ],
)
def test_kazakh_and_uzbek_words(text, found):
    assert words(text) == found


def test_every_language_has_words_of_every_kind():
    listed = tables.read("listed_words")
    kinds = {kind for kind in prose.KINDS if kind not in (prose.TYPED, prose.HIDDEN)}
    for language, own in listed.groupby("language"):
        assert kinds <= set(own["kind"]) and len(own) >= 60, language


def test_the_words_of_every_language_are_held_in_one_text():
    assert words("Trade (торговля) rose, выросла") == [("rose", "up"), ("выросла", "up")]


def test_a_language_without_rows_still_refuses_digits():
    assert words("çalt ösdi 2023") == [("2023", "typed")]


def test_the_text_around_is_cut_at_blanks():
    said = prose.problems(
        "Of all the partners in the world that it once had, one grew and another did not at all"
    )
    assert said == [
        "“that it once had, one grew and another did not at” holds a direction, 'grew'; " + prose.REMEDY
    ]


def test_words_are_small_and_no_phrase_hides_another_language():
    listed = tables.read("listed_words")
    assert (listed["word"] == listed["word"].str.lower()).all()
    assert not listed["word"].str.contains("ё").any()
    assert set(listed["kind"]) == {*prose.KINDS, prose.FREE} - {prose.TYPED, prose.HIDDEN}
    assert set(listed["language"]) == {"en", "kk", "ru", "uz"}


@pytest.mark.parametrize("table", [prose.WORDS, "sentence_words"])
def test_a_free_phrase_holds_a_listed_word(table):
    rows, listed = tables.read(table), tables.read(prose.WORDS)
    said = listed[listed["kind"] != prose.FREE]
    for phrase in rows[rows["kind"] == prose.FREE]["word"]:
        ends = ((each.word, "" if each.is_stem else r"(?!\w)") for each in said.itertuples())
        held = (rf"(?<!\w){re.escape(word)}{end}" for word, end in ends)
        assert any(re.search(each, phrase) for each in held), phrase
