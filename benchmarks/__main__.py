"""`python -m benchmarks`: how fast it is, beside papermill and nbconvert and beside the floor, in the same run.

Without --only all scenarios are run, which takes about half an hour.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from benchmarks import results, scenarios
from benchmarks.rounds import RefusedError


@click.command(help=__doc__)
@click.option(
    "--only", multiple=True, type=click.Choice(list(scenarios.ALL)), help="This scenario; may be repeated."
)
@click.option("--rounds", type=click.IntRange(min=1), help="Rounds after the first (default: by scenario).")
@click.option(
    "--json", "to", type=click.Path(path_type=Path, dir_okay=False), help="Keep every round in this file."
)
@click.option("--write", is_flag=True, help="Put the results into benchmarks/README.md.")
def main(only: tuple[str, ...], rounds: int | None, to: Path | None, write: bool) -> None:
    kept = {}
    for name in only or scenarios.ALL:
        scenario, usual = scenarios.ALL[name]
        when = results.machine()
        try:
            outcome = scenario(rounds or usual, lambda step, name=name: _say(f"{name}: {step}"))
        except RefusedError as error:
            outcome = results.Outcome(name, refused=str(error))
        kept[name] = {**outcome.as_dict(), **when}
        click.echo(results.text(name, kept[name]) + "\n")
        if to is not None:
            to.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        if write:
            results.write({name: kept[name]})
    sys.exit(1 if any(outcome["refused"] for outcome in kept.values()) else 0)


def _say(step: str) -> None:
    click.echo(step, err=True)


if __name__ == "__main__":
    main()
