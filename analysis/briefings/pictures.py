"""PNG pictures, drawn by Typst: what a mail program or a web service shows where it shows no SVG."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

import typst

from analysis.briefings.paper import fonts
from analysis.errors import BriefingError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEAD = len(SIGNATURE) + 25  # the signature and IHDR, which comes first
SHEET = b"""\
#set page(width: float(sys.inputs.width) * 1pt, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)
"""


def drawing(svg: str, width: int, scale: int = 2) -> bytes:
    """An SVG as a picture to be shown `width` pixels wide; `scale` times as many are in it, for fine screens."""
    return png(SHEET, {"svg": svg, "width": str(width)}, ppi=72 * scale)


def png(template: bytes, inputs: Mapping[str, str], ppi: float = 72) -> bytes:
    """The one page that a Typst template makes of its inputs; at 72 ppi a point is a pixel."""
    compiler = typst.Compiler(template, font_paths=fonts(), sys_inputs=dict(inputs))
    try:
        return compiler.compile(format="png", ppi=ppi)
    except RuntimeError as error:
        raise BriefingError(f"The picture could not be drawn: {getattr(error, 'message', error)}") from None


def described(picture: bytes, title: str, description: str, language: str) -> bytes:
    """The PNG with its title and alt text inside, where programs that read pictures aloud look for them.

    >>> b"iTXtDescription\\0\\0\\0en\\0\\0A line rises." in described(SIGNATURE + b"." * 25, "T", "A line rises.", "en")
    True
    """
    texts = {"Title": title, "Description": description}
    chunks = [
        b"iTXt" + keyword.encode() + b"\0\0\0" + language.encode() + b"\0\0" + text.encode()
        for keyword, text in texts.items()
        if text
    ]
    told = b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )
    return picture[:HEAD] + told + picture[HEAD:]
