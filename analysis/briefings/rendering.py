"""From executed sections to the files of one briefing: assembled, exported, written as drafts in their folder.

What it needs is in the `Rendering`, so it can be done in another process, or on another machine; who only asks for it
loads nothing of what does it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import tables
from analysis.briefings import placing
from analysis.briefings.agreement import FORMATS, WHOLE
from analysis.briefings.cover import Cover
from analysis.execution import inputs
from analysis.exhibits import language

if TYPE_CHECKING:
    from analysis.briefings.assemble import Executed
    from analysis.briefings.document import Document


@dataclass(frozen=True)
class Part:
    """A section: its executed notebook, or why there is none; the rest as in a definition."""

    name: str
    notebook: Path | None
    title: str = ""
    exhibits: tuple[str, ...] | None = None
    annex: bool | tuple[str, ...] = False
    without: tuple[str, ...] = ()
    missing: str = ""


@dataclass(frozen=True)
class Rendering:
    """What is to be written to `folder`: the `formats`, under `stem`. `whole` are those that the briefing has in all;
    `is_first` says that the notebook, the facts and the records go with them; `owner` is the process that will place them."""

    root: Path
    cover: Cover
    parts: tuple[Part, ...]
    folder: Path
    stem: str
    formats: tuple[str, ...]
    whole: tuple[str, ...]
    records: Mapping[str, Any]
    missed: tuple[language.Key, ...] = ()
    is_first: bool = True
    owner: int = field(default_factory=os.getpid)


@dataclass(frozen=True)
class Rendered:
    """Drafts by the names they are to get, the hash of each, and the names of the files that they depend on."""

    drafts: Mapping[str, str]
    hashes: Mapping[str, str]
    inputs: tuple[str, ...]


def files(stem: str, formats: Sequence[str] = tuple(FORMATS)) -> dict[str, str]:
    """The name of the file of each format.

    >>> files("x", ["html", "email"])
    {'html': 'x.html', 'email': 'x.eml'}
    """
    return {form: f"{stem}.{FORMATS[form]}" for form in formats}


def said(formats: Sequence[str]) -> str:
    """Formats as a person calls them.

    >>> said(["html", "card"])
    'HTML, card'
    """
    return ", ".join(form.upper() if form in WHOLE else form for form in formats)


def split(asked: Rendering, ways: int) -> list[Rendering]:
    """One rendering as up to `ways` that can be done side by side: a PDF takes as long as all else."""
    others = tuple(form for form in asked.formats if form != "pdf")
    if ways < 2 or not others or "pdf" not in asked.formats:
        return [asked]
    return [replace(asked, formats=others), replace(asked, formats=("pdf",), is_first=False)]


def render(asked: Rendering) -> Rendered:
    """Write the drafts. Raises BriefingError for what cannot be printed, WriteError where nothing can be written."""

    import nbformat

    from analysis.briefings import assemble, facts, untranslated

    tables.use_root(asked.root)
    with language.using(asked.cover.language) as missed:
        assembled, document = assemble.assembled(asked.cover, [_executed(part) for part in asked.parts])
        untranslated.refuse(assembled, [*asked.missed, *missed])
    names = files(asked.stem)
    whole = [names[form] for form in asked.whole if form in WHOLE]
    contents = {names[form]: _exported(form, document, whole) for form in asked.formats}
    if asked.is_first:
        contents[f"{asked.stem}.facts.json"] = as_json(facts.record(document))
        contents[f"{asked.stem}.ipynb"] = nbformat.writes(assembled).encode() + b"\n"
        contents[f"{asked.stem}.run.json"] = as_json(asked.records)
    return Rendered(
        drafts=placing.drafted(asked.folder, contents, asked.owner),
        hashes={name: sha256(data).hexdigest() for name, data in contents.items()},
        inputs=tuple(inputs.seen()),
    )


def as_json(value: Any) -> bytes:
    """A value as a file for a machine that a person may read too."""
    return (json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def _executed(part: Part) -> Executed:

    import nbformat

    from analysis.briefings.assemble import Executed

    notebook = None if part.notebook is None else nbformat.read(part.notebook, as_version=4)
    return Executed(
        part.name, notebook, part.title, part.exhibits, part.annex, part.without, missing=part.missing
    )


def _exported(form: str, document: Document, whole: Sequence[str]) -> bytes:
    """The briefing in one format; `whole` are the names of the files that hold all of it."""
    match form:
        case "html":
            from analysis.briefings import page

            return page.html(document).encode()
        case "pdf":
            from analysis.briefings import paper

            return paper.pdf(document)
        case "email":
            from analysis.briefings.email import email

            return email(document, whole)
        case _:
            from analysis.briefings.card import card

            return card(document)
