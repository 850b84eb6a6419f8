"""A table kept as Parquet is read, checked and told like its twin in CSV."""

from __future__ import annotations

import builtins
import json

import pandas as pd
import pyarrow as pa
import pytest
import yaml

from analysis import tables


@pytest.fixture
def twin(project):
    """Puts the memberships into Parquet, after a change of the frame."""

    def put(change=lambda frame: frame) -> None:
        if (project.data / "memberships.csv").is_file():
            put.frame = tables.read("memberships")
            (project.data / "memberships.csv").unlink()
            described = yaml.safe_load((project.data / "memberships.yml").read_text())
            described |= {"path": "memberships.parquet", "format": "parquet"}
            (project.data / "memberships.yml").write_text(yaml.safe_dump(described, sort_keys=False))
        change(put.frame.copy()).to_parquet(project.data / "memberships.parquet", index=False)

    put()
    return put


def test_it_arrives_with_the_same_types_and_cells(project, twin) -> None:
    read = tables.read("memberships")
    pd.testing.assert_frame_equal(read, twin.frame)
    pd.testing.assert_frame_equal(tables.read("memberships"), twin.frame)


def test_it_arrives_the_same_once_it_is_known_to_be_valid(project, twin, monkeypatch) -> None:
    tables.read("memberships")
    monkeypatch.setattr(tables.reading, "_held", {})
    pd.testing.assert_frame_equal(tables.read("memberships"), twin.frame)


@pytest.mark.parametrize("column", ["bloc", "status", "start"])
def test_text_may_be_categories(project, twin, column: str) -> None:
    twin(lambda frame: frame.assign(**{column: frame[column].astype("category")}))
    pd.testing.assert_frame_equal(tables.read("memberships"), twin.frame)


def test_days_may_be_stored_as_days(project) -> None:
    frame = tables.read("sources")
    days = pd.to_datetime(frame["accessed"]).dt.date
    (project.data / "sources.csv").unlink()
    described = yaml.safe_load((project.data / "sources.yml").read_text()) | {"path": "sources.parquet"}
    (project.data / "sources.yml").write_text(yaml.safe_dump(described))
    frame.assign(accessed=days).to_parquet(project.data / "sources.parquet", index=False)
    pd.testing.assert_frame_equal(tables.read("sources"), frame)
    assert tables.cite("beta")[0]["accessed"] == "2026-11-22"


# --- faults: those of a CSV file, with rows in the place of lines ----------------------------------------------------

CELLS = {
    "unknown value": (
        "status",
        "membr",
        "'membr' is not one of the declared values (did you mean 'member'?)",
    ),
    "empty required cell": ("status", None, "the cell is empty, but every row needs a value; fill it"),
    "space": ("status", "member ", "'member ' has spaces around it; remove them"),
    "no date": ("end", "2005-13", "'2005-13' is not a date; write it as YYYY, YYYY-MM or YYYY-MM-DD"),
    "below the least": ("rank", 0, "0 is below the least value declared, 1"),
    "not finite": ("weight", float("inf"), "'inf' is not a number"),
    "unknown key": ("bloc", "cacoo", "'cacoo' is not in blocs.csv (did you mean 'caco'?)"),
}


@pytest.mark.parametrize("damage", CELLS)
def test_a_damaged_cell_is_refused_with_its_row(project, twin, damage: str) -> None:
    column, value, sentence = CELLS[damage]

    def damaged(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[1, column] = value
        return frame

    twin(damaged)
    faults = project.faults()
    assert (
        faults[0].startswith(f"data/memberships.parquet row 2, column {column}: ") and sentence in faults[0]
    )


def test_numbers_keep_to_their_bounds(project, twin) -> None:
    described = yaml.safe_load((project.data / "memberships.yml").read_text())
    weight = next(each for each in described["schema"]["fields"] if each["name"] == "weight")
    weight["constraints"] = {"required": True, "minimum": 0, "maximum": 0.4}
    (project.data / "memberships.yml").write_text(yaml.safe_dump(described))
    assert project.faults() == [
        "data/memberships.parquet row 1, column weight: 0.5 is above the greatest value declared, 0.4",
        "data/memberships.parquet row 2, column weight: the cell is empty, but every row needs a value; fill it",
        "data/memberships.parquet row 3, column weight: -1.25 is below the least value declared, 0",
    ]


def test_a_repeated_key_names_both_rows(project, twin) -> None:
    twin(lambda frame: pd.concat([frame, frame.iloc[:1]]))
    (fault,) = project.faults()
    assert fault == (
        "data/memberships.parquet row 4, column bloc, country, status, start: 'caco/KAZ/member/1994' stands already "
        "in row 1; keep one of the two rows"
    )


def test_a_column_of_another_type_is_named_with_the_remedy(project, twin) -> None:
    twin(lambda frame: frame.assign(rank=frame["rank"].astype("float64"), is_unverified="false"))
    assert project.faults() == [
        "data/memberships.parquet, column is_unverified: is stored as string, but declared boolean; write it as "
        "true and false, with astype('boolean')",
        "data/memberships.parquet, column rank: is stored as double, but declared integer; write it as whole numbers, "
        "with astype('Int64')",
    ]


def test_missing_unknown_and_disordered_columns_are_named(project, twin) -> None:
    twin(lambda frame: frame.rename(columns={"weight": "wieght"}))
    assert project.faults() == [
        "data/memberships.parquet: column 'wieght' is not declared in its descriptor (did you mean 'weight'?); "
        "rename it, remove it or declare it",
        "data/memberships.parquet: column 'weight' is missing; restore it",
    ]
    twin(lambda frame: frame[frame.columns[::-1]])
    assert "the columns are in another order than declared" in project.faults()[0]


@pytest.mark.parametrize("content", [b"", b"bloc,country\n", b"PAR1", b"PAR1 and nothing else PAR1"])
def test_what_is_no_parquet_is_refused(project, twin, content: bytes) -> None:
    (project.data / "memberships.parquet").write_bytes(content)
    (fault,) = project.faults()
    assert fault.startswith("data/memberships.parquet is not a whole Parquet file")
    assert fault.endswith("write it again or restore it")


def test_a_file_cut_short_is_refused(project, twin) -> None:
    content = (project.data / "memberships.parquet").read_bytes()
    (project.data / "memberships.parquet").write_bytes(content[:40] + content[60:])
    (fault,) = project.faults()
    assert fault.startswith("data/memberships.parquet is not a whole Parquet file")


# --- the twins -------------------------------------------------------------------------------------------------------


def test_rows_in_two_files_are_a_fault(project, twin) -> None:
    (project.data / "memberships.csv").write_text("bloc\n")
    assert project.faults() == [
        "data/memberships.csv and memberships.parquet are both there; keep one of the two"
    ]
    with pytest.raises(tables.TableError, match="both there"):
        tables.check("memberships")


def test_the_descriptor_names_the_file_that_is_there(project, twin) -> None:
    path = project.data / "memberships.yml"
    path.write_text(path.read_text().replace("memberships.parquet", "memberships.csv"))
    assert project.faults() == [
        "data/memberships.yml: path is 'memberships.csv'; it must be 'memberships.parquet'"
    ]
    path.write_text(
        path.read_text()
        .replace("memberships.csv", "memberships.parquet")
        .replace("format: parquet", "format: csv")
    )
    assert project.faults() == ["data/memberships.yml: format is 'csv'; it must be 'parquet'"]


def test_a_file_without_descriptor_is_found(project, twin) -> None:
    twin.frame.to_parquet(project.data / "stray.parquet")
    tables.write_package()
    with pytest.raises(tables.TableError) as refused:
        tables.check()
    assert "data/stray.parquet has no descriptor data/stray.yml; write one" in refused.value.problems


def test_without_pyarrow_one_sentence_says_what_to_install(project, twin, monkeypatch) -> None:
    def refused(name: str, *more: object, **others: object) -> object:
        if name.partition(".")[0] == "pyarrow":
            raise ImportError(name)
        return imported(name, *more, **others)

    imported = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", refused)
    assert project.faults() == [
        "data/memberships.parquet: reading Parquet needs the package pyarrow; install it with 'python -m pip install "
        "pyarrow', or keep the table as CSV"
    ]


# --- what else knows of it -------------------------------------------------------------------------------------------


def test_check_asks_the_rules_of_it(project, twin) -> None:
    tables.write_package()
    tables.check()
    twin(lambda frame: frame.iloc[::-1])
    with pytest.raises(tables.TableError) as refused:
        tables.check()
    assert refused.value.problems == [
        "data/memberships.parquet row 2: out of order; sort the rows by bloc, country, status, start"
    ]

    def overlapping(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[0, "end"] = "2006"
        return frame

    twin(overlapping)
    with pytest.raises(tables.TableError) as refused:
        tables.check()
    assert (
        "data/memberships.parquet row 1, column end: 2006, but caco was dissolved"
        in refused.value.problems[0]
    )


def test_the_package_and_the_codebook_name_its_file(project, twin) -> None:
    made = next(each for each in json.loads(tables.package())["resources"] if each["name"] == "memberships")
    assert (made["path"], made["format"]) == ("memberships.parquet", "parquet")
    assert made["mediatype"] == "application/vnd.apache.parquet" and "encoding" not in made
    assert "| [`memberships`](data/memberships.parquet) | 3 |" in tables.codebook()
    assert "3 rows in data/memberships.parquet" in tables.describe("memberships").text()


def test_other_tables_find_their_keys_in_it(project) -> None:
    frame = tables.read("blocs")
    (project.data / "blocs.csv").unlink()
    described = yaml.safe_load((project.data / "blocs.yml").read_text()) | {"path": "blocs.parquet"}
    (project.data / "blocs.yml").write_text(yaml.safe_dump(described))
    frame.to_parquet(project.data / "blocs.parquet", index=False)
    assert len(tables.read("memberships")) == 3
    frame.iloc[1:].to_parquet(project.data / "blocs.parquet", index=False)
    assert "line 2, column bloc: 'caco' is not in blocs.parquet" in project.faults()[0]
    frame.rename(columns={"bloc": "name"}).to_parquet(project.data / "blocs.parquet", index=False)
    assert "data/blocs.parquet has no column 'bloc'" in project.faults()[0]


def test_the_sources_of_its_rows_are_known(project, twin) -> None:
    assert tables.sources_of(["memberships:caco/KAZ/member/1994"]) == ("alpha",)


def test_two_states_are_told_apart_by_the_rows_that_are_not_in_both(project, twin) -> None:
    path = project.data / "memberships.parquet"
    before = path.read_bytes()
    twin(
        lambda frame: frame.assign(
            weight=[0.5, float("nan"), 2e16], status=frame["status"].astype("category")
        )
    )
    old, new = tables.unequal_rows("data/memberships.parquet", before, path.read_bytes())
    assert old.splitlines()[1:] == ["eaeu,UZB,observer,2020-12-11,,true,2,-1.25,beta"]
    assert new.splitlines()[1:] == ["eaeu,UZB,observer,2020-12-11,,true,2,20000000000000000,beta"]
    assert (
        tables.unequal_rows("data/memberships.parquet", before, before) == (old.splitlines()[0] + "\n",) * 2
    )


def test_used_tells_its_hash(project, twin) -> None:
    from hashlib import sha256

    tables.read("memberships")
    content = (project.data / "memberships.parquet").read_bytes()
    assert tables.used()["memberships"] == {"sha256": sha256(content).hexdigest(), "rows": 3}


def test_the_file_is_opened_where_a_result_key_sees_it(project, twin, monkeypatch) -> None:
    """pyarrow opens files by itself, unseen by Python's audit: it must be handed the content."""
    monkeypatch.setattr(pa, "memory_map", None)
    monkeypatch.setattr(pa, "OSFile", None)
    seen = []
    original = tables.place._bytes
    monkeypatch.setattr(tables.place, "_bytes", lambda path: seen.append(path) or original(path))
    tables.read("memberships")
    assert str(project.data / "memberships.parquet") in seen
