"""Build a briefing: check all, run its notebooks, assemble one document, export it, put the files in place.

Nothing in the target folder changes before every file is whole; a build that fails leaves the last good one. What
nothing has changed for is not built again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

from analysis import tables
from analysis.briefings import definition, hands, order, production, rendering
from analysis.briefings.definition import Definition, Raw
from analysis.briefings.manifest import Made
from analysis.briefings.order import Order
from analysis.briefings.pace import Progress
from analysis.briefings.production import Outcome
from analysis.errors import BriefingError
from analysis.execution import inputs
from analysis.execution.ledger import Ledger
from analysis.execution.many import Pool

if TYPE_CHECKING:
    from analysis.briefings.document import Document


@dataclass(frozen=True)
class Built:
    """A build that succeeded: `paths` are the formats asked for; beside them `notebook` is the assembled one, `facts` what
    stands behind every number, `record` how each section ran. `is_unchanged` says that nothing had to be done, `made` what it rests on."""

    name: str
    folder: Path
    stem: str
    formats: tuple[str, ...]
    is_unchanged: bool = False
    made: Made | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(self.folder / name for name in rendering.files(self.stem, self.formats).values())

    @property
    def notebook(self) -> Path:
        return self.folder / f"{self.stem}.ipynb"

    @property
    def facts(self) -> Path:
        return self.folder / f"{self.stem}.facts.json"

    @property
    def record(self) -> Path:
        return self.folder / f"{self.stem}.run.json"

    @property
    def records(self) -> dict[str, dict[str, Any]]:
        """The record of each section."""
        return json.loads(self.record.read_text(encoding="utf-8"))

    @property
    def document(self) -> Document:
        """What the exporters rendered."""
        import nbformat

        from analysis.briefings.normalise import normalise

        return normalise(nbformat.read(self.notebook, as_version=4))


def build(
    name: str | Path | Definition,
    overrides: Mapping[str, Raw] | None = None,
    *,
    formats: Sequence[str] | None = None,
    as_of: str | None = None,
    known_by: str | None = None,
    out: Path | None = None,
    root: Path | None = None,
    progress: Progress = lambda step: None,
    rebuild: str = "",
    **options: Any,
) -> Built:
    """Build the briefing `name`; `overrides` set parameters of its definition, `as_of` and `known_by` its dates.

    `name` may be a definition made elsewhere; `rebuild` is then the command that makes it again. Of a sweep, `overrides`
    name the one briefing that is meant (sweep.build makes them all). The files go to reports/build/NAME/, with
    overrides to a folder named by them, or to `out`. `options` are those of `produced`. Raises UsageError before anything
    runs, RunError or BriefingError for what went wrong after, WriteError where nothing can be written.
    """
    if root is not None:
        tables.use_root(root)
    began = time()
    inputs.watch(os.devnull, tables.root())
    briefing = name if isinstance(name, Definition) else definition.load(name)
    dates = {key: value for key, value in (("as_of", as_of), ("known_by", known_by)) if value is not None}
    given = {**(overrides or {}), **dates}
    asked = order.taken(briefing, given, formats=formats, out=out, rebuild=rebuild, began=began)
    (outcome,) = produced([asked], progress=progress, **options)
    return finished(outcome)


def produced(
    orders: Sequence[Order],
    *,
    jobs: int | None = None,
    engine: str | None = None,
    is_fresh: bool = False,
    pool: Pool | None = None,
    progress: Progress = lambda step: None,
) -> list[Outcome]:
    """What became of each order: `jobs` things at once (one a processor by default), notebooks run by `engine` (the
    quickest that is safe by default), all again if `is_fresh`. `pool` is used instead of this machine's processors."""
    root = tables.root()
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger.at(root))
        ledger.close_lost()
        if pool is None:
            pool = stack.enter_context(hands.pool_of(root, jobs=jobs, engine=engine))
        outcomes = production.produce(orders, pool, ledger, root=root, is_fresh=is_fresh, progress=progress)
        if ledger.problem:
            progress(ledger.problem)
    return outcomes


def finished(outcome: Outcome) -> Built:
    """What was built, or else the error is raised."""
    if outcome.error is not None:
        raise outcome.error
    asked = outcome.order
    told = (asked.briefing.name, asked.folder, asked.stem, asked.formats)
    return Built(*told, outcome.is_unchanged, outcome.made)


def note_refused(request: Mapping[str, Any], error: BriefingError) -> None:
    """Enter into the ledger that something was asked for that is not done."""
    with Ledger.at(tables.root()) as ledger:
        reason = "\n".join(error.problems)
        ledger.add(
            kind="briefing",
            name=request["name"],
            request=dict(request),
            status="refused",
            cause="refused",
            reason=reason,
        )


def note_unchanged(made: Iterable[Made]) -> None:
    """Enter into the ledger that nothing had to be done."""
    if builds := [{"name": each.name, "stem": each.stem, "key": each.key} for each in made]:
        with Ledger.at(tables.root()) as ledger:
            ledger.note_unchanged(builds)
