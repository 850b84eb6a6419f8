"""What a worker of a cluster does: it lays out the project as it is where the build runs, does one job, gives back the files.

A job is done only by the same packages and the same sources. The project lies in a folder of the worker's own, so
machines need not share one; what a job writes it writes there.
"""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from analysis import tables
from analysis.errors import BriefingError, UsageError
from analysis.execution import environment, inputs, parcel
from analysis.execution.exchange import RESULTS, Exchange
from analysis.execution.files import WriteError
from analysis.execution.many import LocalPool, Task

SHIPPED = ("data", "notebooks", "reports")  # the folders of a project that a job may read
NOT_SHIPPED = ("reports/build", "reports/state", "reports/editions")
PACKAGE = Path(inputs.PACKAGE)
NAMED = 5  # differences that a sentence names

_lock = threading.Lock()
_doing: Job | None = None
_aborted: set[str] = set()
_pool: tuple[Any, LocalPool] | None = None


@dataclass(frozen=True)
class Seal:
    """What must be the same wherever a part of a build is done: packages and sources."""

    packages: str
    sources: Mapping[str, str]

    def problem(self, other: Seal) -> str:
        """What differs in another one, in words; nothing if nothing does."""
        if packages := environment.changes(self.packages, other.packages):
            return f"its packages differ ({_few(packages)}); install the same requirements.lock there"
        names = sorted(self.sources.keys() | other.sources.keys())
        if files := [name for name in names if self.sources.get(name) != other.sources.get(name)]:
            return f"its sources differ ({_few(files)}); bring it to the same commit"
        return ""


@dataclass(frozen=True)
class Job:
    """One thing to do. `files` are those it may read, by name with the hash of each; what it writes into `places` is its
    result; `owner` is the build that asks."""

    name: str
    owner: str
    seal: Seal
    shared: str
    engine: str | None
    imports: tuple[str, ...]
    is_run: bool
    told: bytes
    files: Mapping[str, str]
    places: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What came of a job: a value or an error, and the files it wrote, by name with the hash of each."""

    told: bytes
    files: Mapping[str, str]


def seal() -> Seal:
    """The packages and sources of this machine, as they are now."""
    _, _, packages = environment.text().partition("\n")  # the same Python may have been made by two compilers
    version = ".".join(map(str, sys.version_info[:3]))
    return Seal(f"python-{version}\n{packages}", inputs.stamps(sorted(_sources()), PACKAGE.parent))


def introduce() -> Seal:
    """The packages and sources that this process works with."""
    return _loaded()


def shipped(root: Path) -> dict[str, Path]:
    """The files of the project that a job may read, by name."""
    found = (path for folder in SHIPPED for path in sorted((root / folder).rglob("*")) if path.is_file())
    named = {path.relative_to(root).as_posix(): path for path in found}
    return {name: path for name, path in named.items() if not _is_left(name)}


def perform(job: Job, folder: Path) -> Answer:
    """Do a job in a project below `folder`: one at a time, as each has the project to itself."""
    global _doing
    root = folder / "project"
    with _lock:
        _doing = job
        try:
            _check(job)
            exchange = Exchange(job.shared)
            _lay_out(job, root, exchange)
            told = _done(job, root)
            return Answer(told, _given_back(job, root, exchange))
        except (BriefingError, OSError) as error:
            told = (
                error if isinstance(error, BriefingError) else WriteError(f"a worker of the cluster: {error}")
            )
            return Answer(parcel.pack(("error", told), root).data, {})
        finally:
            _doing = None
            _clear(job, root)


def abort(owner: str) -> None:
    """End what is done for a build that was interrupted."""
    import psutil

    if _doing is None or _doing.owner != owner:
        return
    _aborted.add(_doing.name)
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            if any("analysis.execution" in word for word in child.cmdline()):
                for each in (*child.children(recursive=True), child):
                    with suppress(psutil.Error):
                        each.kill()


def called(told: bytes, root: Path) -> bytes:
    """The value of a call, or the error that it raises; in a process of its own."""
    function, arguments = parcel.unpack(told, root)
    return _told(lambda: function(*arguments), root)


def _check(job: Job) -> None:
    if problem := _loaded().problem(seal()):
        raise UsageError(f"a worker of the cluster is older than what lies there: {problem} and restart it")
    if problem := job.seal.problem(_loaded()):
        raise UsageError(f"a worker of the cluster is not as this machine: {problem} and restart it")


@cache
def _loaded() -> Seal:
    return seal()


def _done(job: Job, root: Path) -> bytes:
    pool = _pool_for(root, job.engine, job.imports)
    if job.is_run:
        tables.use_root(root)  # by which parameters are checked
        task: Task = parcel.unpack(job.told, root)
        return _told(lambda: pool.run(task).result(), root)
    return pool.call(called, job.told, root).result()


def _told(work: Callable[[], Any], root: Path) -> bytes:
    try:
        answer = ("value", work())
    except BriefingError as error:
        answer = ("error", error)
    return parcel.pack(answer, root).data


def _pool_for(root: Path, engine: str | None, imports: tuple[str, ...]) -> LocalPool:
    """The processes that wait for work on this worker."""
    global _pool
    if _pool is None or _pool[0] != (root, engine, imports):
        _close_pool()
        made = LocalPool(root, jobs=1, engine=engine, imports=imports)
        _pool = ((root, engine, imports), made.__enter__())
    return _pool[1]


def _close_pool() -> None:
    global _pool
    if _pool is not None:
        _pool[1].__exit__(None, None, None)
        _pool = None


def _lay_out(job: Job, root: Path, exchange: Exchange) -> None:
    """Make the project what it is where the build runs, and the places of results empty."""
    for place in (*SHIPPED, *job.places):  # a project is known by its folders, also by one that is empty
        (root / place).mkdir(parents=True, exist_ok=True)
    for name, path in shipped(root).items():
        if name not in job.files:
            path.unlink()
    for name, content in job.files.items():
        if inputs.stamp(str(root / name)) != content:
            exchange.fetch(content, root / name)


def _given_back(job: Job, root: Path, exchange: Exchange) -> dict[str, str]:
    found = {path for place in job.places for path in (root / place).rglob("*") if path.is_file()}
    folder = f"{RESULTS}/{job.name}"
    return {path.relative_to(root).as_posix(): exchange.put(path, folder) for path in sorted(found)}


def _clear(job: Job, root: Path) -> None:
    """Leave the project as it is for every job, without what was for this one alone."""
    for place in job.places:
        shutil.rmtree(root / place, ignore_errors=True)
    for name in job.files.keys() - shipped(root).keys():
        (root / name).unlink(missing_ok=True)
    if job.name in _aborted:
        _aborted.discard(job.name)
        _close_pool()


def _is_left(name: str) -> bool:
    is_hidden = any(part.startswith(".") for part in name.split("/"))
    return is_hidden or any(name.startswith(f"{folder}/") for folder in NOT_SHIPPED)


def _sources() -> Iterable[str]:
    for path in PACKAGE.rglob("[!.]*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"analysis/{path.relative_to(PACKAGE).as_posix()}"


def _few(names: list[str]) -> str:
    rest = len(names) - NAMED
    return ", ".join([*names[:NAMED], *([f"{rest} more"] if rest > 0 else [])])
