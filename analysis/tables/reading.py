"""A table as a typed frame, refused when its file is not as declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cache, lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from analysis.tables import descriptor as descriptors
from analysis.tables import parquet, place, telling, validating
from analysis.tables.descriptor import Column, Descriptor
from analysis.tables.faults import TableError
from analysis.tables.parsing import Cells, parse

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

CACHE = Path(".cache") / "tables"
RULES = (
    "dates",
    "descriptor",
    "large",
    "parquet",
    "parsing",
    "reading",
    "validating",
)  # modules a verdict depends on
_used: dict[tuple[Path, str], dict[str, str | int]] = {}
_held: dict[tuple[Path, str], _Held] = {}


@dataclass(frozen=True)
class Description(Descriptor):
    """What is declared about a table, and how many rows it has."""

    rows: int = 0

    def text(self) -> str:
        """The description for a person, in lines."""
        return "\n".join(telling.told(self, self.rows))

    def as_dict(self) -> dict[str, Any]:
        """The description for a machine, JSON-safe."""
        return asdict(self)


def describe(name: str) -> Description:
    """The descriptor of a table with its number of rows.

    Raises TableError when the table or its descriptor is missing or not as declared.
    """
    described, content = descriptors.load(name), place.contents(name)
    stamp, held = _stamp(described, content), _held.get((place.root(), name))
    if held is not None and held.stamp == stamp:
        rows = len(held.frame)
    else:
        rows = len(_valid(described, content, stamp))
    same = {entry.name: getattr(described, entry.name) for entry in fields(Descriptor)}
    return Description(**same, rows=rows)


def read(name: str) -> pd.DataFrame:
    """The table `data/NAME.csv` or `data/NAME.parquet` as a typed frame, one row a row, columns as declared.

    Text is `str`, whole numbers `int64` (`Int64` where cells may be missing), other numbers `float64`,
    true and false `bool`, dates ISO text. Each call returns a fresh copy. Raises TableError with every
    fault of the table when it is not as declared.
    """
    return _now(name).frame.copy()


def records(name: str, column: str) -> Mapping[str, Mapping[str, Any]]:
    """The rows of a table by the text of one column, the last one of each; made once for a content, to look up many.

    A missing cell is None. Raises TableError as `read` does.
    """
    held = _now(name)
    if column not in held.records:
        plain = held.frame.astype(object)
        rows = plain.where(plain.notna(), None).to_dict("records")
        held.records[column] = MappingProxyType({str(row[column]): MappingProxyType(row) for row in rows})
    return held.records[column]


def used() -> dict[str, dict[str, str | int]]:
    """What this process has read from the present root: {name: {"sha256": of the file, "rows": n}}."""
    here = place.root()
    return {name: dict(entry) for (root, name), entry in sorted(_used.items()) if root == here}


def examine(name: str) -> tuple[Cells | None, list[str]]:
    """The cells of a table and every fault against its descriptor; TableError when that is unusable."""
    described = descriptors.load(name)
    return _examined(described, place.contents(name))


def primary_key(name: str) -> tuple[str, ...]:
    """The columns that together tell the rows of a table apart, as its descriptor declares."""
    return descriptors.load(name).primary_key


def keys_of(table: str, columns: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """The distinct keys that some columns of a table hold; TableError when they cannot be read."""
    return _keys(place.file_of(table), place.contents(table), columns)


def texts(name: str, content: bytes, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The cells of some columns of a table as they are written, row by row; TableError where it is faulty."""
    described = descriptors.load(name)
    stamp = _stamp(described, content)
    if _is_known_valid(stamp):
        cells = _texts(name, content, columns)
        return zip(*(cells[column] for column in columns), strict=True)
    return validating.rows_of(_valid(described, content, stamp), columns)


# --- validated once per content -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Held:
    """A table as it was read, and what its verdict depended on."""

    stamp: str
    frame: pd.DataFrame
    records: dict[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)


def _now(name: str) -> _Held:
    """The table as its file is now."""
    described, content = descriptors.load(name), place.contents(name)
    stamp, key = _stamp(described, content), (place.root(), name)
    if key not in _held or _held[key].stamp != stamp:
        _held[key] = _Held(stamp, _frame(described, content, stamp))
    _used[key] = {"sha256": _digest(content).hex(), "rows": len(_held[key].frame)}
    return _held[key]


def _frame(described: Descriptor, content: bytes, stamp: str) -> pd.DataFrame:
    if _is_known_valid(stamp):
        return known_frame(described, content)
    return frame(described, _valid(described, content, stamp))


def _valid(described: Descriptor, content: bytes, stamp: str) -> Cells:
    if _is_known_valid(stamp):
        cells, faults = _parsed(described, content)
    else:
        cells, faults = _examined(described, content)
    if faults or cells is None:
        raise TableError(*faults)
    _remember_valid(stamp)
    return cells


def _examined(described: Descriptor, content: bytes) -> tuple[Cells | None, list[str]]:
    file = place.file_of(described.name)
    cells, faults = _parsed(described, content)
    if cells is not None:
        faults = faults + validating.problems(file, described, cells, keys_of)
    return cells, faults


def _parsed(described: Descriptor, content: bytes) -> tuple[Cells | None, list[str]]:
    file = place.file_of(described.name)
    if _is_parquet(file):
        return parquet.parse(file, content, described.columns)
    return parse(file, content, _header(described))


def _is_parquet(file: str) -> bool:
    return file.endswith(".parquet")


@lru_cache(maxsize=64)
def _keys(file: str, content: bytes, columns: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    if _is_parquet(file):
        return frozenset(zip(*parquet.texts(file, content, columns).values(), strict=True))
    cells, faults = parse(file, content, [])
    if cells is None:
        raise TableError(*faults)
    if missing := [column for column in columns if column not in cells.columns]:
        raise TableError(f"{file} has no column '{missing[0]}'")
    return frozenset(validating.rows_of(cells, columns))


def _header(described: Descriptor) -> list[str]:
    return [column.name for column in described.columns]


def _stamp(described: Descriptor, content: bytes) -> str:
    """What a verdict on a table depends on: its bytes, its descriptor, the tables it points to, our rules."""
    parts = [_rules(), place.contents(described.name, "yml"), content]
    for table in sorted({key.table for key in described.foreign_keys}):
        try:
            parts.append(place.contents(table))
        except TableError:
            parts.append(b"")
    return sha256(b"".join(map(_digest, parts))).hexdigest()


@lru_cache(maxsize=256)
def _digest(content: bytes) -> bytes:
    return sha256(content).digest()


@cache
def _rules() -> bytes:
    return b"".join((Path(__file__).parent / f"{module}.py").read_bytes() for module in RULES)


def _is_known_valid(stamp: str) -> bool:
    return (place.root() / CACHE / stamp).is_file()


def _remember_valid(stamp: str) -> None:
    try:
        (place.root() / CACHE).mkdir(parents=True, exist_ok=True)
        (place.root() / CACHE / stamp).touch()
    except OSError:  # a read-only checkout: the verdict is found again next time
        pass


# --- frames -------------------------------------------------------------------------------------------


def frame(described: Descriptor, cells: Cells) -> pd.DataFrame:
    """Valid cells as a frame with the declared types."""
    return _made(described, cells.columns)


def known_frame(described: Descriptor, content: bytes) -> pd.DataFrame:
    """The same frame from a content that was found valid, which need not be taken apart and judged again."""
    if _is_parquet(place.file_of(described.name)):
        return _made(described, _parsed(described, content)[0].columns)
    return _made(described, _texts(described.name, content, _header(described)))


def _texts(name: str, content: bytes, columns: Sequence[str]) -> dict[str, np.ndarray]:
    """The cells of some columns of a valid content as text."""
    import pandas as pd

    if _is_parquet(file := place.file_of(name)):
        return parquet.texts(file, content, columns)
    cells = pd.read_csv(BytesIO(content), usecols=list(columns), dtype=object, na_filter=False)
    return {column: cells[column].to_numpy() for column in columns}


def _made(described: Descriptor, cells: Mapping[str, Sequence[str] | np.ndarray]) -> pd.DataFrame:
    import pandas as pd

    columns = {column.name: _typed(column, cells[column.name]) for column in described.columns}
    return pd.DataFrame(columns, copy=False)


def _typed(
    column: Column, values: Sequence[str] | np.ndarray
) -> pd.api.extensions.ExtensionArray | np.ndarray:
    """A column of text as the type declared; text is kept as Python's, whatever else is installed."""
    import numpy as np
    import pandas as pd

    if getattr(values, "dtype", None) == np.float64:
        return values
    texts = np.asarray(values, dtype=object)
    is_missing = texts == ""
    if column.type == "boolean":
        found = texts == "true"
        return found if column.is_required else pd.arrays.BooleanArray(found, is_missing)
    if column.type == "integer":
        whole = np.where(is_missing, "0", texts).astype("int64")
        return whole if column.is_required else pd.arrays.IntegerArray(whole, is_missing)
    if column.type == "number":
        return np.where(is_missing, "nan", texts).astype("float64")
    return pd.array(np.where(is_missing, np.nan, texts), dtype=pd.StringDtype("python", na_value=np.nan))
