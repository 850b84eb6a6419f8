"""From the cells of an executed notebook to raw sections: what stands in each, and where it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from analysis.briefings import document as d
from analysis.briefings import markdown, outputs, prose
from analysis.briefings.outputs import Block, Item
from analysis.errors import BriefingError
from analysis.exhibits import language
from analysis.exhibits.blocks import MIME

SCHEMA = "briefing-document/1"
_DAY_OR_YEAR = re.compile(r"\b[0-9]{4}(?:-[0-9]{2}){0,2}\b")
COMMON = ("as_of", "known_by", "language")
MISSING = language.noted("This section is missing.")


@dataclass(frozen=True)
class RawSection:
    """The items of one section in order, before anything is numbered.

    `home` is the notebook they come from: its findings may speak of exhibits that stand in another section. `is_part`
    says that not all of the notebook is printed. `code` is what its cells ran.
    """

    name: str
    title: str
    question: str
    items: tuple[Item, ...]
    is_numbered: bool = True
    is_annex: bool = False
    home: str = ""
    is_part: bool = False
    code: str = ""

    @property
    def prints(self) -> bool:
        """Whether anything of it stands on the page: references, titles and limits are said elsewhere."""
        elsewhere = [*self.blocks("references"), *self.findings("title", "limit")]
        return len(elsewhere) < len(self.items)

    @property
    def given(self) -> frozenset[str]:
        """The days and years that its notebook was asked for."""
        asked = (block["parameters"] for block in self.blocks("references"))
        return frozenset(
            _DAY_OR_YEAR.findall(" ".join(str(value) for each in asked for value in each.values()))
        )

    def blocks(self, *kinds: str) -> list[Block]:
        return [item for item in self.items if isinstance(item, dict) and item["kind"] in kinds]

    def findings(self, *roles: str) -> list[Block]:
        return [block for block in self.blocks("finding") if block["role"] in roles]


def language_of(nb: Mapping[str, Any]) -> str:
    """The language of a notebook, assembled or single: of its cover, else of its parameters, else English."""
    meta = nb["metadata"].get("briefing") or {}
    shown = (
        output.get("data", {}).get(MIME, {}) for cell in nb["cells"] for output in cell.get("outputs", ())
    )
    said = (
        block.get("parameters", {}).get("language") for block in shown if block.get("kind") == "references"
    )
    return meta.get("language") or next(filter(None, said), language.SOURCE)


def sections(nb: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[RawSection]]:
    """The cover's metadata and the raw sections of a notebook, assembled or single."""
    meta = nb["metadata"].get("briefing")
    if meta is None:
        return _alone(section(nb, "notebook"))
    if meta.get("schema") != SCHEMA:
        raise BriefingError(
            f"the notebook is assembled as '{meta.get('schema')}', not {SCHEMA}; build it again"
        )
    body: list[RawSection] = []
    annexes: list[RawSection] = []
    for told in meta["sections"]:
        cells = [cell for cell in nb["cells"] if _home(cell) == told["name"]]
        raw = (
            _missing(told)
            if "missing" in told
            else section({"cells": cells}, told["name"], told.get("title", ""))
        )
        raw = replace(raw, is_part=bool(told.get("is_part")), code=_code(cells))
        match told.get("annex"):
            case None:
                body.append(raw)
            case True:
                annexes.append(replace(raw, is_numbered=False, is_annex=True))
            case moved:
                rest, annex = _parted(raw, moved)
                body.append(rest)
                annexes.append(annex)
    return meta, [*body, *annexes]


def _missing(told: Mapping[str, Any]) -> RawSection:
    """A section that failed, with the cause in the place of what it would have shown."""
    notice = d.Strong((d.Text(language.text(MISSING)),))
    said = d.Quote((d.Paragraph((notice, d.Text(f" {told['missing']}"))),))
    return RawSection(told["name"], told.get("title") or told["name"], "", ((said,),), home=told["name"])


def _code(cells: list[Mapping[str, Any]]) -> str:
    return "\n\n".join(cell["source"].strip() for cell in cells if cell["cell_type"] == "code")


def _parted(raw: RawSection, moved: list[str]) -> tuple[RawSection, RawSection]:
    """A section without the exhibits named, and the annex that holds them."""

    def is_moved(item: Item) -> bool:
        return isinstance(item, dict) and item["kind"] in ("figure", "table") and item["id"] in moved

    rest = replace(raw, items=tuple(item for item in raw.items if not is_moved(item)))
    items = tuple(item for item in raw.items if is_moved(item))
    annex = RawSection(f"{raw.name}-annex", raw.title, "", items, False, True, raw.home)
    return rest, annex


def section(nb: Mapping[str, Any], name: str, title: str = "") -> RawSection:
    """One executed notebook as a section; titled as told, else by its `title` finding, else by its question."""
    question, asked, items = "", "", []
    places = list(_places(nb, name))
    if faults := [fault for cell, where in places for fault in prose.of_cell(cell, where)]:
        raise BriefingError(*faults)
    for cell, where in places:
        told = cell.get("metadata", {}).get("briefing", {})
        for item in outputs.items(cell, where):
            if isinstance(item, tuple) and told.get("bare"):
                item = tuple(block for block in item if isinstance(block, d.Heading))
            if not question and isinstance(item, tuple) and _is_title(item):
                question, item = markdown.plain(item[0].children), item[1:]
                item, asked = ((), "") if told.get("silent") else (item, question)
            if item != ():
                items.append(item)
    raw = RawSection(name, title, asked, tuple(items), home=name)
    said = next((block["text"].rstrip(".") for block in raw.findings("title") if block["defined"]), "")
    return replace(raw, title=title or said or question)


def _places(nb: Mapping[str, Any], name: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each cell and how sentences name it: by its number in the notebook it comes from."""
    for n, cell in enumerate(nb["cells"], start=1):
        yield cell, f"{name}, cell {cell.get('metadata', {}).get('briefing', {}).get('cell', n)}"


def _home(cell: Mapping[str, Any]) -> str | None:
    return cell.get("metadata", {}).get("briefing", {}).get("section")


def _is_title(blocks: tuple[d.Block, ...]) -> bool:
    return isinstance(blocks[0], d.Heading) and blocks[0].level == 1 if blocks else False


def _alone(raw: RawSection) -> tuple[dict[str, Any], list[RawSection]]:
    """A notebook by itself: its title and lead make a minimal cover, each `##` a section, whichever of them the lead
    stands in."""
    if not raw.title:
        raise BriefingError("the notebook has no title: open it with a heading ('# What is asked?')")
    told = next((block.get("parameters", {}) for block in raw.blocks("references")), {})
    meta = {
        "title": raw.title,
        "subtitle": raw.question if raw.question != raw.title else "",
        "parameters": [[name, told[name]] for name in sorted(told) if name not in COMMON],
        **{name: told[name] for name in COMMON if told.get(name)},
    }
    parts = _by_heading(raw.items)
    if leads := [part.name for part in parts if part.findings("lead")]:
        meta["lead"] = leads[0]
    return meta, parts


def _by_heading(items: tuple[Item, ...]) -> list[RawSection]:
    """Split at the second-level headings; what stands before the first is a section without title."""
    parts: list[tuple[str, list[Item]]] = [("", [])]
    for item in items:
        if not isinstance(item, tuple):
            parts[-1][1].append(item)
            continue
        run: list[d.Block] = []
        for block in item:
            if isinstance(block, d.Heading) and block.level <= 2:
                parts[-1][1].extend([tuple(run)] if run else [])
                parts.append((markdown.plain(block.children), []))
                run = []
            else:
                run.append(block)
        parts[-1][1].extend([tuple(run)] if run else [])
    raw = [
        RawSection(
            markdown.slug(title) or "opening", title, "", tuple(held), is_numbered=False, home="notebook"
        )
        for title, held in parts
        if title or held
    ]
    return [section if section.prints else replace(section, title="") for section in raw]
