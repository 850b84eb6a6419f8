"""`check`: every fault of every table at once, and the rules across tables."""

from __future__ import annotations

import json

import pytest

from analysis import tables
from analysis.tables import packaging


@pytest.fixture(autouse=True)
def packaged(project) -> None:
    tables.write_package()


def problems(name: str | None = None) -> list[str]:
    with pytest.raises(tables.TableError) as refused:
        tables.check(name)
    return refused.value.problems


def test_a_sound_project_passes(project) -> None:
    tables.check()
    tables.check("memberships")


def test_faults_of_several_tables_come_together(project) -> None:
    project.change("blocs", "1994,", "Oct-94,")
    project.change("countries", "KAZ,", "Kaz,")
    found = problems()
    assert any(fault.startswith("data/blocs.csv line 2, column founded: 'Oct-94'") for fault in found)
    assert any(
        fault.startswith("data/countries.csv line 2, column country: 'Kaz' does not look") for fault in found
    )
    assert any(
        "column country: 'KAZ' is not in countries.csv (did you mean 'Kaz'?)" in fault for fault in found
    )


def test_rows_out_of_order_are_a_fault_of_check(project) -> None:
    project.put("blocs", "bloc,founded,dissolved\neaeu,2015-01-01,\ncaco,1994,2005-10-07\n")
    assert problems() == ["data/blocs.csv line 3: out of order; sort the rows by bloc"]


def test_numbers_are_sorted_as_numbers(project, declared) -> None:
    number = {"name": "n", "type": "integer", "description": "Number"}
    project.put("counts", "n\n9\n10\n", declared("counts", [number], ["n"]))
    tables.check("counts")


def test_a_header_without_rows_and_a_missing_last_line_end(project) -> None:
    project.put("blocs", "bloc,founded,dissolved")
    assert problems("blocs") == [
        "data/blocs.csv has a header but no rows; restore it with 'git checkout data/blocs.csv'",
        "data/blocs.csv does not end with a line end; add one",
    ]


def test_a_file_without_descriptor_is_found(project) -> None:
    (project.data / "loose.csv").write_text("a\n1\n")
    assert problems() == ["data/loose.csv has no descriptor data/loose.yml; write one"]


def test_an_unknown_table_is_refused(project) -> None:
    assert "(did you mean 'blocs'?)" in problems("bloc")[0]


def test_frictionless_is_asked_as_well(project, monkeypatch) -> None:
    # a pattern that the two read alike, and a table that we are made to think sound
    from analysis.tables import checking

    project.change("countries", "KAZ,", "kaz,")
    project.change("memberships", "caco,KAZ", "caco,kaz")
    monkeypatch.setattr(checking, "_table_faults", lambda name: [])
    (fault,) = problems("countries")
    assert fault.startswith("data/countries.csv line 2, column country: frictionless says:")


# --- rules across rows and tables ---------------------------------------------------------------------


def with_memberships(project, *rows: str) -> list[str]:
    header = "bloc,country,status,start,end,is_unverified,rank,weight,source\n"
    project.put("memberships", header + "".join(f"{row},false,,,alpha\n" for row in rows) + END)
    return problems()


END = "eaeu,UZB,observer,2020-12-11,,true,,,beta\n"


def test_overlapping_spells_of_one_status(project) -> None:
    found = with_memberships(
        project, "eaeu,KAZ,member,2015-01-01,2018", "eaeu,KAZ,member,2016-05,", "eaeu,NAM,member,2015-01-01,"
    )
    assert found == [
        "data/memberships.csv line 3: KAZ is member of eaeu in two spells that overlap (see line 2); "
        "end the first where the second starts"
    ]


def test_spells_of_two_statuses_may_overlap_and_coarse_neighbours_do_not(project) -> None:
    header = "bloc,country,status,start,end,is_unverified,rank,weight,source\n"
    rows = "eaeu,KAZ,member,2015-01-01,2018\neaeu,KAZ,member,2018,\neaeu,KAZ,observer,2016,\n"
    rows = "".join(f"{row},false,,,alpha\n" for row in rows.splitlines())
    project.put("memberships", header + rows + END)
    tables.check()


def test_a_spell_that_ends_before_it_starts(project) -> None:
    found = with_memberships(project, "eaeu,KAZ,member,2016-05,2016-04")
    assert found == [
        "data/memberships.csv line 2: start 2016-05 is not before end 2016-04; correct one of them"
    ]


def test_a_spell_of_no_day(project) -> None:
    found = with_memberships(project, "eaeu,KAZ,member,2016-05-01,2016-05-01")
    assert "start 2016-05-01 is not before end 2016-05-01" in found[0]


def test_a_spell_before_its_bloc(project) -> None:
    found = with_memberships(project, "eaeu,KAZ,member,2014-05,")
    assert found == [
        "data/memberships.csv line 2, column start: 2014-05 is before eaeu was founded (2015-01-01); "
        "correct one of them"
    ]


def test_a_spell_that_outlives_its_bloc(project) -> None:
    found = with_memberships(project, "caco,KAZ,member,1994,", "caco,NAM,member,1994,2006")
    assert [fault.split(":")[0] for fault in found] == [
        "data/memberships.csv line 2, column end",
        "data/memberships.csv line 3, column end",
    ]


def test_a_coarse_date_that_may_lie_inside_the_life_is_no_fault(project) -> None:
    # the bloc was founded some day in 1994 and dissolved on 2005-10-07: "1994-02" to "2005-10" may be inside
    header = "bloc,country,status,start,end,is_unverified,rank,weight,source\n"
    project.put("memberships", header + "caco,KAZ,member,1994-02,2005-10,false,,,alpha\n" + END)
    tables.check()


def test_an_orphan_source_must_be_declared_as_background(project) -> None:
    sound = (project.data / "sources.csv").read_text()
    project.put("sources", sound + "gamma,Third,,,,CC0-1.0,2026-11-22,false,\n")
    assert problems() == [
        "data/sources.csv line 4, column is_background: no row cites 'gamma'; cite it, remove it or mark it true"
    ]
    project.put("sources", sound + "gamma,Third,,,,CC0-1.0,2026-11-22,true,\n")
    tables.check()
    project.change("sources", "2026-11-22,false", "2026-11-22,true")
    assert "rows cite 'alpha'; mark it false" in problems()[0]


def test_published_after_it_was_read(project) -> None:
    project.change("sources", "Office,2024,", "Office,2026-12,")
    assert problems() == [
        "data/sources.csv line 2: published 2026-12 is after accessed 2026-11-22; correct one of them"
    ]


def test_published_on_the_day_or_in_the_month_it_was_read_is_sound(project) -> None:
    project.change("sources", "Office,2024,", "Office,2026-11-22,")
    tables.check()
    project.change("sources", "Office,2024,", "Office,2026-11,")
    tables.check()


TRADE = "reporter,year,period_start,period_end,is_partial_year\n"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "KAZ,2024,2024-01-01,2024-11-30,false",
            "is_partial_year is false, but the period is 2024-01-01 to 2024-11-30",
        ),
        (
            "KAZ,2024,2024-01-01,2024-12-31,true",
            "is_partial_year is true, but the period is 2024-01-01 to 2024-12-31",
        ),
        ("KAZ,2024,2023-01-01,2023-12-31,false", "is not inside the year 2024"),
        ("KAZ,2024,2024-05-31,2024-01-01,true", "before it starts"),
    ],
)
def test_a_period_agrees_with_its_year_and_its_mark(project, declared, row: str, sentence: str) -> None:
    kinds = {"year": "integer", "period_start": "date", "period_end": "date", "is_partial_year": "boolean"}
    names = TRADE.strip().split(",")
    fields = [{"name": name, "type": kinds.get(name, "string"), "description": name} for name in names]
    project.put("flows", TRADE + row + "\n", declared("flows", fields, ["reporter"]))
    tables.write_package()
    (fault,) = problems()
    assert fault.startswith("data/flows.csv line 2: ") and sentence in fault


def test_a_row_that_another_table_points_at_must_be_there(project, declared) -> None:
    fields = [{"name": name, "type": "string", "description": name} for name in ("table", "row")]
    good, bad = "memberships:eaeu/KAZ/member/2015-01-01", "memberships:eaeu/KAZ/member/2015-01-02"
    project.put(
        "seen", f"table,row\nmemberships,{good}\nmemberships,{bad}\n", declared("seen", fields, ["row"])
    )
    tables.write_package()
    assert problems() == [
        f"data/seen.csv line 3, column row: '{bad}' is no row of memberships.csv (did you mean '{good}'?)"
    ]


# --- mirror ratios ------------------------------------------------------------------------------------


def test_only_independent_full_and_unmarked_reports_are_held_against_each_other(project, declared) -> None:
    def put(name: str, kinds: dict[str, str], key: list[str], *rows: str) -> None:
        fields = [
            {"name": n, "type": t, "description": n, "constraints": {"required": t != "string"}}
            for n, t in kinds.items()
        ]
        project.put(name, "\n".join([",".join(kinds), *rows, ""]), declared(name, fields, key))

    put(
        "bases",
        {"basis": "string", "rank": "integer", "is_independent": "boolean"},
        ["basis"],
        "own,1,true",
        "mix,5,false",
    )
    put(
        "sources",
        {"source": "string", "published": "string", "basis": "string"},
        ["source"],
        "old,2020,own",
        "new,2021,own",
        "mixed,2022,mix",
    )
    marks = ["is_partner_derived", "is_estimate", "is_weak", "is_partial_year"]
    kinds = dict.fromkeys(["reporter", "partner"], "string") | {
        "year": "integer",
        "flow": "string",
        "value_usd": "number",
    }
    kinds |= dict.fromkeys(marks, "boolean") | {"source": "string"}
    put(
        "trade",
        kinds,
        ["reporter", "partner", "year", "flow", "source"],
        "KAZ,UZB,2020,export,100,false,false,false,false,new",
        "KAZ,UZB,2020,export,700,false,false,false,false,old",  # superseded by the newer release
        "UZB,KAZ,2020,import,700,false,false,false,false,old",
        "UZB,KAZ,2021,import,900,true,false,false,false,new",  # derived from the partner
        "KAZ,UZB,2021,export,100,false,false,false,false,new",
        "KAZ,UZB,2022,export,100,false,false,false,false,mixed",  # reconciled
        "UZB,KAZ,2022,import,900,false,false,false,false,new",
        "KAZ,UZB,2023,export,100,false,false,false,false,new",  # within the bounds
        "UZB,KAZ,2023,import,120,false,false,false,false,new",
    )
    found = tables.suspicious()
    assert found[["exporter", "importer", "year", "ratio"]].to_numpy().tolist() == [["KAZ", "UZB", 2020, 7.0]]
    assert found.loc[0, "export_source"] == "new"


# --- the data package ---------------------------------------------------------------------------------


def test_the_package_keeps_its_head_and_lists_every_table(project) -> None:
    made = json.loads((project.data / "datapackage.json").read_text())
    assert made["cutoff"] == "2026-11-22" and made["title"] == "Tiny"
    assert [resource["name"] for resource in made["resources"]] == tables.names()
    assert made["resources"][0]["path"] == "blocs.csv"
    assert tables.package() == (project.data / "datapackage.json").read_text()


def test_a_package_that_lags_behind_is_found_with_the_remedy(project) -> None:
    (project.data / "datapackage.json").write_text(json.dumps({"cutoff": "2026-11-22", "resources": []}))
    assert not packaging.is_current()
    (fault,) = problems()
    assert "is not what the descriptors say" in fault and "tables.write_package()" in fault


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_a_damaged_package_is_refused(project, text: str) -> None:
    (project.data / "datapackage.json").write_text(text)
    with pytest.raises(tables.TableError, match=r"data/datapackage.json .*git checkout"):
        tables.package()
