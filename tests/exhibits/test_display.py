"""Display tables and the CSV beside them: what is printed, what is missing, and what a browser or a spreadsheet sees."""

from __future__ import annotations

import csv
import datetime as dt
import io
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.exhibits import blocks
from analysis.exhibits.display import Column, Table, csv_text
from analysis.measures.measured import Measured

TRADE = pd.DataFrame(
    {"export": [1.2345e9, np.nan], "share": [0.25, -0.5], "who": ["Oʻzbekiston", "<b>Қазақстан</b>"]},
    index=pd.Index([2016, 2023], name="year"),
)
COLUMNS = [
    Column("year", "Year", "year"),
    Column("who", "Reporter"),
    Column("export", "Exports, USD bn", "billions"),
    Column("share", "Share", "+percent1"),
]


def table(**more) -> Table:
    return Table.of(TRADE, COLUMNS, **more)


class Cells(HTMLParser):
    """The texts of an HTML table, and its tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("th", "td", "caption"):
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data


def test_rows_as_printed() -> None:
    assert table().rows == (
        ("2016", "Oʻzbekiston", "1.23", "+25.0%"),
        ("2023", "<b>Қазақстан</b>", "…", "−50.0%"),
    )
    assert [column.side for column in COLUMNS] == ["left", "left", "right", "right"]
    assert table().marks == ("… not reported",)
    assert table(missing="the office has not published it").marks == ("… the office has not published it",)


def test_block() -> None:
    block = table(emphasis=[1]).block()
    assert block["columns"][2] == {"key": "export", "label": "Exports, USD bn", "align": "right"}
    assert block["rows"][1] == ["2023", "<b>Қазақстан</b>", "…", "−50.0%"]
    assert block["row_header"] is True and block["emphasis"] == [1]


def test_measures_dates_lists_and_own_words_in_cells() -> None:
    rate = Measured(0.131, "rate", "cagr", start=2016, end=2023)
    none = Measured.undefined("the base is zero", unit="rate", method="cagr")
    frame = pd.DataFrame(
        {
            "rate": [rate, none],
            "from": ["2022-10", "2011"],
            "until": [None, "2025-12-31"],
            "on": [dt.date(2025, 12, 31), pd.Timestamp("2011-01-05")],
            "who": [["a", "b"], ["c"]],
            "n": [pd.NA, 5],
        }
    )
    columns = [
        Column("rate", "Rate"),
        Column("from", "From", "date"),
        Column("until", "Until", "date", empty="in force"),
        Column("on", "On"),
        Column("who", "Who", align="center"),
        Column("n", "Members", lambda cell: f"{cell} members"),
    ]
    made = Table.of(frame, columns)
    assert made.rows == (
        ("13.1%", "October 2022", "in force", "31 December 2025", "a and b", "…"),
        ("–", "2011", "31 December 2025", "5 January 2011", "c", "5 members"),
    )
    assert made.marks == ("… not reported", "– not defined: the base is zero")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"columns": [Column("yaer", "Year")]}, "no column yaer"),
        ({"columns": []}, "needs rows and columns"),
        ({"frame": TRADE.iloc[:0]}, "needs rows and columns"),
        ({"columns": [Column("share", "Share")]}, "give the column a form"),
        ({"emphasis": [2]}, "names a row that is not"),
        (
            {"frame": pd.DataFrame({"x": [np.inf]}), "columns": [Column("x", "X", "number")]},
            "cannot be printed",
        ),
        ({"frame": pd.DataFrame({"x": [2.5]}), "columns": [Column("x", "X", "count")]}, "not a count"),
        (
            {"frame": pd.DataFrame([[1, 2]], columns=["x", "x"]), "columns": [Column("x", "X", "count")]},
            "twice",
        ),
    ],
)
def test_what_cannot_be_printed_is_refused(change: dict, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Table.of(**{"frame": TRADE, "columns": COLUMNS} | change)


def test_a_wrong_column_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="no form 'percnt'"):
        Column("x", "X", "percnt")
    with pytest.raises(ValueError, match="align is one of"):
        Column("x", "X", align="middle")


def test_html_is_a_table_that_can_be_read_aloud() -> None:
    cells = Cells(table(emphasis=[0]).html("Trade <i>grew</i>", "… not reported"))
    heads = [attrs.get("scope") for tag, attrs in cells.tags if tag == "th"]
    assert heads == ["col"] * 4 + ["row"] * 2
    assert cells.texts[0] == "Trade <i>grew</i>"
    assert [tag for tag, _ in cells.tags].count("strong") == 4
    assert not {"i", "b", "script"} & {tag for tag, _ in cells.tags}
    assert [tag for tag, _ in Cells(table(row_header=False).html()).tags].count("th") == 4


HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=4))
@example([("<script>alert(1)</script>", '" onload="x'), ("&amp;", "</td></table>"), ("a\nb", "\u202ex")])
def test_any_text_stands_in_the_html_as_it_is(rows: list[tuple[str, str]]) -> None:
    made = Table.of(pd.DataFrame(rows, columns=["a", "b"]), [Column("a", "A", str), Column("b", "B", str)])
    cells = Cells(made.html())
    assert cells.texts[2:] == [blocks.plain(cell) for row in rows for cell in row]
    assert {tag for tag, _ in cells.tags} == {"div", "table", "thead", "tbody", "tr", "th", "td"}


def test_plain_text_has_straight_columns() -> None:
    assert (
        Table.of(TRADE[["share"]], [COLUMNS[0], COLUMNS[3]]).text()
        == "Year   Share\n2016  +25.0%\n2023  −50.0%"
    )


# --- CSV -------------------------------------------------------------------------------------------------------------


def test_csv_is_exact() -> None:
    frame = TRADE.assign(third=[1 / 3, 2.0], n=pd.array([1, None], dtype="Int64"), ok=[True, False])
    assert csv_text(frame) == (
        "year,export,share,who,third,n,ok\n"
        "2016,1234500000.0,0.25,Oʻzbekiston,0.3333333333333333,1,true\n"
        "2023,,-0.5,<b>Қазақстан</b>,2.0,,false\n"
    )


def test_csv_of_measures_dates_and_lists() -> None:
    none = Measured.undefined("no", unit="rate", method="cagr")
    frame = pd.DataFrame(
        {
            "m": [Measured(0.5, "rate", "cagr"), none],
            "d": [dt.date(2025, 1, 5), pd.NaT],
            "l": [("a", "b"), ()],
        }
    )
    assert csv_text(frame) == "m,d,l\n0.5,2025-01-05,a; b\n,,\n"


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1+1", "@SUM(A1)", "-2+3", " =1", "＝1+1", "\t=1", "-x", '=HYPERLINK("x","y")']
)
def test_a_spreadsheet_runs_no_cell(cell: str) -> None:
    frame = pd.DataFrame({cell: [cell], "n": [-5.5]})
    header, row = csv.reader(io.StringIO(csv_text(frame)))
    assert header[0] == row[0] == "'" + blocks.plain(cell)
    assert row[1] == "-5.5"  # a number stays a number


@given(st.lists(HOSTILE, min_size=1, max_size=5))
@example(["a,b", 'say "x"', "a\r\nb", "", "-3.2", "=x"])
def test_csv_gives_back_every_text(cells: list[str]) -> None:
    text = csv_text(pd.DataFrame({"n": range(len(cells)), "cell": cells}))
    rows = list(csv.reader(io.StringIO(text)))[1:]
    assert "\r" not in text and text.endswith("\n")
    for cell, (_, read) in zip(cells, rows, strict=True):
        assert read.removeprefix("'" if blocks.is_formula(blocks.plain(cell)) else "") == blocks.plain(cell)
        assert not blocks.is_formula(read)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_csv_gives_back_every_number(values: list[float]) -> None:
    rows = list(csv.reader(io.StringIO(csv_text(pd.DataFrame({"x": values})))))[1:]
    assert [float(cell) for (cell,) in rows] == values


def test_csv_refuses_nothing_and_infinity() -> None:
    with pytest.raises(ValueError, match="empty"):
        csv_text(TRADE.iloc[:0])
    with pytest.raises(ValueError, match="cannot be written down"):
        csv_text(pd.DataFrame({"x": [np.inf]}))
