"""What a command was asked for: the values that were typed for parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import click

from analysis.cli.completing import pairs_of
from analysis.errors import UsageError

Command = TypeVar("Command", bound=Callable)

_pairs_option = click.option(
    "-p",
    "pairs",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=pairs_of,
    help="Set a parameter of the definition; `briefing params NAME` lists them.",
)
as_of_option = click.option(
    "--as-of", metavar="DATE", help="The state of the world on this day (default: the cut-off)."
)
known_by_option = click.option(
    "--known-by", metavar="DATE", help="Only releases up to this day (default: the cut-off)."
)


def values(command: Command) -> Command:
    """Give a command the options by which the values of a briefing's parameters are typed."""
    return _pairs_option(as_of_option(known_by_option(command)))


def overrides(pairs: Sequence[str], dates: Mapping[str, str | None]) -> dict[str, str]:
    """The values by name: of each `-p name=value`, and of each date that has an option of its own.

    >>> overrides(["partner=KGZ"], {"as_of": "2020-01-01", "known_by": None})
    {'partner': 'KGZ', 'as_of': '2020-01-01'}
    """
    found: dict[str, str] = {}
    problems = []
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator or not name:
            problems.append(f"-p '{pair}': not of the form name=value; write for example -p partner=KGZ")
        elif name in found:
            problems.append(f"-p {name}: given twice; give it once")
        else:
            found[name] = value
    for name, value in dates.items():
        if value is not None and name in found:
            problems.append(f"-p {name} and --{name.replace('_', '-')} both given; give one of them")
        elif value is not None:
            found[name] = value
    if problems:
        raise UsageError(*problems)
    return found
