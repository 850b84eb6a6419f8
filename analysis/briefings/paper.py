"""A document as a PDF: tagged (PDF/UA-1), archival (PDF/A-3a), with the data of its exhibits attached, and always the
same bytes.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib import resources as packaged
from typing import Any

import typst

from analysis.briefings import layout, packing, typeset
from analysis.briefings.document import Document
from analysis.errors import BriefingError

ACCESSIBLE = ["ua-1"]
ARCHIVAL = [*ACCESSIBLE, "a-3a"]  # which asks for a date: a notebook without one is accessible only
LACKING, REMEDY = "No font of the PDF has the letter", "write it in letters the fonts have"
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
FORBIDDEN = re.compile(r'codepoint `"(.+?)"`')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def pdf(document: Document) -> bytes:
    """Return the document as a PDF; a BriefingError if any letter or the layout does not come out right."""
    standards = ARCHIVAL if document.as_of else ACCESSIBLE
    return packing.packed(_compiled(document, format="pdf", pdf_standards=standards))


def pages_png(document: Document, ppi: float = 144) -> list[bytes]:
    """Return the pages as PNG pictures of `ppi` pixels an inch."""
    pages = _compiled(document, format="png", ppi=ppi)
    return pages if isinstance(pages, list) else [pages]


def page_png(document: Document, page: int = 1, ppi: float = 144) -> bytes:
    """Return one page, counted from 1; an IndexError says how many there are."""
    pages = pages_png(document, ppi)
    if not 1 <= page <= len(pages):
        raise IndexError(f"page {page} of {len(pages)}")
    return pages[page - 1]


@cache
def fonts() -> typst.Fonts:
    """The project's fonts and those inside the typst wheel, and none of the machine's."""
    folder = str(packaged.files("analysis.exhibits").joinpath("fonts"))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


def _compiled(document: Document, **how: Any) -> Any:
    """What Typst makes of the document, in memory: no file is read or written, so no path can show."""
    text = typeset.text(document)
    try:
        plan = _plan(text, tuple(typeset.asked(document)), typeset.foot_mm(document))
        out, warnings = _compiler(text, plan).compile_with_warnings(**how)
    except RuntimeError as error:  # a TypstError, or the wheel's own where a picture cannot be decoded
        raise BriefingError(_sentence(getattr(error, "message", str(error)), text)) from None
    if warnings:
        raise BriefingError(*(f"The PDF is not as designed: {warning.message}" for warning in warnings))
    return out


@lru_cache(maxsize=2)
def _plan(text: str, asked: tuple[layout.Asked, ...], foot_mm: float) -> layout.Plan:
    """Where the exhibits go; kept, for one document is often asked for twice, as a file and as pictures."""

    def pages(plan: layout.Plan | None) -> layout.Pages:
        return _pages(json.loads(_compiler(text, plan).query("<told>", field="value"))[0])

    return layout.settle(asked, pages, foot_mm)


def _compiler(text: str, plan: layout.Plan | None) -> typst.Compiler:
    """From one round of layout to the next the plan alone changes: what it leaves alone is not laid out again."""
    files = {
        "main.typ": typeset.template(),
        "document.json": text.encode(),
        "plan.json": json.dumps(plan, sort_keys=True).encode(),
    }
    return typst.Compiler(files, font_paths=fonts())


def _pages(told: list[dict[str, Any]]) -> layout.Pages:
    """What the marks that the template leaves tell of the pages."""
    stands = {mark["anchor"]: mark["page"] for mark in told if mark["role"] == "stands"}
    spots = {
        mark["anchor"]: layout.Spot(mark["page"], mark["y_mm"], stands.get(mark["anchor"], 0))
        for mark in told
        if mark["role"] == "asked"
    }
    edges = {(mark["role"], mark["anchor"]): mark["y_mm"] for mark in told}
    heights = {anchor: edges["foot", anchor] - y for (role, anchor), y in edges.items() if role == "head"}
    return layout.Pages(spots, heights)


def _sentence(message: str, text: str) -> str:
    """Typst's complaint as a sentence that names the letter and its place.

    >>> _sentence('PDF/A-3a error: the text `"☃"` could not be displayed with font `"Inter"`', '{"title": "A ☃ in May"}')
    'No font of the PDF has the letter ☃ (U+2603) of “A ☃ in May”; write it in letters the fonts have.'
    """
    for pattern, complaint, remedy in (
        (NO_GLYPH, LACKING, REMEDY),
        (FORBIDDEN, "An archival PDF may not hold the letter", "leave it out"),
    ):
        if found := pattern.search(message):
            letter = ESCAPED.sub(lambda code: chr(int(code[1], 16)), found[1])
            return _lacking(letter, text, complaint, remedy)
    if "missing codepoints" in message and (letter := next((x for x in text if x not in letters()), "")):
        return _lacking(letter, text)
    return f"The PDF could not be typeset: {message}"


def _lacking(letter: str, text: str, complaint: str = LACKING, remedy: str = REMEDY) -> str:
    codes = " ".join(f"U+{ord(part):04X}" for part in letter)
    shown = f"{letter} ({codes})" if letter.isprintable() else codes
    return f"{complaint} {shown}{_near(letter, text)}; {remedy}."


@cache
def letters() -> frozenset[str]:
    """The letters of the project's own fonts."""
    from fontTools.ttLib import TTFont

    folder = packaged.files("analysis.exhibits").joinpath("fonts")
    files = (path for path in folder.iterdir() if path.name.endswith(".ttf"))
    return frozenset(chr(code) for path in files for code in TTFont(str(path), lazy=True).getBestCmap())


def _near(letter: str, text: str) -> str:
    """Where the letter stands, as the words around it within its string of the JSON text."""
    at = text.find(letter)
    if at < 0:
        return ""
    before = text[max(0, at - 30) : at].rsplit('"', 1)[-1]
    after = text[at : at + 30].split('"', 1)[0]
    return f" of “{before}{after}”"
