"""A Document as the data that `templates/briefing.typ` prints: JSON in, pages out.

Typst reads the words of a briefing as data, never as its own markup, so nothing a table says can run, open a file or
upset a page. Here the document becomes plain values, with the few measures of layout that only counting letters gives.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import resources
from typing import Any

from analysis.briefings import columns, drawing, layout
from analysis.briefings import document as d
from analysis.briefings.furniture import parted
from analysis.briefings.normalise import RESERVED
from analysis.errors import BriefingError
from analysis.exhibits.language import Quoted

Data = dict[str, Any]

MONO = "DejaVu Sans Mono"  # comes inside the typst wheel
TABLE_SIZE, SMALL_TABLE_SIZE, LEAST_TABLE_SIZE = 8.3, 7.4, 5.6  # points; small where cells take several lines
MANY_COLUMNS = 10
MM_PER_LETTER = 1.5  # table text of that size, on average
TEXT_WIDTH_MM = 170
TABLE_WIDTHS_MM = (85, 113, 170)  # a half, two thirds, the whole
LONGEST_WORD = 40  # letters; a longer one may be broken anywhere
LONGEST_FIGURE = 14
WIDEST_FIGURE = 17  # letters that a key figure keeps on one line
LONGEST_ALT = 8_000  # letters: an archival PDF holds no string of twice as many
TITLE_SIZES = ((60, 31), (95, 26), (150, 21), (400, 16))  # letters: points
RUNNING_TITLE, RUNNING_SERIES = 80, 40  # letters
MOST_WITHOUT_CONTENTS = 1  # section

BREAK = "\u200b"  # zero width space: a line may end here
# What PDF/A forbids or a page cannot show: control characters, lone surrogates, bidirectional overrides, non-characters.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
# Fields that are not words on the page: names within the file, addresses, and the text of other formats.
VERBATIM = frozenset(
    {"kind", "anchor", "url", "csv", "svg", "csv_name", "media_type", "align", "aligns", "placement"}
)
UNPRINTED = frozenset({"facts", "marks", "quotes", "narrow"})  # for machines, for the page, for the card
LINED = (d.CodeBlock, d.Verbatim)  # text whose line ends mean something


def data(document: d.Document) -> Data:
    """Everything the template asks for, as plain values that JSON can hold."""
    out = _Encoder(document).encode(document)
    out["sections"] = list(_settled(out["sections"]))
    if out["lead"]:
        out["lead"]["exhibit"] = None  # one sentence, read at a glance
    _foot_caveats([*([out["lead"]] if out["lead"] else []), *out["summary"]])
    look = drawing.tokens()
    return {
        **out,
        "colours": look["light"],
        "fonts": {**look["fonts"], "mono": MONO},
        "lang": language(document.language)[0],
        "region": language(document.language)[1],
        "author": plain(document.series or document.title),
        "edition": f"{document.words['as_of']} {document.edition_text}" if document.edition_text else "",
        "description": plain(document.lead.text if document.lead else document.subtitle),
        "date": [int(part) for part in document.as_of.split("-")] if document.as_of else [],
        "plain_title": plain(document.title),
        "running_title": shortened(plain(document.title), RUNNING_TITLE),
        "running_series": shortened(plain(document.series or document.words["new_briefing"]), RUNNING_SERIES),
        "title_size": next((size for most, size in TITLE_SIZES if len(document.title) <= most), 13),
        "key_columns": {1: 2, 2: 2, 3: 3, 5: 3, 6: 3}.get(len(document.key_figures), 4),
        "contents": out["contents"] if len(document.sections) > MOST_WITHOUT_CONTENTS else [],
    }


def template() -> bytes:
    """The Typst source of every briefing."""
    return resources.files(__package__).joinpath("templates", "briefing.typ").read_bytes()


def text(document: d.Document) -> str:
    """The document as the JSON text that the template is given."""
    return json.dumps(data(document), ensure_ascii=False, sort_keys=True, allow_nan=False)


# --- text ------------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """The text on one line, without what no page can show; composed, so that each letter has its glyph.

    >>> plain("A\\x00 b\\n  c"), plain("u\\u0308")
    ('A b c', 'ü')
    """
    text = printable(text)
    is_plain = text.isprintable() and "  " not in text
    return text if is_plain else re.sub(r"[ \t\r\n\u2028\u2029]+", " ", text)


def printable(text: str) -> str:
    """The text without control characters, lone surrogates and the like; tabs and line ends stay.

    >>> printable("a\\x07b\\n\\ufeffc")
    'ab\\nc'
    """
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    return text if text.isprintable() else UNPRINTABLE.sub("", text)


def breakable(text: str, most: int = LONGEST_WORD) -> str:
    """The text with places to break in words longer than `most` letters: they would run off the page.

    A dash between two names is such a place; only what is still longer is broken within.

    >>> breakable("abcdefgh ij", most=4) == "abcd\\u200befgh ij"
    True
    >>> breakable("Turkmenistan–Uzbekistan", most=14) == "Turkmenistan–\\u200bUzbekistan"
    True
    """
    if len(text) <= most:
        return text
    step = max(1, most // 2) if most > 8 else most

    def broken(word: re.Match) -> str:
        names = re.split("(?<=–)(?=.)", word[0])
        return BREAK.join(
            name[i : i + (step if len(name) > most else most)]
            for name in names
            for i in range(0, len(name), step if len(name) > most else most)
        )

    return re.sub(rf"\S{{{most + 1},}}", broken, text)


def shortened(text: str, most: int) -> str:
    """The text, or its beginning up to a whole word and an ellipsis.

    >>> shortened("Trade and blocs", 12), shortened("Trade", 12)
    ('Trade and…', 'Trade')
    """
    if len(text) <= most:
        return text
    cut = text[:most].rsplit(" ", 1)[0] if " " in text[:most] else text[:most]
    return cut.rstrip(" ,;:.–-") + "…"


def language(tag: str) -> tuple[str, str | None]:
    """Language and region of a BCP 47 tag, as Typst takes them.

    >>> language("en"), language("pt-BR"), language("uz-Cyrl-UZ")
    (('en', None), ('pt', 'BR'), ('uz', 'UZ'))
    """
    first, *rest = tag.replace("_", "-").split("-")
    return first.lower(), next((part.upper() for part in rest if len(part) == 2), None)


# --- the document as plain values ------------------------------------------------------------------------------------


class _Encoder:
    """Dataclasses become mappings with their kind; words are cleaned once, here."""

    def __init__(self, document: d.Document) -> None:
        self.document = document
        self.anchors = _anchors(document)

    def encode(self, value: Any, name: str = "", keep_lines: bool = False) -> Any:
        match value:
            case str():
                return _marked(value, _text(value, name, keep_lines))
            case bytes():
                return list(value)
            case d.Grid():
                return _grid(value)
            case d.ProseTable():
                return self._prose_table(value)
            case d.Link() if value.url.startswith("#") and value.url[1:] not in self.anchors:
                return self._unlinked(value)
            case Mapping():
                return {key: self.encode(held, key) for key, held in value.items()}
            case frozenset():
                return sorted(value)
            case tuple() | list():
                return [self.encode(held, name, keep_lines) for held in value]
            case _ if is_dataclass(value):
                return {"kind": type(value).__name__.lower(), **self._fields(value), **self._derived(value)}
        return value

    def _unlinked(self, link: d.Link) -> Data:
        """A link to what only a web page has stands as its words; one to nowhere is an error, as it is there."""
        if link.url[1:] not in RESERVED:
            raise BriefingError(
                f"the prose links to '{link.url}', which the briefing does not have; correct the link"
            )
        return {"kind": "linked", "children": self.encode(link.children)}

    def _fields(self, value: Any) -> Data:
        lined = isinstance(value, LINED)
        return {name: self.encode(getattr(value, name), name, lined) for name in _printed(type(value))}

    def _derived(self, value: Any) -> Data:
        match value:
            case d.Statement():
                cut = value.pieces if value.quotes else [(value.stem, False)]
                pieces = [self.encode(piece) for piece, _ in cut]
                return {"pieces": pieces, "stop": value.stop, "footed": []}
            case d.Section():
                return {"heading": self.encode(d.numbered(value)) if value.title else "", "code": ""}
            case d.Citation():
                note = value.note.removesuffix(".")
                return {"anchor": value.anchor, "note": _marked(value.note, self.encode(note))}
            case d.Reference():
                return {"label": plain(value.label).replace(" ", "\u00a0")}
            case d.Flag() | d.Note():
                return {"anchor": value.anchor}
            case d.Exhibit():
                extra = {"placement": "auto"} if isinstance(value, d.Table) else {}
                note = self.encode(value.note_pieces)
                return {"csv_name": value.csv_name, "credits": self._credits(value), "note": note, **extra}
            case d.Picture():
                return {
                    "format": {"image/png": "png", "image/jpeg": "jpg", "image/svg+xml": "svg"}[
                        value.media_type
                    ]
                }
            case d.Document():
                return {"contents": self.encode(value.contents)}
        return {}

    def _credits(self, exhibit: d.Exhibit) -> list[Data]:
        credited = self.document.credited(exhibit.citations)
        return [{"publisher": self.encode(name), "numbers": list(numbers)} for name, numbers in credited]

    def _prose_table(self, table: d.ProseTable) -> Data:
        def letters(cells: Iterable[tuple[d.Inline, ...]]) -> list[str]:
            return [_plain_inlines(cell) for cell in cells]

        return {
            "kind": "prosetable",
            "header": self.encode(table.header),
            "rows": self.encode(table.rows),
            "aligns": list(table.aligns),
            "weights": columns.weights(
                [letters(table.header), *map(letters, table.rows)], TEXT_WIDTH_MM / MM_PER_LETTER
            ),
        }


@cache
def _printed(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in UNPRINTED)


def _text(value: str, name: str, keep_lines: bool) -> str:
    if name in VERBATIM:
        return printable(value) if name != "csv" else value
    if name == "alt":
        return shortened(plain(value), LONGEST_ALT)
    if name == "sha256":
        return plain(value)
    if name == "pairs":  # ids of rows hold no blank
        return re.sub(r"/(?=\S)", f"/{BREAK}", plain(value))
    if name == "figure":
        said = plain(value)
        return breakable(parted(said) if len(said) > WIDEST_FIGURE else said, LONGEST_FIGURE)
    return breakable(printable(value).replace("\r\n", "\n") if keep_lines else plain(value))


def _plain_inlines(cell: Iterable[d.Inline]) -> str:
    return "".join(getattr(i, "text", "") or _plain_inlines(getattr(i, "children", ())) for i in cell)


def _anchors(document: d.Document) -> frozenset[str]:
    """What a link inside the document may lead to."""
    parts = list(document.parts())
    said = [
        p for p in (document.lead, *document.summary, *parts, *document.limits) if isinstance(p, d.Statement)
    ]
    prose = [b for part in parts if isinstance(part, d.Prose) for b in part.blocks]
    headings = [b for b in prose if isinstance(b, d.Heading) and b.anchor]
    placed = (*said, *headings, *document.exhibits, *document.citations, *document.flags)
    return frozenset([anchor for anchor, _ in document.contents] + [one.anchor for one in placed])


# --- what layout.py has to know -------------------------------------------------------------------------------------


def asked(document: d.Document) -> list[layout.Asked]:
    """What has to be placed, in reading order."""
    out: list[layout.Asked] = []
    first_annex = next((section for section in document.sections if section.annex), None)
    for section in document.sections:
        out.append(layout.Asked(section.anchor, "section", opens_page=section is first_annex))
        for part in section.parts:
            match part:
                case d.Prose():
                    out += [layout.Asked(b.anchor, "heading") for b in part.blocks if _opens(b)]
                case d.Statement():
                    out.append(layout.Asked(part.anchor, "text"))
                case d.Figure() | d.Table():
                    out.append(layout.Asked(part.anchor, "figure" if isinstance(part, d.Figure) else "table"))
    return out


def _opens(block: d.Block) -> bool:
    """Whether a block is the heading of a subsection."""
    return isinstance(block, d.Heading) and block.level <= 3 and bool(block.anchor)


# --- measures of layout ----------------------------------------------------------------------------------------------


def _grid(grid: d.Grid) -> Data:
    """Column weights, text size and width of a table, from the letters it holds."""
    lines = [[column.label for column in grid.columns], *grid.rows]
    gap = 5 if len(grid.columns) <= MANY_COLUMNS else 2
    room = TEXT_WIDTH_MM - 2 * gap * 0.353 * (len(grid.columns) - 1)
    small = room * TABLE_SIZE / SMALL_TABLE_SIZE  # if not every cell fits on its line
    weights = columns.weights(lines, small / MM_PER_LETTER)
    needed = sum(weights) * MM_PER_LETTER
    size = TABLE_SIZE if needed <= room else max(LEAST_TABLE_SIZE, TABLE_SIZE * room / needed)
    letters = [int(room * w / sum(weights) / (MM_PER_LETTER * size / TABLE_SIZE)) for w in weights]

    def cells(texts: Iterable[str]) -> list[str | Data]:
        return [
            _marked(text, breakable(plain(text), max(4, most)))
            for text, most in zip(texts, letters, strict=True)
        ]

    return {
        "kind": "grid",
        "columns": [column.align for column in grid.columns],
        "header": cells(column.label for column in grid.columns),
        "rows": [cells(row) for row in grid.rows],
        "emphasis": sorted(grid.emphasis),
        "weights": weights,
        "gap": gap,
        "size": round(size, 2),
        "width_mm": next((width for width in TABLE_WIDTHS_MM if width >= needed * 1.9), TEXT_WIDTH_MM),
    }


def _marked(text: str, printed: str) -> str | Data:
    """A text as printed; one of the data that is in another language, with that language."""
    is_quoted = isinstance(text, Quoted)
    return {"kind": "quoted", "lang": text.lang, "text": printed} if is_quoted else printed


def _settled(sections: list[Data]) -> Iterator[Data]:
    """Sections whose headings stand one level up (a PDF's title is no heading), none skipped and none without name."""
    level = 1

    def settle(node: Any) -> Any:
        nonlocal level
        if isinstance(node, list):
            return [settle(held) for held in node]
        if not isinstance(node, dict):
            return node
        if node.get("kind") == "heading":
            if not node["anchor"]:
                return {"kind": "paragraph", "children": [{"kind": "strong", "children": node["children"]}]}
            level = max(1, min(node["level"] - 1, level + 1))
            return {**node, "level": level}
        return {key: settle(held) for key, held in node.items()}

    for section in sections:
        level = 1 if section["heading"] else level
        yield {**section, "parts": settle(section["parts"])}


def foot_mm(document: d.Document) -> float:
    """About what the footnotes of page 1 take: 3.3 mm a line of 125 letters, and the line above them.

    A little too much is right: too little would leave a gap.
    """
    opening = [*([document.lead] if document.lead else []), *document.summary]
    met = {letter for statement in opening for letter in statement.flags}
    notes = [flag.note for flag in document.flags if flag.letter in met]
    return sum(3.3 * -(-len(note) // 125) + 1.2 for note in notes) + 5 if notes else 0.0


def _foot_caveats(statements: list[Data]) -> None:
    """On the first page each caveat is a footnote where it is met first."""
    met: set[str] = set()
    for statement in statements:
        statement["footed"] = [letter for letter in statement["flags"] if letter not in met]
        met.update(statement["flags"])
