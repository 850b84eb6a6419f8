"""README.md promises nothing that the project does not do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import tables
from analysis.briefings import definition

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path):
    """A root with the project's tables and notebooks and no definition of its own."""
    for name in ("data", "notebooks"):
        (tmp_path / name).symlink_to(ROOT / name, target_is_directory=True)
    (tmp_path / "reports").mkdir()
    tables.use_root(tmp_path)
    yield tmp_path
    tables.use_root(ROOT)


def test_the_list_of_tables_is_the_generated_one() -> None:
    listed = README.partition("<!-- tables: generated -->\n")[2].partition("\n<!-- end of tables -->")[0]
    assert listed == tables.codebook(), "run: make package"


def test_every_notebook_is_listed_with_its_question() -> None:
    for name, title in definition.notebook_titles().items():
        assert f"| [`{name}`](notebooks/{name}.ipynb) | {title} |" in README


def test_every_make_target_is_described_in_the_makefile_and_the_named_ones_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    described = set(re.findall(r"(?m)^([a-z]+):.*##", makefile))
    assert set(re.findall(r"`make ([a-z]+)", README)) <= described
    assert set(re.search(r"\.PHONY: (.*)", makefile)[1].split()) == described


def test_the_example_definition_loads(copy: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", README, flags=re.S)[1]
    (copy / "reports" / "kazakhstan-russia.yml").write_text(example, encoding="utf-8")
    loaded = definition.load("kazakhstan-russia")
    routed = loaded.routed(loaded.values({}))
    assert [section.notebook for section in loaded.sections] == ["bilateral_trade"]
    assert next(iter(routed.values()))["start"] == 2018


def test_the_refusal_shown_is_the_one_printed() -> None:
    command = [sys.executable, "-m", "analysis.cli", "build", "-p", "partner=XXX"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ended.returncode == 2
    shown = README.partition("$ briefing build -p partner=XXX\n")[2].partition("\n```")[0]
    assert ended.stderr.strip() == shown


def test_the_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target
