"""A large file that is well formed is read in one go, and nothing else is: both readers say the same of every file."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis import tables
from analysis.tables import large, parsing, validating
from analysis.tables.descriptor import Column
from analysis.tables.parsing import Cells

HEADER = ["a", "b", "c"]
cell = st.text(st.sampled_from('xй1 ,"\n;'), max_size=4)
rows = st.lists(st.lists(cell, min_size=3, max_size=3), max_size=6)


def written(body: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER, *body])
    return text.getvalue().encode()


def read(content: bytes, least: int, monkeypatch: pytest.MonkeyPatch) -> tuple:
    with monkeypatch.context() as patched:
        patched.setattr(large, "LARGE", least)
        cells, faults = parsing.parse("data/x.csv", content, HEADER)
    told = (
        None
        if cells is None
        else ({name: list(each) for name, each in cells.columns.items()}, list(cells.lines))
    )
    return told, faults


class TestBothReaders:
    @given(
        rows,
        st.none() | st.tuples(st.integers(0, 60), st.sampled_from([b",", b'"', b"\n", b"\r", b"x", b""])),
    )
    @example([["x", 'y"z', "a\nb"], ["", "", ""]], None)
    @example([["x", "y", "z"]], (0, b'"'))
    @example([["x", "y", "z"]], (8, b"\n"))
    def test_say_the_same(self, body: list[list[str]], damage: tuple[int, bytes] | None) -> None:
        content = written(body)
        if damage:
            place, byte = damage
            content = content[:place] + byte + content[place + 1 :]
        with pytest.MonkeyPatch.context() as monkeypatch:
            assert read(content, 0, monkeypatch) == read(content, 2**60, monkeypatch)

    def test_a_well_formed_file_needs_no_second_reader(self) -> None:
        found, lines = large.columns_of(b'a,b\n"x, ""y""\n",1\nz,\n', ["a", "b"])
        assert (list(found["a"]), list(found["b"]), list(lines)) == (['x, "y"\n', "z"], ["1", ""], [2, 4])

    @pytest.mark.parametrize(
        "content",
        [
            b"a,b\n1\n2,3,4\n",  # as many commas as there should be, in other lines
            b"a,b\n1,2",
            b"a,b\n1,2\n\n",
            b'a,b\nx"y,2\n',
            b'a,b\n"x"y,2\n',
            b"a,b\n1,\xd0\n",
            b"b,a\n1,2\n",
            b"a,a\n1,2\n",
            b"a\n1\n",
        ],
    )
    def test_anything_unusual_is_left_to_the_careful_one(self, content: bytes) -> None:
        assert large.columns_of(content, ["a", "b"]) is None

    def test_a_look_goes_on_over_the_ends_of_blocks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(large, "BLOCK", 5)
        found, lines = large.columns_of(b'a,b\n1,"2\n3"\n4,5\n', ["a", "b"])
        assert (list(found["b"]), list(lines)) == (["2\n3", "5"], [2, 4])
        assert large.columns_of(b"a,b\n1,2,3\n4,5\n", ["a", "b"]) is None


class TestManyCells:
    """Many distinct cells are seen together; what that look says is what a look at each says."""

    COLUMNS = (
        Column("x", "number", "", constraints={"required": True, "minimum": 0, "maximum": 9}),
        Column("x", "number", ""),
        Column("x", "string", "", constraints={"required": True}),
        Column("x", "string", ""),
        Column("x", "integer", ""),
        Column("x", "string", "", constraints={"pattern": "[a-z]+"}),
    )

    @given(
        st.sampled_from(COLUMNS),
        st.sets(
            st.sampled_from(
                [
                    "1",
                    "2.5",
                    "-3",
                    "10",
                    "1e5",
                    "1,5",
                    "",
                    "nan",
                    " x",
                    "x ",
                    "a",
                    "1\n2",
                    "\n",
                    "7",
                    "0.1",
                    "٣",
                ]
            )
        ),
    )
    def test_together_and_one_by_one(self, column: Column, cells: set[str]) -> None:
        is_sound = not any(validating.fault_of(column, each) for each in cells)
        assert is_sound or not validating._are_sound(column, cells)

    @pytest.mark.parametrize("cells", [{"1", "2.5"}, {"1", ""}])
    def test_sound_numbers_are_seen_to_be_sound(self, cells: set[str]) -> None:
        assert validating._are_sound(Column("x", "number", ""), cells)

    def test_a_fault_among_many_is_found_with_its_line(self, project, declared, monkeypatch) -> None:
        monkeypatch.setattr(validating, "MANY", 3)
        value = {"name": "value", "type": "number", "description": "Value", "constraints": {"required": True}}
        project.put(
            "values", "value\n1\n2\n3\n4,5\n".replace("4,5", '"4,5"'), declared("values", [value], [])
        )
        assert project.faults("values") == [
            "data/values.csv line 5, column value: '4,5' has a decimal comma; write 4.5"
        ]


def test_a_large_table_arrives_like_a_small_one(project, monkeypatch) -> None:
    small = tables.read("memberships")
    monkeypatch.setattr(large, "LARGE", 0)
    project.change("memberships", "-1.25", "-1.250")
    assert tables.read("memberships").equals(small)


def test_rows_of_a_large_table_are_counted() -> None:
    found, lines = large.columns_of(b"a,b\n" + b"1,2\n" * 7, ["a", "b"])
    assert len(Cells(found, lines)) == 7
