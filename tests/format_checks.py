"""What the formats of a briefing say, read back from the finished files, and where they disagree.

A unit is a paragraph, heading, list item, cell, label or alt text, in reading order. Those of a page are read from its
elements, those of a PDF from its structure tree and what its pages mark for it, as a screen reader does: running heads
and page numbers are no part of them.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from typing import Any

import pypdf
from pypdf.generic import ArrayObject, ContentStream

# What only divides words; within a number it is a part of it.
DIVIDING = re.compile(r"[.,:;](?!\d)|(?<!\d)[.,]|[=·()\[\]]")
SHOWN = 8  # words of the text before a difference
LONG_RUN = 12  # words


@dataclass
class Said:
    """The units of a format, the texts of each of its drawings, its contents list and its footnotes."""

    units: list[str] = field(default_factory=list)
    drawings: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def normal(text: str) -> str:
    """The text with single spaces and without places to break.

    >>> normal("USD\\u00a01.90\\n billion\\u200b")
    'USD 1.90 billion'
    """
    return re.sub(r"\s+", " ", re.sub("[\u200b\u2060]", "", text)).strip()


def words(units: Iterable[str]) -> list[str]:
    """The words, without the marks by which one format divides what another sets apart.

    >>> words(["Share of 1,234. [2, 3]", "n = 4,", "1.5 · x"])
    ['Share', 'of', '1,234', '2', '3', 'n', '4', '1.5', 'x']
    """
    return DIVIDING.sub(" ", " ".join(units)).split()


class _Units(list):
    """Collects text until a unit ends; an empty unit is none."""

    open = ""

    def add(self, text: str) -> None:
        self.open += text

    def end(self) -> None:
        if said := normal(self.open):
            self.append(said)
        self.open = ""


# --- a page ----------------------------------------------------------------------------------------------------------

INLINE = {
    "a",
    "b",
    "button",
    "cite",
    "code",
    "em",
    "i",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "title",
    "tspan",
}
ALONE = {"number", "name", "change", "mark"}  # classes of inline elements that are units of their own
LEFT_OUT = {"head", "script", "style"}
# tools: what a PDF has as an attachment; narrow: a drawing again, for a phone
LEFT_OUT_CLASSES = {"skip", "hidden", "tools", "narrow"}
VOID = {"meta", "br", "hr", "img"}


def of_page(html: str, *, notes: bool = True) -> Said:
    """What a page says; without `notes` its sentences lack the numbers that open their cards."""
    page = _Page(set() if notes else {"note"})
    page.feed(html)
    page.close()
    page.units.end()
    return Said(list(page.units), [" ".join(drawn) for drawn in page.drawings], list(page.contents))


@dataclass
class _Open:
    tag: str
    is_unit: bool
    target: _Units | None  # None: left out
    address: str = ""  # what a source is found at, printed after it as in a PDF


class _Page(HTMLParser):
    def __init__(self, left_out: set[str]) -> None:
        super().__init__()
        self.units, self.contents, self.drawings = _Units(), _Units(), []
        self.left_out = LEFT_OUT_CLASSES | left_out
        self.stack = [_Open("", False, self.units)]
        self.counts: list[int] = []  # the next number of each list that is open; 0 where it has none

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            if tag == "img" and self.stack[-1].target is not None:
                self.alone(dict(attrs)["alt"] or "")
            return
        told = {name: value or "" for name, value in attrs}
        classes = set(told.get("class", "").split())
        target = self.stack[-1].target
        if target is not None and told.get("role") == "img":
            self.alone(told["aria-label"])
        if tag in LEFT_OUT or classes & self.left_out or told.get("id") == "theme":
            target = None
        elif target is not None and tag == "nav":
            target = self.contents
        elif target is not None and tag == "svg":
            target = _Units()
            self.drawings.append(target)
        if target is not None and (tag == "sup" or "note" in classes):
            target.add(" ")
        is_unit = target is not None and (tag not in INLINE or bool(classes & ALONE))
        if is_unit:
            target.end()
        if tag in ("ol", "ul"):
            is_counted = tag == "ol" and "numbered" not in classes and target is self.units
            self.counts.append(int(told.get("start", 1)) if is_counted else 0)
        elif tag == "li" and self.counts[-1]:
            self.alone(f"{self.counts[-1]}.")
            self.counts[-1] += 1
        elif tag == "a" and self.stack[-1].tag == "cite":
            next(each for each in reversed(self.stack) if each.tag == "li").address = told["href"]
        self.stack.append(_Open(tag, is_unit, target))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        closed = self.stack.pop()
        assert closed.tag == tag, f"<{closed.tag}> is closed by </{tag}>"
        if closed.address:
            closed.target.add(f" {closed.address}")
        if closed.is_unit:
            closed.target.end()
        if tag in ("ol", "ul"):
            self.counts.pop()

    def handle_data(self, data: str) -> None:
        if self.stack[-1].target is not None:
            self.stack[-1].target.add(data)

    def alone(self, text: str) -> None:
        target = self.stack[-1].target
        target.end()
        target.add(text)
        target.end()


# --- a PDF -----------------------------------------------------------------------------------------------------------

PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
INLINE_TAGS = {"/Span", "/Link", "/Strong", "/Em", "/Code", "/Reference"}
BULLET = "■"


def of_pdf(data: bytes) -> Said:
    """What a tagged PDF says."""
    told = _Tagged(pypdf.PdfReader(io.BytesIO(data)))
    return told.said


class _Tagged:
    def __init__(self, reader: pypdf.PdfReader) -> None:
        self.content = dict(_marked(reader))
        self.pages = {page.indirect_reference.idnum: n for n, page in enumerate(reader.pages)}
        self.said = Said()
        units = _Units()
        self.walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"], None, units, "")
        units.end()
        self.said.units = list(units)

    def walk(self, node: Any, page: int | None, units: _Units, inside: str) -> None:
        node = node.get_object()
        if isinstance(node, int):
            units.add("".join(self.content.get((page, node), [])))
        elif isinstance(node, list):
            for kid in node:
                self.walk(kid, page, units, inside)
        elif "/S" in node:
            self.element(node, self.page_of(node, page), units, inside)
        elif "/MCID" in node:
            self.walk(node["/MCID"], self.page_of(node, page), units, inside)

    def element(self, node: Any, page: int | None, units: _Units, inside: str) -> None:
        kind, kids = node["/S"], node.get("/K", ArrayObject())
        if kind == "/Note":  # stands in the midst of another unit
            note = _Units()
            self.walk(kids, page, note, kind)
            note.end()
            self.said.notes += note
            return
        is_unit = kind not in INLINE_TAGS and (kind != "/Lbl" or inside in ("/LI", "/Note"))
        if kind in ("/Link", "/Lbl") and _is_raised(kids):
            units.add(" ")
        if is_unit:
            units.end()
        if kind == "/Figure":
            units.add(node["/Alt"])
            drawn = _Units()
            self.walk(kids, page, drawn, kind)
            self.said.drawings.append(normal(drawn.open))
        else:
            self.walk(kids, page, units, kind)
        if is_unit:
            units.open = "" if units.open.strip() == BULLET else units.open
            units.end()

    def page_of(self, node: Any, page: int | None) -> int | None:
        return self.pages[node.raw_get("/Pg").idnum] if "/Pg" in node else page


def _is_raised(kids: Any) -> bool:
    """Whether a link is a raised letter or number."""
    first = kids[0].get_object() if isinstance(kids, list) and kids else kids
    return isinstance(first, dict) and first.get("/S") == "/Span"


def _marked(reader: pypdf.PdfReader) -> Iterator[tuple[tuple[int, int], list[str]]]:
    """For each page and mark the texts shown under it."""
    fonts: dict[int, dict[int, str]] = {}
    for number, page in enumerate(reader.pages):
        shown: dict[int, list[str]] = {}
        named = page["/Resources"].get("/Font", {})
        marks: list[int | None] = []
        spelt: list[
            bool
        ] = []  # whether what is shown is told in other letters (a letter and its accent, say)
        letters: dict[int, str] = {}
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator in (b"BDC", b"BMC"):
                told = operands[1] if operator == b"BDC" else {}
                mark = told.get("/MCID", marks[-1] if marks else None)
                if "/ActualText" in told and not any(spelt):
                    shown.setdefault(mark, []).append(str(told["/ActualText"]))
                marks.append(mark)
                spelt.append("/ActualText" in told)
            elif operator == b"EMC":
                marks.pop()
                spelt.pop()
            elif operator == b"Tf":
                key = named.raw_get(operands[0]).idnum
                letters = fonts[key] = fonts.get(key) or _letters(named[operands[0]])
            elif operator in (b"Tj", b"TJ") and marks and not any(spelt):
                parts = operands[0] if operator == b"TJ" else operands
                shown.setdefault(marks[-1], []).append(_decoded(parts, letters))
        yield from (((number, mark), texts) for mark, texts in shown.items())


def _letters(font: Any) -> dict[int, str]:
    """What each glyph of a font stands for."""
    table = font["/ToUnicode"].get_object().get_data()
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for part in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL)
        for code, text in PAIR.findall(part)
    }


def _decoded(parts: Any, letters: dict[int, str]) -> str:
    raw = (part.original_bytes for part in parts if hasattr(part, "original_bytes"))
    return "".join(letters[int.from_bytes(each[i : i + 2])] for each in raw for i in range(0, len(each), 2))


# --- what they say differently ---------------------------------------------------------------------------------------


def differences(html: str, pdf: bytes) -> list[str]:
    """Where the page and the PDF of a briefing disagree, each with the words before it; an empty list if nowhere."""
    page, paper = of_page(html), of_pdf(pdf)
    found = _apart(page.units, without(paper.units, paper_contents(page.contents[1:], paper.units)))
    for number, (one, other) in enumerate(zip(page.drawings, paper.drawings, strict=False), start=1):
        # a PDF sets the text of a drawing letter by letter, in the order of the drawing
        if one_only := letters(one) - letters(other):
            found.append(f"drawing {number}: the page alone draws {told(one_only)}")
        if other_only := letters(other) - letters(one):
            found.append(f"drawing {number}: the PDF alone draws {told(other_only)}")
    if len(page.drawings) != len(paper.drawings):
        found.append(f"the page has {len(page.drawings)} drawings, the PDF {len(paper.drawings)}")
    return found + [f"the PDF alone has the footnote “{note}”" for note in strangers(paper.notes, page)]


def paper_contents(titles: Sequence[str], units: Sequence[str]) -> list[str]:
    """The contents list of a PDF as it stands among its units: each title and its page; empty if it has none."""
    for start in range(len(units)):
        if list(units[start : start + 2 * len(titles) : 2]) == list(titles):
            return list(units[start : start + 2 * len(titles)])
    return []


def without(units: Sequence[str], run: Sequence[str]) -> list[str]:
    """The units without the first such run."""
    starts = (n for n in range(len(units)) if run and list(units[n : n + len(run)]) == list(run))
    start = next(starts, len(units))
    return [*units[:start], *units[start + len(run) :]]


def letters(text: str) -> Counter[str]:
    return Counter(re.sub(r"\s", "", text))


def told(counted: Counter[str]) -> str:
    return f"“{''.join(sorted(counted.elements()))}”"


def _apart(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """The words that differ, looked for between long runs of units that are equal: what one format sets as several units
    may be one in the other."""
    found = []
    a = c = 0
    for match in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        run = one[match.a : match.a + match.size]
        if run and len(words(run)) < LONG_RUN and match.a:
            continue
        here, there = words(one[a : match.a]), words(other[c : match.b])
        before = words(one[max(0, a - 2) : a])
        for kind, e, f, g, h in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
            if kind != "equal":
                after = " ".join([*before, *here[:e]][-SHOWN:])
                said = [" ".join(each) or "nothing" for each in (here[e:f], there[g:h])]
                found.append(f"after “{after}” the page says “{said[0]}”, the PDF “{said[1]}”")
        a, c = match.a + match.size, match.b + match.size
    return found


def strangers(units: Iterable[str], page: Said) -> list[str]:
    """The units that the page does not say as they stand."""
    spoken = f" {' '.join(words(page.units))} "
    return [unit for unit in units if f" {' '.join(words([unit]))} " not in spoken]


# --- an e-mail -------------------------------------------------------------------------------------------------------


def of_email(data: bytes) -> tuple[list[str], list[str]]:
    """The units of the plain text of a message, and those of its page."""
    message = message_from_bytes(data, policy=default)
    plain, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    kept = (line for line in plain.splitlines() if not RULE.fullmatch(line) and not ADDRESS.match(line))
    units = (normal(unit).removeprefix("* ") for unit in BREAK.split("\n".join(kept)))
    return [unit for unit in units if unit], of_page(html).units


RULE, ADDRESS = re.compile("(=+|-+)"), re.compile(r" *https?://")
BREAK = re.compile(r"\n\n+|\n(?=\[\w+\] |\* )")
