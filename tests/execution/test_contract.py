"""The contract: what a parameters cell may say, what a parameter may be given, and the sentences of a refusal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path, PurePosixPath
from time import perf_counter
from typing import ClassVar

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import UsageError
from analysis.execution import contract, kinds
from analysis.execution.contract import Contract, Parameter
from analysis.execution.domains import Choices, Column, Span
from analysis.execution.kinds import Kind, RefusedError

Writer = Callable[..., Path]


@pytest.fixture
def read(project: Path, written: Writer) -> Callable[[str], Contract]:
    """Reads the contract of a notebook with the given parameters cell."""
    return lambda cell: contract.read(written(project / "notebooks/n.ipynb", parameters=cell))


@pytest.fixture
def trade(project: Path, written: Writer, parameters: str) -> Contract:
    return contract.read(written(project / "notebooks/bilateral_trade.ipynb", parameters=parameters))


def problems(call: Callable, *arguments: object, **options: object) -> list[str]:
    with pytest.raises(UsageError) as refused:
        call(*arguments, **options)
    assert refused.value.exit_code == 2
    return refused.value.problems


class TestDeclaration:
    def test_tells_name_type_default_help_and_domain(self, trade: Contract) -> None:
        assert trade.names == (
            "reporter", "partner", "start", "end", "side", "extra_blocs", "since", "as_of"
        )  # fmt: skip
        assert trade["start"] == Parameter("start", Kind("int"), 2016, "first year", Column("trade", "year"))
        assert trade["side"].domain == Choices(("reporter", "partner", "both"))
        assert trade["as_of"].type_text == "date | None" and trade["as_of"].optional
        assert trade["extra_blocs"].default == ["ots", "csto"] and not trade["extra_blocs"].optional
        assert trade["partner"].choices() == ("KAZ", "KGZ", "UZB")

    @pytest.mark.parametrize(
        ("line", "kind"),
        [
            ("x: int = -5", "int"),
            ("x: float = 0.5", "float"),
            ("x: bool = True", "bool"),
            ("x: str = 'a' 'b'", "str"),
            ('x: "date" = "2025-12-31"', "date"),
            ("x: list[int] = [1, 2]", "list[int]"),
            ('x: "list[date]" = ("2025-12-31",)', "list[date]"),
            ("x: \"Literal['a', 2]\" = 2", "Literal['a', 2]"),
            ("x: 'Literal[\"a\", None]' = None", "Literal['a'] | None"),
            ("x: int | None = None", "int | None"),
            ("x: None | str = 'a'", "str | None"),
            ('x: "Optional[int]" = 3', "int | None"),
            ('x: "typing.Optional[datetime.date]" = None', "date | None"),
            ('x: "int | None" = None', "int | None"),
            ("x: int = None", "int | None"),
            ("from __future__ import annotations\nx: Literal['a'] = 'a'", "Literal['a']"),
            ("from __future__ import annotations\nx: date = '2025-12-31'", "date"),
        ],
    )
    def test_understands_the_annotation(self, read: Callable, line: str, kind: str) -> None:
        assert read(line)["x"].type_text == kind

    def test_takes_the_comment_of_a_value_over_several_lines(self, read: Callable) -> None:
        found = read('x: list[str] = [\n    "ots",  # the Turkic one\n]  # blocs [blocs.bloc]')["x"]
        assert (found.help, found.domain) == ("blocs", Column("blocs", "bloc"))

    def test_reads_a_hash_in_a_value_as_text(self, read: Callable) -> None:
        found = read('x: str = "#1 [a | b]"  # the colour')["x"]
        assert (found.default, found.help, found.domain) == ("#1 [a | b]", "the colour", None)

    def test_annotation_may_use_what_an_earlier_cell_imports(self, project: Path) -> None:
        from analysis.execution import declaration

        notebook = {"cells": [
            {"cell_type": "code", "source": ["from datetime import date"], "metadata": {}},
            {"cell_type": "code", "source": ["x: date = None"], "metadata": {"tags": ["parameters"]}},
        ]}  # fmt: skip
        assert declaration.imported_before(notebook, 2) == {"date"}
        assert declaration.declared("x: date = None", {"date"})[1] == []

    @pytest.mark.parametrize(
        ("cell", "sentence"),
        [
            ("start: int = 1\nend: int = start + 5", "parameter end is computed (`start + 5`), so it would keep"),
            ("x: int = 2 * 3", "parameter x is computed (`2 * 3`)"),
            ("x: str = f'{1}'", "parameter x is computed"),
            ("x: float = float('nan')", "parameter x is computed"),
            ("x: float = 1e999", "parameter x has a default outside its own declaration: inf is not a finite"),
            ("x = 5", "parameter x has no annotation; write x: int = …"),
            ("x = ['a']", "parameter x has no annotation; write x: list[str] = …"),
            ("x: int", "parameter x has no default"),
            ("x: int = 1\nx: int = 2", "parameter x is declared twice"),
            ("x: int = 1; y: int = 2", "line 1 holds two statements"),
            ("import os\nx: int = 1", "line 1 (`import os`) is no parameter"),
            ("x: int = 1\nx += 1", "line 2 (`x += 1`) is no parameter"),
            ("a.b: int = 1", "line 1 (`a.b: int = 1`) is no parameter"),
            ("a-b: int = 1", "parameter a-b is not a name"),
            ("class: str = 'a'", "parameter class has a name that Python keeps for itself"),
            ("%matplotlib inline\nx: int = 1", "line 1 is not plain Python"),
            ("x: dict = {}", "parameter x has the annotation dict, which is not a parameter's type; write int"),
            ("x: int | str = 1", "parameter x has the annotation int | str, a choice of types"),
            ("x: 'in t' = 1", "parameter x has the annotation 'in t', which is not a type"),
            ("x: date = None", "parameter x has the annotation date, but date is not defined there; put it in"),
            ("x: int = 'a'", "parameter x has a default outside its own declaration: 'a' is not a whole number"),
            ("x: int = True", "parameter x has a default outside its own declaration: True is not a whole"),
            ("x: str = 'KAS'  # [countries.country]", "'KAS' is not in data/countries.csv (did you mean 'KAZ'?)"),
            ("x: int = 1900  # [trade.year]", "1900 is outside 1992-2025, the years of data/trade.csv"),
            ("x: str = 'c'  # [a | b]", "'c' is not one of a, b; choose one of them"),
            ("x: int = 5  # [1-4]", "5 is outside 1-4; choose a value in that span"),
            ("x: str = 'a'  # [contries.country]", "no table 'contries' (did you mean 'countries'?)"),
            ("x: str = 'a'  # [countries.contry]", "no such column (did you mean 'country'?)"),
            ("x: str = 'a'  # one of these [a]", "has the domain [a], which is not understood; write [table.col"),
            ("x: bool = True  # [a | b]", "has the domain [a | b], but its type bool already says it all"),
            ("start: int = 2020\nend: int = 2020", "by default start 2020 is not before end 2020"),
        ],
    )  # fmt: skip
    def test_refuses_with_notebook_cell_and_advice(self, read: Callable, cell: str, sentence: str) -> None:
        (problem,) = problems(read, cell)
        assert problem.startswith("notebook n, cell 2: ") and sentence in problem

    def test_tells_all_problems_at_once(self, read: Callable) -> None:
        found = problems(read, "x = 1\ny: int = z\nw: int = 1  # [a.b]\nv: int = 'a'")
        assert [each.split("parameter ")[1][0] for each in found] == ["x", "y", "w", "v"]

    def test_refuses_a_notebook_without_tagged_cell(self, project: Path, written: Writer) -> None:
        path = written(project / "notebooks/n.ipynb", "x = 1", parameters=None)
        assert problems(contract.read, path)[0].startswith("notebook n: no cell is tagged 'parameters'; give")

    def test_refuses_two_tagged_cells_and_a_tagged_text(self, project: Path, written: Writer) -> None:
        path = written(project / "notebooks/n.ipynb", "x: int = 1")
        text = path.read_text()
        path.write_text(
            text.replace('"metadata": {}, "outputs"', '"metadata": {"tags": ["parameters"]}, "outputs"')
        )
        assert problems(contract.read, path) == [
            "notebook n: cells 2 and 3 are tagged 'parameters'; keep the tag on one cell"
        ]
        path.write_text(text.replace('"code"', '"markdown"'))
        assert "cell 2, tagged 'parameters', is not a code cell" in problems(contract.read, path)[0]

    def test_refuses_what_is_no_notebook(self, project: Path, written: Writer) -> None:
        written(project / "notebooks/bilateral_trade.ipynb")
        missing = project / "notebooks/bilateral_trad.ipynb"
        assert "no such notebook (did you mean 'bilateral_trade'?)" in problems(contract.read, missing)[0]
        missing.write_text("{")
        assert "is not a notebook (" in problems(contract.read, missing)[0]
        missing.write_text('{"worksheets": []}')
        assert "not a notebook of format 4" in problems(contract.read, missing)[0]
        missing.write_text('{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}')
        assert "is written in R" in problems(contract.read, missing)[0]


# Each line is a raw value and what each declared type makes of it; None stands for a refusal.
TABLE = [
    #  raw                       int      float    bool   str            date          list[str]
    ("007",                      7,       7.0,     None,  "007",         None,         ["007"]),
    ("NO",                       None,    None,    None,  "NO",          None,         ["NO"]),
    ("1:30",                     None,    None,    None,  "1:30",        None,         ["1:30"]),
    ("nan",                      None,    None,    None,  "nan",         None,         ["nan"]),
    ("inf",                      None,    None,    None,  "inf",         None,         ["inf"]),
    ("2_020",                    None,    None,    None,  "2_020",       None,         ["2_020"]),
    ("1e5",                      None,    1e5,     None,  "1e5",         None,         ["1e5"]),
    ("1e999",                    None,    None,    None,  "1e999",       None,         ["1e999"]),
    ("2,5",                      None,    None,    None,  "2,5",         None,         ["2", "5"]),
    ("٣",                        None,    None,    None,  "٣",           None,         ["٣"]),
    ("True",                     None,    None,    True,  "True",        None,         ["True"]),
    ("false",                    None,    None,    False, "false",       None,         ["false"]),
    ("2024-01-01",               None,    None,    None,  "2024-01-01",  "2024-01-01", ["2024-01-01"]),
    ("20240101",                 20240101, 20240101.0, None, "20240101", None,         ["20240101"]),
    ("2024-02-30",               None,    None,    None,  "2024-02-30",  None,         ["2024-02-30"]),
    ("2022-10",                  None,    None,    None,  "2022-10",     None,         ["2022-10"]),
    ("a, b,c",                   None,    None,    None,  "a, b,c",      None,         ["a", "b", "c"]),
    ("a,,b",                     None,    None,    None,  "a,,b",        None,         None),
    ("",                         None,    None,    None,  "",            None,         []),
    (2016,                       2016,    2016.0,  None,  None,          None,         None),
    (2016.0,                     2016,    2016.0,  None,  None,          None,         None),
    (2016.5,                     None,    2016.5,  None,  None,          None,         None),
    (1e300,                      None,    1e300,   None,  None,          None,         None),
    (10**400,                    None,    None,    None,  None,          None,         None),
    (float("nan"),               None,    None,    None,  None,          None,         None),
    (float("-inf"),              None,    None,    None,  None,          None,         None),
    (True,                       None,    None,    True,  None,          None,         None),
    (None,                       None,    None,    None,  None,          None,         None),
    (Decimal("2016"),            2016,    2016.0,  None,  None,          None,         None),
    (Decimal("2016.5"),          None,    2016.5,  None,  None,          None,         None),
    (Decimal("NaN"),             None,    None,    None,  None,          None,         None),
    (Decimal("1e999999"),        None,    None,    None,  None,          None,         None),
    (np.int64(2016),             2016,    2016.0,  None,  None,          None,         None),
    (np.float64(2.5),            None,    2.5,     None,  None,          None,         None),
    (np.bool_(True),             None,    None,    True,  None,          None,         None),
    (np.str_("UZB"),             None,    None,    None,  "UZB",         None,         ["UZB"]),
    (np.datetime64("2024-01-01"), None,   None,    None,  None,          "2024-01-01", None),
    (date(2024, 1, 1),           None,    None,    None,  None,          "2024-01-01", None),
    (datetime(2024, 1, 1),       None,    None,    None,  None,          "2024-01-01", None),
    (datetime(2024, 1, 1, 9),    None,    None,    None,  None,          None,         None),
    (pd.Timestamp("2024-01-01"), None,    None,    None,  None,          "2024-01-01", None),
    (pd.NaT,                     None,    None,    None,  None,          None,         None),
    (pd.NA,                      None,    None,    None,  None,          None,         None),
    (PurePosixPath("a/b"),       None,    None,    None,  "a/b",         None,         None),
    (("a", "b"),                 None,    None,    None,  None,          None,         ["a", "b"]),
    (["a,b"],                    None,    None,    None,  None,          None,         ["a,b"]),
    (np.array(["a", "b"]),       None,    None,    None,  None,          None,         ["a", "b"]),
    ({"a"},                      None,    None,    None,  None,          None,         None),
    ({"a": 1},                   None,    None,    None,  None,          None,         None),
    (b"a",                       None,    None,    None,  None,          None,         None),
    ("\udcff",                   None,    None,    None,  None,          None,         None),
]  # fmt: skip
NAMES = ("int", "float", "bool", "str", "date", "list")


@pytest.mark.parametrize("line", TABLE, ids=lambda line: f"{type(line[0]).__name__}-{line[0]!a}"[:40])
def test_a_raw_value_becomes_exactly_the_declared_type_or_is_refused(line: tuple) -> None:
    raw, *wanted = line
    for name, value in zip(NAMES, wanted, strict=True):
        kind = Kind(name, item=Kind("str")) if name == "list" else Kind(name)
        if value is None:
            with pytest.raises(RefusedError, match=r";|is a set|calendar"):
                kinds.coerce(kind, raw)
        else:
            coerced = kinds.coerce(kind, raw)
            assert (coerced, type(coerced)) == (value, type(value)), name


@given(st.one_of(st.integers(-(2**53), 2**53), st.text(), st.floats(), st.dates(), st.booleans(), st.none()))
def test_a_coerced_value_is_its_own_coercion(raw: object) -> None:
    for name in NAMES:
        kind = Kind(name, item=Kind("str") if name == "list" else None, optional=True)
        try:
            once = kinds.coerce(kind, raw)
        except RefusedError:
            continue
        assert kinds.coerce(kind, once) == once


def test_a_literal_is_met_exactly() -> None:
    kind = Kind("literal", choices=("both", "1", 1, True))
    assert [kinds.coerce(kind, raw) for raw in ("both", "1", 1, True)] == ["both", "1", 1, True]
    assert kinds.coerce(Kind("literal", choices=(2, 3)), "3") == 3
    with pytest.raises(
        RefusedError, match=r"'Both' is not one of both, 1, 1, True \(did you mean 'both'\?\)"
    ):
        kinds.coerce(kind, "Both")


class TestCoerce:
    def test_gives_all_parameters_json_safe(self, trade: Contract) -> None:
        assert trade.coerce({"end": "2020", "as_of": date(2025, 6, 30), "extra_blocs": ("sco",)}) == {
            "reporter": "UZB", "partner": "KAZ", "start": 2016, "end": 2020, "side": "both",
            "extra_blocs": ["sco"], "since": None, "as_of": "2025-06-30",
        }  # fmt: skip

    def test_does_not_lend_its_defaults(self, trade: Contract) -> None:
        trade.coerce({})["extra_blocs"].append("x")
        assert trade.coerce({})["extra_blocs"] == ["ots", "csto"]

    def test_takes_empty_text_for_an_optional_value(self, trade: Contract) -> None:
        values = trade.coerce({"as_of": "", "extra_blocs": ""})
        assert values["as_of"] is None and values["extra_blocs"] == []

    @pytest.mark.parametrize(
        ("raw", "sentence"),
        [
            ({"partnr": "KAZ"}, "notebook bilateral_trade has no parameter 'partnr' (did you mean 'partner'?)"),
            ({"a-b": 1}, "notebook bilateral_trade has no parameter 'a-b'; it has reporter, partner, start, end, "
                         "side, extra_blocs, since, as_of"),
            ({"partner": "XXX"}, "notebook bilateral_trade: partner 'XXX' is not in data/countries.csv; choose one "
                                 "of KAZ, KGZ, UZB"),
            ({"partner": "kaz"}, "notebook bilateral_trade: partner 'kaz' is not in data/countries.csv (did you mean "
                                 "'KAZ'?)"),
            ({"partner": "kyrgyzstan"}, "notebook bilateral_trade: partner 'kyrgyzstan' is not in data/countries.csv "
                                        "(did you mean 'KGZ'?)"),
            ({"partner": "007"}, "notebook bilateral_trade: partner '007' is not in data/countries.csv; choose one of "
                                 "KAZ, KGZ, UZB"),
            ({"partner": "UZB"}, "notebook bilateral_trade: reporter and partner are both 'UZB'; choose two different "
                                 "countries"),
            ({"partner": False}, "notebook bilateral_trade: partner False is not text but a truth value; put it in "
                                 "quotes"),
            ({"end": "2031"}, "notebook bilateral_trade: end 2031 is outside 1992-2025, the years of data/trade.csv; "
                              "choose a year in that span"),
            ({"end": "abc"}, "notebook bilateral_trade: end 'abc' is not a whole number; write a whole number, for "
                             "example 2016"),
            ({"end": 2016}, "notebook bilateral_trade: start 2016 is not before end 2016; choose an earlier start or "
                            "a later end"),
            ({"end": None}, "notebook bilateral_trade: end has no value; write a whole number, for example 2016"),
            ({"side": "bth"}, "notebook bilateral_trade: side 'bth' is not one of reporter, partner, both (did you "
                              "mean 'both'?)"),
            ({"extra_blocs": "ots,eeu"}, "notebook bilateral_trade: extra_blocs 'eeu' is not in data/blocs.csv (did "
                                         "you mean 'eaeu'?)"),
            ({"extra_blocs": "CSTO"}, "notebook bilateral_trade: extra_blocs 'CSTO' is not in data/blocs.csv (did you "
                                      "mean 'csto'?)"),
            ({"as_of": "2026-01-01"}, "notebook bilateral_trade: as_of 2026-01-01 is after 2025-12-31, the cut-off of "
                                      "the data; choose that day or an earlier one"),
            ({"since": "2026-01-01"}, "notebook bilateral_trade: since 2026-01-01 is after as_of 2025-12-31; choose "
                                      "an earlier since or a later as_of"),
            ({"as_of": "1990-12-31"}, "notebook bilateral_trade: as_of 1990-12-31 is before 1991-01-01, where the "
                                         "data begin; choose that day or a later one"),
            ({"as_of": "2025-12"}, "notebook bilateral_trade: as_of '2025-12' is not a date; write year, month and "
                                   "day, for example 2025-12-31"),
        ],
    )  # fmt: skip
    def test_refuses_with_place_and_remedy(self, trade: Contract, raw: dict, sentence: str) -> None:
        assert problems(trade.coerce, raw) == [sentence]

    def test_tells_all_problems_at_once_at_the_place_named(self, trade: Contract) -> None:
        raw = {"partnr": 1, "partner": "kgz", "start": "1:30", "end": 2031}
        assert problems(trade.coerce, raw, where="reports/x.yml, section trade") == [
            "reports/x.yml, section trade: notebook bilateral_trade has no parameter 'partnr' "
            "(did you mean 'partner'?)",
            "reports/x.yml, section trade: partner 'kgz' is not in data/countries.csv (did you mean 'KGZ'?)",
            "reports/x.yml, section trade: start '1:30' is not a whole number; write a whole number, for example 2016",
            "reports/x.yml, section trade: end 2031 is outside 1992-2025, the years of data/trade.csv; "
            "choose a year in that span",
        ]

    def test_a_pair_of_blocs_must_differ(self, read: Callable) -> None:
        cell = 'bloc_a: str = "ots"  # [blocs.bloc]\nbloc_b: str = "sco"  # [blocs.bloc]\nknown_by: "date" = None'
        found = problems(read(cell).coerce, {"bloc_b": "ots", "known_by": "2026-01-01"})
        assert found[0] == "notebook n: bloc_a and bloc_b are both 'ots'; choose two different blocs"
        assert found[1].startswith(
            "notebook n: known_by 2026-01-01 is after 2025-12-31, the cut-off of the data"
        )

    def test_the_span_of_dates_ends_with_the_last_day_of_a_coarse_date(self, read: Callable) -> None:
        agreed = read('x: "date" = "1991-12-01"  # [events.date]')
        assert agreed.coerce({"x": "2025-11-06"}) == {"x": "2025-11-06"}
        (problem,) = problems(agreed.coerce, {"x": "2025-11-07"})
        assert (
            "2025-11-07 is outside 1991-12-01 to 2025-11-06, the span of date in data/events.csv" in problem
        )

    def test_a_domain_of_twenty_thousand_rows_is_quick(self, project: Path, read: Callable) -> None:
        rows = "".join(f"e{number:05},2020-01-01\n" for number in range(20_000))
        (project / "data/events.csv").write_text("event,date\n" + rows)
        agreed = read('x: str = "e00000"  # [events.event]')
        begun = perf_counter()
        assert agreed.coerce({"x": "e19999"}) == {"x": "e19999"}
        assert "is not in data/events.csv" in problems(agreed.coerce, {"x": "e99999"})[0]
        assert perf_counter() - begun < 2.0


def test_json_schema_says_what_the_contract_says(trade: Contract) -> None:
    schema = trade.json_schema()
    assert schema["additionalProperties"] is False and list(schema["properties"]) == list(trade.names)
    assert schema["properties"]["end"] == {
        "type": "integer", "minimum": 1992, "maximum": 2025, "description": "last year",
        "x-domain": "trade.year", "default": 2023,
    }  # fmt: skip
    assert schema["properties"]["partner"]["enum"] == ["KAZ", "KGZ", "UZB"]
    assert schema["properties"]["extra_blocs"]["items"]["enum"] == ["csto", "eaeu", "ots", "sco"]
    assert schema["properties"]["as_of"]["anyOf"] == [{"type": "string", "format": "date"}, {"type": "null"}]


def test_json_schema_accepts_what_coerce_gives(trade: Contract) -> None:
    jsonschema.validate(trade.coerce({"end": "2020", "as_of": "2025-01-31"}), trade.json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"end": 2031}, trade.json_schema())


class TestCheck:
    """`contract.check`, the line by which a notebook guards itself."""

    GIVEN: ClassVar[dict] = {
        "reporter": "UZB", "partner": "KAZ", "start": 2016, "end": 2023, "side": "both",
        "extra_blocs": ["sco"], "since": "2020-01-01", "as_of": None,
    }  # fmt: skip

    def test_gives_typed_values(self, trade: Contract) -> None:
        checked = contract.check("bilateral_trade", {**self.GIVEN, "something": "else"})
        assert (checked.since, checked.as_of) == (date(2020, 1, 1), date(2025, 12, 31))
        assert checked.extra_blocs == ["sco"] and not hasattr(checked, "something")

    def test_refuses_with_the_sentences_of_the_command(self, trade: Contract) -> None:
        bad = {"partner": "XXX", "end": 2031}
        assert problems(contract.check, "bilateral_trade", {**self.GIVEN, **bad}) == problems(
            trade.coerce, bad
        )

    def test_asks_for_the_parameters_cell_to_be_run(self, trade: Contract) -> None:
        given = {name: value for name, value in self.GIVEN.items() if name != "end"}
        assert problems(contract.check, "bilateral_trade", given) == [
            "notebook bilateral_trade: end has no value; run the cell tagged 'parameters' first"
        ]

    def test_notices_a_name_that_papermill_injected_unasked(self, trade: Contract) -> None:
        history = ["", "start: int = 2016", '# Parameters\npartnr = "KAZ"\nend = 2023\n', "x = 1"]
        assert problems(contract.check, "bilateral_trade", {**self.GIVEN, "In": history}) == [
            "notebook bilateral_trade has no parameter 'partnr' (did you mean 'partner'?)"
        ]


def test_a_span_written_in_brackets_holds_for_fractions(read: Callable) -> None:
    agreed = read("x: float = 0.5  # share [0-1]")
    assert agreed["x"].domain == Span(0.0, 1.0) and agreed.coerce({"x": 1}) == {"x": 1.0}


def test_importing_the_contract_is_light() -> None:
    script = (
        "import sys; from analysis.execution import contract; contract.read; "
        "sys.exit(', '.join({'papermill','nbformat','pandas','numpy','jupyter_client'} & set(sys.modules)) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
