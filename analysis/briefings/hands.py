"""Who builds: the processors of this machine, or the workers of a scheduler. Light, for it is begun before all else."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from analysis.execution.many import LocalPool, Pool

# What those who write briefings import sooner or later: of others, and of ours.
WRITING = (
    "nbformat",
    "jinja2",
    "pandas",
    "babel.numbers",
    "fontTools.subset",
    "mistune",
    "typst",
    "yaml",
)
RENDERING = ("analysis.briefings.rendering", "analysis.briefings.page", "analysis.briefings.paper")


def pool_of(
    root: Path,
    *,
    jobs: int | None = None,
    engine: str | None = None,
    scheduler: str | None = None,
    shared: str | None = None,
) -> AbstractContextManager[Pool]:
    """The processors of this machine, for building; or the workers of a `scheduler`, which meet in the place `shared`."""
    if scheduler is None:
        return LocalPool(root, jobs=jobs, engine=engine, imports=WRITING, ours=RENDERING)
    from analysis.execution import cluster

    return cluster.Pool(root, scheduler, shared=shared, jobs=jobs, engine=engine, imports=WRITING)
