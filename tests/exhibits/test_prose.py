from __future__ import annotations

import pytest

from analysis import tables
from analysis.exhibits import prose


def words(text, language="en"):
    return [(fault.word, fault.kind) for fault in prose.faults(text, language)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It rose.", [("rose", "up")]),
        ("RISEN", [("RISEN", "up")]),
        ("A rosebush", []),
        ("more\nthan _less_", [("more than", "more")]),
        ("more **than** that", [("more than", "more")]),
        ("more or less", []),
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
        ("It rose", []),
    ],
)
def test_russian_words_by_stem_and_whole(text, found):
    assert words(text, "ru") == found


def test_a_language_without_rows_still_refuses_digits():
    assert words("тез өсті 2023", "kk") == [("2023", "typed")]


def test_the_text_around_is_cut_at_blanks():
    said = prose.problems(
        "Of all the partners in the world that it has ever had, one grew and another did not at all"
    )
    assert said == [
        "“it has ever had, one grew and another did not at” holds a direction, 'grew'; " + prose.REMEDY
    ]


def test_words_are_small_and_no_phrase_hides_another_language():
    listed = tables.read("listed_words")
    assert (listed["word"] == listed["word"].str.lower()).all()
    assert not listed["word"].str.contains("ё").any()
    assert set(listed["kind"]) == set(prose.KINDS) - {prose.TYPED}
    assert set(listed["language"]) == {"en", "ru"}
