"""Files reach another machine whole or not at all, and paths name the same file of the project there."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from analysis.errors import BriefingError, UsageError
from analysis.execution import parcel
from analysis.execution.exchange import INPUTS, TRIES, Exchange
from analysis.execution.many import Task


@pytest.fixture(params=["folder", "file", "memory"])
def url(request, tmp_path: Path) -> str:
    place = tmp_path / "shared place"
    return {"folder": str(place), "file": f"file://{place}", "memory": f"memory://{tmp_path.name}"}[
        request.param
    ]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "trade.csv"
    path.write_text("a,b\n1,2\n")
    return path


class TestExchange:
    def test_what_is_put_is_fetched_by_the_hash_of_its_content(self, url, table, tmp_path):
        name = Exchange(url).put(table)
        assert name == sha256(table.read_bytes()).hexdigest()
        target = tmp_path / "elsewhere" / "data" / "trade.csv"
        Exchange(url).fetch(name, target)
        assert target.read_bytes() == table.read_bytes()
        assert [path.name for path in target.parent.iterdir()] == ["trade.csv"]

    def test_putting_it_twice_is_putting_it_once(self, url, table):
        there = Exchange(url)
        name = there.put(table)
        first = there._files.info(f"{there._place}/{INPUTS}/{name}")
        assert there.put(table) == name
        assert there._files.info(f"{there._place}/{INPUTS}/{name}") == first
        assert len(there._files.ls(f"{there._place}/{INPUTS}")) == 1

    def test_a_folder_is_removed_and_removing_it_again_is_nothing(self, url, table, tmp_path):
        there = Exchange(url)
        name = there.put(table, "results/one")
        there.remove("results/one")
        there.remove("results/one")
        with pytest.raises(BriefingError):
            there.fetch(name, tmp_path / "x", "results/one")

    def test_we_are_not_fooled_by_a_file_that_is_half_there(self, url, table, tmp_path):
        there = Exchange(url)
        name = there.put(table)
        there._files.pipe_file(f"{there._place}/{INPUTS}/{name}", b"a,b\n1")
        target = tmp_path / "kept.csv"
        target.write_text("as it was")
        said = (
            f"kept.csv: cannot be fetched from {url} (it is damaged); every machine must reach the same place"
        )
        with pytest.raises(BriefingError, match=re.escape(said)):
            there.fetch(name, target)
        assert target.read_text() == "as it was" and not list(tmp_path.glob(".*.part"))

    def test_we_are_not_fooled_by_a_file_that_changes_while_it_is_put(self, tmp_path, table, monkeypatch):
        there = Exchange(str(tmp_path / "shared"))
        put, texts = Exchange._put, iter(["late\n"])

        def written_meanwhile(self, path, target):
            put(self, path, target)
            for text in texts:
                path.write_text(text)

        monkeypatch.setattr(Exchange, "_put", written_meanwhile)
        assert there.put(table) == sha256(b"late\n").hexdigest()
        texts = iter([str(n) for n in range(100)])
        monkeypatch.setattr(
            Exchange,
            "_put",
            lambda self, path, target: path.write_text(next(texts) * 9) and put(self, path, target),
        )
        with pytest.raises(BriefingError, match="changes all the time; run again when it is written"):
            there.put(table)
        assert next(texts) == str(TRIES)

    def test_a_place_that_cannot_be_written_is_told_of(self, table, tmp_path):
        (tmp_path / "in the way").write_text("x")
        with pytest.raises(BriefingError, match="give --shared a place you may write to"):
            Exchange(str(tmp_path / "in the way")).put(table)

    def test_a_place_of_which_nothing_is_known_is_refused(self):
        with pytest.raises(UsageError, match=re.escape("--shared gopher://x: cannot be used (")):
            Exchange("gopher://x")


class TestParcel:
    def test_paths_are_those_of_the_other_project(self, tmp_path):
        here, there = tmp_path / "here", tmp_path / "there"
        task = Task(
            here / "notebooks" / "x.ipynb", Path("/srv/out/x.ipynb"), {"reporter": "UZB"}, expects=("lead",)
        )
        packed = parcel.pack(("run", task, here), here)
        assert packed.paths == {
            "notebooks/x.ipynb": task.notebook, "outside/srv/out/x.ipynb": task.out, ".": here,
        }  # fmt: skip
        word, told, root = parcel.unpack(packed.data, there)
        assert (word, root) == ("run", there)
        assert (told.notebook, told.out) == (
            there / "notebooks" / "x.ipynb",
            there / "outside/srv/out/x.ipynb",
        )
        assert (told.parameters, told.expects) == (task.parameters, task.expects)

    def test_what_comes_back_has_the_paths_it_went_with(self, tmp_path):
        here, there = tmp_path / "here", tmp_path / "there"
        sent = [here / "a", Path("/srv/b"), Path("relative/c")]
        moved = parcel.unpack(parcel.pack(sent, here).data, there)
        assert moved == [there / "a", there / "outside/srv/b", Path("relative/c")]
        assert parcel.unpack(parcel.pack(moved, there).data, here, is_home=True) == sent
