"""`briefing why`: what changed since a briefing was last built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from analysis.cli.asked import overrides, values
from analysis.cli.completing import definition_names
from analysis.cli.output import json_option, say_json

if TYPE_CHECKING:
    from analysis.briefings.why import Change, Why


@click.command()
@click.argument("name", required=False, shell_complete=definition_names)
@values
@json_option
def why(
    name: str | None, pairs: tuple[str, ...], as_of: str | None, known_by: str | None, as_json: bool
) -> None:
    """Tell what changed since a briefing was last built.

    Down to the rows of a table, the cells of a notebook and the keys of a definition; and which sections would run again. Without NAME it is the default.

    \b
    Example: briefing why uzbekistan-kazakhstan -p partner=KGZ
    """
    from analysis.briefings import definition
    from analysis.briefings import why as room

    asked = overrides(pairs, {"as_of": as_of, "known_by": known_by})
    found = room.why(name or definition.DEFAULT, asked)
    if as_json:
        say_json([_told(each) for each in found])
        return
    for line in _lines(found):
        click.echo(line)


def _told(each: Why) -> dict[str, object]:
    return {
        "name": each.name,
        "build": each.stem,
        "changes": [vars(change) for change in each.changes],
        "sections": {name: "runs again" if runs else "reused" for name, runs in each.runs.items()},
    }


def _lines(found: tuple[Why, ...]) -> Iterator[str]:
    """What is told of one briefing; of several, each thing that changed once, and for which of them."""
    changed = [each for each in found if each.changes]
    if len(found) == 1:
        (one,) = found
        if not changed:
            yield f"Nothing has changed since {one.stem} was last built."
            return
        yield from _of_changes(one.changes)
        yield from _of_sections(one)
        return
    if same := len(found) - len(changed):
        yield f"Nothing has changed since {same} of {len(found)} briefings of {found[0].name} were last built."
    groups: dict[tuple[str, ...], list[str]] = {}
    for each in changed:
        groups.setdefault((*_of_changes(each.changes), *_of_sections(each)), []).append(each.stem)
    for lines, stems in groups.items():
        yield f"{', '.join(stems)}:"
        yield from (f"  {line}" for line in lines)


def _of_changes(changes: tuple[Change, ...]) -> Iterator[str]:
    for change in changes:
        if len(change.details) == 1:
            yield f"{change.name}: {change.said}: {change.details[0]}"
            continue
        yield f"{change.name}: {change.said}"
        yield from (f"    {line}" for line in change.details)


def _of_sections(each: Why) -> Iterator[str]:
    for word, runs in (("Runs again", True), ("Reused", False)):
        if names := [name for name, again in each.runs.items() if again is runs]:
            yield f"{word}: {', '.join(names)}"
