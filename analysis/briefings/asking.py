"""A fact-check sheet: the claims of one file as a briefing of its own, through the notebook that reviews claims."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from analysis import tables
from analysis.briefings import build as room
from analysis.briefings.definition import Definition, Section
from analysis.execution.files import ensure_writable

NOTEBOOK = "claims_review"
SERIES = "Fact check"


def build(
    file: Path,
    dates: Mapping[str, str] | None = None,
    *,
    formats: Sequence[str] | None = None,
    out: Path | None = None,
    progress: room.Progress = lambda step: None,
) -> room.Built:
    """The sheet of the claims in `file`, at reports/build/ask-NAME/ or in `out`.

    The file is copied into the cache under the hash of its content, so that the sheet names no place of this machine.
    Raises UsageError with every fault of the file before anything runs.
    """
    asked = tables.claim_file(file.absolute())
    name = "ask-" + (re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-") or "claims")
    sheet = Definition(
        name=name,
        path=file,
        title=_literal(asked.title),
        subtitle=_literal(asked.subtitle),
        series=SERIES,
        sections=(Section("review", NOTEBOOK, "Claims", {"file": _kept(file)}),),
    )
    return room.build(
        sheet, dates, formats=formats, out=out, progress=progress, rebuild=f"briefing ask {file.name}"
    )


def _kept(file: Path) -> str:
    """The path, from the root, of a copy of the file that its content names."""
    content = file.read_bytes()
    kept = Path(".cache") / "asked" / f"{sha256(content).hexdigest()[:16]}.yml"
    target = tables.root() / kept
    ensure_writable(target)
    target.write_bytes(content)
    return kept.as_posix()


def _literal(text: str) -> str:
    """A text in which nothing is a field of a title."""
    return text.replace("{", "{{").replace("}", "}}")
