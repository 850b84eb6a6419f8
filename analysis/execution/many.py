"""Many runs at once, a process each: all are checked before the first starts, all are told of at the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import BriefingError, UsageError
from analysis.execution import contract, supervision
from analysis.execution.runner import Run, RunError, execute
from analysis.execution.verdict import Expects


@dataclass(frozen=True)
class Task:
    """One run to do; the names are those of `runner.execute`."""

    notebook: Path
    out: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    expects: Expects = None
    where: str | None = None


def execute_all(
    tasks: Sequence[Task],
    *,
    workers: int | None = None,
    done: Callable[[Task], None] | None = None,
    **options: Any,
) -> list[Run]:
    """The runs of `tasks`, in their order, `workers` at once (as many as there are cores by default).

    `options` (timeout, start_timeout, root, ledger) hold for all. Raises `UsageError` with the problems of all
    tasks before anything runs; one `RunError` with the problems of all that failed, after the others ended.
    """
    _refuse(tasks)
    failures: list[BriefingError] = []
    runs: list[Run] = []

    def one(task: Task) -> Run | BriefingError:
        if supervision.interruption():
            supervision.answer()
            return RunError(f"notebook {Path(task.notebook).stem}: not started after the interruption")
        try:
            run = execute(
                task.notebook,
                task.parameters,
                out=task.out,
                expects=task.expects,
                where=task.where,
                **options,
            )
        except BriefingError as error:
            return error
        if done is not None:
            done(task)
        return run

    with supervision.signals_passed_on(), ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        for result in pool.map(one, tasks):
            (failures if isinstance(result, BriefingError) else runs).append(result)
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise _together(failures)
    return runs


def _refuse(tasks: Sequence[Task]) -> None:
    problems: list[str] = []
    for task in tasks:
        try:
            problems += contract.read(task.notebook).problems(task.parameters, where=task.where)
        except UsageError as error:
            problems += error.problems
    if problems:
        raise UsageError(*dict.fromkeys(problems))


def _together(failures: list[BriefingError]) -> RunError:
    problems = dict.fromkeys(problem for failure in failures for problem in failure.problems)
    first = failures[0]
    error = RunError(
        *problems, record=getattr(first, "record", None), notebook=getattr(first, "notebook", None)
    )
    error.exit_code = max(failure.exit_code for failure in failures)
    return error
