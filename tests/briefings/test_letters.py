"""The letters of the region, in a drawing, on the page and in print: each from our own fonts, none from elsewhere."""

from __future__ import annotations

import base64
import io
import re
import warnings
from dataclasses import replace

import pypdf
import pytest
from fontTools.ttLib import TTFont

from analysis.briefings import document as d
from analysis.briefings import fonts, paper
from analysis.briefings import page as room
from analysis.briefings.normalise import normalise
from analysis.exhibits import svg, theme
from analysis.exhibits.charts import layout

from . import sample

NAMES = ("Қазақстан", "Oʻzbekiston", "Кыргызстан", "Тоҷикистон", "Türkmenistan")
RUSSIAN = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
ALPHABETS = {
    "Kazakh": RUSSIAN + "ӘҒҚҢӨҰҮҺІ" + "ÄĞIİÑÖŞŪÜ",
    "Kyrgyz": RUSSIAN + "ҢӨҮ",
    "Tajik": RUSSIAN + "ҒӢҚӮҲҶ",
    "Turkmen": "ÄÇŇÖŞÜÝŽ",
    "Uzbek": RUSSIAN + "ЎҚҒҲ" + "OʻGʻʼ",
    "neighbours": "ƏĞIİÖŞÜÇ",
}
SMALL = str.maketrans({"İ": "i", "I": "ı"})
WORDS = [
    *NAMES,
    *(
        part[i : i + 16]
        for letters in ALPHABETS.values()
        for part in (letters, letters.translate(SMALL).lower())
        for i in range(0, len(part), 16)
    ),
]
LETTERS = set("".join(WORDS))


@pytest.fixture(scope="module")
def drawn() -> str:
    figure, sheet = layout.blank(100)
    with theme.look():
        for i, word in enumerate(WORDS):
            layout.write(sheet, 2 + 80 * (i % 2), 5 + 5 * (i // 2), word, weight=(400, 600)[i % 2])
    return svg.render(figure, "letters")


@pytest.fixture(scope="module")
def document(drawn: str) -> d.Document:
    """A briefing that says every letter in prose of each cut, in a table, in a drawing and in its furniture."""
    whole = normalise(sample.assembled())
    figure = next(part for part in whole.exhibits if isinstance(part, d.Figure))
    table = next(part for part in whole.exhibits if isinstance(part, d.Table))
    said = " ".join(WORDS)
    prose = d.Prose(
        tuple(
            d.Paragraph((kind,))
            for kind in (d.Text(said), d.Strong((d.Text(said),)), d.Emphasis((d.Text(said),)))
        )
    )
    grid = d.Grid((d.Column("word", said, "left"),), tuple((word,) for word in WORDS))
    parts = (
        prose,
        replace(table, grid=grid, title=said, subtitle=said, note=said),
        replace(figure, svg=drawn),
    )
    section = replace(whole.sections[0], title=said, question=said, parts=parts)
    return replace(
        whole,
        title=NAMES[0],
        subtitle=said,
        lead=None,
        key_figures=(),
        summary=(),
        sections=(section,),
        limits=(),
    )


class TestDrawing:
    def test_text_stays_text_in_the_font_of_the_page(self, drawn: str) -> None:
        told = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
        assert "".join(WORDS) in "".join(told)
        assert set(re.findall(r'font-family="([^"]*)"', drawn)) == {theme.tokens()["fonts"]["sans"]}

    def test_each_letter_has_its_width(self) -> None:
        with warnings.catch_warnings():  # matplotlib warns of a letter that the font lacks
            warnings.simplefilter("error")
            assert [
                c for c in sorted(LETTERS) for weight in (400, 600) if not theme.width_mm(c, 99, weight)
            ] == []


class TestPage:
    def test_every_cut_holds_every_letter(self, document: d.Document) -> None:
        style = fonts.style_sheet(" ".join(room.strings(document)), " ".join(room.displayed(document)))
        cuts = re.findall(r"base64,([A-Za-z0-9+/=]+)\)format\('woff2'\)", style)
        assert len(cuts) == len(fonts.FACES)
        for face, cut in zip(fonts.FACES, cuts, strict=True):
            held = TTFont(io.BytesIO(base64.b64decode(cut))).getBestCmap()
            assert sorted(c for c in LETTERS if ord(c) not in held) == [], face.file

    def test_a_second_page_cuts_nothing(self, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
        first = fonts.style_sheet("".join(WORDS), "".join(WORDS), tmp_path)
        monkeypatch.setattr(fonts, "_cut", lambda *_: pytest.fail("cut again"))
        assert fonts.style_sheet("".join(reversed(WORDS)), "".join(WORDS), tmp_path) == first

    def test_a_page_of_other_marks_cuts_nothing(self, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
        first = fonts.style_sheet("1,4 – 2,0", "Trade", tmp_path)
        monkeypatch.setattr(fonts, "_cut", lambda *_: pytest.fail("cut again"))
        assert fonts.style_sheet("“O\u02bbzbekiston” ∩ χ² ≤ 3 …", "Türkiye", tmp_path) == first


@pytest.mark.browser
def test_the_browser_sets_no_letter_in_another_font(chromium, document: d.Document) -> None:
    style = fonts.style_sheet(" ".join(room.strings(document)), " ".join(room.displayed(document)))
    page = chromium.new_page()
    page.set_content(f"<style>{style}</style><p></p>")
    measure = """([letter, family, weight, style]) => {
        const p = document.querySelector("p");
        p.textContent = letter.repeat(20);
        const width = (last) => {
            p.style.cssText = `display:inline-block;font:${style} ${weight} 40px "${family}",${last}`;
            return p.getBoundingClientRect().width;
        };
        return Math.abs(width("monospace") - width("cursive")) < 0.5;
    }"""
    page.evaluate("Promise.all([...document.fonts].map((font) => font.load())).then(() => 0)")
    for face in fonts.FACES:
        strange = [
            c
            for c in sorted(LETTERS)
            if not page.evaluate(measure, [c, face.family, face.weight, face.style])
        ]
        assert strange == [], face.file
    page.close()


class TestPrint:
    def test_every_letter_can_be_read_out_of_it(self, document: d.Document) -> None:
        reader = pypdf.PdfReader(io.BytesIO(paper.pdf(document)))
        text = re.sub(r"\s|\u200b", "", "".join(page.extract_text() for page in reader.pages))
        for word in WORDS:
            assert text.count(word) >= 8, f"{word}: prose in three cuts, table, drawing, captions"
        named = {
            font.get_object()["/BaseFont"].partition("+")[2].partition("-")[0]
            for page in reader.pages
            for font in page["/Resources"].get("/Font", {}).values()
        }
        assert named <= {"Inter", "BriefingSerif", "DejaVuSansMono"}
