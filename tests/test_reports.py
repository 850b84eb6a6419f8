"""The reports of the project: one of all notebooks with a body of at most sixteen pages, and one for each pair."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import budgets
import fact_checks
import format_checks
import pdf_checks
import pypdf
import pytest

from analysis.briefings import build, definition, sweep
from analysis.briefings import document as d
from analysis.briefings.agreement import FORMATS

ROOT = Path(__file__).resolve().parents[1]
MOST_PAGES = 16
LEAST_FILLED = 0.7  # of a page of the body
LATER = """\
import time
now = time.time
time.time = lambda: now() + 400 * 24 * 3600
"""
OTHERS = sorted(set(definition.names()) - {"central-asia", "all-pairs"})
each = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in (definition.DEFAULT, "central-asia") else pytest.mark.soak)
        for name in ["central-asia", *OTHERS]
    ],
)


class TestDefinitions:
    def test_central_asia_has_all_notebooks_and_ends_in_annexes(self) -> None:
        report = definition.load("central-asia")
        assert sorted(section.notebook for section in report.sections) == definition.notebook_names()
        (claims,) = [section for section in report.sections if section.name == "claims"]
        assert "all-claims" in claims.annex

    def test_all_pairs_are_the_fifteen_of_six_countries(self) -> None:
        pairs = [tuple(one.values()) for one in definition.load("all-pairs").for_each]
        assert len(pairs) == len({frozenset(pair) for pair in pairs}) == 15
        assert {country for pair in pairs for country in pair} == {"KAZ", "KGZ", "TJK", "TKM", "UZB", "AZE"}

    def test_every_pair_reaches_every_section(self) -> None:
        report = definition.load("all-pairs")
        routed = report.routed(report.values({"reporter": "TJK", "partner": "TKM"}))
        assert routed["relations"]["pair"] == ["TJK", "TKM"]
        assert (routed["trade"]["reporter"], routed["trade"]["partner"]) == ("TJK", "TKM")

    @pytest.mark.parametrize("name", ["all-pairs", "kazakhstan-tajikistan"])
    def test_trade_and_relations_are_of_one_pair(self, name: str) -> None:
        report = definition.load(name)
        routed = report.routed(report.values({"reporter": "KAZ", "partner": "TKM"}))
        assert routed["relations"]["pair"] == ["KAZ", "TKM"]


@pytest.mark.soak
@pytest.mark.parametrize("name", [*OTHERS, "central-asia"])
def test_every_number_rests_on_rows_on_sources_or_on_an_exhibit(name: str, built_report) -> None:
    record = json.loads(built_report(name).facts.read_text(encoding="utf-8"))
    assert record["facts"]
    assert fact_checks.baseless(record) == []


@pytest.fixture(scope="module")
def built(built_report) -> build.Built:
    """The report of all notebooks, in all formats."""
    return built_report("central-asia")


@each
def test_weighs_no_more_than_its_exhibits_allow(name: str, built_report) -> None:
    made = {path.suffix: path.read_bytes() for path in built_report(name).paths}
    assert budgets.over(made[".html"], made[".pdf"]) == []


@each
def test_no_page_of_the_body_is_half_empty_but_the_last(name: str, built_report) -> None:
    built = built_report(name)
    begins = pdf_checks.parts(reader(built))
    ends = {page - 1 for title, page in begins.items() if title.startswith("Annex")}
    shares = pdf_checks.shares_filled(built.document)[: begins["Methods"] - 1]
    assert len(shares) > 5
    assert {
        n: share for n, share in enumerate(shares, start=1) if n not in ends and share < LEAST_FILLED
    } == {}


def reader(built: build.Built) -> pypdf.PdfReader:
    (path,) = [each for each in built.paths if each.suffix == ".pdf"]
    return pypdf.PdfReader(io.BytesIO(Path(path).read_bytes()))


@pytest.mark.soak
class TestCentralAsia:
    def test_the_body_has_at_most_sixteen_pages(self, built) -> None:
        pages = pdf_checks.parts(reader(built))
        first = min(page for title, page in pages.items() if title.startswith("Annex"))
        assert first <= MOST_PAGES + 1
        assert all(page < first for title, page in pages.items() if re.match(r"\d+\. ", title))

    def test_exhibits_are_numbered_through_and_each_spoken_of(self, built) -> None:
        document = built.document
        for kind in ("Figure", "Table"):
            numbers = [e.number for e in document.exhibits if e.label.startswith(kind)]
            assert numbers == list(range(1, len(numbers) + 1))
        pointed = re.findall(
            r"anchor='([\w-]+)'\)|url='#([\w-]+)'", repr([s.parts for s in document.sections])
        )
        assert {e.anchor for e in document.exhibits} <= {name for pair in pointed for name in pair}

    def test_nothing_is_said_twice(self, built) -> None:
        said = [part.text for part in built.document.parts() if isinstance(part, d.Statement)]
        assert len(said) == len(set(said))
        limits = [limit.text for limit in built.document.limits]
        assert len(limits) == len(set(limits)) and not set(limits) & set(said)

    def test_page_pdf_and_email_say_the_same(self, built) -> None:
        made = {path.suffix: path.read_bytes() for path in built.paths}
        html = made[".html"].decode()
        assert format_checks.differences(html, made[".pdf"]) == []
        page = format_checks.of_page(html, notes=False)
        for units in format_checks.of_email(made[".eml"]):
            # a heading, how many sources more there are, and where the whole is
            assert len(format_checks.strangers(units, page)) == 3

    def test_every_format_is_the_same_elsewhere_and_at_another_time(self, built, tmp_path) -> None:
        """Built again by the command: another project folder, time zone, locale, mask of file modes, order of sets, and a
        clock a year on."""
        root = tmp_path / "another place"
        root.mkdir()
        for name in ("data", "notebooks", "reports"):
            (root / name).symlink_to(ROOT / name, target_is_directory=True)
        (tmp_path / "sitecustomize.py").write_text(LATER, encoding="utf-8")
        env = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}
        env |= {"TZ": "Pacific/Auckland", "LC_ALL": "de_DE.UTF-8", "LANG": "ru_RU"}
        words = [
            "--root",
            root,
            "build",
            "central-asia",
            "--formats",
            ",".join(FORMATS),
            "--out",
            tmp_path / "again",
        ]
        ended = subprocess.run(
            [sys.executable, "-P", "-m", "analysis.cli", *words],
            cwd=tmp_path, env=env, umask=0o077, capture_output=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr.decode()
        for path in (*built.paths, built.facts, built.notebook):
            assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.suffix

    def test_the_summary_is_the_leads_of_seven_sections(self, built) -> None:
        assert len(built.document.summary) == len(built.document.key_figures) + 3 == 7


@pytest.mark.soak
def test_all_fifteen_briefings_of_pairs_are_built(tmp_path) -> None:
    swept = sweep.build("all-pairs", formats=["html"], out=tmp_path)
    assert swept.problems == ()
    assert len(swept.paths) == 15
    assert [said for path in swept.paths for said in budgets.over(path.read_bytes())] == []
