"""A table kept as Parquet: the same cells as of a CSV file, and a sentence for every column of another type than declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from analysis.tables.descriptor import Column
from analysis.tables.faults import TableError, at
from analysis.tables.parsing import Cells, header_faults

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

MAGIC = b"PAR1"
# what a column of each declared type may be in the file, as pyarrow's tests name it, and how pandas makes it so
STORED = {
    "string": (("string", "large_string"), "text, with astype('str')"),
    "integer": (("integer",), "whole numbers, with astype('Int64')"),
    "number": (("integer", "floating"), "numbers, with astype('float64')"),
    "boolean": (("boolean",), "true and false, with astype('boolean')"),
    "date": (("date", "string", "large_string"), "days or their ISO text, with .dt.date"),
}


def parse(file: str, content: bytes, columns: Sequence[Column]) -> tuple[Cells | None, list[str]]:
    """The cells of a Parquet file that should have `columns`, and the faults found on the way; a row is counted from 1.

    Numbers stay numbers, NaN where a cell is empty; all else is the text that a CSV file would hold. Cells are None where
    the damage leaves nothing that could be checked further.
    """
    if not content.startswith(MAGIC) or not content.endswith(MAGIC):
        return None, [f"{file} is not a whole Parquet file; write it again or restore it"]
    table = _read(file, content, None)
    faults = header_faults(file, table.column_names, [column.name for column in columns])
    wrong = [fault for column in columns for fault in _type_faults(file, column, table)]
    if faults or wrong:
        return None, faults + wrong
    cells = {column.name: _cells(column.type, table.column(column.name)) for column in columns}
    return Cells(cells, range(1, table.num_rows + 1)), []


def texts(file: str, content: bytes, columns: Sequence[str]) -> dict[str, np.ndarray]:
    """Some columns of a file, all as text; TableError when one is not there."""
    table = _read(file, content, list(columns))
    if missing := [name for name in columns if name not in table.column_names]:
        raise TableError(f"{file} has no column '{missing[0]}'")
    return {name: _as_text(table.column(name)) for name in columns}


def unequal_rows(file: str, before: bytes, after: bytes) -> tuple[str, str]:
    """Two states of a file as CSV text, without the rows that both hold: few are left of millions."""
    from pandas.util import hash_pandas_object

    both = [_read(file, content, None) for content in (before, after)]
    marks = [hash_pandas_object(table.to_pandas(), index=False) for table in both]
    is_left = [~own.isin(other).to_numpy() for own, other in (marks, marks[::-1])]
    return tuple(_csv(table.filter(mask)) for table, mask in zip(both, is_left, strict=True))


def _csv(table: pa.Table) -> str:
    import pandas as pd

    cells = {name: _as_text(table.column(name)) for name in table.column_names}
    return pd.DataFrame(cells).to_csv(index=False, lineterminator="\n")


def _read(file: str, content: bytes, columns: list[str] | None) -> pa.Table:
    """Some columns of a file, or all; from its content, for what pyarrow opens by itself no key of a result would see."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise TableError(
            f"{file}: reading Parquet needs the package pyarrow; install it with 'python -m pip install pyarrow', "
            "or keep the table as CSV"
        ) from None
    try:
        return pq.ParquetFile(BytesIO(content)).read(columns=columns, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        said = str(error).splitlines()[0].rstrip(".")
        raise TableError(
            f"{file} is not a whole Parquet file ({said}); write it again or restore it"
        ) from None


def _type_faults(file: str, column: Column, table: pa.Table) -> Iterable[str]:
    if table.column_names.count(column.name) != 1:
        return
    import pyarrow.types as kinds

    stored = _plain_type(table.schema.field(column.name).type)
    allowed, remedy = STORED[column.type]
    tests: list[Callable[[Any], bool]] = [getattr(kinds, f"is_{name}") for name in allowed]
    if not kinds.is_null(stored) and not any(test(stored) for test in tests):
        told = str(stored).removeprefix("large_")  # whichever the writer chose, it is text
        yield f"{at(file, None, column.name)}: is stored as {told}, but declared {column.type}; write it as {remedy}"


def _plain_type(kind: pa.DataType) -> pa.DataType:
    import pyarrow.types as kinds

    return kind.value_type if kinds.is_dictionary(kind) else kind


def _cells(kind: str, column: pa.ChunkedArray) -> np.ndarray:
    return _as_number(column) if kind == "number" else _as_text(column)


def _as_number(column: pa.ChunkedArray) -> np.ndarray:
    import pyarrow as pa

    return column.cast(pa.float64()).to_numpy()


def _as_text(column: pa.ChunkedArray) -> np.ndarray:
    """The cells as a CSV file writes them, empty where there is none; each distinct text is made once."""
    import numpy as np
    import pyarrow as pa

    whole = column.combine_chunks()
    encoded = whole if isinstance(whole, pa.DictionaryArray) else whole.dictionary_encode()
    written = [_written(each) for each in encoded.dictionary.to_pylist()]
    # the last one is that of the cells that are missing
    places = encoded.indices.cast(pa.int64()).fill_null(len(written)).to_numpy(zero_copy_only=False)
    return np.array([*written, ""], dtype=object)[places]


def _written(value: Any) -> str:
    """
    >>> [_written(each) for each in (None, True, 3, 2e16, "x")]
    ['', 'true', '3', '20000000000000000', 'x']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    return str(value)
