"""A notebook file as plain dictionaries: read, number, name and write its cells without importing nbformat."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.errors import UsageError, did_you_mean

Notebook = dict[str, Any]
Cell = dict[str, Any]

BLOCK = "application/vnd.briefing.block+json"
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"name": "python"}
# Cells that papermill adds; a person who counts cells in the source does not see them.
ADDED = {"injected-parameters", "papermill-error-cell-tag"}
# Ids that nobody chose: those of `with_stable_ids`, nbformat and JupyterLab.
_MADE = re.compile(r"cell-\d+(-\d+)?|[0-9a-f]{8}((-[0-9a-f]{4}){3}-[0-9a-f]{12})?")


def load(path: Path) -> Notebook:
    """The notebook in `path`, of format 4 and in Python; anything else is refused with a sentence."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        near = did_you_mean(path.stem, (each.stem for each in path.parent.glob("*.ipynb")))
        raise UsageError(f"{path}: there is no such notebook{near}; name a file that exists") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); make it a readable file") from None
    except ValueError as error:
        raise UsageError(f"{path}: is not a notebook ({error}); restore the file from git") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise UsageError(f"{path}: is not a notebook of format 4; open and save it once in JupyterLab")
    metadata = notebook.get("metadata", {})
    language = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name")
    if language and language.lower() not in {"python", "ipython"}:
        raise UsageError(f"{path}: is written in {language}; only Python notebooks are run")
    return notebook


def dump(notebook: Notebook) -> str:
    """The text of a notebook file as Jupyter writes it: one indent, sorted keys, one line feed at the end."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def joined(text: str | list[str] | None) -> str:
    """Text that the format allows to be one string or a list of lines.

    >>> joined(["a\\n", "b"])
    'a\\nb'
    """
    return text if isinstance(text, str) else "".join(text or [])


def lines(text: str) -> list[str]:
    """Text as the format stores it: lines with their ends.

    >>> lines("a\\nb")
    ['a\\n', 'b']
    """
    # Not str.splitlines: that also splits at form feeds and at other marks that are part of a line here.
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def source(cell: Cell) -> str:
    """The text of a cell."""
    return joined(cell.get("source"))


def tags(cell: Cell) -> list[str]:
    """The tags of a cell."""
    return list(cell.get("metadata", {}).get("tags", []))


def is_code(cell: Cell) -> bool:
    """Whether a cell is code that a kernel would be asked to run."""
    return cell.get("cell_type") == "code" and bool(source(cell).strip())


def numbered(notebook: Notebook) -> Iterator[tuple[int, Cell]]:
    """Cells with the number (from 1, prose included) that a person counts in the source.

    A cell that papermill added has the number of the cell before it.
    """
    number = 0
    for cell in notebook["cells"]:
        number += not ADDED.intersection(tags(cell))
        yield number, cell


def first_line(cell: Cell) -> str:
    """The first line of code in a cell, cut to be quoted in a sentence."""
    found = [line.strip() for line in source(cell).splitlines() if line.strip()]
    code = [line for line in found if not line.startswith("#")] or found or [""]
    return code[0] if len(code[0]) <= 60 else code[0][:59] + "…"


def blocks(notebook: Notebook) -> list[dict[str, Any]]:
    """Every briefing block that the cells put out, in order."""
    found = (
        output.get("data", {}).get(BLOCK) for cell in notebook["cells"] for output in cell.get("outputs", [])
    )
    return [block for block in found if isinstance(block, dict)]


def named(cell: Cell) -> Cell:
    """A cell under the id of the one block that it has put out, if it has.

    >>> shown = {"output_type": "display_data", "data": {BLOCK: {"id": "turnover"}}}
    >>> named({"id": "cell-6", "outputs": [shown]})["id"], named({"id": "cell-7", "outputs": []})["id"]
    ('turnover', 'cell-7')
    """
    idents = {block.get("id") for block in blocks({"cells": [cell]})}
    return {**cell, "id": idents.pop()} if len(idents) == 1 else cell


def names(notebook: Notebook) -> tuple[str, ...] | None:
    """The ids of the sentences and exhibits that the cells show: tidied cells are named after what they show.

    None while a cell that may show something has no such name yet: then only a run can tell.
    """
    found = []
    for cell in filter(is_code, notebook["cells"]):
        if not _may_show(source(cell)):
            continue
        if _MADE.fullmatch(cell.get("id", "cell-0")):
            return None
        found.append(cell["id"])
    return tuple(ident for ident in found if ident != "references")


def _may_show(code: str) -> bool:
    """Whether a cell holds an expression that stands alone, or what is no plain Python."""
    try:
        return any(isinstance(node, ast.Expr) for node in ast.walk(ast.parse(code)))
    except SyntaxError:
        return True


def with_stable_ids(cells: list[Cell]) -> list[Cell]:
    """The cells, each with its own id if it has a valid and unique one, else with one made of its place."""
    taken: set[str] = set()
    named = []
    for place, cell in enumerate(cells, start=1):
        own = cell.get("id", "")
        if "injected-parameters" in tags(cell):
            own = "injected-parameters"
        if not isinstance(own, str) or not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", own) or own in taken:
            own = next(name for name in _names(place) if name not in taken)
        taken.add(own)
        named.append({**cell, "id": own})
    return named


def _names(place: int) -> Iterator[str]:
    yield f"cell-{place}"
    suffix = 2
    while True:
        yield f"cell-{place}-{suffix}"
        suffix += 1
