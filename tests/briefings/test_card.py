"""The card: one picture of a fixed size that says what the briefing says, whatever the length of its words."""

from __future__ import annotations

import io
import json
import zlib
from dataclasses import replace

import matplotlib.image
import numpy as np
import pytest

from analysis.briefings import card as room
from analysis.briefings import document as d
from analysis.briefings import drawing, page, pictures, typeset
from analysis.briefings.card import card
from analysis.briefings.normalise import normalise

from . import sample

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0}mm" height="{1}mm" viewBox="0 0 {0} {1}">'
    '<rect width="{0}" height="{1}" fill="#B4551F"/></svg>'
)
BAND, PAPER = (drawing.tokens()["light"][name] for name in ("band", "paper"))


def with_narrow(document: d.Document, width: float = 106, height: float = 68, **changes) -> d.Document:
    """The document whose lead points to a figure that was drawn for a card: one orange rectangle."""
    narrow = d.Drawing(SVG.format(width, height), width, height)
    lead = document.lead_exhibit
    parts = tuple(
        replace(part, narrow=narrow, **changes) if part is lead else part
        for part in document.sections[0].parts
    )
    return replace(document, sections=(replace(document.sections[0], parts=parts), *document.sections[1:]))


@pytest.fixture(scope="module")
def document() -> d.Document:
    return normalise(sample.assembled())


def pixels(data: bytes) -> np.ndarray:
    """Rows, columns, red green blue from 0 to 255."""
    return (matplotlib.image.imread(io.BytesIO(data), format="png")[:, :, :3] * 255).round().astype(int)


def is_colour(area: np.ndarray, hexcode: str) -> np.ndarray:
    return (area == [int(hexcode[i : i + 2], 16) for i in (1, 3, 5)]).all(axis=-1)


def chunks(data: bytes) -> dict[str, list[bytes]]:
    """The chunks of a PNG by their type; each must hold its checksum."""
    found, at = {}, len(pictures.SIGNATURE)
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + body) == int.from_bytes(data[at + 8 + length : at + 12 + length])
        found.setdefault(kind.decode(), []).append(body)
        at += 12 + length
    return found


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """What the template was given, and no picture."""
    given: list[dict] = []

    def png(template: bytes, inputs: dict[str, str], ppi: float = 72) -> bytes:
        given.append(json.loads(inputs["card"]))
        return pictures.SIGNATURE + bytes(25)

    monkeypatch.setattr(pictures, "png", png)
    return given


class TestPicture:
    def test_size_halves_and_chart(self, document: d.Document) -> None:
        seen = pixels(card(with_narrow(document)))
        assert seen.shape == (630, 1200, 3)
        left, right = seen[:, :600], seen[:, 600:]
        assert is_colour(left, BAND).mean() > 0.8
        assert is_colour(right, PAPER).mean() > 0.25
        rows, columns = np.nonzero(is_colour(right, "#B4551F"))
        assert columns.max() - columns.min() + 1 == pytest.approx(528, abs=2)  # the whole width
        assert (rows.max() - rows.min() + 1) / (columns.max() - columns.min() + 1) == pytest.approx(
            68 / 106, abs=0.01
        )

    def test_a_chart_too_tall_to_be_read_gives_way_to_the_key_figures(self, document: d.Document) -> None:
        fitting, tall = (with_narrow(document, height=height) for height in (130, 170))
        assert room.charted(fitting) and room.charted(tall) is None
        assert is_colour(pixels(card(fitting)), "#B4551F").any()
        assert not is_colour(pixels(card(tall)), "#B4551F").any()
        assert document.key_figures[0].label in room.alt(tall)

    def test_the_same_bytes_again(self, document: d.Document) -> None:
        assert card(document) == card(document)

    def test_the_alt_text_is_inside(self, document: d.Document) -> None:
        title, description = chunks(card(with_narrow(document)))["iTXt"]
        assert title == b"Title\0\0\0en\0\0" + document.title.encode()
        assert description == b"Description\0\0\0en\0\0" + room.alt(with_narrow(document)).encode()

    def test_nothing_of_the_edges_is_written_on(self, document: d.Document) -> None:
        """However long the words are: shrunk, then cut at a word."""
        for text in ("many words " * 800, "x" * 10_000, "Қазақстан–Oʻzbekiston " * 90, sample.HOSTILE):
            keys = tuple(d.KeyFigure(text, text, text) for _ in range(4))
            long = replace(
                document, title=text, series=text, edition_text=text, key_figures=keys,
                lead=replace(document.lead, text=text),
            )  # fmt: skip
            for each in (long, with_narrow(long, title=text, subtitle=text, height=130)):
                seen = pixels(card(each))
                assert is_colour(seen[:, :50], BAND).all() and is_colour(seen[:, 570:600], BAND).all()
                assert is_colour(seen[:44, :600], BAND).all() and is_colour(seen[596:, :600], BAND).all()
                assert is_colour(seen[:, 600:634], PAPER).all() and is_colour(seen[:, 1168:], PAPER).all()
                assert is_colour(seen[:44, 600:], PAPER).all() and is_colour(seen[596:, 600:], PAPER).all()


class TestContent:
    def test_title_lead_and_chart(self, told: list[dict], document: d.Document) -> None:
        card(with_narrow(document))
        figure = document.lead_exhibit
        assert told[0]["title"] == document.title
        assert told[0]["lead"] == document.lead.text
        assert told[0]["edition"] == "As of 31 December 2025"
        assert told[0]["exhibit"]["title"] == figure.title
        assert told[0]["exhibit"]["svg"].startswith("<svg") and told[0]["exhibit"]["width_mm"] == 106
        assert told[0]["source"] == f"Source: {sample.UZSTAT['publisher']}; {sample.KAZSTAT['publisher']}."

    @pytest.mark.parametrize(
        ("letters", "named"),
        [(10, "0; 1; 2; 3; 4"), (60, "0; 1; 3 further publishers"), (300, "0; 4 further publishers")],
    )
    def test_of_the_sources_as_many_are_named_as_have_room(
        self, document: d.Document, letters: int, named: str
    ) -> None:
        sources = tuple(
            replace(document.citations[0], number=n + 1, publisher=f"{n}".ljust(letters, "x"))
            for n in range(5)
        )
        figure = replace(document.lead_exhibit, citations=tuple(each.number for each in sources))
        said = room.source(replace(document, citations=sources), figure).replace("x", "")
        assert said == f"Source: {named}."

    def test_without_a_drawing_of_its_own_the_key_figures(
        self, told: list[dict], document: d.Document
    ) -> None:
        card(document)
        assert told[0]["exhibit"] is None
        assert [key["figure"] for key in told[0]["key_figures"]] == [
            key.figure for key in document.key_figures
        ]
        assert told[0]["heading"] == document.words["key_figures"]

    def test_every_word_is_one_of_the_document(self, told: list[dict], document: d.Document) -> None:
        card(with_narrow(document))
        card(document)
        strings = {typeset.plain(text) for text in page.strings(document)}
        said = [told[0][name] for name in ("series", "title", "lead", "heading")]
        said += [told[0]["exhibit"][name] for name in ("title", "subtitle")]
        said += [text for key in told[1]["key_figures"] for text in key.values()]
        assert [text for text in said if text.replace(typeset.BREAK, "") not in strings] == []

    def test_the_alt_text_says_lead_and_chart_or_key_figures(self, document: d.Document) -> None:
        assert room.alt(with_narrow(document)).endswith(
            f"{document.lead.text} {document.lead_exhibit.title}. {document.lead_exhibit.alt}"
        )
        assert " 4.49 bn: Turnover by Uzbekistan’s report. " in room.alt(document)

    def test_a_single_notebook_without_lead_has_a_card(self, document: d.Document) -> None:
        bare = replace(document, lead=None, key_figures=(), series="", subtitle="", edition_text="", as_of="")
        assert pixels(card(bare)).shape == (630, 1200, 3)
