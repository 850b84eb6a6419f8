"""What the tests of all PDFs share: the checks of the standards, the tags, and where the links lead."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import page
import pypdf
from PIL import Image

from analysis.briefings import paper
from analysis.briefings.document import Document

BOTH = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A)

LINES = 30  # points

_PAGE = re.compile(r'<page width="[\d.]+" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


def streams_are_whole(data: bytes) -> bool:
    """Whether each plain stream is as long as it says."""
    starts = list(re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\n", data))
    return bool(starts) and all(
        re.match(rb"\r?\n?endstream", data[start.end() + int(start[1]) :][:16]) for start in starts
    )


def failures(data: bytes, *profiles: page.ValidationProfile) -> list[str]:
    """The rules that fail. page-validation takes a stream whose last byte happens to be a carriage return for one byte
    shorter than it says; that complaint is heard only if the stream is really not whole."""
    found = [
        failure.rule_id
        for profile in profiles
        for failure in page.validate_pdf_bytes(data, profile=profile).failures
    ]
    return [rule for rule in found if "STREAM-LENGTH" not in rule or not streams_are_whole(data)]


def kinds(node, found=None):
    """The tags of the structure tree, in reading order, with their alt text."""
    found = [] if found is None else found
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for kid in node:
            kinds(kid, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.append((node["/S"], node.get("/Alt")))
        if "/K" in node:
            kinds(node["/K"], found)
    return found


def shares_filled(document: Document) -> list[float]:
    """How far down each page its text goes, as a share of the text's height."""
    return [_share_filled(png) for png in paper.pages_png(document, ppi=25.4)]


def _share_filled(png: bytes) -> float:
    """A pixel is a millimetre."""
    image = Image.open(io.BytesIO(png)).convert("L").crop((20, 24, 190, 274))
    found = image.point(lambda level: 255 if level < 200 else 0).getbbox()
    return found[3] / image.height if found else 0.0


def parts(reader: pypdf.PdfReader) -> dict[str, int]:
    """The page, counted from 1, on which each part begins, by its heading."""
    marks = (mark for mark in reader.outline if not isinstance(mark, list))
    return {mark.title: reader.get_destination_page_number(mark) + 1 for mark in marks}


@dataclass(frozen=True)
class Jump:
    """A link inside a PDF: the words it stands on, and the words of the two or three lines that it leads to."""

    on: str
    to: str


def jumps(file: Path) -> list[Jump]:
    """Every link that leads to a place in the same PDF, read off the printed pages."""
    pages = _printed(file)
    reader = pypdf.PdfReader(io.BytesIO(file.read_bytes()))
    numbers = {sheet.indirect_reference.idnum: n for n, sheet in enumerate(reader.pages)}
    found = []
    for n, sheet in enumerate(reader.pages):
        for note in sheet.get("/Annots", ()):
            link = note.get_object()
            if "/Dest" not in link:
                continue
            left, low, right, high = map(float, link["/Rect"])
            height, words = pages[n]
            on = [
                text
                for x, y, text in words
                if left - 0.5 <= x <= right + 0.5 and height - high - 0.5 <= y <= height - low + 0.5
            ]
            target = link["/Dest"].get_object()
            if isinstance(target, str):
                target = reader.named_destinations[target].dest_array
            height, words = pages[numbers[target[0].idnum]]
            top = height - float(target[3])
            found.append(
                Jump(" ".join(on), " ".join(text for _, y, text in words if top - 1 <= y <= top + LINES))
            )
    return found


def _printed(file: Path) -> list[tuple[float, list[tuple[float, float, str]]]]:
    """Of each page its height and its words, each with the middle of its box, from the top left."""
    text = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, check=True).stdout.decode()
    return [
        (
            float(height),
            [
                ((float(x0) + float(x1)) / 2, (float(y0) + float(y1)) / 2, unescape(word))
                for x0, y0, x1, y1, word in _WORD.findall(body)
            ],
        )
        for height, body in _PAGE.findall(text)
    ]
