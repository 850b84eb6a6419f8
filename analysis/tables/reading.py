"""A table as a typed frame, refused when its file is not as declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.tables import descriptor as descriptors
from analysis.tables import place, telling, validating
from analysis.tables.descriptor import Column, Descriptor
from analysis.tables.faults import TableError
from analysis.tables.parsing import Cells, parse

if TYPE_CHECKING:
    import pandas as pd

CACHE = Path(".cache") / "tables"
RULES = ("dates", "descriptor", "parsing", "reading", "validating")  # modules a verdict depends on
_used: dict[tuple[Path, str], dict[str, str | int]] = {}
_frames: dict[tuple[Path, str], tuple[str, pd.DataFrame]] = {}


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
    cells = _valid(described, content, _stamp(described, content))
    same = {entry.name: getattr(described, entry.name) for entry in fields(Descriptor)}
    return Description(**same, rows=len(cells))


def read(name: str) -> pd.DataFrame:
    """The table `data/NAME.csv` as a typed frame, one row a row, columns as declared.

    Text is `str`, whole numbers `int64` (`Int64` where cells may be missing), other numbers `float64`,
    true and false `bool`, dates ISO text. Each call returns a fresh copy. Raises TableError with every
    fault of the table when it is not as declared.
    """
    described, content = descriptors.load(name), place.contents(name)
    stamp = _stamp(described, content)
    key = (place.root(), name)
    if key not in _frames or _frames[key][0] != stamp:
        _frames[key] = (stamp, frame(described, _valid(described, content, stamp)))
    found = _frames[key][1]
    _used[key] = {"sha256": sha256(content).hexdigest(), "rows": len(found)}
    return found.copy()


def used() -> dict[str, dict[str, str | int]]:
    """What this process has read from the present root: {name: {"sha256": of the CSV file, "rows": n}}."""
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


# --- validated once per content -----------------------------------------------------------------------


def _valid(described: Descriptor, content: bytes, stamp: str) -> Cells:
    if _is_known_valid(stamp):
        cells, faults = parse(place.file_of(described.name), content, _header(described))
    else:
        cells, faults = _examined(described, content)
    if faults or cells is None:
        raise TableError(*faults)
    _remember_valid(stamp)
    return cells


def _examined(described: Descriptor, content: bytes) -> tuple[Cells | None, list[str]]:
    file = place.file_of(described.name)
    cells, faults = parse(file, content, _header(described))
    if cells is not None:
        faults = faults + validating.problems(file, described, cells, keys_of)
    return cells, faults


@lru_cache(maxsize=64)
def _keys(file: str, content: bytes, columns: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
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
    return sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()


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
    import pandas as pd

    return pd.DataFrame(
        {column.name: _typed(column, cells.columns[column.name]) for column in described.columns}
    )


def _typed(column: Column, values: Sequence[str]) -> pd.api.extensions.ExtensionArray:
    import pandas as pd

    if column.type == "boolean":
        found = [None if value == "" else value == "true" for value in values]
        return pd.array(found, dtype="bool" if column.is_required else "boolean")
    if column.type == "integer":
        whole = [None if value == "" else int(value) for value in values]
        return pd.array(whole, dtype="int64" if column.is_required else "Int64")
    if column.type == "number":
        return pd.array([float(value) if value else float("nan") for value in values], dtype="float64")
    return pd.array([value or None for value in values], dtype="str")
