"""Executed sections become one notebook, the exporters' only input.

The assembled notebook holds the cells of its sections as they ran (without clocks, error streams and exhibits that the
definition leaves out) and, in its metadata, what no cell can know: the cover, the parameters, how to build it again.
What can be derived (numbers, sources, methods, summary) is derived by `normalise`, and so is never said twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import nbformat
from nbformat.v4 import new_notebook

from analysis.briefings import reading
from analysis.briefings.cover import Cover
from analysis.briefings.document import Document
from analysis.briefings.normalise import normalise
from analysis.errors import BriefingError, did_you_mean
from analysis.exhibits import language, names
from analysis.exhibits.blocks import MIME
from analysis.exhibits.language import Told
from analysis.exhibits.template import msg

__all__ = ["Cover", "Executed", "assemble", "normalise"]

INCOMPLETE = language.noted("Incomplete draft")  # before the series of a briefing that lacks a section


@dataclass(frozen=True)
class Executed:
    """One section that has run; `exhibits` are the ids to print, None prints all; `annex` and `without` as in a
    definition. One that failed has no notebook; `missing` says why."""

    name: str
    notebook: nbformat.NotebookNode | None
    title: str = ""
    exhibits: tuple[str, ...] | None = None
    annex: bool | tuple[str, ...] = False
    without: tuple[str, ...] = ()
    missing: str = ""


def assemble(cover: Cover, sections: Iterable[Executed]) -> nbformat.NotebookNode:
    """The assembled notebook; a BriefingError if the lead is undefined or a section cannot be printed."""
    return assembled(cover, sections)[0]


def assembled(cover: Cover, sections: Iterable[Executed]) -> tuple[nbformat.NotebookNode, Document]:
    """The assembled notebook, and the Document that it normalises to."""
    sections = list(sections)
    _require_lead(cover, sections)
    name, _, ident = (cover.lead or "").partition("/")
    if ident:  # what leads is printed where it stands, too
        sections = [
            replace(each, exhibits=(*each.exhibits, ident)) if each.name == name and each.exhibits else each
            for each in sections
        ]
    there = [section for section in sections if section.notebook is not None]
    nb = new_notebook(cells=[cell for section in there for cell in _cells(section)])
    if len(there) < len(sections):
        series = " · ".join(filter(None, (language.text(INCOMPLETE), cover.series)))
        cover = replace(cover, series=series)
    first = there[0].notebook["metadata"]
    nb.metadata.update({key: first[key] for key in ("kernelspec", "language_info") if key in first})
    nb.metadata["briefing"] = {
        "schema": reading.SCHEMA,
        **asdict(cover),
        # pairs, because a notebook file keeps no order of names
        "parameters": [[name, value] for name, value in cover.parameters.items()],
        "sections": [
            {
                "name": section.name,
                "title": section.title,
                **({"missing": section.missing} if section.notebook is None else {}),
                **({"annex": annex} if (annex := _moved(section)) else {}),
                **({"is_part": True} if section.exhibits is not None else {}),
            }
            for section in sections
        ],
    }
    document = normalise(nb)
    said = [document.title, document.subtitle, *([document.lead.text] if document.lead else [])]
    said += [text for key in document.key_figures for text in (key.figure, key.label, key.change)]
    with language.using(document.language):
        full = names.in_full("\n".join([*said, *(statement.text for statement in document.summary)]))
    nb.metadata["briefing"]["in_full"] = [list(pair) for pair in full]
    return nb, replace(document, in_full=tuple(full))


def _require_lead(cover: Cover, sections: list[Executed]) -> None:
    name, _, ident = (cover.lead or sections[0].name).partition("/")
    section = next((section for section in sections if section.name == name), None)
    if section is None:
        near = did_you_mean(name, [section.name for section in sections])
        raise BriefingError(
            f"the lead is to come from section '{name}', which the briefing does not have{near}"
        )
    raw = reading.section(section.notebook, name)
    leads = raw.findings("lead") if not ident else _named(raw, ident)
    if not leads:
        raise BriefingError(
            f"section {name}: its notebook has no lead finding; choose another section with 'lead:'"
        )
    if not leads[0]["defined"]:
        with language.using(reading.language_of(section.notebook)):
            why = Told(leads[0].get("reason") or leads[0]["text"])
            raise BriefingError(
                msg("section {name}: nothing to report: {reason}", name=Told(name), reason=why)
            )


def _named(raw: reading.RawSection, ident: str) -> list[reading.Block]:
    """The finding of that id, alone in a list."""
    found = raw.findings("lead", "key", "text")
    known = [block["id"] for block in found]
    if ident not in known:
        near = did_you_mean(ident, known) or f"; it has {', '.join(known)}"
        raise BriefingError(f"section {raw.name}: there is no finding '{ident}' to lead the briefing{near}")
    return [block for block in found if block["id"] == ident]


def _moved(section: Executed) -> bool | list[str]:
    """What of a section stands in an annex: all of it, or the exhibits named."""
    if section.annex is True or section.notebook is None:
        return section.annex is True
    names = list(section.annex or ())
    _require_shown(section, names)
    return names


def _cells(section: Executed) -> list[nbformat.NotebookNode]:
    printed = _printed(section)
    left_out = _left_out(section)
    cells = []
    spoken: nbformat.NotebookNode | None = None  # the prose that introduces what comes
    held, kept = 0, 0  # what stands under it, and how much of that is printed
    for n, cell in enumerate(section.notebook["cells"], start=1):
        cell = nbformat.from_dict(cell)
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.NotebookNode(briefing={"section": section.name, "cell": n})
        cell.metadata.update({"tags": tags} if tags else {})
        cell["id"] = f"{section.name[:48]}-{n}"
        if cell.cell_type == "code":
            outputs = [output for output in cell.outputs if _is_kept(output, printed, left_out)]
            held += sum(map(_stands, cell.outputs))
            kept += sum(map(_stands, outputs))
            cell.outputs = outputs
        elif cell.cell_type == "markdown":
            _leave_bare(spoken, held, kept)
            spoken, held, kept = cell, 0, 0
        cells.append(cell)
    _leave_bare(spoken, held, kept)
    if any(
        block["id"] in left_out for block in reading.section(section.notebook, section.name).findings("lead")
    ):
        # the notebook's question and what opens it are asked of a lead that is not there
        cells[0].metadata["briefing"]["silent"] = True
    return cells


def _stands(output: Mapping[str, Any]) -> bool:
    """Whether it is printed where it stands: references, limits and titles are said elsewhere."""
    block = output.get("data", {}).get(MIME, {})
    return block.get("kind") != "references" and block.get("role") not in ("limit", "title")


def _leave_bare(spoken: nbformat.NotebookNode | None, held: int, kept: int) -> None:
    """Of prose whose exhibits are all left out only the headings stay: it would introduce nothing."""
    if spoken is not None and held and not kept:
        spoken.metadata["briefing"]["bare"] = True


def _printed(section: Executed) -> frozenset[str] | None:
    """The ids of the exhibits to print; None prints all."""
    if section.exhibits is None:
        return None
    _require_shown(section, section.exhibits)
    return frozenset(section.exhibits)


def _require_shown(section: Executed, names: Iterable[str]) -> None:
    """Refuse an id that nothing shows, unless a finding says why it is missing."""
    raw = reading.section(section.notebook, section.name)
    shown = [block["id"] for block in raw.blocks("figure", "table")]
    said = raw.findings("lead", "key", "text")
    # an absent exhibit leaves its sentence in its place, under its own id
    excused = {block["id"] for block in said} | {block["exhibit"] for block in said if not block["defined"]}
    unknown = [name for name in names if name not in shown and name not in excused]
    if unknown:
        raise BriefingError(
            *(
                f"section {section.name}: no exhibit '{name}'{did_you_mean(name, shown)}; it shows {', '.join(shown)}"
                for name in unknown
            )
        )


def _left_out(section: Executed) -> frozenset[str]:
    """The ids of what is not printed though it could be; an id that the notebook does not have is refused."""
    raw = reading.section(section.notebook, section.name)
    known = [block["id"] for block in raw.blocks("finding", "figure", "table")]
    unknown = [name for name in section.without if name not in known]
    if unknown:
        raise BriefingError(
            *(
                f"section {section.name}: nothing is called '{name}'{did_you_mean(name, known)}; take it out of 'without'"
                for name in unknown
            )
        )
    return frozenset(section.without)


def _is_kept(
    output: Mapping[str, Any], printed: frozenset[str] | None, left_out: frozenset[str] = frozenset()
) -> bool:
    if output["output_type"] == "stream":
        return output["name"] != "stderr"
    block = output.get("data", {}).get(MIME, {})
    if block.get("id") in left_out:
        return False
    if printed is None:
        return True
    if block.get("kind") in ("figure", "table"):
        return block["id"] in printed
    # of the text what speaks of an exhibit that is printed, or is named; leads and key figures may open the briefing
    is_text = block.get("kind") == "finding" and block["role"] == "text"
    return not is_text or block["id"] in printed or block.get("exhibit") in printed
