"""What `briefing build` does with a definition that makes many briefings."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.cli.output import Progress, say_json, shown

if TYPE_CHECKING:
    from analysis.briefings.definition import Definition
    from analysis.briefings.sweep import Member


def sweep(
    asked: Definition,
    overrides: Mapping[str, Any],
    formats: Sequence[str] | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Build all, print the paths and what failed; the exit code is 1 if any did."""
    from analysis.briefings import sweep as room

    with Progress(quiet=as_json) as progress:
        swept = room.build(asked, overrides, formats=formats, out=out, progress=progress)
    if as_json:
        counts = {"built": len(swept.members) - len(swept.failed), "failed": len(swept.failed)}
        say_json({"name": swept.name, **counts, "briefings": [_told(member) for member in swept.members]})
    else:
        for path in swept.paths:
            click.echo(shown(path))
        for problem in swept.problems:
            click.echo(problem, err=True)
        click.echo(swept.summary, err=True)
    if swept.failed:
        sys.exit(1)


def _told(member: Member) -> dict[str, Any]:
    paths = [str(path) for path in member.built.paths] if member.built else []
    return {
        "title": member.title,
        "parameters": dict(member.combination),
        "status": "built" if member.built else "failed",
        "paths": paths,
        "problems": list(member.problems),
    }


def sweep_text(combinations: Sequence[Mapping[str, Any]]) -> str:
    """How a list of briefings tells of a sweep.

    >>> sweep_text([{"reporter": "KAZ", "partner": "UZB"}, {"reporter": "KAZ", "partner": "KGZ"}]), sweep_text([])
    ('2 briefings, by reporter and partner', '')
    """
    if not combinations:
        return ""
    names = list(combinations[0])
    told = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{len(combinations)} briefings, by {told}"
