"""What it costs to export one executed briefing, beside plain nbconvert on the same notebook in the same process.

CPU time, for all is done by one process. The first export of the briefing is timed apart: another, a short one, has been
exported before it, so that templates and fonts are known and nothing of the briefing is; in the rounds its letters and
pages are known too. nbconvert's own PDFs need a browser or LaTeX and are not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic, process_time

import nbformat
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from analysis.briefings.definition import DEFAULT
from analysis.briefings.html import BriefingHTMLExporter
from analysis.briefings.pdf import BriefingPDFExporter
from benchmarks import projects
from benchmarks.building import FORMATS, HTML_BUDGET, PDF_BUDGET, Told
from benchmarks.results import Figure, Outcome
from benchmarks.rounds import Rounds, Spread, Taken, taken

Export = Callable[[NotebookNode], str | bytes]
HTML, PDF = "briefing, HTML", "briefing, PDF"
REFERENCE = "plain nbconvert, HTML (lab)"


def measured(rounds: int, told: Told) -> Outcome:
    """The exports of the default briefing."""
    with projects.opened([DEFAULT]) as project:
        told("building")
        project.build(DEFAULT, *FORMATS)
        nb = nbformat.reads(project.files(f"{DEFAULT}.ipynb").popitem()[1].decode(), as_version=4)
    firsts, found = costs(nb, exports(), rounds, told)
    figures = [
        Figure(f"{name} / {REFERENCE}", found.ratio(name, REFERENCE, "cpu")) for name in (HTML, PDF)
    ] + [
        Figure(f"{name}, again", Spread.of(found.seconds(name, "cpu")), "s", budget)
        for name, budget in ((HTML, HTML_BUDGET), (PDF, PDF_BUDGET))
    ]
    said = ", ".join(f"{name} {took.cpu:.2f} s" for name, took in firsts.items())
    return Outcome("render", found, tuple(figures), (f"CPU time. The first export of the briefing: {said}.",))


def exports() -> dict[str, Export]:
    """Each way to export, by its name."""
    exporters = {
        HTML: BriefingHTMLExporter(),
        PDF: BriefingPDFExporter(),
        REFERENCE: HTMLExporter(template_name="lab"),
    }
    return {name: lambda nb, one=one: one.from_notebook_node(nb)[0] for name, one in exporters.items()}


def costs(
    nb: NotebookNode, ways: Mapping[str, Export], rounds: int, told: Told = lambda step: None
) -> tuple[dict[str, Taken], Rounds]:
    """What each way takes the first time, and in each round after it."""
    for export in ways.values():
        export(_another())
    timed = {name: lambda export=export: _timed(export, nb) for name, export in ways.items()}
    firsts = {name: way() for name, way in timed.items()}
    return firsts, taken(timed, rounds, told)


def _another() -> NotebookNode:
    """A notebook of one sentence, which has nothing in common with a briefing."""
    return new_notebook(cells=[new_markdown_cell("# Another briefing\n\nIt says one sentence.")])


def _timed(export: Export, nb: NotebookNode) -> Taken:
    wall, cpu = monotonic(), process_time()
    export(nb)
    return Taken(monotonic() - wall, process_time() - cpu)
