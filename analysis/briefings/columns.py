"""How wide the columns of a table are, from the letters of its cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

MOST_LETTERS, LONGEST_HELD = 60, 16  # of a cell on one line; of a word that is not broken
WIDE_PER_LETTER = 4  # so many digits and capitals are a letter wider than as many small letters
GAP = 1  # letters more than a cell has: some letters are wide

BREAKS = re.compile(r"[\s\u200b]+|(?<=\w{12})-")


def weights(lines: Sequence[Sequence[str]], room: float) -> list[int]:
    """Each column's share of the width, in letters: its longest cell, or as much of it as there is room for.

    Where not every cell fits on one line, a column has room for its longest word, and what is left goes, step by
    step, to the column whose cells become lowest by it.

    >>> weights([["Year", "Turnover"], ["2016", "1.90"]], 100)
    [6, 9]
    >>> weights([["Claim", "Verdict"], ["a long sentence that says a thing", "contradicted"]], 30)
    [14, 13]
    """
    columns = [list(map(_words, each)) for each in zip(*lines, strict=True)]
    longest = [GAP + min(MOST_LETTERS, max(3, *map(_letters, each))) for each in zip(*lines, strict=True)]
    if sum(longest) <= room:
        return longest
    widths = [GAP + min(LONGEST_HELD, max(3, *(max(cell, default=0) for cell in each))) for each in columns]
    spare = int(room - sum(widths))
    heights = [
        [_height(cells, width + more) for more in range(max(0, spare) + 1)]
        for cells, width in zip(columns, widths, strict=True)
    ]
    more = [0] * len(widths)
    while True:
        steps = [
            ((each[at] - each[to]) / (to - at), -place, to)
            for place, (each, at) in enumerate(zip(heights, more, strict=True))
            for to in range(at + 1, at + 1 + spare - sum(more))
            if each[to] < each[at]
        ]
        if not steps:
            return [width + grown for width, grown in zip(widths, more, strict=True)]
        _, place, to = max(steps)
        more[-place] = to


def lines_at(lines: Sequence[Sequence[str]], room: float) -> int | None:
    """The lines of the tallest cell where a table has so much room; None where its longest words do not fit beside
    each other.

    >>> table = [["Claim", "Verdict"], ["a long sentence that says a thing", "contradicted"]]
    >>> lines_at(table, 30), lines_at(table, 20)
    (3, None)
    """
    widths = weights(lines, room)
    if sum(widths) > room:
        return None
    return max(
        _line_count(_words(cell), width - GAP)
        for row in lines
        for cell, width in zip(row, widths, strict=True)
    )


@lru_cache(maxsize=20_000)  # the cells of a briefing, looked at for each way of setting its tables
def _words(cell: str) -> tuple[int, ...]:
    """How wide the words of a cell are."""
    return tuple(filter(None, map(_letters, BREAKS.split(cell))))


@lru_cache(maxsize=20_000)
def _letters(text: str) -> int:
    """How wide a text is, in small letters.

    >>> _letters("exports"), _letters("2016–2023")
    (7, 11)
    """
    wide = sum(letter.isdigit() or letter.isupper() for letter in text)
    return len(text) + wide // WIDE_PER_LETTER


def _height(cells: Sequence[tuple[int, ...]], width: int) -> int:
    """How tall the cells of a column are: one of many lines makes a tall row, and counts for more than its lines."""
    return sum(_line_count(cell, width - GAP) ** 2 for cell in cells)


@cache
def _line_count(words: tuple[int, ...], letters: int) -> int:
    """Lines that words of these lengths take in a column of so many letters.

    >>> _line_count((2, 8, 4), 16), _line_count((2, 8, 4), 15)
    (1, 2)
    >>> _line_count((23,), 14)
    2
    """
    count, filled = 1, 0
    for word in words:
        if filled and filled + 1 + word > letters:
            count, filled = count + 1, 0
        broken = (word - 1) // letters  # a word that no line holds
        count, filled = count + broken, word - broken * letters if broken else filled + word + bool(filled)
    return count
