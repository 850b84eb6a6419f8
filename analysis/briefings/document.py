"""The document model: what a briefing says, before anything is said about how it looks.

`assemble.normalise` builds one `Document` from an executed notebook; every format renders that and nothing else, so no
two can say different things. All text is plain Unicode, never markup: a renderer escapes it by its own rule. Anchors
are unique within a document and safe in an `id`, a Typst label and a file name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from analysis.briefings.facts import Account, Note
from analysis.briefings.terms import Terms
from analysis.briefings.tree import (  # noqa: F401 - one model under one name
    Block,
    Code,
    CodeBlock,
    Emphasis,
    Heading,
    Inline,
    ItemList,
    LineBreak,
    Link,
    Paragraph,
    ProseTable,
    Quote,
    Rule,
    Strong,
    Text,
)
from analysis.exhibits.language import Quoted

MOST_HELD = 18  # letters of a cell that stays on one line
ABBREVIATED = (
    " г.",
    "\u00a0г.",
    " гг.",
    "\u00a0гг.",
)  # a year in Russian: this stop is not the sentence's alone
MOST_NAMED = 8  # publishers in the source line of an exhibit

Quotes = tuple[tuple[int, int, str], ...]  # start, end and language of text of the data in another language

# --- what stands behind a statement or an exhibit --------------------------------------------------------------------


@dataclass(frozen=True)
class Citation:
    """A numbered source; empty text where the table of sources is silent."""

    number: int
    source: str
    title: str
    publisher: str
    published: str
    url: str
    licence: str
    accessed: str
    note: str
    vintage: str = ""  # the day of publication, ISO and as coarse as it is known

    @property
    def anchor(self) -> str:
        return f"source-{self.number}"


@dataclass(frozen=True)
class Method:
    method: str
    title: str
    formula: str
    definition: str
    reference: str
    counts: str = ""


@dataclass(frozen=True)
class Flag:
    """A caveat said once, under Limits; exhibits and statements point to it by `letter`."""

    letter: str
    flag: str
    note: str

    @property
    def anchor(self) -> str:
        return f"caveat-{self.letter}"


# --- the parts of a section ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Prose:
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Reference:
    """A pointer to an exhibit of this document: what a sentence calls it, `Figure 3`, and where it stands."""

    label: str
    anchor: str


@dataclass(frozen=True)
class Statement:
    """A finding, as a sentence. `reason` says why when it is undefined (the text then says so too).

    `note` is the number of the note on its numbers, 0 for none; `marks` are where these stand in the text, `quotes` where
    texts of the data do that are in another language than the page.
    """

    anchor: str
    role: str  # lead | key | text | limit
    text: str
    label: str = ""
    defined: bool = True
    reason: str = ""
    exhibit: Reference | None = None
    citations: tuple[int, ...] = ()
    flags: tuple[str, ...] = ()  # letters
    note: int = 0
    marks: tuple[tuple[int, int], ...] = ()
    quotes: Quotes = ()

    @property
    def stem(self) -> str:
        """The sentence without its full stop: pointers stand before the stop.

        >>> statement = Statement("a", "text", "Trade grew by 13.1%.")
        >>> statement.stem, statement.stop
        ('Trade grew by 13.1%', '.')
        """
        is_closed = self.text.endswith((".", "!", "?")) and not self.text.endswith(ABBREVIATED)
        return self.text[:-1] if is_closed else self.text

    @property
    def stop(self) -> str:
        """What closes the sentence behind its pointers.

        >>> Statement("a", "text", "Рост к 2023 г.", citations=(1,)).stop, Statement("a", "text", "Рост к 2023 г.").stop
        ('.', '')
        """
        if self.text.endswith(ABBREVIATED):
            return "." if self.exhibit or self.citations else ""
        return self.text[len(self.stem) :]

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """The stem cut at its marks and quotes: each piece, and whether it is a number; what is quoted as `Quoted`.

        >>> Statement("a", "text", "It grew by 13.1% a year.", marks=((11, 16),)).pieces
        (('It grew by ', False), ('13.1%', True), (' a year', False))
        """
        return _cut(self.stem, self.quotes, self.marks)


@dataclass(frozen=True)
class KeyFigure:
    figure: str
    label: str
    change: str
    exhibit: Reference | None = None
    note: int = 0


@dataclass(frozen=True)
class Column:
    key: str
    label: str
    align: str  # left | right | center


@dataclass(frozen=True)
class Grid:
    """A display table: printed text only; `emphasis` holds the indexes of the rows in bold, `marks` explains signs."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    row_header: bool = False
    emphasis: frozenset[int] = frozenset()
    marks: tuple[str, ...] = ()

    @cached_property
    def held(self) -> tuple[int, ...]:
        """The columns, counted from 1, whose cells are short and hold figures (dates, ids, numbers): no line ends in them.

        >>> Grid((Column("a", "Day", "left"), Column("b", "What", "left")), (("6 May 2022", "A visit"),)).held
        (1,)
        """
        return tuple(
            place
            for place, cells in enumerate(zip(*self.rows, strict=True), start=1)
            if max(map(len, cells)) <= MOST_HELD and any(map(str.isdigit, "".join(cells)))
        )


@dataclass(frozen=True)
class Exhibit:
    """What figures and tables share. `csv` is the text of exactly the rows drawn ('' when there are none); `account`
    is what stands behind the numbers of its title."""

    anchor: str
    number: int
    label: str  # "Figure 1", "Table 2"
    title: str
    subtitle: str
    alt: str
    note: str
    quotes: Quotes  # in the note
    citations: tuple[int, ...]
    flags: tuple[str, ...]  # letters
    csv: str
    account: Account | None
    reference: Reference = field(repr=False)

    @property
    def note_pieces(self) -> tuple[str, ...]:
        """The note cut at its quotes, these as `Quoted`."""
        return tuple(piece for piece, _ in _cut(self.note, self.quotes))

    @property
    def csv_name(self) -> str:
        return f"{self.anchor}.csv"


@dataclass(frozen=True)
class Drawing:
    """A drawing as the block holds it, in the light theme's hex colours, and whether it shows what the note explains."""

    svg: str
    width_mm: float
    height_mm: float
    is_noted: bool = True


@dataclass(frozen=True)
class Figure(Exhibit):
    """`svg` is the block's own; `grid` shows the plotted data. `narrow` is the drawing made again for where it is small."""

    svg: str
    width_mm: float
    height_mm: float
    grid: Grid | None
    placement: str  # top | none
    narrow: Drawing | None = None


@dataclass(frozen=True)
class Table(Exhibit):
    grid: Grid


@dataclass(frozen=True)
class Picture:
    """A picture from a person's own cell (no block): not numbered, no source line, but never without alt."""

    anchor: str
    alt: str
    media_type: str  # image/png | image/jpeg | image/svg+xml
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Verbatim:
    """Plain text a person's own cell printed; set as it is."""

    text: str


Part = Prose | Statement | Figure | Table | Picture | Verbatim


@dataclass(frozen=True)
class Section:
    """`title` may be empty (a notebook's parts before its first heading): then no heading is set and none is listed.
    `number` is 0 for a section that is not numbered. `question` is the notebook's own title where it differs. `annex`
    is "Annex A" for one behind the body. `code` is what was run for it; a page folds it away."""

    anchor: str
    number: int
    title: str
    question: str
    parts: tuple[Part, ...]
    annex: str = ""
    code: str = ""


# --- the end matter and the whole ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TableUsed:
    name: str
    title: str
    rows: int
    held: str  # "49 rows"
    sha256: str


@dataclass(frozen=True)
class Provenance:
    """`parameters` are the briefing's; `section_parameters` only those by which a section differs from them."""

    parameters: tuple[tuple[str, str], ...]
    section_parameters: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    tables: tuple[TableUsed, ...]
    packages: tuple[tuple[str, str], ...]
    rebuild: str


@dataclass(frozen=True)
class Document:
    """One briefing. `words` is the furniture in its language (see furniture); `contents` lists what has a heading."""

    title: str
    subtitle: str
    series: str
    language: str
    as_of: str  # ISO, or ''
    known_by: str  # ISO, or ''
    edition_text: str  # "31 December 2025", or ''
    known_text: str  # the day by which the data were known, where it is another; or ''
    lead: Statement | None
    key_figures: tuple[KeyFigure, ...]
    summary: tuple[Statement, ...]
    in_full: tuple[tuple[str, str], ...]  # the abbreviations of what opens the briefing
    sections: tuple[Section, ...]
    methods: tuple[Method, ...]
    limits: tuple[Statement, ...]
    flags: tuple[Flag, ...]
    citations: tuple[Citation, ...]
    terms: Terms
    provenance: Provenance
    colophon: tuple[str, ...]
    words: dict[str, str]
    notes: tuple[Note, ...] = ()
    facts: tuple[dict[str, Any], ...] = ()  # for machines; see facts.record

    @property
    def exhibits(self) -> tuple[Figure | Table, ...]:
        return tuple(part for part in self.parts() if isinstance(part, Figure | Table))

    @property
    def lead_exhibit(self) -> Figure | Table | None:
        """The exhibit that the lead points to, if it is printed."""
        anchor = self.lead.exhibit.anchor if self.lead and self.lead.exhibit else None
        return next((one for one in self.exhibits if one.anchor == anchor), None)

    def credited(
        self, numbers: tuple[int, ...], most: int = MOST_NAMED
    ) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """The source line of an exhibit: who stands behind it, each with the numbers of the sources, said once.

        Of more than `most` the first are named, the others counted.
        """
        credits: dict[str, tuple[int, ...]] = {}
        for citation in (self.citations[number - 1] for number in numbers):
            name = citation.publisher or citation.title
            credits[name] = (*credits.get(name, ()), citation.number)
        named = tuple(credits.items())
        if len(named) <= most:
            return named
        rest = named[most - 2 :]
        counted = self.words["more_publishers"].format(n=len(rest))
        return (*named[: most - 2], (counted, tuple(sorted(n for _, own in rest for n in own))))

    def parts(self) -> Iterator[Part]:
        for section in self.sections:
            yield from section.parts

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """(anchor, title) of everything with a second-level heading, in reading order."""
        words = self.words
        head = [("summary", words["summary"])] if self.summary else []
        body = [(section.anchor, numbered(section)) for section in self.sections if section.title]
        tail = [
            ("methods", words["methods"], self.methods),
            ("limits", words["limits"], self.limits or self.flags),
            ("notes", words["notes"], self.notes),
            ("sources", words["sources"], self.citations),
            ("provenance", words["provenance"], self.provenance.tables or self.provenance.parameters),
        ]
        return (*head, *body, *((anchor, title) for anchor, title, content in tail if content))


def runs(numbers: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Numbers in order as first and last of each run; a run is three or more.

    >>> runs((1, 2, 4, 5, 6, 9))
    ((1, 1), (2, 2), (4, 6), (9, 9))
    """
    out: list[tuple[int, int]] = []
    for number in numbers:
        first, last = out[-1] if out else (0, -1)
        if number == last + 1:
            out[-1] = (first, number)
        else:
            out.append((number, number))
    return tuple(
        pair
        for first, last in out
        for pair in (((first, last),) if last - first > 1 else ((n, n) for n in range(first, last + 1)))
    )


def numbered(section: Section) -> str:
    """The heading as set: "1. Trade", "Annex A. Claims", or the bare title of a section without number.

    >>> numbered(Section("trade", 1, "Trade", "", ())), numbered(Section("trade", 0, "Trade", "", ()))
    ('1. Trade', 'Trade')
    """
    place = section.annex or (str(section.number) if section.number else "")
    return f"{place}. {section.title}" if place else section.title


def _cut(text: str, quotes: Quotes, marks: tuple[tuple[int, int], ...] = ()) -> tuple[tuple[str, bool], ...]:
    """A text cut at its quotes and marks: each piece, and whether it is marked."""
    langs = {(start, end): lang for start, end, lang in quotes}
    cuts, at = [], 0
    for start, end in sorted({*marks, *langs}):
        piece, lang = text[start:end], langs.get((start, end))
        cuts += [(text[at:start], False), (Quoted(piece, lang) if lang else piece, (start, end) in marks)]
        at = end
    return tuple(piece for piece in (*cuts, (text[at:], False)) if piece[0])
