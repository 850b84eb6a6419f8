"""Build many briefings, those of a sweep or several by name: all are checked first, all are told of at the end."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import time
from typing import Any

from analysis import tables
from analysis.briefings import build as room
from analysis.briefings import definition, for_each, manifest, order, rendering
from analysis.briefings.build import Built
from analysis.briefings.definition import Definition, Raw
from analysis.briefings.manifest import Made
from analysis.briefings.order import Order
from analysis.briefings.pace import Progress
from analysis.briefings.production import Outcome
from analysis.errors import BriefingError, UsageError
from analysis.execution import inputs
from analysis.execution.many import Pool
from analysis.execution.runner import EXIT_CODES

Request = Mapping[str, Any]


@dataclass(frozen=True)
class Member:
    """One briefing of several: its title, what is swept, and either the build or what went wrong."""

    name: str
    title: str
    combination: Mapping[str, Any]
    built: Built | None = None
    problems: tuple[str, ...] = ()
    error: BriefingError | None = None

    @property
    def told(self) -> tuple[str, ...]:
        """Why it was not built, each a sentence that says which briefing."""
        which = ", ".join(filter(None, (self.name, for_each.said(self.combination))))
        return tuple(f"{which}: {each}" for each in self.problems)


@dataclass(frozen=True)
class Swept:
    """What became of several briefings, in the order in which they were asked for; `is_one` if one alone was."""

    name: str
    members: tuple[Member, ...]
    is_one: bool = False

    @property
    def failed(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.built is None)

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(path for member in self.members if member.built for path in member.built.paths)

    @property
    def problems(self) -> tuple[str, ...]:
        """Why briefings were not built."""
        return tuple(problem for member in self.failed for problem in member.told)

    def unchanged(self) -> Swept:
        """The same, had nothing had to be done."""
        members = [
            replace(each, built=each.built and replace(each.built, is_unchanged=True))
            for each in self.members
        ]
        return replace(self, members=tuple(members))

    @property
    def summary(self) -> str:
        """How many were built.

        >>> Swept("x", (Member("x", "A and B", {}, problems=("no series",)),)).summary
        'x: 0 of 1 briefings built, 1 failed'
        """
        every, failed = len(self.members), len(self.failed)
        same = sum(bool(member.built and member.built.is_unchanged) for member in self.members)
        built = f"{every - failed} of {every} briefings built"
        more = [f"{same} of them unchanged" if same else "", f"{failed} failed" if failed else ""]
        return ", ".join([f"{self.name}: {built}" if self.name else built, *filter(None, more)])


def build(
    name: str | Path | Definition,
    overrides: Mapping[str, Raw] | None = None,
    *,
    formats: Sequence[str] | None = None,
    out: Path | None = None,
    root: Path | None = None,
    progress: Progress = lambda step: None,
    **options: Any,
) -> Swept:
    """Build every briefing of the sweep `name`; `overrides` of what is swept choose among them, others hold for all.

    One that fails leaves the others alone; `options` are those of build.produced. Raises UsageError before anything
    runs, and whatever an interruption raises.
    """
    if root is not None:
        tables.use_root(root)
    began = time()
    inputs.watch(os.devnull, tables.root())
    sweep = name if isinstance(name, Definition) else definition.load(name)
    orders = order.each(sweep, overrides or {}, formats=formats, out=out, began=began)
    outcomes = room.produced(orders, progress=progress, **options)
    return Swept(sweep.name, tuple(_member(outcome) for outcome in _uninterrupted(outcomes)))


def every(
    requests: Sequence[Request],
    *,
    known: Sequence[Made | None] | None = None,
    pool: Pool | None = None,
    is_fresh: bool = False,
    progress: Progress = lambda step: None,
) -> Swept:
    """Build what was asked for (see manifest.asked), sweeps and single briefings, each once and all at once.

    What nothing has changed for, `known` if that was looked up before, is told without a look at its definition. `pool`
    is used instead of this machine's processors. Raises UsageError before anything runs with what is wrong with any;
    the ledger is told too.
    """
    root = tables.root()
    inputs.watch(os.devnull, root)
    if known is None:
        known = [None if is_fresh else manifest.current(request, root) for request in requests]
    room.note_unchanged(filter(None, known))
    groups = [[] if made else _checked(request) for request, made in zip(requests, known, strict=True)]
    if problems := [each for group in groups for each in group if isinstance(each, BriefingError)]:
        raise _together(problems)
    orders = [each for group in groups for each in group]
    outcomes = room.produced(orders, pool=pool, is_fresh=is_fresh, progress=progress) if orders else []
    members = iter([_member(outcome) for outcome in _uninterrupted(outcomes)])
    told = [
        [_unchanged(made)] if made else [next(members) for _ in group]
        for made, group in zip(known, groups, strict=True)
    ]
    return _swept(requests, told)


def _swept(requests: Sequence[Request], members: Sequence[Sequence[Member]]) -> Swept:
    told = tuple(each for group in members for each in group)
    is_one = len(requests) == 1 and len(told) == 1 and not told[0].combination
    return Swept(requests[0]["name"] if len(requests) == 1 else "", told, is_one)


def _checked(request: Request) -> Sequence[Order | BriefingError]:
    """The orders that a request makes, or what is wrong with it, of which the ledger is told."""
    try:
        return _orders(request)
    except BriefingError as error:
        room.note_refused(request, error)
        return [error]


def _orders(request: Request) -> list[Order]:
    began = time()
    briefing = definition.load(request["name"])
    out = None if request["out"] is None else Path(request["out"])
    asked = {"formats": request["formats"], "out": out, "began": began}
    if briefing.for_each:
        return order.each(briefing, request["overrides"], **asked)
    return [order.taken(briefing, request["overrides"], **asked)]


def _uninterrupted(outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes; an interruption among them is raised."""
    for outcome in outcomes:
        if outcome.error is not None and outcome.error.exit_code in EXIT_CODES.values():
            raise outcome.error
    return outcomes


def _member(outcome: Outcome) -> Member:
    asked = outcome.order
    told = (asked.briefing.name, asked.title, asked.combination)
    if outcome.error is not None:
        return Member(*told, problems=tuple(outcome.error.problems), error=outcome.error)
    return Member(*told, room.finished(outcome))


def _unchanged(made: Made) -> Member:
    left = {Path(name).name for name in made.outputs}
    formats = tuple(form for form, name in rendering.files(made.stem).items() if name in left)
    return Member(
        made.name, made.name, {}, Built(made.name, Path(made.folder), made.stem, formats, True, made)
    )


def _together(errors: Sequence[BriefingError]) -> BriefingError:
    """One error of several: refused if any was."""
    problems = dict.fromkeys(problem for error in errors for problem in error.problems)
    kind = UsageError if any(isinstance(error, UsageError) for error in errors) else BriefingError
    return kind(*problems)
