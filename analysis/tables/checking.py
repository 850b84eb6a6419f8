"""`check`: every fault of every table at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.tables import descriptor as descriptors
from analysis.tables import invariants, packaging, place, reading
from analysis.tables.descriptor import Descriptor
from analysis.tables.faults import TableError, at
from analysis.tables.parsing import Cells

if TYPE_CHECKING:
    import numpy as np

# rows of a table that frictionless is shown; our own rules have seen all
SECOND_OPINION = 50_000


def check(name: str | None = None) -> None:
    """Hold one table, or all, against descriptors, frictionless and the rules across tables.

    Raises TableError with every problem found. The rules across tables, the data package and frictionless,
    which all need sound tables, are asked when the tables by themselves have no fault.
    """
    wanted = [name] if name is not None else place.names()
    faults = [fault for table in wanted for fault in _table_faults(table)]
    if name is None:
        faults += [
            f"{stray} has no descriptor {stray.rpartition('.')[0]}.yml; write one" for stray in place.stray()
        ]
    if not faults and name is None:
        faults += [] if packaging.is_current() else [_STALE]
        faults += invariants.problems()
    if not faults:
        faults += _frictionless(wanted)
    if faults:
        raise TableError(*faults)


_STALE = (
    "data/datapackage.json is not what the descriptors say; write it again with "
    "python -c 'from analysis import tables; tables.write_package()'"
)


def _table_faults(name: str) -> list[str]:
    try:
        cells, faults = reading.examine(name)
        if cells is not None and not faults:
            faults = _untidy(descriptors.load(name), cells)
    except TableError as error:
        return error.problems
    return faults


def _untidy(described: Descriptor, cells: Cells) -> list[str]:
    """What does no harm to a reader but would make the next correction more than a one-line diff."""
    file = place.file_of(described.name)
    faults = []
    if not len(cells):
        faults.append(f"{file} has a header but no rows; restore it with 'git checkout {file}'")
    if file.endswith(".csv") and not place.contents(described.name).endswith(b"\n"):
        faults.append(f"{file} does not end with a line end; add one")
    if (row := _first_out_of_order(described, cells)) is not None:
        faults.append(
            f"{at(file, cells.lines[row])}: out of order; sort the rows by {', '.join(described.primary_key)}"
        )
    return faults


def _first_out_of_order(described: Descriptor, cells: Cells) -> int | None:
    """The first row whose primary key comes before that of the row above it."""
    import numpy as np

    is_lower = np.zeros(max(len(cells) - 1, 0), dtype=bool)
    is_same = ~is_lower
    for name in described.primary_key:
        keys = _sortable(described.column(name).type, cells.columns[name])
        is_lower |= is_same & (keys[1:] < keys[:-1])
        is_same &= keys[1:] == keys[:-1]
    return int(np.argmax(is_lower)) + 1 if is_lower.any() else None


def _sortable(kind: str, values: Sequence[str]) -> np.ndarray:
    """The cells of a column as they are sorted: numbers by their size, an empty one first."""
    import numpy as np

    texts = np.asarray(values, dtype=object)
    if kind not in ("integer", "number"):
        return texts
    return np.where(texts == "", "-inf", texts).astype(float)


def _frictionless(names: list[str]) -> list[str]:
    """The second opinion of frictionless on tables that satisfy us."""
    from frictionless import Package

    content = json.loads(packaging.package())
    package = Package.from_descriptor(content, basepath=str(place.root() / place.DATA))
    faults = []
    for name in names:
        if (
            place.ending_of(name) == "parquet"
        ):  # its types are those of the file; frictionless would need another reader
            continue
        report = package.get_resource(name).validate(limit_rows=SECOND_OPINION)
        for row, field, message in report.flatten(["rowNumber", "fieldName", "message"]):
            faults.append(f"{at(place.file_of(name), row, field)}: frictionless says: {message}")
    return faults
