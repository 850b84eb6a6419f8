"""A fact-check sheet: how it names the file that was asked, and what of the notebook it leaves out."""

from __future__ import annotations

import shlex
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis import tables
from analysis.briefings import asking, definition, manifest, resting

EXAMPLE = "reports/examples/article.yml"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict:
    """What the sheet was built from, in place of building it."""
    made = {}
    monkeypatch.setattr(
        asking.room, "build", lambda sheet, dates, **more: made.update(more, sheet=sheet, dates=dates)
    )
    return made


@pytest.fixture
def project(small):
    tables.use_root(small.root)
    yield small
    tables.use_root(None)


def asked_of(made: dict) -> str:
    (section,) = made["sheet"].sections
    return section.parameters["file"]


def test_the_command_it_prints_works_from_the_root(project, made: dict, monkeypatch) -> None:
    text = (Path(__file__).parents[2] / EXAMPLE).read_text(encoding="utf-8")
    project.put("reports/my article.yml", text)
    monkeypatch.chdir(project.root / "reports")
    asking.build(Path("my article.yml"), {"as_of": "2025-06-01"})
    assert asked_of(made) == "reports/my article.yml"
    words = shlex.split(made["rebuild"])
    assert words == ["briefing", "ask", "reports/my article.yml", "--as-of", "2025-06-01"]


def test_a_file_from_elsewhere_is_named_by_a_copy_in_the_project(project, made: dict, tmp_path: Path) -> None:
    file = tmp_path / "draft.yml"
    file.write_bytes((Path(__file__).parents[2] / EXAMPLE).read_bytes())
    asking.build(file)
    asked = asked_of(made)
    assert asked.startswith(".cache/asked/") and asked.endswith("/draft.yml")
    assert (project.root / asked).read_bytes() == file.read_bytes()
    assert made["rebuild"] == f"briefing ask {asked}" and str(tmp_path) not in made["rebuild"]


def test_what_speaks_of_the_source_documents_alone_is_left_out(made: dict) -> None:
    asking.build(tables.root() / EXAMPLE)
    (section,) = made["sheet"].sections
    assert {"documents-differ", "contradictions", "differing", "differences"} == set(section.without)
    assert set(section.without) <= set(definition.shown_by(section.notebook))


def test_we_are_not_fooled_by_two_files_of_one_name(project) -> None:
    """Both sheets are the same request, and neither file has changed."""
    name = "ask-claims"
    files = ["reports/claims-1.yml", "reports/claims-2.yml"]
    request = manifest.asked(name, {}, None, None)
    sections = {
        "review": {"notebook": "claims_review", "parameters": {"file": files[0]}, "key": "k", "inputs": {}}
    }
    made = manifest.Made(name, name, f"reports/build/{name}", request, sections, {}, {})
    assert manifest.keep(made, project.root)
    found = [
        resting.current(SimpleNamespace(request=request, routed={"review": {"file": file}}), project.root)
        for file in files
    ]
    assert [each is not None for each in found] == [True, False]
