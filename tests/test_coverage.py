"""docs/coverage.md is true: every analysis of the documents is answered by an exhibit or a sentence of a notebook."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from notebook_checks import shown

from analysis import tables
from analysis.execution import contract

ROOT = Path(__file__).resolve().parents[1]
# how many analyses each document asks for
ANALYSES = {"000": 4, "001": 9, "002": 5, "003": 5, "004a": 8, "004b": 8, "004c": 7, "004d": 9}


class Row(NamedTuple):
    document: str
    analysis: str
    notebook: str
    parameters: dict[str, str | list[str]]
    ids: list[str]


def rows() -> list[Row]:
    lines = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| 0")
    ]
    made = []
    for document, analysis, _, notebook, given, ids in cells:
        pairs = [pair.split("=") for pair in given.strip("`").split(";") if pair.strip()]
        named = {name.strip(): value.split("+") if "+" in value else value for name, value in pairs}
        name = re.search(r"\[`(\w+)`\]\(\.\./notebooks/\1\.ipynb\)", notebook)[1]
        made.append(Row(document, analysis, name, named, re.findall(r"`([\w-]+)`", ids)))
    return made


@cache
def blocks(notebook: str, parameters: str) -> dict[str, dict]:
    """What a notebook shows with these parameters, by id; each set of them runs once."""
    agreed = contract.read(ROOT / "notebooks" / f"{notebook}.ipynb")
    given = json.loads(parameters)
    values = agreed.coerce(given)
    return {block["id"]: block for block in shown(notebook, {name: values[name] for name in given})}


def test_every_analysis_has_a_row() -> None:
    assert Counter(row.document for row in rows()) == ANALYSES
    named = [(row.document, row.analysis) for row in rows()]
    assert len(set(named)) == len(named)


def test_the_documents_are_those_whose_claims_are_checked() -> None:
    sources = set(tables.read("claims")["source"])
    assert {f"doc-{row.document}" for row in rows()} == sources


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.document} {row.analysis}")
def test_what_answers_it_is_there(row: Row) -> None:
    found = blocks(row.notebook, json.dumps(row.parameters, sort_keys=True))
    assert row.ids and [ident for ident in row.ids if ident not in found] == []
    answers = [found[ident] for ident in row.ids]
    assert [block["id"] for block in answers if block["kind"] == "finding" and not block["defined"]] == []
    # what is absent leaves a sentence under its id; only this analysis asks for a sentence and no exhibit
    drawn = [block for block in answers if block["kind"] in ("figure", "table")]
    assert drawn or row.analysis == "Partial-year test"


def test_the_readme_leads_there() -> None:
    assert "(docs/coverage.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
