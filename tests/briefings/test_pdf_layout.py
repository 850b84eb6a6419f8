"""Where exhibits go: the rules by hand-made spots, then real pages of a long briefing."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import cycle

import pdf_checks
import pypdf
import pytest

from analysis.briefings import document as d
from analysis.briefings import layout, paper
from analysis.briefings.layout import Asked, Pages, Piece, Spot, State
from analysis.briefings.normalise import normalise

from . import sample

MM = 72 / 25.4


FIGURE, TABLE = Asked("figure", "figure"), Asked("table", "table")
HEADING, SECTION, TEXT = Asked("heading", "heading"), Asked("section", "section"), Asked("text", "text")


def chosen(left: float, *pieces: Piece) -> tuple[str, ...]:
    """What is chosen for each piece where the page has so much left (mm)."""
    return layout.best_state(State(2, left), pieces).chosen


class TestBestState:
    def test_a_figure_taller_than_a_page_runs_over_pages_and_the_plan_ends(self):
        made = layout.best_state(State(2, 90), [Piece(FIGURE, 3 * layout.PAGE_MM, 0), Piece(TEXT, 0, 40)])
        assert made.chosen == ("runs", "here") and made.page > 4

    def test_an_exhibit_that_its_page_holds_stands_where_it_is_spoken_of(self):
        assert chosen(110, Piece(FIGURE, 100, 0)) == ("here",)

    def test_one_that_it_does_not_hold_floats_and_the_text_runs_on(self):
        made = layout.best_state(State(2, 90), [Piece(FIGURE, 100, 0), Piece(TEXT, 0, 80)])
        assert (made.chosen, made.stands_on) == (("float", "here"), (3,))

    def test_no_exhibit_overtakes_one_that_still_floats(self):
        pieces = [Piece(FIGURE, 100, 0), Piece(TABLE, 30, 0)]
        assert chosen(90, *pieces) == ("float", "float")

    def test_text_waits_where_it_would_leave_a_later_page_half_empty(self):
        """Two figures float from page 2; text that ran on there would be missed below the second."""
        pieces = [Piece(FIGURE, 170, 0), Piece(TABLE, 140, 0), Piece(HEADING, 0, 90), Piece(FIGURE, 200, 0)]
        assert chosen(40, *pieces) == ("float", "float", "flush", "float")

    def test_a_section_waits_for_the_exhibits_of_the_one_before(self):
        assert chosen(60, Piece(FIGURE, 100, 0), Piece(SECTION, 0, 50)) == ("float", "flush")
        assert chosen(60, Piece(FIGURE, 100, 0), Piece(TEXT, 0, 50)) == ("float", "here")

    @pytest.mark.parametrize(("left", "choices"), [(110, ("here", "here")), (75, ("break", "here"))])
    def test_a_heading_with_no_text_of_its_own_goes_with_its_exhibit(self, left, choices):
        annexes = Piece(SECTION, 0, 15), Piece(TABLE, 70, 0), Piece(SECTION, 0, 15), Piece(TABLE, 400, 0)
        assert chosen(left, *annexes)[:2] == choices

    def test_the_first_annex_opens_a_page_behind_all_exhibits_at_no_loss(self):
        annex = Asked("annex", "section", opens_page=True)
        made = layout.best_state(State(2, 90), [Piece(FIGURE, 100, 0), Piece(annex, 0, 50)])
        assert (made.chosen, made.page, made.stands_on) == (("float", "here"), 4, (3,))
        assert layout.best_state(State(2, 90), [Piece(annex, 0, 50)]).cost == layout.PAGE_COST

    @pytest.mark.parametrize(("left", "choice"), [(200, "runs"), (30, "break")])
    def test_a_long_table_runs_over_pages_but_does_not_start_at_a_page_foot(self, left, choice):
        assert chosen(left, Piece(TABLE, 400, 0)) == (choice,)

    def test_a_long_table_waits_for_what_floats(self):
        assert chosen(90, Piece(FIGURE, 100, 0), Piece(TABLE, 400, 0)) == ("float", "wait")

    def test_two_lines_stand_on_a_page_or_none(self):
        assert layout.best_state(State(2, 7), [Piece(TEXT, 0, 40)]).left_mm == layout.PAGE_MM - 40
        over = layout.best_state(State(2, 8), [Piece(TEXT, 0, 40)]).left_mm
        assert over == pytest.approx(layout.PAGE_MM - (40 - 7.2 - layout.LEADING_MM))

    def test_nor_does_a_single_line_go_over_to_the_next_page(self):
        """Five lines, of which four would stand: three do."""
        lines, blank = 7.2 + 3 * layout.LINE_MM, layout.PARAGRAPH_GAP_MM
        over = layout.best_state(State(2, lines - 1), [Piece(TEXT, 0, lines + blank)]).left_mm
        assert over == pytest.approx(layout.PAGE_MM - (7.2 - layout.LEADING_MM + 2.2) - blank, abs=0.5)

    def test_three_lines_stay_together(self):
        three = 7.2 + layout.LINE_MM
        assert layout.best_state(State(2, 8), [Piece(TEXT, 0, three)]).left_mm == layout.PAGE_MM - three

    def test_the_blank_above_a_heading_is_swallowed_by_a_page_foot(self):
        text = Piece(TEXT, 0, 12.4, blank_mm=5.3)
        assert layout.best_state(State(2, 7.2), [text]).page == 2

    def test_a_table_is_cut_rather_than_half_a_page_left_blank(self):
        assert chosen(120, Piece(TABLE, 150, 0)) == ("runs",)

    def test_but_not_for_a_few_rows_nor_for_little_blank(self):
        assert chosen(120, Piece(TABLE, 130, 0)) == ("float",)
        assert chosen(70, Piece(TABLE, 150, 0), Piece(TEXT, 0, 60)) == ("float", "here")


class TestSettle:
    ASKED = (TEXT, FIGURE)

    def pages(self, figure: Spot, end: Spot) -> Pages:
        return Pages({"text": Spot(1, 40), "figure": figure, "end": end}, {"figure": 100.0})

    def test_the_plan_of_the_heights_is_laid_out_once_where_its_pages_confirm_it(self):
        rounds = []

        def lay_out(plan):
            rounds.append(plan)
            return self.pages(Spot(1, 240, 2 if plan else 0), Spot(1, 260))

        assert layout.settle(self.ASKED, lay_out) == {"figure": "float"}
        assert rounds == [None, {"figure": "float"}]

    def test_what_the_heights_did_not_tell_is_learned_from_the_pages(self):
        """By its height the figure just fits, but the text before it left a line blank."""

        def lay_out(plan):
            if plan is None:
                return self.pages(Spot(1, 165), Spot(1, 175))
            if plan == {}:
                return self.pages(Spot(1, 174, 2), Spot(2, 140))
            return self.pages(Spot(1, 174, 2), Spot(1, 182))

        assert layout.settle(self.ASKED, lay_out) == {"figure": "float"}

    def test_an_exhibit_that_rose_above_its_text_stands_where_it_is_asked_for(self):
        """By its height it did not fit, and floated; but there was room, and so above all that comes before it."""

        def lay_out(plan):
            return self.pages(Spot(1, 270 if plan else 180, 1), Spot(1, 275))

        assert layout.settle(self.ASKED, lay_out) == {}

    def test_pages_that_never_come_out_as_planned_are_not_laid_out_for_ever(self):
        rounds = []

        def lay_out(plan):
            rounds.append(plan)
            return self.pages(Spot(1, 240, 7), Spot(1, 250 + len(rounds)))

        assert layout.settle(self.ASKED, lay_out) == {"figure": "float"}
        assert len(rounds) <= 1 + layout.MOST_ROUNDS

    def test_no_exhibit_no_round(self):
        assert layout.settle([TEXT], lambda plan: pytest.fail("laid out")) == {}


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
    return pypdf.PdfReader(io.BytesIO(paper.pdf(long_briefing())))


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
        shares = pdf_checks.shares_filled(long_briefing())
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
        return list(pypdf.PdfReader(io.BytesIO(paper.pdf(short))).pages)

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


def _flat(outline):
    for entry in outline:
        yield from _flat(entry) if isinstance(entry, list) else (entry,)
