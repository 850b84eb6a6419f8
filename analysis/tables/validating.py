"""The cells of a table held against its descriptor: types, constraints, keys.

A column holds few distinct values, so each distinct value is judged once and only faulty ones are looked
up again for their lines: twenty thousand rows cost a fraction of a second.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from analysis.errors import did_you_mean
from analysis.tables import place
from analysis.tables.dates import interval
from analysis.tables.descriptor import Column, Descriptor, ForeignKey
from analysis.tables.faults import TableError, at, capped, counted
from analysis.tables.parsing import Cells

if TYPE_CHECKING:
    import numpy as np

INTEGER = re.compile(r"-?(0|[1-9]\d*)", re.ASCII)
NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
NO_NUMBER = re.compile(r"^(?!-?\d+(?:\.\d+)?$)", re.ASCII | re.MULTILINE)  # in a list of lines
SPACED = re.compile(r"(?:\A|\x00)\s|\s(?:\x00|\Z)")  # in a list of texts
MANY = 10_000  # distinct cells of a column that are first judged together
DECIMAL_COMMA = re.compile(r"-?\d+,\d+", re.ASCII)
SHORTENED = re.compile(r"-?\d+([.,]\d+)?[eE][+-]?\d+", re.ASCII)
GROUPED = re.compile(r"-?\d{1,3}([ ,\u00a0\u202f']\d{3})+(\.\d+)?", re.ASCII)
# what spreadsheets make of "2022-10" or "2022-10-06": Oct-22, 6-Oct-22, 10/1/2022, 06.10.2022
REWRITTEN_DATE = re.compile(
    r"(\d{1,2}[- ])?[A-Za-z]{3,9}[- ]\d{2,4}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}[./]\d{4}", re.ASCII
)

Keys = Callable[[str, tuple[str, ...]], frozenset[tuple[str, ...]]]


def problems(file: str, descriptor: Descriptor, cells: Cells, keys: Keys) -> list[str]:
    """Every fault of the cells, as sentences; `keys` gives the keys another table holds."""
    found: list[str] = []
    for column in descriptor.columns:
        if column.name in cells.columns:
            found += capped(file, column.name, _faulty_cells(column, cells))
    present = set(cells.columns)
    for columns in _unique_keys(descriptor):
        if present.issuperset(columns):
            found += capped(file, ", ".join(columns), _repeated(file, columns, cells))
    for foreign_key in descriptor.foreign_keys:
        if present.issuperset(foreign_key.columns):
            found += _unknown_keys(file, foreign_key, cells, keys)
    return found


# --- cells --------------------------------------------------------------------------------------------


def _faulty_cells(column: Column, cells: Cells) -> Iterator[tuple[int, str]]:
    values = cells.columns[column.name]
    if cells.is_numeric(column.name):
        yield from _faulty_numbers(column, values, cells.lines)
        return
    distinct = set(values)
    if len(distinct) >= MANY and _are_sound(column, distinct):
        return
    faulty = {value: fault for value in distinct if (fault := fault_of(column, value))}
    if faulty:
        yield from (
            (line, faulty[value]) for line, value in zip(cells.lines, values, strict=True) if value in faulty
        )


def _faulty_numbers(column: Column, values: np.ndarray, lines: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The faults of numbers that are stored as such; only those out of the ordinary are judged one by one."""
    import numpy as np

    low, high = _limits(column)
    is_odd = ~np.isfinite(values) | (values < low) | (values > high)
    if set(column.constraints) - {"required", "unique", "minimum", "maximum"}:
        is_odd[:] = True
    for row in np.flatnonzero(is_odd):
        text = "" if np.isnan(values[row]) else np.format_float_positional(values[row], trim="-")
        if fault := fault_of(column, text):
            yield lines[row], fault


def _are_sound(column: Column, distinct: set[str]) -> bool:
    """Whether many texts, seen together, are certainly sound; if not, each is to be judged by itself."""
    import numpy as np

    if set(column.constraints) - {"required", "unique", "minimum", "maximum"} or column.is_coarse_date:
        return False
    if column.type == "string" and not {"minimum", "maximum"} & set(column.constraints):
        return not (column.is_required and "" in distinct) and not SPACED.search("\x00".join(distinct))
    filled = [value for value in distinct if value]
    together = "\n".join(filled)
    if column.type != "number" or (column.is_required and "" in distinct):
        return False
    if together.count("\n") != len(filled) - 1 or NO_NUMBER.search(together):
        return False
    numbers, (low, high) = np.array(filled, dtype=object).astype(float), _limits(column)
    return bool(low <= numbers.min() and numbers.max() <= high)


def _limits(column: Column) -> tuple[float, float]:
    declared = column.constraints
    return float(declared.get("minimum", "-inf")), float(declared.get("maximum", "inf"))


def fault_of(column: Column, value: str) -> str | None:
    """What is wrong with one cell and what to do, or None.

    >>> fault_of(Column("year", "integer", ""), "2016.0")
    "'2016.0' is not a whole number; write digits only"
    >>> fault_of(Column("value_usd", "number", ""), "1,5")
    "'1,5' has a decimal comma; write 1.5"
    >>> fault_of(Column("start", "string", "", is_coarse_date=True), "Oct-22")
    "'Oct-22' is a date rewritten by a spreadsheet; write it as YYYY, YYYY-MM or YYYY-MM-DD"
    """
    if value == "":
        return "the cell is empty, but every row needs a value; fill it" if column.is_required else None
    if value != value.strip():
        return f"{value!r} has spaces around it; remove them"
    return _type_fault(column, value) or _constraint_fault(column, value)


def _type_fault(column: Column, value: str) -> str | None:
    if column.is_coarse_date:
        return _date_fault(value, "YYYY, YYYY-MM or YYYY-MM-DD", coarse=True)
    if column.type == "date":
        return _date_fault(value, "YYYY-MM-DD", coarse=False)
    if column.type == "integer" and not INTEGER.fullmatch(value):
        return f"'{value}' is not a whole number; write digits only"
    if column.type == "number" and not NUMBER.fullmatch(value):
        return _number_fault(value)
    if column.type == "boolean" and value not in ("true", "false"):
        return f"'{value}' is neither true nor false; write one of them in lower case"
    return None


def _number_fault(value: str) -> str:
    if GROUPED.fullmatch(value):
        return f"'{value}' has a mark between thousands or a decimal comma; write plain digits"
    if DECIMAL_COMMA.fullmatch(value):
        return f"'{value}' has a decimal comma; write {value.replace(',', '.')}"
    if SHORTENED.fullmatch(value):
        return f"'{value}' was shortened by a spreadsheet; write all its digits"
    return f"'{value}' is not a number; write digits with a decimal point"


def _date_fault(value: str, shape: str, *, coarse: bool) -> str | None:
    try:
        interval(value)
        if coarse or len(value) == len("YYYY-MM-DD"):
            return None
    except TableError:
        if REWRITTEN_DATE.fullmatch(value):
            return f"'{value}' is a date rewritten by a spreadsheet; write it as {shape}"
    return f"'{value}' is not a date; write it as {shape}"


def _constraint_fault(column: Column, value: str) -> str | None:
    constraints = column.constraints
    if "enum" in constraints:
        allowed = [_text(option) for option in constraints["enum"]]
        if value not in allowed:
            listed = ", ".join(allowed) if len(allowed) <= 12 else f"{', '.join(allowed[:12])}, ..."
            return f"'{value}' is not one of the declared values{did_you_mean(value, allowed)}: {listed}"
    if "pattern" in constraints and not re.fullmatch(constraints["pattern"], value):
        return f"'{value}' does not look as declared (pattern {constraints['pattern']})"
    if len(value) < constraints.get("minLength", 0):
        return f"'{value}' is shorter than {constraints['minLength']} characters"
    if len(value) > constraints.get("maxLength", len(value)):
        return f"'{value}' is longer than {constraints['maxLength']} characters"
    return _bounds_fault(column, value)


def _bounds_fault(column: Column, value: str) -> str | None:
    convert = {"integer": int, "number": float, "date": date.fromisoformat}.get(column.type, str)
    low, high = column.constraints.get("minimum"), column.constraints.get("maximum")
    if low is not None and convert(value) < convert(str(low)):
        return f"{value} is below the least value declared, {low}"
    if high is not None and convert(value) > convert(str(high)):
        return f"{value} is above the greatest value declared, {high}"
    return None


def _text(option: object) -> str:
    return str(option).lower() if isinstance(option, bool) else str(option)


# --- keys ---------------------------------------------------------------------------------------------


def _unique_keys(descriptor: Descriptor) -> Iterator[tuple[str, ...]]:
    if descriptor.primary_key:
        yield descriptor.primary_key
    for column in descriptor.columns:
        if column.constraints.get("unique") and (column.name,) != descriptor.primary_key:
            yield (column.name,)


def rows_of(cells: Cells, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The cells of some columns, row by row."""
    return zip(*(cells.columns[column] for column in columns), strict=True)


def _repeated(file: str, columns: tuple[str, ...], cells: Cells) -> Iterator[tuple[int, str]]:
    if len(set(rows_of(cells, columns))) == len(cells):
        return
    first: dict[tuple[str, ...], int] = {}
    for line, key in zip(cells.lines, rows_of(cells, columns), strict=True):
        if any(key) and key in first:
            told = "/".join(map(str, key))
            yield line, f"'{told}' stands already in {counted(file)} {first[key]}; keep one of the two rows"
        first.setdefault(key, line)


def _unknown_keys(file: str, foreign_key: ForeignKey, cells: Cells, keys: Keys) -> Iterator[str]:
    try:
        known = keys(foreign_key.table, foreign_key.target)
    except TableError as error:
        yield (
            f"{at(file, None, ', '.join(foreign_key.columns))}: cannot be looked up in {_named(foreign_key.table)}, "
            f"because {error.problems[0]}"
        )
        return
    unknown = {key for key in set(rows_of(cells, foreign_key.columns)) - known if any(key)}
    if not unknown:
        return
    used = defaultdict(list)
    for line, key in zip(cells.lines, rows_of(cells, foreign_key.columns), strict=True):
        if key in unknown:
            used[key].append(line)
    sentences = {key: _unknown(key, foreign_key.table, known) for key in used}
    faults = sorted((line, sentences[key]) for key, lines in used.items() for line in lines)
    yield from capped(file, ", ".join(foreign_key.columns), faults)


def _unknown(key: tuple[str, ...], table: str, known: frozenset[tuple[str, ...]]) -> str:
    text = "/".join(key)
    hint = did_you_mean(text, ["/".join(other) for other in known])
    return f"'{text}' is not in {_named(table)}{hint or '; add it there first'}"


def _named(table: str) -> str:
    return place.file_of(table).partition("/")[2]
