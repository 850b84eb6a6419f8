"""Time taken in rounds in which every way has its turn, so that all meet the same state of the machine.

The first round is dropped, and a ratio is taken round by round: a machine whose speed drifts changes both its sides.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic, sleep

import psutil

PR_SET_CHILD_SUBREAPER = 36
LONGEST_FAREWELL = 30.0  # seconds in which what a command has left behind may end

Chain = Sequence[Sequence[str]]


class RefusedError(Exception):
    """A scenario that is not printed: a command failed, or its outputs are not those of the comparator."""


@dataclass(frozen=True)
class Taken:
    """Seconds that one way took in one round: of the clock, and of the processors in all its processes."""

    wall: float
    cpu: float

    def times(self, factor: float) -> Taken:
        """The same work that many times over.

        >>> Taken(1.0, 2.0).times(7.5)
        Taken(wall=7.5, cpu=15.0)
        """
        return Taken(self.wall * factor, self.cpu * factor)


Way = Callable[[], Taken]


@dataclass(frozen=True)
class Spread:
    """What the rounds gave: the middle of them, the least, the most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """
        >>> Spread.of([3.0, 1.0, 2.0])
        Spread(median=2.0, least=1.0, most=3.0)
        """
        taken = tuple(values)
        return cls(median(taken), min(taken), max(taken))


@dataclass(frozen=True)
class Rounds:
    """What each way took, one value a round."""

    taken: Mapping[str, tuple[Taken, ...]]

    def seconds(self, name: str, by: str = "wall") -> tuple[float, ...]:
        return tuple(getattr(each, by) for each in self.taken[name])

    def ratio(self, name: str, reference: str, by: str = "wall") -> Spread:
        """How many times the reference's time, each round against its own.

        >>> rounds = Rounds({"a": (Taken(1, 0), Taken(4, 0)), "b": (Taken(2, 0), Taken(2, 0))})
        >>> rounds.ratio("a", "b")
        Spread(median=1.25, least=0.5, most=2.0)
        """
        own, other = self.seconds(name, by), self.seconds(reference, by)
        return Spread.of(one / two for one, two in zip(own, other, strict=True))


def taken(ways: Mapping[str, Way], count: int, told: Callable[[str], None] = lambda step: None) -> Rounds:
    """`count` rounds, after a first one that is dropped."""
    every = []
    for number in range(count + 1):
        every.append({})
        for name, way in ways.items():
            told(f"round {number} of {count}: {name}")
            every[-1][name] = way()
    return Rounds({name: tuple(one[name] for one in every[1:]) for name in ways})


def timed(*chains: Chain, at_once: int = 1, cwd: Path, log: Path | None = None) -> Taken:
    """What the chains of commands take, `at_once` of them at a time, their processes' processes included.

    What is printed goes to `log`. Raises RefusedError where a command fails.
    """
    with _orphans_counted():
        cpu, start = _children(), monotonic()
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(lambda chain: _run(chain, cwd, log), chains))
        wall = monotonic() - start
    return Taken(wall, _children() - cpu)


def _run(chain: Chain, cwd: Path, log: Path | None) -> None:
    with log.open("a") if log else open(os.devnull, "w") as out:  # noqa: PTH123
        for command in chain:
            ended = subprocess.run(
                command, cwd=cwd, env=environment(), stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.PIPE, text=True, check=False,
            )  # fmt: skip
            if ended.returncode:
                said = [line for line in ended.stderr.splitlines() if line.strip()] or ["no words"]
                words = " ".join([Path(command[0]).name, *command[1:4]])
                raise RefusedError(f"`{words}` ended with {ended.returncode}: {' / '.join(said[-2:])}")


def environment() -> dict[str, str]:
    """The environment of a command: this Python's programs come first, so `jupyter` finds its own."""
    programs = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": os.pathsep.join([programs, os.environ.get("PATH", "")])}


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def _orphans_counted() -> Iterator[None]:
    """Processes whose parent ended become ours (on Linux) and are waited for: what they use is counted, and the next turn
    does not run beside them."""
    before = {each.pid for each in psutil.Process().children()}
    _adopt(True)
    try:
        yield
    finally:
        end = monotonic() + LONGEST_FAREWELL
        while monotonic() < end and any(map(_runs, _left(before))):
            sleep(0.02)
        _adopt(False)


def _left(before: set[int]) -> list[int]:
    return [each.pid for each in psutil.Process().children() if each.pid not in before]


def _runs(pid: int) -> bool:
    """Whether a child still runs; one that has ended is thereby taken off."""
    with suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    return False


def _adopt(is_on: bool) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(is_on), 0, 0, 0)
