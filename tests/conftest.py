"""What several tests share: a real browser, and the command on a small project of its own."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis import cli, tables
from analysis.execution import tidy

ROOT = Path(__file__).resolve().parents[1]

sys.path.insert(0, str(ROOT / "tests"))  # notebook_checks is shared by the tests of the notebooks


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    """A headless Chromium of this machine, shared by all tests; skipped where there is none."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium; enable with: apt-get install chromium poppler-utils")
    sync_api = pytest.importorskip("playwright.sync_api")
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"] if is_root else [], chromium_sandbox=not is_root
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built_report(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """Build a briefing of the project in all formats, once for all tests that look at it."""
    from analysis.briefings import build
    from analysis.briefings.agreement import FORMATS

    @cache
    def built(name: str) -> build.Built:
        return build.build(name, out=tmp_path_factory.mktemp("report"), formats=list(FORMATS))

    return built


# --- the command ------------------------------------------------------------------------------------------------------

PARAMETERS = """\
reporter: str = "UZB"  # country that reports [countries.country]
partner: str = "KAZ"  # country it trades with [countries.country]
start: int = 2016  # first year [trade.year]
end: int = 2023  # last year [trade.year]
bloc: str = "eaeu"  # bloc of the day [blocs.bloc]
as_of: "date" = None  # state of the world on this day"""
SETUP = """\
from analysis import Finding, contract, references, tables
from analysis.measures.measured import Measured

p = contract.check("rows", globals())
trade = tables.read("trade").query("reporter == @p.reporter and partner == @p.partner")"""
LEAD = """\
rows = tuple(f"trade:{each}" for each in trade.index)
measure = Measured(len(trade), "count", "turnover", reporter=p.reporter, partner=p.partner, rows=rows)
names = {"reporter": p.reporter, "partner": p.partner}
lead = Finding("rows", "{reporter} has {n} rows on {partner}.", role="lead", n=measure, **names)
lead"""
CLOSING = "references(lead, parameters=p)"
DEFINITION = """\
title: "{reporter} and {partner}"
series: Small
parameters:
  reporter: UZB
  partner: KAZ
  start: 2016
  end: 2023
sections:
  - notebook: rows
    parameters:
      reporter: ${reporter}
      partner: ${partner}
      start: ${start}
      end: ${end}
"""


@dataclass(frozen=True)
class Ended:
    """How the command ended: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def sentences(self) -> list[str]:
        return self.err.splitlines()

    @property
    def json(self) -> object:
        return json.loads(self.out)


@dataclass
class Project:
    """A root with a copy of the tables, the notebook `rows` and the definition `pair` that prints it."""

    root: Path
    _before: dict[Path, bytes | None] = field(default_factory=dict)

    @property
    def built(self) -> Path:
        """Where `briefing build pair` puts its files."""
        return self.root / "reports" / "build" / "pair"

    def put(self, name: str, content: str | bytes) -> None:
        """Write a file of the project; `restore` gives back what was there."""
        path = self.root / name
        self._before.setdefault(path, path.read_bytes() if path.exists() else None)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def change(self, name: str, old: str, new: str) -> None:
        """Put one passage of a file in another's place."""
        text = (self.root / name).read_bytes().decode()
        assert old in text, f"{name} has no {old!r}"
        self.put(name, text.replace(old, new, 1))

    def notebook(self, *code: str, parameters: str | None = PARAMETERS, name: str = "rows") -> None:
        """Write a notebook with a title, the tagged cell (None: no such cell) and the cells of `code`."""
        cells = [new_markdown_cell("# How many rows are there?")]
        if parameters is not None:
            cells.append(new_code_cell(parameters, metadata={"tags": ["parameters"]}))
        cells += [new_code_cell(each) for each in code]
        text = nbformat.writes(new_notebook(cells=cells))
        self.put(f"notebooks/{name}.ipynb", tidy.tidied(text))

    def restore(self) -> None:
        for path, content in self._before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
        self._before.clear()

    def outputs(self) -> Mapping[str, bytes]:
        """Every file that passes for a result, built or run with success; of a run's record what does not hold times."""
        folders = (self.root / "reports" / "build", self.root / ".cache" / "runs")
        files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
        return {
            str(path.relative_to(self.root)): _timeless(path) for path in files if "failed" not in path.parts
        }


def _timeless(path: Path) -> bytes:
    if ".cache" in path.parts and path.name.endswith(".run.json"):
        record = json.loads(path.read_bytes())
        return json.dumps([record[key] for key in ("status", "sha256", "parameters", "tables")]).encode()
    return path.read_bytes()


@pytest.fixture(scope="module")
def shared_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root that the tests of a module share; `pair` is not yet built."""
    root = tmp_path_factory.mktemp("a small project")
    shutil.copytree(ROOT / "data", root / "data")
    for folder in ("notebooks", "reports"):
        (root / folder).mkdir()
    Project(root).notebook(SETUP, LEAD, CLOSING)
    (root / "reports" / "pair.yml").write_text(DEFINITION, encoding="utf-8")
    return root


@pytest.fixture
def small(shared_root: Path) -> Iterator[Project]:
    """The shared project; what a test changes in it is undone."""
    project = Project(shared_root)
    yield project
    project.restore()


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture) -> Iterator:
    """Run `briefing WORDS` in this process, as a shell would."""

    def run(*words: object, root: Path | None = None) -> Ended:
        at = [] if root is None else ["--root", str(root)]
        monkeypatch.setattr(sys, "argv", ["briefing", *at, *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code or 0
        return Ended(code, *capfd.readouterr())

    with suppress(Exception):
        capfd.readouterr()
    yield run
    tables.use_root(None)
