"""Whatever happens to a file is refused in sentences that say where, what, and what to do."""

from __future__ import annotations

import codecs

import pytest
import yaml

from analysis import tables

SOUND = (
    "bloc,country,status,start,end,is_unverified,rank,weight,source\n"
    "caco,KAZ,member,1994,2005-10,false,1,0.5,alpha\n"
    "eaeu,KAZ,member,2015-01-01,,false,,,alpha\n"
    "eaeu,UZB,observer,2020-12-11,,true,2,-1.25,beta\n"
)


def changed(old: str, new: str) -> str:
    assert SOUND.count(old) >= 1
    return SOUND.replace(old, new, 1)


# --- files saved by a spreadsheet ---------------------------------------------------------------------

FILES = {
    "byte order mark": (codecs.BOM_UTF8 + SOUND.encode(), "save it as UTF-8 without BOM"),
    "CRLF": (SOUND.replace("\n", "\r\n").encode(), "save it with LF line ends"),
    "semicolons": (
        SOUND.replace(",", ";").encode(),
        "separated by semicolons, not commas; save it with commas",
    ),
    "tabs": (SOUND.replace(",", "\t").encode(), "separated by tabs, not commas; save it with commas"),
    "cp1251": (
        changed("eaeu,KAZ", "ЕАЭС,KAZ").encode("cp1251"),
        "data/memberships.csv line 3: byte 0xc5 is not UTF-8, as when a file is saved in cp1251",
    ),
    "UTF-16": (SOUND.encode("utf-16"), "looks like UTF-16; save it as CSV UTF-8"),
    "a workbook": (b"PK\x03\x04....", "a spreadsheet workbook, not text; export it as CSV"),
    "empty": (b"", "data/memberships.csv is empty; restore it with 'git checkout data/memberships.csv'"),
    "blank": (b"\n\n", "is empty; restore it"),
}


@pytest.mark.parametrize("damage", FILES)
def test_a_damaged_file_is_refused_in_one_sentence(project, damage: str) -> None:
    content, sentence = FILES[damage]
    project.put("memberships", content)
    (fault,) = project.faults()
    assert fault.startswith("data/memberships.csv") and sentence in fault


def test_all_that_a_spreadsheet_did_is_said_at_once(project) -> None:
    content = codecs.BOM_UTF8 + changed("1994,", "Oct-22,").replace("\n", "\r\n").encode()
    project.put("memberships", content)
    faults = project.faults()
    assert len(faults) == 3
    assert "byte order mark" in faults[0] and "CRLF" in faults[1] and "'Oct-22'" in faults[2]


# --- rows and columns ---------------------------------------------------------------------------------

CELLS = {
    "month rewritten": (
        "2005-10",
        "Oct-05",
        "line 2, column end: 'Oct-05' is a date rewritten by a spreadsheet",
    ),
    "day rewritten": (
        "2005-10",
        "10/1/2005",
        "line 2, column end: '10/1/2005' is a date rewritten by a spreadsheet",
    ),
    "day rewritten with dots": (
        "2005-10",
        "01.10.2005",
        "a date rewritten by a spreadsheet; write it as YYYY, YYYY-MM",
    ),
    "no such month": (
        "2005-10",
        "2005-13",
        "line 2, column end: '2005-13' is not a date; write it as YYYY, YYYY-MM",
    ),
    "decimal comma": ("0.5", '"0,5"', "line 2, column weight: '0,5' has a decimal comma; write 0.5"),
    "thousands": ("0.5", '"1,234,567.5"', "mark between thousands or a decimal comma; write plain digits"),
    "shortened number": ("0.5", "1.2E+09", "'1.2E+09' was shortened by a spreadsheet; write all its digits"),
    "no number": ("0.5", "n/a", "line 2, column weight: 'n/a' is not a number; write digits"),
    "not a number": ("0.5", "nan", "'nan' is not a number"),
    "float for a whole number": (
        ",1,0.5",
        ",1.0,0.5",
        "column rank: '1.0' is not a whole number; write digits only",
    ),
    "below the least": (",1,0.5", ",0,0.5", "column rank: 0 is below the least value declared, 1"),
    "above the greatest": (",1,0.5", ",10,0.5", "column rank: 10 is above the greatest value declared, 9"),
    "TRUE": ("false", "FALSE", "'FALSE' is neither true nor false; write one of them in lower case"),
    "unknown value": (
        "member,",
        "membr,",
        "column status: 'membr' is not one of the declared values (did you mean 'member'?)",
    ),
    "empty required cell": (
        "member,",
        ",",
        "column status: the cell is empty, but every row needs a value; fill it",
    ),
    "space": ("member,", "member ,", "column status: 'member ' has spaces around it; remove them"),
    "unknown key": (
        "caco",
        "cacoo",
        "line 2, column bloc: 'cacoo' is not in blocs.csv (did you mean 'caco'?)",
    ),
    "unknown key, nothing near": (
        ",alpha",
        ",zzz",
        "column source: 'zzz' is not in sources.csv; add it there first",
    ),
    "too few cells": (",0.5,alpha", ",alpha", "line 2: 8 cells, fewer than the 9 columns of the header"),
    "too many cells": (",0.5,", ",0,5,", "line 2: 10 cells, more than the 9 columns of the header"),
    "blank line": ("eaeu,KAZ", "\neaeu,KAZ", "line 3: the line is empty; delete it"),
    "open quote": ("caco", '"caco', "line 2: a quotation mark is opened here and never closed"),
    "text after a quote": ("caco", '"caco"x', "line 2: not valid CSV"),
}


@pytest.mark.parametrize("damage", CELLS)
def test_a_damaged_cell_is_refused_with_its_place(project, damage: str) -> None:
    old, new, sentence = CELLS[damage]
    project.put("memberships", changed(old, new))
    (fault,) = project.faults()
    assert fault.startswith("data/memberships.csv line ") and sentence in fault


def test_a_quoted_comma_and_a_quoted_line_break_are_cells_like_others(project) -> None:
    project.change("sources", "First", '"First, or ""one""\nof two"')
    assert tables.read("sources")["title"].iloc[0] == 'First, or "one"\nof two'
    project.put("sources", 'source,title\nalpha,"First\nline"\nbeta\n')
    assert any("sources.csv line 4: 1 cells, fewer" in fault for fault in project.faults("sources"))


def test_a_separator_of_unicode_inside_a_cell_ends_no_line(project) -> None:
    project.change("sources", "First", "First\u2028or\x0bone")
    assert len(tables.read("sources")) == 2


def test_a_missing_column_is_named(project) -> None:
    project.put("blocs", "bloc,founded\ncaco,1994\n")
    assert project.faults("blocs") == ["data/blocs.csv line 1: column 'dissolved' is missing; restore it"]


def test_an_unknown_column_is_named_with_the_nearest(project) -> None:
    project.put("blocs", "bloc,foundet,dissolved\ncaco,1994,\n")
    assert project.faults("blocs")[0] == (
        "data/blocs.csv line 1: column 'foundet' is not declared in its descriptor (did you mean 'founded'?); "
        "rename it, remove it or declare it"
    )


def test_a_column_twice_is_refused(project) -> None:
    project.put("blocs", "bloc,founded,dissolved,founded\ncaco,1994,,1994\n")
    assert project.faults("blocs") == ["data/blocs.csv line 1: column 'founded' stands twice; keep one"]


def test_another_order_of_columns_is_refused(project) -> None:
    project.put("blocs", "founded,bloc,dissolved\n1994,caco,\n")
    assert "in another order than declared: bloc, founded, dissolved" in project.faults("blocs")[0]


def test_a_repeated_key_names_both_lines(project) -> None:
    project.put("blocs", "bloc,founded,dissolved\ncaco,1994,\neaeu,2015,\ncaco,1995,\n")
    assert project.faults("blocs") == [
        "data/blocs.csv line 4, column bloc: 'caco' stands already in line 2; keep one of the two rows"
    ]


def test_a_unique_column_holds_no_value_twice_but_may_be_empty(project, declared) -> None:
    fields = [
        {"name": "id", "type": "string", "description": "Id"},
        {"name": "code", "type": "string", "description": "Code", "constraints": {"unique": True}},
    ]
    project.put("codes", "id,code\na,\nb,\nc,x\nd,x\n", declared("codes", fields, ["id"]))
    assert project.faults("codes") == [
        "data/codes.csv line 5, column code: 'x' stands already in line 4; keep one of the two rows"
    ]


def test_order_of_rows_is_no_fault_of_reading(project) -> None:
    lines = SOUND.splitlines(keepends=True)
    project.put("memberships", "".join([lines[0], *reversed(lines[1:])]))
    assert len(tables.read("memberships")) == 3


def test_a_column_damaged_throughout_is_summed_up(project, declared) -> None:
    fields = [
        {"name": "id", "type": "string", "description": "Id"},
        {"name": "value", "type": "number", "description": "Value"},
    ]
    rows = "".join(f'r{n},"{n},5"\n' for n in range(500))
    project.put("wide", f"id,value\n{rows}", declared("wide", fields, ["id"]))
    faults = project.faults("wide")
    assert len(faults) == 11
    assert faults[-1] == (
        "data/wide.csv, column value: 490 more cells have faults of this kind; mend the ones above first"
    )


def test_a_table_pointed_to_that_is_missing_is_named_once(project) -> None:
    (project.data / "blocs.csv").unlink()
    (fault,) = project.faults()
    assert "column bloc: cannot be looked up in blocs.csv, because data/blocs.csv is missing" in fault


# --- files and descriptors that are not there or not as they should be --------------------------------


def test_an_unknown_table_is_refused_with_the_nearest(project) -> None:
    (fault,) = project.faults("membership")
    assert "there is no table 'membership'" in fault and "(did you mean 'memberships'?)" in fault


def test_a_missing_file_is_told_from_a_missing_table(project) -> None:
    (project.data / "blocs.csv").unlink()
    (fault,) = project.faults("blocs")
    assert fault.startswith("data/blocs.csv is missing, though its twin data/blocs.yml is there; restore it")


def test_a_missing_descriptor_is_named(project) -> None:
    (project.data / "blocs.yml").unlink()
    (fault,) = project.faults("blocs")
    assert fault.startswith("data/blocs.yml is missing, though its twin data/blocs.csv is there")


def test_a_descriptor_that_is_no_yaml_names_the_line(project) -> None:
    (project.data / "blocs.yml").write_text("name: blocs\ntitle: [unclosed\nschema:\n")
    (fault,) = project.faults("blocs")
    assert fault.startswith("data/blocs.yml line 3: not valid YAML")


def test_a_key_twice_in_a_descriptor_is_refused(project) -> None:
    text = (project.data / "blocs.yml").read_text()
    (project.data / "blocs.yml").write_text(text + "title: Another\n")
    (fault,) = project.faults("blocs")
    assert "the key 'title' stands here twice" in fault


def test_dates_and_no_stay_text_in_a_descriptor(project, declared) -> None:
    made = declared("blocs", [{"name": "bloc", "type": "string", "description": "Bloc"}], ["bloc"])
    text = yaml.safe_dump(made).replace("'2026-11-22'", "2026-11-22").replace("note: First.", "note: NO")
    project.put("blocs", "bloc\ncaco\n")
    (project.data / "blocs.yml").write_text(text)
    assert tables.describe("blocs").revisions == ({"date": "2026-11-22", "note": "NO"},)


DESCRIPTORS = {
    "unknown key": (lambda d: d | {"titel": "x"}, "unknown key 'titel' (did you mean 'title'?)"),
    "missing key": (
        lambda d: {k: v for k, v in d.items() if k != "licenses"},
        "the key 'licenses' is missing",
    ),
    "another name": (lambda d: d | {"name": "block"}, "name is 'block'; it must be 'blocs' like the file"),
    "another path": (lambda d: d | {"path": "x.csv"}, "path is 'x.csv'; it must be 'blocs.csv'"),
    "no columns": (lambda d: d | {"schema": {"fields": []}}, "schema.fields lists no columns"),
    "no schema": (lambda d: d | {"schema": "text"}, "schema is not a mapping"),
    "unknown type": (
        lambda d: _with_field(d, {"name": "x", "type": "strng", "description": "X"}),
        "column 'x': type 'strng' is not one of string, integer, number, boolean, date (did you mean 'string'?)",
    ),
    "unknown constraint": (
        lambda d: _with_field(
            d, {"name": "x", "type": "string", "description": "X", "constraints": {"requird": 1}}
        ),
        "column 'x': unknown constraint 'requird' (did you mean 'required'?)",
    ),
    "bad pattern": (
        lambda d: _with_field(
            d, {"name": "x", "type": "string", "description": "X", "constraints": {"pattern": "["}}
        ),
        "column 'x': pattern '[' is no regular expression",
    ),
    "column twice": (
        lambda d: _with_field(d, {"name": "bloc", "type": "string", "description": "Bloc"}),
        "column 'bloc' is declared twice; keep one",
    ),
    "key that is no column": (
        lambda d: d | {"schema": d["schema"] | {"primaryKey": ["blok"]}},
        "primaryKey names 'blok', which is no column (did you mean 'bloc'?)",
    ),
    "foreign key without reference": (
        lambda d: d | {"schema": d["schema"] | {"foreignKeys": [{"fields": ["bloc"]}]}},
        "a foreign key lacks 'fields' or 'reference",
    ),
}


def _with_field(declared: dict, field: dict) -> dict:
    return declared | {"schema": declared["schema"] | {"fields": [*declared["schema"]["fields"], field]}}


@pytest.mark.parametrize("damage", DESCRIPTORS)
def test_a_faulty_descriptor_is_refused(project, damage: str) -> None:
    change, sentence = DESCRIPTORS[damage]
    sound = yaml.safe_load((project.data / "blocs.yml").read_text())
    project.put("blocs", declared=change(sound))
    faults = project.faults("blocs")
    assert any(fault.startswith("data/blocs.yml: ") and sentence in fault for fault in faults), faults
