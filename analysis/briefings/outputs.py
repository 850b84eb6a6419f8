"""What one executed cell puts on the page: its prose, its blocks, a picture or plain text; the rest is refused.

A notebook that a person wrote may show anything. What both formats can print is printed; what they cannot (widgets,
scripts, HTML, a picture without alt text) ends in a sentence, because a gap in a briefing is not seen by its author.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from analysis.briefings import document as d
from analysis.briefings import markdown, passages
from analysis.errors import BriefingError
from analysis.exhibits import blocks
from analysis.exhibits.blocks import MIME

# Sentences that exporters put where a picture says nothing of itself: they silence every checker.
STOCK_ALT = ("no description has been provided for this image", "image", "figure", "png", "<figure size")
INTERACTIVE = re.compile(r"widget|plotly|vega|bokeh|holoviews|javascript", re.IGNORECASE)
PICTURES = ("image/png", "image/jpeg", "image/svg+xml")  # in order of choice: one bundle is one picture
HIDDEN = {"remove-cell", "hide-cell", "remove-output", "hide-output"}
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+>")
ACTIVE_SVG = re.compile(
    r"<script|<foreignObject|\son\w+\s*=|(?:href|src)\s*=\s*[\"'](?!#|data:image/)", re.IGNORECASE
)

Block = dict[str, Any]
Item = tuple[d.Block, ...] | Block | d.Picture | d.Verbatim


def items(cell: Mapping[str, Any], where: str) -> Iterator[Item]:
    """The items of a cell in order: prose as a tuple of its blocks, exhibits and findings as `dict`, pictures, text."""
    tags = set(cell.get("metadata", {}).get("tags", ()))
    if cell["cell_type"] == "markdown":
        if not tags & {"remove-cell", "hide-cell"} and cell["source"].strip():
            yield markdown.parse(passages.translated(cell["source"]), where)
    elif cell["cell_type"] == "code":
        for output in cell["outputs"]:
            item = _item(output, where)
            if item is not None and not tags & HIDDEN:
                yield item


def _item(output: Mapping[str, Any], where: str) -> Item | None:
    match output["output_type"]:
        case "error":
            raise BriefingError(
                f"{where} ended in {output['ename']}: {output['evalue']}; run the notebook again"
            )
        case "stream":
            return _verbatim(output["text"], where) if output["name"] == "stdout" else None
    data = output["data"]
    if MIME in data:
        return checked(data[MIME], where)
    return _foreign(data, output.get("metadata", {}), where)


def checked(block: Any, where: str) -> Block:
    """The block as it is; otherwise a BriefingError with all that is wrong with it."""
    problems = blocks.check(block)
    if problems:
        raise BriefingError(*(f"{where}: {problem}; run the notebook again" for problem in problems))
    if block["kind"] == "figure":
        _refuse_stock(block["alt"], f"{where}, figure {block['id']}")
    return block


def _foreign(data: Mapping[str, Any], metadata: Mapping[str, Any], where: str) -> Item | None:
    if shown := next((mime for mime in data if INTERACTIVE.search(mime)), None):
        raise BriefingError(
            f"{where} shows an interactive object ({shown}), which no page prints; draw a figure instead"
        )
    if mime := next((mime for mime in PICTURES if mime in data), None):
        return _picture(mime, data[mime], metadata, where)
    if "text/markdown" in data:
        return markdown.parse(data["text/markdown"], where)
    for mime in ("text/html", "text/latex"):
        if mime in data:
            raise BriefingError(
                f"{where} shows {mime} of its own, which the PDF cannot print; show a display table "
                "(analysis.display.table) or a Finding, or end the line with a semicolon"
            )
    return _verbatim(data["text/plain"], where) if "text/plain" in data else None


def _verbatim(text: str, where: str) -> d.Verbatim | None:
    if ADDRESS.search(text):
        raise BriefingError(
            f"{where} ends in a bare object ({text.strip()[:60]}); end the line with a semicolon"
        )
    return d.Verbatim(text.rstrip("\n")) if text.strip() else None


def _picture(mime: str, data: str, metadata: Mapping[str, Any], where: str) -> d.Picture:
    alt = (metadata.get(mime, {}).get("alt") or metadata.get("alt") or "").strip()
    if not alt:
        raise BriefingError(
            f"{where} shows a picture without alt text; give it one: "
            f"display(picture, metadata={{'{mime}': {{'alt': 'what it shows'}}}})"
        )
    _refuse_stock(alt, where)
    if mime == "image/svg+xml":
        _refuse_active(data, where)
        return d.Picture("", alt, mime, data.encode())
    try:
        raw = base64.b64decode("".join(data.split()), validate=True)
    except binascii.Error:
        raw = b""
    if not raw.startswith(b"\x89PNG" if mime == "image/png" else b"\xff\xd8"):
        raise BriefingError(f"{where}: the picture is missing or no {mime}; run the notebook again")
    return d.Picture("", alt, mime, raw)


def _refuse_stock(alt: str, where: str) -> None:
    if alt.strip().rstrip(".").lower() in STOCK_ALT or alt.lower().startswith("<figure size"):
        raise BriefingError(f"{where}: the alt text '{alt}' says nothing; write what the picture shows")


def _refuse_active(svg: str, where: str) -> None:
    if found := ACTIVE_SVG.search(svg):
        raise BriefingError(
            f"{where}: the drawing holds '{found[0].strip()}'; a briefing prints inert pictures only"
        )
