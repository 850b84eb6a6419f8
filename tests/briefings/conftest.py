"""A project of two small notebooks beside the real tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from analysis import tables
from analysis.briefings import hands, production
from analysis.errors import BriefingError
from analysis.execution.many import Task
from analysis.execution.runner import Run

from . import sample

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def font_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cut fonts, shared by all projects: cutting takes seconds, and is tested where it belongs."""
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture
def project(tmp_path: Path, font_cache: Path) -> Iterator[Path]:
    """The root of a project with the real tables, and two notebooks that show the blocks of `sample`."""
    (tmp_path / "data").symlink_to(ROOT / "data")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "fonts").symlink_to(font_cache)
    for folder in ("reports", "notebooks"):
        (tmp_path / folder).mkdir()
    notebooks = tmp_path / "notebooks"
    sample.write_parameters(
        notebooks / "bilateral_trade.ipynb", sample.TRADE, *sample.showing(sample.trade_notebook())
    )
    sample.write_parameters(
        notebooks / "bloc_overlap.ipynb", sample.BLOCS, *sample.showing(sample.bloc_notebook())
    )
    tables.use_root(tmp_path)
    yield tmp_path
    tables.use_root(None)


class HerePool:
    """A pool of one, in this process: `run` makes the run of a task; `asked` are the parameters of each, by section."""

    jobs = 1

    def __init__(self, run: Callable[[Task], Run]) -> None:
        self.made = run
        self.asked: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> HerePool:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def run(self, task: Task) -> Future[Run]:
        self.asked[task.out.stem] = dict(task.parameters)
        return self.call(self.made, task)

    def call(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments))
        except BriefingError as error:
            future.set_exception(error)
        return future

    def stop(self) -> None:
        pass


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Task], Run]], HerePool]:
    """Build without a kernel and without a memory: every notebook's run is what the function given makes of the task."""

    def use(run: Callable[[Task], Run]) -> HerePool:
        pool = HerePool(run)
        monkeypatch.setattr(hands, "LocalPool", lambda root, **options: pool)
        monkeypatch.setattr(production.resting, "current", lambda order, root: None)
        return pool

    return use
