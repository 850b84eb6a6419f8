"""Other engines on the notebook and parameters of one section, each in an environment of its own.

`make bench-peers` makes the environments of peers.txt in .cache/peers; one that is not there is left out. All get the same
notebook with the parameters written into it. What each leaves differs and is said: an executed
notebook, or a page as well.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis.briefings.definition import DEFAULT
from analysis.execution import notebook as nb
from benchmarks import comparator, projects
from benchmarks.building import PAPERMILL, Told
from benchmarks.projects import ROOT, Project
from benchmarks.results import Figure, Outcome
from benchmarks.rounds import RefusedError, Taken, taken, timed

LIST = Path(__file__).resolve().parent / "peers.txt"
HOME = ROOT / ".cache" / "peers"
OURS = "briefing build, one section (HTML)"

Command = Sequence[str]


def measured(rounds: int, told: Told) -> Outcome:
    """One section of the default briefing through each engine that is installed."""
    with projects.opened() as project:
        project.define("one", _first_section())
        told("checking that the outputs are equal")
        section = comparator.sections(project, "one")[0][0]
        project.fresh_build("one", "--formats", "html")
        comparator.hold(project, [section])
        source = _prepared(project, section)
        ways: dict[str, Callable[[], Taken]] = {
            OURS: lambda: project.fresh_build("one", "--formats", "html"),
            PAPERMILL: lambda: comparator.compare(project, [section]),
        }
        notes = []
        for name, engine in ENGINES.items():
            if not (HOME / name).is_dir():
                notes.append(f"{name}: not installed.")
                continue
            way = lambda name=name, engine=engine: _run(project, source, HOME / name / "bin", engine)  # noqa: E731
            told(f"trying {name}")
            try:
                way()
            except RefusedError as error:
                notes.append(f"{name}: {error}.")
                continue
            notes.append(f"{name}: {_leaves(project, section)}.")
            ways[name] = way
        found = taken(ways, rounds, told)
    figures = tuple(
        Figure(f"{name} / {PAPERMILL}", found.ratio(name, PAPERMILL)) for name in ways if name != PAPERMILL
    )
    return Outcome("peers", found, figures, tuple(notes))


def _first_section() -> projects.Written:
    """The default definition with its first section alone, and the parameters that this one takes."""
    own = projects.definition(DEFAULT)
    first = own["sections"][0]
    taken = {
        name: value
        for name, value in own["parameters"].items()
        if f"${{{name}}}" in first["parameters"].values()
    }
    return {**own, "subtitle": "One section", "sections": [first], "parameters": taken}


def listed() -> dict[str, list[str]]:
    """What peers.txt asks to install, by the name of the peer."""
    lines = [
        line.split() for line in LIST.read_text(encoding="utf-8").splitlines() if line[:1] not in {"", "#"}
    ]
    return {name: wanted for name, *wanted in lines}


def install() -> None:
    """Make the environments that are missing: this project and its locked versions, and the peer."""
    HOME.mkdir(parents=True, exist_ok=True)
    frozen = subprocess.run(
        [sys.executable, "-m", "pip", "freeze", "--exclude-editable"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (HOME / "wanted.txt").write_text(frozen, encoding="utf-8")
    for name, wanted in listed().items():
        place = HOME / name
        if place.is_dir():
            continue
        try:
            subprocess.run([sys.executable, "-m", "venv", place], check=True)
            pip = [place / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, "--requirement", HOME / "wanted.txt"], check=True)
            subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT], check=True)
            subprocess.run([*pip, *wanted], check=True)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise


def _prepared(project: Project, section: comparator.Section) -> Path:
    """The notebook with the parameters set in their cell; the next one names them, for marimo orders cells by names."""
    notebook = nb.load(section.notebook)
    cells = list(filter(nb.is_code, notebook["cells"]))
    place = next(place for place, cell in enumerate(cells) if "parameters" in nb.tags(cell))
    given = "\n".join(f"{name} = {value!r}" for name, value in section.parameters.items())
    cells[place]["source"] = f"{nb.source(cells[place])}\n{given}"
    cells[place + 1]["source"] = f"({', '.join(section.parameters)})\n{nb.source(cells[place + 1])}"
    source = project.root / "prepared.ipynb"
    source.write_text(nb.dump(notebook), encoding="utf-8")
    return source


def _run(project: Project, source: Path, programs: Path, engine: Callable[[Path, Path], Plan]) -> Taken:
    """What the engine takes, with nothing left of an earlier turn."""
    folder = project.root / "peer"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(source, folder / "in.ipynb")
    plan = engine(programs, folder)
    timed(plan.before, cwd=project.root)
    took = timed([plan.command], cwd=project.root)
    timed(plan.after, cwd=project.root)
    return took


def _leaves(project: Project, section: comparator.Section) -> str:
    """What a peer left behind, and whether its outputs are papermill's."""
    path = project.root / "peer" / "out.ipynb"
    if not path.is_file():
        return "its outputs are in a form of its own and not compared"
    both = (nb.load(path), nb.load(comparator.executed(project)[section.key]))
    differing = comparator.differences(*map(_uncounted, both))
    return f"other outputs in {', '.join(differing)}" if differing else "the same outputs, a notebook"


def _uncounted(notebook: nb.Notebook) -> nb.Notebook:
    """A notebook whose outputs do not say how many cells ran before: papermill adds one."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            output.pop("execution_count", None)
    return notebook


class Plan(NamedTuple):
    """The command that is timed, and what has to be done before and after it."""

    command: Command
    before: Sequence[Command] = ()
    after: Sequence[Command] = ()


def _ploomber(programs: Path, folder: Path) -> Plan:
    return Plan([str(programs / "ploomber-engine"), str(folder / "in.ipynb"), str(folder / "out.ipynb")])


def _cache(programs: Path, folder: Path) -> Plan:
    cache, source, out = (str(folder / name) for name in ("cache", "in.ipynb", "out.ipynb"))
    jcache = str(programs / "jcache")
    make = f"from jupyter_cache import get_cache; get_cache({cache!r}).get_version()"
    notebook = [jcache, "notebook", "--cache-path", cache]
    return Plan(
        [jcache, "project", "--cache-path", cache, "execute"],
        ([str(programs / "python"), "-c", make], [*notebook, "add", source]),
        ([*notebook, "merge", source, out],),
    )


def _marimo(programs: Path, folder: Path) -> Plan:
    marimo = [str(programs / "marimo"), "-y"]
    source, script, page = (str(folder / name) for name in ("in.ipynb", "in.py", "out.html"))
    return Plan(
        [*marimo, "export", "html", script, "-o", page], ([*marimo, "convert", source, "-o", script],)
    )


ENGINES = {"ploomber-engine": _ploomber, "jupyter-cache": _cache, "marimo": _marimo}

if __name__ == "__main__":
    install()
