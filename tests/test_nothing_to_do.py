"""What is not built again, and what is: the whole way, from the word typed to the pages, each command a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from analysis.execution.ledger import Ledger

from .conftest import CLOSING, DEFINITION, LEAD, SETUP

# A file of somebody's own, which nothing declares.
READ = "import pandas\n\nmine = pandas.read_csv({path!r})"
PAGES = ["reports/build/pair/pair.html", "reports/build/other/other.html"]
MINE = "country,weight\nKAZ,1\nUZB,2\n"


@pytest.fixture
def mine(small, tmp_path) -> Path:
    """A table outside the project that the notebook reads by itself."""
    path = tmp_path / "mine.csv"
    path.write_text(MINE, encoding="utf-8")
    small.notebook(SETUP, READ.format(path=str(path)), LEAD, CLOSING)
    small.put("reports/other.yml", DEFINITION.replace("series: Small", "series: Other"))
    return path


def briefing(root: Path, *words: str) -> list[str]:
    """What `briefing WORDS` prints."""
    command = [sys.executable, "-m", "analysis", *words]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def became(root: Path, *words: str) -> dict[str, str]:
    """What a build made of its briefings and of the section that they share, by the ledger."""
    before = {row["id"] for row in runs(root)}
    assert briefing(root, *words) == PAGES
    kinds = ("briefing", "section")
    new = [row for row in runs(root) if row["id"] not in before and row["kind"] in kinds]
    return {row["section"] or row["stem"]: row["status"] for row in new}


def runs(root: Path) -> list[dict]:
    with Ledger.at(root) as ledger:
        return ledger.runs(limit=None, sections=True)


def test_what_is_done_again_is_what_changed_and_no_more(small, mine):
    root, build = small.root, ("build", "pair", "other", "--formats", "html")
    ran = {"pair": "succeeded", "other": "succeeded", "rows": "succeeded"}

    def pages() -> list[bytes]:
        return [(root / page).read_bytes() for page in PAGES]

    assert became(root, *build) == ran
    first = pages()

    assert became(root, *build) == {"pair": "unchanged", "other": "unchanged"}
    assert briefing(root, "why", "pair") == [
        "format pdf: was not asked for at the last build",
        "Reused: rows",
    ]

    small.change("reports/other.yml", "series: Other", "series: Another")
    assert became(root, *build) == {"pair": "unchanged", "other": "succeeded", "rows": "reused"}
    assert [new == old for new, old in zip(pages(), first, strict=True)] == [True, False]

    mine.write_text(MINE.replace("UZB,2", "UZB,3"), encoding="utf-8")
    assert f"{mine}: 1 row added, 1 removed" in "\n".join(briefing(root, "why", "pair"))
    assert became(root, *build) == ran

    mine.write_text(MINE, encoding="utf-8")
    small.change("reports/other.yml", "series: Another", "series: Other")
    assert became(root, *build) == {**ran, "rows": "reused"}
    assert pages() == first
