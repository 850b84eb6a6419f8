"""The prose of a notebook: markdown in, the document's own tree out.

mistune reads the text; what a briefing cannot print in both formats alike (raw HTML, pictures, formulas, footnotes) is
refused with a sentence rather than printed as its source.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import mistune

from analysis.briefings import document as d
from analysis.errors import BriefingError

Token = dict[str, Any]

LINK = re.compile(r"(?:https?://|mailto:|#)[^\s]+\Z")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# pandoc's rule: a dollar that opens hugs what follows, one that closes hugs what precedes and no digit comes after
FORMULA = re.compile(
    r"\$\$.+?\$\$|(?<![\\\w$])\$(?=\S)[^$]*?(?<=[^\s\\])\$(?![\d$])|\\\(.+?\\\)|\\\[.+?\\\]", re.DOTALL
)
CODE = re.compile(r"(`+).*?\1", re.DOTALL)
FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # no renderer prints control characters


def parse(text: str, where: str = "prose") -> tuple[d.Block, ...]:
    """The blocks of a markdown text; `where` opens every complaint. Headings keep their own level and no anchor yet.

    >>> parse("It *grew*.")
    (Paragraph(children=(Text(text='It '), Emphasis(children=(Text(text='grew'),)), Text(text='.'))),)
    """
    text = COMMENT.sub("", CONTROL.sub("", text))
    _refuse_unset(text, where)
    return _blocks(_parser()(text), where)


def placed(
    blocks: Iterable[d.Block], *, shift: int, least: int, last: int, anchor: Callable[[str], str]
) -> list[d.Block]:
    """The blocks with their headings put where they stand in the document: level `least` or deeper, none skipped.

    `shift` is added to the level, `last` is the level of the heading before, `anchor` makes a unique id of a title.
    """
    out: list[d.Block] = []
    for block in blocks:
        if isinstance(block, d.Heading):
            last = max(least, min(block.level + shift, last + 1))
            block = replace(block, level=last, anchor=anchor(plain(block.children)))
        out.append(block)
    return out


def plain(inlines: Iterable[d.Inline]) -> str:
    """The words of inlines, without their dress.

    >>> plain((d.Text("It "), d.Strong((d.Text("grew"),)), d.LineBreak(), d.Text("fast")))
    'It grew fast'
    """
    parts = []
    for inline in inlines:
        match inline:
            case d.Text(text) | d.Code(text):
                parts.append(text)
            case d.LineBreak():
                parts.append(" ")
            case _:
                parts.append(plain(inline.children))
    return "".join(parts)


def slug(text: str) -> str:
    """A text as an id: lower-case ASCII letters, digits and hyphens.

    >>> slug("Oʻzbekiston & Türkiye: 2016–2023")
    'o-zbekiston-turkiye-2016-2023'
    """
    flat = unicodedata.normalize("NFKD", text)
    flat = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", flat.lower()).strip("-")


def _refuse_unset(text: str, where: str) -> None:
    """Stop at what mistune would hand on as its bare source: formulas and footnotes outside code."""
    prose = CODE.sub(" ", text)
    if found := FORMULA.search(prose):
        raise BriefingError(
            f"{where}: '{' '.join(found[0].split())}' is a formula, which a briefing does not set; write it in words or "
            "letters (x²), or a lone dollar as USD"
        )
    if found := FOOTNOTE.search(prose):
        raise BriefingError(f"{where}: '{found[0]}' is a footnote; say it in the sentence or in a Finding")


@cache
def _parser() -> mistune.Markdown:
    return mistune.create_markdown(renderer=None, plugins=["table"])


def _blocks(tokens: Iterable[Token], where: str) -> tuple[d.Block, ...]:
    made = (_block(token, where) for token in tokens if token["type"] != "blank_line")
    return tuple(block for block in made if block is not None)


def _block(token: Token, where: str) -> d.Block | None:
    attrs = token.get("attrs", {})
    match token["type"]:
        case "paragraph" | "block_text":
            return d.Paragraph(_inlines(token["children"], where))
        case "heading":
            return d.Heading(attrs["level"], _inlines(token["children"], where), "")
        case "list":
            items = tuple(_nested(item["children"], where) for item in token["children"])
            return d.ItemList(attrs["ordered"], items, attrs.get("start") or 1)
        case "block_quote":
            return d.Quote(_nested(token["children"], where))
        case "block_code":
            return d.CodeBlock(token["raw"].rstrip("\n"))
        case "thematic_break":
            return d.Rule()
        case "table":
            return _table(token, where)
        case "block_html":
            raise BriefingError(_html(token["raw"], where))
    raise BriefingError(f"{where}: a briefing cannot print '{token['type']}'; write it as plain markdown")


def _nested(tokens: Iterable[Token], where: str) -> tuple[d.Block, ...]:
    blocks = _blocks(tokens, where)
    if any(isinstance(block, d.Heading) for block in blocks):
        raise BriefingError(
            f"{where}: a heading stands inside a list or a quotation; put it on a line of its own"
        )
    return blocks


def _table(token: Token, where: str) -> d.ProseTable:
    head, *bodies = token["children"]
    cells = lambda row: tuple(_inlines(cell["children"], where) for cell in row["children"])  # noqa: E731
    return d.ProseTable(
        header=cells(head),
        rows=tuple(cells(row) for body in bodies for row in body["children"]),
        aligns=tuple(cell["attrs"]["align"] or "left" for cell in head["children"]),
    )


def _inlines(tokens: Iterable[Token], where: str) -> tuple[d.Inline, ...]:
    return tuple(_joined(_inline(token, where) for token in tokens))


def _joined(inlines: Iterable[d.Inline]) -> list[d.Inline]:
    """Neighbouring texts as one, so that equal prose gives an equal tree."""
    out: list[d.Inline] = []
    for inline in inlines:
        if isinstance(inline, d.Text) and out and isinstance(out[-1], d.Text):
            inline = d.Text(out.pop().text + inline.text)
        out.append(inline)
    return out


def _inline(token: Token, where: str) -> d.Inline:
    match token["type"]:
        case "text":
            return d.Text(html.unescape(token["raw"]))
        case "strong":
            return d.Strong(_inlines(token["children"], where))
        case "emphasis":
            return d.Emphasis(_inlines(token["children"], where))
        case "codespan":
            return d.Code(token["raw"])
        case "link":
            return d.Link(_inlines(token["children"], where), _address(token["attrs"]["url"], where))
        case "linebreak":
            return d.LineBreak()
        case "softbreak":
            return d.Text(" ")
        case "image":
            raise BriefingError(
                f"{where}: a picture stands in the prose; show it from a code cell with "
                "IPython.display.Image(filename, embed=True, alt='what it shows')"
            )
        case "inline_html":
            raise BriefingError(_html(token["raw"], where))
    raise BriefingError(f"{where}: a briefing cannot print '{token['type']}'; write it as plain markdown")


def _address(url: str, where: str) -> str:
    url = html.unescape(url)
    if not LINK.match(url):
        raise BriefingError(
            f"{where}: the link '{url}' leads nowhere outside this machine; use http(s), mailto or #"
        )
    return url


def _html(raw: str, where: str) -> str:
    return f"{where}: raw HTML ('{raw.strip()[:40]}') stands in the prose; write it as plain markdown"
