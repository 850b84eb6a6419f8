"""The page's typefaces, each cut down to the letters the page uses, as woff2 inside the style sheet."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import unicodedata
from functools import cache
from importlib import metadata, resources
from io import BytesIO
from pathlib import Path
from typing import NamedTuple


class Face(NamedTuple):
    family: str
    file: str
    weight: int
    style: str
    is_display: bool = False  # of headings and the abstract, of titles and what prose stresses


FACES = (
    Face("Inter", "Inter-Regular.ttf", 400, "normal"),
    Face("Inter", "Inter-SemiBold.ttf", 600, "normal"),
    Face("Briefing Serif", "BriefingSerif-Regular.ttf", 400, "normal"),
    Face("Briefing Serif", "BriefingSerif-SemiBold.ttf", 600, "normal", is_display=True),
    Face("Briefing Serif", "BriefingSerif-Italic.ttf", 400, "italic", is_display=True),
)
# What nearly every briefing sets, in all cuts: pages that need no other letters share them, and a cut takes a while.
ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0\u202f²³×·éäöüʻʼΣαχᵀ–—‘’“”†‡…−∈∩∪≠≤≥△"
FEATURES = (
    "kern",
    "liga",
    "ccmp",
    "locl",
    "mark",
    "mkmk",
    "tnum",
)  # what the style asks for, and no more letters
# 0-2 name and copyright, 13-14 the licence: the Open Font License travels with the letters
NAMES = [0, 1, 2, 13, 14]


def style_sheet(text: str, display: str, cache: Path | None = None) -> str:
    """The `@font-face` rules of all faces, with the letters of `text`, or of `display`, and those of ALWAYS.

    `block` rather than `swap`: the letters are in the page, so nothing is waited for and nothing jumps.
    """
    return "\n".join(
        _rule(face, subset(face.file, (display if face.is_display else text) + ALWAYS, cache))
        for face in FACES
    )


def subset(file: str, text: str, cache: Path | None = None) -> bytes:
    """The font `file` with only the letters of `text`, as woff2; kept in the folder `cache` under its hash.

    The same letters give the same bytes. A cache that cannot be read or written is done without.
    """
    letters = "".join(
        sorted({letter for letter in set(text) if not unicodedata.category(letter).startswith("C")})
    )
    told = "\0".join([letters, *FEATURES, *_makers(), _digest(file)])
    kept = cache / f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.woff2" if cache else None
    if kept:
        with contextlib.suppress(OSError):
            return kept.read_bytes()
    data = _cut(_font(file), letters)
    if kept:
        with contextlib.suppress(OSError):
            _keep(kept, data)
    return data


@cache
def _makers() -> tuple[str, ...]:
    return tuple(f"{name} {metadata.version(name)}" for name in ("fonttools", "brotli"))


@cache
def _digest(file: str) -> str:
    return hashlib.sha256(_font(file)).hexdigest()


def _font(file: str) -> bytes:
    return resources.files("analysis.exhibits").joinpath("fonts", file).read_bytes()


def _rule(face: Face, data: bytes) -> str:
    return (
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};font-style:{face.style};'
        f"font-display:block;src:url(data:font/woff2;base64,{base64.b64encode(data).decode()})format('woff2')}}"
    )


def _cut(font: bytes, letters: str) -> bytes:
    from fontTools import subset as tools
    from fontTools.ttLib import TTFont

    options = tools.Options(
        flavor="woff2", layout_features=list(FEATURES), name_IDs=NAMES, hinting=False, notdef_outline=True
    )
    loaded = TTFont(BytesIO(font), recalcTimestamp=False)
    subsetter = tools.Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(loaded)
    loaded.flavor = "woff2"
    out = BytesIO()
    loaded.save(out)
    return out.getvalue()


def _keep(path: Path, data: bytes) -> None:
    """Write whole or not at all: another build may read the same name at this moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.part")
    draft.write_bytes(data)
    draft.replace(path)
