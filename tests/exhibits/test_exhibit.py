"""Exhibits: one block, one picture, drawn once; a title that follows the data; nothing half said."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib.figure import Figure

from analysis.exhibits import blocks, citing, svg, theme
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import ranked
from analysis.measures.measured import Measured

DATA = pd.DataFrame({"year": [2016, 2023], "turnover": [1.899e9, np.nan], "note": ["=1+1", "b"]})
TABLE = Table.of(DATA, [Column("year", "Year", "year"), Column("turnover", "USD bn", "billions")])
RATE = Measured(0.1305, "rate", "cagr", start=2016, end=2023, sources=("uzstat-2024",), flags=("MIRROR",))
MISSING = Measured.undefined("the base is zero", unit="rate", method="cagr", sources=("uzstat-2024",))
DRAWING = '<svg viewBox="0 0 482 193" xmlns="http://www.w3.org/2000/svg"><g id="turnover-1"><use href="#turnover-1"/></g></svg>'


@pytest.fixture(autouse=True)
def curated(monkeypatch: pytest.MonkeyPatch) -> None:
    blank = dict.fromkeys(("title", "publisher", "published", "url", "licence", "accessed", "note"), "")
    empty = dict.fromkeys(("title", "formula", "definition", "reference"), "")
    monkeypatch.setattr(citing, "citations", lambda ids: [{"id": each, **blank} for each in ids])
    monkeypatch.setattr(citing, "methods", lambda ids: [{"method": each, **empty} for each in ids])
    monkeypatch.setattr(citing, "flags", lambda ids: [{"flag": each, "note": "n"} for each in ids])


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The prefixes under which a figure was drawn, in a drawing room that only counts."""
    prefixes: list[str] = []

    def render(figure: Figure, prefix: str) -> str:
        prefixes.append(prefix)
        return DRAWING

    monkeypatch.setattr(svg, "render", render)
    return prefixes


def title(rate: Measured = RATE) -> Finding:
    return Finding("turnover-title", "Turnover grew by {rate} a year", role="title", rate=rate)


def figure(**changes):
    given = {
        "title": title(),
        "subtitle": Finding("turnover-subtitle", "US dollars, {rate:span}", rate=RATE),
        "alt": "Two points.",
        "figure": Figure(figsize=(6.6929, 3.0)),
        "table": TABLE,
        "data": DATA,
        "methods": ["turnover"],
    }
    return Exhibit.figure("turnover", **given | changes)


def listing(**changes):
    given = {"title": title(), "subtitle": "US dollars", "alt": "Two rows.", "table": TABLE, "data": DATA}
    return Exhibit.table("turnover-table", **given | changes)


def test_block_of_a_figure(drawn: list[str]) -> None:
    block = figure(note="Goods only.").block()
    assert blocks.check(block) == [] and json.loads(json.dumps(block)) == block
    assert (block["kind"], block["id"], block["title"]) == (
        "figure",
        "turnover",
        "Turnover grew by 13.1% a year",
    )
    assert block["subtitle"] == "US dollars, 2016–2023"
    assert (block["width_mm"], block["height_mm"], block["placement"]) == (170, 76, "top")
    assert block["note"] == "Goods only." and block["table"]["marks"] == ["… not reported."]
    assert block["data_csv"] == "year,turnover,note\n2016,1899000000.0,'=1+1\n2023,,b\n"
    assert [one["method"] for one in block["methods"]] == ["turnover", "cagr"]
    assert [one["id"] for one in block["sources"]] == ["uzstat-2024"]
    assert [one["flag"] for one in block["flags"]] == ["MIRROR"]
    assert block["values"]["turnover-title.rate"]["value"] == 0.1305
    assert block["svg"] == DRAWING


def test_it_is_drawn_once_and_shown_once(drawn: list[str]) -> None:
    exhibit = figure()
    formatter = DisplayFormatter()
    first, _ = formatter.format(exhibit)
    again, _ = formatter.format(exhibit)
    assert drawn == ["turnover"]
    assert first == again
    assert [kind for kind in first if kind.startswith("image/") or kind == "text/html"] == ["image/svg+xml"]
    assert set(first) == {blocks.MIME, "image/svg+xml", "text/plain"}
    assert first["text/plain"] == f"Turnover grew by 13.1% a year\n{exhibit.alt}"


def test_a_person_goes_on_with_data_and_figure(drawn: list[str]) -> None:
    own = Figure()
    exhibit = figure(figure=own)
    assert exhibit.figure is own and exhibit.data is DATA and exhibit.table is TABLE
    assert listing().figure is None


def test_a_real_figure_is_drawn_in_the_ids_of_its_exhibit() -> None:
    own = Figure(figsize=(6.6929, 2.5))
    own.subplots().set_axis_off()
    block = figure(figure=own).block()
    assert block["svg"].startswith("<svg") and blocks.check(block) == []


class TestNarrow:
    def maker(self, text: str) -> Callable[[], Figure]:
        """A figure of the width asked for, with a text that begins in the middle."""

        def draw() -> Figure:
            drawn = theme.figure(60)
            drawn.text(0.5, 0.5, text)
            return drawn

        return draw

    def test_a_figure_is_drawn_again_for_a_phone_and_a_card(self) -> None:
        again = figure(figure=self.maker("short")).block()["narrow"]
        assert (again["width_mm"], again["height_mm"]) == (100, 60)
        assert "short" in again["svg"] and 'width="100mm"' in again["svg"]

    def test_whether_it_shows_what_the_note_explains_is_asked_at_its_width(self) -> None:
        for asked in (50, 150):
            exhibit = figure(
                figure=self.maker("short"),
                noted=lambda room=asked: theme.tokens()["chart"]["width_mm"] > room,
            )  # fmt: skip
            assert exhibit.block()["narrow"]["is_noted"] == (asked == 50)

    def test_the_page_has_its_own_width_still(self) -> None:
        exhibit = figure(figure=self.maker("short"))
        assert exhibit.narrow and exhibit.block()["width_mm"] == 170
        assert 'width="170mm"' in exhibit.svg

    def test_a_figure_made_by_hand_is_drawn_once(self, drawn: list[str]) -> None:
        assert "narrow" not in figure(figure=self.maker("short")()).block()
        assert drawn == ["turnover"]

    def test_the_drawing_is_as_narrow_as_its_labels_allow(self) -> None:
        text = "a text longer than half a phone is wide"
        assert 100 < figure(figure=self.maker(text)).block()["narrow"]["width_mm"] < 170

    def test_one_that_would_be_cut_is_left_out(self) -> None:
        text = "a text that is longer than half of any phone is wide, and then some more of it"
        assert "narrow" not in figure(figure=self.maker(text)).block()

    def test_so_is_one_without_room(self) -> None:
        block = figure(figure=lambda: theme.figure(60, left=90, right=70)).block()
        assert block["width_mm"] == 170 and "narrow" not in block


def test_block_of_a_table() -> None:
    bundle = listing()._repr_mimebundle_()
    assert set(bundle) == {blocks.MIME, "text/html", "text/plain"}
    block = bundle[blocks.MIME]
    assert blocks.check(block) == [] and block["kind"] == "table"
    assert block["table"]["rows"] == [["2016", "1.90"], ["2023", "…"]]
    assert "<caption" in bundle["text/html"] and "… not reported." in bundle["text/html"]
    assert "2016" in bundle["text/plain"]


def test_with_an_undefined_title_the_sentence_stands_instead() -> None:
    def never() -> Figure:
        raise AssertionError("nothing is drawn")

    for exhibit in (
        figure(title=title(MISSING), figure=never, data=DATA.iloc[:0]),
        listing(title=title(MISSING)),
    ):
        bundle = exhibit._repr_mimebundle_()
        assert set(bundle) == {blocks.MIME, "text/markdown", "text/plain"}
        block = bundle[blocks.MIME]
        assert blocks.check(block) == []
        assert (block["kind"], block["role"], block["id"]) == ("finding", "text", exhibit.id)
        assert block["text"] == "The base is zero." and not block["defined"]
        assert exhibit.data is None and exhibit.figure is None
        assert exhibit.sources == ("uzstat-2024",)


def test_absent_says_a_sentence_that_is_true() -> None:
    reason = Finding("no-pact", "{a} and {b} have signed nothing.", a="Kazakhstan", b="Kiribati")
    block = Exhibit.absent("pacts", reason).block()
    assert (block["id"], block["text"], block["defined"]) == (
        "pacts",
        "Kazakhstan and Kiribati have signed nothing.",
        True,
    )
    with pytest.raises(ValueError, match="must be a Finding"):
        Exhibit.absent("pacts", "No pact.")


def test_a_figure_may_be_a_function_and_other_texts_undefined(drawn: list[str]) -> None:
    exhibit = figure(figure=lambda: Figure(), note=Finding("n", "It is {rate}.", rate=MISSING))
    assert exhibit.note == "The base is zero."
    assert exhibit.block()["kind"] == "figure"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"title": "Turnover grew"}, "must be a Finding"),
        ({"alt": ""}, "the alt text is empty; leave it out for “Chart, 2 rows from 2016 to 2023"),
        ({"alt": "  "}, "the alt text is empty"),
        ({"alt": "Figure 1."}, "says nothing"),
        ({"alt": "turnover grew by 13.1% a year."}, "repeats the title"),
        ({"subtitle": ""}, "the subtitle is missing"),
        ({"data": DATA.iloc[:0]}, "the data are empty"),
        ({"data": [1]}, "the data are empty"),
        ({"data": DATA.assign(x=np.inf)}, "cannot be written down"),
        ({"table": [["x"]]}, "must be a display.Table"),
        ({"figure": "picture.png"}, "not a matplotlib Figure"),
        ({"placement": "bottom"}, "placement is top or none"),
    ],
)
def test_what_is_missing_is_told(changes: dict, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        figure(**changes)


# --- the shape of a block --------------------------------------------------------------------------------------------


def sound() -> dict:
    return copy.deepcopy(listing().block())


def broken(**changes) -> list[str]:
    return blocks.check(sound() | changes)


def test_a_sound_block_has_no_problem() -> None:
    assert broken() == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"schema": "briefing-block/2"}, ", schema: must be briefing-block/1"),
        ({"id": "Not An Id"}, ", id: must be an id in kebab case"),
        ({"title": ""}, ", title: must be plain text that says something"),
        ({"title": "It grew by nan%"}, ", title: must be plain text that says something"),
        ({"title": "a\x07b"}, ", title: must be plain text"),
        ({"title": "half \ud83d"}, ", title: must be plain text"),
        ({"title": None}, "not null"),
        ({"svg": "<svg/>"}, "'svg' is not part of a table"),
        ({"sorces": []}, "'sorces' is not part of a table (did you mean 'sources'?)"),
        ({"sources": {}}, ", sources: must be a list"),
        ({"sources": [{"id": "x"}]}, ", sources[0]: 'title' is missing"),
        ({"flags": [{"flag": "X"}]}, ", flags[0]: 'note' is missing"),
        ({"data_csv": "a,b\r\n"}, ", data_csv: must be lines of CSV"),
        ({"data_csv": "a,b\n1\n"}, ", data_csv: must be lines of CSV"),
        ({"data_csv": "a\n=1\n"}, ", data_csv: must be lines of CSV"),
    ],
)
def test_a_broken_block_is_told_in_sentences(changes: dict, problem: str) -> None:
    assert any(problem in each for each in broken(**changes)), broken(**changes)


def test_a_missing_key_and_a_broken_table_are_told() -> None:
    block = sound()
    del block["alt"]
    assert blocks.check(block) == ["block 'turnover-table': 'alt' is missing"]
    for rows, problem in [
        ([["2016"]], "row 0 has 1 cells for 2 columns"),
        ([], "the table is empty"),
        ([["2016", "nan"]], "must be text that says something"),
    ]:
        block = sound()
        block["table"]["rows"] = rows
        assert problem in blocks.check(block)[0]
    block = sound()
    block["table"]["emphasis"] = [5]
    assert "names a row that is not there" in blocks.check(block)[0]


@pytest.mark.parametrize(
    "picture",
    [
        "<svg><script>x</script></svg>",
        '<svg onload="x"/>',
        "<p/>",
        '<svg><image href="https://x"/></svg>',
        '<svg><g id="other"/></svg>',
    ],
)
def test_a_drawing_with_foreign_parts_is_refused(picture: str, drawn: list[str]) -> None:
    assert len(blocks.check(figure().block() | {"svg": picture})) == 1


def test_a_finding_is_defined_or_has_a_reason() -> None:
    block = title().block()
    assert blocks.check(block | {"reason": "no"}) and blocks.check(block | {"defined": False})
    assert "needs a label and a figure" in blocks.check(block | {"role": "key"})[0]


@pytest.mark.parametrize("thing", [None, [], "x", {}, {"kind": ["figure"]}, {"kind": "figure"}])
def test_what_is_no_block_is_told_too(thing) -> None:
    assert blocks.check(thing)


def test_a_broken_block_never_leaves_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svg, "render", lambda figure, prefix: "<svg><script/></svg>")
    with pytest.raises(ValueError, match="must be an <svg> without scripts"):
        figure().block()


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("'largest'", {"subtitle": "The largest partners, US dollars"}),
        ("'rose'", {"note": "Prices rose."}),
        ("'Since'", {"table": Table.of(DATA, [Column("year", "Since", "year")])}),
    ],
)
def test_written_text_claims_nothing_of_the_data(text: str, changes: dict) -> None:
    for make in (figure, listing):
        with pytest.raises(ValueError, match=f"exhibit 'turnover.*, {text}; let a Finding compute it"):
            make(**changes)
    said = Finding("largest", "The largest of {rate:span}", rate=ranked(RATE, [RATE]))
    assert figure(subtitle=said).subtitle == "The largest of 2016–2023"
