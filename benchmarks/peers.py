"""Other engines on the notebook and parameters of one section, each in an environment of its own.

`make bench-peers` makes the environments of peers.txt in .cache/peers; one that is not there is left out. All get the same
notebook with the parameters written into it (papermill prepares it). What each leaves differs and is said: an executed
notebook, or a page as well.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

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
    """The notebook with the parameters in it, not executed."""
    papermill = comparator.chain(project, section)[0]
    source = project.root / "prepared.ipynb"
    timed([[*papermill[:2], str(source), *papermill[3:], "--prepare-only"]], cwd=project.root)
    return source


def _run(
    project: Project, source: Path, programs: Path, engine: Callable[[Path, Path], Sequence[Command]]
) -> Taken:
    """What the engine takes, with nothing left of an earlier turn."""
    folder = project.root / "peer"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(source, folder / "in.ipynb")
    *before, last = engine(programs, folder)
    for command in before:
        timed([command], cwd=project.root)
    return timed([last], cwd=project.root)


def _leaves(project: Project, section: comparator.Section) -> str:
    """What a peer left behind, and whether its outputs are papermill's."""
    path = project.root / "peer" / "out.ipynb"
    if not path.is_file():
        return "its outputs are in a form of its own and not compared"
    differing = comparator.differences(nb.load(path), nb.load(comparator.executed(project)[section.key]))
    return (
        f"other outputs in {', '.join(differing)}" if differing else "the same outputs, an executed notebook"
    )


def _ploomber(programs: Path, folder: Path) -> Sequence[Command]:
    return [[str(programs / "ploomber-engine"), str(folder / "in.ipynb"), str(folder / "out.ipynb")]]


def _cache(programs: Path, folder: Path) -> Sequence[Command]:
    project = ["--cache-path", str(folder / "cache")]
    jcache = str(programs / "jcache")
    return [
        [jcache, "notebook", *project, "add", str(folder / "in.ipynb")],
        [jcache, "project", *project, "execute"],
    ]


def _marimo(programs: Path, folder: Path) -> Sequence[Command]:
    marimo = str(programs / "marimo")
    return [
        [marimo, "-y", "convert", str(folder / "in.ipynb"), "-o", str(folder / "in.py")],
        [marimo, "-y", "export", "html", str(folder / "in.py"), "-o", str(folder / "out.html")],
    ]


ENGINES = {"ploomber-engine": _ploomber, "jupyter-cache": _cache, "marimo": _marimo}

if __name__ == "__main__":
    install()
