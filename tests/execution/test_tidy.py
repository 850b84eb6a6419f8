"""Tidy notebooks and settled notebooks: what is dropped, what is kept, and that doing it twice is doing it once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.errors import UsageError
from analysis.execution import notebook as nb
from analysis.execution import settle, tidy

UNTIDY = {
    "cells": [
        {"cell_type": "markdown", "id": "title", "metadata": {"editable": True, "slideshow": {}}, "source": "# A?\n\nB"},
        {"cell_type": "code", "id": "title", "execution_count": 3, "source": ["x: int = 1  # é"],
         "metadata": {"tags": ["parameters"], "papermill": {"duration": 1}, "collapsed": True},
         "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}]},
        {"cell_type": "code", "metadata": {"tags": ["injected-parameters"]}, "source": "x = 2",
         "execution_count": 1, "outputs": []},
        {"cell_type": "code", "metadata": {"tags": []}, "source": "", "execution_count": None, "outputs": []},
    ],
    "metadata": {"kernelspec": {"name": "mine", "language": "python", "display_name": "Mine"}, "widgets": {},
                 "language_info": {"name": "python", "version": "3.11.7"}},
    "nbformat": 4,
    "nbformat_minor": 4,
}  # fmt: skip


def test_tidy_keeps_sources_and_tags_only() -> None:
    tidied = json.loads(tidy.tidied(json.dumps(UNTIDY)))
    assert tidied == {
        "cells": [
            {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# A?\n", "\n", "B"]},
            {"cell_type": "code", "id": "cell-2", "execution_count": None, "outputs": [],
             "metadata": {"tags": ["parameters"]}, "source": ["x: int = 1  # é"]},
            {"cell_type": "code", "id": "cell-3", "execution_count": None, "outputs": [], "metadata": {}, "source": []},
        ],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                     "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip


def test_tidying_twice_is_tidying_once(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(UNTIDY), encoding="utf-8")
    assert not tidy.is_tidy(path) and tidy.clean(path)
    once = path.read_bytes()
    assert tidy.is_tidy(path) and not tidy.clean(path) and path.read_bytes() == once
    assert "é".encode() in once and once.endswith(b"}\n")


def test_tidy_gives_what_nbformat_writes(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    text = tidy.tidied(json.dumps(UNTIDY))
    assert nbformat.writes(nbformat.reads(text, as_version=4)) + "\n" == text


def displaying(source: str, *idents: str, id: str = "cell-1") -> dict:
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {nb.BLOCK: {"id": ident}}} for ident in idents
    ]
    return {"cell_type": "code", "id": id, "metadata": {}, "source": source, "outputs": outputs}


def test_tidy_names_a_cell_after_what_it_has_shown() -> None:
    cells = [displaying("a", "turnover"), displaying("b", "mirror", id="old"), displaying("c", "x", "y")]
    named = json.loads(tidy.tidied(json.dumps({"cells": [*cells, displaying("d", id="kept")]})))
    assert [cell["id"] for cell in named["cells"]] == ["turnover", "mirror", "cell-1", "kept"]
    again = json.loads(tidy.tidied(json.dumps(named)))
    assert again == named and nb.names(named) is None, "cell c has no name"


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ([("x = 1", "cell-1"), ("x", "turnover"), ("references(x)", "references")], ("turnover",)),
        ([("x = 1\nx", "a"), ("display(x); y = 2", "cell-2")], None),
        ([("x", "0f3e9a1c")], None),
        ([("x", "0f3e9a1c-0000-4000-8000-0123456789ab")], None),
        ([("%time x", "cell-1")], None),
        ([("", "cell-1"), ("x = 1", "cell-2")], ()),
    ],
)
def test_names_are_known_once_every_cell_that_shows_has_one(cells: list, names: tuple | None) -> None:
    assert nb.names({"cells": [displaying(code, id=ident) for code, ident in cells]}) == names


def test_other_line_ends_are_untidy(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_bytes(tidy.tidied(json.dumps(UNTIDY)).replace("\n", "\r\n").encode())
    assert not tidy.is_tidy(path)


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text("[]")
    with pytest.raises(UsageError, match="not a notebook of format 4"):
        tidy.is_tidy(path)


class TestSettle:
    def test_text_in_pieces_becomes_one_and_stderr_goes(self) -> None:
        pieces = [
            {"output_type": "stream", "name": "stdout", "text": "a"},
            {"output_type": "stream", "name": "stderr", "text": "noise"},
            {"output_type": "stream", "name": "stdout", "text": ["b\n", "c"]},
            {"output_type": "display_data", "data": {"text/plain": "<X at 0x7f00aa11bb>"}, "metadata": {"alt": "x"},
             "transient": {"display_id": "1"}},
            {"output_type": "stream", "name": "stdout", "text": "d"},
        ]  # fmt: skip
        cell = {
            "cell_type": "code",
            "source": "1",
            "metadata": {"execution": {}, "tags": []},
            "outputs": pieces,
        }
        (settled,) = settle.settled({"cells": [cell]}, {})["cells"]
        assert settled["metadata"] == {} and settled["outputs"] == [
            {"output_type": "stream", "name": "stdout", "text": ["ab\n", "c"]},
            {"output_type": "display_data", "data": {"text/plain": ["<X>"]}, "metadata": {"alt": "x"}},
            {"output_type": "stream", "name": "stdout", "text": ["d"]},
        ]
        assert settle.stderr({"cells": [cell]}) == [{"cell": 1, "text": "noise"}]

    def test_banners_of_papermill_go(self) -> None:
        banner = {
            "cell_type": "markdown",
            "metadata": {"tags": ["papermill-error-cell-tag"]},
            "source": "Error!",
        }
        assert settle.settled({"cells": [banner]}, {})["cells"] == []


def test_cells_are_numbered_as_a_person_counts_them() -> None:
    def cell(*tags: str) -> dict:
        return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": ""}

    notebook = {
        "cells": [
            cell("papermill-error-cell-tag"),
            cell(),
            cell("parameters"),
            cell("injected-parameters"),
            cell(),
        ]
    }
    assert [number for number, _ in nb.numbered(notebook)] == [0, 1, 2, 2, 3]


def test_ids_are_valid_unique_and_stable() -> None:
    cells = [{"id": "a"}, {"id": "a"}, {"id": "not valid!"}, {"id": "cell-2"}, {}]
    named = [cell["id"] for cell in nb.with_stable_ids(cells)]
    assert named == ["a", "cell-2", "cell-3", "cell-4", "cell-5"]
    assert [cell["id"] for cell in nb.with_stable_ids([{"id": name} for name in named])] == named
