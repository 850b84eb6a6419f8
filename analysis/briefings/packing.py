"""A PDF made small: what Typst writes out in full, thousands of short objects for its tags and links, is compressed.

PDF has object streams for this, which PDF/A-3 allows: many objects in one compressed stream, and the table of where
each stands as a stream too. Nothing else changes: no object, no object's number, no page.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from itertools import pairwise

PER_STREAM = 1000  # objects: a reader unpacks all of a stream to see one of them
END = re.compile(rb"trailer\s*<<(.*)/Size \d+(.*)>>\s*startxref\s+(\d+)\s+%%EOF\s*\Z", re.DOTALL)
TABLE = re.compile(rb"xref\s+0 (\d+)\s+")
ENTRY = 20  # bytes of an entry of the table
IN_PLACE, IN_A_STREAM = 1, 2
WIDTHS = (1, 4, 2)  # bytes of kind, place and rank in the table that is written


def packed(pdf: bytes) -> bytes:
    """The same document in fewer bytes; `pdf` is one as Typst writes it: a single table, no object packed yet."""
    before, after, start = END.search(pdf, pdf.rindex(b"trailer")).groups()
    objects = _objects(pdf, int(start))
    loose = [each for each in objects if not _is_stream(each[1])]
    groups = [loose[n : n + PER_STREAM] for n in range(0, len(loose), PER_STREAM)]
    out = bytearray(pdf[: pdf.index(objects[0][1])])
    entries = {0: (0, 0, 0xFFFF)}
    for number, whole in (each for each in objects if _is_stream(each[1])):
        entries[number] = (IN_PLACE, len(out), 0)
        out += whole
    for stream, group in enumerate(groups, start=len(objects) + 1):
        entries |= {number: (IN_A_STREAM, stream, rank) for rank, (number, _) in enumerate(group)}
        entries[stream] = (IN_PLACE, len(out), 0)
        out += _object_stream(stream, [(number, _body(whole)) for number, whole in group])
    at = len(out)
    entries[len(entries)] = (IN_PLACE, at, 0)
    out += _table(before + after, [entries[number] for number in range(len(entries))])
    return bytes(out) + b"startxref\n%d\n%%%%EOF" % at


def _objects(pdf: bytes, start: int) -> list[tuple[int, bytes]]:
    """Each object's number and text, in the order of the file."""
    head = TABLE.match(pdf, start)
    rows = range(head.end(), head.end() + ENTRY * int(head[1]), ENTRY)
    places = [int(pdf[row : row + 10]) for row in rows]
    order = sorted((place, number) for number, place in enumerate(places) if number)
    ends = [*(place for place, _ in order), start]
    return [(number, pdf[a:b]) for (_, number), (a, b) in zip(order, pairwise(ends), strict=True)]


def _is_stream(whole: bytes) -> bool:
    return whole.endswith(b"endstream\nendobj\n")


def _body(whole: bytes) -> bytes:
    """What stands in an object.

    >>> _body(b"7 0 obj\\n<</Type/Catalog>>\\nendobj\\n")
    b'<</Type/Catalog>>'
    """
    return whole.partition(b"obj")[2].rstrip().removesuffix(b"endobj").strip()


def _object_stream(number: int, bodies: Sequence[tuple[int, bytes]]) -> bytes:
    places, at = [], 0
    for held, body in bodies:
        places.append(b"%d %d" % (held, at))
        at += len(body) + 1
    index = b" ".join(places) + b" "
    head = b"/Type/ObjStm/N %d/First %d" % (len(bodies), len(index))
    return _stream(number, head, index + b" ".join(body for _, body in bodies))


def _table(trailer: bytes, entries: Sequence[tuple[int, ...]]) -> bytes:
    """The table of objects; each row as its difference from the one above, which compresses well."""
    rows = [b"".join(n.to_bytes(w, "big") for n, w in zip(entry, WIDTHS, strict=True)) for entry in entries]
    upper = [bytes(sum(WIDTHS)), *rows]
    apart = (bytes((b - a) % 256 for a, b in zip(*pair, strict=True)) for pair in pairwise(upper))
    head = b"/Type/XRef/Size %d/W[%d %d %d]" % (len(entries), *WIDTHS)
    head += b"/DecodeParms<</Predictor 12/Columns %d>>" % sum(WIDTHS) + trailer
    return _stream(len(entries) - 1, head, b"".join(b"\x02" + row for row in apart))


def _stream(number: int, head: bytes, data: bytes) -> bytes:
    data = zlib.compress(data, 8)
    shown = b"%d 0 obj\n<</Length %d/Filter/FlateDecode%s>>\nstream\n%s\nendstream\nendobj\n"
    return shown % (number, len(data), head, data)
