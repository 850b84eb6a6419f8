"""Projects of their own in a temporary folder: nobody's caches and briefings are touched."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.rounds import Taken, timed

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
# What a build knows of the builds before it; the list of fonts and the parsed tables stay.
REMEMBERED = (".cache/results", ".cache/builds", ".cache/commands", ".cache/runs", "reports/build")

Written = dict[str, Any]


@dataclass(frozen=True)
class Project:
    """A root with the tables and notebooks of this one."""

    root: Path

    def define(self, name: str, definition: Mapping[str, Any]) -> None:
        """Write a definition."""
        text = yaml.safe_dump(dict(definition), sort_keys=False, allow_unicode=True)
        (self.root / "reports" / f"{name}.yml").write_text(text, encoding="utf-8")

    def forget(self) -> None:
        """Make the next build a first one."""
        for place in REMEMBERED:
            shutil.rmtree(self.root / place, ignore_errors=True)

    def build(self, *words: str) -> Taken:
        """What `briefing build WORDS` takes."""
        command = [str(PROGRAMS / "briefing"), "build", *words]
        return timed([command], cwd=self.root, log=self.root / "log")

    def fresh_build(self, *words: str) -> Taken:
        """What it takes when nothing was built before."""
        self.forget()
        return self.build(*words)

    def files(self, ending: str) -> dict[str, bytes]:
        """The built files with that ending, by their place."""
        folder = self.root / "reports" / "build"
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob(f"*{ending}"))
            if path.is_file()
        }


def definition(name: str) -> Written:
    """A definition of this project as it is written."""
    return yaml.safe_load((ROOT / "reports" / f"{name}.yml").read_text(encoding="utf-8"))


@contextmanager
def opened(names: Sequence[str] = ()) -> Iterator[Project]:
    """A project with these definitions, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder).resolve()
        for name in ("data", "notebooks"):
            shutil.copytree(ROOT / name, root / name)
        (root / "reports").mkdir()
        for name in names:
            shutil.copy(ROOT / "reports" / f"{name}.yml", root / "reports")
        if (fonts := ROOT / ".cache" / "matplotlib").is_dir():
            shutil.copytree(fonts, root / ".cache" / "matplotlib")
        yield Project(root)
