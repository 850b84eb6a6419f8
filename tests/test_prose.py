"""Checked prose at the real door: what is planted in a notebook or a definition is told of, each fault at its place."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.execution import tidy

from .conftest import CLOSING, LEAD, PARAMETERS, SETUP, Project

BUILD = ("build", "pair", "--json")
HINT = "let a Finding compute it, or say it without"

# (markdown, the line of the fault and what it holds)
PLANTED = [
    ("## Trade in 2023", 1, "a typed number, '2023'"),
    ("Trade has grown.", 1, "a direction, 'grown'"),
    ("Both sides\nreport a decline.", 2, "a direction, 'decline'"),
    ("The larger partner comes first.", 1, "a comparison, 'larger'"),
    ("It buys less\nthan it sells.", 1, "a comparison, 'less than'"),
    ("It is the **largest** partner.", 1, "a superlative, 'largest'"),
    ("Nothing like it since the founding.", 1, "a count from a date, 'since'"),
    ("A majority of them signed.", 1, "a vague quantity, 'majority'"),
    ("- all twelve members", 1, "a number in words, 'twelve'"),
    ("A rise of ½ is small.", 1, "a direction, 'rise'"),
    ("A part of ½ is small.", 1, "a typed number, '½'"),
]
CLEAN = """\
## The C5+1, and what it is not

Two sides keep two books; see [the *office*](https://example.org/2023/largest).

1. exports
2. imports"""


@pytest.fixture
def with_prose(small: Project):
    """Write the notebook of the project with these markdown cells after its parameters."""

    def write(*texts: str) -> None:
        cells = [
            new_markdown_cell("# How many rows are there?"),
            new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
            *map(new_markdown_cell, texts),
            *map(new_code_cell, (SETUP, LEAD, CLOSING)),
        ]
        small.put("notebooks/rows.ipynb", tidy.tidied(nbformat.writes(new_notebook(cells=cells))))

    return write


class TestWritten:
    def test_every_fault_of_markdown_is_told_at_once_with_its_place(self, small, command, with_prose) -> None:
        with_prose(*(text for text, *_ in PLANTED))
        for words in (BUILD, ("check",)):
            ended = command(*words, root=small.root)
            assert ended.code == 1 and ended.out == ""
            told = [
                sentence for sentence in ended.sentences if sentence.startswith("notebooks/rows.ipynb, cell")
            ]
            assert len(told) == len(ended.sentences)
            for number, (_, line, what) in enumerate(PLANTED, start=3):
                place = f"notebooks/rows.ipynb, cell {number}, line {line}: "
                assert [each for each in told if each.startswith(place) and f"holds {what}; {HINT}" in each]

    def test_every_text_of_a_definition_is_held(self, small, command) -> None:
        title, section = 'title: "{reporter} and {partner}"', "  - notebook: rows\n"
        small.change("reports/pair.yml", title, 'title: "{reporter} since {start}"\nsubtitle: Trade in 2023')
        small.change("reports/pair.yml", "series: Small", "series: The best briefings")
        small.change("reports/pair.yml", section, section + "    title: Trade fell\n")
        expected = [
            f"reports/pair.yml, title: “… since” holds a count from a date, 'since'; {HINT}",
            f"reports/pair.yml, subtitle: “Trade in 2023” holds a typed number, '2023'; {HINT}",
            f"reports/pair.yml, series: “The best briefings” holds a superlative, 'best'; {HINT}",
            f"reports/pair.yml, section rows, title: “Trade fell” holds a direction, 'fell'; {HINT}",
        ]
        for words, code in ((BUILD, 2), (("check",), 1)):
            ended = command(*words, root=small.root)
            assert (ended.code, sorted(ended.sentences)) == (code, sorted(expected))

    def test_names_links_list_marks_and_parameters_are_free(self, small, command, with_prose) -> None:
        with_prose(CLEAN)
        small.change("reports/pair.yml", "{partner}", "{partner}, {start}: the C5+1 and the CPTPP")
        ended = command("check", root=small.root)
        assert (ended.code, ended.err) == (0, "")
        assert command(*BUILD, root=small.root).code == 0

    def test_a_row_makes_a_word_listed(self, small, command, with_prose) -> None:
        with_prose("A splendid year.")
        small.change(
            "data/listed_words.csv", "en,strengthen,up", "en,splendid,superlative,false\nen,strengthen,up"
        )
        assert (
            "cell 3, line 1: “A splendid year.” holds a superlative" in command(*BUILD, root=small.root).err
        )
