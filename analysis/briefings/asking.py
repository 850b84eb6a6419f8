"""A fact-check sheet: the claims of one file as a briefing of its own, through the notebook that reviews claims."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from analysis import tables
from analysis.briefings import build as room
from analysis.briefings import order
from analysis.briefings.definition import Definition, Section
from analysis.briefings.pace import Progress
from analysis.execution.files import ensure_writable

NOTEBOOK = "claims_review"
SERIES = "Fact check"
# What the notebook says of the source documents alone: one text has no other beside it, and no first verdict by hand.
WITHOUT = ("documents-differ", "contradictions", "differing", "differences")


def build(
    file: Path,
    dates: Mapping[str, str] | None = None,
    *,
    formats: Sequence[str] | None = None,
    out: Path | None = None,
    progress: Progress = lambda step: None,
) -> room.Built:
    """The sheet of the claims in `file`, at reports/build/ask-NAME/ or in `out`.

    The sheet names the file by its path from the root. One that lies elsewhere is copied into the cache, so that the sheet
    names no place of this machine. Raises UsageError with every fault of the file before anything runs.
    """
    asked = tables.claim_file(file.absolute())
    path = _from_root(file)
    name = "ask-" + (re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-") or "claims")
    sheet = Definition(
        name=name,
        path=file,
        title=_literal(asked.title),
        subtitle=_literal(asked.subtitle),
        series=SERIES,
        sections=(Section("review", NOTEBOOK, "Claims", {"file": path}, without=WITHOUT),),
    )
    again = order.command(path, dates or {}, "ask")
    return room.build(sheet, dates, formats=formats, out=out, progress=progress, rebuild=again)


def _from_root(file: Path) -> str:
    """The path of the file from the root; of one that lies elsewhere, that of a copy in a folder named by its content."""
    place, root = file.resolve(), tables.root().resolve()
    if place.is_relative_to(root):
        return place.relative_to(root).as_posix()
    content = file.read_bytes()
    kept = Path(".cache") / "asked" / sha256(content).hexdigest()[:16] / file.name
    target = tables.root() / kept
    ensure_writable(target)
    target.write_bytes(content)
    return kept.as_posix()


def _literal(text: str) -> str:
    """A text in which nothing is a field of a title."""
    return text.replace("{", "{{").replace("}", "}}")
