"""Writing a file in one move: the whole new content appears, or the old one stays and a sentence says why."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from analysis.errors import BriefingError

DRAFT = ".part"  # how the names of files end that lie beside others while they are written
FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class WriteError(BriefingError):
    """A file could not be written; what stood there before still stands."""


def replace_text(path: Path, text: str) -> None:
    """Write `text` to a temporary neighbour of `path`, down to the disk, then move it there at once."""
    part = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=DRAFT, dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(part).chmod(_mode(path))
        os.replace(part, path)  # noqa: PTH105 - the one move this module is about
    except OSError as error:
        if part is not None:
            with suppress(OSError):
                Path(part).unlink()
        raise WriteError(cannot_write(path, error)) from None


def replace_cached(path: Path, content: bytes) -> None:
    """Write a file of a cache in one move; OSError where that cannot be.

    It is not forced down to the disk: what a crash loses or damages is known as such and made again.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=".", suffix=DRAFT, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(part).chmod(_mode(path))
        os.replace(part, path)  # noqa: PTH105 - as above
    except OSError:
        Path(part).unlink(missing_ok=True)
        raise


def ensure_writable(path: Path) -> None:
    """Refuse before any work is done if nothing can be written beside `path`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        handle, part = tempfile.mkstemp(prefix=".probe.", suffix=DRAFT, dir=path.parent)
        os.close(handle)
        Path(part).unlink()
    except OSError as error:
        raise WriteError(cannot_write(path, error)) from None


def cannot_write(path: Path, error: OSError) -> str:
    """One sentence for a write that failed.

    >>> cannot_write(Path("out/x.ipynb"), OSError(errno.ENOSPC, "No space left on device"))
    'out/x.ipynb: the disk is full, nothing was changed; free some space and run again'
    """
    if error.errno in FULL:
        return f"{path}: the disk is full, nothing was changed; free some space and run again"
    reason = (error.strerror or str(error)).lower()
    return f"{path}: cannot be written ({reason}), nothing was changed; choose a folder you may write to"


def _mode(path: Path) -> int:
    """The mode of the file that is replaced, else what a new file would get."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
