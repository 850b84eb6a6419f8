"""A project of two small notebooks beside the real tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis import tables

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
