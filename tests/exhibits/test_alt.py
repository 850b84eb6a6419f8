"""Alt text: drafted from the rows as they are printed, and a text of an author that must say no less."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.exhibits import alt, charts
from analysis.exhibits.display import Column, Table
from analysis.measures.measured import Measured

YEARS = [Column("year", "Year", "year"), Column("turnover", "USD bn", "billions")]


def yearly(*values: float | None, first: int = 2016) -> Table:
    frame = pd.DataFrame({"year": range(first, first + len(values)), "turnover": values})
    return Table.of(frame, YEARS)


def listed(column: Column, *values: object) -> Table:
    frame = pd.DataFrame({"name": list("abcdefgh"[: len(values)]), column.key: values})
    return Table.of(frame, [Column("name", "Name"), column])


class TestDraft:
    def test_every_chart_has_a_name_in_words(self) -> None:
        drawn = {name for name in charts.__all__ if name.islower() and not name.endswith("_height")}
        assert drawn - {"decimal_year", "outside", "grid_is_worded"} <= alt.KINDS.keys()

    def test_a_figure_knows_what_drew_it(self) -> None:
        frame = pd.DataFrame({"KAZ": [1.0, 2.0]}, index=[2016, 2017])
        assert charts.lines(frame).get_label() == "lines"

    def test_what_is_missing_at_an_end_is_no_end(self) -> None:
        assert "from 2.00 (2017) to 3.00 (2018)." in alt.draft(yearly(None, 2e9, 3e9, None))

    def test_what_lies_beyond_both_ends_is_said(self) -> None:
        told = alt.draft(yearly(2e9, 5e9, 1e9, 3e9))
        assert told.endswith("from 2.00 (2016) to 3.00 (2019), highest 5.00 (2017), lowest 1.00 (2018).")

    def test_a_column_of_one_value_says_it_once(self) -> None:
        assert alt.draft(yearly(2e9, 2e9)).endswith("USD bn: 2.00 throughout.")

    def test_rows_without_an_order_in_time_are_told_by_size(self) -> None:
        told = alt.draft(listed(Column("part", "Share", "percent0"), 0.1, 0.5, 0.3), "bars")
        assert told == "Bars, 3 rows from a to c. Share: from 10% (a) to 50% (b)."

    def test_series_under_each_other_are_told_one_by_one(self) -> None:
        frame = pd.DataFrame({"pair": ["x", "x", "y", "y"], "year": [2016, 2017] * 2, "n": [1, 2, 4, 3]})
        columns = [Column("pair", "Pair"), Column("year", "Year", "year"), Column("n", "Shared", "count")]
        told = alt.draft(Table.of(frame, columns), "steps")
        assert told.endswith("x, Shared: from 1 (2016) to 2 (2017). y, Shared: from 4 (2016) to 3 (2017).")

    def test_words_are_counted_where_they_are_few(self) -> None:
        rows = pd.DataFrame(
            {"name": list("abcdefghi"), "in": [*["no"] * 6, *["yes"] * 3], "by": list("jklmnopqr")}
        )
        columns = [Column("name", "Name"), Column("in", "EAEU"), Column("by", "By")]
        assert alt.draft(Table.of(rows, columns)) == "Table, 9 rows from a to i. EAEU: no (6), yes (3)."

    def test_a_few_rows_without_numbers_are_told_one_by_one(self) -> None:
        assert alt.draft(listed(Column("by", "By"), "p", "", "r")) == "Table, 3 rows. a: p. b. c: r."

    def test_a_measure_that_is_not_defined_is_left_out(self) -> None:
        undefined = Measured.undefined("the base is zero", unit="rate", method="cagr")
        values = [Measured(0.1, "rate", "cagr"), undefined, Measured(0.2, "rate", "cagr")]
        assert "from 10.0% (a) to 20.0% (c)" in alt.draft(listed(Column("rate", "Rate", "percent"), *values))

    def test_a_column_of_several_units_has_no_ends(self) -> None:
        told = alt.draft(listed(Column("is", "Now"), Measured(2, "count", "n"), Measured(0.5, "share", "s")))
        assert told == "Table, 2 rows. a: 2. b: 50.0%."

    def test_rows_that_nothing_tells_apart_are_not_named(self) -> None:
        frame = pd.DataFrame({"by": ["x"] * 3, "in": ["y"] * 3, "n": [1, 2, 3]})
        columns = [Column("by", "By"), Column("in", "In"), Column("n", "Number", "count")]
        assert alt.draft(Table.of(frame, columns)) == "Table, 3 rows. In: y (3). Number: from 1 to 3."

    def test_one_row_and_a_wide_table(self) -> None:
        assert alt.draft(yearly(2e9)) == "Table, 1 row: 2016. USD bn: 2.00."
        frame = pd.DataFrame({"year": [2016, 2017]} | {f"c{n}": [1, 2] for n in range(9)})
        columns = [Column("year", "Year", "year"), *(Column(f"c{n}", f"C{n}", "count") for n in range(9))]
        assert alt.draft(Table.of(frame, columns)).count(": from ") == alt.MOST_SENTENCES


class TestAuthor:
    TABLE = yearly(1.9e9, 2.1e9, 4.49e9)

    def test_a_text_with_the_end_values_stands_alone(self) -> None:
        text = "Turnover from USD 1.90 billion to USD 4.49 billion."
        assert alt.described(self.TABLE, "lines", text) == text

    @pytest.mark.parametrize("text", ["Turnover grew", "Up to 4.49 from 11.90", "From 1.90 to 4.499"])
    def test_one_without_them_is_followed_by_the_draft(self, text: str) -> None:
        assert alt.described(self.TABLE, "lines", text) == f"{text}. {alt.draft(self.TABLE, 'lines')}"

    def test_without_numbers_the_end_rows_count(self) -> None:
        table = listed(Column("in", "EAEU"), "no", "yes", "no")
        assert alt.described(table, "matrix", "From a to c") == "From a to c"
        assert alt.described(table, "matrix", "From b to c").endswith(alt.draft(table, "matrix"))

    @pytest.mark.parametrize(
        "text",
        ["", " ", "Image", "An image of data", "Chart 3", "No description has been provided for this image"],
    )
    def test_stock_texts_are_faults(self, text: str) -> None:
        assert alt.faults(text, "Trade grew")

    def test_a_sentence_is_no_fault(self) -> None:
        assert alt.faults("Chart lines rise from 1.90 to 4.49", "Trade grew") == []
