"""A sound table arrives typed; root, names, used, cite and cut-off."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analysis import tables
from analysis.errors import BriefingError
from analysis.tables import citing, invariants


def test_columns_arrive_with_their_declared_types(project) -> None:
    read = tables.read("memberships")
    assert [str(kind) for kind in read.dtypes] == [*["str"] * 5, "bool", "Int64", "float64", "str"]
    assert list(read["weight"].dropna()) == [0.5, -1.25]
    assert read["rank"].isna().tolist() == [False, True, False]
    assert read["end"].isna().tolist() == [False, True, True]


def test_a_required_whole_number_is_a_plain_one(project, declared) -> None:
    year = {"name": "year", "type": "integer", "description": "Year", "constraints": {"required": True}}
    project.put("years", "year\n1991\n2025\n", declared("years", [year], ["year"]))
    assert str(tables.read("years")["year"].dtype) == "int64"


def test_the_letters_n_a_are_text(project) -> None:
    assert tables.read("sources").set_index("source").at["beta", "note"] == "NA"


def test_each_read_is_a_fresh_copy(project) -> None:
    spoilt = tables.read("blocs")
    spoilt["bloc"] = "spoilt"
    assert list(tables.read("blocs")["bloc"]) == ["caco", "eaeu"]


def test_a_correction_is_seen_at_once(project) -> None:
    assert tables.read("countries")["name"].iloc[0] == "Kazakhstan"
    project.change("countries", "Kazakhstan", "Qazaqstan")
    assert tables.read("countries")["name"].iloc[0] == "Qazaqstan"


def test_a_key_removed_elsewhere_is_seen_though_the_table_did_not_change(project) -> None:
    tables.read("memberships")
    project.change("countries", "UZB,Uzbekistan\n", "")
    assert "'UZB' is not in countries.csv" in project.faults()[0]


def test_a_verdict_is_remembered_in_the_cache_and_the_cache_may_be_deleted(project) -> None:
    tables.read("blocs")
    (kept,) = (project.folder / ".cache" / "tables").iterdir()
    kept.unlink()
    assert len(tables.read("blocs")) == 2


def test_a_cache_that_cannot_be_written_is_no_obstacle(project) -> None:
    (project.folder / ".cache").write_text("a file where the folder should be")
    project.change("blocs", "caco", "caco2")
    assert len(tables.read("blocs")) == 2


def test_used_tells_hash_and_rows_of_what_was_read(project) -> None:
    from hashlib import sha256

    assert tables.used() == {}
    tables.read("blocs")
    expected = sha256((project.data / "blocs.csv").read_bytes()).hexdigest()
    assert tables.used() == {"blocs": {"sha256": expected, "rows": 2}}
    tables.used()["blocs"]["rows"] = 0
    assert tables.used()["blocs"]["rows"] == 2


def test_describe_says_what_is_declared(project) -> None:
    described = tables.describe("memberships")
    assert (described.title, described.rows, described.licence) == ("Memberships", 3, "Public domain")
    assert described.primary_key == ("bloc", "country", "status", "start")
    assert described.column("start").is_coarse_date
    assert described.column("status").constraints["enum"] == ["member", "observer"]
    assert described.revisions[0]["date"] == "2026-11-22"


def test_citations_come_in_the_order_asked_each_once(project) -> None:
    cited = tables.cite("beta", "alpha", "beta")
    assert [citation["id"] for citation in cited] == ["beta", "alpha"]
    assert cited[0]["publisher"] is None and cited[0]["note"] == "NA"
    assert list(cited[1]) == ["id", "title", "publisher", "published", "url", "licence", "accessed", "note"]


def test_an_unknown_source_is_refused_with_the_nearest(project) -> None:
    with pytest.raises(tables.TableError) as refused:
        tables.cite("alpha", "alpa", "zzz")
    assert refused.value.problems == [
        "no source 'alpa' in data/sources.csv (did you mean 'alpha'?)",
        "no source 'zzz' in data/sources.csv",
    ]


FIRST, LAST = "memberships:caco/KAZ/member/1994", "memberships:eaeu/UZB/observer/2020-12-11"


def test_the_sources_of_rows_come_each_once_in_the_order_of_the_rows(project) -> None:
    assert tables.sources_of([LAST, FIRST, LAST]) == ("beta", "alpha")
    assert tables.sources_of(["memberships:nothing", "blocs:eaeu", "no_table:row"]) == ()


def test_a_source_that_is_part_of_the_key_stays_in_the_id_once_a_table_is_known_valid(
    project, declared
) -> None:
    columns = [{"name": name, "type": "string", "description": name} for name in ("cell", "source")]
    project.put("held", "cell,source\nx,alpha\nx,beta\n", declared("held", columns, ["cell", "source"]))
    tables.read("held")
    assert tables.sources_of(["held:x/beta", "held:x/alpha"]) == ("beta", "alpha")


def test_where_the_rows_come_from_is_looked_up_once_and_anew_after_a_correction(project, monkeypatch) -> None:
    looked = []
    monkeypatch.setattr(citing, "id_of", lambda *row: looked.append(row) or invariants.id_of(*row))
    project.change("memberships", "1994,2005-10,false,1,0.5,alpha", "1994,2005-10,false,1,0.25,beta")
    assert tables.sources_of([FIRST]) == tables.sources_of([LAST, FIRST]) == ("beta",)
    assert len(looked) == 3
    project.put("memberships")
    assert tables.sources_of([FIRST]) == ("alpha",)


def test_the_cutoff_is_a_day(project) -> None:
    assert tables.cutoff() == date(2026, 11, 22)


@pytest.mark.parametrize("text", ["{}", '{"cutoff": "2026-11"}', '{"cutoff": 2026}'])
def test_a_cutoff_that_is_no_day_is_refused(project, text: str) -> None:
    (project.data / "datapackage.json").write_text(text)
    with pytest.raises(tables.TableError, match="write the day as YYYY-MM-DD"):
        tables.cutoff()


def test_names_are_the_descriptors(project) -> None:
    assert tables.names() == ["blocs", "countries", "memberships", "sources"]


# --- the root -----------------------------------------------------------------------------------------


def test_the_root_is_found_from_a_folder_inside(project, monkeypatch) -> None:
    tables.use_root(None)
    inside = project.folder / "notebooks" / "deep"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    assert tables.root() == project.folder


def test_outside_a_project_the_checkout_is_taken(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert tables.root() == Path(tables.__file__).parents[2]


def test_without_any_project_one_sentence_says_so(tmp_path, monkeypatch) -> None:
    from analysis import project

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(project, "CHECKOUT", str(tmp_path / "site-packages"))
    with pytest.raises(BriefingError, match=r"no project found.*--root"):
        tables.root()


def test_a_root_without_data_is_refused(tmp_path) -> None:
    with pytest.raises(BriefingError, match="holds no folder data/"):
        tables.use_root(tmp_path)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a working directory can be removed on POSIX only")
def test_a_removed_working_directory_is_no_traceback(tmp_path) -> None:
    program = (
        "import os, tempfile; from analysis import tables; here = tempfile.mkdtemp(); os.chdir(here); "
        "os.rmdir(here); print(tables.root())"
    )
    checkout = Path(tables.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(checkout)},
    )
    assert done.stdout.strip() == str(checkout), done.stderr


def test_importing_the_room_imports_no_heavy_package() -> None:
    program = "import sys, analysis.tables; print({'pandas', 'frictionless', 'numpy'} & set(sys.modules))"
    checkout = str(Path(tables.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": checkout},
    )
    assert done.stdout.strip() == "set()", done.stderr


def test_reading_is_quick_once_a_table_was_read() -> None:
    from time import perf_counter

    tables.read("trade")
    start = perf_counter()
    read = tables.read("trade")
    assert len(read) > 20_000 and isinstance(read, pd.DataFrame)
    assert perf_counter() - start < 0.5
