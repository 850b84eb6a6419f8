"""One honest run of one notebook: refused, executed in a process of its own, judged, settled, moved once, recorded."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import BriefingError, UsageError, did_you_mean
from analysis.execution import contract, inputs, launch, record, settle, supervision, workspace
from analysis.execution import notebook as nb
from analysis.execution.engine import ENGINES
from analysis.execution.files import WriteError, cannot_write, ensure_writable, replace_text
from analysis.execution.launch import Template
from analysis.execution.verdict import Expects, Verdict, judge

TIMEOUT = 600.0
START_TIMEOUT = 60.0
CHILD = "analysis.execution.child"
Progress = Callable[[int, int], None]

# What a shell expects of a program that a signal ended.
EXIT_CODES = {"SIGINT": 130, "SIGTERM": 143}


class RunError(BriefingError):
    """A run that did not succeed: its status, its record, and the notebook as far as it ran."""

    def __init__(self, *problems: str, record: record.Record | None = None, notebook: Path | None = None):
        super().__init__(*problems)
        self.record = record or {}
        self.notebook = notebook

    @property
    def status(self) -> str:
        """failed, timed-out, interrupted or kernel-died."""
        return self.record.get("status", "failed")


@dataclass(frozen=True)
class Run:
    """A run that succeeded: its record and the executed notebook, settled."""

    record: record.Record
    notebook: Path

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Every briefing block that the notebook shows, in order."""
        return nb.blocks(nb.load(self.notebook))


def execute(
    notebook: Path | str,
    parameters: Mapping[str, Any] | None = None,
    *,
    out: Path | str,
    timeout: float = TIMEOUT,
    start_timeout: float = START_TIMEOUT,
    root: Path | None = None,
    expects: Expects = None,
    where: str | None = None,
    progress: Progress | None = None,
    engine: str | None = None,
    template: Template | None = None,
) -> Run:
    """Run `notebook` with `parameters` and put the executed notebook, settled, at `out`.

    `timeout` (seconds) is for the whole notebook. `expects` names block kinds, ids or roles that must be shown,
    or is a function from the blocks to what is missing. `progress` hears the cell and how many there are. `engine`
    is one of ENGINES (by default `fork` where this system can), `template` makes the start of the run quick. The
    record is written beside `out` as NAME.run.json. A failed run leaves `out` and its record as they were; what
    it came to is in the folder `failed` beside them.

    Raises `UsageError` before anything runs, `RunError` for a run that did not succeed, `WriteError` where nothing
    can be written.
    """
    notebook, out = Path(notebook).absolute(), Path(out).absolute()
    engine = _engine(engine)
    if root is None:
        from analysis import tables

        root = tables.root()
    root = root.absolute()
    agreed = contract.read(notebook)
    values = agreed.coerce(parameters or {}, where=where)
    ensure_writable(out)
    begun = record.begun(notebook, _shown(notebook, root), values, _shown(out, root))
    start = template.forked(CHILD) if template is not None else launch.spawned(CHILD)
    with supervision.signals_passed_on():
        run = _Execution(agreed.title, notebook, values, out, root, begun, engine, start)
        return run.of(timeout, start_timeout, expects, progress)


@dataclass(frozen=True)
class _Execution:
    title: str
    source: Path
    parameters: dict[str, Any]
    out: Path
    root: Path
    begun: record.Record
    engine: str
    start: launch.Launch

    def of(self, timeout: float, start_timeout: float, expects: Expects, progress: Progress | None) -> Run:
        try:
            with workspace.opened(self.root) as folder:
                ended = self._supervised(folder, timeout, start_timeout, progress)
                executed = _saved(folder)
                read = inputs.stamps(inputs.noted(folder / "inputs"), self.root)
        except OSError as error:
            raise WriteError(cannot_write(Path(error.filename or "the temporary folder"), error)) from None
        verdict = judge(self.title, executed, ended, timeout, expects)
        if verdict.status == "succeeded" and (name := supervision.interruption()):
            verdict = Verdict(
                "interrupted", "interrupted", (f"{self.title}: interrupted by {name}; run it again",)
            )
        closed = {**self._closed(verdict, ended, executed), "inputs": read}
        if verdict.status != "succeeded":
            raise self._failure(verdict, closed, executed)
        replace_text(self.out, nb.dump(settle.settled(executed, self.parameters)))
        record.write(closed, self.out.with_suffix(".run.json"))
        return Run(closed, self.out)

    def _supervised(
        self, folder: Path, timeout: float, start_timeout: float, progress: Progress | None
    ) -> supervision.Ended:
        source = settle.prepared(nb.load(self.source))
        count = len(source["cells"]) + bool(self.parameters)  # papermill adds a cell with their values
        (folder / "source.ipynb").write_text(nb.dump(source), encoding="utf-8")

        def heard(message: dict[str, Any]) -> None:
            if progress is not None and "cell" in message:
                progress(min(message["cell"] + 1, count), count)

        return supervision.supervise(
            self.start,
            {
                "folder": str(folder),
                "root": str(self.root),
                "engine": self.engine,
                "parameters": self.parameters,
                "seconds": timeout,
                "start_timeout": max(1, round(start_timeout)),
            },
            environment=workspace.environment(folder, os.environ),
            folder=folder,
            cwd=self.root,
            seconds=timeout,
            heard=heard,
        )

    def _closed(
        self, verdict: Verdict, ended: supervision.Ended, executed: nb.Notebook | None
    ) -> record.Record:
        return {
            **record.with_references(self.begun, executed),
            "status": verdict.status,
            "cause": verdict.cause,
            "reason": "\n".join(verdict.problems) or None,
            "cell": verdict.cell,
            "seconds": round(ended.seconds, 3),
            "cpu_seconds": ended.last.get("cpu_seconds"),
            "memory_bytes": ended.last.get("memory_bytes"),
            "engine": ended.engine,
            "stderr": settle.stderr(executed) if executed else [],
            "log": ended.log,
        }

    def _failure(self, verdict: Verdict, closed: record.Record, executed: nb.Notebook | None) -> RunError:
        """The error of a run that did not succeed, its notebook kept aside for whoever looks for the cause."""
        kept = None
        aside = self.out.parent / "failed" / self.out.name
        with suppress(WriteError):
            if executed is not None:
                replace_text(aside, nb.dump(settle.settled(executed, self.parameters)))
                kept = aside
            record.write(closed, aside.with_suffix(".run.json"))
        problems = list(verdict.problems)
        if kept and not verdict.is_plain and verdict.status != "interrupted":
            problems[-1] = problems[-1].rstrip(".") + f"; see how far it ran in {_shown(kept, self.root)}"
        failure = RunError(*problems, record=closed, notebook=kept)
        if name := supervision.interruption():
            supervision.answer()
            failure.exit_code = EXIT_CODES.get(name, 1)
        return failure


def _engine(asked: str | None) -> str:
    if asked is None:
        return "fork" if launch.can_fork() else "kernel"
    if asked not in ENGINES:
        near = did_you_mean(asked, ENGINES)
        raise UsageError(f"there is no engine '{asked}'{near}; choose one of {', '.join(ENGINES)}")
    return asked


def _saved(folder: Path) -> nb.Notebook | None:
    """What papermill saved, if it is whole: the last cell may have been cut off."""
    with suppress(OSError, ValueError):
        return json.loads((folder / "executed.ipynb").read_text(encoding="utf-8"))
    return None


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
