"""Alt text: what a figure or a table shows, drafted from its rows, and what an author's own text must do.

    draft(table, "lines")   Lines by year, 8 rows from 2016 to 2023. Uzbekistan, USD bn: from 1.90 (2016) to 4.49 (2023).

The numbers are those of the display table, as printed: of rows in order of time the first and the last of each column
and what lies beyond both, of other rows the lowest and the highest; of a column of few words how often each stands.
A few rows without numbers are told one by one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from analysis.measures.measured import Measured

from .display import Table, is_missing
from .language import Told, noted
from .template import msg, plural, ranked
from .wording import count

MOST_SENTENCES = 6  # a longer list is no help; the rest stands in the table
MOST_WORDS = 6
MOST_ROWS, MOST_CELLS = 8, 3  # of rows that are told one by one
TABLE = "table"
# The chart functions, by name, in words.
KINDS = {
    TABLE: noted("Table"),
    "act_line": noted("Marks along time"),
    "bars": noted("Bars"),
    "columns": noted("Stacked columns"),
    "dumbbells": noted("Dumbbells"),
    "fan": noted("Line by year with courses ahead"),
    "grid": noted("Square of pairs"),
    "heat": noted("Heat map of pairs"),
    "lanes": noted("Lanes by date"),
    "lines": noted("Lines by year"),
    "matrix": noted("Matrix"),
    "mirror": noted("Paired dots by year, gaps below"),
    "networks": noted("Points in a circle, joined by lines"),
    "paired_bars": noted("Paired bars"),
    "region": noted("Map"),
    "route": noted("Lines of stops"),
    "rungs": noted("Steps by date"),
    "shares": noted("Stacked bars"),
    "spells": noted("Bars by date"),
    "stages": noted("Rows of stages"),
    "state_bars": noted("Bars parted by state"),
    "steps": noted("Step lines by date"),
    "strip": noted("Ticks by date"),
    "tally": noted("Marks in rows"),
    "terms": noted("Bars by year"),
    "upset": noted("Bars over combinations of sets"),
}
# What tools write where nobody wrote anything.
_STOCK = re.compile(
    r"(?i)no description.*|(an? )?(image|picture|figure|chart|graph|plot|diagram|table|drawing|alt( text)?|todo)"
    r"( \d+)?( of (the )?data)?\W*"
)


@dataclass(frozen=True)
class Run:
    """Rows that are told together: all, or those of one series; `names` say which row is meant."""

    series: str
    rows: tuple[int, ...]
    names: tuple[str, ...]
    in_time: bool


@dataclass(frozen=True)
class Ends:
    """The two ends of the numbers of a run, and what lies beyond both, each as (printed number, name of its row)."""

    first: tuple[str, str]
    last: tuple[str, str]
    highest: tuple[str, str] | None = None
    lowest: tuple[str, str] | None = None
    amounts: tuple[float, ...] = ()


def draft(table: Table, kind: str = TABLE) -> str:
    """What the rows of `table` show, in words; `kind` is the name of the chart function that drew them.

    >>> import pandas as pd
    >>> from analysis.exhibits.display import Column
    >>> frame = pd.DataFrame({"year": [2016, 2019, 2023], "a": [1.9e9, 5e9, 4.49e9], "b": [None, 2.8e9, 4.42e9]})
    >>> columns = [Column("year", "Year", "year"), Column("a", "UZB", "billions"), Column("b", "KAZ", "billions")]
    >>> for sentence in draft(Table.of(frame, columns), "lines").split(". "):
    ...     print(sentence)
    Lines by year, 3 rows from 2016 to 2023
    UZB: from 1.90 (2016) to 4.49 (2023), highest 5.00 (2019)
    KAZ: from 2.80 (2019) to 4.42 (2023).
    >>> frame = pd.DataFrame({"country": ["KAZ", "KGZ", "TJK"], "part": [40.6, 1.1, 17.0], "in": ["yes", "yes", "no"]})
    >>> columns = [Column("country", "Country"), Column("part", "Inflow", "number1"), Column("in", "Member")]
    >>> for sentence in draft(Table.of(frame, columns), "bars").split(". "):
    ...     print(sentence)
    Bars, 3 rows from KAZ to TJK
    Inflow: from 1.1 (KGZ) to 40.6 (KAZ)
    Member: yes (2), no (1).
    """
    runs = _runs(table)
    told = [said for run in runs for place in _places(table) if (said := _sentence(table, place, run))]
    if len(table.rows) <= MOST_ROWS and len(told) < 2 and not _all_ends(table, runs):
        sentences = [_counted(table, kind), *(_row(table, *each) for each in enumerate(runs[0].names))]
    else:
        sentences = [_opening(table, kind, runs), *told[:MOST_SENTENCES]]
    return " ".join(f"{each.rstrip('.')}." for each in sentences)


def described(table: Table, kind: str = TABLE, text: str = "") -> str:
    """The alt text of an exhibit: what its author says, and the draft unless that gives the end values."""
    if text and says_ends(text, table):
        return text
    return " ".join(filter(None, (text and f"{text.rstrip('.')}.", draft(table, kind))))


def says_ends(text: str, table: Table) -> bool:
    """Whether `text` gives the two ends of some column of numbers, as printed; without numbers, the two end rows.

    >>> import pandas as pd
    >>> from analysis.exhibits.display import Column
    >>> frame = pd.DataFrame({"year": [2016, 2023], "turnover": [1.9e9, 4.49e9]})
    >>> table = Table.of(frame, [Column("year", "Year", "year"), Column("turnover", "USD bn", "billions")])
    >>> says_ends("A line from USD 1.90 billion to USD 4.49 billion.", table), says_ends("A line up to 4.49.", table)
    (True, False)
    """
    runs = _runs(table)
    pairs = [(ends.first[0], ends.last[0]) for ends in _all_ends(table, runs)]
    pairs = pairs or [(runs[0].names[0], runs[-1].names[-1])]
    return any(all(_holds(text, said) for said in pair) for pair in pairs)


def faults(text: str, title: str) -> list[str]:
    """What is wrong with an author's alt text, whatever the rows are.

    >>> faults("Figure 1", "Trade grew"), faults("Trade grew.", "Trade grew")
    (["the alt text 'Figure 1' says nothing"], ['the alt text repeats the title'])
    """
    if not text.strip():
        return ["the alt text is empty"]
    if _STOCK.fullmatch(text.strip()):
        return [f"the alt text {text!r} says nothing"]
    return ["the alt text repeats the title"] if _bare(text) == _bare(title) else []


# --- inside ----------------------------------------------------------------------------------------------------------


def _places(table: Table) -> range:
    return range(1, len(table.columns))


def _runs(table: Table) -> list[Run]:
    """All rows, or those of each series where rows in order of time stand one series under another."""
    rows = tuple(range(len(table.rows)))
    names = tuple(_names(table))
    if _ascends(table, 0, rows):
        return [Run("", rows, names, True)]
    series = [tuple(group) for _, group in groupby(rows, key=lambda row: table.rows[row][0])]
    if len(table.columns) > 1 and len(series) < len(rows) and all(_ascends(table, 1, run) for run in series):
        return [
            Run(table.rows[run[0]][0], run, tuple(table.rows[row][1] for row in run), True) for run in series
        ]
    return [Run("", rows, names, False)]


def _ascends(table: Table, place: int, rows: tuple[int, ...]) -> bool:
    """Whether a column holds years or days, each later than the one above."""
    if len(table.columns) <= place or table.columns[place].form not in ("year", "date"):
        return False
    moments = [table.cells[row][place] for row in rows]
    return not any(map(is_missing, moments)) and all(one < other for one, other in pairwise(moments))


def _names(table: Table) -> list[str]:
    """What tells the rows apart: the first cell of each, or the first two; otherwise nothing."""
    for width in (1, 2):
        names = [", ".join(filter(str.strip, row[:width])) for row in table.rows]
        if len(set(names)) == len(names) and all(names):
            return names
    return [""] * len(table.rows)


def _counted(table: Table, kind: str) -> str:
    n = len(table.rows)
    rows = plural(n, one="row", other="rows")
    return msg("{kind}, {n:count} {rows}", kind=KINDS.get(kind, noted("Chart")), n=n, rows=rows)


def _opening(table: Table, kind: str, runs: list[Run]) -> str:
    first, last, counted = Told(runs[0].names[0]), Told(runs[-1].names[-1]), _counted(table, kind)
    if not first:
        return counted
    if first == last:
        return f"{counted}: {first}"
    return msg("{rows} from {first} to {last}", rows=counted, first=first, last=last)


def _sentence(table: Table, place: int, run: Run) -> str:
    """One sentence on a column, without its stop; nothing where every cell is a text of its own."""
    label = Told(", ".join(filter(None, (run.series, table.columns[place].label))))
    ends = _ends(table, place, run)
    if not ends:
        return _words(table, place, run, label)
    first, last = _at(ends.first), _at(ends.last)
    if len(run.rows) == 1:
        return f"{label}: {ends.first[0]}"
    if ends.first[0] == ends.last[0] and not (ends.highest or ends.lowest):
        return msg("{label}: {it} throughout", label=label, it=Told(ends.first[0]))
    parts = [msg("{label}: from {first} to {last}", label=label, first=first, last=last)]
    if ends.highest:
        parts.append(msg("highest {it}", it=ranked(_at(ends.highest), ends.amounts, by=max(ends.amounts))))
    if ends.lowest:
        parts.append(msg("lowest {it}", it=ranked(_at(ends.lowest), ends.amounts, by=min(ends.amounts))))
    return ", ".join(parts)


def _at(end: tuple[str, str]) -> Told:
    number, name = end
    return Told(f"{number} ({name})" if name else number)


def _ends(table: Table, place: int, run: Run) -> Ends | None:
    """The ends of a column of numbers; None where a cell is a text, where units differ, or where nothing is known."""
    cells = [table.cells[row][place] for row in run.rows]
    units = {cell.unit for cell in cells if isinstance(cell, Measured)}
    if table.columns[place].form == "year" or len(units) > 1 or any(_is_text(cell) for cell in cells):
        return None
    known = [
        (_amount(cell), table.rows[row][place].strip(), name)
        for cell, row, name in zip(cells, run.rows, run.names, strict=True)
        if not is_missing(cell)
    ]
    if not known:
        return None
    low, high = min(known, key=lambda each: each[0])[1:], max(known, key=lambda each: each[0])[1:]
    if not run.in_time:
        return Ends(low, high)
    first, last = known[0][1:], known[-1][1:]
    told = (first[0], last[0])
    amounts = tuple(each[0] for each in known)
    return Ends(first, last, None if high[0] in told else high, None if low[0] in told else low, amounts)


def _all_ends(table: Table, runs: list[Run]) -> list[Ends]:
    return [ends for run in runs for place in _places(table) if (ends := _ends(table, place, run))]


def _row(table: Table, row: int, name: str) -> str:
    """One row, without its stop: its name and the first cells after it."""
    cells = [cell.strip() for cell in table.rows[row] if cell.strip()]
    rest = [cell for cell in cells if cell not in name][:MOST_CELLS]
    return ": ".join(filter(None, (name, ", ".join(rest))))


def _words(table: Table, place: int, run: Run, label: str) -> str:
    """How often each of a few words stands in a column, the most frequent first; nothing of texts that differ."""
    counted = Counter(cell for row in run.rows if (cell := table.rows[row][place].strip()))
    few = len(counted) <= min(MOST_WORDS, max(2, sum(counted.values()) // 2))
    if not few or max(counted.values(), default=1) == 1 or not any(map(str.isalpha, "".join(counted))):
        return ""
    return f"{label}: {', '.join(f'{word} ({count(n)})' for word, n in counted.most_common())}"


def _is_text(cell: Any) -> bool:
    return not isinstance(cell, Measured) and not is_missing(cell) and not hasattr(cell, "__float__")


def _amount(cell: Any) -> float:
    return float(cell.value if isinstance(cell, Measured) else cell)


def _holds(text: str, cell: str) -> bool:
    """Whether a number stands in a text, not as a part of a longer one; spaces and signs of any kind."""
    bare = re.escape(_bare(cell))
    return re.search(rf"(?<![\d.,]){bare}(?![\d]|[.,]\d)", _bare(text)) is not None


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(".").lower()
