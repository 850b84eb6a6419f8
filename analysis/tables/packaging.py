"""The data package: all descriptors in one `data/datapackage.json`, and the cut-off of the data.

The head of the package (name, title, cut-off, ...) is written by hand in that file and nowhere else;
its list of resources is made from the descriptors.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from analysis.tables import descriptor as descriptors
from analysis.tables import place
from analysis.tables.faults import TableError

FILE = "datapackage.json"
FORMS = {
    "csv": {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"},
    "parquet": {"format": "parquet", "mediatype": "application/vnd.apache.parquet"},
}


def cutoff() -> date:
    """The last day the data speak about; no question may be asked about a later one.

    Raises TableError when `data/datapackage.json` does not say it.
    """
    written = _head().get("cutoff")
    try:
        return date.fromisoformat(written)
    except (TypeError, ValueError):
        raise TableError(f"data/{FILE}: 'cutoff' is {written!r}; write the day as YYYY-MM-DD") from None


def earliest() -> date | None:
    """The first day that may be asked about, `earliest` of the package; None where it sets none.

    Raises TableError when it is no day.
    """
    written = _head().get("earliest")
    try:
        return None if written is None else date.fromisoformat(written)
    except (TypeError, ValueError):
        raise TableError(f"data/{FILE}: 'earliest' is {written!r}; write the day as YYYY-MM-DD") from None


def package() -> str:
    """The text `data/datapackage.json` should have: its own head, then one resource for each descriptor."""
    head = {key: value for key, value in _head().items() if key != "resources"}
    made = {**head, "resources": [_resource(name) for name in place.names()]}
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def write_package(path: str | Path | None = None) -> Path:
    """Write `package()` to `path` (`data/datapackage.json`) and return where."""
    target = Path(path) if path else _file()
    target.write_text(package(), encoding="utf-8", newline="\n")
    return target


def is_current() -> bool:
    """Whether `data/datapackage.json` is what the descriptors say."""
    return _file().read_text(encoding="utf-8") == package()


def _file() -> Path:
    return place.root() / place.DATA / FILE


def _head() -> dict[str, Any]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except OSError:
        raise TableError(f"data/{FILE} is missing; restore it with 'git checkout data/{FILE}'") from None
    except ValueError as error:
        raise TableError(
            f"data/{FILE} is not valid JSON ({error}); restore it with 'git checkout data/{FILE}'"
        ) from None
    if not isinstance(found, dict):
        raise TableError(f"data/{FILE} holds no data package; restore it with 'git checkout data/{FILE}'")
    return found


def _resource(name: str) -> dict[str, Any]:
    descriptors.load(name)  # a faulty descriptor is refused with its own sentences
    written = descriptors.raw(name)
    ending = place.ending_of(name)
    standard = {"name": name, "type": "table", "path": f"{name}.{ending}"}
    form = FORMS[ending]
    return {**standard, **{key: value for key, value in written.items() if key not in standard}, **form}
