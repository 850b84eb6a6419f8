"""Files that go from one machine to another through a place that both can reach: a shared folder, or any URL of fsspec.

    inputs/SHA256          what runs are given: tables, notebooks; put there once
    results/JOB/SHA256     what one job made; removed once it is fetched

A file has the hash of its content for a name, so that it is never half there, and putting it twice is putting it once.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from hashlib import file_digest
from pathlib import Path

from analysis.errors import BriefingError, UsageError
from analysis.execution import inputs

INPUTS = "inputs"
RESULTS = "results"
TRIES = 3  # for a file that changes while it is copied


class Exchange:
    """The place at `url`."""

    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs

        self.url = url
        try:
            self._files, self._place = url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise UsageError(
                f"--shared {url}: cannot be used ({_said(error)}); name a folder or a URL"
            ) from None

    def put(self, path: Path, folder: str = INPUTS) -> str:
        """Put a file there, if it is not; the name that it has there."""
        for _ in range(TRIES):
            name = inputs.stamp(str(path))
            try:
                self._put(path, f"{self._place}/{folder}/{name}")
            except Exception as error:  # each kind of place has errors of its own
                raise BriefingError(
                    f"{path}: cannot be put into {self.url} ({_said(error)}); give --shared a place you may write to"
                ) from None
            if name == inputs.stamp(str(path)):
                return name
        raise BriefingError(f"{path}: changes all the time; run again when it is written")

    def fetch(self, name: str, path: Path, folder: str = INPUTS) -> None:
        """Put the file of that name at `path`, in one move."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=f".{os.getpid()}-", suffix=".part", dir=path.parent)
        os.close(handle)
        try:
            self._files.get_file(f"{self._place}/{folder}/{name}", part)
            with Path(part).open("rb") as file:
                if file_digest(file, "sha256").hexdigest() != name:
                    raise OSError("it is damaged")
            Path(part).chmod(0o644)
            Path(part).replace(path)
        except Exception as error:
            Path(part).unlink(missing_ok=True)
            raise BriefingError(
                f"{path.name}: cannot be fetched from {self.url} ({_said(error)}); "
                "every machine must reach the same place: name one with --shared"
            ) from None

    def remove(self, folder: str) -> None:
        """Remove what was put there under that name."""
        try:
            self._files.rm(f"{self._place}/{folder}", recursive=True)
        except Exception:  # it is litter, and perhaps never was
            return

    def _put(self, path: Path, target: str) -> None:
        if self._files.exists(target):
            return
        part = f"{target}.{uuid.uuid4().hex}.part"
        self._files.makedirs(target.rpartition("/")[0], exist_ok=True)
        self._files.put_file(str(path), part)
        self._files.mv(part, target)


def _said(error: Exception) -> str:
    """The first line of an error."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text.strip().splitlines()[0].rstrip(".")
