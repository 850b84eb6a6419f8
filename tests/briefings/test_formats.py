"""All formats of a briefing say the same, and the check that holds them to it hears of every kind of difference."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import format_checks
import nbformat
import pytest

from analysis.briefings import document as d
from analysis.briefings import paper
from analysis.briefings.card import card
from analysis.briefings.email import email
from analysis.briefings.html import BriefingHTMLExporter
from analysis.briefings.normalise import normalise

from . import sample

FILES = ["pair.html", "pair.pdf"]


@pytest.fixture(scope="module")
def document() -> d.Document:
    return normalise(sample.assembled())


@pytest.fixture(scope="module")
def html() -> str:
    return BriefingHTMLExporter().from_notebook_node(sample.assembled())[0]


def planted(node: Any, kind: type, name: str, change: Callable[[Any], Any], state: list | None = None) -> Any:
    """The document with one field of the first `kind` that has something in it changed."""
    state = [] if state is None else state
    if state:
        return node
    if isinstance(node, tuple):
        return tuple(planted(each, kind, name, change, state) for each in node)
    if not is_dataclass(node):
        return node
    if isinstance(node, kind) and getattr(node, name):
        state.append(node)
        return replace(node, **{name: change(getattr(node, name))})
    return replace(
        node, **{f.name: planted(getattr(node, f.name), kind, name, change, state) for f in fields(node)}
    )


def other(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text, f"{text!r} has no {old!r}"
        return text.replace(old, new, 1)

    return change


def another_cell(grid: d.Grid) -> d.Grid:
    first, *rest = grid.rows
    return replace(grid, rows=((*first[:-1], "99.9%"), *rest))


def another_column(grid: d.Grid) -> d.Grid:
    return replace(grid, columns=(replace(grid.columns[0], label="Month"), *grid.columns[1:]))


PLANTS: dict[str, tuple[type, str, Callable[[Any], Any], str]] = {
    "a number of the lead": (d.Statement, "text", other("4.49", "4.94"), "4.94"),
    "a key figure": (d.KeyFigure, "figure", other("13.1", "13.2"), "13.2"),
    "the label of a key figure": (d.KeyFigure, "label", other("Growth", "Fall"), "Fall"),
    "the change of a key figure": (d.KeyFigure, "change", other("2023", "2022"), "2022"),
    "a title of an exhibit": (d.Figure, "title", other("climb", "fall"), "fall"),
    "a label of an exhibit": (d.Figure, "label", other("1", "7"), "7"),
    "a unit": (d.Figure, "subtitle", other("billions", "millions"), "millions"),
    "an alt text": (d.Figure, "alt", other("4.49", "4.48"), "4.48"),
    "a number in a drawing": (d.Figure, "svg", other(">2019<", ">2018<"), "9"),
    "a note": (d.Table, "note", other("more", "less"), "less"),
    "a cell": (d.Table, "grid", another_cell, "99.9%"),
    "a column": (d.Table, "grid", another_column, "Month"),
    "the sources of an exhibit": (d.Table, "citations", lambda numbers: numbers[:1], "the page says"),
    "a heading": (d.Section, "title", other("doubled", "halved"), "halved"),
    "a paragraph": (d.Text, "text", other("how large", "how small"), "small"),
    "a formula": (d.Method, "formula", other("− 1", "+ 1"), "+"),
    "a caveat": (d.Flag, "note", other("current", "constant"), "constant"),
    "a title of a source": (d.Citation, "title", other("2023", "2024"), "2024"),
    "a publisher": (d.Citation, "publisher", other("Uzbekistan", "Tajikistan"), "Tajikistan"),
    "an address": (d.Citation, "url", other("2024", "2023"), "2023"),
    "a licence": (d.Citation, "licence", other("CC BY", "CC0"), "CC0"),
    "a hash": (d.TableUsed, "sha256", other("0c8", "0d8"), "0d81"),
    "a count of rows": (d.TableUsed, "held", other("131", "132"), "132"),
    "a parameter": (d.Provenance, "parameters", lambda pairs: (("reporter", "KAZ"), *pairs[1:]), "KAZ"),
    "the colophon": (d.Document, "colophon", lambda lines: lines[:-1], "nothing"),
    "the edition": (d.Document, "edition_text", other("2025", "2024"), "2024"),
}  # fmt: skip


class TestPageAndPdf:
    def test_they_say_the_same(self, html: str, document: d.Document) -> None:
        assert format_checks.differences(html, paper.pdf(document)) == []

    def test_every_text_of_the_document_is_among_what_was_read(self, html: str, document: d.Document) -> None:
        """Agreement of two readings that read nothing would be no agreement."""
        page = format_checks.of_page(html)
        said = [document.title, document.subtitle, document.edition_text, *document.colophon]
        said += [key.figure for key in document.key_figures] + [flag.note for flag in document.flags]
        said += [words for one in document.exhibits for words in (one.label, one.title, one.note) if words]
        said += [one.alt for one in document.exhibits if isinstance(one, d.Figure)]
        said += [
            cell
            for one in document.exhibits
            if isinstance(one, d.Table)
            for row in one.grid.rows
            for cell in row
        ]
        said += [words for m in document.methods for words in (m.title, m.formula, m.definition, m.reference)]
        said += [words for c in document.citations for words in (c.title, c.publisher, c.url) if words]
        assert format_checks.strangers(map(format_checks.normal, said), page) == []
        assert len(page.drawings) == len([one for one in document.exhibits if isinstance(one, d.Figure)])
        assert "2019" in page.drawings[0]

    @pytest.mark.parametrize("plant", PLANTS)
    def test_one_difference_is_heard(self, html: str, document: d.Document, plant: str) -> None:
        kind, name, change, word = PLANTS[plant]
        found = format_checks.differences(html, paper.pdf(planted(document, kind, name, change)))
        assert found and any(word in sentence for sentence in found), found
        assert len(found) <= 4

    def test_a_sentence_left_out_and_exhibits_in_another_order_are_heard(
        self, html: str, document: d.Document
    ) -> None:
        section = document.sections[0]
        spoken = [part for part in section.parts if isinstance(part, d.Statement)][-1]
        shorter = replace(section, parts=tuple(part for part in section.parts if part is not spoken))
        (found,) = format_checks.differences(
            html, paper.pdf(replace(document, sections=(shorter, *document.sections[1:])))
        )
        assert "No target for 2024 was announced" in found and found.endswith("the PDF “nothing”")
        turned = replace(section, parts=tuple(reversed(section.parts)))
        assert format_checks.differences(
            html, paper.pdf(replace(document, sections=(turned, *document.sections[1:])))
        )


class TestEmail:
    def test_it_says_nothing_that_the_page_does_not(self, html: str, document: d.Document) -> None:
        page = format_checks.of_page(html, notes=False)
        own = [document.words["key_figures"], f"{document.words['whole']}: pair.html, pair.pdf"]
        for units in format_checks.of_email(email(document, FILES)):
            assert len(units) > 15
            assert format_checks.strangers(units, page) == own

    def test_a_difference_is_heard(self, html: str, document: d.Document) -> None:
        page = format_checks.of_page(html, notes=False)
        wrong = planted(document, d.KeyFigure, "figure", other("13.1", "13.2"))
        for units in format_checks.of_email(email(wrong, FILES)):
            assert any("13.2" in unit for unit in format_checks.strangers(units, page))


ELSEWHERE = """\
import datetime, hashlib, json, sys, time

import nbformat
from analysis.briefings.card import card
from analysis.briefings.email import email
from analysis.briefings.html import BriefingHTMLExporter
from analysis.briefings.normalise import normalise
from analysis.briefings.paper import pdf

class Clock(datetime.datetime):
    __slots__ = ()

    @classmethod
    def now(cls, *args):
        raise AssertionError("a clock was read")
    today = utcnow = now

real = datetime.datetime
for module in list(sys.modules.values()):
    if getattr(module, "datetime", None) is real:
        module.datetime = Clock
time.time = time.localtime = time.gmtime = Clock.now
notebook = nbformat.read(sys.argv[1], 4)
document = normalise(notebook)
made = [BriefingHTMLExporter().from_notebook_node(notebook)[0].encode(), pdf(document), email(document), card(document)]
print(json.dumps([hashlib.sha256(each).hexdigest() for each in made]))
"""


def test_no_format_knows_where_and_when_it_was_made(html: str, document: d.Document, tmp_path) -> None:
    """Another folder, process, time zone, locale and order of sets; a clock that must not be read."""
    nbformat.write(sample.assembled(), tmp_path / "executed.ipynb")
    env = {
        **os.environ,
        "TZ": "Pacific/Auckland",
        "LC_ALL": "de_DE.UTF-8",
        "LANG": "ru_RU",
        "PYTHONHASHSEED": "7",
    }
    ended = subprocess.run(
        [sys.executable, "-P", "-c", ELSEWHERE, "executed.ipynb"], cwd=tmp_path, env=env, capture_output=True, check=False
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr.decode()
    here = [html.encode(), paper.pdf(document), email(document), card(document)]
    assert json.loads(ended.stdout) == [hashlib.sha256(each).hexdigest() for each in here]
