"""The verb that tells what was run, and how it ended."""

from __future__ import annotations

import json
from typing import Any

import click

from analysis.cli.completing import definition_names
from analysis.cli.output import columns, json_option, refuse_together, say_json
from analysis.errors import UsageError, did_you_mean

REASONS = 3  # sentences of one run that a list prints


@click.command()
@click.argument("name", required=False, shell_complete=definition_names)
@click.option("--failed", is_flag=True, help="Only runs that failed, were interrupted, refused or lost.")
@click.option("--sections", is_flag=True, help="Below each build the runs of its notebooks.")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="So many, the newest (default: 20).")
@click.option("--show", type=int, metavar="ID", help="All that is known of one run.")
@json_option
def runs(
    name: str | None, failed: bool, sections: bool, last: int | None, show: int | None, as_json: bool
) -> None:
    """List the builds that ran, the newest first.

    Of each its number, when it began (UTC), the briefing, how it ended and why, seconds, memory and engine. They are kept in reports/state/ledger.sqlite. NAME is a briefing, or a build of one with other parameters.

    \b
    Example: briefing runs uzbekistan-kazakhstan --failed
    """
    from analysis import tables
    from analysis.execution import ledger as room

    refuse_together("briefing runs", {"NAME": name, "--show": show})
    refuse_together("briefing runs", {"--failed": failed, "--show": show})
    with room.Ledger.at(tables.root()) as ledger:
        ledger.close_lost()
        if show is not None:
            _say_one(ledger, show, as_json)
        else:
            found = ledger.runs(name, room.BAD if failed else None, limit=last or 20, sections=sections)
            if name and not found:
                _refuse_unknown(name, ledger)
            _say_all(found, as_json)
    if ledger.problem:
        click.echo(ledger.problem, err=True)


def _say_all(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        say_json(found)
        return
    if not found:
        click.echo("There is no such run.")
        return
    from analysis.tables.telling import aligned

    for line, row in zip(aligned([_line(row) for row in found]), found, strict=True):
        click.echo(line)
        for reason in _reasons(row):
            click.echo(f"    {reason}")


def _reasons(row: dict[str, Any]) -> list[str]:
    """Why a run is not good: the first sentences, and where the rest is."""
    reasons = (row["reason"] or "").splitlines()
    rest = len(reasons) - REASONS
    return reasons if rest <= 0 else [*reasons[:REASONS], f"{rest} more: briefing runs --show {row['id']}"]


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    """A run as cells of text.

    >>> row = {"id": 7, "started": "2026-11-27T06:02:30.120Z", "kind": "section", "stem": "x", "section": "trade"}
    >>> row |= {"status": "failed", "cause": "failed-cell", "cell": 4, "seconds": 3.21, "memory_bytes": 181_600_000}
    >>> _line(row | {"engine": "fork"})
    ('7', '2026-11-27 06:02', '  trade', 'failed', 'failed-cell, cell 4', '3.2 s', '182 MB', 'fork')
    """
    of = row["section"] or row.get("notebook") or row["kind"]
    place = "" if row["cell"] is None else f", cell {row['cell']}"
    cause = row["cause"] if row["cause"] != row["status"] else None
    return (
        str(row["id"]),
        minute(row["started"]),
        (row["stem"] or row["name"] or "-") if row["kind"] == "briefing" else f"  {of}",
        row["status"],
        f"{cause}{place}" if cause else "-",
        "-" if row["seconds"] is None else f"{row['seconds']:.1f} s",
        "-" if row["memory_bytes"] is None else f"{row['memory_bytes'] / 1e6:.0f} MB",
        row["engine"] or "-",
    )


def minute(moment: str | None) -> str:
    """A moment of the ledger to the minute, in UTC.

    >>> minute("2026-11-27T06:02:30.120Z")
    '2026-11-27 06:02'
    """
    return (moment or "-")[:16].replace("T", " ")


def _say_one(ledger: Any, ident: int, as_json: bool) -> None:
    row = ledger.run(ident)
    if row is None:
        raise UsageError(f"briefing runs: there is no run {ident}; 'briefing runs --sections' lists them")
    parts = ledger.parts(ident)
    if as_json:
        say_json({**row, "sections": parts})
        return
    told = {name: value for name, value in row.items() if value is not None}
    columns([cells for name, value in told.items() for cells in _told(name, value)])
    columns([_line(part) for part in parts] or [])


def _told(name: str, value: Any) -> list[tuple[str, str]]:
    """A column of the ledger as lines, the name before the first."""
    is_plain = isinstance(value, str | int | float)
    lines = str(value).splitlines() if is_plain else [json.dumps(value, ensure_ascii=False)]
    return [(name if place == 0 else "", line) for place, line in enumerate(lines)]


def _refuse_unknown(name: str, ledger: Any) -> None:
    """Refuse a name that neither a definition nor any run has."""
    from analysis.briefings import definition

    known = definition.names()
    if name not in known and not ledger.runs(name, limit=1):
        near = did_you_mean(name, known) or f"; choose one of {', '.join(known)}"
        raise UsageError(f"briefing runs: no build is called '{name}'{near}")
