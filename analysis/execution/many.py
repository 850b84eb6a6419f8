"""Many things at once on one machine: notebooks, each run in processes of its own, and calls, in processes that stay.

A pool holds no queue: whoever uses it hands over as much as it has hands, and takes what is done.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from analysis.errors import BriefingError
from analysis.execution import notebook as nb
from analysis.execution import runner, settle
from analysis.execution.launch import Template
from analysis.execution.runner import Run, RunError
from analysis.execution.verdict import Expects
from analysis.execution.workers import Worker

CALLS = 8  # that a process answers: typesetting keeps some 40 MB of each


@dataclass(frozen=True)
class Task:
    """One run to do; the names are those of `runner.execute`. `is_repeated` says that its notebook runs many times."""

    notebook: Path
    out: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    expects: Expects = None
    where: str | None = None
    timeout: float = runner.TIMEOUT
    is_repeated: bool = False


class Pool(Protocol):
    """Whatever runs notebooks and calls: this machine, or others. `jobs` is how much of it goes on at once."""

    jobs: int

    def run(self, task: Task) -> Future[Run]:
        """Run a notebook; the future raises what `runner.execute` raises."""

    def call(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Call a function of ours elsewhere; the future raises the BriefingError that it raises."""

    def stop(self) -> None:
        """End what is going on; a signal has arrived."""


class LocalPool:
    """The processors of this machine, `jobs` of them (all by default); a context manager.

    `imports` are the modules that calls will want, of others and then `ours`: the processes for them are forked with
    these loaded.
    """

    def __init__(
        self,
        root: Path,
        *,
        jobs: int | None = None,
        engine: str | None = None,
        imports: Sequence[str] = (),
        ours: Sequence[str] = (),
    ) -> None:
        self.root = root
        self.jobs = jobs or cores()
        self.engine = engine
        self._imports, self._ours = imports, ours
        self._writing: Template | None = None
        self._branches: dict[Path, Template] = {}
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._workers: list[Worker] = []
        self._stack = ExitStack()

    def __enter__(self) -> LocalPool:
        self._threads = self._stack.enter_context(ThreadPoolExecutor(self.jobs))
        self._stack.callback(self.stop)
        self._running = self._stack.enter_context(Template(self.root))
        self._calling = self._stack.enter_context(Template(self.root, self._imports))
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def run(self, task: Task) -> Future[Run]:
        """Run a notebook in processes of its own."""
        return self._threads.submit(self._run, task)

    def _run(self, task: Task) -> Run:
        return runner.execute(
            task.notebook,
            task.parameters,
            out=task.out,
            expects=task.expects,
            where=task.where,
            timeout=task.timeout,
            root=self.root,
            engine=self.engine,
            template=self._template(task),
        )

    def _template(self, task: Task) -> Template:
        """Of a notebook that runs again and again one of its own, which has rehearsed it; else that of all.

        Of its own, for what it has read would pass for read by another notebook.
        """
        if not task.is_repeated or self.engine == "kernel":
            return self._running
        with self._lock:
            if task.notebook not in self._branches:
                cells = settle.prepared(nb.load(task.notebook))["cells"]
                branch = self._running.branch(rehearse={"cells": cells, "parameters": dict(task.parameters)})
                self._branches[task.notebook] = self._stack.enter_context(branch)
            return self._branches[task.notebook]

    def call(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Call a function in a process that stays for the next call."""
        return self._threads.submit(self._call, function, arguments)

    def stop(self) -> None:
        """End the calls that are going on; notebooks end by themselves when a signal arrives."""
        for worker in list(self._workers):  # other threads add and take away
            worker.end()

    def _call(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        try:
            worker = self._idle.pop()
        except IndexError:
            worker = Worker(self._written().forked("analysis.execution.worker"), self.root)
            self._workers.append(worker)
        try:
            answer = worker.call(function, arguments)
        except RunError:  # it is gone
            worker.end()
            raise
        except BriefingError:
            self._put_back(worker)
            raise
        self._put_back(worker)
        return answer

    def _put_back(self, worker: Worker) -> None:
        """Keep a process for the next call, unless it is so old that the caches of its libraries have grown."""
        if worker.calls < CALLS:
            self._idle.append(worker)
        else:
            worker.end()
            self._workers.remove(worker)

    def _written(self) -> Template:
        """The template of those who are called, made when the first is."""
        with self._lock:
            if self._writing is None:
                self._writing = self._stack.enter_context(self._calling.branch(self._ours))
            return self._writing


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
