"""A large CSV file taken apart in one go, where a look at its bytes shows that every line has its cells.

The reader of `parsing` goes through a file line by line and says what is wrong with each; a table of millions of rows
that is well formed needs no such care.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LARGE = 2**20  # bytes from which on this is worth the import of pandas
BLOCK = 2**24  # bytes looked at together
COMMA, LINE_FEED, QUOTE = b',\n"'

Columns = dict[str, Sequence[str]]


def columns_of(content: bytes, declared: Sequence[str]) -> tuple[Columns, Sequence[int]] | None:
    """The cells of a well-formed file by column, and the line at which each row begins; None for any other.

    Without `declared` columns the header says them.

    >>> found, lines = columns_of(b'a,b\\n1,"x\\ny"\\n2,z\\n', ["a", "b"])
    >>> list(found["b"]), list(lines)
    (['x\\ny', 'z'], [2, 4])
    >>> columns_of(b"a,b\\n1\\n", ["a", "b"]) is None
    True
    """
    import pandas as pd

    header = content.partition(b"\n")[0].decode("utf-8", errors="replace").split(",")
    if header != list(declared or header) or len(set(header)) != len(header) or len(header) < 2:
        return None
    if not content.endswith(b"\n") or b"\r" in content or not _is_utf8(content):
        return None
    lines = _lines(content, len(header))
    if lines is None:
        return None
    frame = pd.read_csv(BytesIO(content), dtype=object, na_filter=False, skip_blank_lines=False)
    return {name: frame[name].to_numpy() for name in frame}, lines


def _is_utf8(content: bytes) -> bool:
    try:
        return content.isascii() or bool(content.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _lines(content: bytes, count: int) -> Sequence[int] | None:
    """The lines at which the rows begin, if every row has `count` cells and quotation marks only around cells."""
    import numpy as np

    data = np.frombuffer(content, dtype=np.uint8)
    quotes = _places(data, QUOTE)
    if not _are_around_cells(data, quotes):
        return None
    ends, before = [], 0
    for places in _separators(data):
        outside = places[np.searchsorted(quotes, places) % 2 == 0]
        is_end = data[outside] == LINE_FEED
        if (is_end != ((np.arange(before, before + len(outside)) + 1) % count == 0)).any():
            return None
        before += len(outside)
        ends.append(outside[is_end])
    if before % count:
        return None
    starts = np.concatenate(ends)[:-1] + 1
    if not len(quotes):
        return range(2, len(starts) + 2)
    return (np.searchsorted(_places(data, LINE_FEED), starts) + 1).tolist()


def _separators(data: np.ndarray) -> Iterator[np.ndarray]:
    """The places of commas and line ends, block by block."""
    import numpy as np

    for start in range(0, len(data), BLOCK):
        block = data[start : start + BLOCK]
        yield np.flatnonzero((block == COMMA) | (block == LINE_FEED)) + start


def _places(data: np.ndarray, byte: int) -> np.ndarray:
    import numpy as np

    blocks = (
        np.flatnonzero(data[start : start + BLOCK] == byte) + start for start in range(0, len(data), BLOCK)
    )
    return np.concatenate(list(blocks))


def _are_around_cells(data: np.ndarray, quotes: np.ndarray) -> bool:
    """Whether each mark that opens follows a separator, each that closes comes before one, or the two are a doubled one."""
    import numpy as np

    opening, closing = quotes[0::2], quotes[1::2]
    if len(opening) != len(closing):
        return False
    before, after = data[opening - 1], data[np.minimum(closing + 1, len(data) - 1)]
    allowed = (COMMA, LINE_FEED, QUOTE)
    return bool(np.isin(before, allowed).all() and np.isin(after, allowed).all())
