"""Files put in place together: drafts beside their places first, then a list of the moves, then the moves.

Whoever is killed before the list is whole has changed nothing; whoever is killed after it is finished by the next who
comes, so a folder never stays half old and half new. One process at a time moves files in a folder.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis.execution.files import WriteError, cannot_write

MOVES = ".moves.json"
PART = ".part"


def drafted(folder: Path, contents: Mapping[str, bytes], owner: int | None = None) -> dict[str, str]:
    """Write `contents` (name -> bytes) to hidden files in `folder`, down to the disk; the draft's name by name.

    They are of the process `owner`, else of this one: once it is gone they are litter. A WriteError leaves the folder as
    it was.
    """
    drafts: dict[str, str] = {}
    path = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in contents.items():
            path = folder / name
            drafts[name] = _draft(folder, data, owner or os.getpid())
    except OSError as error:
        drop(folder, drafts)
        raise WriteError(cannot_write(path, error)) from None
    return drafts


def _draft(folder: Path, data: bytes, owner: int) -> str:
    """The name of a hidden file that holds `data`; none is left where it cannot be written."""
    handle, draft = tempfile.mkstemp(prefix=f".{owner}-", suffix=PART, dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o644)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
    return Path(draft).name


def place(folder: Path, drafts: Mapping[str, str], stale: Sequence[str] = ()) -> None:
    """Move each draft to its name, and remove what is `stale`: all of it, now or when the folder is next used."""
    try:
        with alone(folder):
            _finish(folder)
            told = {"moves": dict(drafts), "stale": [name for name in stale if name not in drafts]}
            (folder / _draft(folder, json.dumps(told).encode(), os.getpid())).replace(folder / MOVES)
            _finish(folder)
    except OSError as error:
        raise WriteError(cannot_write(folder / next(iter(drafts), ""), error)) from None
    finally:
        if not (folder / MOVES).exists():
            drop(folder, drafts)


def finish(folder: Path) -> None:
    """Do what somebody who was killed in this folder left undone, and remove the drafts of the dead."""
    if folder.is_dir():
        with suppress(OSError), alone(folder):
            _finish(folder)
            for draft in folder.glob(f".*{PART}"):
                if not _is_alive(draft.name[1:].partition("-")[0]):
                    draft.unlink(missing_ok=True)


def drop(folder: Path, drafts: Mapping[str, str]) -> None:
    """Remove drafts that are not to be placed."""
    for draft in drafts.values():
        with suppress(OSError):
            (folder / draft).unlink(missing_ok=True)


def remove(folder: Path) -> None:
    """Remove a folder of ours, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def _finish(folder: Path) -> None:
    listed = folder / MOVES
    if not listed.exists():
        return
    told = json.loads(listed.read_text(encoding="utf-8"))
    for name, draft in told["moves"].items():
        with suppress(FileNotFoundError):  # moved already
            (folder / draft).replace(folder / name)
    for name in told["stale"]:
        (folder / name).unlink(missing_ok=True)
    listed.unlink()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While inside, nobody else moves files in the folder. The lock is the folder's own and ends with the process."""
    if os.name != "posix":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except OSError:  # another person's process
        return True
    return True
