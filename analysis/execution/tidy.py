"""Notebooks as they are kept in git: sources, tags and the kernel's name; no outputs, counts or stray metadata.

What a cell has shown goes, its name stays: the cell has it as its id, so a definition that names it can be checked
before anything runs.
"""

from __future__ import annotations

import json
from pathlib import Path

from analysis.execution import notebook as nb
from analysis.execution.files import replace_text


def tidied(text: str) -> str:
    """The text of a notebook file, tidied; tidying twice is tidying once."""
    notebook = json.loads(text)
    # Cells that papermill put in belong to one run.
    cells = [_bare(nb.named(cell)) for cell in notebook["cells"] if not nb.ADDED.intersection(nb.tags(cell))]
    return nb.dump(
        {
            "cells": nb.with_stable_ids(cells),
            "metadata": {"kernelspec": nb.KERNELSPEC, "language_info": nb.LANGUAGE_INFO},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def is_tidy(path: Path) -> bool:
    """Whether the file already has the bytes that `clean` would give it. Refuses what is no notebook."""
    nb.load(path)
    content = path.read_bytes()
    return tidied(content.decode("utf-8")).encode("utf-8") == content


def clean(path: Path) -> bool:
    """Tidy the file in place, in one move; whether anything had to change."""
    if is_tidy(path):
        return False
    replace_text(path, tidied(path.read_text(encoding="utf-8")))
    return True


def _bare(cell: nb.Cell) -> nb.Cell:
    kept = {name: cell[name] for name in ("id", "cell_type", "attachments") if name in cell}
    kept["metadata"] = {"tags": nb.tags(cell)} if nb.tags(cell) else {}
    kept["source"] = nb.lines(nb.source(cell))
    return kept | ({"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {})
