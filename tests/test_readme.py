"""README.md promises nothing that the project does not do."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from analysis import tables
from analysis.briefings import definition, untranslated
from analysis.errors import BriefingError

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


def test_the_briefings_it_calls_complete_in_russian_are_those_that_lack_nothing_certain() -> None:
    named = re.search(r"Complete in Russian\s+are ([^,]+),", README)[1]
    whole = []
    for name in definition.names():
        with suppress(BriefingError):
            untranslated.check(definition.load(name), "ru")
            whole.append(name)
    assert sorted(re.findall(r"`([^`]+)`", named)) == sorted(whole)


def test_every_notebook_is_listed_with_its_question() -> None:
    for name, title in definition.notebook_titles().items():
        assert f"| [`{name}`](notebooks/{name}.ipynb) | {title} |" in README


def test_every_make_target_is_described_in_the_makefile_and_the_named_ones_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    described = set(re.findall(r"(?m)^([a-z-]+):.*##", makefile))
    assert set(re.findall(r"`make ([a-z-]+)", README)) <= described
    assert set(re.search(r"\.PHONY: (.*)", makefile)[1].split()) == described


def test_the_example_definition_loads(copy: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", README, flags=re.S)[1]
    (copy / "reports" / "kazakhstan-russia.yml").write_text(example, encoding="utf-8")
    loaded = definition.load("kazakhstan-russia")
    routed = loaded.routed(loaded.values({}))
    assert [section.notebook for section in loaded.sections] == ["bilateral_trade"]
    assert next(iter(routed.values()))["start"] == 2018


def keys_of(what: str) -> dict[str, dict]:
    """The keys of a briefing or of a section with the example that stands beside each."""
    table = README.partition(f"| key of a {what} | as in |")[2].partition("\n\n")[0]
    rows = re.findall(r"(?m)^\| `(\w+)` \| `([^`]+)` \| [^|]+ \|$", table)
    return {key: yaml.safe_load(example) for key, example in rows}


def test_every_key_of_a_definition_is_explained() -> None:
    briefing, section = keys_of("briefing"), keys_of("section")
    assert (tuple(briefing), tuple(section)) == (definition.KEYS, definition.SECTION_KEYS)
    assert all([*example] == [key] for key, example in (briefing | section).items())


def test_the_examples_beside_the_keys_make_definitions_that_load(copy: Path) -> None:
    """All keys together, with the parameters or with for_each in their place."""
    briefing, section = (
        {key: value for example in keys_of(what).values() for key, value in example.items()}
        for what in ("briefing", "section")
    )
    sections, for_each = briefing.pop("sections"), briefing.pop("for_each")
    whole = {**briefing, "sections": [section]}
    least = {"title": "Trade", "sections": sections}
    many = {**whole, "for_each": for_each, "parameters": {}}
    made = []
    for name, told in (("least", least), ("whole", whole), ("many", many)):
        (copy / "reports" / f"{name}.yml").write_text(yaml.safe_dump(told), encoding="utf-8")
        made.append(definition.load(name))
    assert [len(each.for_each) for each in made] == [0, 0, 3]
    assert made[1].sections[0].annex == ("coverage",) and made[1].own == {"reporter": "KAZ", "partner": "RUS"}


def test_the_refusal_shown_is_the_one_printed() -> None:
    command = [sys.executable, "-m", "analysis.cli", "build", "-p", "partner=XXX"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ended.returncode == 2
    shown = README.partition("$ briefing build -p partner=XXX\n")[2].partition("\n```")[0]
    assert ended.stderr.strip() == shown


def test_the_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target
