from __future__ import annotations

import json
import sys
import unicodedata
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.briefings import document as d
from analysis.briefings import typeset
from analysis.briefings.normalise import normalise
from analysis.errors import BriefingError
from analysis.exhibits import blocks as blocks_of_exhibits

from . import sample


@pytest.fixture(scope="module")
def document():
    return normalise(sample.assembled())


def prose(*blocks: d.Block) -> tuple[d.Section, ...]:
    return (d.Section("s", 1, "Section", "", (d.Prose(blocks),)),)


def blocks(document: d.Document) -> list[dict]:
    return typeset.data(document)["sections"][0]["parts"][0]["blocks"]


class TestText:
    def test_nothing_that_is_dropped_counts_as_printable(self):
        """Texts of printable letters are not searched."""
        every = "".join(letter for letter in map(chr, range(sys.maxunicode + 1)) if letter.isprintable())
        assert typeset.UNPRINTABLE.search(every) is None
        assert blocks_of_exhibits._UNPLAIN.search(every) is None

    @given(st.text())
    def test_plain_is_one_line_of_printable_letters_and_stays_so(self, text):
        out = typeset.plain(text)
        assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in out)
        assert typeset.plain(out) == out

    @given(st.text(alphabet="abc 1.#[\"\\'*_$@<>`~", max_size=60))
    def test_plain_keeps_every_ascii_letter(self, text):
        assert typeset.plain(text).replace(" ", "") == text.replace(" ", "")

    @given(st.text(alphabet="ab ", max_size=200), st.integers(1, 60))
    def test_breakable_adds_only_places_to_break_and_leaves_no_long_run(self, text, most):
        out = typeset.breakable(text, most)
        assert out.replace(typeset.BREAK, "") == text
        assert all(len(run) <= most for word in out.split() for run in word.split(typeset.BREAK))

    def test_words_of_usual_length_are_left_alone(self):
        assert (
            typeset.breakable("Kazakhstan’s foreign-trade statistics")
            == "Kazakhstan’s foreign-trade statistics"
        )


class TestData:
    def test_is_json_and_the_same_twice(self, document):
        assert typeset.text(document) == typeset.text(document)
        assert json.loads(typeset.text(document))["kind"] == "document"

    def test_hashes_and_attached_data_are_not_touched(self, document):
        data = typeset.data(document)
        assert [t["sha256"] for t in data["provenance"]["tables"]] == [
            t.sha256 for t in document.provenance.tables
        ]
        said = [part["csv"] for section in data["sections"] for part in section["parts"] if part.get("csv")]
        assert said == [exhibit.csv for exhibit in document.exhibits]

    def test_each_caveat_of_the_first_page_is_a_footnote_once(self, document):
        data = typeset.data(document)
        footed = [letter for said in (data["lead"], *data["summary"]) for letter in said["footed"]]
        assert footed == ["a", "b", "c"]

    def test_undated(self, document):
        undated = typeset.data(replace(document, as_of="", edition_text=""))
        assert (undated["date"], undated["edition"]) == ([], "")


class TestHeadings:
    def level(self, document, *levels):
        headings = [d.Heading(level, (d.Text("x"),), f"h-{n}") for n, level in enumerate(levels)]
        return [block["level"] for block in blocks(replace(document, sections=prose(*headings)))]

    def test_stand_one_level_up_as_the_title_is_no_heading(self, document):
        assert self.level(document, 3, 4, 3) == [2, 3, 2]

    @given(levels=st.lists(st.integers(2, 6), min_size=1, max_size=8))
    def test_no_level_is_skipped(self, document, levels):
        found = [1, *self.level(document, *levels)]
        assert all(after - before <= 1 for before, after in pairwise(found))

    def test_one_without_a_name_is_bold_text(self, document):
        section = prose(d.Quote((d.Heading(3, (d.Text("x"),), ""),)))
        inner = blocks(replace(document, sections=section))[0]["blocks"][0]
        assert (inner["kind"], inner["children"][0]["kind"]) == ("paragraph", "strong")


class TestLinks:
    def linked(self, document, url):
        section = prose(d.Paragraph((d.Link((d.Text("there"),), url),)))
        return blocks(replace(document, sections=section))[0]["children"][0]["kind"]

    @pytest.mark.parametrize("url", ["https://a.example", "#sources", "#source-1", "#caveat-a"])
    def test_to_what_is_there(self, document, url):
        assert self.linked(document, url) == "link"

    def test_to_the_furniture_of_the_web_page_is_plain_text(self, document):
        assert self.linked(document, "#top") == "linked"

    def test_to_nowhere_is_an_error(self, document):
        with pytest.raises(BriefingError, match="links to '#nowhere'"):
            self.linked(document, "#nowhere")


class TestGrid:
    def grid(self, columns: int, cell: str, rows: int = 3) -> dict:
        heads = tuple(d.Column(f"c{n}", f"C{n}", "right") for n in range(columns))
        return typeset._grid(d.Grid(heads, ((cell,) * columns,) * rows))

    def test_a_small_table_takes_half_the_width_a_large_one_all(self):
        assert [self.grid(2, "1.9")["width_mm"], self.grid(8, "1,234.5")["width_mm"]] == [85, 170]

    def test_many_columns_are_set_smaller(self):
        assert self.grid(4, "1,234")["size"] == 8.3
        assert 5.6 <= self.grid(18, "1,234")["size"] < 8.3

    def test_numbers_are_not_broken_in_eighteen_columns(self):
        assert self.grid(18, "12,345")["rows"][0][0] == "12,345"

    def test_a_long_word_in_a_cell_can_break(self):
        assert typeset.BREAK in self.grid(4, "x" * 200)["rows"][0][0]

    def test_no_rows(self):
        assert self.grid(3, "", rows=0)["rows"] == []
