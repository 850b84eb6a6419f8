from __future__ import annotations

import pytest

from analysis.briefings import differences

KEY = ("year", "reporter")
TABLE = "year,reporter,usd,note\n2022,UZB,5,\n2023,UZB,100,\n2023,KAZ,7,\n"


def notebook(*sources: str) -> dict:
    cells = [
        {"id": f"c{source[0]}", "cell_type": "code", "source": source, "metadata": {}, "outputs": []}
        for source in sources
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


class TestRows:
    def of(self, new: str, key=KEY) -> differences.Difference:
        return differences.of_rows(TABLE, new, key)

    def test_one_row_says_its_key_and_each_cell(self):
        found = self.of(TABLE.replace("2023,UZB,100,", "2023,UZB,110,revised"))
        assert found.said == "1 row changed: year 2023, reporter UZB: usd 100 -> 110, note nothing -> revised"
        assert found.details == ()

    @pytest.mark.parametrize(
        ("new", "said"),
        [
            (TABLE + "2024,UZB,9,\n", "1 row added: year 2024, reporter UZB"),
            (TABLE.replace("2022,UZB,5,\n", ""), "1 row removed: year 2022, reporter UZB"),
            (TABLE.replace(",5,", ",,"), "1 row changed: year 2022, reporter UZB: usd 5 -> nothing"),
        ],
    )
    def test_one_row_that_came_went_or_was_emptied(self, new, said):
        assert self.of(new) == differences.Difference(said)

    def test_several_are_counted_and_listed(self):
        new = TABLE.replace("100", "110").replace("2022,UZB,5,\n", "") + "2024,UZB,9,\n2025,UZB,9,\n"
        found = self.of(new)
        assert found.said == "1 row changed, 2 added, 1 removed"
        assert found.details == (
            "year 2023, reporter UZB: usd 100 -> 110",
            "added: year 2024, reporter UZB",
            "added: year 2025, reporter UZB",
            "removed: year 2022, reporter UZB",
        )

    def test_beyond_twenty_they_are_counted(self):
        found = self.of(TABLE + "".join(f"{year},KGZ,1,\n" for year in range(1990, 2015)))
        assert found.said == "25 rows added" and len(found.details) == 21
        assert found.details[-1] == "and 5 more"

    def test_another_order_is_no_changed_row(self):
        header, *rows = TABLE.splitlines()
        found = self.of("\n".join([header, *reversed(rows)]) + "\n")
        assert found == differences.Difference("written anew, no row changed")

    def test_cells_with_commas_and_line_breaks_are_cells(self):
        new = TABLE.replace("2023,UZB,100,", '2023,UZB,100,"of goods, f.o.b.\nrevised"')
        assert self.of(new).said.endswith("note nothing -> of goods, f.o.b. revised")

    def test_columns(self):
        new = TABLE.replace("note", "remark", 1)
        found = self.of(new)
        assert found.details == ("column remark added", "column note removed")

    @pytest.mark.parametrize("key", [(), ("reporter",), ("none",)])
    def test_without_a_key_that_tells_rows_apart_whole_rows_come_and_go(self, key):
        found = self.of(TABLE.replace(",5,", ",6,").replace(",100,", ",110,"), key)
        assert found.said == "2 rows added, 2 removed"
        assert "added: year 2022, reporter UZB, usd 6" in found.details

    def test_an_empty_table(self):
        assert differences.of_rows("", "", KEY).said == "written anew, no row changed"


class TestMappings:
    def test_keys_of_named_parts_are_found_by_their_names(self):
        old = {"sections": [{"notebook": "a", "parameters": {"partner": "KAZ"}}, {"notebook": "b"}]}
        new = {"sections": [{"notebook": "b"}, {"notebook": "a", "parameters": {"partner": "KGZ"}}]}
        assert differences.of_mappings(old, new).said == "sections, a, parameters, partner: KAZ -> KGZ"

    def test_what_came_and_went(self):
        found = differences.of_mappings(
            {"lead": "a", "title": "T"}, {"title": "T", "formats": ["pdf", "html"]}
        )
        assert found.details == ("lead: a -> nothing", 'formats: nothing -> ["pdf", "html"]')

    def test_long_values_are_cut(self):
        found = differences.of_mappings({"description": "a " * 100}, {"description": "b"})
        assert len(found.said) < 100 and "… -> b" in found.said

    def test_a_comment_is_no_change(self):
        assert (
            differences.of_mappings({"a": "1"}, {"a": "1"}).said
            == "written anew, nothing that is said changed"
        )


class TestNotebooks:
    def test_cells_are_named_by_id_and_first_line(self):
        found = differences.of_notebooks(notebook("1 + 1", "2 + 2", "3"), notebook("1 + 1", "2 + 3\n9", "4"))
        assert found.details == ("cell c2 (`2 + 3`) changed", "cell c4 (`4`) added", "cell c3 (`3`) removed")

    def test_one_cell_stands_in_the_line(self):
        found = differences.of_notebooks(notebook("1 + 1", "2"), notebook("1 + 2", "2"))
        assert found == differences.Difference("cell c1 (`1 + 2`) changed")

    def test_order_outputs_and_tags(self):
        old, new = notebook("1", "2"), notebook("2", "1")
        assert differences.of_notebooks(old, new).said == "cells stand in another order"
        new = notebook("1", "2")
        new["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]
        assert (
            differences.of_notebooks(old, new).said == "only outputs and metadata changed, nothing that runs"
        )
        new["cells"][1]["metadata"] = {"tags": ["skip-execution"]}
        assert differences.of_notebooks(old, new).said == "cell c2 (`2`) changed"
