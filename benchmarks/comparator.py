"""The comparator: papermill and `jupyter nbconvert`, a process each, on every distinct notebook and parameters.

Both are the plain command lines of this environment, with ordinary kernels. Before anything is timed their outputs are
held against those of our sections: a quick engine that is wrong is not printed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import tables
from analysis.briefings import definition, for_each
from analysis.execution import notebook as nb
from analysis.execution import settle
from benchmarks.projects import PROGRAMS, Project
from benchmarks.rounds import Chain, RefusedError, Taken, timed


@dataclass(frozen=True)
class Section:
    """A notebook and all its parameters; two that are equal are run once."""

    notebook: Path
    parameters: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.notebook.stem

    @property
    def key(self) -> str:
        """What tells it from another section."""
        return key(self.name, self.parameters)


def key(notebook: str, parameters: Mapping[str, Any]) -> str:
    """
    >>> key("trade", {"start": 2018, "partner": "KAZ"})
    'trade {"partner": "KAZ", "start": 2018}'
    """
    return f"{notebook} {json.dumps(dict(parameters), sort_keys=True, default=str)}"


def sections(project: Project, *names: str) -> list[list[Section]]:
    """The sections of each briefing that the definitions make, in order."""
    tables.use_root(project.root)
    try:
        return [briefing for name in names for briefing in _sections(definition.load(name))]
    finally:
        tables.use_root(None)


def _sections(asked: definition.Definition) -> list[list[Section]]:
    every = for_each.chosen(asked, {}) if asked.for_each else [asked.values({})]
    paths = {section.name: section.path for section in asked.sections}
    return [
        [Section(paths[name], parameters) for name, parameters in asked.routed(values).items()]
        for values in every
    ]


def distinct(briefings: Iterable[Sequence[Section]]) -> list[Section]:
    """Each section once."""
    return list({section.key: section for briefing in briefings for section in briefing}.values())


def compare(project: Project, chosen: Sequence[Section], at_once: int = 1) -> Taken:
    """What papermill and nbconvert take for these sections, `at_once` of them at a time."""
    return timed(*(chain(project, section) for section in chosen), at_once=at_once, cwd=project.root)


def chain(project: Project, section: Section) -> Chain:
    """The two commands, one after the other."""
    out = str(_executed(project, section))
    given = json.dumps(dict(section.parameters), default=str)
    return (
        [str(PROGRAMS / "papermill"), str(section.notebook), out, "-y", given, "--no-progress-bar"],
        [str(PROGRAMS / "jupyter"), "nbconvert", "--to", "html", out],
    )


def hold(project: Project, chosen: Sequence[Section]) -> None:
    """Run papermill on these sections and refuse the scenario unless what we have built shows the same."""
    ours = executed(project)
    for section in chosen:
        if section.key not in ours:
            raise RefusedError(f"no executed notebook is kept of {section.key}")
        papermill = chain(project, section)[:1]
        timed(papermill, cwd=project.root)
        refuse(section.name, nb.load(ours[section.key]), nb.load(_executed(project, section)))


def refuse(name: str, ours: nb.Notebook, theirs: nb.Notebook) -> None:
    """Raise RefusedError that names the cells whose outputs differ."""
    if differing := differences(ours, theirs):
        raise RefusedError(f"{name}: other outputs than papermill's in {', '.join(differing)}")


def differences(ours: nb.Notebook, theirs: nb.Notebook) -> list[str]:
    """The cells that show something else, both sides settled; the cell with the parameters shows nothing."""
    one, two = _shown(ours), _shown(theirs)
    if len(one) != len(two):
        return [f"the number of cells ({len(one)} and {len(two)})"]
    return [
        f"cell {number}" for number, pair in enumerate(zip(one, two, strict=True), 1) if pair[0] != pair[1]
    ]


def executed(project: Project) -> dict[str, Path]:
    """The executed notebooks of what was built, by their section."""
    found = {}
    for path in (project.root / "reports" / "build").rglob("*.run.json"):
        for record in json.loads(path.read_text(encoding="utf-8")).values():
            found[key(record["notebook"], record["parameters"])] = project.root / record["output"]
    return found


def _shown(notebook: nb.Notebook) -> list[Any]:
    cells = settle.settled(notebook, {})["cells"]
    return [
        cell["outputs"]
        for cell in cells
        if cell["cell_type"] == "code" and not nb.ADDED.intersection(nb.tags(cell))
    ]


def _executed(project: Project, section: Section) -> Path:
    folder = project.root / "compared"
    folder.mkdir(exist_ok=True)
    mark = hashlib.sha256(section.key.encode()).hexdigest()[:12]
    return folder / f"{section.name}-{mark}.ipynb"
