"""From the bytes of a CSV file to its cells, with a sentence for everything a spreadsheet does to it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.errors import did_you_mean
from analysis.tables import large
from analysis.tables.faults import at

BOM_UTF8 = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
ZIP = b"PK\x03\x04"  # an .xlsx or .ods workbook under the name of a CSV file
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Cells:
    """The rows of a file by column, each cell as text (numbers of Parquet stay numbers), and the line, or row, of each."""

    columns: dict[str, Sequence[str]]
    lines: Sequence[int]

    def __len__(self) -> int:
        return len(self.lines)

    def is_numeric(self, column: str) -> bool:
        """Whether the cells of a column are numbers and not text."""
        return getattr(getattr(self.columns[column], "dtype", None), "kind", "O") == "f"


def parse(file: str, content: bytes, columns: Sequence[str]) -> tuple[Cells | None, list[str]]:
    """The cells of a CSV file that should have `columns`, and the faults found on the way.

    Cells are None where the damage leaves nothing that could be checked further.

    >>> cells, faults = parse("data/x.csv", b"a,b\\n1,2\\n", ["a", "b"])
    >>> cells.columns["b"], cells.lines, faults
    (('2',), (2,), [])
    """
    restore = f"restore it with 'git checkout {file}'"
    if not content.strip():
        return None, [f"{file} is empty; {restore}"]
    if content.startswith(ZIP):
        return None, [
            f"{file} is a spreadsheet workbook, not text; export it as CSV (UTF-8, comma) or {restore}"
        ]
    if content.startswith(UTF16) or b"\x00" in content:
        return None, [f"{file} is not UTF-8 text but looks like UTF-16; save it as CSV UTF-8 or {restore}"]
    if len(content) >= large.LARGE and (found := large.columns_of(content, columns)):
        return Cells(*found), []
    text, is_utf8, faults = _decoded(file, content)
    text, line_faults = _unified(file, text)
    faults += line_faults
    if fault := _wrong_separator(file, text, columns):
        return None, [*faults, fault]
    if not is_utf8:  # its letters are guesses: checking them would mislead
        return None, faults
    rows, row_faults = _rows(file, text)
    return _cells(file, rows, columns, faults + row_faults)


def _decoded(file: str, content: bytes) -> tuple[str, bool, list[str]]:
    faults = []
    if content.startswith(BOM_UTF8):
        content = content[len(BOM_UTF8) :]
        faults.append(
            f"{file} begins with a byte order mark, which a spreadsheet adds; save it as UTF-8 without BOM"
        )
    try:
        return content.decode("utf-8"), True, faults
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        faults.append(
            f"{at(file, line)}: byte 0x{content[error.start]:02x} is not UTF-8, as when a file is saved in "
            "cp1251 or another Windows encoding; save it again as UTF-8"
        )
        return content.decode("cp1251", errors="replace"), False, faults


def _unified(file: str, text: str) -> tuple[str, list[str]]:
    if "\r" not in text:
        return text, []
    fault = f"{file}: lines end in CRLF, as a spreadsheet on Windows writes them; save it with LF line ends"
    return text.replace("\r\n", "\n").replace("\r", "\n"), [fault]


def _wrong_separator(file: str, text: str, columns: Sequence[str]) -> str | None:
    header = text.partition("\n")[0]
    for separator, word in SEPARATORS.items():
        if len(columns) > 1 and header.count(separator) > header.count(","):
            return f"{file}: cells are separated by {word}, not commas; save it with commas between the cells"
    return None


def _rows(file: str, text: str) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """Each record with the line it begins at; a record may span lines when a cell holds a line break."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for row in reader:
            rows.append((start, row))
            start = reader.line_num + 1
    except csv.Error as error:
        if "unexpected end" in str(error) or "field limit" in str(error):
            what = "a quotation mark is opened here and never closed; close it, or double it inside a cell"
        else:
            what = f"not valid CSV ({error}); put cells with commas or quotes in double quotes"
        return rows, [f"{at(file, start)}: {what}"]
    return rows, []


def _cells(
    file: str, rows: list[tuple[int, list[str]]], columns: Sequence[str], faults: list[str]
) -> tuple[Cells | None, list[str]]:
    if not rows:
        return None, faults
    header = rows[0][1]
    faults = faults + header_faults(at(file, 1), header, columns)
    good: list[list[str]] = []
    lines: list[int] = []
    for line, row in rows[1:]:
        if len(row) == len(header):
            good.append(row)
            lines.append(line)
        elif not row:
            faults.append(f"{at(file, line)}: the line is empty; delete it")
        else:
            sign, remedy = (
                ("more", "put a cell that holds a comma in double quotes")
                if len(row) > len(header)
                else ("fewer", "add the missing commas")
            )
            faults.append(
                f"{at(file, line)}: {len(row)} cells, {sign} than the {len(header)} columns of the header; {remedy}"
            )
    by_column = zip(*good, strict=True) if good else ((),) * len(header)
    return Cells(dict(zip(header, by_column, strict=True)), tuple(lines)), faults


def header_faults(where: str, header: Sequence[str], columns: Sequence[str]) -> list[str]:
    """What differs between the columns of a file and those declared."""
    faults = []
    missing = [column for column in columns if column not in header]
    for column in header:
        if column not in columns:
            faults.append(
                f"{where}: column '{column}' is not declared in its descriptor"
                f"{did_you_mean(column, missing or columns)}; rename it, remove it or declare it"
            )
        elif header.count(column) > 1 and not any(f"'{column}' stands twice" in fault for fault in faults):
            faults.append(f"{where}: column '{column}' stands twice; keep one")
    faults += [f"{where}: column '{column}' is missing; restore it" for column in missing]
    if not faults and list(header) != list(columns):
        faults.append(f"{where}: the columns are in another order than declared: {', '.join(columns)}")
    return faults
