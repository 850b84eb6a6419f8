"""What the shell offers while a person types: names and values that there are at the root named so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click

from analysis.errors import BriefingError

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def completion(candidates: Callable[[click.Context, str], Iterable[str]]) -> Complete:
    """What click asks while a person types: the candidates at the root named so far; none where they cannot be read."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        from analysis import tables

        try:
            tables.use_root(context.find_root().params.get("root"))
            return [name for name in candidates(context, incomplete) if name.startswith(incomplete)]
        except BriefingError:
            return []

    return complete


@completion
def definition_names(context: click.Context, incomplete: str) -> Iterable[str]:
    """The briefings."""
    from analysis.briefings import definition

    return definition.names()


@completion
def table_names(context: click.Context, incomplete: str) -> Iterable[str]:
    """The tables."""
    from analysis import tables

    return tables.names()


@completion
def parametrised_names(context: click.Context, incomplete: str) -> Iterable[str]:
    """What has parameters: briefings and notebooks."""
    from analysis.briefings import definition

    return [*definition.names(), *definition.notebook_names()]


@completion
def pairs_of(context: click.Context, incomplete: str) -> Iterable[str]:
    """`partner=` for each parameter, and once that stands, `partner=KAZ` for each of its values."""
    from analysis.briefings import definition

    # After an option that still lacks its value click has not told the arguments from the rest.
    typed = [*(context.params.get("names") or ()), context.params.get("name"), *context.args]
    named = definition.load(next(filter(None, typed), definition.DEFAULT))
    agreed = named.contract
    name, separator, _ = incomplete.partition("=")
    if not separator:
        return [f"{each}=" for each in agreed.names]
    if name in named.swept:
        return list(dict.fromkeys(f"{name}={one[name]}" for one in named.for_each))
    values = agreed[name].choices() if name in agreed else None
    return [f"{name}={value}" for value in values or ()]
