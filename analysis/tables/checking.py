"""`check`: every fault of every table at once."""

from __future__ import annotations

import json

from analysis.tables import descriptor as descriptors
from analysis.tables import invariants, packaging, place, reading
from analysis.tables.descriptor import Descriptor
from analysis.tables.faults import TableError, at
from analysis.tables.parsing import Cells


def check(name: str | None = None) -> None:
    """Hold one table, or all, against descriptors, frictionless and the rules across tables.

    Raises TableError with every problem found. The rules across tables, the data package and frictionless,
    which all need sound tables, are asked when the tables by themselves have no fault.
    """
    wanted = [name] if name is not None else place.names()
    faults = [fault for table in wanted for fault in _table_faults(table)]
    if name is None:
        faults += [
            f"{place.file_of(stray)} has no descriptor {place.file_of(stray, 'yml')}; write one"
            for stray in place.stray()
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
    if not place.contents(described.name).endswith(b"\n"):
        faults.append(f"{file} does not end with a line end; add one")
    if described.primary_key:
        keys = [_sortable(described, key) for key in _rows(described, cells)]
        for above, below, line in zip(keys, keys[1:], cells.lines[1:], strict=False):
            if below < above:
                faults.append(
                    f"{at(file, line)}: out of order; sort the rows by {', '.join(described.primary_key)}"
                )
                break
    return faults


def _rows(described: Descriptor, cells: Cells) -> list[tuple[str, ...]]:
    return list(zip(*(cells.columns[column] for column in described.primary_key), strict=True))


def _sortable(described: Descriptor, key: tuple[str, ...]) -> tuple[float | str, ...]:
    numeric = [described.column(column).type in ("integer", "number") for column in described.primary_key]
    return tuple(
        (float(cell) if cell else float("-inf")) if is_number else cell
        for cell, is_number in zip(key, numeric, strict=True)
    )


def _frictionless(names: list[str]) -> list[str]:
    """The second opinion of frictionless on tables that satisfy us."""
    from frictionless import Package

    content = json.loads(packaging.package())
    package = Package.from_descriptor(content, basepath=str(place.root() / place.DATA))
    faults = []
    for name in names:
        report = package.get_resource(name).validate()
        for row, field, message in report.flatten(["rowNumber", "fieldName", "message"]):
            faults.append(f"{at(place.file_of(name), row, field)}: frictionless says: {message}")
    return faults
