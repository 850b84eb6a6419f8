"""From an executed notebook, assembled or single, to the one Document that both exporters render.

Everything a reader meets twice in the sections (methods, caveats, sources) is gathered here and said once; exhibits and
sources are numbered in reading order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from analysis.briefings import document as d
from analysis.briefings import facts, markdown, mentions, noting, reading
from analysis.briefings.front import MOST_IN_SUMMARY, Front, front
from analysis.briefings.furniture import colophon, day, value_text, words
from analysis.briefings.outputs import Block
from analysis.briefings.reading import COMMON, RawSection
from analysis.briefings.terms import said_once
from analysis.errors import BriefingError
from analysis.exhibits import language
from analysis.exhibits.template import msg, plural

ALIKE = ("kind", "title", "subtitle", "data_csv", "table")  # two exhibits that agree in these are one
MOST_CITED = 6  # sources that a sentence names which points to an exhibit that names them
# ids of the page's own furniture, which no heading may take
RESERVED = (
    "top",
    "text",
    "contents",
    "summary",
    "methods",
    "limits",
    "caveats",
    "notes",
    "sources",
    "provenance",
    "theme",
)


def normalise(nb: Mapping[str, Any]) -> d.Document:
    """The Document of an executed notebook; a BriefingError says what in it cannot be printed."""
    code = reading.language_of(nb)
    if code not in language.known():
        raise BriefingError(
            f"there is no catalogue for the language '{code}'; choose {' or '.join(language.known())}"
        )
    with language.using(code):
        meta, sections = reading.sections(nb)
        document = _Numbering(sections, words()).document(meta, front(sections, meta.get("lead")))
        return noting.numbered(document)


# --- numbering and gathering -----------------------------------------------------------------------------------------


@dataclass
class _Numbering:
    """Hands out numbers, letters and anchors while the document is read once from front to back."""

    sections: list[RawSection]
    words: dict[str, str]
    repeated: set[tuple[str, str]] = field(default_factory=set)  # exhibits that stand in an earlier section
    said: set[str] = field(default_factory=set)  # sentences that stand in the text
    sources: dict[str, d.Citation] = field(default_factory=dict)
    caveats: dict[str, d.Flag] = field(default_factory=dict)
    methods: dict[str, d.Method] = field(default_factory=dict)
    limits: dict[str, d.Statement] = field(default_factory=dict)
    taken: set[str] = field(default_factory=lambda: set(RESERVED))
    exhibits: dict[tuple[str, str], d.Reference] = field(default_factory=dict)
    anchors: dict[tuple[str, str], str] = field(default_factory=dict)
    supports: dict[tuple[str, str], set[str]] = field(
        default_factory=dict
    )  # ids of the sources of each exhibit
    openings: list[str] = field(default_factory=list)  # the anchor of each section
    notes: dict[tuple[str, str], d.Note] = field(default_factory=dict)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def document(self, meta: Mapping[str, Any], front: Front) -> d.Document:
        self._announce()
        lead = self._statement(*front.lead, prefix="cover-") if front.lead else None
        # without the label, which the key figures say already
        summary = tuple(
            replace(self._statement(*spot, prefix="summary-"), label="") for spot in front.summary
        )
        if len(summary) > MOST_IN_SUMMARY:  # their sources stand with them in their sections
            summary = tuple(replace(statement, citations=()) for statement in summary)
        sections = [self._section(n) for n in range(len(self.sections))]
        printed = [each for each in sections if each.parts or (each.title and not each.annex)]
        for block in (b for each in self.sections if not each.is_part for b in each.blocks("references")):
            self._cited(block.get("citations", ()))
        citations, terms = said_once(tuple(self.sources.values()))
        return d.Document(
            title=meta["title"],
            subtitle=meta.get("subtitle", ""),
            series=meta.get("series", ""),
            language=language.current(),
            as_of=meta.get("as_of") or "",
            known_by=meta.get("known_by") or "",
            edition_text=day(meta.get("as_of") or ""),
            known_text=day(meta.get("known_by") or "") if meta.get("known_by") != meta.get("as_of") else "",
            lead=lead,
            key_figures=tuple(self._key_figure(*spot) for spot in front.key_figures),
            summary=summary,
            in_full=tuple((label, name) for label, name in meta.get("in_full", ())),
            sections=mentions.added(lettered(printed), self.words),
            methods=tuple(self.methods.values()),
            limits=tuple(limit for limit in self.limits.values() if limit.text not in self.said),
            flags=tuple(self.caveats.values()),
            citations=citations,
            terms=terms,
            provenance=self._provenance(meta),
            colophon=colophon(meta),
            words=self.words,
            notes=tuple(self.notes.values()),
            facts=tuple(self.facts.values()),
        )

    def _announce(self) -> None:
        """Anchors of sections and exhibits first: a sentence may point forward. An exhibit shown before is not again."""
        counts = {"figure": 0, "table": 0}
        shown: dict[tuple[str, ...], d.Reference] = {}
        for section in self.sections:
            self.openings.append(self.anchor(section.name))
            for block in section.blocks("finding", "figure", "table"):
                key = (section.home, block["id"])
                if key in self.anchors:
                    raise BriefingError(
                        f"section {section.name}: two blocks have the id '{block['id']}'; rename one"
                    )
                self.anchors[key] = anchor = self.anchor(block["id"])
                self.supports[key] = {each["id"] for each in block.get("sources") or ()}
                if block["kind"] not in counts:
                    continue
                alike = tuple(str(block.get(each)) for each in ALIKE)
                if alike in shown:
                    self.repeated.add(key)
                else:
                    counts[block["kind"]] += 1
                    called = f"{self.words['to_' + block['kind']]} {counts[block['kind']]}"
                    shown[alike] = d.Reference(called, anchor)
                self.exhibits[key] = shown[alike]

    def anchor(self, text: str) -> str:
        """A fresh id for a text: "context", then "context-2"."""
        stem = markdown.slug(text) or "part"
        stem = stem if stem[0].isalpha() else f"part-{stem}"
        name, n = stem, 1
        while name in self.taken:
            n += 1
            name = f"{stem}-{n}"
        self.taken.add(name)
        return name

    def _section(self, n: int) -> d.Section:
        raw = self.sections[n]
        parts: list[d.Part] = []
        least, shift = (3, 1) if raw.is_numbered else (3, 0) if raw.title else (2, 0)
        last = least - 1
        for item in raw.items:
            if isinstance(item, tuple):
                blocks = markdown.placed(item, shift=shift, least=least, last=last, anchor=self.anchor)
                last = next((b.level for b in reversed(blocks) if isinstance(b, d.Heading)), last)
                parts.append(d.Prose(tuple(blocks)))
            elif isinstance(item, dict):
                parts.extend(self._part(n, item))
            elif isinstance(item, d.Picture):
                parts.append(replace(item, anchor=self.anchor("picture")))
            else:
                parts.append(item)
        numbered = sum(section.is_numbered for section in self.sections[: n + 1]) if raw.is_numbered else 0
        question = raw.question if raw.question != raw.title else ""
        annex = self.words["annex"] if raw.is_annex else ""
        return d.Section(
            self.openings[n], numbered, raw.title, question, without_empty_headings(parts), annex, raw.code
        )

    def _part(self, n: int, block: Block) -> list[d.Part]:
        match block["kind"], block.get("role"):
            case "finding", "limit":
                self.limits.setdefault(block["text"], self._statement(n, block))
            case "finding", "title":
                self._behind(block)
            case "finding", _:
                statement = self._statement(n, block)
                is_told = statement.role != "lead" and statement.text in self.said
                self.said.add(statement.text)
                return [] if is_told else [statement]
            case _ if (self.sections[n].home, block["id"]) in self.repeated:
                return []
            case "figure", _:
                return [self._figure(n, block)]
            case "table", _:
                return [d.Table(**self._exhibit(n, block), grid=grid(block["table"]))]
        return []

    def _statement(self, n: int, block: Block, prefix: str = "") -> d.Statement:
        citations, flags = self._behind(block)
        home, note, marks = self.sections[n].home, self._note(n, block), facts.marks(block)
        return d.Statement(
            anchor=self.anchor(prefix + block["id"]) if prefix else self.anchors[home, block["id"]],
            role=block["role"],
            text=block["text"],
            label=block.get("label") or "",
            defined=block["defined"],
            reason=block.get("reason") or "",
            exhibit=self.exhibits.get((home, block.get("exhibit") or "")),
            citations=() if self._stand_beside(n, block) else citations,
            flags=flags,
            note=note if marks else 0,
            marks=marks,
            quotes=_quotes(block, "text"),
        )

    def _stand_beside(self, n: int, block: Block) -> bool:
        """Whether the many sources of a sentence stand with the exhibit it points to, so that it need not name them."""
        key, own = (
            (self.sections[n].home, block.get("exhibit") or ""),
            [each["id"] for each in block["sources"]],
        )
        return len(own) > MOST_CITED and key in self.exhibits and self.supports[key].issuperset(own)

    def _key_figure(self, n: int, block: Block) -> d.KeyFigure:
        self._behind(block)
        exhibit = self.exhibits.get((self.sections[n].home, block.get("exhibit") or ""))
        label, change = block.get("label") or "", block.get("change") or ""
        return d.KeyFigure(block["figure"], label, change, exhibit, self._note(n, block))

    def _note(self, n: int, block: Block) -> int:
        """The number of the note on a finding whose sources are known, before notes that nothing prints are left out."""
        key = (self.sections[n].home, block["id"])
        if key not in self.notes:
            account = self._account(n, block, len(self.notes) + 1)
            if account is None:
                return 0
            self.notes[key] = d.Note(len(self.notes) + 1, account)
        return self.notes[key].number

    def _account(self, n: int, block: Block, note: int = 0) -> d.Account | None:
        """What stands behind the numbers of a block, for its readers; for machines it is kept beside."""
        home = self.sections[n].home
        anchor = self.anchors.get((home, block["id"]), "")
        given = frozenset().union(*(each.given for each in self.sections if each.home == home))
        self.facts |= {fact["id"]: fact for fact in facts.gathered(block, home, anchor, note, given)}
        behind = facts.Behind(
            sources={
                each["id"]: (c.number, c.publisher or c.title, c.published)
                for each in block.get("sources") or ()
                for c in (self.sources[each["id"]],)
            },
            methods={
                each["method"]: (method.title, method.formula)
                for each in block.get("methods") or ()
                for method in (self.methods[each["method"]],)
            },
            counts={key: method.counts for key, method in self.methods.items() if method.counts},
            names=block.get("names") or {},
            words=self.words,
            language=language.current(),
            given=given,
        )
        return facts.account(facts.shown(block), list(behind.sources), behind)

    def _exhibit(self, n: int, block: Block) -> dict[str, Any]:
        reference = self.exhibits[self.sections[n].home, block["id"]]
        number = int(reference.label.rsplit(" ", 1)[1])
        citations, flags = self._behind(block)
        return {
            "anchor": reference.anchor,
            "number": number,
            "label": f"{self.words[block['kind']]} {number}",
            "title": block["title"],
            "subtitle": block.get("subtitle") or "",
            "alt": block["alt"],
            "note": block.get("note") or "",
            "quotes": _quotes(block, "note"),
            "citations": citations,
            "flags": flags,
            "csv": block.get("data_csv") or "",
            "account": self._account(n, block),
            "reference": reference,
        }

    def _figure(self, n: int, block: Block) -> d.Figure:
        return d.Figure(
            **self._exhibit(n, block),
            svg=block["svg"],
            width_mm=float(block.get("width_mm") or 170),
            height_mm=float(block["height_mm"]),
            grid=grid(block["table"]) if block.get("table") else None,
            placement=block.get("placement") or "top",
            narrow=d.Drawing(**block["narrow"]) if block.get("narrow") else None,
        )

    def _behind(self, block: Block) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """Register what stands behind a block; its source numbers and caveat letters, in order."""
        for method in block.get("methods") or ():
            texts = {key: language.text(method.get(key) or "") for key in ("title", "definition", "counts")}
            texts |= {key: language.quoted(method.get(key) or "") for key in ("formula", "reference")}
            self.methods.setdefault(method["method"], d.Method(method["method"], **texts))
        numbers = self._cited(block.get("sources") or ())
        letters = {self._flag(flag).letter for flag in block.get("flags") or ()}
        return tuple(sorted(numbers)), tuple(sorted(letters, key=lambda letter: (len(letter), letter)))

    def _cited(self, citations: Iterable[Mapping[str, Any]]) -> set[int]:
        return {self._citation(citation).number for citation in citations}

    def _citation(self, cited: Mapping[str, Any]) -> d.Citation:
        if cited["id"] in self.sources:
            return self.sources[cited["id"]]
        keys = ("title", "publisher", "published", "url", "licence", "accessed", "note")
        texts = {key: str(cited.get(key) or "") for key in keys}
        texts["vintage"] = texts["published"]
        texts |= {key: day(texts[key]) for key in ("published", "accessed")}
        texts["note"] = texts["note"][:1].upper() + texts["note"][1:]
        texts |= {key: language.quoted(texts[key]) for key in ("title", "publisher", "licence", "note")}
        if texts["url"] and not texts["url"].startswith(("http://", "https://")):
            raise BriefingError(
                f"source {cited['id']}: the address '{texts['url']}' is not http(s); correct it in data"
            )
        self.sources[cited["id"]] = d.Citation(len(self.sources) + 1, cited["id"], **texts)
        return self.sources[cited["id"]]

    def _flag(self, flag: Mapping[str, str]) -> d.Flag:
        return self.caveats.setdefault(
            flag["flag"], d.Flag(letter(len(self.caveats)), flag["flag"], language.text(flag["note"]))
        )

    def _provenance(self, meta: Mapping[str, Any]) -> d.Provenance:
        own = {**dict(meta.get("parameters", ())), **{name: meta[name] for name in COMMON if meta.get(name)}}
        tables: dict[str, d.TableUsed] = {}
        packages: dict[str, str] = {}
        differing = []
        for section in self.sections:
            for block in section.blocks("references"):
                for name, used in block.get("tables", {}).items():
                    if name not in tables:
                        tables[name] = _table(name, used)
                    elif tables[name].sha256 != used["sha256"]:
                        raise BriefingError(
                            f"data/{name}.csv changed while the briefing was built; build it again"
                        )
                packages |= block.get("packages", {})
                said = {k: v for k, v in sorted(block.get("parameters", {}).items()) if v or k not in COMMON}
                rest = {k: v for k, v in said.items() if k not in own or own[k] != v}
                differing.append((section.title or section.name, _texts(rest)))
        return d.Provenance(
            parameters=_texts(own),
            section_parameters=tuple((name, rest) for name, rest in differing if rest),
            tables=tuple(tables[name] for name in sorted(tables)),
            packages=tuple(sorted(packages.items())),
            rebuild=meta.get("rebuild", ""),
        )


def lettered(sections: Iterable[d.Section]) -> tuple[d.Section, ...]:
    """The sections with "Annex A", "Annex B" for those that are annexes.

    >>> [each.annex for each in lettered([d.Section("a", 1, "A", "", ()), d.Section("b", 0, "B", "", (), "Annex")])]
    ['', 'Annex A']
    """
    letters = iter(ascii_uppercase)
    return tuple(
        replace(each, annex=f"{each.annex} {next(letters)}") if each.annex else each for each in sections
    )


def without_empty_headings(parts: Iterable[d.Part]) -> tuple[d.Part, ...]:
    """The parts without headings that nothing stands under: what they announced is printed elsewhere or left out."""
    kept: list[d.Part] = []
    follows = 0  # level of the heading that comes next; 0 at the end, 9 for anything to read
    for part in reversed(tuple(parts)):
        if not isinstance(part, d.Prose):
            kept, follows = [part, *kept], 9
            continue
        blocks: list[d.Block] = []
        for block in reversed(part.blocks):
            level = block.level if isinstance(block, d.Heading) else 9
            if level == 9 or follows > level:
                blocks, follows = [block, *blocks], level
        kept = [d.Prose(tuple(blocks)), *kept] if blocks else kept
    return tuple(kept)


def letter(n: int) -> str:
    """The n-th caveat letter, from 0.

    >>> letter(0), letter(25), letter(26)
    ('a', 'z', 'aa')
    """
    return ascii_lowercase[n % 26] * (n // 26 + 1)


def grid(table: Mapping[str, Any]) -> d.Grid:
    """The display table of a block."""
    columns = tuple(d.Column(c["key"], c["label"], c.get("align", "left")) for c in table["columns"])
    langs = [column.get("lang") or language.current() for column in table["columns"]]
    rows = tuple(
        tuple(language.quoted(str(cell), lang) for cell, lang in zip(row, langs, strict=False))
        for row in table["rows"]
    )
    if any(len(row) != len(columns) for row in rows):
        raise BriefingError(
            "a display table has rows of another length than its head; run the notebook again"
        )
    return d.Grid(
        columns,
        rows,
        bool(table.get("row_header")),
        frozenset(table.get("emphasis") or ()),
        tuple(table.get("marks", ())),
    )


def _quotes(block: Block, said: str) -> d.Quotes:
    """Where one text of a block holds text in another language."""
    spans = block.get("spans", {}).get(said, ())
    return tuple((span["start"], span["end"], span["lang"]) for span in spans if "lang" in span)


def _texts(parameters: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((language.quoted(name), value_text(value)) for name, value in parameters.items())


def _table(name: str, used: Mapping[str, Any]) -> d.TableUsed:
    title, n = language.text(used.get("title") or name), int(used["rows"])
    held = msg("{n:count} {rows}", n=n, rows=plural(n, one="row", other="rows"))
    return d.TableUsed(name, title, n, held, used["sha256"])
