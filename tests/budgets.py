"""What a briefing may weigh: a page and a PDF by the number of their exhibits, attachments apart."""

from __future__ import annotations

import io

import pypdf

HTML_BASE, HTML_EXHIBIT = 150_000, 25_000
PDF_BASE, PDF_EXHIBIT = 100_000, 20_000


def over(html: bytes, pdf: bytes | None = None) -> list[str]:
    """What is heavier than it may be; the exhibits are counted in the page."""
    count = html.count(b'class="exhibit')
    weights = {"HTML": (len(html), HTML_BASE + HTML_EXHIBIT * count)}
    if pdf is not None:
        weights["PDF"] = (len(pdf) - attached(pdf), PDF_BASE + PDF_EXHIBIT * count)
    return [
        f"{form}: {weight:,} bytes of {most:,} for {count} exhibits"
        for form, (weight, most) in weights.items()
        if weight > most
    ]


def attached(pdf: bytes) -> int:
    """The bytes that the attachments take in the file."""
    files = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"].get("/AF", [])
    return sum(len(file.get_object()["/EF"]["/F"].get_object()._data) for file in files)
