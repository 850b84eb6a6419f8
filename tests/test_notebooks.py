"""The two notebooks on the real tables: the facts they must say, bare papermill and nbconvert, every odd parameter set."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from notebook_checks import column, problems, shown

from analysis.errors import UsageError
from analysis.execution import contract, runner
from analysis.exhibits import blocks

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
Blocks = dict[str, dict[str, Any]]

RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "trade": ("bilateral_trade", {}),
    "trade-kgz-chn": (
        "bilateral_trade",
        {"reporter": "KGZ", "partner": "CHN", "deflator": "none", "side": "reporter"},
    ),
    "blocs": ("bloc_overlap", {"as_of": "2025-12-31"}),
    "blocs-before": (
        "bloc_overlap",
        {"bloc_a": "abraham-accords", "as_of": "2025-11-15", "extra_blocs": ["sco"], "step": "year"},
    ),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Blocks]:
    """The blocks of every run, by run and by id."""
    folder = tmp_path_factory.mktemp("runs")
    found = {}
    for name, (notebook, parameters) in RUNS.items():
        run = runner.execute(
            ROOT / "notebooks" / f"{notebook}.ipynb",
            parameters,
            out=folder / f"{name}.ipynb",
            root=ROOT,
            expects=["references", "lead"],
        )
        found[name] = {block["id"]: block for block in run.blocks}
    return found


class TestTrade:
    def test_lead_says_levels_multiple_and_rate(self, runs: dict[str, Blocks]) -> None:
        lead = runs["trade"]["lead"]
        values = lead["values"]
        assert values["first"]["value"] == pytest.approx(1.899e9, rel=1e-3)
        assert values["last"]["value"] == pytest.approx(4.486e9, rel=1e-3)
        assert round(values["fold"]["value"], 2) == 2.36
        assert values["rate"]["text"] == "13.1%" and values["first"]["coverage"] == "goods-and-services"
        assert "over 7 years" in lead["text"] and "goods and services" in lead["text"]

    def test_doubling_holds_in_current_dollars_only(self, runs: dict[str, Blocks]) -> None:
        constant = runs["trade"]["constant-dollars"]
        assert "more than doubled in current US dollars" in constant["title"]
        assert "in constant 2016 US dollars it did not double" in constant["title"]
        assert column(constant, "Constant dollars") == {"Uzbekistan": "1.86"}

    def test_both_reports_of_2023_stand_side_by_side(self, runs: dict[str, Blocks]) -> None:
        now = runs["trade"]["turnover-now"]
        assert now["values"]["other"]["value"] == pytest.approx(4.418e9, rel=1e-3)
        assert now["values"]["other"]["coverage"] == "goods"
        assert [flag["flag"] for flag in now["flags"]] == ["MIXED_DEFINITION"]
        assert column(runs["trade"]["turnover"], "Kazakhstan, USD bn")["2016"] == "…"

    def test_mirror_names_years_compared_and_missing(self, runs: dict[str, Blocks]) -> None:
        rows = runs["trade"]["mirror"]["table"]["rows"]
        assert {row[1] for row in rows} == {str(year) for year in range(2018, 2024)} and len(rows) == 12
        assert runs["trade"]["silent-years"]["text"] == (
            "Not compared: the series of Kazakhstan has neither exports to nor imports from Uzbekistan in 2016–2017."
        )

    def test_output_names_the_revision_it_leaves_out(self, runs: dict[str, Blocks]) -> None:
        note = runs["trade"]["weights"]["note"]
        assert "World Bank" in note and "after the revision of July 2024, is not mixed in" in note

    def test_other_parameters_take_effect(self, runs: dict[str, Blocks]) -> None:
        found = runs["trade-kgz-chn"]
        assert found["constant-dollars"]["kind"] == "finding"
        assert len(found["turnover"]["table"]["columns"]) == 2
        assert "REROUTE_2022" in [flag["flag"] for flag in found["lead"]["flags"]]


class TestBlocs:
    def test_exactly_two_of_nine(self, runs: dict[str, Blocks]) -> None:
        lead = runs["blocs"]["lead"]
        assert "share 2 of the 9 countries in either, Kazakhstan and Kyrgyzstan:" in lead["text"]
        assert lead["values"]["index"]["value"] == pytest.approx(2 / 9)

    def test_observer_is_shown_and_not_counted(self, runs: dict[str, Blocks]) -> None:
        assert "as observer" in runs["blocs"]["beside-a"]["text"]
        assert "Uzbekistan" in runs["blocs"]["beside-a"]["text"]
        assert column(runs["blocs"]["matrix"], "EAEU")["Uzbekistan"] == "observer"

    def test_participants_count(self, runs: dict[str, Blocks]) -> None:
        assert len([s for s in column(runs["blocs"]["matrix"], "CMHS").values() if s == "participant"]) == 6

    def test_five_on_the_day_before(self, runs: dict[str, Blocks]) -> None:
        standing = column(runs["blocs-before"]["matrix"], "CMHS")
        assert sorted(name for name, status in standing.items() if status == "participant") == [
            "Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan",
        ]  # fmt: skip
        assert standing["Azerbaijan"] == "guest"

    def test_candidate_is_no_member(self, runs: dict[str, Blocks]) -> None:
        found = runs["blocs-before"]
        assert "as candidate Kazakhstan" in found["beside-a"]["text"]
        assert "share none of" in found["lead"]["text"]

    def test_measures_change_and_weights_are_there(self, runs: dict[str, Blocks]) -> None:
        found = runs["blocs"]
        assert column(found["closeness"], "Value")["Overlap coefficient"] == "0.40"
        assert (
            "cannot be counted: the tables name no certain member of any bloc shown" in found["churn"]["text"]
        ), "no bloc existed in 1991"
        assert float(column(found["evenness"], "Herfindahl")["EAEU"]) > 0.5


# --- bare tools ------------------------------------------------------------------------------------------------------


def bare(*command: str | Path, cwd: Path, home: Path) -> subprocess.CompletedProcess:
    environment = os.environ | {"HOME": str(home), "JUPYTER_RUNTIME_DIR": str(home / "r")}
    return subprocess.run(
        [str(BIN / command[0]), *map(str, command[1:])],
        cwd=cwd, capture_output=True, text=True, env=environment, timeout=300,
    )  # fmt: skip


def test_bare_papermill_and_nbconvert(tmp_path: Path) -> None:
    """Run from the folder of the notebooks, as JupyterLab does; charts and tables are seen without our exporters."""
    out = tmp_path / "out.ipynb"
    ran = bare(
        "papermill",
        "bilateral_trade.ipynb",
        out,
        "-p",
        "partner",
        "KGZ",
        cwd=ROOT / "notebooks",
        home=tmp_path,
    )
    assert ran.returncode == 0, ran.stderr
    kinds = {
        kind
        for cell in json.loads(out.read_text())["cells"]
        for output in cell.get("outputs", [])
        for kind in output.get("data", {})
    }
    assert {"image/svg+xml", "text/html", "text/markdown", blocks.MIME} <= kinds
    made = bare("jupyter", "nbconvert", "--to", "briefing-html", out, cwd=tmp_path, home=tmp_path)
    assert made.returncode == 0, made.stderr
    page = (tmp_path / "out.html").read_text()
    assert "Kyrgyzstan" in page and "<svg" in page


def test_bare_papermill_refuses_as_the_command_does(tmp_path: Path) -> None:
    ran = bare(
        "papermill", "notebooks/bilateral_trade.ipynb", tmp_path / "out.ipynb", "-p", "partner", "XXX",
        cwd=ROOT, home=tmp_path,
    )  # fmt: skip
    told = bare("briefing", "build", "-p", "partner=XXX", "--out", tmp_path / "b", cwd=ROOT, home=tmp_path)
    sentence = re.search(r"partner[^\n]*'XXX'[^\n]*", told.stderr)
    assert ran.returncode != 0 and told.returncode == 2 and sentence, told.stderr
    core = re.search(r"'XXX' is not[^(\n;]*", sentence[0])[0].strip()
    assert core in ran.stderr


# --- every odd parameter set, in this process ------------------------------------------------------------------------

SPANS = ((2016, 2023), (2000, 2020))
PAIRS = ("UZB-KAZ", "KGZ-CHN", "TJK-UZB", "KAZ-RUS", "TKM-ISR", "USA-CHN", "UZB-WLD", "WLD-UZB", "XKX-UZB")
BLOC_PAIRS = ("eaeu cmhs", "ots csto", "sco cis", "abraham-accords brics", "oic eco")
DAYS = ("1992-01-01", "1992-06-01", "1993-12-15", "1995-01-01", "2015-06-01", "2025-11-15", None)
TRADE_SETS = [
    *({"reporter": pair[:3], "partner": pair[4:], "start": a, "end": b} for pair in PAIRS for a, b in SPANS),
    {"start": 1995, "end": 2005, "side": "partner", "deflator": "none"},
    {"reporter": "KGZ", "partner": "TKM"},
    {"reporter": "UZB", "partner": "TJK", "start": 2010, "end": 2011},
    {"end": 2021, "as_of": "2022-06-01", "known_by": "2023-12-31"},
]
BLOC_SETS = [
    *(
        {"bloc_a": pair.split()[0], "bloc_b": pair.split()[1], "as_of": day}
        for pair in BLOC_PAIRS
        for day in DAYS
    ),
    {"extra_blocs": [], "step": "month"},
    {"as_of": "2025-12-31", "since": "2016-01-01", "statuses": ["member", "participant", "observer"]},
]


@pytest.mark.soak
@pytest.mark.parametrize("parameters", TRADE_SETS, ids=lambda each: " ".join(map(str, each.values())))
def test_trade_is_well_said(parameters: dict[str, Any]) -> None:
    assert problems(shown("bilateral_trade", parameters)) == []


@pytest.mark.soak
@pytest.mark.parametrize("parameters", BLOC_SETS, ids=lambda each: " ".join(map(str, each.values())))
def test_overlap_is_well_said(parameters: dict[str, Any]) -> None:
    assert problems(shown("bloc_overlap", parameters)) == []


# Beside its defaults and the first years, every notebook runs for one other set of parameters.
OTHER: dict[str, dict[str, Any]] = {
    "accords_and_peace": {"process": "arm-aze", "as_of": "2025-12-31", "stages": ["initialed", "signed"]},
    "bilateral_trade": {"reporter": "KAZ", "partner": "TJK", "start": 2018, "end": 2023},
    "corridors_and_water": {
        "path": "instc",
        "section": "uap-railway",
        "countries": ["AFG", "KAZ", "KGZ", "UZB"],
        "competitor_days": 45,
        "water": False,
        "as_of": "2019-12-31",
    },
    "bloc_overlap": {"bloc_a": "ots", "bloc_b": "csto", "as_of": "2019-12-31"},
    "bloc_succession": {
        "lineage": ["customs-union-1995", "eacu", "ses", "eaeu"],
        "second_lineage": [],
        "countries": ["BLR", "KAZ", "RUS"],
        "start": 1994,
        "lag_bloc": "eurasec",
        "lag_country": "UZB",
        "pause_from": "cau",
        "as_of": "2016-06-30",
    },
    "claims_review": {
        "documents": ["doc-001", "doc-004a"],
        "as_of": "2026-02-01",
        "verdicts": ["contradicted"],
    },
    "security_network": {
        "as_of": "2021-10-15",
        "drop_node": "KAZ",
        "pair": ["KAZ", "TJK"],
        "weights": "plain",
    },
    "relations_ladder": {
        "pair": ["KAZ", "TJK"],
        "stated_on": "2024-08-22",
        "stated_place": "Dushanbe",
        "fields": ["agriculture", "defence-technology", "water"],
    },
}
NAMES = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
SETS = {"defaults": {}, "first years": {"as_of": "1995-01-01"}, "another": None}


@pytest.mark.parametrize("which", SETS)
@pytest.mark.parametrize("name", NAMES)
def test_every_notebook_is_well_said(name: str, which: str) -> None:
    """No empty exhibit (a block without data is refused when made), no missing value or code in a sentence."""
    parameters = OTHER[name] if SETS[which] is None else SETS[which]
    found = shown(name, parameters)
    assert problems(found) == []
    assert found[-1]["kind"] == "references"
    assert sum(block.get("role") == "lead" for block in found) == 1


def test_coarse_date_is_uncertain() -> None:
    found = {block["id"]: block for block in shown("bloc_overlap", {"bloc_a": "cis", "as_of": "1993-12-15"})}
    assert not found["lead"]["defined"]
    assert "it is uncertain whether Georgia is in CIS on 15 December 1993" in found["lead"]["text"]
    assert column(found["matrix"], "CIS")["Georgia"] == "uncertain"


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("cmhz:RUS:2026-01-01", "what_if 'cmhz' is not in data/blocs.csv (did you mean 'cmhs'?)"),
        ("cmhs:RUZ:2026-01-01", "what_if 'RUZ' is not in data/countries.csv"),
        ("cmhs:RUS:1990-12-31", "what_if 'cmhs:RUS:1990-12-31' is before 1991-01-01, where the data begin"),
        ("cmhs:RUS:2026", "what_if '2026' is not a date"),
        ("cmhs:RUS", "what_if 'cmhs:RUS' is not of the form blocs.bloc:countries.country:date"),
    ],
)
def test_a_scenario_that_cannot_be_is_refused(entry: str, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        contract.read(ROOT / "notebooks/bloc_overlap.ipynb").coerce({"what_if": [entry]})
    (problem,) = refused.value.problems
    assert sentence in problem


def test_a_scenario_is_shown_beside_what_is_and_counted_nowhere(runs: dict[str, Blocks]) -> None:
    found = runs["blocs"]
    after = column(found["what-if"], "With the entries")
    assert (
        after["Countries in both"] == "3" and column(found["what-if"], "As it is")["Countries in both"] == "2"
    )
    assert "share 2 of the 9 countries in either" in found["lead"]["text"]
    assert column(found["introversion"], "Members of the year")["EAEU-5"] == "14.9%"
