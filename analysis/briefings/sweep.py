"""Build all briefings of a sweep: all are checked before the first is built, all are told of at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import tables
from analysis.briefings import build as one
from analysis.briefings import definition, for_each, prose, titles, untranslated
from analysis.briefings.build import Built, Progress
from analysis.briefings.definition import Definition, Raw
from analysis.errors import BriefingError
from analysis.exhibits import language

INTERRUPTED = 128  # exit codes above it say that a signal ended the run


@dataclass(frozen=True)
class Member:
    """One briefing of a sweep: its title, what is swept, and either the build or what went wrong."""

    title: str
    combination: Mapping[str, Any]
    built: Built | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Swept:
    """What became of a sweep, in the order of its combinations."""

    name: str
    members: tuple[Member, ...]

    @property
    def failed(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.built is None)

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(path for member in self.members if member.built for path in member.built.paths)

    @property
    def problems(self) -> tuple[str, ...]:
        """Why a briefing was not built, each a sentence that says which."""
        return tuple(
            f"{self.name}, {for_each.said(member.combination)}: {problem}"
            for member in self.failed
            for problem in member.problems
        )

    @property
    def summary(self) -> str:
        """How many were built.

        >>> Swept("x", (Member("A and B", {}, problems=("no series",)),)).summary
        'x: 0 of 1 briefings built, 1 failed'
        """
        every, failed = len(self.members), len(self.failed)
        built = f"{every - failed} of {every} briefings built"
        return f"{self.name}: {built}, {failed} failed" if failed else f"{self.name}: {built}"


def build(
    name: str | Path | Definition,
    overrides: Mapping[str, Raw] | None = None,
    *,
    formats: Sequence[str] | None = None,
    out: Path | None = None,
    root: Path | None = None,
    progress: Progress = lambda step: None,
) -> Swept:
    """Build every briefing of the sweep `name`; `overrides` of what is swept choose among them, others hold for all.

    One that fails leaves the others alone. Raises UsageError before anything runs, and whatever an interruption raises.
    """
    if root is not None:
        tables.use_root(root)
    sweep = name if isinstance(name, Definition) else definition.load(name)
    given = dict(overrides or {})
    one.chosen_formats(formats, sweep)
    every = for_each.chosen(sweep, given)
    for values in every:
        sweep.routed(values)
    prose.check(*(section.path for section in sweep.sections))
    if "language" not in sweep.swept:  # else only those in a language that lacks something fail
        untranslated.check(sweep, every[0].get("language") or language.SOURCE)
    members = []
    for place, values in enumerate(every, start=1):
        combination = {key: values[key] for key in sweep.swept}
        title = titles.filled(sweep.title, sweep.contract, values)
        where = f"{place} of {len(every)}, {title}"

        def told(step: str, where: str = where) -> None:
            progress(f"{where}: {step}")

        try:
            built = one.build(sweep, {**given, **combination}, formats=formats, out=out, progress=told)
        except BriefingError as error:
            if error.exit_code > INTERRUPTED:
                raise
            members.append(Member(title, combination, problems=tuple(error.problems)))
        else:
            members.append(Member(title, combination, built))
    return Swept(sweep.name, tuple(members))
