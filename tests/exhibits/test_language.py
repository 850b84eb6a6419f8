"""Sentences in another language: looked up, filled with names in their case, and noted where they are missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.errors import BriefingError
from analysis.exhibits import language, names, words
from analysis.exhibits.display import Column, Table
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Quoted
from analysis.exhibits.template import direction, msg, plural
from analysis.measures.measured import Measured

pd = pytest.importorskip("pandas")

CATALOGUE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=4; plural=(n%10==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\n"

msgid "Trade of {reporter} with {partner} {moved}: {sum}."
msgstr "Торговля {reporter:genitive} с {partner:instrumental} {moved}: {sum}."

msgid "rose"
msgstr "вырос"

msgctxt "trade"
msgid "rose"
msgstr "выросла"

msgid "{n:count} {members}"
msgstr "{n:count} {members}"

msgid "member"
msgid_plural "members"
msgstr[0] "член"
msgstr[1] "члена"
msgstr[2] "членов"
msgstr[3] "члена"

msgid "Held: {title}."
msgstr "Состоялось: {title}."

msgid "It is {day}."
msgstr "Сегодня {day}."

msgid "With {partners}"
msgstr "С {partners:instrumental}"

msgid "Trade of {owner}"
msgstr "Торговля {other}"

msgid "not reported"
msgstr "нет данных"

msgid "not defined"
msgstr "не определено"

msgid "USD {amount}"
msgstr "{amount} долл."
"""

GREW = Measured(0.1, "rate", "cagr")
SUM = Measured(2e9, "usd", "turnover", price_basis="current")


@pytest.fixture(autouse=True)
def russian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A small catalogue alone; the tests speak it."""
    (tmp_path / "ru.po").write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    with language.using("ru") as missed:
        yield missed


def trade(id: str) -> Finding:
    return Finding(
        id,
        "Trade of {reporter} with {partner} {moved}: {sum}.",
        reporter=names.country("UZB"),
        partner=names.country("KAZ"),
        moved=direction(GREW),
        sum=SUM,
    )


def test_a_sentence_takes_its_names_in_their_case_and_its_words_in_their_gender(russian) -> None:
    said = trade("trade").text.replace("\u00a0", " ")
    assert said == "Торговля Узбекистана с Казахстаном выросла: 2 млрд долл."
    assert trade("turnover").text.split()[4] == "вырос:"
    assert russian == {}


def test_plurals_have_all_forms_of_the_language() -> None:
    said = [
        msg("{n:count} {members}", n=n, members=plural(n, one="member", other="members")) for n in (1, 3, 5)
    ]
    assert said == ["1 член", "3 члена", "5 членов"]


def test_lists_are_in_the_order_of_the_language_and_in_their_case() -> None:
    assert names.countries(["UZB", "KAZ", "CHN"]) == ["Казахстан", "Китай", "Узбекистан"]
    assert msg("With {partners}", partners=names.countries(["UZB", "KAZ"])) == "С Казахстаном и Узбекистаном"


def test_text_of_the_data_keeps_its_language_and_is_marked() -> None:
    found = Finding("held", "Held: {title}.", title=Quoted("Treaty on Alliance"))
    assert found.text == "Состоялось: Treaty on Alliance."
    assert found.spans()["text"] == [{"name": "title", "start": 12, "end": 30, "lang": "en"}]
    table = Table.of(pd.DataFrame({"title": ["Treaty"]}), [Column("title", "", lang="en")])
    assert table.block()["columns"][0]["lang"] == "en"


def test_an_abbreviation_ends_the_sentence_with_its_own_stop() -> None:
    assert msg("It is {day}.", day="2025-12-31") == "Сегодня 2025-12-31."
    assert Finding("day", "It is {day}.", day=pd.Timestamp("2025-12-31").date()).text.endswith("2025\u202fг.")


def test_what_is_missing_stays_english_and_is_noted(russian) -> None:
    assert msg("Nobody said this") == "Nobody said this"
    assert Finding("grew", "It {moved}.", moved=direction(GREW, up="soared")).text == "It soared."
    assert list(russian) == [("", "Nobody said this"), ("grew", "It {moved}."), ("grew", "soared")]
    assert {"context": "grew", "message": "soared"} in language.missed()


def test_english_text_in_a_value_is_missed_too(russian) -> None:
    Finding("held", "Held: {title}.", title="some English words")
    assert list(russian) == [("held", "some English words")]


def test_a_case_that_the_table_lacks_is_noted(russian, monkeypatch) -> None:
    monkeypatch.setattr(names, "_row", lambda table, code, spoken: {})
    assert names.case(names.country("UZB"), "genitive") == "Узбекистан"  # of the CLDR
    assert list(russian) == [("data/country_names.csv", "UZB: genitive")]


def test_other_fields_than_the_english_are_refused() -> None:
    with pytest.raises(ValueError, match="must name the same fields"):
        msg("Trade of {owner}", owner=names.country("UZB"))


def test_a_catalogue_that_cannot_be_read_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "ru.po").write_text('msgid "a"\nmsgtext "b"\n', encoding="utf-8")
    with pytest.raises(BriefingError, match=r"ru\.po: cannot be read"):
        msg("Anything")


def test_a_language_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "kk.po").write_text("", encoding="utf-8")
    assert language.known() == ("en", "kk", "ru")


def test_english_inside_misses_nothing_outside(russian) -> None:
    with language.using("en"):
        assert names.country("UZB") == "Uzbekistan" and msg("Nobody said this") == "Nobody said this"
    assert russian == {}


def test_what_reads_tables_back_knows_how_they_are_printed() -> None:
    assert words.notation() == words.notation("ru") != words.notation("en")
    assert words.notation("ru")["scales"] == {"млн": 10**6, "млрд": 10**9, "трлн": 10**12}
