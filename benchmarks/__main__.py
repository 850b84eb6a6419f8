"""`python -m benchmarks [NOTEBOOK]`: the costs of exporting a briefing that is built, the default one if none is named."""

from __future__ import annotations

from pathlib import Path

import click
import nbformat

from analysis import tables
from analysis.briefings.definition import DEFAULT
from benchmarks import export


@click.command(help=__doc__)
@click.argument("notebook", type=click.Path(path_type=Path), required=False)
@click.option(
    "--rounds", type=click.IntRange(min=1), default=9, show_default=True, help="exports after the first"
)
def main(notebook: Path | None, rounds: int) -> None:
    path = notebook or tables.root() / "reports" / "build" / DEFAULT / f"{DEFAULT}.ipynb"
    if not path.is_file():
        raise click.UsageError(
            f"there is no {path.name} to export; build it with: briefing build {path.stem}"
        )
    nb = nbformat.read(path, as_version=4)
    click.echo(f"{path.stem}: CPU time of one export, {rounds} rounds")
    click.echo(export.table(export.measured(nb, export.exports(), rounds)))


main()
