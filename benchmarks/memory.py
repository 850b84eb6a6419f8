"""How much memory a build takes while it runs: the whole command, and the largest process that runs a section.

PSS divides a page among the processes that hold it, so the sum over processes counts it once; RSS counts it in each.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import psutil

from analysis.briefings.definition import DEFAULT
from benchmarks import comparator, projects
from benchmarks.building import FORMATS, PAPERMILL, Told
from benchmarks.projects import PROGRAMS
from benchmarks.results import Figure, Outcome
from benchmarks.rounds import RefusedError, Spread, environment

EVERY = 0.05  # seconds between two looks
MIB = 2**20
SECTION_TARGET = 90  # MiB
OURS = "briefing build"


@dataclass(frozen=True)
class Peak:
    """MiB at the highest: PSS of the command with all its processes; PSS and RSS of its largest child."""

    whole: float = 0.0
    section: float = 0.0
    resident: float = 0.0

    def above(self, other: Peak) -> Peak:
        """The higher of each.

        >>> Peak(3, 1, 2).above(Peak(1, 2, 1))
        Peak(whole=3, section=2, resident=2)
        """
        return Peak(
            max(self.whole, other.whole),
            max(self.section, other.section),
            max(self.resident, other.resident),
        )


def measured(rounds: int, told: Told) -> Outcome:
    """A fresh build of the default briefing, and the comparator, looked at while they run."""
    with projects.opened([DEFAULT]) as project:
        sections = comparator.distinct(comparator.sections(project, DEFAULT))
        build = [[str(PROGRAMS / "briefing"), "build", DEFAULT, *FORMATS]]
        ways: dict[str, Callable[[], Peak]] = {
            OURS: lambda: project.forget() or peak(build, project.root),
            PAPERMILL: lambda: peak(
                [command for section in sections for command in comparator.chain(project, section)],
                project.root,
            ),
        }
        found: dict[str, list[Peak]] = {name: [] for name in ways}
        for number in range(rounds):
            for name, way in ways.items():
                told(f"round {number + 1} of {rounds}: {name}")
                found[name].append(way())
    figures = [
        Figure(
            f"{name}: {what}",
            Spread.of(getattr(each, key) for each in found[name]),
            "MiB",
            SECTION_TARGET if (name, key) == (OURS, "section") else None,
        )
        for name in ways
        for key, what in (
            ("whole", "all processes, PSS"),
            ("section", "largest child, PSS"),
            ("resident", "largest child, RSS"),
        )
    ]
    note = (
        f"Peaks, looked at every {EVERY:g} s; of papermill and nbconvert the higher; its child is the kernel."
    )
    return Outcome("memory", None, tuple(figures), (note,))


def peak(commands: Sequence[Sequence[str]], cwd: Path) -> Peak:
    """The highest that any of the commands reached, one after the other."""
    highest = Peak()
    for command in commands:
        with subprocess.Popen(
            command, cwd=cwd, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            while process.poll() is None:
                highest = highest.above(_look(process.pid))
                sleep(EVERY)
        if process.returncode:
            raise RefusedError(f"`{Path(command[0]).name} {command[1]}` ended with {process.returncode}")
    return highest


def _look(pid: int) -> Peak:
    """What the process and its descendants hold now."""
    with suppress(psutil.Error):
        parent = psutil.Process(pid)
        own, *below = [_held(each) for each in [parent, *parent.children(recursive=True)]]
        largest = max(below, default=(0.0, 0.0))
        return Peak(own[0] + sum(each[0] for each in below), *largest)
    return Peak()


def _held(process: psutil.Process) -> tuple[float, float]:
    """PSS and RSS of one process; none if it has just ended."""
    with suppress(psutil.Error, AttributeError):
        held = process.memory_full_info()
        return held.pss / MIB, held.rss / MIB
    return 0.0, 0.0
