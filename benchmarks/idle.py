"""A hundred briefings of which none or one has changed.

The definitions differ in their titles; their sections are those of a few parameter sets, so that the first build of all,
which is not timed, is quick.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from analysis.briefings.definition import DEFAULT
from benchmarks import projects
from benchmarks.building import FORMATS, OTHERS, Told
from benchmarks.projects import Project, Written
from benchmarks.results import Figure, Outcome
from benchmarks.rounds import RefusedError, Spread, Taken, taken, timed

COUNT = 100
CHANGED = "sheet-000"
ALL = ("--all", *FORMATS, "--jobs", "2")
STARTS, BLOCS = range(2010, 2018), ("cis", "cmhs", "csto", "eaeu", "ots", "sco")


def no_op(rounds: int, told: Told) -> Outcome:
    """A build of a hundred briefings with nothing to do, beside a Python that does nothing."""
    with hundred(told) as project:
        before = project.files("")
        ways = {
            "python -c pass": lambda: nothing(project),
            "briefing build --all": lambda: project.build(*ALL),
        }
        found = taken(ways, rounds, told)
        if project.files("") != before:
            raise RefusedError("a build with nothing to do has written other files")
    figures = (
        Figure("build / python -c pass", found.ratio("briefing build --all", "python -c pass"), target=5),
    )
    return Outcome("no-op", found, figures, (f"{COUNT} briefings, HTML and PDF, the whole process.",))


def one_of_100(rounds: int, told: Told) -> Outcome:
    """A build of a hundred after one definition changed, beside one with nothing to do and a cold build of that one."""
    with hundred(told) as project, projects.opened() as alone:
        changes = variants()

        def changed() -> Taken:
            definition = next(changes)
            for each in (project, alone):
                each.define(CHANGED, definition)
            return project.build(*ALL)

        def cold() -> Taken:
            took = alone.fresh_build(CHANGED, *FORMATS)
            _hold(project, alone)
            return took

        ways = {
            "one changed": changed,
            "nothing changed": lambda: project.build(*ALL),
            "cold, that one": cold,
        }
        found = taken(ways, rounds, told)
    summed = [
        one.wall / (none.wall + alone.wall)
        for one, none, alone in zip(*(found.taken[name] for name in ways), strict=True)
    ]
    figures = (Figure("one changed / (nothing changed + cold)", Spread.of(summed), target=1.0),)
    note = "The definition gets parameters that no section was run with; its page and PDF are those of the cold build."
    return Outcome("one-of-100", found, figures, (note,))


@contextmanager
def hundred(told: Told) -> Iterator[Project]:
    """A project with a hundred briefings, all built."""
    with projects.opened() as project:
        for number in range(COUNT):
            project.define(f"sheet-{number:03}", sheet(number))
        told(f"building {COUNT} briefings")
        project.fresh_build(*ALL)
        if (built := len(project.files(".pdf"))) != COUNT:
            raise RefusedError(f"{built} of {COUNT} briefings are built")
        yield project


def sheet(number: int) -> Written:
    """One of the hundred definitions."""
    own = projects.definition(DEFAULT)
    letters = "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}")
    given = own["parameters"] | {"start": 2018} | OTHERS[number % len(OTHERS)]
    return {**own, "subtitle": f"Sheet {letters}", "parameters": given}


def variants() -> Iterator[Written]:
    """The changed definition, each time with parameters that none had before."""
    own = sheet(0)
    for start, (bloc_a, bloc_b) in zip(
        itertools.cycle(STARTS), itertools.permutations(BLOCS, 2), strict=False
    ):
        yield {**own, "parameters": own["parameters"] | {"start": start, "bloc_a": bloc_a, "bloc_b": bloc_b}}


def nothing(project: Project) -> Taken:
    """What a Python takes that does nothing."""
    return timed([[sys.executable, "-c", "pass"]], cwd=project.root)


def _hold(project: Project, alone: Project) -> None:
    """Refuse a changed build whose page or PDF is not that of a cold one."""
    for ending in (".html", ".pdf"):
        for place, content in alone.files(ending).items():
            if project.files(ending).get(place) != content:
                raise RefusedError(f"{place} is not the same after a build of one and of all")
