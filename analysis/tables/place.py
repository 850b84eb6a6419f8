"""Where the project and its tables lie.

A table is looked at a thousand times in a run, and each time its file is read: so the paths here are text.
"""

# ruff: noqa: PTH109, PTH113, PTH118, PTH123

from __future__ import annotations

import os
from pathlib import Path

from analysis import project
from analysis.errors import BriefingError, UsageError, did_you_mean
from analysis.project import DATA
from analysis.tables.faults import TableError, UnknownTableError

_chosen: Path | None = None
ENDINGS = ("csv", "parquet")
_kept: dict[str, bytes] = {}


def use_root(path: str | Path | None) -> None:
    """Take the project from `path` from now on, whatever the working directory; None: look for it again.

    Raises UsageError when `path` holds no folder `data/`.
    """
    global _chosen
    if path is None:
        _chosen = None
        return
    folder = Path(path).expanduser().resolve()
    if not (folder / DATA).is_dir():
        raise UsageError(f"{folder} holds no folder data/; give the root folder of the project")
    _chosen = folder


def root() -> Path:
    """The root of the project: the chosen one, else the nearest folder upward that holds `data/` and
    `reports/`, else the checkout this package lies in.

    Raises BriefingError when there is none.
    """
    return Path(_root())


def _root() -> str:
    if _chosen is not None:
        return str(_chosen)
    here = _working_directory()
    if folder := project.nearest(here):
        return folder
    raise BriefingError(
        f"no project found: neither {here or 'the working directory'} nor a folder above it holds data/ and "
        "reports/; go to the project's folder or name it with --root"
    )


def _working_directory() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # the folder was removed while we stood in it
        return None


def names() -> list[str]:
    """The names of the declared tables, sorted: every `data/X.yml` is one."""
    return sorted(path.stem for path in (root() / DATA).glob("*.yml"))


def is_declared(name: str) -> bool:
    """Whether there is a table of this name."""
    return (root() / DATA / f"{name}.yml").is_file()


def stray() -> list[str]:
    """Files of tables in `data/` that no descriptor declares, sorted."""
    declared = set(names())
    return sorted(
        f"{DATA}/{path.name}"
        for ending in ENDINGS
        for path in (root() / DATA).glob(f"*.{ending}")
        if path.stem not in declared
    )


def ending_of(name: str) -> str:
    """How the file of a table ends: as the one that is there, else as that of CSV; TableError when there are two."""
    path = _path(name, "")
    there = [ending for ending in ENDINGS if os.path.isfile(path + ending)]
    if len(there) > 1:
        raise TableError(f"{DATA}/{name}.csv and {name}.parquet are both there; keep one of the two")
    return there[0] if there else ENDINGS[0]


def file_of(name: str, ending: str | None = None) -> str:
    """The file of a table as errors name it; without `ending` the one that holds its rows.

    >>> file_of("trade")
    'data/trade.csv'
    """
    return f"{DATA}/{name}.{ending or ending_of(name)}"


def contents(name: str, ending: str | None = None) -> bytes:
    """The bytes of `data/NAME.ENDING`, without `ending` of the file that holds the rows.

    TableError, with the nearest name, when there is no such file, and when the rows are kept in two.
    """
    ending = ending or ending_of(name)
    try:
        return _bytes(_path(name, ending))
    except FileNotFoundError:
        raise _missing(name, ending) from None
    except OSError as error:
        raise TableError(f"{file_of(name, ending)} cannot be read: {error.strerror}") from None


def _path(name: str, ending: str) -> str:
    return os.path.join(_root(), DATA, f"{name}.{ending}")


def _bytes(path: str) -> bytes:
    """What a file holds now; equal contents are one object, whose hash Python takes once."""
    with open(path, "rb") as file:
        content = file.read()
    if _kept.get(path) != content:
        _kept[path] = content
    return _kept[path]


def _missing(name: str, ending: str) -> TableError:
    twin = ending_of(name) if ending == "yml" else "yml"
    if (root() / DATA / f"{name}.{twin}").is_file():
        return TableError(
            f"{file_of(name, ending)} is missing, though its twin {file_of(name, twin)} is there; "
            f"restore it with 'git checkout {file_of(name, ending)}' or write it"
        )
    return UnknownTableError(
        f"there is no table '{name}' in {DATA}/{did_you_mean(name, names())}; see 'briefing tables'"
    )
