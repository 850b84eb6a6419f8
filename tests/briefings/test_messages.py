"""The catalogues: what is extracted, how they are kept in step, and what a translation may not do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from analysis.briefings import literals, messages, passages
from analysis.exhibits import language

CODES = language.known()[1:]


@pytest.fixture(scope="module")
def told() -> messages.Found:
    return messages.found()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of catalogues of its own, beside the code that they belong to."""
    place = tmp_path / "catalogues"
    shutil.copytree(language.CATALOGUES, place)
    monkeypatch.setattr(language, "CATALOGUES", place)
    return place


SMALL = messages.Found(
    {"It {verb} by {rate}": None, "member": "members", "grew": None, "Growth": None}, ("growth.*",)
)


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_is_in_step(code: str, told: messages.Found) -> None:
    assert messages.problems(code, told) == []


def test_messages_come_from_code_tables_notebooks_and_definitions(told: messages.Found) -> None:
    assert "Key figures" in told.messages  # furniture
    assert told.messages["percentage point"] == "percentage points"  # a fixed word
    assert "Two books of one trade" in told.messages  # a heading of a notebook
    assert "{reporter} and {partner}" in told.messages  # the title of a definition
    assert "the total is zero" in told.messages  # the reason of a measure
    assert "Jaccard index" in told.messages  # a cell of a column that is declared to be messages
    assert "Memberships" in told.messages  # the title of a table
    assert "" not in told.messages


def test_every_door_is_found() -> None:
    source = """
TITLES = {"a": "First", "b": "Second"}
def shown(kind):
    text = "Third" if kind else "Fourth"
    Finding("x", TITLES[kind], otherwise="Fifth" " and more", label=msg("Sixth"), notes=["Seventh"])
    Exhibit.table(f"t-{kind}", subtitle=text, alt="Eighth", note=None, id="no message")
    Column("key", "Ninth", empty="Tenth")
    plural(n, one="one", **FORMS)
    compare(a, b, "Eleventh", less="Twelfth")
    because("Thirteenth")
    other("nothing")
FORMS = {"other": "others"}
"""
    found, contexts = literals.found(source)
    assert {each.message for each in found} == {
        "First", "Second", "Third", "Fourth", "Fifth and more", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "one",
        "Eleventh", "Twelfth", "Thirteenth",
    }  # fmt: skip
    assert [each.plural for each in found if each.plural] == ["others"]
    assert contexts == ["x", r"t\-.*", "key"]


def test_markdown_is_cut_where_a_reader_would() -> None:
    source = "# A title\nTwo lines\nof one paragraph.\n\n1. first\n2. second\n   goes on\n\n> said"
    assert passages.messages(source) == [
        "A title",
        "Two lines of one paragraph.",
        "first",
        "second goes on",
        "said",
    ]
    assert passages.translated(source) == source


def test_markdown_keeps_its_marks_in_another_language(folder: Path) -> None:
    (folder / "kk.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Growth"\nmsgstr "Өсім"\n',
        encoding="utf-8",
    )
    with language.using("kk") as missed:
        assert passages.translated("## Growth\n\n- Growth\n- other") == "## Өсім\n\n- Өсім\n- other"
    assert list(missed) == [("", "other")]


def test_update_keeps_what_is_translated_and_drops_what_is_gone(folder: Path) -> None:
    path = folder / "ru.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Growth"\nmsgstr "Рост"\n\n'
        'msgctxt "growth-rate"\nmsgid "grew"\nmsgstr "выросла"\n\nmsgid "Gone"\nmsgstr "Нет"\n',
        encoding="utf-8",
    )
    assert messages.update("ru", SMALL) == (5, 3)
    first = path.read_bytes()
    assert "Рост" in first.decode() and "выросла" in first.decode() and "Gone" not in first.decode()
    assert messages.update("ru", SMALL) == (5, 3) and path.read_bytes() == first
    assert messages.missing("ru", SMALL) == [("", "It {verb} by {rate}"), ("", "grew"), ("", "member")]
    assert b"POT-Creation-Date" not in first and b"#: " not in first


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (
            'msgid "It {verb} by {rate}"\nmsgstr "Оно {verb}"',
            "which has other fields; they are {verb}, {rate}",
        ),
        (
            'msgid "It {verb} by {rate}"\nmsgstr "{verb} на {raet}"',
            "whose field {raet} is none of its own (did you mean 'rate'?); they are {verb}, {rate}",
        ),
        ('msgid "It {verb} by {rate}"\nmsgstr "{verb} на {rate} за 7 лет"', "which holds a digit"),
        ('msgid "It {verb} by {rate}"\nmsgstr "{verb} на {rate:percnt}"', "there is no form 'percnt'"),
        ('msgid "It {verb} by {rate}"\nmsgstr "{verb} на {rate"', "which is no template"),
        (
            'msgid "member"\nmsgid_plural "members"\nmsgstr[0] "член"\nmsgstr[1] "члена"',
            "lacks some of its 4 forms",
        ),
        ('msgctxt "nobody"\nmsgid "grew"\nmsgstr "рос"', "stands in the context 'nobody', which is none"),
        ('msgid "Gone"\nmsgstr "Нет"', "“Gone” is new or gone"),
    ],
)
def test_a_fault_is_told_with_its_message(folder: Path, entry: str, fault: str) -> None:
    messages.update("ru", SMALL)
    path = folder / "ru.po"
    kept = [
        part for part in path.read_text(encoding="utf-8").split("\n\n") if entry.splitlines()[0] not in part
    ]
    path.write_text("\n\n".join([*kept, entry, ""]), encoding="utf-8")
    faults = messages.problems("ru", SMALL)
    assert len(faults) == 1 and faults[0].startswith("catalogues/ru.po: “") and fault in faults[0]
    is_of_itself = "msgctxt" not in entry and "Gone" not in entry
    assert messages.broken("ru") == (faults if is_of_itself else [])


class TestCommand:
    def test_begins_a_language(self, command, folder: Path) -> None:
        ended = command("messages", "--add", "kk")
        assert ended.code == 0 and ended.out.startswith("kk")
        assert f"{folder.name}/kk.po: fill in its msgstr lines" in ended.out
        assert "data/country_names.csv" in ended.out and "briefing messages --check" in ended.out
        assert language.known() == ("en", "kk", *[code for code in CODES if code != "kk"])
        assert command("messages", "--check").out == "The catalogues are in step.\n"

    def test_tells_of_a_field_that_is_none_when_it_writes(self, command, folder: Path) -> None:
        command("messages", "--add", "kk")
        path = folder / "kk.po"
        text = path.read_text(encoding="utf-8")
        at = 'msgid "{n} more"\nmsgstr "'
        assert at in text
        path.write_text(text.replace(at, f"{at}тағы {{m}}"), encoding="utf-8")
        ended = command("messages")
        assert ended.code == 1 and re.search(r"^kk +\d+ messages", ended.out, flags=re.M)
        assert [line for line in ended.sentences if line.startswith("catalogues/kk.po: ")] == [
            "catalogues/kk.po: “{n} more” is translated by “тағы {m}”, whose field {m} is none of its own; they are {n}"
        ]

    def test_lists_what_is_missing(self, command, folder: Path) -> None:
        (folder / "kk.po").write_text("", encoding="utf-8")
        ended = command("messages", "--missing", "kk", "--json")
        assert {"context": "", "message": "Key figures"} in ended.json

    def test_refuses_what_is_no_language(self, command, folder: Path) -> None:
        assert command("messages", "--missing", "rus").sentences == [
            "briefing messages: there is no catalogue 'rus' (did you mean 'ru'?)"
        ]
        for code in ("qqq", ""):
            ended = command("messages", "--add", code)
            assert (ended.code, ended.sentences) == (
                2,
                [
                    f"briefing messages: the CLDR has no language '{code}'; give --add a code of it, such as kk"
                ],
            )
        assert command("messages", "--add", "ru").sentences == [
            "briefing messages: the language 'ru' is there already; leave out --add"
        ]
        assert not (folder / "qqq.po").exists()

    def test_fails_where_a_catalogue_is_behind(self, command, folder: Path) -> None:
        (folder / "kk.po").write_text("", encoding="utf-8")
        ended = command("messages", "--check")
        assert ended.code == 1 and any("“Key figures” is new or gone" in line for line in ended.sentences)
