"""Values that go to another machine: a path in them names the same file of the project there, wherever it lies.

told = pack(value, root)      told.data to send, told.paths the paths in it by name
unpack(told.data, elsewhere)  the value with paths of the project that lies there
"""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OUTSIDE = "outside"  # the folder, on another machine, of what does not lie in the project


@dataclass(frozen=True)
class Packed:
    """A value as bytes, and the paths that it names."""

    data: bytes
    paths: dict[str, Path]


def pack(value: Any, root: Path) -> Packed:
    """A value whose paths are those of the project at `root`."""
    file = io.BytesIO()
    pickler = _Pickler(file, root)
    pickler.dump(value)
    return Packed(file.getvalue(), pickler.paths)


def unpack(data: bytes, root: Path, *, is_home: bool = False) -> Any:
    """The value with paths of the project at `root`; `is_home` says that this is where it came from first."""
    return _Unpickler(io.BytesIO(data), root, is_home).load()


def name_of(path: Path, root: Path) -> str:
    """How another machine is told a path.

    >>> name_of(Path("/a/data/x.csv"), Path("/a")), name_of(Path("/b/x"), Path("/a"))
    ('data/x.csv', 'outside/b/x')
    """
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return f"{OUTSIDE}{path.as_posix()}"


def path_of(name: str, root: Path, *, is_home: bool = False) -> Path:
    """Where that which has the name lies.

    >>> path_of("outside/b/x", Path("/a")).as_posix(), path_of("outside/b/x", Path("/a"), is_home=True).as_posix()
    ('/a/outside/b/x', '/b/x')
    """
    if is_home and name.startswith(f"{OUTSIDE}/"):
        return Path(name.removeprefix(OUTSIDE))
    return root / name


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, root: Path) -> None:
        super().__init__(file)
        self.root = root
        self.paths: dict[str, Path] = {}

    def persistent_id(self, value: Any) -> str | None:
        """The name of a path; nothing else has one."""
        if not isinstance(value, Path) or not value.is_absolute():
            return None
        name = name_of(value, self.root)
        self.paths[name] = value
        return name


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, root: Path, is_home: bool) -> None:
        super().__init__(file)
        self.root = root
        self.is_home = is_home

    def persistent_load(self, name: str) -> Path:
        """The path that has the name."""
        return path_of(name, self.root, is_home=self.is_home)
