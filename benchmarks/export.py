"""What it costs to export one executed briefing, beside plain nbconvert on the same notebook in the same run.

CPU time of this process, for the wall clock tells of the machine's other work. `first` is the first export of this
briefing in a process that has exported another, a short one, so that templates and fonts are known and nothing of the
briefing is; `again` is the median of those that follow it, when its letters and pages are known too; `ratio` is the
median over the rounds, each export set against plain nbconvert's of its own round. nbconvert's own PDFs need a browser or LaTeX
and are not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time

from nbconvert import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from analysis.briefings.html import BriefingHTMLExporter
from analysis.briefings.pdf import BriefingPDFExporter

Export = Callable[[NotebookNode], str | bytes]
REFERENCE = "plain nbconvert, HTML (lab)"


@dataclass(frozen=True)
class Cost:
    """One way to export: CPU seconds of the first time and of each round after it, and the bytes that come out."""

    name: str
    first: float
    rounds: tuple[float, ...]
    size: int

    @property
    def again(self) -> float:
        return median(self.rounds)

    def ratio(self, reference: Cost) -> float:
        """How many times the reference's cost, round by round.

        >>> Cost("a", 1.0, (0.1, 0.2), 1).ratio(Cost("b", 1.0, (0.2, 0.4), 1))
        0.5
        """
        return median(own / other for own, other in zip(self.rounds, reference.rounds, strict=True))


def exports() -> dict[str, Export]:
    """Each way to export, by its name."""
    exporters = {
        "briefing, HTML": BriefingHTMLExporter(),
        "briefing, PDF": BriefingPDFExporter(),
        REFERENCE: HTMLExporter(template_name="lab"),
    }
    return {name: lambda nb, one=one: one.from_notebook_node(nb)[0] for name, one in exporters.items()}


def measured(nb: NotebookNode, ways: Mapping[str, Export], rounds: int) -> list[Cost]:
    """The cost of each way; the rounds take turns, so that all meet the same state of the machine."""
    for export in ways.values():
        export(_another())
    firsts = {name: _timed(export, nb) for name, export in ways.items()}
    taken = [{name: _timed(export, nb)[0] for name, export in ways.items()} for _ in range(rounds)]
    return [
        Cost(name, first, tuple(times[name] for times in taken), size)
        for name, (first, size) in firsts.items()
    ]


def table(costs: Sequence[Cost]) -> str:
    """The costs in straight columns.

    >>> print(table([Cost(REFERENCE, 1.25, (0.5,), 400_000)]))
                                    first s   again s   ratio       kB
    plain nbconvert, HTML (lab)       1.250     0.500    1.00      400
    """
    reference = next(cost for cost in costs if cost.name == REFERENCE)
    lines = [f"{'':28}{'first s':>11}{'again s':>10}{'ratio':>8}{'kB':>9}"]
    lines += [
        f"{cost.name:28}{cost.first:11.3f}{cost.again:10.3f}{cost.ratio(reference):8.2f}{cost.size / 1000:9,.0f}"
        for cost in costs
    ]
    return "\n".join(lines)


def _another() -> NotebookNode:
    """A notebook of one sentence, which has nothing in common with a briefing."""
    return new_notebook(cells=[new_markdown_cell("# Another briefing\n\nIt says one sentence.")])


def _timed(export: Export, nb: NotebookNode) -> tuple[float, int]:
    start = process_time()
    out = export(nb)
    taken = process_time() - start
    return taken, len(out.encode() if isinstance(out, str) else out)
