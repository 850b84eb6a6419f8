"""The prose of a briefing, held to what written text may say: of its notebooks' markdown and its definition's titles.

The rule is that of `exhibits.prose`; here stand the places: which file, which cell, which line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from analysis.briefings import passages
from analysis.errors import BriefingError
from analysis.execution import notebook as nb
from analysis.exhibits import language, prose


def check(*notebooks: Path) -> None:
    """Hold the markdown of notebooks, headings included; a BriefingError with every fault of all."""
    found = [problem for path in dict.fromkeys(notebooks) for problem in of_notebook(path)]
    if found:
        raise BriefingError(*found)


def of_notebook(path: Path) -> list[str]:
    """The faults of a notebook's markdown, each with file, cell and line."""
    return [
        problem
        for number, cell in nb.numbered(nb.load(path))
        for problem in of_cell(cell, f"notebooks/{path.name}, cell {number}")
    ]


def of_cell(cell: Mapping[str, Any], where: str) -> Iterable[str]:
    """The faults of one cell, each with its line; none of code. In another language those of its translation too.

    >>> list(of_cell({"cell_type": "markdown", "source": "# Trade\\n\\nIt rose."}, "cell 1"))
    ["cell 1, line 3: “# Trade It rose.” holds a direction, 'rose'; let a Finding compute it, or say it without"]
    """
    if cell.get("cell_type") == "markdown":
        text = nb.joined(cell.get("source"))
        for fault in prose.faults(text):
            yield f"{where}, line {text.count(chr(10), 0, fault.start) + 1}: {fault}"
        if (code := language.current()) != language.SOURCE:
            yield from (f"{where}, in {code}: {fault}" for fault in prose.faults(passages.translated(text)))


def of_title(template: str) -> list[str]:
    """The faults of what a title says beside its parameters.

    >>> of_title("{reporter} and {partner} in {end}")
    []
    >>> of_title("Trade in 2023")
    ["“Trade in 2023” holds a typed number, '2023'; let a Finding compute it, or say it without"]
    """
    try:
        written = "…".join(literal for literal, *_ in Formatter().parse(template))
    except ValueError:  # told as a broken template
        return []
    return prose.problems(written)
