"""Build a briefing: check all, run its notebooks, assemble one document, export it, put the files in place.

Nothing in the target folder changes before every file is whole; a build that fails leaves the last good one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from analysis import tables
from analysis.briefings import assemble, definition, facts, prose, titles, untranslated
from analysis.briefings.agreement import FORMATS, WHOLE
from analysis.briefings.definition import COMMON, Definition, Raw
from analysis.briefings.document import Document
from analysis.errors import UsageError, did_you_mean
from analysis.execution import many
from analysis.execution.files import WriteError, cannot_write, ensure_writable
from analysis.execution.runner import Run
from analysis.exhibits import language

LONGEST_NAME = 100
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """A build that succeeded: `paths` are the formats asked for; beside them `notebook` is the assembled one, `facts` what
    stands behind every number."""

    name: str
    paths: tuple[Path, ...]
    notebook: Path
    facts: Path
    record: Path
    document: Document
    records: dict[str, dict[str, Any]]


def build(
    name: str | Path | Definition,
    overrides: Mapping[str, Raw] | None = None,
    *,
    formats: Sequence[str] | None = None,
    as_of: str | None = None,
    known_by: str | None = None,
    out: Path | None = None,
    root: Path | None = None,
    progress: Progress = lambda step: None,
    rebuild: str = "",
) -> Built:
    """Build the briefing `name`; `overrides` set parameters of its definition, `as_of` and `known_by` its dates.

    `name` may be a definition made elsewhere; `rebuild` is then the command that makes it again. Of a sweep, `overrides`
    name the one briefing that is meant (sweep.build makes them all). The files go to reports/build/NAME/, with
    overrides to a folder named by them, or to `out`. Raises UsageError before anything runs, RunError or BriefingError
    for what went wrong after, WriteError where nothing can be written.
    """
    if root is not None:
        tables.use_root(root)
    briefing = name if isinstance(name, Definition) else definition.load(name)
    chosen = chosen_formats(formats, briefing)
    dates = {key: value for key, value in (("as_of", as_of), ("known_by", known_by)) if value is not None}
    given = {**(overrides or {}), **dates}
    values = briefing.values(given)
    routed = briefing.routed(values)
    prose.check(*(section.path for section in briefing.sections))
    spoken = values.get("language") or language.SOURCE
    untranslated.check(briefing, spoken)
    changed = changes(briefing, values)
    stem = stem_of(briefing.name, changed)
    folder = Path(out) if out is not None else home(briefing, changed)
    with _target(folder, stem):
        runs = _run(briefing, routed, _workplace(stem, folder), progress)
        progress("Assembling")
        with language.using(spoken) as missed:
            assembled = assemble.assemble(
                cover(briefing, values, changed, rebuild), _sections(briefing, values, runs)
            )
            untranslated.refuse(assembled, missed)
        document = assemble.normalise(assembled)
        files = {form: f"{stem}.{ending}" for form, ending in FORMATS.items()}
        whole = [files[form] for form in chosen if form in WHOLE]
        contents = {}
        for form in chosen:
            progress(f"Writing {form.upper() if form in WHOLE else form}")
            contents[files[form]] = _exported(form, assembled, document, whole)
        records = {section: run.record for section, run in runs.items()}
        contents[f"{stem}.facts.json"] = _json(facts.record(document))
        contents[f"{stem}.ipynb"] = nbformat.writes(assembled).encode() + b"\n"
        contents[f"{stem}.run.json"] = _json(records)
        put(
            folder,
            contents,
            [file for form, file in files.items() if form not in chosen] if out is None else [],
        )
    return Built(
        name=briefing.name,
        paths=tuple(folder / files[form] for form in chosen),
        notebook=folder / f"{stem}.ipynb",
        facts=folder / f"{stem}.facts.json",
        record=folder / f"{stem}.run.json",
        document=document,
        records=records,
    )


def cover(
    briefing: Definition, values: Mapping[str, Any], changed: Mapping[str, Any], command: str = ""
) -> assemble.Cover:
    """What the definition, with these values, says of the whole."""
    agreed, cutoff = briefing.contract, tables.cutoff().isoformat()
    return assemble.Cover(
        title=titles.filled(briefing.title, agreed, values),
        subtitle=titles.filled(briefing.subtitle, agreed, values),
        series=language.text(briefing.series),
        language=language.current(),
        as_of=values.get("as_of") or cutoff,
        known_by=values.get("known_by") or cutoff,
        parameters={name: values[name] for name in briefing.own},
        rebuild=command or rebuild(briefing.name, changed),
        lead=briefing.lead,
    )


def changes(briefing: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that differ from the definition's own, by name: a build with any is not the default's.

    What is swept has no value of its own: it is always among them.
    """
    own = briefing.contract.defaults
    cutoff = tables.cutoff().isoformat()
    same = {name: (own[name], own[name] or cutoff) if name in COMMON else (own[name],) for name in own}
    return {
        name: value for name, value in values.items() if name in briefing.swept or value not in same[name]
    }


def home(briefing: Definition, changed: Mapping[str, Any]) -> Path:
    """The folder of a build with these changes; all briefings of a sweep have one."""
    others = {name: value for name, value in changed.items() if name not in briefing.swept}
    return tables.root() / "reports" / "build" / stem_of(briefing.name, others)


def stem_of(name: str, changed: Mapping[str, Any]) -> str:
    """The name of the files and their folder; a hash stands for overrides too long or too odd for a file name.

    >>> stem_of("uzbekistan-kazakhstan", {"partner": "KGZ", "start": 2018})
    'uzbekistan-kazakhstan--partner-KGZ--start-2018'
    """
    words = {
        key: "+".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in changed.items()
    }
    stem = "--".join([name, *(f"{key}-{value}" for key, value in words.items())])
    if len(stem) <= LONGEST_NAME and re.fullmatch(r"[\w+.-]+", stem, re.ASCII):
        return stem
    return f"{name}--{hashlib.sha256(_json(dict(changed))).hexdigest()[:12]}"


def rebuild(name: str, changed: Mapping[str, Any], verb: str = "build") -> str:
    """The command that builds the same again, typed at the root.

    >>> rebuild("x", {"partner": "KGZ", "as_of": "2020-01-01"})
    'briefing build x -p partner=KGZ --as-of 2020-01-01'
    >>> rebuild("drafts/my article.yml", {"known_by": "2024-01-01"}, "ask")
    "briefing ask 'drafts/my article.yml' --known-by 2024-01-01"
    """
    words = ["briefing", verb, name]
    for key, value in changed.items():
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        words += [f"--{key.replace('_', '-')}", text] if key in COMMON[:2] else ["-p", f"{key}={text}"]
    return shlex.join(words)


def put(folder: Path, contents: Mapping[str, bytes], stale: Sequence[str] = ()) -> None:
    """Write all `contents` (name -> bytes) beside their places, then move each at once; then remove `stale` names.

    A WriteError leaves the folder as it was.
    """
    drafts: dict[Path, Path] = {}
    path = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in contents.items():
            path = folder / name
            handle, draft = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
            drafts[path] = Path(draft)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).chmod(0o644)
        for path, draft in drafts.items():
            draft.replace(path)
        for name in stale:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise WriteError(cannot_write(path, error)) from None
    finally:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def chosen_formats(asked: Sequence[str] | None, briefing: Definition) -> tuple[str, ...]:
    """The formats to write, in their order: those asked for, else the definition's; a UsageError for an unknown one."""
    if asked is None:
        return briefing.formats
    if not asked:
        raise UsageError(f"--formats names none; choose from {', '.join(FORMATS)}")
    if unknown := [name for name in asked if name not in FORMATS]:
        raise UsageError(
            *(
                f"--formats: there is no format '{odd}'{did_you_mean(odd, FORMATS)}; choose from {', '.join(FORMATS)}"
                for odd in unknown
            )
        )
    return tuple(form for form in FORMATS if form in asked)


@contextmanager
def _target(folder: Path, stem: str) -> Iterator[None]:
    """Refuse a folder that cannot be written before anything runs; a failed build leaves no new, empty one."""
    is_new = not folder.exists()
    ensure_writable(folder / f"{stem}.ipynb")
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise


def _sections(
    briefing: Definition, values: Mapping[str, Any], runs: Mapping[str, Run]
) -> list[assemble.Executed]:
    agreed = briefing.contract
    return [
        assemble.Executed(
            section.name,
            nbformat.read(runs[section.name].notebook, as_version=4),
            titles.filled(section.title, agreed, values),
            section.exhibits,
            section.annex,
            section.without,
        )
        for section in briefing.sections
    ]


def _workplace(stem: str, folder: Path) -> Path:
    """Where sections run: a cache that stays for whoever asks why one failed, the target if there can be none."""
    place = tables.root() / ".cache" / "runs" / stem
    try:
        ensure_writable(place / "probe")
    except WriteError:
        return folder / "sections"
    return place


def _run(
    briefing: Definition, routed: Mapping[str, dict[str, Any]], place: Path, progress: Progress
) -> dict[str, Run]:
    lead = (briefing.lead or briefing.sections[0].name).partition("/")[0]
    tasks = [
        many.Task(
            notebook=section.path,
            out=place / f"{section.name}.ipynb",
            parameters=routed[section.name],
            expects=("references", "lead") if section.name == lead else ("references",),
            where=f"{briefing.shown}, section {section.name}",
        )
        for section in briefing.sections
    ]
    progress("Running " + ", ".join(section.notebook for section in briefing.sections))
    done = lambda task: progress(f"Ran {task.notebook.stem}")  # noqa: E731
    runs = many.execute_all(tasks, done=done, timeout=briefing.deadline, root=tables.root())
    return {section.name: run for section, run in zip(briefing.sections, runs, strict=True)}


def _exported(form: str, notebook: nbformat.NotebookNode, document: Document, files: Sequence[str]) -> bytes:
    """The briefing in one format; `files` are the names of those that hold all of it."""
    match form:
        case "html":
            from analysis.briefings.html import BriefingHTMLExporter

            return BriefingHTMLExporter().from_notebook_node(notebook)[0].encode()
        case "pdf":
            from analysis.briefings.pdf import BriefingPDFExporter

            return BriefingPDFExporter().from_notebook_node(notebook)[0]
        case "email":
            from analysis.briefings.email import email

            return email(document, files)
        case _:
            from analysis.briefings.card import card

            return card(document)


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n").encode()
