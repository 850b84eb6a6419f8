"""Executed sections become one notebook, the exporters' only input.

The assembled notebook holds the cells of its sections as they ran (without clocks, error streams and exhibits that the
definition leaves out) and, in its metadata, what no cell can know: the cover, the parameters, how to build it again.
What can be derived (numbers, sources, methods, summary) is derived by `normalise`, and so is never said twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import nbformat
from nbformat.v4 import new_notebook

from analysis.briefings import reading
from analysis.briefings.normalise import normalise
from analysis.errors import BriefingError, did_you_mean
from analysis.exhibits.blocks import MIME

__all__ = ["Cover", "Executed", "assemble", "normalise"]


@dataclass(frozen=True)
class Cover:
    """What a definition says of the whole. Dates are ISO text or ''; `lead` names a section, None is the first."""

    title: str
    subtitle: str = ""
    series: str = ""
    language: str = "en"
    as_of: str = ""
    known_by: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    rebuild: str = ""
    lead: str | None = None


@dataclass(frozen=True)
class Executed:
    """One section that has run; `exhibits` are the ids to print, None prints all."""

    name: str
    notebook: nbformat.NotebookNode
    title: str = ""
    exhibits: tuple[str, ...] | None = None


def assemble(cover: Cover, sections: Iterable[Executed]) -> nbformat.NotebookNode:
    """The assembled notebook; a BriefingError if the lead is undefined or a section cannot be printed."""
    sections = list(sections)
    _require_lead(cover, sections)
    cells = [cell for section in sections for cell in _cells(section)]
    nb = new_notebook(cells=cells)
    first = sections[0].notebook["metadata"]
    nb.metadata.update({key: first[key] for key in ("kernelspec", "language_info") if key in first})
    nb.metadata["briefing"] = {
        "schema": reading.SCHEMA,
        **asdict(cover),
        # pairs, because a notebook file keeps no order of names
        "parameters": [[name, value] for name, value in cover.parameters.items()],
        "sections": [{"name": section.name, "title": section.title} for section in sections],
    }
    normalise(nb)
    return nb


def _require_lead(cover: Cover, sections: list[Executed]) -> None:
    name = cover.lead or sections[0].name
    section = next((section for section in sections if section.name == name), None)
    if section is None:
        near = did_you_mean(name, [section.name for section in sections])
        raise BriefingError(
            f"the lead is to come from section '{name}', which the briefing does not have{near}"
        )
    leads = reading.section(section.notebook, name).findings("lead")
    if not leads:
        raise BriefingError(
            f"section {name}: its notebook has no lead finding; choose another section with 'lead:'"
        )
    if not leads[0]["defined"]:
        raise BriefingError(
            f"section {name}: nothing to report: {leads[0].get('reason') or leads[0]['text']}"
        )


def _cells(section: Executed) -> list[nbformat.NotebookNode]:
    printed = _printed(section)
    cells = []
    for n, cell in enumerate(section.notebook["cells"], start=1):
        cell = nbformat.from_dict(cell)
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.NotebookNode(briefing={"section": section.name, "cell": n})
        cell.metadata.update({"tags": tags} if tags else {})
        cell["id"] = f"{section.name[:48]}-{n}"
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if _is_kept(output, printed)]
        cells.append(cell)
    return cells


def _printed(section: Executed) -> frozenset[str] | None:
    """The ids of the exhibits to print. An id that nothing shows is an error, unless a finding says why it is missing."""
    if section.exhibits is None:
        return None
    raw = reading.section(section.notebook, section.name)
    shown = [block["id"] for block in raw.blocks("figure", "table")]
    said = raw.findings("lead", "key", "text")
    # an absent exhibit leaves its sentence in its place, under its own id
    excused = {block["id"] for block in said} | {block["exhibit"] for block in said if not block["defined"]}
    unknown = [name for name in section.exhibits if name not in shown and name not in excused]
    if unknown:
        raise BriefingError(
            *(
                f"section {section.name}: no exhibit '{name}'{did_you_mean(name, shown)}; it shows {', '.join(shown)}"
                for name in unknown
            )
        )
    return frozenset(section.exhibits)


def _is_kept(output: Mapping[str, Any], printed: frozenset[str] | None) -> bool:
    if output["output_type"] == "stream":
        return output["name"] != "stderr"
    block = output.get("data", {}).get(MIME, {})
    return printed is None or block.get("kind") not in ("figure", "table") or block["id"] in printed
