"""Annexes on the page: behind the body, on a page of their own, in the list of bookmarks and in both formats."""

from __future__ import annotations

import io

import pypdf
import pytest

from analysis.briefings import assemble, definition, html, paper
from analysis.errors import UsageError

from . import sample

COVER = assemble.Cover(title="Trade and blocs", as_of="2025-12-31", series="Central Asia Briefings")


def document_with(*annexes):
    sections = [
        assemble.Executed("trade", sample.trade_notebook(), annex=annexes[0]),
        assemble.Executed("blocs", sample.bloc_notebook(), title="Blocs", annex=annexes[1]),
    ]
    return assemble.assemble(COVER, sections)


def bookmarks(document) -> dict[str, int]:
    """The page, from 1, of each bookmark of the first level."""
    reader = pypdf.PdfReader(io.BytesIO(paper.pdf(document)))
    marks = [mark for mark in reader.outline if not isinstance(mark, list)]
    return {mark.title: reader.get_destination_page_number(mark) + 1 for mark in marks}


@pytest.fixture(scope="module")
def marks():
    return bookmarks(assemble.normalise(document_with(("mirror-table",), True)))


def test_the_first_annex_opens_a_page(marks):
    titles = list(marks)
    assert titles[2:4] == ["Annex A. Trade has more than doubled, in current dollars", "Annex B. Blocs"]
    assert marks[titles[2]] > marks[titles[1]]
    without = bookmarks(assemble.normalise(document_with(False, False)))
    assert not any(title.startswith("Annex") for title in without)


def test_end_matter_follows_the_annexes(marks):
    assert list(marks)[-5:] == ["Methods", "Limits", "Notes on the numbers", "Sources", "Provenance"]
    assert marks["Methods"] >= marks["Annex B. Blocs"]


def test_the_page_says_the_same(project):
    text = html.BriefingHTMLExporter().from_notebook_node(document_with(("mirror-table",), True))[0]
    assert '<h2 id="trade-annex">Annex A. Trade has more than doubled, in current dollars</h2>' in text
    assert '<a href="#blocs">Annex B. Blocs</a>' in text
    assert text.index('id="trade-annex"') < text.index('id="mirror-table"') < text.index('id="methods"')


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "    title: Two",
            "    annex: yes\n    title: Two",
            "annex: must be true, false or a list of exhibits",
        ),
        (
            "    title: Two",
            "    annex: []\n    title: Two",
            "annex: must be true, false or a list of exhibits",
        ),
        ("    title: Two", "    annex: [a, a]\n    title: Two", "annex: must be a list of words, each once"),
        (
            "    title: Two",
            "    exhibits: [pairs, matrix]\n    annex: [matrx]\n    title: Two",
            "section bloc-overlap, annex: 'matrx' is none of its exhibits (did you mean 'matrix'?); add it there",
        ),
        (
            "- notebook: bilateral_trade",
            "- notebook: bilateral_trade\n    annex: true",
            "section bilateral-trade: is an annex before a section that is none; move it to the end",
        ),
    ],
)
def test_faults_are_told(project, old, new, sentence):
    (project / "reports" / "pair.yml").write_text(sample.DEFINITION.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError) as told:
        definition.load("pair")
    assert [problem.endswith(sentence) for problem in told.value.problems] == [True]


def test_a_definition_of_annexes_alone_is_refused(project):
    text = sample.DEFINITION.replace("    title: Two", "    annex: true\n    title: Two")
    text = text.replace("- notebook: bilateral_trade", "- notebook: bilateral_trade\n    annex: true")
    (project / "reports" / "pair.yml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="sections: all are annexes; leave annex: out of at least one"):
        definition.load("pair")
