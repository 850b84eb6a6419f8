"""How the command speaks: JSON, columns, paths as a person types them, and progress."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from analysis.errors import UsageError

WIDTH = 100  # of the help and of lists


def say_json(value: Any) -> None:
    """Print a value as JSON for a machine."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def columns(rows: list[tuple[str, ...]]) -> None:
    """Print rows of text in aligned columns."""
    from analysis.tables.telling import aligned

    for line in aligned(rows):
        click.echo(line)


def named(rows: list[tuple[str, str]]) -> None:
    """Print names, and beside each what it stands for, in lines of one width."""
    room = max((len(name) for name, _ in rows), default=0) + 4
    for name, text in rows:
        head = f"  {name}".ljust(room)
        click.echo(textwrap.fill(text, WIDTH, initial_indent=head, subsequent_indent=" " * room))


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine.")


def refuse_together(command: str, given: Mapping[str, object]) -> None:
    """Refuse options of which one alone can be meant, where more than one of them has a value.

    >>> refuse_together("briefing build", {"NAME": (), "--all": True})
    """
    asked = [option for option, value in given.items() if value not in (None, False, ())]
    if len(asked) > 1:
        raise UsageError(f"{command}: {' and '.join(asked)} do not go together; give one of them")


class Folder(click.Path):
    """A folder as somebody typed it: a path, not nothing, which would be where they stand."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Path:
        """The path."""
        if not value:
            self.fail("names no folder", parameter, context)
        return super().convert(value, parameter, context)


def shown(path: Path) -> str:
    """A path as the person would type it: relative to where they stand when that is shorter."""
    try:
        relative = os.path.relpath(path)
    except OSError:  # the folder was removed while we stood in it
        return str(path)
    return relative if len(relative) < len(str(path)) else str(path)


class Progress:
    """A line per step on stderr; on a terminal one line that renews itself."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.status = None

    def __enter__(self):
        if not self.quiet and sys.stderr.isatty():
            from rich.console import Console

            self.status = Console(stderr=True).status("Starting", spinner="dots")
            self.status.start()
        return self

    def __call__(self, step: str) -> None:
        if self.status is not None:
            self.status.update(step)
        elif not self.quiet:
            click.echo(step, err=True)

    def __exit__(self, *exception: object) -> None:
        if self.status is not None:
            self.status.stop()
