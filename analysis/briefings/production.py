"""Produce briefings: run what their sections ask for, each thing once; write each briefing when its sections are there.

One that fails leaves the others alone. A section that fails leaves the others of its briefing alone, and what they give
is written as an incomplete draft that names what is missing and why.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from analysis.briefings import placing, rendering, resting
from analysis.briefings.definition import Section
from analysis.briefings.manifest import Made
from analysis.briefings.order import Order
from analysis.briefings.pace import Pace, Progress
from analysis.briefings.rendering import Part, Rendered, Rendering
from analysis.errors import BriefingError
from analysis.execution import results, supervision
from analysis.execution.files import WriteError, ensure_writable
from analysis.execution.ledger import Ledger
from analysis.execution.many import Pool, Task
from analysis.execution.runner import EXIT_CODES, Run, RunError

INCOMPLETE = "incomplete"  # the folder, in that of a briefing, of a draft that lacks sections
EXPECTED, LEADING = ("references",), ("references", "lead")  # what a notebook must show
PATIENCE = 0.2  # seconds between two looks at whether a signal arrived


@dataclass(frozen=True)
class Outcome:
    """What became of an order: the files asked for and what they rest on, or what went wrong (the files are then those of
    an incomplete draft, if there is one)."""

    order: Order
    paths: tuple[Path, ...] = ()
    error: BriefingError | None = None
    is_unchanged: bool = False
    made: Made | None = None


@dataclass(eq=False)
class Ran:
    """A notebook with its parameters: run once, whoever asks for it. `key` names its result."""

    task: Task
    notebook: str
    request: results.Request
    users: list[tuple[_Work, Section]] = field(default_factory=list)
    run: Run | None = None
    key: str = ""
    error: BriefingError | None = None


@dataclass(eq=False)
class _Work:
    """A briefing on its way."""

    order: Order
    is_new: bool
    sections: dict[str, Ran] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    writing: int = 0
    written: list[Rendered] = field(default_factory=list)
    error: BriefingError | None = None
    is_placed: bool = False
    made: Made | None = None
    entry: int = 0  # in the ledger
    begun: float = 0.0
    outcome: Outcome | None = None

    @property
    def missing(self) -> list[BriefingError]:
        return [ran.error for ran in self.sections.values() if ran.error]

    @property
    def folder(self) -> Path:
        return self.order.folder / INCOMPLETE if self.missing else self.order.folder


def produce(
    orders: Sequence[Order],
    pool: Pool,
    ledger: Ledger,
    *,
    root: Path,
    is_fresh: bool = False,
    progress: Progress = lambda step: None,
) -> list[Outcome]:
    """What became of each order, in their order; `is_fresh` runs again what could be reused.

    Raises WriteError, before anything runs, for folders that cannot be written. An interruption ends what runs, and is
    the error of every briefing that is not finished.
    """
    with supervision.signals_passed_on():
        desk = _Desk(pool, ledger, root, is_fresh, progress)
        desk.take(orders)
        desk.work()
        return [work.outcome for work in desk.works]


class _Desk:
    """Who hands out the work and takes back what is done; everything but the work itself happens in this one thread."""

    def __init__(self, pool: Pool, ledger: Ledger, root: Path, is_fresh: bool, progress: Progress) -> None:
        self.pool, self.ledger, self.root, self.is_fresh = pool, ledger, root, is_fresh
        self.works: list[_Work] = []
        self.sections: dict[str, Ran] = {}
        self.to_run: list[Ran] = []
        self.to_write: list[tuple[_Work, Rendering]] = []
        self.flying: dict[Future, Any] = {}
        self.pace = Pace(ledger.medians(), pool.jobs, progress)
        self.stopped: str | None = None

    # --- what is to be done -----------------------------------------------------------------------------------------

    def take(self, orders: Sequence[Order]) -> None:
        """Enter the orders; those that need nothing are done, sections that several ask for are entered once."""
        problems: list[str] = []
        unchanged: list[Made] = []
        for order in orders:
            work = _Work(order, is_new=not order.folder.exists())
            self.works.append(work)
            placing.finish(order.folder)
            made = None if self.is_fresh else resting.current(order, self.root)
            if made is not None:
                work.outcome = Outcome(order, _paths(order), is_unchanged=True, made=made)
                unchanged.append(made)
                continue
            try:
                ensure_writable(order.folder / f"{order.stem}.ipynb")
            except WriteError as error:
                problems += error.problems
        if problems:
            self._leave_no_folder(self.works)
            raise WriteError(*dict.fromkeys(problems))
        if unchanged:
            self.ledger.note_unchanged({"name": m.name, "stem": m.stem, "key": m.key} for m in unchanged)
        for work in self.works:
            for section in () if work.outcome else work.order.briefing.sections:
                self._take(work, section)

    def _take(self, work: _Work, section: Section) -> None:
        parameters = work.order.routed[section.name]
        request = results.request(section.path, parameters, self.root)
        name = json.dumps(request, sort_keys=True)
        ran = self.sections.get(name)
        if ran is None:
            task = Task(
                notebook=section.path,
                out=_workplace(self.root, work.order) / f"{section.name}.ipynb",
                parameters=parameters,
                expects=EXPECTED,
                where=f"{work.order.briefing.shown}, section {section.name}",
                timeout=work.order.briefing.deadline,
            )
            ran = self.sections[name] = Ran(task, section.notebook, request)
        if section.name == work.order.leading:
            ran.task = replace(ran.task, expects=LEADING)
        ran.users.append((work, section))
        work.sections[section.name] = ran
        work.waiting.add(section.name)

    # --- the work ---------------------------------------------------------------------------------------------------

    def work(self) -> None:
        """Keep the pool busy until all is done, or a signal says to stop."""
        self.to_run = [ran for ran in self.sections.values() if not self._is_reused(ran)]
        counts = Counter(ran.notebook for ran in self.to_run)
        for ran in self.to_run:
            ran.task = replace(ran.task, is_repeated=counts[ran.notebook] > self.pool.jobs)
        self.pace.begin(counts.elements(), sum(work.outcome is None for work in self.works))
        while self.flying or self.to_write or self.to_run:
            if not self.stopped and (name := supervision.interruption()):
                self._stop(name)
            while len(self.flying) < self.pool.jobs and (self.to_write or self.to_run):
                self._hand_out()
            for future in wait(self.flying, timeout=PATIENCE, return_when=FIRST_COMPLETED).done:
                self.flying.pop(future)(future)
        for work in self.works:
            if work.outcome is None:
                self._close(work)

    def _hand_out(self) -> None:
        """Writing comes first: it finishes something."""
        if self.to_write:
            work, asked = self.to_write.pop(0)
            self.pace.tell(f"Writing {rendering.said(asked.formats)}", work.order)
            future = self.pool.call(rendering.render, asked)
            self.flying[future] = partial(self._wrote, work=work, begun=monotonic())
        else:
            ran = self.to_run.pop(0)
            work, section = ran.users[0]
            entry = self.ledger.begin(**self._section(ran))
            self.pace.tell(f"Running {section.notebook}", work.order)
            self.flying[self.pool.run(ran.task)] = partial(self._ended, ran=ran, entry=entry)

    def _stop(self, name: str) -> None:
        """Nothing new is begun after an interruption, and what is going on ends."""
        self.stopped = name
        self.to_run.clear()
        self.to_write.clear()
        self.pool.stop()
        supervision.answer()

    # --- sections ---------------------------------------------------------------------------------------------------

    def _is_reused(self, ran: Ran) -> bool:
        """Take a stored result, if there is one on the same inputs."""
        stored = None if self.is_fresh else results.found(ran.request, self.root)
        if stored is None:
            return False
        ran.run, ran.key = Run(stored.record, stored.notebook), stored.key
        self.ledger.add(**self._section(ran), status="reused", key=ran.key, seconds=0.0)
        self._tell_users(ran)
        return True

    def _ended(self, future: Future[Run], ran: Ran, entry: int) -> None:
        try:
            run = future.result()
        except BriefingError as error:
            ran.error = error
            record = getattr(error, "record", {})
        else:
            record = run.record
            ran.run = run
            ran.key = results.keep(ran.request, run.notebook, record, self.root)
        self.ledger.end(entry, key=ran.key or None, **_ending(record, ran.error))
        self.pace.ran(ran.notebook)
        self._tell_users(ran)

    def _tell_users(self, ran: Ran) -> None:
        """Tell those who wait for a section; who waits for no other can be written."""
        for work, section in ran.users:
            work.waiting.discard(section.name)
            if not work.waiting and not self.stopped:
                self._write(work)

    # --- writing ----------------------------------------------------------------------------------------------------

    def _write(self, work: _Work) -> None:
        """Hand a briefing on to be written; without the section that leads it there is nothing to write."""
        self._begin(work)
        if work.missing:
            work.error = _together(work.missing)
            if work.sections[work.order.leading].error:
                self._close(work)
                return
        ways = self.pool.jobs if len(self.works) == 1 else 1
        asked = rendering.split(_rendering(work, self.root), ways)
        work.writing = len(asked)
        self.to_write += [(work, each) for each in asked]

    def _wrote(self, future: Future[Rendered], work: _Work, begun: float) -> None:
        work.writing -= 1
        status, seconds = "succeeded", round(monotonic() - begun, 3)
        try:
            work.written.append(future.result())
        except BriefingError as error:
            status, work.error = "failed", work.error or error
        self.ledger.add(kind="render", parent=work.entry, status=status, seconds=seconds)
        if work.writing == 0:
            self._place(work)
            self._close(work)

    def _place(self, work: _Work) -> None:
        """Move the drafts to their places: all of a briefing, or what there is of one that lacks sections."""
        order = work.order
        drafts = {name: draft for each in work.written for name, draft in each.drafts.items()}
        is_whole = set(rendering.files(order.stem, order.formats).values()) <= set(drafts)
        if not is_whole or self.stopped:
            placing.drop(work.folder, drafts)
            return
        stale = () if order.is_elsewhere else tuple(rendering.files(order.stem).values())
        try:
            placing.place(work.folder, drafts, stale)
        except WriteError as error:
            work.error = work.error or error
            return
        work.is_placed = True
        if not work.missing:
            placing.remove(order.folder / INCOMPLETE)
            work.made = resting.keep(order, work.sections, work.written, self.root)

    # --- the ledger -------------------------------------------------------------------------------------------------

    def _begin(self, work: _Work) -> None:
        if not work.entry:
            order = work.order
            work.begun = monotonic()
            work.entry = self.ledger.begin(
                kind="briefing",
                name=order.briefing.name,
                stem=None if order.is_elsewhere else order.stem,
                parameters=dict(order.values),
                request=dict(order.request),
            )

    def _section(self, ran: Ran) -> dict[str, Any]:
        """What the ledger is told of a section, under the first briefing that asks for it."""
        work, section = ran.users[0]
        self._begin(work)
        return {
            "kind": "section",
            "parent": work.entry,
            "name": work.order.briefing.name,
            "section": section.name,
            "notebook": section.notebook,
            "parameters": dict(ran.task.parameters),
        }

    def _close(self, work: _Work) -> None:
        order = work.order
        if work.error is None and not work.is_placed:
            work.error = next(iter(work.missing), None) or _interrupted(order, self.stopped or "a signal")
        paths = _paths(order, work.folder) if work.is_placed else ()
        if work.error is not None:
            self._leave_no_folder([work])
            if paths:
                work.error.problems[-1] += (
                    f"; what there is without it is in {resting.named(paths[0], self.root)}"
                )
        work.outcome = Outcome(order, paths, work.error, made=work.made)
        if work.entry:
            first = next(iter(work.missing), work.error)
            ending = _ending(getattr(first, "record", {}), work.error)
            ending |= {
                "seconds": round(monotonic() - work.begun, 3),
                "outputs": [str(path) for path in paths],
            }
            self.ledger.end(work.entry, **ending)
        self.pace.wrote()

    def _leave_no_folder(self, works: Iterable[_Work]) -> None:
        """A first build that fails leaves no empty folder."""
        for work in works:
            if work.is_new:
                with suppress(OSError):
                    work.order.folder.rmdir()


def _rendering(work: _Work, root: Path) -> Rendering:
    order = work.order
    done = work.sections
    parts = [
        Part(
            name=section.name,
            notebook=ran.run.notebook if (ran := done[section.name]).run else None,
            title=order.headings[section.name],
            exhibits=section.exhibits,
            annex=section.annex,
            without=section.without,
            missing=" ".join(ran.error.problems) if ran.error else "",
        )
        for section in order.briefing.sections
    ]
    return Rendering(
        root=root,
        cover=order.cover,
        parts=tuple(parts),
        folder=work.folder,
        stem=order.stem,
        formats=order.formats,
        whole=order.formats,
        records={name: _record(ran) for name, ran in done.items()},
        missed=order.missed,
    )


def _record(ran: Ran) -> Mapping[str, Any]:
    return ran.run.record if ran.run else getattr(ran.error, "record", {})


def _paths(order: Order, folder: Path | None = None) -> tuple[Path, ...]:
    names = rendering.files(order.stem, order.formats).values()
    return tuple((folder or order.folder) / name for name in names)


def _workplace(root: Path, order: Order) -> Path:
    """Where sections run: a cache that stays for whoever asks why one failed, the target if there can be none."""
    place = root / ".cache" / "runs" / order.stem
    try:
        ensure_writable(place / "probe")
    except WriteError:
        return order.folder / "sections"
    return place


def _ending(record: Mapping[str, Any], error: BriefingError | None) -> dict[str, Any]:
    """How something ended, in the columns of the ledger."""
    told = {name: record.get(name) for name in ("cell", "engine", "seconds", "cpu_seconds", "memory_bytes")}
    if record.get("packages"):
        told["versions"] = {"python": record.get("python"), **record["packages"]}
    if error is None:
        return {**told, "status": "succeeded"}
    is_interrupted = error.exit_code in EXIT_CODES.values()
    cause = "interrupted" if is_interrupted else "write" if isinstance(error, WriteError) else "failed"
    return {
        **told,
        "status": "interrupted" if is_interrupted else "failed",
        "cause": record.get("cause") or cause,
        "reason": "\n".join(error.problems),
    }


def _together(errors: Sequence[BriefingError]) -> BriefingError:
    """One error of several, with the problems of all."""
    if len(errors) == 1:
        return errors[0]
    first = errors[0]
    problems = dict.fromkeys(problem for error in errors for problem in error.problems)
    error = RunError(
        *problems, record=getattr(first, "record", None), notebook=getattr(first, "notebook", None)
    )
    error.exit_code = max(each.exit_code for each in errors)
    return error


def _interrupted(order: Order, name: str) -> RunError:
    error = RunError(f"{order.briefing.name}: interrupted by {name}; run it again")
    error.exit_code = EXIT_CODES.get(name, 1)
    return error
