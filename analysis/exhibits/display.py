"""Display tables: a frame as rows of printed text, and the same frame as exact CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

import pandas as pd

from analysis.measures.measured import Measured

from . import blocks, parts, reasons, template, wording
from . import language as spoken

ALIGN = ("left", "right", "center")


@dataclass(frozen=True)
class Column:
    """One column of a display table.

    `key` is a column (or the named index) of the frame, `label` the printed head with the unit. `form` says how a
    cell is printed: a form of `template`, as "billions", "+percent1", "year", "date", or a function from the cell to
    its text; text needs none. `align` follows from the form. `empty` is printed for a missing cell, where missing
    means something ("in force"). `lang` is the language of a column of texts that come from the data, as a title does.
    """

    key: str
    label: str
    form: str | Callable[[Any], str] = ""
    align: str = ""
    empty: str = ""
    lang: str = ""

    def __post_init__(self) -> None:
        if self.align not in ("", *ALIGN):
            raise ValueError(f"column '{self.key}': align is one of {', '.join(ALIGN)}, not '{self.align}'")
        if isinstance(self.form, str):
            parts.field(self.key, self.form)

    def said(self, language: str | None = None) -> Column:
        """The column with its texts in the language; the key is their context."""
        label, empty = (spoken.text(each, self.key, language) for each in (self.label, self.empty))
        return replace(self, label=label, empty=empty)

    @property
    def side(self) -> str:
        """The alignment as printed: numbers to the right."""
        numeric = isinstance(self.form, str) and self.form.strip("+0123456789") in parts.NUMBER_FORMS
        return self.align or ("right" if numeric else "left")


@dataclass(frozen=True)
class Table:
    """Printed text in rows and columns; `emphasis` are the positions of rows in bold.

    `marks` explains the marks that stand in cells: what is missing and what is not defined. `cells` are the cells
    before they were printed.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    row_header: bool = True
    emphasis: tuple[int, ...] = ()
    marks: tuple[str, ...] = ()
    cells: tuple[tuple[Any, ...], ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        columns: Sequence[Column],
        *,
        row_header: bool = True,
        emphasis: Iterable[int] = (),
        missing: str = "",
        language: str | None = None,
    ) -> Table:
        """A frame as it is printed, one row a row, in the order of the frame.

        A missing cell is printed as "…", explained as "not reported" or by the words in `missing`; an undefined
        measure as a dash, explained by its reason. Raises ValueError for an empty frame, an unknown column, a number
        in a column without a form, an infinite number.

        >>> frame = pd.DataFrame({"year": [2016, 2023], "turnover": [1.899e9, float("nan")]})
        >>> table = Table.of(frame, [Column("year", "Year", "year"), Column("turnover", "USD bn", "billions")])
        >>> table.rows, table.marks
        ((('2016', '1.90'), ('2023', '…')), ('… not reported',))
        """
        flat = _flat(frame)
        if flat.empty or not columns:
            raise ValueError("a display table needs rows and columns")
        unknown = [column.key for column in columns if column.key not in flat.columns]
        if unknown:
            raise ValueError(
                f"the frame has no column {', '.join(unknown)}; it has {', '.join(map(str, flat))}"
            )
        columns = [column.said(language) for column in columns]
        cells = [[(column, cell) for cell in flat[column.key]] for column in columns]
        printed = [[_printed(column, cell, language) for column, cell in each] for each in cells]
        bold = tuple(sorted({int(position) for position in emphasis}))
        if bold and not 0 <= bold[0] <= bold[-1] < len(flat):
            raise ValueError(f"emphasis {bold} names a row that is not among the {len(flat)}")
        marks = _marks([pair for each in cells for pair in each], missing, language)
        rows, raw = (tuple(zip(*each, strict=True)) for each in (printed, [flat[c.key] for c in columns]))
        return cls(tuple(columns), rows, row_header, bold, marks, raw)

    def block(self) -> dict[str, Any]:
        """The TABLE of a block."""
        return {
            "columns": [
                {
                    "key": column.key,
                    "label": blocks.plain(column.label),
                    "align": column.side,
                    **({"lang": column.lang} if column.lang else {}),
                }
                for column in self.columns
            ],
            "rows": [list(row) for row in self.rows],
            "row_header": self.row_header,
            "emphasis": list(self.emphasis),
            "marks": [f"{mark}." for mark in self.marks],
        }

    def html(self, caption: str = "", note: str = "") -> str:
        """A plain accessible HTML table, for a notebook: caption, heads with scope, everything escaped."""
        heads = "".join(
            f'<th scope="col"{_style(column)}>{_html(column.label)}</th>' for column in self.columns
        )
        lines = "".join(self._line(position, row) for position, row in enumerate(self.rows))
        title = f'<caption style="text-align:left">{_html(caption)}</caption>' if caption else ""
        foot = f"<p><small>{_html(note)}</small></p>" if note else ""
        return (
            f'<div style="overflow-x:auto"><table>{title}<thead><tr>{heads}</tr></thead>'
            f"<tbody>{lines}</tbody></table>{foot}</div>"
        )

    def text(self) -> str:
        """The table in plain characters, for a terminal."""
        lines = [tuple(column.label for column in self.columns), *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        sides = [column.side for column in self.columns]
        return "\n".join("  ".join(map(_padded, line, widths, sides)).rstrip() for line in lines)

    def _repr_html_(self) -> str:
        return self.html()

    def _line(self, position: int, row: tuple[str, ...]) -> str:
        strong = position in self.emphasis
        cells = []
        for number, (column, cell) in enumerate(zip(self.columns, row, strict=True)):
            head = self.row_header and number == 0
            tag, scope = ("th", ' scope="row"') if head else ("td", "")
            text = f"<strong>{_html(cell)}</strong>" if strong else _html(cell)
            cells.append(f"<{tag}{scope}{_style(column)}>{text}</{tag}>")
        return f"<tr>{''.join(cells)}</tr>"


def csv_text(frame: pd.DataFrame) -> str:
    """The frame as CSV: every row, numbers in full precision, LF, missing cells empty, no cell a formula.

    A text that a spreadsheet would compute is led by an apostrophe. A named index becomes columns. Raises ValueError
    for a frame without rows or an infinite number.

    >>> csv_text(pd.DataFrame({"year": [2016], "value": [0.1 + 0.2], "note": ["=1+1"]}))
    "year,value,note\\n2016,0.30000000000000004,'=1+1\\n"
    """
    flat = _flat(frame)
    if flat.empty:
        raise ValueError("an exhibit needs data; the frame is empty")
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow([_csv_cell(str(name)) for name in flat.columns])
    for row in flat.itertuples(index=False, name=None):
        writer.writerow([_csv_cell(cell) for cell in row])
    return lines.getvalue()


def is_missing(cell: Any) -> bool:
    """Whether a cell of a table holds no value: not known, or a measure that is not defined.

    >>> undefined = Measured.undefined("the base is zero", unit="rate", method="cagr")
    >>> [is_missing(cell) for cell in (None, float("nan"), undefined, "", 0)]
    [True, True, True, False, False]
    """
    if isinstance(cell, Measured):
        return not cell.defined
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell))


# --- inside ----------------------------------------------------------------------------------------------------------


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its named index as columns."""
    flat = frame.reset_index() if any(name is not None for name in frame.index.names) else frame
    if flat.columns.has_duplicates:
        raise ValueError(f"the frame has a column twice: {', '.join(map(str, flat.columns))}")
    return flat


def _printed(column: Column, cell: Any, language: str | None) -> str:
    if isinstance(cell, Measured) and not cell.defined:
        return wording.UNDEFINED
    if is_missing(cell):
        return blocks.plain(column.empty) or wording.MISSING
    if callable(column.form):
        return blocks.plain(column.form(cell))
    field = parts.field(column.key, column.form)
    if isinstance(cell, str):
        cell = spoken.Quoted(cell, column.lang) if column.lang else spoken.text(cell, column.key, language)
    if isinstance(cell, str | Measured | dt.date | list | tuple) and not (isinstance(cell, str) and not cell):
        return "".join(template.printed((field,), {column.key: _dated(cell)}, language=language))
    if cell == "":
        return ""
    return _number(field, cell, language)


def _dated(cell: Any) -> Any:
    return cell.date() if isinstance(cell, dt.datetime) else cell


def _number(field: parts.Field, cell: Any, language: str | None) -> str:
    """A bare number of the frame: its unit is that of the column, so any form may be asked for."""
    if field.form == "year":
        return wording.year(cell)
    if field.form not in parts.NUMBER_FORMS:
        raise ValueError(f"column '{field.name}' holds the number {cell!r}: give the column a form")
    say, _ = parts.NUMBER_FORMS[field.form]
    return say(cell, field.digits, sign=field.sign, language=language)


def _marks(cells: list[tuple[Column, Any]], missing: str, language: str | None) -> tuple[str, ...]:
    marks = []
    if any(
        is_missing(cell) and not isinstance(cell, Measured) and not column.empty for column, cell in cells
    ):
        said = spoken.text(missing, language=language) or wording.word("not reported", language=language)
        marks.append(f"{wording.MISSING} {said}")
    undefined = dict.fromkeys(
        blocks.plain(reasons.said(cell.reason)).rstrip(".")
        for _, cell in cells
        if isinstance(cell, Measured) and not cell.defined
    )
    if undefined:
        said = wording.word("not defined", language=language)
        marks.append(f"{wording.UNDEFINED} {said}: {'; '.join(undefined)}")
    return tuple(marks)


def _csv_cell(cell: Any) -> str:
    if isinstance(cell, Measured):
        cell = cell.value
    if is_missing(cell):
        return ""
    if isinstance(cell, bool) or type(cell).__name__ == "bool":  # numpy's own truth value is no int
        return "true" if cell else "false"
    if isinstance(cell, dt.date):
        return cell.isoformat()[:10]
    if isinstance(cell, list | tuple):
        cell = "; ".join(map(str, cell))
    if isinstance(cell, str):
        text = blocks.plain(cell)
        return f"'{text}" if blocks.is_formula(text) else text
    if not math.isfinite(cell):
        raise ValueError(f"{cell!r} cannot be written down: a missing value is an empty cell")
    return repr(int(cell)) if hasattr(cell, "__index__") else repr(float(cell))


def _html(text: str) -> str:
    return escape(blocks.plain(text))


def _style(column: Column) -> str:
    return f' style="text-align:{column.side}"'


def _padded(text: str, width: int, side: str) -> str:
    return {"left": text.ljust, "right": text.rjust, "center": text.center}[side](width)
