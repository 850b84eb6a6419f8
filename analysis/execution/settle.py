"""An executed notebook as it is kept: what was shown, without the traces of the one machine and moment.

Two runs of the same notebook on the same data settle to the same bytes.
"""

from __future__ import annotations

import re
from typing import Any

from analysis.execution import notebook as nb

# Metadata of cells that papermill and nbclient write: times, durations, states.
TRACES = {"papermill", "execution", "ExecuteTime", "collapsed", "scrolled", "trusted"}
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,}")


def prepared(notebook: nb.Notebook) -> nb.Notebook:
    """A source notebook as papermill gets it: ids on all cells, this project's kernel, no old outputs."""
    cells = [_bare(cell) for cell in notebook["cells"] if not nb.ADDED.intersection(nb.tags(cell))]
    return {
        "cells": nb.with_stable_ids(cells),
        "metadata": {"kernelspec": nb.KERNELSPEC, "language_info": nb.LANGUAGE_INFO},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def settled(executed: nb.Notebook, parameters: dict[str, Any]) -> nb.Notebook:
    """An executed notebook without times, durations, addresses, stderr and papermill's error banners."""
    cells = [_settled(cell) for cell in executed["cells"] if "papermill-error-cell-tag" not in nb.tags(cell)]
    return {
        "cells": nb.with_stable_ids(cells),
        "metadata": {
            "kernelspec": nb.KERNELSPEC,
            "language_info": nb.LANGUAGE_INFO,
            "papermill": {"parameters": parameters},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def stderr(executed: nb.Notebook) -> list[dict[str, Any]]:
    """What cells wrote to stderr, for the record: it is dropped from the page."""
    return [
        {"cell": number, "text": nb.joined(output.get("text"))}
        for number, cell in nb.numbered(executed)
        for output in cell.get("outputs", [])
        if _is_stderr(output)
    ]


def _bare(cell: nb.Cell) -> nb.Cell:
    return cell | ({"outputs": [], "execution_count": None} if cell.get("cell_type") == "code" else {})


def _settled(cell: nb.Cell) -> nb.Cell:
    metadata = {name: value for name, value in cell.get("metadata", {}).items() if name not in TRACES}
    if not metadata.get("tags"):
        metadata.pop("tags", None)
    settled = {**cell, "metadata": metadata, "source": nb.lines(nb.source(cell))}
    if cell.get("cell_type") == "code":
        settled["outputs"] = _outputs(cell.get("outputs", []))
    return settled


def _outputs(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Outputs without stderr; text that arrived in pieces, as it happened, becomes one."""
    kept: list[dict[str, Any]] = []
    for output in outputs:
        if _is_stderr(output):
            continue
        if output.get("output_type") == "stream":
            text = nb.joined(output.get("text"))
            if kept and kept[-1]["output_type"] == "stream":
                text = nb.joined(kept.pop()["text"]) + text
            kept.append({"name": output["name"], "output_type": "stream", "text": nb.lines(text)})
        else:
            kept.append(_without_traces(output))
    return kept


def _without_traces(output: dict[str, Any]) -> dict[str, Any]:
    output = {name: value for name, value in output.items() if name != "transient"}
    if "data" in output and "text/plain" in output["data"]:
        plain = _ADDRESS.sub("", nb.joined(output["data"]["text/plain"]))
        output["data"] = {**output["data"], "text/plain": nb.lines(plain)}
    return output


def _is_stderr(output: dict[str, Any]) -> bool:
    return output.get("output_type") == "stream" and output.get("name") == "stderr"
