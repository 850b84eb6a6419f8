"""Where exhibits go: the rules by hand-made spots, then real pages of a long briefing."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import cycle

import pypdf
import pytest
from PIL import Image

from analysis.briefings import document as d
from analysis.briefings import layout, pdf
from analysis.briefings.layout import Asked, Spot
from analysis.briefings.normalise import normalise

from . import sample

MM = 72 / 25.4


class TestFirstChange:
    def test_an_exhibit_in_the_middle_of_a_page_stays(self):
        assert layout.first_change([Asked("a", "figure")], {"a": Spot(2, 140, 90, 2)}, {}) is None

    def test_one_that_came_to_a_page_head_left_a_blank_behind_it_and_floats(self):
        assert layout.first_change([Asked("a", "figure")], {"a": Spot(2, 24, 90, 2)}, {}) == ("a", "float")

    def test_a_heading_right_above_it_goes_with_it(self):
        spots = {"a": Spot(2, 36, 90, 2)}
        assert layout.first_change([Asked("a", "figure", heading_mm=12)], spots, {}) == ("a", "float")
        assert layout.first_change([Asked("a", "figure")], spots, {}) is None

    def test_no_exhibit_overtakes_one_that_still_floats(self):
        asked = [Asked("a", "figure"), Asked("b", "table")]
        spots = {"a": Spot(1, 200, 90, 2), "b": Spot(1, 210, 30, 1)}
        assert layout.first_change(asked, spots, {"a": "float"}) == ("b", "float")

    def test_one_right_below_what_floated_left_a_blank_behind_it_too(self):
        asked = [Asked("a", "figure"), Asked("b", "figure")]
        spots = {"a": Spot(2, 130, 100, 2), "b": Spot(2, 130, 80, 2)}
        assert layout.first_change(asked, spots, {"a": "float"}) == ("b", "float")
        spots["b"] = Spot(2, 145, 80, 2)
        assert layout.first_change(asked, spots, {"a": "float"}) is None

    def test_one_that_would_float_above_its_own_heading_stays(self):
        asked, spots = [Asked("a", "figure", heading_mm=12)], {"a": Spot(3, 140, 90, 3)}
        assert layout.first_change(asked, spots, {"a": "float"}) == ("a", "here")
        assert layout.first_change(asked, spots, {"a": "here"}) is None
        assert layout.first_change(asked, {"a": Spot(2, 140, 90, 3)}, {"a": "float"}) is None

    @pytest.mark.parametrize(("y", "choice"), [(205, ("s", "flush")), (190, None)])
    def test_a_section_waits_for_what_floats_unless_much_would_be_blank(self, y, choice):
        asked = [Asked("a", "figure"), Asked("s", "section")]
        spots = {"a": Spot(1, y - 10, 90, 2), "s": Spot(1, y)}
        assert layout.first_change(asked, spots, {"a": "float"}) == choice

    def test_a_heading_waits_if_less_would_be_blank(self):
        asked = [Asked("a", "figure"), Asked("h", "heading")]
        spots = {"a": Spot(1, 150, 150, 2), "h": Spot(1, 220)}
        assert layout.first_change(asked, spots, {"a": "float"}) is None
        spots["h"] = Spot(1, 230)
        assert layout.first_change(asked, spots, {"a": "float"}) == ("h", "flush")

    def test_a_heading_does_not_wait_for_exhibits_of_several_pages(self):
        asked = [Asked("a", "figure"), Asked("b", "figure"), Asked("h", "heading")]
        spots = {"a": Spot(1, 200, 150, 2), "b": Spot(1, 205, 150, 3), "h": Spot(1, 235)}
        assert layout.first_change(asked, spots, {"a": "float", "b": "float"}) is None
        spots["b"] = Spot(1, 205, 60, 2)
        assert layout.first_change(asked, spots, {"a": "float", "b": "float"}) == ("h", "flush")

    def test_footnotes_take_from_the_first_page(self):
        asked = [Asked("a", "figure"), Asked("s", "section")]
        spots = {"a": Spot(1, 120, 150, 2), "s": Spot(1, 190)}
        assert layout.first_change(asked, spots, {"a": "float"}) is None
        assert layout.first_change(asked, spots, {"a": "float"}, foot_mm=20) == ("s", "flush")

    @pytest.mark.parametrize(("y", "choice"), [(60, "runs"), (250, "break")])
    def test_a_long_table_runs_over_pages_but_does_not_start_at_a_page_foot(self, y, choice):
        assert layout.first_change([Asked("t", "table")], {"t": Spot(1, y, 400, 1)}, {}) == ("t", choice)

    def test_a_long_table_waits_for_what_floats(self):
        asked = [Asked("a", "figure"), Asked("t", "table")]
        spots = {"a": Spot(1, 200, 90, 2), "t": Spot(1, 210, 400, 1)}
        assert layout.first_change(asked, spots, {"a": "float"}) == ("t", "wait")


class TestSettle:
    def test_ends_with_a_plan_that_its_own_pages_confirm(self):
        """Two exhibits of 150 mm: a page holds one; the second floats once, and is not asked again."""
        asked, rounds = [Asked("a", "figure"), Asked("b", "figure")], []

        def lay_out(plan):
            rounds.append(dict(plan))
            floats = "b" in plan
            return {"a": Spot(1, 40, 150, 1), "b": Spot(1, 195, 150, 2) if floats else Spot(2, 24, 150, 2)}

        assert layout.settle(asked, lay_out) == {"b": "float"}
        assert rounds == [{}, {"b": "float"}]

    def test_heights_are_those_of_the_first_round(self):
        def lay_out(plan):
            return {"t": Spot(1, 60, 0 if plan else 400, 1)}

        assert layout.settle([Asked("t", "table")], lay_out) == {"t": "runs"}

    def test_nothing_asked_nothing_laid_out(self):
        assert layout.settle([], lambda plan: pytest.fail("laid out")) == {}


# --- real pages ------------------------------------------------------------------------------------------------------


def words(count: int) -> str:
    return " ".join(["In", "most", "years", "trade", "grew."] * (count // 5))


def long_briefing() -> d.Document:
    """Six sections of five figures each, with more and less text between them."""
    base = normalise(sample.assembled())
    figures = cycle(part for part in base.parts() if isinstance(part, d.Figure))
    lengths = cycle([20, 60, 120, 35, 200, 15, 90])
    sections = []
    for s in range(6):
        parts: list[d.Part] = []
        for k in range(5):
            n = 5 * s + k + 1
            heading = d.Heading(3, (d.Text(f"Question {n}"),), f"question-{n}")
            parts.append(d.Prose((heading, d.Paragraph((d.Text(words(next(lengths))),)))))
            parts.append(replace(next(figures), anchor=f"figure-{n}", number=n, label=f"Figure {n}"))
            parts.append(d.Statement(f"said-{n}", "text", f"Finding {n} is said here.", citations=(1,)))
        sections.append(d.Section(f"section-{s}", s + 1, f"Section {s + 1}", "", tuple(parts)))
    plain = {"exhibit": None}
    return replace(
        base,
        summary=tuple(replace(statement, **plain) for statement in base.summary),
        limits=tuple(replace(statement, **plain) for statement in base.limits),
        sections=tuple(sections),
    )


@pytest.fixture(scope="module")
def reader():
    return pypdf.PdfReader(io.BytesIO(pdf.pdf(long_briefing())))


@pytest.fixture(scope="module")
def text(reader):
    return [page.extract_text() for page in reader.pages]


class TestPages:
    def test_exhibits_stand_in_their_order(self, text):
        labels = [int(n) for n in re.findall(r"^Figure (\d+)$", "\n".join(text), re.MULTILINE)]
        assert labels == list(range(1, 31))

    def test_an_exhibit_is_on_the_page_that_speaks_of_it_or_the_next(self, text):
        def page(pattern):
            return next(n for n, page in enumerate(text) if re.search(pattern, page, re.MULTILINE))

        apart = [page(rf"^Figure {n}$") - page(rf"^Question {n}$") for n in range(1, 31)]
        assert set(apart) <= {0, 1}

    def test_no_exhibit_stands_in_a_later_section(self, text):
        whole = "\n".join(text[1:])
        for s in range(1, 6):
            heading = whole.find(f"\n{s + 1}. Section {s + 1}\n")
            assert whole.find(f"\nFigure {5 * s}\n") < heading < whole.find(f"\nFigure {5 * s + 1}\n")

    def test_no_page_is_half_empty_but_the_last(self):
        shares = [share_filled(png) for png in pdf.pages_png(long_briefing(), ppi=25.4)]
        assert min(shares[:-1]) > 0.6

    def test_no_heading_at_a_page_foot(self, reader):
        for entry in _flat(reader.outline):
            assert float(entry["/Top"]) > (22 + 12) * MM, entry.title

    def test_a_long_briefing_lists_its_contents_with_pages(self, text):
        listed = dict(re.findall(r"^(\d\. Section \d)\s+(\d+)$", text[0], re.MULTILINE))
        assert len(listed) == 6
        for title, page in listed.items():
            assert title in text[int(page) - 1]


class TestCover:
    def made(self, summary: int) -> list[pypdf.PageObject]:
        """A summary of one sentence of so many words, then a section with a figure."""
        base = normalise(sample.assembled())
        figure = next(part for part in base.parts() if isinstance(part, d.Figure))
        said = replace(base.summary[0], text=words(summary), exhibit=None)
        sections = (d.Section("s", 1, "Section", "", (figure,)),)
        changes = {"lead": None, "limits": (), "key_figures": ()}
        short = replace(base, summary=(said,), sections=sections, **changes)
        return list(pypdf.PdfReader(io.BytesIO(pdf.pdf(short))).pages)

    def test_a_figure_finds_room_below_it_on_the_first_page(self):
        first = self.made(20)[0].extract_text()
        assert first.find("Uzbekistan and Kazakhstan") < first.find("1. Section") < first.find("Figure 1\n")

    def test_one_longer_than_a_page_runs_on_and_what_follows_opens_a_page(self):
        pages = self.made(1000)
        text = [page.extract_text() for page in pages]
        assert text[0].startswith("Central Asia Briefings As of")
        assert "".join(text).count("grew") == 200
        assert text[2].splitlines()[1] == "1. Section"
        assert text[1].count("grew") > 20


def share_filled(png: bytes) -> float:
    """How far down a page its text goes, as a share of the text's height; a pixel is a millimetre."""
    image = Image.open(io.BytesIO(png)).convert("L").crop((20, 24, 190, 274))
    return image.point(lambda level: 255 if level < 200 else 0).getbbox()[3] / image.height


def _flat(outline):
    for entry in outline:
        yield from _flat(entry) if isinstance(entry, list) else (entry,)
