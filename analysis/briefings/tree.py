"""The tree of prose: what `markdown.parse` makes of a text and both renderers walk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Strong:
    children: tuple[Inline, ...]


@dataclass(frozen=True)
class Emphasis:
    children: tuple[Inline, ...]


@dataclass(frozen=True)
class Code:
    text: str


@dataclass(frozen=True)
class Link:
    """`url` is http(s), mailto or `#anchor`; anything else is refused while parsing."""

    children: tuple[Inline, ...]
    url: str


@dataclass(frozen=True)
class LineBreak:
    pass


Inline = Text | Strong | Emphasis | Code | Link | LineBreak


@dataclass(frozen=True)
class Paragraph:
    children: tuple[Inline, ...]


@dataclass(frozen=True)
class Heading:
    """`level` counts in the document: 1 is its title, 2 a section's, so prose headings are
    3 or more (2 in a section without title), none skipped."""

    level: int
    children: tuple[Inline, ...]
    anchor: str


@dataclass(frozen=True)
class ItemList:
    """`items` are lists of blocks; `start` is the first number of an ordered list."""

    ordered: bool
    items: tuple[tuple[Block, ...], ...]
    start: int = 1


@dataclass(frozen=True)
class Quote:
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class CodeBlock:
    text: str


@dataclass(frozen=True)
class Rule:
    pass


@dataclass(frozen=True)
class ProseTable:
    """A markdown table: cells hold inlines; `aligns` are left, right or center, one a column."""

    header: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    aligns: tuple[str, ...]


Block = Paragraph | Heading | ItemList | Quote | CodeBlock | Rule | ProseTable
